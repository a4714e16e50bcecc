/* SPDX-License-Identifier: MIT */
/*
 * check_format.c - check_format TRACE...: says of each trace, plain or gzip,
 * which rules of traces/FORMAT.md it breaks, and on which lines. Exit 0 when
 * it breaks none, 1 when it does, 2 when a file cannot be read.
 */
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define MOST_COMPLAINTS 20

static size_t n_printed;

static void print(void *arg, size_t line, const char *text)
{
    if (n_printed++ < MOST_COMPLAINTS)
        fprintf(stderr, "%s:%zu: %s\n", (const char *)arg, line, text);
}

static char *read_file(const char *path, size_t *n)
{
    enum { BLOCK = 1 << 20 };
    gzFile file = gzopen(path, "rb");
    char *text = NULL;
    int got = -1;

    *n = 0;
    while (file != NULL) {
        char *grown = realloc(text, *n + BLOCK);
        if (grown == NULL)
            break;
        text = grown;
        got = gzread(file, text + *n, BLOCK);
        if (got <= 0)
            break;
        *n += (size_t)got;
    }
    if (file == NULL || got < 0) {
        free(text);
        text = NULL;
    }
    if (file != NULL)
        gzclose(file);
    return text;
}

static int check_file(char *path)
{
    struct format_check check = {.complain = print, .arg = path};
    size_t n = 0;
    char *text = read_file(path, &n);

    if (text == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return 2;
    }
    n_printed = 0;
    format_check_text(&check, text, n);
    free(text);
    printf("%s: %zu events, %zu complaints\n", path, check.n_events,
           check.n_complaints);
    return check.n_complaints ? 1 : 0;
}

int main(int argc, char **argv)
{
    int worst = argc < 2 ? 2 : 0;

    if (argc < 2)
        fprintf(stderr, "usage: check_format TRACE...\n");
    for (int i = 1; i < argc; i++) {
        int code = check_file(argv[i]);
        worst = code > worst ? code : worst;
    }
    return worst;
}
