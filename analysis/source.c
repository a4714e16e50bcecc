/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* GZIP_STEP: zlib throws away what it unpacked in the step that meets damage,
 * so the step is small. */
enum { WINDOW = 256 << 10, GZIP_STEP = 32 << 10 };

static bool alloc_window(struct ls_source *s)
{
    s->cap = WINDOW;
    s->bytes = calloc(1, s->cap + LS_SOURCE_PADDING);
    s->no_memory = !s->bytes;
    return s->bytes;
}

/* The lock is asked for and given back at once: the writer only takes it when
 * it starts. */
static bool is_locked(int fd)
{
    if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
        flock(fd, LOCK_UN);
        return false;
    }
    return errno == EWOULDBLOCK;
}

static bool open_gzip(struct ls_source *s)
{
    unsigned char magic[2];
    if (pread(s->fd, magic, 2, 0) != 2 || magic[0] != 0x1f || magic[1] != 0x8b)
        return true;
    int fd = dup(s->fd); /* gzclose closes it */
    s->gzip = fd < 0 ? NULL : gzdopen(fd, "rb");
    if (!s->gzip) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    s->is_gzip = true;
    s->total = 0;
    gzbuffer(s->gzip, GZIP_STEP);
    return true;
}

static bool refuse(struct ls_source *s, char *text, size_t n, const char *why)
{
    snprintf(text, n, "%s", why);
    ls_source_close(s);
    return false;
}

bool ls_source_open(struct ls_source *s, const char *path, char *text,
                    size_t n_text)
{
    struct stat st;
    *s = (struct ls_source){.fd = -1};
    /* O_NONBLOCK: a FIFO without a writer must not hold us. */
    s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (s->fd < 0 || fstat(s->fd, &st) < 0)
        return refuse(s, text, n_text,
                      errno == ENOENT   ? "does not exist"
                      : errno == ENXIO  ? "is not a regular file"
                      : errno == EACCES ? "may not be read (permission denied)"
                                        : strerror(errno));
    if (S_ISDIR(st.st_mode))
        return refuse(s, text, n_text, "is a directory");
    if (!S_ISREG(st.st_mode))
        return refuse(s, text, n_text, "is not a regular file");
    s->total = (uint64_t)st.st_size;
    s->is_locked = is_locked(s->fd);
    if (!open_gzip(s) || !alloc_window(s))
        return refuse(s, text, n_text, "there is not enough memory");
    return true;
}

bool ls_source_open_memory(struct ls_source *s, const char *memory, size_t n)
{
    *s = (struct ls_source){.fd = -1, .total = n};
    s->memory = memory;
    s->n_memory = n;
    return alloc_window(s);
}

static ssize_t read_memory(struct ls_source *s, char *to, size_t n)
{
    size_t left = s->n_memory - s->memory_at;
    if (n > left)
        n = left;
    if (n)
        memcpy(to, s->memory + s->memory_at, n);
    s->memory_at += n;
    return (ssize_t)n;
}

static ssize_t read_gzip(struct ls_source *s, char *to, size_t n)
{
    int error = Z_OK;
    int got = gzread(s->gzip, to, n < GZIP_STEP ? (unsigned)n : GZIP_STEP);
    gzerror(s->gzip, &error);
    if (got < 0 || error == Z_DATA_ERROR)
        s->broken = "the compressed data is damaged";
    else if (error == Z_BUF_ERROR)
        s->broken = "the compressed data ends too early";
    return got;
}

static ssize_t read_file(struct ls_source *s, char *to, size_t n)
{
    ssize_t got;
    do
        got = read(s->fd, to, n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        s->broken = "the file could not be read further";
    return got;
}

static ssize_t read_some(struct ls_source *s, char *to, size_t n)
{
    if (s->fd < 0)
        return read_memory(s, to, n);
    return s->gzip ? read_gzip(s, to, n) : read_file(s, to, n);
}

static bool grow(struct ls_source *s)
{
    char *bytes = realloc(s->bytes, s->cap * 2 + LS_SOURCE_PADDING);
    if (!bytes) {
        s->no_memory = true;
        return false;
    }
    s->bytes = bytes;
    s->cap *= 2;
    return true;
}

bool ls_source_more(struct ls_source *s, size_t done)
{
    if (done) {
        memmove(s->bytes, s->bytes + done, s->n - done);
        s->n -= done;
        s->base += done;
    }
    if (s->ended || (s->n == s->cap && !grow(s)))
        return false;
    size_t room = s->cap - s->n;
    ssize_t got = read_some(s, s->bytes + s->n, room < WINDOW ? room : WINDOW);
    s->ended = got <= 0 || s->broken;
    s->n += got > 0 ? (size_t)got : 0;
    memset(s->bytes + s->n, 0, LS_SOURCE_PADDING);
    return got > 0;
}

bool ls_source_rewind(struct ls_source *s)
{
    s->n = 0;
    s->base = 0;
    s->ended = false;
    s->broken = NULL;
    s->memory_at = 0;
    if (s->gzip)
        return gzrewind(s->gzip) == 0;
    return s->fd < 0 || lseek(s->fd, 0, SEEK_SET) == 0;
}

void ls_source_close(struct ls_source *s)
{
    if (s->gzip)
        gzclose(s->gzip);
    if (s->fd >= 0)
        close(s->fd);
    free(s->bytes);
    *s = (struct ls_source){.fd = -1};
}
