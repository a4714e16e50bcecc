/* SPDX-License-Identifier: MIT */
/*
 * bench_recorder [--quick]: what it costs the traced program to record, beside
 * what it costs to read a clock, in one run.
 *
 * Rounds of the cases take turns, so that a busy moment of the machine hits
 * all of them; the median counts. After each round the collector gets time to
 * write what is there, as in a program that does other work as well.
 *
 * --quick: a few rounds, as a test: fails if a record was lost or a call
 * fails, never on time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tracer/loopscope.h"
#include "tracer/record/clock.h"

enum { MOST_ROUNDS = 25, PER_ROUND = 60000 };

static ls_name_id kind, what;
static ls_task_id task;
static volatile uint64_t sink;

static void read_counter(int n)
{
    while (n-- > 0)
        sink = ls_clock_ticks();
}

static void read_clock(int n)
{
    while (n-- > 0)
        sink = ls_clock_monotonic();
}

static void switch_task(int n)
{
    const struct ls_await await = {.kind = what};
    for (; n > 0; n -= 2) {
        ls_task_await(task, &await);
        ls_task_resume(task);
    }
}

static void live(int n)
{
    for (; n > 0; n -= 2)
        ls_task_finish(ls_task_start(kind, "label"), LS_FINISHED_OK, NULL);
}

static void span(int n)
{
    for (; n > 0; n -= 2) {
        ls_span_begin(what);
        ls_span_end(what);
    }
}

static void count(int n)
{
    while (n-- > 0)
        ls_counter(what, n);
}

struct bench_case {
    const char *name;
    void (*run)(int n);
    int records; /* whether it leaves some */
    double rounds[MOST_ROUNDS];
};

static struct bench_case cases[] = {
    {"cycle counter", read_counter, 0, {0}},
    {"clock_gettime(MONOTONIC)", read_clock, 0, {0}},
    {"task event: await, resume", switch_task, 1, {0}},
    {"task event: start with a label, finish", live, 1, {0}},
    {"span event: begin, end", span, 1, {0}},
    {"counter event", count, 1, {0}},
};

enum { N_CASES = sizeof cases / sizeof cases[0] };

static double once(const struct bench_case *c)
{
    uint64_t begin = ls_clock_monotonic();
    c->run(PER_ROUND);
    return (double)(ls_clock_monotonic() - begin) / PER_ROUND;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void let_collector_work(void)
{
    struct timespec t = {.tv_nsec = 150 * 1000000L};
    nanosleep(&t, NULL);
}

static void run_rounds(int n_rounds)
{
    for (int round = 0; round < n_rounds; round++)
        for (int i = 0; i < N_CASES; i++) {
            cases[i].rounds[round] = once(&cases[i]);
            if (cases[i].records)
                let_collector_work();
        }
}

static void print_rows(int n_rounds)
{
    double floor = 0;
    for (int i = 0; i < N_CASES; i++) {
        qsort(cases[i].rounds, (size_t)n_rounds, sizeof(double), compare);
        double ns = cases[i].rounds[n_rounds / 2];
        if (i == 0)
            floor = ns;
        printf("%s%s\t%.1f\tns\t%.2f\tcycle counter\n",
               cases[i].records ? "loopscope, " : "", cases[i].name, ns,
               ns / floor);
    }
}

/* A call when nothing is recorded: after ls_close(). */
static void print_silent(void)
{
    double rounds[MOST_ROUNDS];
    struct bench_case silent = {.run = switch_task};
    for (int i = 0; i < MOST_ROUNDS; i++)
        rounds[i] = once(&silent);
    qsort(rounds, MOST_ROUNDS, sizeof(double), compare);
    printf("loopscope, task event when off\t%.1f\tns\t%.2f\tcycle counter\n",
           rounds[MOST_ROUNDS / 2],
           rounds[MOST_ROUNDS / 2] / cases[0].rounds[MOST_ROUNDS / 2]);
}

/* The trace says how many were lost, in its last line but one. */
static int lost_any(const char *path)
{
    char end[512] = "";
    FILE *file = fopen(path, "r");
    if (!file)
        return 1;
    fseek(file, -(long)sizeof end + 1, SEEK_END);
    size_t n = fread(end, 1, sizeof end - 1, file);
    fclose(file);
    end[n] = '\0';
    return !strstr(end, "\"lost\":0,");
}

static int fail(const char *what_failed)
{
    fprintf(stderr, "bench_recorder: %s: %s\n", what_failed, ls_error_detail());
    return 1;
}

int main(int argc, char **argv)
{
    int quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
    int n_rounds = quick ? 2 : MOST_ROUNDS;
    char path[] = "/tmp/bench_recorder.XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return fail("mkstemp");
    close(fd);
    if (ls_open(&(struct ls_options){.trace = path}))
        return fail("ls_open");
    kind = ls_name("kind");
    what = ls_name("what");
    task = ls_task_start(kind, NULL);
    run_rounds(n_rounds);
    ls_task_finish(task, LS_FINISHED_OK, NULL);
    int status = ls_close() ? fail("ls_close") : 0;
    if (lost_any(path)) {
        fprintf(stderr, "bench_recorder: records were lost\n");
        status = 1;
    }
    unlink(path);
    if (status == 0) {
        print_rows(n_rounds);
        if (!quick)
            print_silent();
    }
    return status;
}
