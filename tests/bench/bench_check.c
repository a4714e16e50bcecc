/* SPDX-License-Identifier: MIT */
/*
 * bench_check - what `loopscope check` needs for a trace of a gigabyte.
 *
 * Makes a trace of a server on 4 loops and gives it to the real command, to a
 * program that only reads the file, and to one that only parses its lines with
 * cJSON: each in a process of its own, several times in turn. Prints the least
 * processor time of each as MB/s, and the peak memory. With --quick the trace
 * is small and only a wrong verdict fails.
 *
 *     bench_check [--quick] [--events N] [--repeat N] LOOPSCOPE
 */
#include "big_trace.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct plan {
    uint64_t n_events;
    int repeat;
    const char *loopscope;
    char path[64];
    double mb;
};

/* What runs in a child; returns its exit status. */
struct reader {
    const char *name;
    int (*run)(const struct plan *plan);
    int expected; /* status */
    double cpu_s, peak_mb;
};

static int run_check(const struct plan *plan)
{
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    execl(plan->loopscope, "loopscope", "check", plan->path, (char *)NULL);
    return 127;
}

static int run_reading(const struct plan *plan)
{
    static char bytes[256 << 10];
    int fd = open(plan->path, O_RDONLY);
    ssize_t n;
    while ((n = read(fd, bytes, sizeof(bytes))) > 0)
        ;
    return fd < 0 || n < 0;
}

static int run_cjson(const struct plan *plan)
{
    FILE *in = fopen(plan->path, "r");
    char *line = NULL;
    size_t cap = 0, n_good = 0;
    ssize_t n;
    while (in && (n = getline(&line, &cap, in)) > 0) {
        const char *at = line + (*line == ',');
        cJSON *json = *at == '{'
                          ? cJSON_ParseWithLength(at, (size_t)(n - (at - line)))
                          : NULL;
        n_good += json != NULL;
        cJSON_Delete(json);
    }
    return n_good == 0;
}

/* There is one stall of 60 ms in the trace: check fails it. */
static struct reader readers[] = {
    {"reading the file alone", run_reading, 0, 0, 0},
    {"cJSON alone, line by line", run_cjson, 0, 0, 0},
    {"loopscope check", run_check, 1, 0, 0}};

enum { N_READERS = sizeof(readers) / sizeof(readers[0]) };

static bool measure(const struct plan *plan, struct reader *reader)
{
    struct rusage usage;
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(reader->run(plan));
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid ||
        !WIFEXITED(status) || WEXITSTATUS(status) != reader->expected) {
        fprintf(stderr, "bench_check: %s went wrong\n", reader->name);
        return false;
    }
    double cpu_s =
        (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    if (reader->cpu_s <= 0 || cpu_s < reader->cpu_s)
        reader->cpu_s = cpu_s > 1e-6 ? cpu_s : 1e-6;
    reader->peak_mb = (double)usage.ru_maxrss / 1024;
    return true;
}

static void print_rows(const struct plan *plan)
{
    for (int i = 0; i < N_READERS; i++)
        printf("%s, %.0f MB\t%.0f\tMB/s\t%.2f\tcJSON alone\n", readers[i].name,
               plan->mb, plan->mb / readers[i].cpu_s,
               readers[1].cpu_s / readers[i].cpu_s);
    printf("loopscope check, peak memory\t%.0f\tMB\t%.2f\tthe file\n",
           readers[2].peak_mb, readers[2].peak_mb / plan->mb);
}

static bool make_trace(struct plan *plan)
{
    struct big_plan big = big_plan_usual(plan->n_events);
    struct big_facts facts;
    snprintf(plan->path, sizeof(plan->path), "/tmp/bench_check.XXXXXX");
    int fd = mkstemp(plan->path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    bool good = out && big_trace_write(out, &big, &facts);
    plan->mb = (double)facts.n_bytes / 1e6;
    return out && fclose(out) == 0 && good;
}

static bool parse_options(int argc, char **argv, struct plan *plan)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            plan->n_events = 20000;
            plan->repeat = 1;
        } else if (strcmp(argv[i], "--events") == 0 && i + 1 < argc) {
            plan->n_events = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc) {
            plan->repeat = atoi(argv[++i]);
        } else {
            plan->loopscope = argv[i];
        }
    }
    return plan->loopscope && plan->n_events >= 1000 && plan->repeat >= 1;
}

int main(int argc, char **argv)
{
    struct plan plan = {.n_events = 8600000, .repeat = 3};
    if (!parse_options(argc, argv, &plan)) {
        fputs("usage: bench_check [--quick] [--events N] [--repeat N] "
              "LOOPSCOPE\n",
              stderr);
        return 2;
    }
    bool good = make_trace(&plan);
    for (int i = 0; good && i < plan.repeat; i++)
        for (int k = 0; good && k < N_READERS; k++)
            good = measure(&plan, &readers[k]);
    unlink(plan.path);
    if (good)
        print_rows(&plan);
    return good ? 0 : 1;
}
