/* SPDX-License-Identifier: MIT */
/*
 * Whatever the bytes: both paths load the same, the model keeps its promises,
 * and judging and counting it is sound.
 */
#include "trace_dump.h"

#include "analysis/finding.h"
#include "analysis/statistics.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const char *text, size_t n)
{
    struct ls_load_result result;
    struct ls_trace *trace;
    struct ls_judge_options options;
    char trouble[256];
    if (ls_trace_parse(text, n, NULL, &trace, &result) != LS_LOAD_OK)
        return;
    ls_judge_defaults(&options);
    options.warn_ns = 1000; /* so that rules find something to say */
    options.fail_ns = 100000;
    ls_findings_free(ls_findings_judge(trace, &options));
    ls_statistics_free(ls_statistics_make(trace, options.fail_ns));
    ls_trace_trouble(trace, trouble, sizeof(trouble));
    ls_trace_free(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    char *fast, *slow;
    if (!trace_paths_agree(text, size, &fast, &slow)) {
        fprintf(stderr, "the paths differ\nfast:\n%s\nslow:\n%s\n", fast, slow);
        abort();
    }
    free(fast);
    free(slow);
    judge(text, size);
    return 0;
}
