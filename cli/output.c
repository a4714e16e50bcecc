/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "label.h"
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0 or an errno. */
static int write_all(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t written = write(fd, data, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        data += written;
        n -= (size_t)written;
    }
    return 0;
}

void ls_output_say(const char *format, ...)
{
    struct ls_terminal terminal;
    ls_terminal_init(&terminal, STDERR_FILENO, LS_COLOR_NEVER);
    struct ls_text message = {0}, line = {0};
    va_list args;
    va_start(args, format);
    ls_text_addv(&message, format, args);
    va_end(args);
    ls_text_add(&line, "loopscope: ");
    ls_label_add(&line, &terminal.style, ls_text_get(&message));
    ls_text_add(&line, "\n");
    write_all(STDERR_FILENO, ls_text_get(&line), line.n);
    ls_text_destroy(&message);
    ls_text_destroy(&line);
}

static bool whole(const struct ls_text *text)
{
    if (text->failed)
        ls_output_say("out of memory; nothing was written");
    return !text->failed;
}

bool ls_output_text(const struct ls_text *text)
{
    if (!whole(text))
        return false;
    int error = write_all(STDOUT_FILENO, ls_text_get(text), text->n);
    if (error)
        ls_output_say("standard output: %s; the output is not whole",
                      strerror(error));
    return !error;
}

/* Write and close; 0 or an errno. */
static int fill(int fd, const struct ls_text *text)
{
    int error = write_all(fd, ls_text_get(text), text->n);
    if (close(fd) && !error)
        error = errno;
    return error;
}

static int write_directly(const char *path, const struct ls_text *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return fd < 0 ? errno : fill(fd, text);
}

static int write_beside(const char *path, const struct ls_text *text)
{
    struct ls_text beside = {0};
    ls_text_addf(&beside, "%s.%ld.tmp", path, (long)getpid());
    const char *name = ls_text_get(&beside);
    int error = ENOMEM;
    if (beside.failed)
        goto out;
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        error = errno;
        goto out;
    }
    error = fill(fd, text);
    if (!error && rename(name, path))
        error = errno;
    if (error)
        unlink(name);
out:
    ls_text_destroy(&beside);
    return error;
}

/* A symbolic link stays one: the file that it leads to is replaced. */
static int replace(const char *path, const struct ls_text *text)
{
    struct stat status;
    if (stat(path, &status))
        return write_beside(path, text);
    if (!S_ISREG(status.st_mode))
        return write_directly(path, text);
    char *real = realpath(path, NULL);
    int error = real ? write_beside(real, text) : errno;
    free(real);
    return error;
}

bool ls_output_file(const char *path, const struct ls_text *text)
{
    if (!whole(text))
        return false;
    int error = replace(path, text);
    if (error)
        ls_output_say("%s: %s; it was not written", path, strerror(error));
    return !error;
}
