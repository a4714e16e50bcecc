/* SPDX-License-Identifier: MIT */
/* The timeline as text: time, who, what. A click selects what it is about. */
#include <math.h>
#include <stdio.h>

#include "viewer/draw.h"
#include "viewer/explain.h"
#include "viewer/format.h"

#define ROW_PX 20
#define HEAD_PX 26

struct line {
    char who[160], what[260];
    enum ls_colour_role role;
};

static void tell_await(const struct ls_view *view, const struct ls_told *told,
                       struct line *line)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_stretch *s = &trace->stretches[told->sub];
    char what[160], took[LS_FORMAT_MAX];
    bool at_most;
    ls_explain_await(trace, s, what, sizeof(what));
    if (told->kind == LS_TOLD_AWAIT) {
        snprintf(line->what, sizeof(line->what), "hits await (%s)", what);
        line->role = LS_COLOUR_DIM;
        return;
    }
    int64_t from_ns = ls_index_held_from(view->document->index, s, &at_most);
    int64_t held_ns = from_ns == LS_UNKNOWN ? 0 : s->end_ns - from_ns;
    if (held_ns >= view->document->judged.warn_ns) {
        snprintf(line->what, sizeof(line->what),
                 "%s completes; resumes %s%s late", what,
                 at_most ? "at most " : "", ls_format_duration(took, held_ns));
        line->role = LS_COLOUR_HELD;
    } else {
        snprintf(line->what, sizeof(line->what),
                 "%s completes after %s; resumes", what,
                 ls_format_duration(took, s->end_ns - s->begin_ns));
    }
}

static void tell_finish(const struct ls_trace *trace,
                        const struct ls_task *task, struct line *line)
{
    const char *reason = ls_trace_string(trace, task->reason);
    bool failed = task->state == LS_TASK_FAILED;
    snprintf(line->what, sizeof(line->what), "%s%s%.180s",
             failed                             ? "fails"
             : task->state == LS_TASK_CANCELLED ? "is cancelled"
                                                : "finishes",
             *reason ? ": " : "", reason);
    line->role = failed ? LS_COLOUR_ERROR : LS_COLOUR_TEXT;
}

static void tell_slice(const struct ls_view *view, const struct ls_told *told,
                       struct line *line)
{
    const struct ls_trace *trace = view->document->trace;
    const struct ls_thread *thread = &trace->threads[told->index];
    const struct ls_slice *s = &thread->slices[told->sub];
    char took[LS_FORMAT_MAX];
    int64_t own_ns = ls_slice_own_ns(trace, s);
    bool is_long = own_ns >= view->document->judged.warn_ns;
    snprintf(line->who, sizeof(line->who), "%.100s",
             ls_trace_string(
                 trace, thread->name ? thread->name
                                     : trace->processes[thread->process].name));
    line->role = is_long ? LS_COLOUR_ERROR : LS_COLOUR_DIM;
    if (told->kind == LS_TOLD_BLOCK)
        snprintf(line->what, sizeof(line->what),
                 "%.80s() blocks the loop for %s",
                 ls_trace_string(trace, s->name),
                 ls_format_duration(took, s->end_ns - s->begin_ns));
    else if (is_long)
        snprintf(line->what, sizeof(line->what), "a turn keeps the loop for %s",
                 ls_format_duration(took, own_ns));
    else
        snprintf(line->what, sizeof(line->what), "a turn of %s",
                 ls_format_duration(took, own_ns));
}

static void tell_mark(const struct ls_trace *trace, const struct ls_mark *mark,
                      struct line *line)
{
    const char *text = ls_trace_string(trace, mark->text);
    snprintf(line->who, sizeof(line->who), "mark");
    snprintf(line->what, sizeof(line->what), "%.80s%s%.150s",
             ls_trace_string(trace, mark->name), *text ? ": " : "", text);
}

static void tell(const struct ls_view *view, const struct ls_told *told,
                 struct line *line)
{
    const struct ls_trace *trace = view->document->trace;
    *line = (struct line){.role = LS_COLOUR_TEXT};
    if (told->kind <= LS_TOLD_FINISH)
        ls_view_task_name(view, told->index, 180, true, line->who,
                          sizeof(line->who));
    switch ((enum ls_told_kind)told->kind) {
    case LS_TOLD_START:
        snprintf(line->what, sizeof(line->what), "starts");
        break;
    case LS_TOLD_AWAIT:
    case LS_TOLD_RESUME:
        tell_await(view, told, line);
        break;
    case LS_TOLD_FINISH:
        tell_finish(trace, &trace->tasks[told->index], line);
        break;
    case LS_TOLD_BLOCK:
    case LS_TOLD_TURN:
        tell_slice(view, told, line);
        break;
    case LS_TOLD_MARK:
        tell_mark(trace, &trace->marks[told->index], line);
        break;
    }
}

static bool is_selected(const struct ls_view *view, const struct ls_told *told)
{
    uint8_t kind = told->kind <= LS_TOLD_FINISH ? LS_THING_TASK
                   : told->kind == LS_TOLD_MARK ? LS_THING_MARK
                                                : LS_THING_SLICE;
    return view->selected.kind == kind && view->selected.index == told->index &&
           (kind == LS_THING_MARK || view->selected.sub == told->sub);
}

static void draw_line(struct ls_view *view, const void *arg, uint32_t i,
                      struct ls_rect row)
{
    const struct ls_telling *t = arg;
    const struct ls_told *told = &t->items[i];
    struct line line;
    char at[LS_FORMAT_MAX];
    if (is_selected(view, told))
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_view_add_hit(view, ls_rect_clip(row, view->pane.area),
                    (struct ls_thing){LS_THING_TOLD, i, 0, 0});
    tell(view, told, &line);
    struct ls_rect rest = {row.x + 14, row.y, row.w - 28, row.h};
    ls_view_time(view, at, told->at_ns,
                 ls_round_step_ns((t->end_ns - t->begin_ns) / 20000 + 1));
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &rest, 110, LS_ALIGN_RIGHT,
                 at);
    ls_draw_cell(view, LS_FONT_BOLD, LS_COLOUR_TEXT, &rest, 190, LS_ALIGN_LEFT,
                 line.who);
    ls_draw_cell(view, LS_FONT_TEXT, line.role, &rest, rest.w, LS_ALIGN_LEFT,
                 line.what);
}

void ls_draw_tab_timeline(struct ls_view *view, struct ls_rect area)
{
    const struct ls_telling *t = ls_view_telling(view);
    char text[160], count[LS_FORMAT_MAX], all[LS_FORMAT_MAX];
    if (!t)
        return;
    ls_format_count(count, t->n);
    ls_format_count(all, t->n_all);
    if (t->n < t->n_all)
        snprintf(text, sizeof(text),
                 "the first %s of %s events here; zoom in to see the others",
                 count, all);
    else
        snprintf(text, sizeof(text), "%s event%s %s", count, ls_plural(t->n),
                 view->has_range ? "in the range" : "in sight");
    ls_draw_text(&view->list, LS_FONT_TEXT, ls_view_colour(view, LS_COLOUR_DIM),
                 (struct ls_rect){area.x + 14, area.y + 3, area.w - 28, 20},
                 LS_ALIGN_LEFT, text);
    area.y += HEAD_PX;
    area.h = fmaxf(area.h - HEAD_PX, 0);
    view->pane.content_px[LS_TAB_TIMELINE] = (float)t->n * ROW_PX;
    view->pane.area = area;
    ls_draw_rows(view, &(struct ls_rows){
                           .area = area,
                           .n = t->n,
                           .row_px = ROW_PX,
                           .scroll_px = &view->pane.scroll_px[LS_TAB_TIMELINE],
                           .draw = draw_line,
                           .arg = t});
}
