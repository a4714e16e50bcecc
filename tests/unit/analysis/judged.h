#ifndef LS_TESTS_JUDGED_H
#define LS_TESTS_JUDGED_H
/* SPDX-License-Identifier: MIT */
/*
 * judged.h - findings of traces from text, for the unit tests of the rules.
 */
#include "loaded.h"

#include "analysis/finding.h"

struct judged {
    struct ls_trace *trace;
    struct ls_findings *findings;
};

static inline struct judged judge(struct ls_trace *trace,
                                  const struct ls_judge_options *options)
{
    struct judged j = {trace, ls_findings_judge(trace, options)};
    assert_non_null(j.findings);
    return j;
}

static inline void drop(struct judged j)
{
    ls_findings_free(j.findings);
    ls_trace_free(j.trace);
}

/* The only finding of RULE, or NULL. */
static inline const struct ls_finding *find(struct judged j, enum ls_rule rule)
{
    const struct ls_finding *found = NULL;
    for (size_t i = 0; i < j.findings->n; i++) {
        if (j.findings->items[i].rule != rule)
            continue;
        assert_null(found);
        found = &j.findings->items[i];
    }
    return found;
}

/* Text that is put together, for traces with many events. */
struct script {
    char *text;
    size_t n;
    FILE *out;
};

static inline void script_open(struct script *s)
{
    s->out = open_memstream(&s->text, &s->n);
    assert_non_null(s->out);
}

static inline struct ls_trace *script_load(struct script *s)
{
    assert_int_equal(fclose(s->out), 0);
    struct ls_trace *trace = load_text(s->text);
    free(s->text);
    return trace;
}

#endif
