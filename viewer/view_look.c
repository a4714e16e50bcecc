/* SPDX-License-Identifier: MIT */
/* What there is to know about what is selected: looked up once, not for each
 * picture. */
#include <stdlib.h>

#include "viewer/view.h"

static void read_snippet(struct ls_view *view)
{
    view->snippet.n = 0;
    if (view->selected.kind != LS_THING_FINDING)
        return;
    const struct ls_trace *trace = view->document->trace;
    const struct ls_finding *finding =
        &view->document->findings->items[view->selected.index];
    if (finding->location >= trace->n_frames)
        return;
    const struct ls_frame *frame = &trace->frames[finding->location];
    ls_snippet_read(&view->snippet, ls_trace_string(trace, frame->file),
                    frame->line);
}

/* Whose work a slice was; LS_NONE: not known. */
static uint32_t task_of(const struct ls_trace *trace,
                        const struct ls_slice *slice)
{
    const struct ls_callback *callback = ls_trace_callback(trace, slice);
    if (slice->kind == LS_SLICE_TASK)
        return slice->detail;
    return callback ? callback->task : LS_NONE;
}

static void forget_slice(struct ls_view *view)
{
    view->tree = (struct ls_tree){0};
    view->has_turn = false;
    free(view->waits.items);
    view->waits = (struct ls_waits){0};
}

static void look_who_waited(struct ls_view *view, uint32_t loop,
                            const struct ls_slice *slice)
{
    struct ls_waits *waits = &view->waits;
    waits->items = ls_holds_ask(view->document->findings->holds, loop,
                                task_of(view->document->trace, slice),
                                slice->begin_ns, slice->end_ns, &waits->n);
    for (uint32_t i = 0; i < waits->n; i++) {
        waits->n_at_most += waits->items[i].at_most;
        waits->total_ns += waits->items[i].held_up_ns;
    }
}

/* What there is to know about the selected slice. What needs memory that is
 * not there is left out. */
static void look_at_slice(struct ls_view *view)
{
    const struct ls_document *document = view->document;
    const struct ls_trace *trace = document->trace;
    uint32_t t = view->selected.index, idx = view->selected.sub;
    const struct ls_slice *slice = &trace->threads[t].slices[idx];
    ls_tree_make(trace, t, idx, document->judged.warn_ns, &view->tree);
    view->has_turn = ls_turn_look(&view->turn, trace, t, idx);
    if (trace->threads[t].loop != LS_NONE &&
        slice->end_ns - slice->begin_ns >= document->judged.warn_ns)
        look_who_waited(view, trace->threads[t].loop, slice);
}

/* The turn of THREAD around SLICE; LS_NONE: it is in none. */
static uint32_t turn_around(const struct ls_trace *trace, uint32_t t,
                            uint32_t slice)
{
    if (t >= trace->n_threads || trace->threads[t].loop == LS_NONE ||
        slice >= trace->threads[t].n_slices)
        return LS_NONE;
    const struct ls_slice *slices = trace->threads[t].slices;
    while (slice != LS_NONE && slices[slice].kind != LS_SLICE_TURN)
        slice = slices[slice].parent;
    return slice;
}

/* The turn of THREAD at a time, or LS_NONE. */
static uint32_t turn_at(const struct ls_trace *trace, uint32_t t, int64_t at_ns)
{
    if (t >= trace->n_threads || trace->threads[t].loop == LS_NONE)
        return LS_NONE;
    const struct ls_loop *loop = &trace->loops[trace->threads[t].loop];
    uint32_t i = ls_loop_first_turn(trace, loop, at_ns);
    if (i == loop->n_turns)
        return LS_NONE;
    uint32_t slice = loop->turns[i];
    return trace->threads[t].slices[slice].begin_ns <= at_ns ? slice : LS_NONE;
}

/* The turn of what is selected, in CYCLE's thread and slice. */
static void find_turn(const struct ls_view *view, struct ls_cycle *cycle)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_thing *thing = &view->selected;
    const struct ls_finding *f;
    const struct ls_stretch *s;
    switch ((enum ls_thing_kind)thing->kind) {
    case LS_THING_SLICE:
        cycle->thread = thing->index;
        cycle->slice = turn_around(trace, thing->index, thing->sub);
        break;
    case LS_THING_FINDING:
        f = &view->document->findings->items[thing->index];
        cycle->thread = f->thread;
        cycle->slice = turn_around(trace, f->thread, f->slice);
        break;
    case LS_THING_TASK:
        if (thing->sub == LS_NONE)
            break;
        s = &trace->stretches[thing->sub];
        cycle->thread = s->thread;
        cycle->slice =
            turn_at(trace, s->thread,
                    s->kind == LS_STRETCH_RUN ? s->begin_ns : s->end_ns);
        break;
    case LS_THING_SAMPLE:
        cycle->thread = trace->samples[thing->index].thread;
        cycle->slice =
            turn_at(trace, cycle->thread, trace->samples[thing->index].at_ns);
        break;
    default:
        break;
    }
}

/* The turn of the most own time, of all loops. */
static void find_longest(const struct ls_document *document,
                         struct ls_cycle *cycle)
{
    double most = -1;
    for (uint32_t i = 0; i < document->trace->n_loops; i++) {
        uint32_t t = document->trace->loops[i].thread;
        const struct ls_index *index = document->index;
        if (ls_index_n_rows(index, t) == 0)
            continue;
        struct ls_index_range row = ls_index_row(index, t, 0);
        if (row.lo >= row.hi)
            continue;
        uint32_t best = ls_series_greatest(&index->slices, row.lo, row.hi);
        if (ls_series_weight(&index->slices, best) <= most)
            continue;
        most = ls_series_weight(&index->slices, best);
        cycle->thread = t;
        cycle->slice = index->slices.item[best];
    }
}

static void look_at_cycle(struct ls_view *view)
{
    struct ls_cycle *cycle = &view->cycle;
    *cycle = (struct ls_cycle){.thread = LS_NONE, .slice = LS_NONE};
    find_turn(view, cycle);
    cycle->chosen = cycle->slice != LS_NONE;
    if (!cycle->chosen)
        find_longest(view->document, cycle);
    cycle->has = cycle->slice != LS_NONE &&
                 ls_turn_look(&cycle->turn, view->document->trace,
                              cycle->thread, cycle->slice);
}

static void look_along_causality(struct ls_view *view)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_thing *thing = &view->selected;
    if (thing->kind == LS_THING_TASK) {
        ls_arrows_of_task(&view->arrows, trace, thing->index);
    } else if (thing->kind == LS_THING_FINDING) {
        const struct ls_finding *f =
            &view->document->findings->items[thing->index];
        ls_arrows_of_waits(&view->arrows, trace, f->thread, f->task,
                           f->start_ns + f->duration_ns, f->waiters,
                           f->n_waiters);
        ls_whatif_make(&view->ghosts, trace, f);
    } else if (thing->kind == LS_THING_SLICE) {
        const struct ls_slice *slice =
            &trace->threads[thing->index].slices[thing->sub];
        ls_arrows_of_slice(&view->arrows, trace, thing->index, thing->sub);
        ls_arrows_of_waits(&view->arrows, trace, thing->index,
                           task_of(trace, slice), slice->end_ns,
                           view->waits.items, view->waits.n);
    }
}

void ls_view_look(struct ls_view *view)
{
    view->arrows.n = view->arrows.n_more = 0;
    view->ghosts.n = view->ghosts.n_more = 0;
    forget_slice(view);
    view->snippet.n = 0;
    view->cycle = (struct ls_cycle){0};
    if (!view->document)
        return;
    look_at_cycle(view);
    read_snippet(view);
    if (view->selected.kind == LS_THING_SLICE)
        look_at_slice(view);
    look_along_causality(view);
}
