#ifndef LS_ANALYSIS_SENTENCE_H
#define LS_ANALYSIS_SENTENCE_H
/* SPDX-License-Identifier: MIT */
/*
 * sentence.h - the clauses that messages and advice are put together from.
 *
 * For the rules that say their own sentences in the file that judges them; the
 * others' are in sentence.c. Private to analysis.
 *
 *     void ls_say_spinning(const struct ls_sentence *s)
 *     {
 *         ls_say(s, "the loop polled %u times in ", n);
 *         ls_say_time(s, s->finding->duration_ns);
 *     }
 *
 * Units: nanoseconds.
 * Ownership: all is borrowed.
 * Errors: OUT's.
 * Threads: one.
 */
#include "finding.h"

#include <stdio.h>

struct ls_sentence {
    const struct ls_trace *trace;
    const struct ls_finding *finding;
    FILE *out;
};

__attribute__((format(printf, 2, 3))) void ls_say(const struct ls_sentence *s,
                                                  const char *format, ...);

const char *ls_say_text(const struct ls_sentence *s, ls_string string);

/* What the program said, its beginning if it said much. */
void ls_say_quoted(const struct ls_sentence *s, ls_string string);

/* "12 us", "3.4 ms", "11.0 s" */
void ls_say_time(const struct ls_sentence *s, int64_t ns);

/* "brew" (Masala) */
void ls_say_named(const struct ls_sentence *s, uint32_t task_idx);

/* Other tasks that are named in one sentence, at most. */
enum { LS_SAY_TASKS = 4 };

/* "; 3 tasks wait behind it" */
void ls_say_behind(const struct ls_sentence *s);

/* the task "brew" (Masala) */
void ls_say_task(const struct ls_sentence *s);

/* Where: the function and line, else the callback, else the task. */
void ls_say_place(const struct ls_sentence *s);

/* "; 3 times, 90.0 ms in all; 2 tasks waited" */
void ls_say_count(const struct ls_sentence *s);
void ls_say_waiters(const struct ls_sentence *s);

/* "a turn of the loop", with its name */
void ls_say_turn(const struct ls_sentence *s);

/* Whether libuv's functions are a way out for this program. */
bool ls_say_has_libuv(const struct ls_sentence *s);

/* Messages and advice of the rules that say them themselves. */
void ls_say_never_awaited(const struct ls_sentence *s);
void ls_advise_never_awaited(const struct ls_sentence *s);
void ls_say_lost_wake(const struct ls_sentence *s);
void ls_say_await_cycle(const struct ls_sentence *s);
void ls_say_sequential_awaits(const struct ls_sentence *s);
void ls_say_long_turn(const struct ls_sentence *s);
void ls_advise_long_turn(const struct ls_sentence *s);
void ls_say_timer_drift(const struct ls_sentence *s);
void ls_advise_timer_drift(const struct ls_sentence *s);
void ls_say_handles(const struct ls_sentence *s);
void ls_advise_handles(const struct ls_sentence *s);
void ls_say_pool(const struct ls_sentence *s);
void ls_advise_pool(const struct ls_sentence *s);
void ls_say_spinning(const struct ls_sentence *s);
void ls_advise_spinning(const struct ls_sentence *s);

#endif
