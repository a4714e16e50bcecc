/* SPDX-License-Identifier: MIT */
#include "viewer/snippet.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How far into a file is read. */
#define MAX_BYTES (16 * 1024 * 1024)

/* O_NONBLOCK: opening a FIFO must not wait for its writer. */
static FILE *open_regular(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return NULL;
    struct stat about;
    FILE *file = NULL;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
        file = fdopen(fd, "r");
    if (!file)
        close(fd);
    return file;
}

/* Reads one line, keeping what fits of it; false at the end. */
static bool read_line(FILE *file, char *line, long *budget)
{
    size_t n = 0;
    int c = EOF;
    while (--*budget > 0 && (c = getc(file)) != EOF && c != '\n') {
        for (int i = c == '\t' ? 4 : 1; i > 0 && n + 1 < LS_SNIPPET_BYTES; i--)
            line[n++] = c == '\t' ? ' ' : (char)c;
    }
    line[n] = 0;
    return n > 0 || c == '\n';
}

/* Takes the indentation that all lines share away. */
static void outdent(struct ls_snippet *snippet)
{
    size_t least = LS_SNIPPET_BYTES;
    for (int i = 0; i < snippet->n; i++) {
        size_t blanks = strspn(snippet->lines[i], " ");
        if (snippet->lines[i][blanks] && blanks < least)
            least = blanks;
    }
    for (int i = 0; i < snippet->n; i++) {
        size_t length = strlen(snippet->lines[i]);
        size_t cut = least < length ? least : length;
        memmove(snippet->lines[i], snippet->lines[i] + cut, length - cut + 1);
    }
}

void ls_snippet_read(struct ls_snippet *snippet, const char *path,
                     uint32_t line)
{
    snippet->n = 0;
    FILE *file = line > 0 && *path ? open_regular(path) : NULL;
    if (!file)
        return;
    uint32_t around = LS_SNIPPET_LINES / 2;
    snippet->first = line > around ? line - around : 1;
    char skipped[LS_SNIPPET_BYTES];
    long budget = MAX_BYTES;
    uint32_t at = 1;
    while (at < snippet->first && read_line(file, skipped, &budget))
        at++;
    if (at == snippet->first)
        while (snippet->n < LS_SNIPPET_LINES &&
               read_line(file, snippet->lines[snippet->n], &budget))
            snippet->n++;
    fclose(file);
    if (snippet->first + (uint32_t)snippet->n <= line)
        snippet->n = 0; /* the file is not the one that was compiled */
    outdent(snippet);
}
