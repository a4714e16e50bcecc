/* SPDX-License-Identifier: MIT */
/*
 * long-turn: a turn that is too long because of how many things it did, each
 * of them short. They are counted by name:
 *
 *     turn      |################################################|
 *     callbacks |on_read|on_read|on_tick|on_read| ... |on_read|
 *
 * What is not the sum of its parts stays a stall (rule_stall.c).
 */
#include "judge.h"

#include "sentence.h"

#include <stdlib.h>

enum { MAX_NAMES = 64, MOST_PERCENT = 80 };

/* The parts of a turn. */
struct parts {
    struct ls_share names[MAX_NAMES];
    uint32_t n_names;
    uint32_t n;
    int64_t total_ns;
};

static bool is_part(const struct ls_slice *slice)
{
    return slice->kind == LS_SLICE_CALLBACK || slice->kind == LS_SLICE_TASK;
}

static void count(struct parts *parts, const struct ls_slice *slice)
{
    int64_t ns = slice->end_ns - slice->begin_ns;
    uint32_t i = 0;
    parts->n++;
    parts->total_ns = ls_sum(parts->total_ns, ns);
    while (i < parts->n_names && parts->names[i].name != slice->name)
        i++;
    if (i == MAX_NAMES)
        return;
    if (i == parts->n_names)
        parts->names[parts->n_names++] = (struct ls_share){.name = slice->name};
    parts->names[i].count++;
    parts->names[i].total_ns = ls_sum(parts->names[i].total_ns, ns);
}

/* The outermost ones: what is in them is theirs. */
static void gather(struct parts *parts, const struct ls_slice *slices,
                   uint32_t first, uint32_t end)
{
    uint32_t i = first + 1;
    while (i < end) {
        uint32_t next = i + 1;
        if (is_part(&slices[i])) {
            count(parts, &slices[i]);
            while (next < end && slices[next].depth > slices[i].depth)
                next++;
        }
        i = next;
    }
}

static int largest_first(const void *a, const void *b)
{
    const struct ls_share *x = a, *y = b;
    if (x->total_ns != y->total_ns)
        return x->total_ns > y->total_ns ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

static bool is_most(int64_t part_ns, int64_t all_ns)
{
    return part_ns / MOST_PERCENT >= all_ns / 100;
}

/* Only the turn is measured: what the machine did to it is taken off evenly. */
static void take_own(struct ls_share *share, const struct ls_finding *f)
{
    double part = (double)f->own_ns / (double)f->duration_ns;
    if (part < 1)
        share->total_ns = (int64_t)((double)share->total_ns * part);
}

void ls_long_turn_take(const struct ls_judge *judge, uint32_t first,
                       uint32_t end, struct ls_finding *f, const char **what)
{
    const struct ls_trace *t = judge->trace;
    struct parts parts = {.n = 0};
    gather(&parts, t->threads[f->thread].slices, first, end);
    int64_t rest_ns = f->duration_ns - parts.total_ns;
    if (parts.n < 2 || !is_most(parts.total_ns, f->duration_ns) ||
        rest_ns >= judge->options.fail_ns)
        return;
    qsort(parts.names, parts.n_names, sizeof(parts.names[0]), largest_first);
    f->rule = LS_RULE_LONG_TURN;
    f->severity = LS_SEVERITY_WARNING;
    f->n_parts = parts.n;
    while (f->n_shares < LS_SHARES && f->n_shares < parts.n_names) {
        f->shares[f->n_shares] = parts.names[f->n_shares];
        take_own(&f->shares[f->n_shares++], f);
    }
    if (is_most(parts.names[0].total_ns, parts.total_ns))
        *what = ls_trace_string(t, parts.names[0].name);
}

/* on_read 300 times (45.0 ms), on_tick 12 times (1.2 ms) */
static void say_shares(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    for (uint32_t i = 0; i < f->n_shares && i < 3; i++) {
        const struct ls_share *share = &f->shares[i];
        ls_say(s, "%s%s ", i ? ", " : "", ls_say_text(s, share->name));
        if (share->count > 1)
            ls_say(s, "%u times ", share->count);
        ls_say(s, "(");
        ls_say_time(s, share->total_ns);
        ls_say(s, ")");
    }
}

void ls_say_long_turn(const struct ls_sentence *s)
{
    ls_say_turn(s);
    ls_say(s, " took ");
    ls_say_time(s, s->finding->own_ns);
    ls_say(s, " in %u short parts: ", s->finding->n_parts);
    say_shares(s);
    ls_say_count(s);
}

void ls_advise_long_turn(const struct ls_sentence *s)
{
    ls_say(s, "Do so many of them in one turn, and go on with the rest in the "
              "next, so that the loop can poll in between");
    if (ls_say_has_libuv(s))
        ls_say(s, " (keep them in a queue that an idle handle, uv_idle_start, "
                  "works off); or move the work to a thread of the pool with "
                  "uv_queue_work.");
    else
        ls_say(s, "; or move the work to another thread.");
}
