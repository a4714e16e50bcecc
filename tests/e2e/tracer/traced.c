/* SPDX-License-Identifier: MIT */
#include "traced.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/load.h"

void traced_prepare(struct traced *t)
{
    memset(t, 0, sizeof *t);
    temporary_folder(t->folder, sizeof t->folder);
    snprintf(t->path, sizeof t->path, "%s/trace.json", t->folder);
}

void traced_run(struct traced *t, const char *program, const char *extra,
                const char *const *env, int status)
{
    char path[512];
    if (!t->path[0])
        traced_prepare(t);
    snprintf(path, sizeof path, "%s/e2e_tracer_%s", LS_PROGRAMS, program);
    const char *argv[] = {path, t->path, extra, NULL};
    run_program(&t->run,
                &(struct run_how){.argv = argv, .env = env, .limit_s = 200});
    if (t->run.exit_status != status)
        print_error("%s said: %s%s\n", program, t->run.out, t->run.err);
    assert_int_equal(t->run.exit_status, status);
}

void traced_load(struct traced *t)
{
    struct ls_load_result how;
    if (ls_trace_load(t->path, NULL, &t->trace, &how) != LS_LOAD_OK)
        fail_msg("%s: %s", t->path, how.text);
}

void traced_free(struct traced *t)
{
    ls_trace_free(t->trace);
    run_free(&t->run);
    remove_folder(t->folder);
}

const char *traced_string(const struct traced *t, ls_string string)
{
    return ls_trace_string(t->trace, string);
}

const struct ls_counter *traced_counter(const struct traced *t,
                                        const char *name)
{
    for (uint32_t i = 0; i < t->trace->n_counters; i++)
        if (strcmp(traced_string(t, t->trace->counters[i].name), name) == 0)
            return &t->trace->counters[i];
    fail_msg("no counter %s", name);
    return NULL;
}
