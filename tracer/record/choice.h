#ifndef LS_RECORD_CHOICE_H
#define LS_RECORD_CHOICE_H
/* SPDX-License-Identifier: MIT */
/*
 * choice.h - which of its polls a thread's loop is.
 *
 * A thread polls by keys: an epoll descriptor, or the place of a poll() or
 * select(). One key is its loop; a poll of another key is a call that blocks
 * the loop, unless that key has become the loop. Pure: it is told the time and
 * whether a descriptor is closed. Not for what is recorded (turn.h).
 *
 *     if (choice.key != key && ls_choice_replace(&choice, &polled))
 *         ...; // a loop, or another one
 *
 * Units: ticks.
 * Ownership: none.
 * Errors: none.
 * Threads: each its own choice.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tracer/record/shared.h"

#define LS_NO_KEY UINT64_MAX

struct ls_choice {
    uint64_t key;         /* of the loop; LS_NO_KEY: none yet */
    uint64_t before;      /* the loop's key before that; LS_NO_KEY: none */
    uint64_t since;       /* when it was chosen */
    uint64_t other;       /* polled without KEY in between */
    uint64_t other_since; /* first */
    uint32_t n_other;     /* times; 0: none */
    uint32_t n_own;       /* polls of KEY */
    enum ls_loop_kind kind;
    uint64_t look_at; /* not before: whether KEY is closed (turn.c) */
};

/* One poll. */
struct ls_polled {
    enum ls_loop_kind kind;
    uint64_t key;
    uint64_t now;
    uint64_t ticks_per_ms;
    bool may_wait;   /* its timeout is not 0 */
    bool old_closed; /* the descriptor that is CHOICE's key is closed */
};

#define LS_NO_CHOICE                                                           \
    (struct ls_choice)                                                         \
    {                                                                          \
        .key = LS_NO_KEY, .before = LS_NO_KEY                                  \
    }

/* A poll of another key than the choice's: whether that is the loop now. */
bool ls_choice_replace(struct ls_choice *c, const struct ls_polled *polled);

/* KEY is the loop from NOW on, whatever speaks against it. */
void ls_choice_take(struct ls_choice *c, enum ls_loop_kind kind, uint64_t key,
                    uint64_t now);

#endif
