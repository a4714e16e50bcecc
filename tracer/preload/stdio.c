/* SPDX-License-Identifier: MIT */
/*
 * Streams. libc's own reads and writes below them do not pass through hooks.
 * A byte that is in the buffer, or that fits, is not worth a look at the
 * clock: glibc's own macros test the same fields (bits/types/struct_FILE.h).
 */
#include "blocks.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "tracer/record/nonblocking.h"

static inline void stream_subject(struct ls_subject *about, FILE *stream)
{
    ls_subject_io(about, stream ? stream->_fileno : -1);
}

static inline size_t n_readable(const FILE *stream)
{
    return (size_t)(stream->_IO_read_end - stream->_IO_read_ptr);
}

/* None of a stream that is flushed at each line's end. */
static inline size_t n_writable(const FILE *stream)
{
    return (size_t)(stream->_IO_write_end - stream->_IO_write_ptr);
}

#define STREAM_DO(call, type, name, parameters, arguments)                     \
    LS_BLOCKS(call, stream_subject(about, stream), type, name, parameters,     \
              arguments)

/* The same, but nothing to watch where EASY. */
#define STREAM_DO_UNLESS(easy, call, type, name, parameters, arguments)        \
    LS_BLOCKS_UNLESS(easy, call, stream_subject(about, stream), type, name,    \
                     parameters, arguments)

/* ---- opening, flushing, closing ----------------------------------------- */

#define OPENS_STREAM(call, name, parameters, arguments)                        \
    LS_HOOK FILE *name parameters                                              \
    {                                                                          \
        struct ls_call_scope scope;                                            \
        LS_BLOCKS_BEGIN(scope, call, ls_subject_text(about, path));            \
        FILE *stream = LS_REAL(name) arguments;                                \
        scope.subject.fd = stream ? stream->_fileno : -1;                      \
        ls_call_end(&scope);                                                   \
        return stream;                                                         \
    }

OPENS_STREAM(FOPEN, fopen, (const char *path, const char *mode), (path, mode))
OPENS_STREAM(FOPEN, fopen64, (const char *path, const char *mode), (path, mode))
/* The number that the old one had may be the new one's. */
#define REOPENS_STREAM(name)                                                   \
    LS_HOOK FILE *name(const char *path, const char *mode, FILE *old)          \
    {                                                                          \
        struct ls_call_scope scope;                                            \
        if (old)                                                               \
            ls_nonblocking_remove(old->_fileno);                               \
        LS_BLOCKS_BEGIN(scope, FREOPEN, ls_subject_text(about, path));         \
        FILE *stream = LS_REAL(name)(path, mode, old);                         \
        scope.subject.fd = stream ? stream->_fileno : -1;                      \
        ls_call_end(&scope);                                                   \
        return stream;                                                         \
    }

REOPENS_STREAM(freopen)
REOPENS_STREAM(freopen64)

STREAM_DO(FFLUSH, int, fflush, (FILE * stream), (stream))
STREAM_DO(FFLUSH, int, fflush_unlocked, (FILE * stream), (stream))
/* After it the descriptor may be another's. */
LS_HOOK int fclose(FILE *stream)
{
    int result;
    if (stream)
        ls_nonblocking_remove(stream->_fileno);
    LS_BLOCKS_AROUND(FCLOSE, ls_subject_none(about), result,
                     LS_REAL(fclose)(stream));
    return result;
}

/* ---- reading ------------------------------------------------------------ */

#define READS(easy, call, type, name, parameters, arguments)                   \
    STREAM_DO_UNLESS(easy, call, type, name, parameters, arguments)
#define READS_BLOCK(name)                                                      \
    READS(size <= 4096 && n <= 4096 && size * n <= n_readable(stream), FREAD,  \
          size_t, name, (void *to, size_t size, size_t n, FILE *stream),       \
          (to, size, n, stream))
#define READS_BLOCK_CHECKED(name)                                              \
    STREAM_DO(FREAD, size_t, name,                                             \
              (void *to, size_t room, size_t size, size_t n, FILE *stream),    \
              (to, room, size, n, stream))
#define READS_BYTE(name)                                                       \
    READS(n_readable(stream) > 0, FGETC, int, name, (FILE * stream), (stream))

READS_BLOCK(fread)
READS_BLOCK(fread_unlocked)
READS_BLOCK_CHECKED(__fread_chk)
READS_BLOCK_CHECKED(__fread_unlocked_chk)
READS_BYTE(fgetc)
READS_BYTE(getc)
READS_BYTE(_IO_getc)
READS_BYTE(fgetc_unlocked)
READS_BYTE(getc_unlocked)

STREAM_DO(FGETS, char *, fgets, (char *to, int n, FILE *stream),
          (to, n, stream))
STREAM_DO(FGETS, char *, fgets_unlocked, (char *to, int n, FILE *stream),
          (to, n, stream))
STREAM_DO(FGETS, char *, __fgets_chk,
          (char *to, size_t room, int n, FILE *stream), (to, room, n, stream))
STREAM_DO(FGETS, char *, __fgets_unlocked_chk,
          (char *to, size_t room, int n, FILE *stream), (to, room, n, stream))
STREAM_DO(GETLINE, ssize_t, getline, (char **to, size_t *n, FILE *stream),
          (to, n, stream))
STREAM_DO(GETDELIM, ssize_t, getdelim,
          (char **to, size_t *n, int end, FILE *stream), (to, n, end, stream))
STREAM_DO(GETDELIM, ssize_t, __getdelim,
          (char **to, size_t *n, int end, FILE *stream), (to, n, end, stream))
STREAM_DO(VFSCANF, int, __isoc99_vfscanf,
          (FILE * stream, const char *format, va_list list),
          (stream, format, list))

/* ---- writing ------------------------------------------------------------ */

#define WRITES_BLOCK(name)                                                     \
    STREAM_DO_UNLESS(                                                          \
        size <= 4096 && n <= 4096 && size * n <= n_writable(stream), FWRITE,   \
        size_t, name, (const void *from, size_t size, size_t n, FILE *stream), \
        (from, size, n, stream))
#define WRITES_BYTE(name)                                                      \
    STREAM_DO_UNLESS(n_writable(stream) > 0, FPUTC, int, name,                 \
                     (int byte, FILE *stream), (byte, stream))

WRITES_BLOCK(fwrite)
WRITES_BLOCK(fwrite_unlocked)
WRITES_BYTE(fputc)
WRITES_BYTE(putc)
WRITES_BYTE(_IO_putc)
WRITES_BYTE(fputc_unlocked)
WRITES_BYTE(putc_unlocked)

STREAM_DO(FPUTS, int, fputs, (const char *text, FILE *stream), (text, stream))
STREAM_DO(FPUTS, int, fputs_unlocked, (const char *text, FILE *stream),
          (text, stream))
STREAM_DO(VFPRINTF, int, vfprintf,
          (FILE * stream, const char *format, va_list list),
          (stream, format, list))
STREAM_DO(VFPRINTF, int, __vfprintf_chk,
          (FILE * stream, int flag, const char *format, va_list list),
          (stream, flag, format, list))
LS_BLOCKS(VDPRINTF, ls_subject_io(about, fd), int, vdprintf,
          (int fd, const char *format, va_list list), (fd, format, list))
LS_BLOCKS(VDPRINTF, ls_subject_io(about, fd), int, __vdprintf_chk,
          (int fd, int flag, const char *format, va_list list),
          (fd, flag, format, list))

/* ---- those of the standard streams -------------------------------------- */

#define STANDARD(call, which, type, name, parameters, arguments)               \
    LS_BLOCKS(call, stream_subject(about, which), type, name, parameters,      \
              arguments)

STANDARD(GETCHAR, stdin, int, getchar, (void), ())
STANDARD(GETCHAR, stdin, int, getchar_unlocked, (void), ())
STANDARD(PUTCHAR, stdout, int, putchar, (int byte), (byte))
STANDARD(PUTCHAR, stdout, int, putchar_unlocked, (int byte), (byte))
STANDARD(PUTS, stdout, int, puts, (const char *text), (text))
STANDARD(VPRINTF, stdout, int, vprintf, (const char *format, va_list list),
         (format, list))
STANDARD(VPRINTF, stdout, int, __vprintf_chk,
         (int flag, const char *format, va_list list), (flag, format, list))
LS_BLOCKS_VOID(PERROR, stream_subject(about, stderr), perror,
               (const char *text), (text))

/* ---- with a variable number of arguments -------------------------------- */

/* By the function that takes them as a list, which is all that the real one
 * does. LAST is the last of those that have a name. */
#define FORMATS(call, subject, name, parameters, last, with_list, arguments)   \
    int name parameters;                                                       \
    LS_HOOK int name parameters                                                \
    {                                                                          \
        int result;                                                            \
        va_list list;                                                          \
        va_start(list, last);                                                  \
        LS_BLOCKS_AROUND(call, subject, result, LS_REAL(with_list) arguments); \
        va_end(list);                                                          \
        return result;                                                         \
    }

FORMATS(FSCANF, stream_subject(about, stream), __isoc99_fscanf,
        (FILE * stream, const char *format, ...), format, __isoc99_vfscanf,
        (stream, format, list))
FORMATS(SCANF, stream_subject(about, stdin), __isoc99_scanf,
        (const char *format, ...), format, __isoc99_vfscanf,
        (stdin, format, list))
FORMATS(PRINTF, stream_subject(about, stdout), printf,
        (const char *format, ...), format, vfprintf, (stdout, format, list))
FORMATS(PRINTF, stream_subject(about, stdout), __printf_chk,
        (int flag, const char *format, ...), format, __vfprintf_chk,
        (stdout, flag, format, list))
FORMATS(FPRINTF, stream_subject(about, stream), fprintf,
        (FILE * stream, const char *format, ...), format, vfprintf,
        (stream, format, list))
FORMATS(FPRINTF, stream_subject(about, stream), __fprintf_chk,
        (FILE * stream, int flag, const char *format, ...), format,
        __vfprintf_chk, (stream, flag, format, list))
FORMATS(DPRINTF, ls_subject_io(about, fd), dprintf,
        (int fd, const char *format, ...), format, vdprintf, (fd, format, list))
FORMATS(DPRINTF, ls_subject_io(about, fd), __dprintf_chk,
        (int fd, int flag, const char *format, ...), format, __vdprintf_chk,
        (fd, flag, format, list))

LS_BLOCKS_VOID(VSYSLOG, ls_subject_none(about), vsyslog,
               (int priority, const char *format, va_list list),
               (priority, format, list))
LS_BLOCKS_VOID(VSYSLOG, ls_subject_none(about), __vsyslog_chk,
               (int priority, int flag, const char *format, va_list list),
               (priority, flag, format, list))

#define LOGS(name, parameters, last, with_list, arguments)                     \
    void name parameters;                                                      \
    LS_HOOK void name parameters                                               \
    {                                                                          \
        struct ls_call_scope scope;                                            \
        va_list list;                                                          \
        va_start(list, last);                                                  \
        LS_BLOCKS_BEGIN(scope, SYSLOG, ls_subject_none(about));                \
        LS_REAL(with_list) arguments;                                          \
        ls_call_end(&scope);                                                   \
        va_end(list);                                                          \
    }

LOGS(syslog, (int priority, const char *format, ...), format, vsyslog,
     (priority, format, list))
LOGS(__syslog_chk, (int priority, int flag, const char *format, ...), format,
     __vsyslog_chk, (priority, flag, format, list))
