#ifndef TESTS_E2E_CALLS_ROW_H
#define TESTS_E2E_CALLS_ROW_H
/* SPDX-License-Identifier: MIT */
/*
 * row.h - the table of blocking calls: a row each, in the files beside this
 * one. A new call is one row.
 *
 *     WAITS(read, "read", "pipe", "", make_pipe, write_late,
 *           read(fds[0], bytes, 1))
 *
 * says: read() waits LATE_MS for what write_late() does in another thread; it
 * has to be in the trace as "read", on a pipe, with a target that contains "",
 * called in this line by in_read(), and blocked for as long as it was.
 * QUIET rows are calls that could wait and do not: nothing may be in the trace
 * of them.
 *
 * Units: milliseconds.
 * Ownership: what is made for a row is released in clean_up().
 * Errors: printed; the test fails on any output it does not expect.
 * Threads: rows run on the loop's thread, what ends their waiting on another.
 */
#undef _FORTIFY_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LATE_MS = 30 };

struct row {
    const char *id;     /* of in_<id>() */
    const char *call;   /* its name in the trace; NULL: it is not there */
    const char *kind;   /* of the descriptor, or "" */
    const char *target; /* a part of it, or "" */
    const char *file;
    void (*prepare)(void);
    void (*end)(void); /* the waiting: by the other thread; or NULL */
    long (*run)(void);
    struct row *next;
};

void row_add(struct row *row);

/* errno is set before each call and has to be the same after it. */
#define ROW(id_, call_, kind_, target_, prepare_, end_, expression)            \
    static __attribute__((noinline)) long in_##id_(void)                       \
    {                                                                          \
        errno = 77;                                                            \
        long result_ = (long)(expression);                                     \
        __asm__ volatile("" ::: "memory"); /* no tail call */                  \
        return result_;                                                        \
    }                                                                          \
    static struct row row_##id_ = {.id = #id_,                                 \
                                   .call = call_,                              \
                                   .kind = kind_,                              \
                                   .target = target_,                          \
                                   .file = __FILE__,                           \
                                   .prepare = prepare_,                        \
                                   .end = end_,                                \
                                   .run = in_##id_};                           \
    static __attribute__((constructor)) void add_##id_(void)                   \
    {                                                                          \
        row_add(&row_##id_);                                                   \
    }

#define WAITS(...) ROW(__VA_ARGS__)
#define QUIET(id, prepare, expression)                                         \
    ROW(id, NULL, "", "", prepare, NULL, expression)

/* ---- what rows share ---------------------------------------------------- */

extern int fds[2];        /* [0] is read here, [1] is written late */
extern char bytes[65536]; /* to read into and to write from */

void nothing(void);
void sleep_late(void); /* LATE_MS, on another thread */
void make_pipe(void);
void make_sockets(void);
void fill(void);       /* fds[1], until there is no room */
void write_late(void); /* a line into fds[1] */
void close_late(void); /* fds[1] */
void drain_late(void); /* read what is in fds[0] */
void keep(int fd);     /* to be closed in clean_up() */
void unblock(void);    /* fds[0] and fds[1] become non-blocking */
void make_slow(void);  /* the next call of slow.c takes LATE_MS more */
void clean_up(void);
extern void (*undo)(void); /* by clean_up(), once; or NULL */

/* CLOCK_REALTIME or another, N_MS from now. */
struct timespec *from_now(int clock, int n_ms);

#define TRY(expression)                                                        \
    do {                                                                       \
        if ((long)(expression) < 0)                                            \
            printf("%s:%d: %s\n", __FILE__, __LINE__, strerror(errno));        \
    } while (0)

#endif
