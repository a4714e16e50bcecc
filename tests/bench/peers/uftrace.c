/* SPDX-License-Identifier: MIT */
/* uftrace.c - a function with -finstrument-functions, under `uftrace record`:
 * two events a call, its entry and its exit. Elsewhere (measure.c) nothing is
 * instrumented. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "measure.h"

#define UNTRACED __attribute__((no_instrument_function))

static volatile int sink;

static __attribute__((noinline)) void traced(int value)
{
    sink = value;
}

UNTRACED static void calls(size_t n)
{
    for (size_t i = 0; i < n; i++)
        traced((int)i);
}

UNTRACED int main(void)
{
    if (getenv("UFTRACE_DIR") == NULL) {
        fprintf(stderr, "not run by uftrace record\n");
        return 1;
    }
    measure_row("uftrace, an entry or exit of a function",
                &(struct measure){calls, 30000, 2});
    return 0;
}
