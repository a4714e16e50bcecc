/* SPDX-License-Identifier: MIT */
#include "example.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uv.h>

#include "tracer/loopscope.h"

static double speed = 1.0;
static uint64_t started_ns; /* on uv_hrtime()'s clock */

static void usage(const struct example *example)
{
    printf("Usage: %s [-o TRACE]", example->name);
    for (const struct example_option *o = example->options; o && o->name; o++)
        printf(o->argument ? " [%s %s]" : " [%s]", o->name, o->argument);
    printf("\n%s\n\n", example->purpose);
    printf("  %-12s  the trace to write (default: %s.json)\n", "-o TRACE",
           example->name);
    for (const struct example_option *o = example->options; o && o->name; o++) {
        char text[32];
        snprintf(text, sizeof text, "%s %s", o->name,
                 o->argument ? o->argument : "");
        printf("  %-12s  %s\n", text, o->help);
    }
    printf("  %-12s  this text\n\n", "--help");
    printf("LS_EXAMPLE_SPEED=N makes time run N times faster.\n"
           "\n"
           "Then:  loopscope report %s.json\n",
           example->name);
}

static const struct example_option *find_option(
    const struct example_option *options, const char *name)
{
    for (; options && options->name; options++)
        if (strcmp(options->name, name) == 0)
            return options;
    return NULL;
}

/* 0: go on; 1: the help was asked for and given; -1: wrong, said so. */
static int read_options(const struct example *example, int argc, char **argv,
                        const char **trace)
{
    const struct example_option own = {"-o", "TRACE", NULL, trace};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            usage(example);
            return 1;
        }
        const struct example_option *option =
            strcmp(argv[i], own.name) == 0
                ? &own
                : find_option(example->options, argv[i]);
        if (!option || (option->argument && i + 1 == argc)) {
            fprintf(stderr, "%s: %s %s (try --help)\n", example->name, argv[i],
                    option ? "needs an argument" : "is not an option");
            return -1;
        }
        *option->value = option->argument ? argv[++i] : "";
    }
    return 0;
}

static int read_speed(const struct example *example)
{
    const char *text = getenv("LS_EXAMPLE_SPEED");
    if (!text || !*text)
        return 0;
    char *end;
    double value = strtod(text, &end);
    if (*end || !(value >= 0.01 && value <= 1000)) {
        fprintf(stderr,
                "%s: LS_EXAMPLE_SPEED=%s: not a number from 0.01 to 1000\n",
                example->name, text);
        return -1;
    }
    speed = value;
    return 0;
}

static int complain(const char *what, int error)
{
    const char *detail = ls_error_detail();
    fprintf(stderr, "%s: %s%s%s\n", what, ls_strerror(error),
            *detail ? ": " : "", detail);
    return 1;
}

bool example_open(const struct example *example, int argc, char **argv,
                  int *status)
{
    char own_name[64];
    snprintf(own_name, sizeof own_name, "%s.json", example->name);
    const char *trace = own_name;

    int asked = read_options(example, argc, argv, &trace);
    if (asked != 0 || read_speed(example) != 0) {
        *status = asked == 1 ? 0 : 2;
        return false;
    }
    /* The lines are to appear when they are printed, in a pipe too. */
    setvbuf(stdout, NULL, _IOLBF, 0);

    int error = ls_open(&(struct ls_options){.trace = trace});
    if (error) {
        *status = complain(example->name, error);
        return false;
    }
    started_ns = uv_hrtime();
    return true;
}

int example_close(int status)
{
    int error = ls_close();
    if (error)
        return complain("the trace is not whole", error);
    return status;
}

int example_run(const struct example *example, int argc, char **argv,
                co_body body)
{
    int status;
    if (!example_open(example, argc, argv, &status))
        return status;
    return example_close(
        co_run(example->task ? example->task : "main", body, NULL));
}

int64_t example_ns(double seconds)
{
    return (int64_t)(seconds * 1e9 / speed + 0.5);
}

unsigned example_stall_us(double seconds)
{
    int64_t ns = example_ns(seconds);
    if (ns < EXAMPLE_STALL_MIN_NS)
        ns = EXAMPLE_STALL_MIN_NS;
    return (unsigned)((ns + 999) / 1000);
}

double example_now(void)
{
    return (double)(uv_hrtime() - started_ns) * speed / 1e9;
}

void example_compute(double seconds)
{
    uint64_t until = uv_hrtime() + (uint64_t)example_ns(seconds);
    volatile unsigned work = 1;
    while (uv_hrtime() < until)
        work = work * 1664525u + 1013904223u;
}

static int64_t cpu_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

void example_work(double ms)
{
    int64_t until = cpu_ns() + (int64_t)(ms * 1e6);
    volatile unsigned work = 1;
    while (cpu_ns() < until)
        for (int i = 0; i < 1000; i++)
            work = work * 1664525u + 1013904223u;
}
