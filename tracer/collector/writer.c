/* SPDX-License-Identifier: MIT */
#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "tracer/loopscope.h"

enum {
    BUFFER_BYTES = 256 * 1024,
    GZIP_FLUSH_NS = 1000000000 /* a flush costs compression: once a second */
};

static const char array_end[] = "\n]\n";

static int fail(struct ls_writer *w, int error, const char *format, ...)
{
    if (w->error)
        return w->error;
    va_list args;
    va_start(args, format);
    vsnprintf(w->text, sizeof w->text, format, args);
    va_end(args);
    w->error = error;
    return error;
}

/* A reader takes the lock for a moment to see whether somebody writes: that is
 * waited out. */
static bool lock(int fd)
{
    enum { TRIES = 20 };
    struct timespec step = {.tv_nsec = 5 * 1000000L};
    for (int i = 0; i < TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        nanosleep(&step, NULL);
    }
    return false;
}

static int open_file(struct ls_writer *w, const char *path)
{
    struct stat st;
    w->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                 0600);
    if (w->fd < 0)
        return fail(w, LS_ETRACE, "cannot create %.180s: %s", path,
                    errno == ELOOP ? "it is a symbolic link" : strerror(errno));
    if (fstat(w->fd, &st) < 0 || !S_ISREG(st.st_mode))
        return fail(w, LS_ETRACE, "cannot create %.180s: %s", path,
                    "it is there and no regular file");
    if (!lock(w->fd))
        return fail(w, LS_EBUSY, "cannot create %.180s: %s", path,
                    "another collector is writing it");
    if (fchmod(w->fd, 0600) < 0 || ftruncate(w->fd, 0) < 0)
        return fail(w, LS_ETRACE, "cannot create %.180s: %s", path,
                    strerror(errno));
    return LS_OK;
}

static bool ends_with(const char *path, const char *end)
{
    size_t n = strlen(path), n_end = strlen(end);
    return n >= n_end && strcmp(path + n - n_end, end) == 0;
}

int ls_writer_open(struct ls_writer *w, const char *path)
{
    *w = (struct ls_writer){.fd = -1};
    int error = open_file(w, path);
    if (!error && ends_with(path, ".gz")) {
        /* A descriptor of its own: ours holds the lock to the end. */
        w->gz = gzdopen(dup(w->fd), "wb6");
        if (!w->gz)
            error = fail(w, LS_ETRACE, "no memory for compression");
    }
    if (error) {
        if (w->fd >= 0)
            close(w->fd);
        w->fd = -1;
        return error;
    }
    ls_text_add(&w->buffer, "[\n");
    return LS_OK;
}

/* The file takes no more than its first N bytes: cut it after the last whole
 * event that leaves room for the array's end. That may be one of an earlier
 * buffer, so it is looked for in the file. */
static void cut_file(struct ls_writer *w, uint64_t n)
{
    uint64_t keep = n > sizeof array_end - 1 ? n - (sizeof array_end - 1) : 0;
    char at = '\0';
    while (keep > 0 && (pread(w->fd, &at, 1, (off_t)keep) != 1 || at != '\n'))
        keep--;
    if (ftruncate(w->fd, (off_t)keep) == 0)
        w->n_bytes = keep;
}

static void write_plain(struct ls_writer *w)
{
    size_t done = 0;
    while (done < w->buffer.n) {
        ssize_t n = pwrite(w->fd, w->buffer.bytes + done, w->buffer.n - done,
                           (off_t)(w->n_bytes + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            fail(w, LS_ETRACE, "the trace ends early: %s",
                 n < 0 ? strerror(errno) : "nothing more can be written");
            cut_file(w, w->n_bytes + done);
            return;
        }
        done += (size_t)n;
    }
    w->n_bytes += w->buffer.n;
    w->n_file = w->n_bytes;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void write_gzip(struct ls_writer *w)
{
    if (gzwrite(w->gz, w->buffer.bytes, (unsigned)w->buffer.n) <= 0 &&
        w->buffer.n > 0)
        fail(w, LS_ETRACE, "the trace ends early: %s", strerror(errno));
    w->n_file = (uint64_t)gzoffset(w->gz);
    if (now_ns() - w->flushed_ns < GZIP_FLUSH_NS)
        return;
    w->flushed_ns = now_ns();
    if (gzflush(w->gz, Z_SYNC_FLUSH) != Z_OK)
        fail(w, LS_ETRACE, "the trace ends early: %s", strerror(errno));
}

uint64_t ls_writer_size(const struct ls_writer *w)
{
    return w->gz ? w->n_file : w->n_file + w->buffer.n;
}

void ls_writer_flush(struct ls_writer *w)
{
    if (w->buffer.failed)
        fail(w, LS_ENOMEM, "the trace ends early: no memory");
    if (w->buffer.n > 0 && !w->error) {
        if (w->gz)
            write_gzip(w);
        else
            write_plain(w);
    }
    w->buffer.n = 0;
}

struct ls_text *ls_writer_begin(struct ls_writer *w)
{
    if (w->buffer.n >= BUFFER_BYTES)
        ls_writer_flush(w);
    w->begun = w->buffer.n;
    if (w->n_events > 0)
        ls_text_add(&w->buffer, "\n,");
    return &w->buffer;
}

void ls_writer_end(struct ls_writer *w)
{
    w->n_events++;
    if (w->error)
        w->n_unwritten++;
}

void ls_writer_drop(struct ls_writer *w)
{
    w->buffer.n = w->begun;
}

void ls_writer_close(struct ls_writer *w)
{
    if (!w->error)
        ls_text_add(&w->buffer, array_end);
    ls_writer_flush(w);
    if (w->gz && gzclose(w->gz) != Z_OK)
        fail(w, LS_ETRACE, "the trace ends early: it cannot be compressed");
    if (w->error && !w->gz &&
        pwrite(w->fd, array_end, sizeof array_end - 1, (off_t)w->n_bytes) < 0)
        fail(w, LS_ETRACE, "the trace is cut off: %s", strerror(errno));
    close(w->fd);
    w->fd = -1;
    ls_text_destroy(&w->buffer);
}
