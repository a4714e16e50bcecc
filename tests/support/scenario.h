#ifndef TESTS_SUPPORT_SCENARIO_H
#define TESTS_SUPPORT_SCENARIO_H
/* SPDX-License-Identifier: MIT */
/*
 * scenario.h - run an example and look at its trace.
 *
 * With VIRTUAL_TIME sleeps and polls move a clock of the program's own
 * (vclock.c): times are exact, and the run takes none. REAL_TIME is ten times
 * faster than life, and only order and own time mean anything.
 *
 *     struct scenario s;
 *     scenario_run(&s, VIRTUAL_TIME, "gather", NULL);
 *     assert_string_equal(s.run.out, ...);
 *     scenario_assert_sound(&s);
 *     scenario_free(&s);
 *
 * Units: the trace's; milliseconds since the first task began where it is
 *     said.
 * Ownership: the scenario owns trace and texts until scenario_free().
 * Errors: the running test fails.
 * Threads: tests have one.
 */
#include <stdint.h>

#include "analysis/trace.h"
#include "tests/support/run.h"

enum scenario_time { VIRTUAL_TIME, REAL_TIME };

struct scenario {
    char folder[256];
    char trace_path[320];
    struct run run;
    struct ls_trace *trace;
};

/* EXTRA: an option, or NULL. The example has to exit with 0, and to say
 * nothing on standard error (or SAID there). */
void scenario_run(struct scenario *s, enum scenario_time time,
                  const char *example, const char *extra);
void scenario_run_saying(struct scenario *s, enum scenario_time time,
                         const char *example, const char *extra,
                         const char *said);

void scenario_free(struct scenario *s);

/*
 * What holds of every run: the trace is whole, nothing was lost, every task is
 * over, and no two tasks of a loop ever ran at once.
 */
void scenario_assert_sound(const struct scenario *s);

/* The only task of that kind and label; "": no label. */
const struct ls_task *scenario_task(const struct scenario *s, const char *kind,
                                    const char *label);

/* Rounded, since the first task began. */
int64_t scenario_ms(const struct scenario *s, int64_t at_ns);

/*
 * All that happened to the tasks, a line each, in order:
 *
 *     0 main is made
 *     0 main starts
 *     0 main awaits gather
 *     2000 brew Masala resumes
 *     2000 brew Masala finishes
 *
 * To be freed.
 */
char *scenario_story(const struct scenario *s);

/* Run it with VIRTUAL_TIME: it prints PRINTED, is sound, and its story is that.
 * EXTRA as in scenario_run(). */
void scenario_assert_story(const char *example, const char *extra,
                           const char *printed, const char *story);

#endif
