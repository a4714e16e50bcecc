/* SPDX-License-Identifier: MIT */
/* A trace that grows: what is shown goes on being shown. */
#include <stdio.h>
#include <string.h>

#include "viewer/view.h"

/* The end is in sight when so much of the window lies behind it. */
#define END_PART 0.001

static bool sees_end(const struct ls_view *view)
{
    int64_t length_ns = view->end_ns - view->begin_ns;
    return view->end_ns + (int64_t)((double)length_ns * END_PART) >=
           view->document->trace->end_ns;
}

/* Is it still the same thing? What is added comes behind what was there, but
 * findings are sorted anew, and stretches of other tasks get in between. */
static struct ls_thing kept(const struct ls_thing *thing,
                            const struct ls_trace *was,
                            const struct ls_trace *is)
{
    struct ls_thing now = *thing;
    if (thing->kind == LS_THING_TASK && thing->index < is->n_tasks &&
        was->tasks[thing->index].id == is->tasks[thing->index].id) {
        now.sub = LS_NONE;
        return now;
    }
    if (thing->kind == LS_THING_SLICE && thing->index < is->n_threads &&
        thing->sub < is->threads[thing->index].n_slices &&
        was->threads[thing->index].slices[thing->sub].begin_ns ==
            is->threads[thing->index].slices[thing->sub].begin_ns)
        return now;
    return (struct ls_thing){0};
}

void ls_view_update(struct ls_view *view, const struct ls_document *document)
{
    if (!view->document) {
        ls_view_show(view, document);
        return;
    }
    bool at_end = sees_end(view), had_range = view->has_range;
    int64_t begin_ns = view->begin_ns, end_ns = view->end_ns;
    int64_t range_begin_ns = view->range_begin_ns;
    int64_t range_end_ns = view->range_end_ns;
    double scroll_px = view->scroll_px;
    struct ls_measure measure = view->measure;
    struct ls_thing thing =
        kept(&view->selected, view->document->trace, document->trace);
    char searched[LS_FIELD_BYTES];
    snprintf(searched, sizeof(searched), "%s", view->searched);
    int64_t grown_ns = document->trace->end_ns - view->document->trace->end_ns;
    ls_view_show(view, document);
    /* The whole trace stays the whole trace; else its end moves through. */
    if (!at_end)
        ls_view_set_window(view, begin_ns, end_ns);
    else if (begin_ns > document->trace->begin_ns)
        ls_view_set_window(view, begin_ns + grown_ns, end_ns + grown_ns);
    else
        ls_view_whole(view);
    ls_view_select(view, thing);
    view->scroll_px = 0;
    ls_view_scroll(view, scroll_px);
    view->has_range = had_range;
    view->range_begin_ns = range_begin_ns;
    view->range_end_ns = range_end_ns;
    view->measure = measure;
    if (*searched)
        ls_view_search(view, searched);
    /* That it is not whole yet goes without saying. */
    if (document->trace->health.being_written)
        ls_view_notice(view, LS_NOTICE_NONE, "");
}
