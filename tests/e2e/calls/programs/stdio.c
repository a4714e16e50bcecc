/* SPDX-License-Identifier: MIT */
/* Rows: streams. What libc does below them passes by its own hooks. */
#include <stdarg.h>
#include <syslog.h>

#include "row.h"

char *__fgets_chk(char *to, size_t room, int n, FILE *stream);
size_t __fread_chk(void *to, size_t room, size_t size, size_t n, FILE *stream);
ssize_t getline_itself(char **to, size_t *n, FILE *stream) __asm__("getline");
int __fprintf_chk(FILE *stream, int flag, const char *format, ...);

static FILE *in, *out;
static char line[256], *grown;
static size_t n_grown;

/* The stream is closed with its descriptor's other end still kept. */
static void make_in(void)
{
    make_pipe();
    in = fdopen(dup(fds[0]), "r");
}

static void make_out(void)
{
    make_pipe();
    fill();
    out = fdopen(dup(fds[1]), "w");
    setvbuf(out, NULL, _IONBF, 0);
}

static void make_pending(void)
{
    make_pipe();
    out = fdopen(dup(fds[1]), "w");
    fwrite(bytes, 1, 4000, out);
    fill();
}

static void write_and_close(void)
{
    write_late();
    close_late();
}

static long close_in(long result)
{
    fclose(in);
    return result;
}

static long close_out(long result)
{
    fclose(out);
    return result;
}

static __attribute__((format(printf, 2, 3))) int print(FILE *stream,
                                                       const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vfprintf(stream, format, list);
    va_end(list);
    return n;
}

static char word[8];

WAITS(fread, "fread", "pipe", "", make_in, write_late,
      close_in((long)fread(line, 1, 7, in) - 7))
WAITS(fread_chk, "fread", "pipe", "", make_in, write_late,
      close_in((long)__fread_chk(line, sizeof line, 1, 7, in) - 7))
WAITS(fgets, "fgets", "pipe", "", make_in, write_late,
      close_in(strcmp(fgets(line, sizeof line, in), "a line\n")))
WAITS(fgets_chk, "fgets", "pipe", "", make_in, write_late,
      close_in(strcmp(__fgets_chk(line, sizeof line, sizeof line, in),
                      "a line\n")))
WAITS(fgetc, "fgetc", "pipe", "", make_in, write_late,
      close_in(fgetc(in) - 'a'))
WAITS(getc, "fgetc", "pipe", "", make_in, write_late, close_in(getc(in) - 'a'))
WAITS(getline, "getline", "pipe", "", make_in, write_late,
      close_in(getline_itself(&grown, &n_grown, in) - 7))
WAITS(getdelim, "getdelim", "pipe", "", make_in, write_late,
      close_in(getdelim(&grown, &n_grown, 'n', in) - 5))
WAITS(fscanf, "fscanf", "pipe", "", make_in, write_and_close,
      close_in(fscanf(in, "%*s %7s", word) - 1 + strcmp(word, "line")))

WAITS(fwrite, "fwrite", "pipe", "", make_out, drain_late,
      close_out((long)fwrite(bytes, 1, 4096, out) - 4096))
WAITS(fputs, "fputs", "pipe", "", make_out, drain_late,
      close_out(fputs("some text", out) < 0))
WAITS(fputc, "fputc", "pipe", "", make_out, drain_late,
      close_out(fputc('x', out) - 'x'))
WAITS(fprintf, "fprintf", "pipe", "", make_out, drain_late,
      close_out(fprintf(out, "%s %d %.1f", "text", 42, 0.5) - 11))
WAITS(fprintf_chk, "fprintf", "pipe", "", make_out, drain_late,
      close_out(__fprintf_chk(out, 1, "%s %d %.1f", "text", 42, 0.5) - 11))
WAITS(vfprintf, "vfprintf", "pipe", "", make_out, drain_late,
      close_out(print(out, "%s %d", "text", 42) - 7))
WAITS(dprintf, "dprintf", "pipe", "", make_out, drain_late,
      close_out(dprintf(fds[1], "%s %d", "text", 42) - 7))
WAITS(fflush, "fflush", "pipe", "", make_pending, drain_late,
      close_out(fflush(out)))
WAITS(fclose, "fclose", "", "", make_pending, drain_late, fclose(out))

static long write_often(void)
{
    for (int i = 0; i < 100; i++) {
        if (fprintf(out, "%d", i % 10) != 1 || fputc('x', out) != 'x' ||
            fwrite("x", 1, 1, out) != 1)
            return 1;
    }
    return close_out(0);
}

static void make_buffered(void)
{
    make_pipe();
    out = fdopen(dup(fds[1]), "w");
}

static long read_often(void)
{
    for (int i = 0; i < 7; i++)
        if (getc(in) != "a line\n"[i])
            return 1;
    return close_in(0);
}

static void make_ready(void)
{
    make_in();
    write_late();
}

QUIET(stream_room, make_buffered, write_often())
QUIET(stream_ready, make_ready, read_often())
