#ifndef EXAMPLES_EXAMPLE_H
#define EXAMPLES_EXAMPLE_H
/* SPDX-License-Identifier: MIT */
/*
 * example.h - what every example has in common: its options, its trace, its
 * clock.
 *
 *     static const struct example about = {
 *         .name = "gather", .purpose = "three brews at once: 2 s, not 6 s"};
 *     int main(int argc, char **argv)
 *     {
 *         return example_run(&about, argc, argv, main_task);
 *     }
 *
 * Units: seconds of the example's time. LS_EXAMPLE_SPEED=N makes it run N
 *     times faster; what blocks on purpose still takes EXAMPLE_STALL_MIN_NS.
 * Ownership: nothing is handed over.
 * Errors: said on stderr; the value to exit with is returned.
 * Threads: example_open() before any other thread is started; the clock from
 *     any.
 */
#include <stdbool.h>
#include <stdint.h>

#include "co.h"

/* A stall made on purpose is to be seen at any speed: 1.2 times the 50 ms from
 * which `loopscope check` fails. */
#define EXAMPLE_STALL_MIN_NS INT64_C(60000000)

/* An option besides -o and --help. */
struct example_option {
    const char *name;     /* "--port" */
    const char *argument; /* "N"; NULL: it takes none */
    const char *help;
    const char **value; /* set to the argument, or to "" */
};

struct example {
    const char *name;
    const char *purpose;                  /* one line */
    const char *task;                     /* kind of its task; NULL: "main" */
    const struct example_option *options; /* ends with a NULL name; or NULL */
};

/*
 * Read options and speed and begin to record. True: go on, and call
 * example_close() at the end. False: exit with *STATUS.
 */
bool example_open(const struct example *example, int argc, char **argv,
                  int *status);

/* Make the trace whole. STATUS, or 1 if that failed. */
int example_close(int status);

/* All of it, for an example that is one task and what it starts. */
int example_run(const struct example *example, int argc, char **argv,
                co_body body);

/* How long so many seconds of the example really last. */
int64_t example_ns(double seconds);

/* The same for what blocks the loop on purpose, in microseconds. */
unsigned example_stall_us(double seconds);

/* Seconds of the example's time since example_open(). */
double example_now(void);

/* Keep the CPU for so long. */
void example_compute(double seconds);

/* Work that needs so many milliseconds of the CPU, at any speed: what is judged
 * by own time does not get faster with the example's clock. */
void example_work(double ms);

#endif
