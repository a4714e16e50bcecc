/* SPDX-License-Identifier: MIT */
/*
 * bench_libuv [--quick] COMMAND: what a callback of a shared libuv costs more
 * under `COMMAND run` than without.
 *
 * The program runs itself, in turns as it is and under loopscope; each run says
 * the CPU time of its loop's thread for a callback of each case. The medians
 * count. Prints rows for the table of scripts/bench: what, how much more, unit,
 * ratio to untraced.
 *
 * --quick: once, with few callbacks, as a test: fails if a run does, never on
 * time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

enum { HANDLES = 100, CASES = 4, MOST_RUNS = 15 };

static uv_loop_t *loop;
static long n_called, n_most;

static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- the cases ---------------------------------------------------------- */

static void on_idle(uv_idle_t *idle)
{
    if (++n_called >= n_most)
        uv_stop(loop);
}

static void run_idle(void)
{
    static uv_idle_t handles[HANDLES];
    for (int i = 0; i < HANDLES; i++) {
        uv_idle_init(loop, &handles[i]);
        uv_idle_start(&handles[i], on_idle);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    for (int i = 0; i < HANDLES; i++)
        uv_close((uv_handle_t *)&handles[i], NULL);
}

static void on_repeat(uv_timer_t *timer)
{
    if (++n_called >= n_most)
        uv_stop(loop);
}

/* A hundred timers, each millisecond. */
static void run_repeat(void)
{
    static uv_timer_t handles[HANDLES];
    for (int i = 0; i < HANDLES; i++) {
        uv_timer_init(loop, &handles[i]);
        uv_timer_start(&handles[i], on_repeat, 1, 1);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    for (int i = 0; i < HANDLES; i++)
        uv_close((uv_handle_t *)&handles[i], NULL);
}

/* Armed again in its own callback: in libuv 1.44 this is one turn. */
static void on_zero(uv_timer_t *timer)
{
    if (++n_called < n_most)
        uv_timer_start(timer, on_zero, 0, 0);
}

static void run_zero(void)
{
    static uv_timer_t timer;
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, on_zero, 0, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
}

static uv_pipe_t ends[2];
static char memory[64];

static void give_memory(uv_handle_t *handle, size_t size, uv_buf_t *to)
{
    *to = uv_buf_init(memory, sizeof memory);
}

static void on_written(uv_write_t *request, int status)
{
    n_called++;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
    static uv_write_t requests[2];
    uv_buf_t answer = uv_buf_init(memory, 8);
    if (++n_called >= n_most)
        uv_stop(loop);
    else if (n > 0)
        uv_write(&requests[stream == (uv_stream_t *)&ends[1]], stream, &answer,
                 1, on_written);
}

/* Back and forth: a read and a write for each. */
static void run_echo(void)
{
    uv_file fds[2];
    if (uv_socketpair(SOCK_STREAM, 0, fds, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE) <
        0)
        exit(1);
    for (int i = 0; i < 2; i++) {
        uv_pipe_init(loop, &ends[i], 0);
        uv_pipe_open(&ends[i], fds[i]);
        uv_read_start((uv_stream_t *)&ends[i], give_memory, on_read);
    }
    uv_buf_t first = uv_buf_init(memory, 8);
    uv_try_write((uv_stream_t *)&ends[0], &first, 1);
    uv_run(loop, UV_RUN_DEFAULT);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&ends[i], NULL);
}

static const struct {
    const char *name;
    void (*run)(void);
    long n; /* callbacks, of a hundred times --quick */
} cases[CASES] = {
    {"idle callbacks", run_idle, 200000},
    {"repeating timers", run_repeat, 20000},
    {"zero timer, armed in its callback", run_zero, 200000},
    {"echo: a read, a write", run_echo, 100000},
};

static int measure(long divisor)
{
    loop = uv_default_loop();
    for (int i = 0; i < CASES; i++) {
        n_called = 0;
        n_most = cases[i].n / divisor;
        double begin = cpu_ns();
        cases[i].run();
        printf("%.2f\n", (cpu_ns() - begin) / (double)n_called);
        uv_run(loop, UV_RUN_DEFAULT);
    }
    return uv_loop_close(loop) != 0;
}

/* ---- the runs ----------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, compare);
    return values[n / 2];
}

static int run_once(const char *command, double *ns[CASES], int run)
{
    FILE *pipe = popen(command, "r");
    int n = 0;
    if (!pipe)
        return 1;
    while (n < CASES && fscanf(pipe, "%lf", &ns[n][run]) == 1)
        n++;
    return pclose(pipe) != 0 || n < CASES;
}

static int compare_runs(const char *self, const char *loopscope, int quick)
{
    static double plain[CASES][MOST_RUNS], traced[CASES][MOST_RUNS];
    double *plain_rows[CASES], *traced_rows[CASES];
    char without[600], with[1400], trace[] = "/tmp/loopscope_bench_XXXXXX";
    int n_runs = quick ? 1 : MOST_RUNS, fd = mkstemp(trace), failed = fd < 0;
    const char *how = quick ? "--child-quick" : "--child";
    snprintf(without, sizeof without, "'%s' %s", self, how);
    snprintf(with, sizeof with, "'%s' run -o %s -- %s", loopscope, trace,
             without);
    for (int i = 0; i < CASES; i++) {
        plain_rows[i] = plain[i];
        traced_rows[i] = traced[i];
    }
    for (int run = 0; run < n_runs && !failed; run++)
        failed = run_once(without, plain_rows, run) ||
                 run_once(with, traced_rows, run);
    unlink(trace);
    close(fd);
    if (failed)
        return 1;
    for (int i = 0; i < CASES; i++) {
        double p = median(plain[i], n_runs), t = median(traced[i], n_runs);
        printf("libuv, %s: more for a callback\t%.1f\tns\t%.2f\tuntraced\n",
               cases[i].name, t - p, t / p);
    }
    return 0;
}

int main(int argc, char **argv)
{
    int quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
    if (argc > 1 && strcmp(argv[1], "--child") == 0)
        return measure(1);
    if (argc > 1 && strcmp(argv[1], "--child-quick") == 0)
        return measure(100);
    if (argc != 2 + quick) {
        fprintf(stderr, "usage: bench_libuv [--quick] COMMAND\n");
        return 2;
    }
    return compare_runs(argv[0], argv[1 + quick], quick);
}
