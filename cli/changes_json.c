/* SPDX-License-Identifier: MIT */
#include "changes.h"

#include "build.h"
#include "json.h"

static void put_counts(struct ls_build *build, cJSON *root,
                       const struct ls_diff *diff)
{
    cJSON *summary = ls_build_put(build, root, "summary", cJSON_CreateObject());
    for (int i = 0; i < LS_DIFF_CHANGES; i++)
        ls_build_number(build, summary,
                        ls_changes_finding_name((enum ls_diff_change)i),
                        (int64_t)diff->n[i]);
    ls_build_number(build, summary, "errors", (int64_t)diff->n_errors);
}

static void put_findings(struct ls_build *build, cJSON *root,
                         const struct ls_changes *c)
{
    cJSON *all = ls_build_put(build, root, "findings", cJSON_CreateArray());
    for (size_t i = 0; i < c->diff->n_findings; i++) {
        const struct ls_diff_finding *f = &c->diff->findings[i];
        cJSON *item = ls_build_append(build, all, cJSON_CreateObject());
        ls_build_text(build, item, "change",
                      ls_changes_finding_name(f->change));
        if (f->was)
            ls_json_put_finding(
                build, ls_build_put(build, item, "was", cJSON_CreateObject()),
                c->was, f->was);
        if (f->is)
            ls_json_put_finding(
                build, ls_build_put(build, item, "is", cJSON_CreateObject()),
                c->is, f->is);
    }
}

static void put_side(struct ls_build *build, cJSON *object, const char *key,
                     const struct ls_summary *summary, int64_t mad_ns)
{
    if (!summary->count)
        return;
    cJSON *side = ls_build_put(build, object, key, cJSON_CreateObject());
    ls_build_number(build, side, "count", (int64_t)summary->count);
    ls_build_number(build, side, "total_ns", summary->total_ns);
    ls_build_number(build, side, "mean_ns", summary->mean_ns);
    ls_build_number(build, side, "median_ns", summary->p50_ns);
    ls_build_number(build, side, "mad_ns", mad_ns);
    ls_build_number(build, side, "p90_ns", summary->p90_ns);
    ls_build_number(build, side, "p99_ns", summary->p99_ns);
    ls_build_number(build, side, "max_ns", summary->max_ns);
}

static void put_times(struct ls_build *build, cJSON *root,
                      const struct ls_diff *diff)
{
    cJSON *all = ls_build_put(build, root, "times", cJSON_CreateArray());
    for (size_t i = 0; i < diff->n_times; i++) {
        const struct ls_diff_time *time = &diff->times[i];
        cJSON *item = ls_build_append(build, all, cJSON_CreateObject());
        ls_build_text(build, item, "change",
                      ls_changes_time_name(time->change));
        ls_build_text(build, item, "kind", ls_timing_kind_name(time->kind));
        ls_build_text(build, item, "name", time->name);
        put_side(build, item, "was", &time->was, time->was_mad_ns);
        put_side(build, item, "is", &time->is, time->is_mad_ns);
        if (!time->was.count || !time->is.count)
            continue;
        ls_build_number(build, item, "change_ns", time->change_ns);
        ls_build_put(build, item, "p", cJSON_CreateNumber(time->p));
    }
}

static void put_trace(struct ls_build *build, cJSON *root, const char *key,
                      const struct ls_judged *judged)
{
    cJSON *item = ls_build_put(build, root, key, cJSON_CreateObject());
    ls_build_path(build, item, "trace", judged->path);
    ls_build_text(build, item, "verdict", ls_verdict_name(judged->verdict));
    ls_build_text(build, item, "reason", ls_text_get(&judged->why));
}

void ls_changes_render_json(const struct ls_changes *c,
                            const struct ls_style *style, struct ls_text *text)
{
    struct ls_build build = {.style = style};
    cJSON *root = cJSON_CreateObject();
    ls_build_number(&build, root, "version", 1);
    ls_build_text(&build, root, "verdict",
                  ls_verdict_name(ls_changes_verdict(c)));
    put_trace(&build, root, "old", c->was);
    put_trace(&build, root, "new", c->is);
    if (c->diff) {
        put_counts(&build, root, c->diff);
        put_findings(&build, root, c);
        put_times(&build, root, c->diff);
    }
    ls_build_print(&build, root, text);
}
