/* SPDX-License-Identifier: MIT */
/*
 * blocking-call, sync-uv-call, stall, descheduled: where a turn's time went.
 *
 * A stretch of own time gives one finding. So for each turn, in this order:
 *
 *   1. each innermost blocking call over the threshold is a blocking-call,
 *      each synchronous call of libuv a sync-uv-call, and its time is taken
 *      off the turn's;
 *   2. what is left, if it is over the threshold, belongs to the innermost
 *      callbacks or tasks that are over it themselves: a stall each;
 *   3. or, where there is none, to the turn: a long-turn, if it is the sum of
 *      its parts (rule_long_turn.c).
 *
 * But a turn over the limit of which a part is over the threshold, and none
 * over the limit, is one stall: else what is too long could be had in pieces.
 *
 * Only turns (and calls) are measured; a part of a turn is known by its
 * length, and the time in which the machine did not run the turn is taken off
 * that, all of it: rather too little than a false alarm.
 */
#include "judge.h"

#include <stdlib.h>

/* Of each slice of the turn, its first included. */
struct part {
    int64_t calls_ns;        /* reported calls in it */
    int64_t parts_ns;        /* reported parts in it, less the calls in those */
    uint32_t callback, task; /* the nearest from it outwards, or LS_NONE */
};

struct turn {
    struct ls_judge *judge;
    const struct ls_loop *loop;
    uint32_t loop_idx;
    const struct ls_thread *thread;
    uint32_t first, end;   /* the turn's slice, and one after its last */
    struct ls_cause all;   /* as measured */
    struct ls_cause cause; /* less that of the reported calls */
    int64_t length_ns;     /* the same for what was not measured */
    bool measured;
    bool counting;             /* findings are looked at, not reported */
    struct ls_finding largest; /* of them; own_ns 0: there is none */
    struct part *parts;
    uint32_t cap_parts;
};

static const struct ls_slice *slice_at(const struct turn *turn, uint32_t i)
{
    return &turn->thread->slices[i];
}

static int64_t length(const struct ls_slice *slice)
{
    return slice->end_ns - slice->begin_ns;
}

/* Whether the trace ends before the slice does. */
static bool is_open(const struct turn *turn, const struct ls_slice *slice)
{
    return slice->flags & LS_SLICE_OPEN &&
           slice->end_ns == turn->judge->trace->end_ns;
}

/* The process ended by itself in it. */
static bool is_exit(const struct turn *turn)
{
    const struct ls_detail *detail =
        ls_trace_detail(turn->judge->trace, slice_at(turn, turn->first));
    return detail && detail->exit;
}

static struct part *part_at(const struct turn *turn, uint32_t i)
{
    return &turn->parts[i - turn->first];
}

static const struct ls_callback *callback_at(const struct turn *turn,
                                             uint32_t i)
{
    return i == LS_NONE
               ? NULL
               : ls_trace_callback(turn->judge->trace, slice_at(turn, i));
}

/* Its task, and where it was asked for. */
static void take_callback(const struct turn *turn, uint32_t i,
                          struct ls_finding *f)
{
    const struct ls_callback *callback = callback_at(turn, i);
    f->callback = slice_at(turn, i)->name;
    if (!callback)
        return;
    f->registered =
        ls_place_of(turn->judge->trace, f->process, callback->registered);
    if (f->task == LS_NONE)
        f->task = callback->task;
}

static struct ls_finding finding_of(const struct turn *turn, uint32_t i,
                                    enum ls_rule rule,
                                    enum ls_severity severity)
{
    const struct ls_slice *slice = slice_at(turn, i);
    struct ls_finding f = ls_judge_blank(rule, severity);
    const struct part *part = part_at(turn, i);
    f.start_ns = slice->begin_ns;
    f.duration_ns = length(slice);
    f.process = turn->thread->process;
    f.thread = turn->loop->thread;
    f.loop = turn->loop_idx;
    f.slice = i;
    if (part->task != LS_NONE)
        f.task = slice_at(turn, part->task)->detail;
    if (part->callback != LS_NONE)
        take_callback(turn, part->callback, &f);
    return f;
}

/* What tells stalls apart that have no callback: the task's kind, or which
 * loop's turn it was. */
static const char *whose(const struct turn *turn, const struct ls_finding *f)
{
    const struct ls_trace *t = turn->judge->trace;
    if (f->task != LS_NONE)
        return ls_trace_string(t, t->tasks[f->task].kind);
    return f->callback ? "" : ls_trace_string(t, turn->loop->name);
}

/* What was not measured may have been the machine's doing. */
static enum ls_severity at_most_warning(enum ls_severity severity)
{
    return severity > LS_SEVERITY_WARNING ? LS_SEVERITY_WARNING : severity;
}

static int64_t less(int64_t a, int64_t b)
{
    return a > b ? a - b : 0;
}

static int64_t own_of(const struct ls_cause *cause)
{
    return ls_sum(cause->cpu_ns, cause->blocked_ns);
}

static void add(struct turn *turn, const struct ls_finding *f, const char *what)
{
    if (f->own_ns > turn->largest.own_ns)
        turn->largest = *f;
    if (turn->counting)
        return;
    ls_judge_tell(turn->judge, turn->loop->thread, turn->first);
    ls_judge_add(turn->judge, f, what);
}

/* Take a reported call's time off the turn. */
static void take_off(struct turn *turn, uint32_t i,
                     const struct ls_cause *cause, int64_t own_ns)
{
    if (turn->measured && cause->cpu_ns != LS_UNKNOWN) {
        turn->cause.cpu_ns = less(turn->cause.cpu_ns, cause->cpu_ns);
        turn->cause.blocked_ns =
            less(turn->cause.blocked_ns, cause->blocked_ns);
    } else if (turn->measured) {
        turn->cause.blocked_ns = less(turn->cause.blocked_ns, own_ns);
    }
    turn->length_ns = less(turn->length_ns, length(slice_at(turn, i)));
    part_at(turn, i)->calls_ns = length(slice_at(turn, i));
}

/* A call of libuv's without a callback is told whatever it cost. */
static enum ls_severity sync_level(const struct turn *turn, int64_t own)
{
    return own >= turn->judge->options.fail_ns ? LS_SEVERITY_ERROR
                                               : LS_SEVERITY_WARNING;
}

static bool is_sync(const struct turn *turn, uint32_t i)
{
    const struct ls_detail *detail =
        i == LS_NONE ? NULL
                     : ls_trace_detail(turn->judge->trace, slice_at(turn, i));
    return detail && detail->sync;
}

/* What the samples know of it: where there is no stack of its own, theirs. */
static void take_looks(const struct turn *turn, struct ls_finding *f)
{
    const struct ls_trace *t = turn->judge->trace;
    struct ls_finding seen = *f;
    if (f->stack != LS_NONE && t->stacks[f->stack].n_frames > 1)
        return;
    seen.stack = seen.location = LS_NONE;
    ls_looks_at(turn->judge, &seen);
    f->n_samples = seen.n_samples;
    if (seen.location == LS_NONE)
        return;
    f->stack = seen.stack;
    f->location = seen.location;
}

static void judge_call(struct turn *turn, uint32_t i)
{
    struct ls_judge *judge = turn->judge;
    const struct ls_slice *slice = slice_at(turn, i);
    const struct ls_detail *detail = ls_trace_detail(judge->trace, slice);
    struct ls_cause cause = {LS_UNKNOWN, LS_UNKNOWN, LS_UNKNOWN};
    int64_t own = length(slice), waited = own;
    bool sync = is_sync(turn, i);
    if (part_at(turn, i)->calls_ns || is_sync(turn, slice->parent))
        return; /* an inner one was reported, or the outer one will be */
    if (detail && detail->cause.cpu_ns != LS_UNKNOWN) {
        cause = detail->cause;
        own = own_of(&cause);
        waited = cause.blocked_ns;
    }
    if (waited < judge->options.warn_ns && !sync)
        return;
    enum ls_severity severity =
        sync ? sync_level(turn, own) : ls_judge_level(judge, own);
    if (cause.cpu_ns == LS_UNKNOWN && !is_open(turn, slice) && !is_exit(turn))
        severity = at_most_warning(severity);
    struct ls_finding f = finding_of(
        turn, i, sync ? LS_RULE_SYNC_UV_CALL : LS_RULE_BLOCKING_CALL, severity);
    f.own_ns = own;
    f.cause = cause;
    f.class = ls_cause_class(&cause, judge->options.warn_ns);
    f.call = slice->name;
    f.target = detail ? detail->target : 0;
    f.stack = detail ? detail->stack : LS_NONE;
    f.location = ls_place_of(judge->trace, f.process, f.stack);
    if (!turn->counting)
        take_looks(turn, &f);
    add(turn, &f, "");
    take_off(turn, i, &cause, own);
}

/* The part's own time, as far as it can be known: never too much. */
static int64_t own_of_part(const struct turn *turn, uint32_t i)
{
    const struct part *part = part_at(turn, i);
    int64_t own =
        less(length(slice_at(turn, i)), ls_sum(part->calls_ns, part->parts_ns));
    if (!turn->measured)
        return own;
    int64_t all = own_of(&turn->cause);
    own = less(own, turn->cause.descheduled_ns);
    return own < all ? own : all;
}

static bool is_part(const struct ls_slice *slice)
{
    return slice->kind == LS_SLICE_CALLBACK || slice->kind == LS_SLICE_TASK;
}

static struct ls_finding stall_of(const struct turn *turn, uint32_t i,
                                  int64_t own)
{
    const struct ls_judge *judge = turn->judge;
    const struct ls_detail *detail =
        ls_trace_detail(judge->trace, slice_at(turn, i));
    struct ls_finding f =
        finding_of(turn, i, LS_RULE_STALL, ls_judge_level(judge, own));
    f.own_ns = own;
    if (turn->measured)
        f.cause = turn->cause;
    f.class = ls_cause_class(&f.cause, judge->options.warn_ns);
    f.stack = detail ? detail->stack : LS_NONE;
    f.location = ls_place_of(judge->trace, f.process, f.stack);
    return f;
}

static void add_found(struct turn *turn, struct ls_finding *f, const char *what)
{
    if (f->location == LS_NONE && !turn->counting)
        ls_looks_at(turn->judge, f);
    if (!turn->measured && f->class != LS_CLASS_BLOCKED)
        f->severity = at_most_warning(f->severity);
    add(turn, f, what);
}

static void add_stall(struct turn *turn, uint32_t i, int64_t own)
{
    struct ls_finding f = stall_of(turn, i, own);
    add_found(turn, &f, whose(turn, &f));
}

/* A turn in which no part took long. */
static void add_turn(struct turn *turn, int64_t own)
{
    struct ls_finding f = stall_of(turn, turn->first, own);
    const char *what = whose(turn, &f);
    if (turn->measured && own == own_of(&turn->all)) /* no call was reported */
        ls_long_turn_take(turn->judge, turn->first, turn->end, &f, &what);
    add_found(turn, &f, what);
}

/* From the innermost outwards: a part that was reported is taken off those
 * around it. Returns whether there was one. */
static bool judge_parts(struct turn *turn)
{
    bool any = false;
    for (uint32_t i = turn->end; --i > turn->first;) {
        const struct ls_slice *slice = slice_at(turn, i);
        struct part *part = part_at(turn, i);
        int64_t own = is_part(slice) ? own_of_part(turn, i) : 0;
        if (own >= turn->judge->options.warn_ns) {
            any = true;
            add_stall(turn, i, own);
            part->parts_ns = less(length(slice), part->calls_ns);
        }
        struct part *around = part_at(turn, slice->parent);
        around->parts_ns = ls_sum(around->parts_ns, part->parts_ns);
    }
    return any;
}

/* The same for calls: in pre-order backwards, what is inside comes first. */
static void judge_calls(struct turn *turn)
{
    for (uint32_t i = turn->end; --i > turn->first;) {
        const struct ls_slice *slice = slice_at(turn, i);
        if (slice->kind == LS_SLICE_BLOCKING)
            judge_call(turn, i);
        struct part *around = part_at(turn, slice->parent);
        around->calls_ns = ls_sum(around->calls_ns, part_at(turn, i)->calls_ns);
    }
}

static bool has_parts(const struct turn *turn)
{
    for (uint32_t i = turn->first + 1; i < turn->end; i++)
        if (is_part(slice_at(turn, i)))
            return true;
    return false;
}

static void judge_rest(struct turn *turn)
{
    const struct ls_judge_options *options = &turn->judge->options;
    int64_t own = turn->measured ? own_of(&turn->cause) : turn->length_ns;
    if (own < options->warn_ns || judge_parts(turn))
        return;
    if (!has_parts(turn) || own >= options->fail_ns)
        add_turn(turn, own);
}

static void judge_descheduled(struct turn *turn)
{
    int64_t delay = turn->measured ? turn->cause.descheduled_ns : 0;
    if (delay < turn->judge->options.warn_ns)
        return;
    struct ls_finding f =
        finding_of(turn, turn->first, LS_RULE_DESCHEDULED, LS_SEVERITY_NOTE);
    f.cause = turn->all;
    f.own_ns = own_of(&f.cause);
    f.class = LS_CLASS_DESCHEDULED;
    ls_judge_add(turn->judge, &f, whose(turn, &f));
}

/* One after the last slice of the turn that begins at FIRST. */
static uint32_t end_of_turn(const struct ls_thread *thread, uint32_t first)
{
    uint32_t end = first + 1;
    while (end < thread->n_slices &&
           thread->slices[end].depth > thread->slices[first].depth)
        end++;
    return end;
}

static bool make_room(struct turn *turn)
{
    uint32_t n = turn->end - turn->first;
    if (n <= turn->cap_parts)
        return true;
    struct part *parts = realloc(turn->parts, n * 2ul * sizeof(*parts));
    if (!parts)
        return false;
    turn->parts = parts;
    turn->cap_parts = n * 2;
    return true;
}

/* A turn that never ended, because the program did: what the last look from
 * outside measured counts. */
static void take_last_look(struct turn *turn)
{
    const struct ls_slice *slice = slice_at(turn, turn->first);
    int64_t at;
    if ((!(slice->flags & LS_SLICE_OPEN) && !is_exit(turn)) ||
        !ls_looks_cause(turn->judge, turn->loop->thread, slice->begin_ns,
                        slice->end_ns, &turn->cause, &at))
        return;
    turn->measured = true;
    turn->length_ns = at - slice->begin_ns;
}

static void prepare(struct turn *turn)
{
    const struct ls_detail *detail =
        ls_trace_detail(turn->judge->trace, slice_at(turn, turn->first));
    turn->measured = detail && detail->cause.cpu_ns != LS_UNKNOWN;
    turn->cause = turn->measured ? detail->cause : (struct ls_cause){0};
    turn->length_ns = length(slice_at(turn, turn->first));
    if (!turn->measured)
        take_last_look(turn);
    turn->all = turn->cause;
    turn->largest.own_ns = 0;
    *part_at(turn, turn->first) = (struct part){0, 0, LS_NONE, LS_NONE};
    for (uint32_t i = turn->first + 1; i < turn->end; i++) {
        const struct ls_slice *slice = slice_at(turn, i);
        struct part *part = part_at(turn, i);
        *part = (struct part){0, 0, part_at(turn, slice->parent)->callback,
                              part_at(turn, slice->parent)->task};
        if (slice->kind == LS_SLICE_CALLBACK)
            part->callback = i;
        if (slice->kind == LS_SLICE_TASK)
            part->task = i;
    }
}

/* Whether it is over the limit, but none of its parts is. */
static bool is_too_long_in_pieces(struct turn *turn)
{
    const int64_t fail_ns = turn->judge->options.fail_ns;
    prepare(turn);
    if (!turn->measured || own_of(&turn->all) < fail_ns)
        return false;
    turn->counting = true;
    judge_calls(turn);
    judge_rest(turn);
    turn->counting = false;
    return turn->largest.own_ns > 0 && turn->largest.own_ns < fail_ns;
}

/* All of the turn as one stall, at what its samples have in common; where there
 * are none, at the largest part. */
static void add_whole(struct turn *turn)
{
    const struct ls_finding part = turn->largest;
    prepare(turn);
    judge_descheduled(turn);
    struct ls_finding f = stall_of(turn, turn->first, own_of(&turn->all));
    f.is_whole = true;
    ls_looks_at(turn->judge, &f);
    if (f.location == LS_NONE) {
        f.stack = part.stack;
        f.location = part.location;
    }
    add(turn, &f, whose(turn, &f));
}

/* What a program does behind its last poll, before it ends by itself, is not
 * its loop's: nobody waits for that any more. Over the limit it may hang. */
static bool is_end_of_program(struct turn *turn)
{
    if (!is_exit(turn))
        return false;
    prepare(turn);
    int64_t own = turn->measured ? own_of(&turn->cause) : turn->length_ns;
    return own < turn->judge->options.fail_ns;
}

static void judge_turn(struct turn *turn)
{
    if (is_end_of_program(turn))
        return;
    if (is_too_long_in_pieces(turn)) {
        add_whole(turn);
        return;
    }
    prepare(turn);
    judge_descheduled(turn);
    judge_calls(turn);
    judge_rest(turn);
}

/* A turn without an end in a process that was not killed, and of which nothing
 * else is known: the program left its loop and ended, while others went on. */
static bool is_left(const struct turn *turn)
{
    const struct ls_trace *t = turn->judge->trace;
    const struct ls_slice *slice = slice_at(turn, turn->first);
    if (!is_open(turn, slice) || !t->health.complete ||
        turn->end != turn->first + 1 ||
        t->processes[turn->thread->process].killed || t->n_processes < 2)
        return false;
    for (uint32_t i = ls_trace_first_sample(t, slice->begin_ns);
         i < t->n_samples; i++)
        if (t->samples[i].thread == turn->loop->thread)
            return false;
    return true;
}

static bool is_long(const struct turn *turn)
{
    const struct ls_slice *slice = slice_at(turn, turn->first);
    if (is_left(turn))
        return false;
    return length(slice) >= turn->judge->options.warn_ns &&
           !(slice->flags & LS_SLICE_CUT);
}

/* Calls of libuv without a callback are told in short turns too. */
static bool has_sync(const struct turn *turn)
{
    if (slice_at(turn, turn->first)->flags & LS_SLICE_CUT)
        return false;
    for (uint32_t i = turn->first + 1; i < turn->end; i++)
        if (slice_at(turn, i)->kind == LS_SLICE_BLOCKING && is_sync(turn, i))
            return true;
    return false;
}

static void judge_loop(struct ls_judge *judge, uint32_t loop_idx)
{
    const struct ls_loop *loop = &judge->trace->loops[loop_idx];
    struct turn turn = {.judge = judge,
                        .loop = loop,
                        .loop_idx = loop_idx,
                        .thread = &judge->trace->threads[loop->thread]};
    /* Turns nested in one that was judged are parts of it. */
    for (uint32_t i = 0; i < loop->n_turns && !judge->failed; i++) {
        if (loop->turns[i] < turn.end)
            continue;
        turn.first = loop->turns[i];
        turn.end = end_of_turn(turn.thread, turn.first);
        if (!is_long(&turn) && !has_sync(&turn))
            continue;
        if (make_room(&turn))
            judge_turn(&turn);
        else
            judge->failed = true;
    }
    free(turn.parts);
}

void ls_rule_stall(struct ls_judge *judge)
{
    for (uint32_t i = 0; i < judge->trace->n_loops; i++)
        judge_loop(judge, i);
}
