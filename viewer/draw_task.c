/* SPDX-License-Identifier: MIT */
/*
 * A task's lane, as the documents draw it:
 *
 *     |###----- sleep -----\\\\ ready, held up 354 ms \\\\###|
 *
 * running solid, awaiting dashed with what it awaits, held up hatched; on
 * what ran too long, what it spent its time with.
 */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"
#include "viewer/format.h"

#define TEXT_PX 18
#define RUN_PX 16

static void add_hit(struct ls_view *view, struct ls_rect box, uint32_t task,
                    uint32_t stretch, uint32_t count)
{
    struct ls_rect seen = ls_rect_clip(box, view->layout.lanes);
    seen.x -= 1;
    seen.w += 2;
    ls_view_add_hit(view, seen,
                    (struct ls_thing){LS_THING_TASK, task, stretch, count});
}

static struct ls_rect inset(struct ls_rect box, float by)
{
    return (struct ls_rect){box.x + by, box.y, box.w - 2 * by, box.h};
}

/* The part of an await before it is held up carries what it awaits. */
static void label_await(struct ls_view *view, const struct ls_stretch *s,
                        float y)
{
    bool at_most;
    int64_t end_ns = ls_index_held_from(view->document->index, s, &at_most);
    if (end_ns == LS_UNKNOWN ||
        s->end_ns - end_ns < view->document->judged.warn_ns)
        end_ns = s->end_ns;
    struct ls_rect box =
        ls_view_stretch(view, s->begin_ns, end_ns, y - TEXT_PX / 2, TEXT_PX);
    char what[160];
    ls_explain_await(view->document->trace, s, what, sizeof(what));
    const char *texts[] = {what};
    ls_draw_best(view, LS_FONT_SMALL, ls_view_colour(view, LS_COLOUR_DIM),
                 ls_view_colour(view, LS_COLOUR_GROUND), inset(box, 8),
                 LS_ALIGN_CENTRE, texts, 1);
}

static void draw_awaits(struct ls_view *view, uint32_t task, float y)
{
    const struct ls_index *index = view->document->index;
    struct ls_index_range range = {index->first_await[task],
                                   index->first_await[task + 1]};
    uint32_t n = ls_view_query(view, &index->awaits, range);
    ls_colour colour = ls_view_colour(view, LS_COLOUR_AWAIT);
    float middle = floorf(y);
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        struct ls_rect box =
            ls_view_box(view, &index->awaits, b, y - RUN_PX / 2, RUN_PX);
        uint32_t item = index->awaits.item[b->best];
        ls_draw_dashed(&view->list,
                       (struct ls_rect){box.x, middle - 1, box.w, 2}, colour);
        add_hit(view, box, task, item, b->count);
        if (b->count == 1)
            label_await(view, &index->trace->stretches[item], y);
    }
}

/* "ready, held up 354 ms"; where it is not known when the awaited came, how
 * long it was at most. */
static void label_held(struct ls_view *view, int64_t held_ns, bool at_most,
                       struct ls_rect box)
{
    char took[LS_FORMAT_MAX], whole[80], part[64];
    ls_format_duration(took, held_ns);
    snprintf(whole, sizeof(whole),
             at_most ? "held up at most %s" : "ready, held up %s", took);
    snprintf(part, sizeof(part), at_most ? "at most %s" : "held up %s", took);
    const char *texts[] = {whole, part, took};
    box.y -= 1;
    box.h += 2;
    ls_draw_best(view, LS_FONT_BOLD, ls_view_colour(view, LS_COLOUR_HELD),
                 ls_view_colour(view, LS_COLOUR_GROUND), inset(box, 8),
                 LS_ALIGN_CENTRE, texts, at_most ? 2 : 3);
}

static void draw_held(struct ls_view *view, uint32_t task, float y)
{
    const struct ls_index *index = view->document->index;
    struct ls_index_range range = {index->first_held[task],
                                   index->first_held[task + 1]};
    uint32_t n = ls_view_query(view, &index->held, range);
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        const struct ls_stretch *s =
            &index->trace->stretches[index->held.item[b->best]];
        int64_t held_ns = ls_series_end_ns(&index->held, b->best) -
                          index->held.begin_ns[b->best];
        bool at_most = ls_stretch_held_up_ns(s) == 0;
        /* A resume is always a little late: only what counts is widened. */
        struct ls_rect box =
            ls_view_box(view, &index->held, b, y - RUN_PX / 2, RUN_PX);
        if (held_ns < view->document->judged.warn_ns && box.w < 3)
            continue;
        ls_draw_hatch(
            &view->list, box,
            ls_view_colour(view, at_most ? LS_COLOUR_MAYBE : LS_COLOUR_HELD),
            ls_view_colour(view, LS_COLOUR_HELD_GROUND), true);
        if (b->count > 1)
            ls_draw_merged(view, box);
        add_hit(view, box, task, index->held.item[b->best], b->count);
        if (b->count == 1)
            label_held(view, held_ns, at_most, box);
    }
}

/* Does a run over the threshold count as computing? Not if its turn says that
 * the machine was busy elsewhere, or ended before it: then the loop polled. */
static bool computed(const struct ls_view *view, const struct ls_stretch *s)
{
    const struct ls_trace *trace = view->document->trace;
    int64_t warn_ns = view->document->judged.warn_ns;
    if (s->end_ns - s->begin_ns < warn_ns || s->thread >= trace->n_threads ||
        trace->threads[s->thread].loop >= trace->n_loops)
        return false;
    const struct ls_loop *loop = &trace->loops[trace->threads[s->thread].loop];
    uint32_t turn = ls_loop_first_turn(trace, loop, s->begin_ns);
    if (turn >= loop->n_turns)
        return false;
    const struct ls_slice *slice =
        &trace->threads[s->thread].slices[loop->turns[turn]];
    const struct ls_detail *detail = ls_trace_detail(trace, slice);
    return detail && slice->end_ns >= s->end_ns &&
           ls_cause_class(&detail->cause, warn_ns) == LS_CLASS_COMPUTING;
}

/* What of a run's box is free of blocking calls, from its left on. */
static struct ls_rect free_part(const struct ls_view *view,
                                const struct ls_stretch *s, struct ls_rect box)
{
    const struct ls_index *index = view->document->index;
    if (s->thread >= index->trace->n_threads)
        return box;
    int64_t from = s->begin_ns > view->begin_ns ? s->begin_ns : view->begin_ns;
    uint32_t call = ls_index_first_blocking(index, s->thread, from, s->end_ns);
    if (call != LS_NONE)
        box.w =
            fmaxf(ls_view_x(view, index->blocking.begin_ns[call]) - box.x, 0);
    return box;
}

static void draw_runs(struct ls_view *view, uint32_t task, float y)
{
    const struct ls_index *index = view->document->index;
    struct ls_index_range range = {index->first_run[task],
                                   index->first_run[task + 1]};
    uint32_t n = ls_view_query(view, &index->runs, range);
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        uint32_t item = index->runs.item[b->best];
        const struct ls_stretch *s = &index->trace->stretches[item];
        bool stall = computed(view, s);
        struct ls_rect box =
            ls_view_box(view, &index->runs, b, y - RUN_PX / 2, RUN_PX);
        ls_draw_rect(
            &view->list, box,
            ls_view_colour(view, stall ? LS_COLOUR_COMPUTING : LS_COLOUR_RUN));
        if (b->count > 1)
            ls_draw_merged(view, box);
        add_hit(view, box, task, item, b->count);
        if (b->count > 1)
            continue;
        char took[LS_FORMAT_MAX], whole[80];
        ls_format_duration(took, s->end_ns - s->begin_ns);
        snprintf(whole, sizeof(whole), "%s %s", stall ? "computing" : "running",
                 took);
        const char *texts[] = {whole, took};
        ls_draw_best(view, LS_FONT_SMALL,
                     ls_view_colour(view, stall ? LS_COLOUR_ON_COMPUTING
                                                : LS_COLOUR_ON_RUN),
                     0, inset(free_part(view, s, box), 5), LS_ALIGN_CENTRE,
                     texts, 2);
    }
}

/* Is the blocking call with index CALL in its series one of TASK's? */
static bool made_by(const struct ls_index *index, uint32_t call, uint32_t task,
                    uint32_t *run)
{
    int64_t begin_ns = index->blocking.begin_ns[call];
    uint32_t hi = index->first_run[task + 1];
    *run = ls_series_ending_after(&index->runs, index->first_run[task], hi,
                                  begin_ns);
    return *run < hi && index->runs.begin_ns[*run] <= begin_ns;
}

/* The blocking calls that the task made, over its runs. */
static void draw_blocked(struct ls_view *view, uint32_t task, float y)
{
    const struct ls_index *index = view->document->index;
    uint32_t thread = index->trace->tasks[task].thread, run;
    if (thread >= index->trace->n_threads)
        return;
    struct ls_index_range range = {index->first_blocking[thread],
                                   index->first_blocking[thread + 1]};
    uint32_t n = ls_view_query(view, &index->blocking, range);
    for (uint32_t i = 0; i < n; i++) {
        const struct ls_lod_box *b = &view->boxes[i];
        if (!made_by(index, b->best, task, &run))
            continue;
        struct ls_rect box =
            ls_view_box(view, &index->blocking, b, y - RUN_PX / 2, RUN_PX);
        ls_draw_hatch(&view->list, box, ls_view_colour(view, LS_COLOUR_BLOCKED),
                      ls_view_colour(view, LS_COLOUR_BLOCKED_GROUND), false);
        add_hit(view, box, task, index->runs.item[run], 1);
        char took[LS_FORMAT_MAX], whole[200];
        ls_format_duration(took, ls_series_end_ns(&index->blocking, b->best) -
                                     index->blocking.begin_ns[b->best]);
        const struct ls_slice *slice =
            &index->trace->threads[thread]
                 .slices[index->blocking.item[b->best]];
        snprintf(whole, sizeof(whole), "%.80s() %s",
                 ls_trace_string(index->trace, slice->name), took);
        const char *texts[] = {whole, took};
        if (b->count == 1)
            ls_draw_best(view, LS_FONT_BOLD,
                         ls_view_colour(view, LS_COLOUR_ON_BLOCKED),
                         ls_view_colour(view, LS_COLOUR_BLOCKED_GROUND),
                         inset(box, 8), LS_ALIGN_CENTRE, texts, 2);
    }
}

/* How it ended: nothing special, failed (a triangle and why), cancelled (an
 * empty box), or still open where the trace ends (an arrow). */
static void draw_end(struct ls_view *view, const struct ls_task *task, float y)
{
    struct ls_rect lanes = view->layout.lanes;
    float x = ls_view_x(view, task->end_ns);
    if (task->end_ns > view->end_ns || x < lanes.x - 200 ||
        task->state == LS_TASK_OK)
        return;
    struct ls_rect mark = {floorf(x) + 3, floorf(y) - 5, 11, 11};
    const char *word = "never finished";
    enum ls_colour_role role = LS_COLOUR_DIM;
    if (task->state == LS_TASK_FAILED) {
        word = "failed";
        role = LS_COLOUR_ERROR;
        ls_draw_shape(&view->list, LS_DRAW_TRIANGLE_UP, mark,
                      ls_view_colour(view, role));
    } else if (task->state == LS_TASK_CANCELLED) {
        word = "cancelled";
        ls_draw_outline(&view->list, mark, ls_view_colour(view, role));
    } else {
        ls_draw_shape(&view->list, LS_DRAW_TRIANGLE_RIGHT, mark,
                      ls_view_colour(view, role));
    }
    const char *reason = ls_trace_string(view->document->trace, task->reason);
    char whole[128];
    snprintf(whole, sizeof(whole), *reason ? "%s: %.80s" : "%s", word, reason);
    const char *texts[] = {whole, word};
    struct ls_rect box = {mark.x + 14, y - TEXT_PX / 2,
                          lanes.x + lanes.w - mark.x - 14, TEXT_PX};
    if (ls_text_width(view->metrics, LS_FONT_SMALL, word, box.w) < box.w)
        ls_draw_best(view, LS_FONT_SMALL, ls_view_colour(view, role),
                     ls_view_colour(view, LS_COLOUR_GROUND), box, LS_ALIGN_LEFT,
                     texts, 2);
}

static void draw_selection(struct ls_view *view, uint32_t task, float y)
{
    if (view->selected.kind != LS_THING_TASK || view->selected.index != task ||
        view->selected.sub == LS_NONE)
        return;
    const struct ls_stretch *s =
        &view->document->trace->stretches[view->selected.sub];
    if (s->end_ns < view->begin_ns || s->begin_ns > view->end_ns)
        return;
    struct ls_rect box = ls_view_stretch(view, s->begin_ns, s->end_ns,
                                         y - RUN_PX / 2 - 3, RUN_PX + 6);
    ls_draw_outline(&view->list, inset(box, -1),
                    ls_view_colour(view, LS_COLOUR_SELECTED));
}

void ls_draw_task_lane(struct ls_view *view, const struct ls_lane *lane,
                       float y)
{
    const struct ls_task *task = &view->document->trace->tasks[lane->index];
    float middle = floorf(y + lane->h / 2);
    draw_awaits(view, lane->index, middle);
    draw_held(view, lane->index, middle);
    draw_runs(view, lane->index, middle);
    draw_blocked(view, lane->index, middle);
    draw_end(view, task, middle);
    draw_selection(view, lane->index, middle);
}
