/* SPDX-License-Identifier: MIT */
/* Lets the front ends link until the parts below have files of their own. */
#include "finding.h"
#include "load.h"
#include "recover.h"
#include "statistics.h"

#include <string.h>

const struct ls_rule_info *ls_rule_get(enum ls_rule rule)
{
    static const struct ls_rule_info none = {"", "", "", "", "", ""};
    return &none;
}
int ls_rule_find(const char *name)
{
    return -1;
}
const char *ls_severity_name(enum ls_severity s)
{
    return "";
}
const char *ls_class_name(enum ls_class c)
{
    return "";
}
enum ls_class ls_cause_class(const struct ls_cause *c, int64_t w)
{
    return LS_CLASS_UNKNOWN;
}
void ls_judge_defaults(struct ls_judge_options *o)
{
    memset(o, 0, sizeof(*o));
}
struct ls_findings *ls_findings_judge(const struct ls_trace *t,
                                      const struct ls_judge_options *o)
{
    return NULL;
}
void ls_findings_free(struct ls_findings *f)
{
}
struct ls_summary ls_summary_of(int64_t *v, size_t n)
{
    return (struct ls_summary){0};
}
struct ls_statistics *ls_statistics_make(const struct ls_trace *t, int64_t b)
{
    return NULL;
}
void ls_statistics_free(struct ls_statistics *s)
{
}
enum ls_recover_status ls_trace_recover(const char *i, const char *o,
                                        struct ls_recover_result *r)
{
    memset(r, 0, sizeof(*r));
    return LS_RECOVER_NO_TRACE;
}
