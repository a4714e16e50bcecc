/* SPDX-License-Identifier: MIT */
/*
 * spinning: a loop that polls without waiting though nothing comes, and so
 * keeps a CPU busy for nothing.
 *
 * A loop's turns are looked at in windows; so many of them in a row that spin
 * are a finding. What tells it from work that gives way again and again, which
 * has the loop poll without waiting too, is that hardly anything is done in a
 * turn.
 */
#include "judge.h"

#include "shares.h"

#include <string.h>

#define WINDOW_NS 250000000
/* Of a window that spins: */
#define MOST_TURN_NS 100000              /* own time of a turn, on average */
enum { LEAST_TURNS = 100, WINDOWS = 4 }; /* in one; in a row */

struct window {
    int64_t begin_ns;
    uint32_t first, end; /* turns of the loop */
    uint32_t n_empty;    /* of these, those after a poll for nothing */
    int64_t own_ns;      /* of its turns */
    int64_t busy_ns;     /* in turns, and in polls that did not wait */
};

/* Windows in a row that spin. */
struct run {
    uint32_t first, end; /* turns of the loop */
    uint32_t n_windows;
};

struct spinner {
    struct ls_judge *judge;
    uint32_t loop_idx;
    const struct ls_loop *loop;
    const struct ls_thread *thread;
    struct run now, longest;
    uint32_t n_runs;
    int64_t total_ns;
};

static const struct ls_slice *turn_at(const struct spinner *s, uint32_t i)
{
    return &s->thread->slices[s->loop->turns[i]];
}

static bool is_empty(const struct ls_slice *turn)
{
    return turn->flags & LS_SLICE_NOWAIT && turn->flags & LS_SLICE_EMPTY;
}

static bool is_spinning(const struct window *w)
{
    uint32_t n = w->end - w->first;
    return n >= LEAST_TURNS && (uint64_t)w->n_empty * 10 > (uint64_t)n * 9 &&
           w->own_ns <= MOST_TURN_NS * (int64_t)n &&
           w->busy_ns >= WINDOW_NS / 10 * 9;
}

static int64_t run_ns(const struct spinner *s, const struct run *run)
{
    return turn_at(s, run->end - 1)->end_ns - turn_at(s, run->first)->begin_ns;
}

static void end_run(struct spinner *s)
{
    if (s->now.n_windows >= WINDOWS) {
        s->n_runs++;
        s->total_ns = ls_sum(s->total_ns, run_ns(s, &s->now));
        if (s->now.n_windows > s->longest.n_windows)
            s->longest = s->now;
    }
    s->now.n_windows = 0;
}

static void end_window(struct spinner *s, const struct window *w)
{
    if (!is_spinning(w)) {
        end_run(s);
        return;
    }
    if (s->now.n_windows++ == 0)
        s->now.first = w->first;
    s->now.end = w->end;
}

static void add_turn(struct spinner *s, struct window *w, uint32_t i)
{
    const struct ls_slice *turn = turn_at(s, i);
    w->n_empty += is_empty(turn);
    w->own_ns = ls_sum(w->own_ns, ls_slice_own_ns(s->judge->trace, turn));
    bool waited = i == 0 || !(turn->flags & LS_SLICE_NOWAIT);
    int64_t from = waited ? turn->begin_ns : turn_at(s, i - 1)->end_ns;
    w->busy_ns = ls_sum(w->busy_ns, turn->end_ns - from);
    w->end = i + 1;
}

/* A turn belongs to the window in which it begins; in windows that have none
 * the loop waited, or was in a turn. */
static void look(struct spinner *s)
{
    struct window w = {.n_empty = 0};
    for (uint32_t i = 0; i < s->loop->n_turns; i++) {
        int64_t at = turn_at(s, i)->begin_ns;
        if (i == 0 || at - w.begin_ns >= WINDOW_NS) {
            int64_t n = i ? (at - w.begin_ns) / WINDOW_NS : 0;
            if (i)
                end_window(s, &w);
            if (n > 1)
                end_run(s);
            w = (struct window){.begin_ns = i ? w.begin_ns + n * WINDOW_NS : at,
                                .first = i};
        }
        add_turn(s, &w, i);
    }
    end_run(s); /* what is left is no whole window */
}

/* The callbacks of the longest run, and of the one that was called most the
 * slice of one call. */
static void take_callbacks(const struct spinner *s, struct ls_finding *f)
{
    const struct ls_slice *slices = s->thread->slices;
    struct ls_shares shares = {.n = 0};
    uint32_t end = s->longest.end < s->loop->n_turns
                       ? s->loop->turns[s->longest.end]
                       : s->thread->n_slices;
    uint32_t n = s->longest.end - s->longest.first;
    for (uint32_t i = s->loop->turns[s->longest.first]; i < end; i++)
        if (slices[i].kind == LS_SLICE_CALLBACK)
            ls_shares_add(&shares, slices[i].name,
                          slices[i].end_ns - slices[i].begin_ns);
    ls_shares_give(&shares, f);
    f->n_parts = n;
    for (uint32_t i = 0; i < f->n_shares && !f->callback; i++)
        if ((uint64_t)f->shares[i].count * 10 > (uint64_t)n * 9)
            f->callback = f->shares[i].name;
    for (uint32_t i = s->loop->turns[s->longest.first]; f->callback && i < end;
         i++) {
        if (slices[i].kind != LS_SLICE_CALLBACK ||
            slices[i].name != f->callback)
            continue;
        const struct ls_callback *callback =
            ls_trace_callback(s->judge->trace, &slices[i]);
        f->slice = i;
        f->registered = callback ? ls_place_of(s->judge->trace, f->process,
                                               callback->registered)
                                 : LS_NONE;
        return;
    }
}

static void judge_loop(struct ls_judge *judge, uint32_t loop_idx)
{
    const struct ls_trace *t = judge->trace;
    const struct ls_loop *loop = &t->loops[loop_idx];
    struct spinner s = {.judge = judge,
                        .loop_idx = loop_idx,
                        .loop = loop,
                        .thread = &t->threads[loop->thread]};
    look(&s);
    if (!s.n_runs)
        return;
    struct ls_finding f = ls_judge_blank(LS_RULE_SPINNING, LS_SEVERITY_WARNING);
    f.process = s.thread->process;
    f.thread = loop->thread;
    f.loop = loop_idx;
    f.start_ns = turn_at(&s, s.longest.first)->begin_ns;
    f.duration_ns = run_ns(&s, &s.longest);
    f.count = s.n_runs;
    take_callbacks(&s, &f);
    ls_judge_add(judge, &f, ls_trace_string(t, loop->name));
}

void ls_rule_spinning(struct ls_judge *judge)
{
    for (uint32_t i = 0; i < judge->trace->n_loops; i++)
        judge_loop(judge, i);
}

/* What libuv calls it for; "" if that is not known. */
static const char *kind_of(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const struct ls_callback *callback =
        f->slice == LS_NONE
            ? NULL
            : ls_trace_callback(s->trace,
                                &s->trace->threads[f->thread].slices[f->slice]);
    return callback ? ls_say_text(s, callback->kind) : "";
}

void ls_say_spinning(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const char *kind = kind_of(s);
    ls_say(s, "the loop ");
    if (s->trace->loops[f->loop].name)
        ls_say(s, "\"%s\" ", ls_say_text(s, s->trace->loops[f->loop].name));
    ls_say(s, "polled %u times in ", f->n_parts);
    ls_say_time(s, f->duration_ns);
    ls_say(s, " without waiting, for nothing");
    if (f->callback)
        ls_say(s, ": each time it called %s%s%s%s", ls_say_text(s, f->callback),
               *kind ? " (" : "", kind, *kind ? ")" : "");
    ls_say_count(s);
}

static const struct {
    const char *kind, *advice;
} ways_out[] = {
    {"idle", "Stop the idle handle with uv_idle_stop() while there is nothing "
             "to do: what comes can start it again, or wake the loop with "
             "uv_async_send(). To look every so often, uv_timer_start() will "
             "do."},
    {"timer", "A timer of 0 ms that is started again each time keeps the loop "
              "from waiting: give it a period, or have what it waits for say "
              "so with uv_async_send()."},
    {"", "Something keeps the loop from waiting: an active idle handle, "
         "uv_run() with UV_RUN_NOWAIT called again and again, a timer of 0 ms. "
         "Use UV_RUN_ONCE or UV_RUN_DEFAULT, and uv_async_send() to wake the "
         "loop."}};

void ls_advise_spinning(const struct ls_sentence *s)
{
    const char *kind = kind_of(s);
    size_t i = 0;
    if (!ls_say_has_libuv(s)) {
        ls_say(s, "Let the poll wait: a timeout of 0 is for when there is work "
                  "to go on with.");
        return;
    }
    while (*ways_out[i].kind && strcmp(ways_out[i].kind, kind) != 0)
        i++;
    ls_say(s, "%s", ways_out[i].advice);
}
