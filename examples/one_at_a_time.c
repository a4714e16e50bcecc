/* SPDX-License-Identifier: MIT */
/*
 * The loop as a scheduler: it runs one task at a time and switches only where
 * a task awaits. None is interrupted in the middle of a step, however long
 * the others have been ready.
 */
#include <stdio.h>

#include "support/example.h"

#define STEPS 3

static struct co_result fetch_data(void *name)
{
    for (int i = 1; i <= STEPS; i++) {
        printf("%s: step %d begins\n", (const char *)name, i);
        example_compute(0.003);
        printf("%s: step %d ends\n", (const char *)name, i);
        co_yield (); /* pause here, let the loop run something else */
    }
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    static const struct co_call calls[] = {
        {"fetch_data", "A", fetch_data, "A"},
        {"fetch_data", "B", fetch_data, "B"},
        {"fetch_data", "C", fetch_data, "C"},
    };
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "one_at_a_time",
        .purpose = "Three tasks that take turns, step by step.",
    };
    return example_run(&about, argc, argv, main_task);
}
