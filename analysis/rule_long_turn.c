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

#include "shares.h"

static bool is_part(const struct ls_slice *slice)
{
    return slice->kind == LS_SLICE_CALLBACK || slice->kind == LS_SLICE_TASK;
}

/* The outermost ones: what is in them is theirs. */
static void gather(struct ls_shares *parts, const struct ls_slice *slices,
                   uint32_t first, uint32_t end)
{
    uint32_t i = first + 1;
    while (i < end) {
        const struct ls_slice *slice = &slices[i++];
        if (!is_part(slice))
            continue;
        ls_shares_add(parts, slice->name, slice->end_ns - slice->begin_ns);
        while (i < end && slices[i].depth > slice->depth)
            i++;
    }
}

/* Only the turn is measured: what the machine did to it is taken off evenly. */
static void take_own(struct ls_finding *f)
{
    double part = (double)f->own_ns / (double)f->duration_ns;
    for (uint32_t i = 0; part < 1 && i < f->n_shares; i++)
        f->shares[i].total_ns = (int64_t)((double)f->shares[i].total_ns * part);
}

void ls_long_turn_take(const struct ls_judge *judge, uint32_t first,
                       uint32_t end, struct ls_finding *f, const char **what)
{
    const struct ls_trace *t = judge->trace;
    struct ls_shares parts = {.n = 0};
    gather(&parts, t->threads[f->thread].slices, first, end);
    int64_t rest_ns = f->duration_ns - parts.total_ns;
    if (parts.n < 2 || !ls_share_decides(parts.total_ns, f->duration_ns) ||
        rest_ns >= judge->options.fail_ns)
        return;
    f->rule = LS_RULE_LONG_TURN;
    f->severity = LS_SEVERITY_WARNING;
    ls_shares_give(&parts, f);
    if (ls_share_decides(f->shares[0].total_ns, parts.total_ns))
        *what = ls_trace_string(t, f->shares[0].name);
    take_own(f);
}

void ls_say_long_turn(const struct ls_sentence *s)
{
    ls_say_turn(s);
    ls_say(s, " took ");
    ls_say_time(s, s->finding->own_ns);
    ls_say(s, " in %u short parts: ", s->finding->n_parts);
    ls_say_shares(s);
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
