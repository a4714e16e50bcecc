/* SPDX-License-Identifier: MIT */
/*
 * handle-leak: handles that nobody closes. Two ways to see it:
 *
 *   at the loop's end  uv_loop_close() says that it is busy, and is not called
 *                      again: what it found open stays so
 *   while it runs      streams that have nothing outstanding, so nothing will
 *                      ever come of them, and that stay open to the end: some
 *                      more in each third of the recording
 */
#include "judge.h"

#include "sentence.h"

#include <stdlib.h>
#include <string.h>

/* So many more in each third. */
enum { GROWTH = 5, WINDOWS = 3 };

static struct ls_finding finding_of(const struct ls_judge *judge,
                                    uint32_t thread, uint32_t stack)
{
    const struct ls_thread *on = &judge->trace->threads[thread];
    struct ls_finding f =
        ls_judge_blank(LS_RULE_HANDLE_LEAK, LS_SEVERITY_WARNING);
    f.process = on->process;
    f.thread = thread;
    f.loop = on->loop;
    f.stack = stack;
    f.location = ls_place_of(judge->trace, on->process, stack);
    return f;
}

/* ---- at the loop's end ---- */

/* The same loop was closed, or tried to be closed, once more. */
static bool is_tried_again(const struct ls_trace *t, uint32_t close)
{
    const struct ls_loop_close *it = &t->loop_closes[close];
    for (uint32_t i = close + 1; i < t->n_loop_closes; i++)
        if (t->loop_closes[i].uv_loop == it->uv_loop &&
            t->threads[t->loop_closes[i].thread].process ==
                t->threads[it->thread].process)
            return true;
    return false;
}

/* How many handles were closed on the thread after AT, as far as that is to be
 * seen: by their callbacks. */
static uint32_t n_closed_after(const struct ls_trace *t, uint32_t thread,
                               int64_t at_ns)
{
    const struct ls_thread *on = &t->threads[thread];
    uint32_t n = 0;
    for (uint32_t i = ls_thread_first_slice(on, at_ns); i < on->n_slices; i++) {
        const struct ls_callback *callback =
            on->slices[i].kind == LS_SLICE_CALLBACK
                ? ls_trace_callback(t, &on->slices[i])
                : NULL;
        n += callback && on->slices[i].begin_ns >= at_ns &&
             strcmp(ls_trace_string(t, callback->kind), "close") == 0;
    }
    return n;
}

static bool is_the_end(const struct ls_trace *t, uint32_t close)
{
    const struct ls_loop_close *it = &t->loop_closes[close];
    return it->n_open && !is_tried_again(t, close) &&
           !t->processes[t->threads[it->thread].process].killed &&
           n_closed_after(t, it->thread, it->at_ns) < it->n_open;
}

static void judge_ends(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    uint32_t known = LS_NONE;
    bool is_end = false;
    for (uint32_t i = 0; i < t->n_left_open; i++) {
        const struct ls_left_open *left = &t->left_open[i];
        const struct ls_loop_close *close = &t->loop_closes[left->close];
        if (left->close != known) {
            known = left->close;
            is_end = is_the_end(t, known);
        }
        if (!is_end)
            continue;
        struct ls_finding f =
            finding_of(judge, close->thread, left->registered);
        f.start_ns = close->at_ns;
        f.callback = left->callback;
        f.target = left->kind;
        ls_judge_add(judge, &f, ls_trace_string(t, left->kind));
    }
}

/* ---- while it runs ---- */

/* Streams of one kind on one loop. */
struct growth {
    ls_string kind;
    uint32_t loop;
    uint32_t first; /* the first such task */
    uint32_t n[WINDOWS];
};

enum { MAX_GROWTHS = 256 };

struct growths {
    struct growth items[MAX_GROWTHS];
    uint32_t n;
};

static bool is_stream(const struct ls_trace *t, const struct ls_task *task)
{
    static const char *const kinds[] = {"connection", "pipe", "tty", "udp",
                                        "stream"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(ls_trace_string(t, task->kind), kinds[i]) == 0)
            return true;
    return false;
}

/* It is open to the end, and nothing will come of it: since when; else
 * LS_UNKNOWN. */
static int64_t idle_since(const struct ls_trace *t, const struct ls_task *task)
{
    if (!(task->flags & LS_TASK_AUTO) || task->state != LS_TASK_OPEN ||
        !task->n_stretches || task->loop == LS_NONE || !is_stream(t, task))
        return LS_UNKNOWN;
    const struct ls_stretch *last =
        &t->stretches[task->first_stretch + task->n_stretches - 1];
    bool idle = last->kind == LS_STRETCH_AWAIT && last->open &&
                strcmp(ls_trace_string(t, last->what), "nothing") == 0;
    return idle ? last->begin_ns : LS_UNKNOWN;
}

/* In which third of the loop's life AT lies; WINDOWS: in none. */
static uint32_t window_of(const struct ls_trace *t, uint32_t loop_idx,
                          int64_t at_ns)
{
    const struct ls_loop *loop = &t->loops[loop_idx];
    const struct ls_slice *slices = t->threads[loop->thread].slices;
    if (!loop->n_turns)
        return WINDOWS;
    int64_t from = slices[loop->turns[0]].begin_ns;
    int64_t to = slices[loop->turns[loop->n_turns - 1]].end_ns;
    if (at_ns < from || at_ns > to)
        return WINDOWS;
    int64_t window = (at_ns - from) / ((to - from) / WINDOWS + 1);
    return (uint32_t)window;
}

static void count(struct growths *g, const struct ls_trace *t, uint32_t task)
{
    const struct ls_task *it = &t->tasks[task];
    int64_t since = idle_since(t, it);
    uint32_t i = 0, window = since == LS_UNKNOWN
                                 ? WINDOWS
                                 : window_of(t, it->loop, since);
    if (window == WINDOWS)
        return;
    while (i < g->n &&
           (g->items[i].kind != it->kind || g->items[i].loop != it->loop))
        i++;
    if (i == MAX_GROWTHS)
        return;
    if (i == g->n)
        g->items[g->n++] =
            (struct growth){.kind = it->kind, .loop = it->loop, .first = task};
    g->items[i].n[window]++;
}

static bool is_steady(const struct growth *growth)
{
    for (int i = 0; i < WINDOWS; i++)
        if (growth->n[i] < GROWTH)
            return false;
    return true;
}

/* Where the task's last callback was asked for: a stack, or LS_NONE. */
static uint32_t place_of_task(const struct ls_trace *t, uint32_t task)
{
    for (uint32_t i = t->n_callbacks; i-- > 0;)
        if (t->callbacks[i].task == task &&
            t->callbacks[i].registered != LS_NONE)
            return t->callbacks[i].registered;
    return LS_NONE;
}

static void tell_growth(struct ls_judge *judge, const struct growth *growth)
{
    const struct ls_trace *t = judge->trace;
    const struct ls_task *task = &t->tasks[growth->first];
    struct ls_finding f =
        finding_of(judge, task->thread, place_of_task(t, growth->first));
    f.start_ns = idle_since(t, task);
    f.task = growth->first;
    f.target = growth->kind;
    f.count = 0;
    for (int i = 0; i < WINDOWS; i++) {
        f.growth[i] = growth->n[i];
        f.count += growth->n[i];
    }
    ls_judge_add(judge, &f, ls_trace_string(t, growth->kind));
}

static void judge_growth(struct ls_judge *judge)
{
    struct growths *g = calloc(1, sizeof(*g));
    if (!g) {
        judge->failed = true;
        return;
    }
    for (uint32_t i = 0; i < judge->trace->n_tasks; i++)
        count(g, judge->trace, i);
    for (uint32_t i = 0; i < g->n; i++)
        if (is_steady(&g->items[i]))
            tell_growth(judge, &g->items[i]);
    free(g);
}

void ls_rule_handles(struct ls_judge *judge)
{
    if (!ls_judge_has_end(judge))
        return;
    judge_ends(judge);
    judge_growth(judge);
}

void ls_say_handles(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const char *kind = ls_say_text(s, f->target);
    if (f->growth[0])
        ls_say(s,
               "%u streams (%s) have nothing to wait for and were not closed: "
               "%u, %u and %u more in the thirds of the recording",
               f->count, kind, f->growth[0], f->growth[1], f->growth[2]);
    else if (f->count == 1)
        ls_say(s, "a handle (%s) was still open when its loop was closed",
               kind);
    else
        ls_say(s, "%u handles (%s) were still open when their loop was closed",
               f->count, kind);
    if (f->callback)
        ls_say(s, ": %s", ls_say_text(s, f->callback));
    if (f->location == LS_NONE)
        return;
    ls_say(s, f->callback ? ", asked for" : "; asked for");
    ls_say_place(s);
}

void ls_advise_handles(const struct ls_sentence *s)
{
    if (s->finding->growth[0])
        ls_say(s, "Close a stream with uv_close() when it is over: after "
                  "UV_EOF or an error, or when it is not read any more.");
    else
        ls_say(s, "Close each with uv_close(), and let uv_run() call the "
                  "closing callbacks before uv_loop_close(); uv_walk() finds "
                  "those that are left.");
}
