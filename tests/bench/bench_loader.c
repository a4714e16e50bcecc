/* SPDX-License-Identifier: MIT */
/*
 * bench_loader - how fast a trace becomes a model, beside cJSON alone.
 *
 * Makes a trace as our own writer would (turns, tasks, awaits), then reads it
 * in turn with ls_trace_load() and with cJSON line by line, several times, and
 * prints medians and their ratio; then the peak memory of each over the input.
 * With --quick the trace is small and only wrong results fail.
 *
 *     bench_loader [--quick] [--events N] [--repeat N]
 */
#include "analysis/load.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { N_TASKS = 1000, MAX_REPEAT = 51, EVENTS_A_ROUND = 6 };

struct plan {
    uint64_t n_events;
    int repeat;
    bool quick;
    char path[64];
    uint64_t n_bytes;
    uint64_t n_written; /* lines */
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char *const kinds[] = {"brew", "fetch_user", "handle_request",
                                    "tick"};
static const char *const awaits[] = {"sleep", "db.query", "http.get", "timer"};

static void write_head(FILE *out)
{
    fputs("[\n{\"ph\":\"M\",\"pid\":41,\"tid\":41,\"name\":\"loopscope_trace\","
          "\"args\":{\"format\":1,\"writer\":\"0.1.0\",\"start\":"
          "\"2026-11-20T11:05:29.123456789Z\",\"clock\":\"tsc\","
          "\"threshold_ns\":10000000}}\n"
          ",{\"ph\":\"M\",\"pid\":41,\"tid\":41,\"name\":\"loopscope_loop\","
          "\"args\":{\"name\":\"main\",\"kind\":\"libuv\"}}\n",
          out);
}

static void write_slice(FILE *out, char ph, double us, const char *name,
                        const char *cat)
{
    fprintf(out,
            ",{\"ph\":\"%c\",\"ts\":%.3f,\"pid\":41,\"tid\":41,\"name\":\"%s\","
            "\"cat\":\"%s\"",
            ph, us, name, cat);
}

static void write_task(FILE *out, char ph, double us, unsigned task,
                       const char *name, const char *event)
{
    fprintf(out,
            ",{\"ph\":\"%c\",\"ts\":%.3f,\"pid\":41,\"tid\":%u,\"id\":\"0x%x\","
            "\"name\":\"%s\",\"cat\":\"task\",\"args\":{\"event\":\"%s\","
            "\"label\":\"client %u\",\"loop\":41",
            ph, us, 1000000001u + task, task + 1, name, event, task);
}

/* One turn in which one task is resumed, runs, and awaits again. */
static void write_round(FILE *out, uint64_t round)
{
    double us = (double)round * 20.0;
    unsigned task = (unsigned)(round % N_TASKS);
    const char *kind = kinds[task % 4], *await = awaits[task % 4];
    bool first = round < N_TASKS;
    write_slice(out, 'B', us, "turn", "turn");
    fputs("}\n", out);
    write_task(out, first ? 'b' : 'e', us + 2, task, first ? kind : await,
               first ? "start" : "resume");
    fputs("}}\n", out);
    write_slice(out, 'B', us + 2, kind, "task");
    fputs("}\n", out);
    write_slice(out, 'E', us + 11.5, kind, "task");
    fprintf(out, ",\"args\":{\"task\":\"0x%x\"}}\n", task + 1);
    write_task(out, 'b', us + 11.5, task, await, "await");
    fprintf(out, ",\"due_us\":%.3f}}\n", us + 1000);
    write_slice(out, 'E', us + 12.125, "turn", "turn");
    fputs("}\n", out);
}

static bool write_trace(struct plan *plan)
{
    snprintf(plan->path, sizeof(plan->path), "/tmp/bench_loader.XXXXXX");
    int fd = mkstemp(plan->path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
        return false;
    uint64_t rounds = plan->n_events / EVENTS_A_ROUND;
    write_head(out);
    for (uint64_t i = 0; i < rounds; i++)
        write_round(out, i);
    plan->n_written = rounds * EVENTS_A_ROUND + 3;
    fprintf(out,
            ",{\"ph\":\"M\",\"pid\":41,\"tid\":41,\"name\":\"loopscope_end\","
            "\"args\":{\"events\":%" PRIu64 ",\"lost\":0,\"late\":0}}\n]\n",
            plan->n_written);
    plan->n_bytes = (uint64_t)ftell(out);
    return fclose(out) == 0;
}

/* Whether the model is what was written. */
static bool is_right(const struct plan *plan, const struct ls_trace *t)
{
    uint64_t rounds = plan->n_events / EVENTS_A_ROUND;
    uint64_t tasks = rounds < N_TASKS ? rounds : N_TASKS;
    bool healthy = t->health.complete && t->health.ours;
    for (int i = 0; i < LS_TROUBLE_KINDS; i++)
        healthy = healthy && !t->health.troubles[i].n;
    return healthy && t->n_events == plan->n_written && t->n_threads == 1 &&
           t->threads[0].n_slices == rounds * 2 && t->n_loops == 1 &&
           t->loops[0].n_turns == rounds && t->n_tasks == tasks &&
           t->n_stretches == rounds * 2;
}

/* Each returns the seconds it took, or a negative number. */
static double run_loader(const struct plan *plan)
{
    struct ls_trace *trace;
    struct ls_load_result result;
    double from = now_s();
    enum ls_load_status status =
        ls_trace_load(plan->path, NULL, &trace, &result);
    double took = now_s() - from;
    bool right = status == LS_LOAD_OK && is_right(plan, trace);
    if (!right)
        fprintf(stderr, "bench_loader: the model is wrong %s\n", result.text);
    if (status == LS_LOAD_OK)
        ls_trace_free(trace);
    return right ? took : -1;
}

/* As a simple reader would: lines by getline, each parsed and let go. */
static double run_cjson(const struct plan *plan)
{
    FILE *in = fopen(plan->path, "r");
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    uint64_t n_parsed = 0;
    double from = now_s();
    if (!in)
        return -1;
    while ((n = getline(&line, &cap, in)) > 0) {
        const char *at = line + (*line == ',');
        cJSON *json = *at == '{'
                          ? cJSON_ParseWithLength(at, (size_t)(n - (at - line)))
                          : NULL;
        n_parsed += json != NULL;
        cJSON_Delete(json);
    }
    double took = now_s() - from;
    free(line);
    fclose(in);
    return n_parsed == plan->n_written ? took : -1;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof(*values), compare);
    return values[n / 2];
}

/* The peak of a process that does only this, over that of one that does
 * nothing; in bytes. */
static double peak_of(double (*run)(const struct plan *),
                      const struct plan *plan)
{
    struct rusage usage;
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(run && run(plan) < 0);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0)
        return -1;
    return (double)usage.ru_maxrss * 1024;
}

/* A row of the table that scripts/bench prints. */
static void print_row(const char *name, double value, const char *unit,
                      double ratio, const char *to)
{
    printf("%s\t%.1f\t%s\t%.2f\t%s\n", name, value, unit, ratio, to);
}

static int measure(const struct plan *plan)
{
    double loader[MAX_REPEAT], cjson[MAX_REPEAT];
    double idle = peak_of(NULL, plan);
    double peak_loader = peak_of(run_loader, plan) - idle;
    double peak_cjson = peak_of(run_cjson, plan) - idle;
    for (int i = 0; i < plan->repeat; i++) {
        loader[i] = run_loader(plan);
        cjson[i] = run_cjson(plan);
        if (loader[i] < 0 || cjson[i] < 0)
            return 1;
    }
    double mb = (double)plan->n_bytes / 1e6, bytes = (double)plan->n_bytes;
    double a = mb / median(loader, plan->repeat);
    double b = mb / median(cjson, plan->repeat);
    print_row("cJSON alone, line by line", b, "MB/s", 1, "cJSON alone");
    print_row("loopscope, loading into its model", a, "MB/s", a / b,
              "cJSON alone");
    print_row("cJSON alone, peak memory an event",
              peak_cjson / (double)plan->n_written, "bytes", peak_cjson / bytes,
              "the file");
    print_row("loopscope, peak memory an event",
              peak_loader / (double)plan->n_written, "bytes",
              peak_loader / bytes, "the file");
    return 0;
}

static bool parse_options(int argc, char **argv, struct plan *plan)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            plan->quick = true;
            plan->n_events = 20000;
            plan->repeat = 1;
        } else if (strcmp(argv[i], "--events") == 0 && i + 1 < argc) {
            plan->n_events = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc) {
            plan->repeat = atoi(argv[++i]);
        } else {
            return false;
        }
    }
    return plan->n_events >= EVENTS_A_ROUND && plan->repeat >= 1 &&
           plan->repeat <= MAX_REPEAT;
}

int main(int argc, char **argv)
{
    struct plan plan = {.n_events = 1000000, .repeat = 7};
    if (!parse_options(argc, argv, &plan)) {
        fprintf(stderr,
                "usage: bench_loader [--quick] [--events N] [--repeat N]\n");
        return 2;
    }
    int status = write_trace(&plan) ? measure(&plan) : 1;
    unlink(plan.path);
    return status;
}
