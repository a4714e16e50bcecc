/* SPDX-License-Identifier: MIT */
/*
 * make_trace - write a trace of any size, to measure what reads it.
 *
 *     make_trace [--events N] [--tasks N] [--loops N] [--hours H] FILE
 *
 *     make_trace --events 10000000 big.json
 *     loopscope view big.json
 */
#include "big_trace.h"

#include <stdlib.h>
#include <string.h>

static bool parse(int argc, char **argv, struct big_plan *plan,
                  const char **path)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "0";
        if (strcmp(argv[i], "--events") == 0)
            *plan = big_plan_usual(strtoull(value, NULL, 10));
    }
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "0";
        if (argv[i][0] != '-') {
            *path = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--tasks") == 0)
            plan->n_tasks = strtoull(value, NULL, 10);
        else if (strcmp(argv[i], "--loops") == 0)
            plan->n_loops = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--hours") == 0)
            plan->length_ns = (int64_t)(strtod(value, NULL) * 3600e9);
        else if (strcmp(argv[i], "--events") != 0)
            return false;
        i++;
    }
    return *path && plan->n_events >= 1000 && plan->n_tasks && plan->n_loops &&
           plan->n_loops <= 1000 && plan->length_ns > 0;
}

int main(int argc, char **argv)
{
    struct big_plan plan = big_plan_usual(1000000);
    struct big_facts facts;
    const char *path = NULL;
    if (!parse(argc, argv, &plan, &path)) {
        fputs("usage: make_trace [--events N] [--tasks N] [--loops N] "
              "[--hours H] FILE\n",
              stderr);
        return 2;
    }
    FILE *out = fopen(path, "w");
    bool good = out && big_trace_write(out, &plan, &facts);
    if (out && fclose(out) != 0)
        good = false;
    if (!good)
        perror(path);
    return good ? 0 : 1;
}
