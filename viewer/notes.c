/* SPDX-License-Identifier: MIT */
#include "viewer/notes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char head[] = "loopscope notes 1\n";

#define MOST_BYTES (4 << 20) /* of a file; more nobody has typed */

static uint32_t place_of(const struct ls_notes *notes, int64_t at_ns)
{
    uint32_t i = 0;
    while (i < notes->n && notes->items[i].at_ns < at_ns)
        i++;
    return i;
}

static void take_out(struct ls_notes *notes, uint32_t i)
{
    memmove(notes->items + i, notes->items + i + 1,
            (notes->n - i - 1) * sizeof(*notes->items));
    notes->n--;
}

static bool put(struct ls_notes *notes, int64_t at_ns, const char *text)
{
    uint32_t i = place_of(notes, at_ns);
    bool has = i < notes->n && notes->items[i].at_ns == at_ns;
    if (!*text) {
        if (has)
            take_out(notes, i);
        return true;
    }
    if (!has) {
        struct ls_note *items =
            realloc(notes->items, (notes->n + (size_t)1) * sizeof(*items));
        if (!items)
            return false;
        notes->items = items;
        memmove(items + i + 1, items + i, (notes->n - i) * sizeof(*items));
        notes->n++;
    }
    notes->items[i].at_ns = at_ns;
    snprintf(notes->items[i].text, sizeof(notes->items[i].text), "%s", text);
    return true;
}

static void read_lines(struct ls_notes *notes, char *text)
{
    char *rest = text, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *end;
        errno = 0;
        int64_t at_ns = strtoll(line, &end, 10);
        if (end != line && *end == '\t' && errno == 0)
            put(notes, at_ns, end + 1);
    }
}

/* Opens the file of the notes if it is theirs. -1 with errno 0: it is somebody
 * else's. */
static int open_own(const char *path, int flags)
{
    char start[sizeof(head)] = "";
    struct stat about;
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return -1;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
        about.st_size <= MOST_BYTES &&
        pread(fd, start, sizeof(head) - 1, 0) == (ssize_t)sizeof(head) - 1 &&
        strcmp(start, head) == 0)
        return fd;
    close(fd);
    errno = 0;
    return -1;
}

static bool complain(const struct ls_notes *notes, int error,
                     char why[LS_NOTES_WHY])
{
    snprintf(why, LS_NOTES_WHY, "%.300s: %s", notes->path,
             error ? strerror(error)
                   : "is no file of notes; it stays as it is");
    return false;
}

bool ls_notes_read(struct ls_notes *notes, const char *trace_path,
                   char why[LS_NOTES_WHY])
{
    ls_notes_destroy(notes);
    size_t n = strlen(trace_path) + sizeof(".notes");
    notes->path = malloc(n);
    if (!notes->path)
        return false;
    snprintf(notes->path, n, "%s.notes", trace_path);
    int fd = open_own(notes->path, O_RDONLY);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? true
                   : complain(notes, errno, why);
    char *text = malloc(MOST_BYTES + 1);
    ssize_t got = text ? pread(fd, text, MOST_BYTES, 0) : -1;
    close(fd);
    if (got >= 0) {
        text[got] = 0;
        read_lines(notes, text + sizeof(head) - 1);
    }
    free(text);
    return got >= 0 ? true : complain(notes, ENOMEM, why);
}

static bool append(const struct ls_notes *notes, const char *line, size_t n)
{
    int fd = open_own(notes->path, O_RDWR | O_APPEND);
    if (fd < 0 && errno == ENOENT) {
        fd = open(notes->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 &&
            write(fd, head, sizeof(head) - 1) != (ssize_t)sizeof(head) - 1) {
            close(fd);
            return false;
        }
    }
    if (fd < 0)
        return false;
    errno = 0;
    bool good = write(fd, line, n) == (ssize_t)n;
    int error = errno ? errno : ENOSPC;
    if (close(fd) != 0 && good) {
        good = false;
        error = errno;
    }
    if (!good)
        errno = error;
    return good;
}

bool ls_notes_write(struct ls_notes *notes, int64_t at_ns, const char *text,
                    char why[LS_NOTES_WHY])
{
    char line[LS_NOTE_BYTES + 32];
    if (!notes->path) {
        snprintf(why, LS_NOTES_WHY, "there is no trace to write a note beside");
        return false;
    }
    int n = snprintf(line, sizeof(line), "%" PRId64 "\t%.*s\n", at_ns,
                     LS_NOTE_BYTES - 1, text);
    if (!append(notes, line, (size_t)n))
        return complain(notes, errno, why);
    if (put(notes, at_ns, text))
        return true;
    return complain(notes, ENOMEM, why);
}

void ls_notes_destroy(struct ls_notes *notes)
{
    free(notes->path);
    free(notes->items);
    *notes = (struct ls_notes){0};
}
