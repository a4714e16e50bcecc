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
    waits->items = ls_holds_ask(view->document->holds, loop,
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

void ls_view_look(struct ls_view *view)
{
    forget_slice(view);
    view->snippet.n = 0;
    if (!view->document)
        return;
    read_snippet(view);
    if (view->selected.kind == LS_THING_SLICE)
        look_at_slice(view);
}
