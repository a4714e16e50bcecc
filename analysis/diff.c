/* SPDX-License-Identifier: MIT */
#include "diff.h"

#include "judge.h"
#include "spread.h"

#include <stdlib.h>
#include <string.h>

#define CLEARLY_NS 10000000 /* so much more is no noise */

bool ls_diff_is_worse(int64_t was, enum ls_severity was_severity, int64_t is,
                      enum ls_severity severity)
{
    if (is / 2 > was && is - was >= CLEARLY_NS)
        return true;
    return severity > was_severity && (is <= 0 || is - was > was / 4);
}

/* ---- findings ---- */

static bool is_left_out(const struct ls_finding *f)
{
    return f->rule == LS_RULE_DESCHEDULED ||
           ls_standing_is_accepted(f->standing);
}

/* The findings of one side that are compared, each once: by rule and
 * fingerprint, the worst of those that are the same. */
struct index {
    const struct ls_finding **items;
    size_t n;
};

static int compare_prints(const struct ls_finding *a,
                          const struct ls_finding *b)
{
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return strcmp(a->fingerprint, b->fingerprint);
}

/* Findings stand in one array, the worst first. */
static int compare_entries(const void *a, const void *b)
{
    const struct ls_finding *x = *(const struct ls_finding *const *)a;
    const struct ls_finding *y = *(const struct ls_finding *const *)b;
    const int order = compare_prints(x, y);
    return order ? order : x < y ? -1 : x > y;
}

static bool index_init(struct index *index, const struct ls_findings *all)
{
    size_t n = 0;
    index->items = calloc(all->n + 1, sizeof(*index->items));
    if (!index->items)
        return false;
    for (size_t i = 0; i < all->n; i++)
        if (!is_left_out(&all->items[i]))
            index->items[n++] = &all->items[i];
    if (n)
        qsort(index->items, n, sizeof(*index->items), compare_entries);
    for (size_t i = 0; i < n; i++)
        if (!i || compare_prints(index->items[i - 1], index->items[i]))
            index->items[index->n++] = index->items[i];
    return true;
}

static const struct ls_finding *find(const struct index *index,
                                     const struct ls_finding *like)
{
    size_t low = 0, high = index->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_prints(index->items[middle], like);
        if (!order)
            return index->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static enum ls_diff_change compare_findings(const struct ls_finding *was,
                                            const struct ls_finding *is)
{
    if (!was)
        return LS_DIFF_NEW;
    if (ls_diff_is_worse(was->own_ns, was->severity, is->own_ns, is->severity))
        return LS_DIFF_WORSE;
    if (ls_diff_is_worse(is->own_ns, is->severity, was->own_ns, was->severity))
        return LS_DIFF_BETTER;
    return LS_DIFF_SAME;
}

static void put_finding(struct ls_diff *diff, enum ls_diff_change change,
                        const struct ls_finding *was,
                        const struct ls_finding *is)
{
    diff->findings[diff->n_findings++] =
        (struct ls_diff_finding){change, was, is};
    diff->n[change]++;
    if (change <= LS_DIFF_WORSE && is->severity == LS_SEVERITY_ERROR)
        diff->n_errors++;
}

/* Of one side, in its order. */
static void put_all_of(struct ls_diff *diff, enum ls_diff_change change,
                       const struct ls_findings *all, const struct index *own,
                       const struct index *others)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct ls_finding *f = &all->items[i];
        if (find(own, f) != f)
            continue;
        const struct ls_finding *other = find(others, f);
        if (change == LS_DIFF_GONE && !other)
            put_finding(diff, change, f, NULL);
        else if (change != LS_DIFF_GONE && compare_findings(other, f) == change)
            put_finding(diff, change, other, f);
    }
}

static bool add_findings(struct ls_diff *diff, const struct ls_findings *was,
                         const struct ls_findings *is)
{
    struct index in_was = {0}, in_is = {0};
    diff->findings = calloc(was->n + is->n + 1, sizeof(*diff->findings));
    const bool good =
        diff->findings && index_init(&in_was, was) && index_init(&in_is, is);
    for (int change = 0; good && change < LS_DIFF_GONE; change++)
        put_all_of(diff, (enum ls_diff_change)change, is, &in_is, &in_was);
    if (good)
        put_all_of(diff, LS_DIFF_GONE, was, &in_was, &in_is);
    free(in_was.items);
    free(in_is.items);
    return good;
}

/* ---- times ---- */

static struct ls_summary summary_of(const struct ls_timing *timing)
{
    return timing ? ls_summary_of_sorted(timing->values, timing->n)
                  : (struct ls_summary){0};
}

static enum ls_diff_change compare_times(const struct ls_diff_time *time)
{
    const int64_t spread =
        time->was_mad_ns > time->is_mad_ns ? time->was_mad_ns : time->is_mad_ns;
    const int64_t change =
        time->change_ns < 0 ? -time->change_ns : time->change_ns;
    if (time->p >= LS_DIFF_P || change <= spread)
        return LS_DIFF_SAME;
    return time->change_ns > 0 ? LS_DIFF_WORSE : LS_DIFF_BETTER;
}

/* Either may be NULL, but not both. */
static struct ls_diff_time make_time(const struct ls_timing *was,
                                     const struct ls_timing *is)
{
    struct ls_diff_time time = {
        .change = is ? LS_DIFF_NEW : LS_DIFF_GONE,
        .kind = is ? is->kind : was->kind,
        .name = is ? is->name : was->name,
        .was = summary_of(was),
        .is = summary_of(is),
        .was_mad_ns = was ? ls_spread_mad(was->values, was->n) : 0,
        .is_mad_ns = is ? ls_spread_mad(is->values, is->n) : 0,
        .p = 1,
    };
    if (!was || !is)
        return time;
    time.change_ns = time.is.p50_ns - time.was.p50_ns;
    time.p = ls_spread_p(was->values, was->n, is->values, is->n);
    time.change = compare_times(&time);
    return time;
}

static int compare_keys(const struct ls_timing *a, const struct ls_timing *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int order_of(enum ls_diff_change change)
{
    static const int orders[LS_DIFF_CHANGES] = {
        [LS_DIFF_WORSE] = 0, [LS_DIFF_BETTER] = 1, [LS_DIFF_NEW] = 2,
        [LS_DIFF_GONE] = 3,  [LS_DIFF_SAME] = 4,
    };
    return orders[change];
}

static int64_t longest(const struct ls_diff_time *time)
{
    return time->was.total_ns > time->is.total_ns ? time->was.total_ns
                                                  : time->is.total_ns;
}

static int compare_rows(const void *a, const void *b)
{
    const struct ls_diff_time *x = a, *y = b;
    const int changes = order_of(x->change) - order_of(y->change);
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (changes)
        return changes;
    if (longest(x) != longest(y))
        return longest(x) > longest(y) ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool add_times(struct ls_diff *diff)
{
    const struct ls_timings *was = diff->timings[0], *is = diff->timings[1];
    diff->times = was && is
                      ? calloc((size_t)was->n + is->n + 1, sizeof(*diff->times))
                      : NULL;
    if (!diff->times)
        return false;
    for (uint32_t i = 0, j = 0; i < was->n || j < is->n;) {
        const int order = i == was->n ? 1
                          : j == is->n
                              ? -1
                              : compare_keys(&was->items[i], &is->items[j]);
        diff->times[diff->n_times++] =
            make_time(order <= 0 ? &was->items[i] : NULL,
                      order >= 0 ? &is->items[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    if (diff->n_times)
        qsort(diff->times, diff->n_times, sizeof(*diff->times), compare_rows);
    return true;
}

struct ls_diff *ls_diff_make(const struct ls_side *was,
                             const struct ls_side *is)
{
    struct ls_diff *diff = calloc(1, sizeof(*diff));
    if (!diff)
        return NULL;
    diff->timings[0] = ls_timings_make(was->trace);
    diff->timings[1] = ls_timings_make(is->trace);
    if (add_findings(diff, was->findings, is->findings) && add_times(diff))
        return diff;
    ls_diff_free(diff);
    return NULL;
}

void ls_diff_free(struct ls_diff *diff)
{
    if (!diff)
        return;
    ls_timings_free(diff->timings[0]);
    ls_timings_free(diff->timings[1]);
    free(diff->findings);
    free(diff->times);
    free(diff);
}
