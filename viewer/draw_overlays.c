/* SPDX-License-Identifier: MIT */
/* What lies over the picture: tooltip and guide line, help, loading. */
#include "viewer/draw.h"

#include <math.h>
#include <stdio.h>

#include "viewer/explain.h"
#include "viewer/format.h"

#define TIP_LINES 8
#define TIP_BYTES 256
#define HELP_PX 24

struct tip {
    int n;
    char lines[TIP_LINES][TIP_BYTES]; /* the first is bold */
};

static char *next_line(struct tip *tip)
{
    return tip->lines[tip->n++];
}

/* "read, in the phase io; for connection 127.0.0.1:5001" */
static void tell_callback(const struct ls_trace *trace,
                          const struct ls_slice *slice, struct tip *tip)
{
    const struct ls_callback *callback = ls_trace_callback(trace, slice);
    char task[160] = "", took[LS_FORMAT_MAX];
    if (!callback)
        return;
    if (callback->task < trace->n_tasks)
        ls_explain_task(trace, callback->task, task, sizeof(task));
    const char *phase = ls_trace_string(trace, callback->phase);
    const char *status = ls_trace_string(trace, callback->status);
    if (callback->kind || *task)
        snprintf(next_line(tip), TIP_BYTES, "%.40s%s%.40s%s%.100s%s%.30s",
                 ls_trace_string(trace, callback->kind),
                 *phase ? ", phase " : "", phase, *task ? ", for " : "", task,
                 *status ? ", " : "", status);
    if (callback->submitted_ns != LS_UNKNOWN &&
        callback->submitted_ns <= slice->begin_ns)
        snprintf(
            next_line(tip), TIP_BYTES, "%s in the queue before",
            ls_format_duration(took, slice->begin_ns - callback->submitted_ns));
}

static void tell_slice(const struct ls_trace *trace,
                       const struct ls_thing *thing, struct tip *tip)
{
    const struct ls_thread *thread = &trace->threads[thing->index];
    const struct ls_slice *slice = &thread->slices[thing->sub];
    char took[LS_FORMAT_MAX], cpu[LS_FORMAT_MAX], blocked[LS_FORMAT_MAX],
        away[LS_FORMAT_MAX];
    snprintf(next_line(tip), TIP_BYTES, "%.80s%s  %s",
             ls_trace_string(trace, slice->name),
             slice->kind == LS_SLICE_BLOCKING ? "()" : "",
             ls_format_duration(took, slice->end_ns - slice->begin_ns));
    tell_callback(trace, slice, tip);
    const struct ls_detail *detail = ls_trace_detail(trace, slice);
    if (detail && detail->cause.cpu_ns != LS_UNKNOWN)
        snprintf(next_line(tip), TIP_BYTES,
                 "computing %s, blocked %s, descheduled %s",
                 ls_format_duration(cpu, detail->cause.cpu_ns),
                 ls_format_duration(blocked, detail->cause.blocked_ns),
                 ls_format_duration(away, detail->cause.descheduled_ns));
    if (detail && detail->target)
        snprintf(next_line(tip), TIP_BYTES, "%s%.150s",
                 detail->sync ? "without a callback: " : "",
                 ls_trace_string(trace, detail->target));
    if (slice->flags & LS_SLICE_OPEN)
        snprintf(next_line(tip), TIP_BYTES, "not ended when the trace does");
}

static void tell_task(const struct ls_view *view, const struct ls_thing *thing,
                      struct tip *tip)
{
    const struct ls_trace *trace = view->document->trace;
    char name[160], what[160], took[LS_FORMAT_MAX];
    ls_explain_task(trace, thing->index, name, sizeof(name));
    snprintf(next_line(tip), TIP_BYTES, "%s #%u", name,
             ls_trace_task_number(trace, thing->index));
    if (thing->sub == LS_NONE)
        return;
    const struct ls_stretch *s = &trace->stretches[thing->sub];
    ls_format_duration(took, s->end_ns - s->begin_ns);
    if (s->kind == LS_STRETCH_RUN) {
        snprintf(next_line(tip), TIP_BYTES, "ran %s", took);
        return;
    }
    ls_explain_await(trace, s, what, sizeof(what));
    snprintf(next_line(tip), TIP_BYTES, "awaited %s for %s", what, took);
    bool at_most;
    int64_t from_ns = ls_index_held_from(view->document->index, s, &at_most);
    if (from_ns != LS_UNKNOWN)
        snprintf(next_line(tip), TIP_BYTES,
                 at_most ? "of that held up at most %s"
                         : "of that ready, held up %s",
                 ls_format_duration(took, s->end_ns - from_ns));
}

static void tell_sample(const struct ls_trace *trace,
                        const struct ls_sample *sample, struct tip *tip)
{
    char text[256], place[128];
    ls_explain_sample(trace, sample, text, sizeof(text));
    snprintf(next_line(tip), TIP_BYTES, "%s", text);
    if (sample->stack >= trace->n_stacks ||
        trace->stacks[sample->stack].n_frames == 0)
        return;
    uint32_t frame = trace->stacks[sample->stack].first_frame;
    ls_explain_place(trace, frame, place, sizeof(place));
    snprintf(next_line(tip), TIP_BYTES, "%.100s  %s",
             ls_trace_string(trace, trace->frames[frame].function), place);
}

static void tell_crowd(const struct ls_document *document,
                       const struct ls_thing *thing, struct tip *tip)
{
    const struct ls_crowd *crowd = &document->crowds->items[thing->index];
    char count[LS_FORMAT_MAX], held[LS_FORMAT_MAX];
    snprintf(next_line(tip), TIP_BYTES, "%.80s  %s",
             crowd->mixed ? "other kinds"
                          : ls_trace_string(document->trace, crowd->kind),
             ls_format_count(count, crowd->n));
    if (thing->count == 0)
        return;
    snprintf(next_line(tip), TIP_BYTES, "%s of them here, %s held up",
             ls_format_count(count, thing->count),
             ls_format_count(held, thing->sub));
}

/* A function of the flame chart. */
static void tell_node(const struct ls_view *view, const struct ls_thing *thing,
                      struct tip *tip)
{
    const struct ls_flame *flame = view->pane.flame;
    const struct ls_trace *trace = view->document->trace;
    char took[LS_FORMAT_MAX], own[LS_FORMAT_MAX], place[128];
    if (!flame || thing->index >= flame->n || thing->index == 0)
        return;
    const struct ls_flame_node *node = &flame->nodes[thing->index];
    ls_explain_place(trace, node->frame, place, sizeof(place));
    snprintf(next_line(tip), TIP_BYTES, "%.120s  %s",
             ls_trace_string(trace, trace->frames[node->frame].function),
             place);
    snprintf(next_line(tip), TIP_BYTES, "%s, %.1f %% of all; by itself %s",
             ls_format_duration(took, node->ns),
             100.0 * (double)node->ns / (double)flame->nodes[0].ns,
             ls_format_duration(own, node->own_ns));
}

static void tell(const struct ls_view *view, const struct ls_thing *thing,
                 struct tip *tip)
{
    const struct ls_trace *trace = view->document->trace;
    switch ((enum ls_thing_kind)thing->kind) {
    case LS_THING_SLICE:
        tell_slice(trace, thing, tip);
        break;
    case LS_THING_TASK:
        tell_task(view, thing, tip);
        break;
    case LS_THING_MARK:
        snprintf(next_line(tip), TIP_BYTES, "%.80s",
                 ls_trace_string(trace, trace->marks[thing->index].name));
        if (trace->marks[thing->index].text)
            snprintf(next_line(tip), TIP_BYTES, "%.150s",
                     ls_trace_string(trace, trace->marks[thing->index].text));
        break;
    case LS_THING_NOTE:
        snprintf(next_line(tip), TIP_BYTES, "%.200s",
                 view->notes.items[thing->index].text);
        return;
    case LS_THING_NODE:
        tell_node(view, thing, tip);
        return;
    case LS_THING_POINT:
        snprintf(next_line(tip), TIP_BYTES, "%.80s  %.9g",
                 ls_trace_string(trace, trace->counters[thing->index].name),
                 trace->counters[thing->index].points[thing->sub].value);
        break;
    case LS_THING_SAMPLE:
        tell_sample(trace, &trace->samples[thing->index], tip);
        return;
    case LS_THING_CROWD:
        tell_crowd(view->document, thing, tip);
        return;
    default:
        return;
    }
    if (thing->count > 1)
        snprintf(next_line(tip), TIP_BYTES,
                 "the longest of %u here; zoom in to see all", thing->count);
}

static void draw_tip(struct ls_view *view, const struct tip *tip)
{
    float w = 0, h = (float)tip->n * 18 + 12;
    for (int i = 0; i < tip->n; i++)
        w = fmaxf(w,
                  ls_text_width(view->metrics, i ? LS_FONT_TEXT : LS_FONT_BOLD,
                                tip->lines[i], 520));
    w = ceilf(w) + 22;
    float x = view->pointer_x + 14, y = view->pointer_y + 18;
    if (x + w > view->width)
        x = fmaxf(view->pointer_x - w - 8, 0);
    if (y + h > view->height)
        y = fmaxf(view->pointer_y - h - 8, 0);
    struct ls_rect box = {floorf(x), floorf(y), w, h};
    ls_draw_rect(&view->list, box, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_draw_outline(&view->list, box, ls_view_colour(view, LS_COLOUR_DIM));
    for (int i = 0; i < tip->n; i++) {
        struct ls_rect row = {box.x + 11, box.y + 6 + (float)i * 18, w - 22,
                              18};
        ls_draw_text(&view->list, i ? LS_FONT_TEXT : LS_FONT_BOLD,
                     ls_view_colour(view, i ? LS_COLOUR_DIM : LS_COLOUR_TEXT),
                     row, LS_ALIGN_LEFT, tip->lines[i]);
    }
}

static bool guided(const struct ls_view *view)
{
    struct ls_rect area = view->layout.lanes;
    area.y = view->layout.ruler.y;
    area.h += view->layout.ruler.h;
    return view->pointer_inside && view->drag != LS_DRAG_PAN &&
           ls_rect_has(area, view->pointer_x, view->pointer_y);
}

void ls_draw_guide(struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    if (guided(view))
        ls_draw_rect(
            &view->list,
            (struct ls_rect){floorf(view->pointer_x), lanes.y, 1, lanes.h},
            ls_view_colour(view, LS_COLOUR_DIM));
}

/* The guide's time, on the ruler. */
static void draw_guide_time(struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes, ruler = view->layout.ruler;
    if (!guided(view))
        return;
    float x = floorf(view->pointer_x);
    char text[LS_FORMAT_MAX];
    ls_view_time(view, text, ls_view_ns(view, x),
                 ls_round_step_ns(ls_view_step_ns(view) / 100 + 1));
    struct ls_rect label = {fminf(x + 1, lanes.x + lanes.w - 110), ruler.y + 2,
                            110, ruler.h - 4};
    ls_draw_label(
        &view->list, LS_FONT_SMALL, ls_view_colour(view, LS_COLOUR_TEXT),
        ls_view_colour(view, LS_COLOUR_RAISED), label, LS_ALIGN_LEFT, text);
}

void ls_draw_tooltip(struct ls_view *view)
{
    if (!view->pointer_inside || view->drag == LS_DRAG_PAN)
        return;
    draw_guide_time(view);
    if (view->drag != LS_DRAG_NONE && view->dragged)
        return;
    struct ls_thing thing = ls_view_hit(view, view->pointer_x, view->pointer_y);
    struct tip tip = {0};
    tell(view, &thing, &tip);
    if (tip.n > 0)
        draw_tip(view, &tip);
}

static struct ls_rect draw_sheet(struct ls_view *view, float w, float h)
{
    struct ls_rect window = view->layout.window;
    ls_draw_rect(&view->list, window, ls_view_colour(view, LS_COLOUR_SHADE));
    w = fminf(w, window.w - 16);
    h = fminf(h, window.h - 16);
    struct ls_rect sheet = {floorf((window.w - w) / 2),
                            floorf((window.h - h) / 2), w, h};
    ls_draw_rect(&view->list, sheet, ls_view_colour(view, LS_COLOUR_PANEL));
    ls_draw_outline(&view->list, sheet, ls_view_colour(view, LS_COLOUR_DIM));
    return sheet;
}

/* Two columns where there is room for them, else one. */
struct help {
    struct ls_rect sheet;
    int row, n_rows; /* in a column */
    float wide;      /* a column */
};

static void help_row(struct ls_view *view, struct help *help, const char *shown,
                     const char *meaning)
{
    int column = help->row / help->n_rows, row = help->row % help->n_rows;
    struct ls_rect cell = {help->sheet.x + 24 + (float)column * help->wide,
                           help->sheet.y + 50 + (float)row * HELP_PX, 192,
                           HELP_PX};
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_NOTE), cell, LS_ALIGN_LEFT,
                 shown);
    cell.x += 200;
    cell.w = help->wide - 220;
    ls_draw_text(&view->list, LS_FONT_TEXT,
                 ls_view_colour(view, LS_COLOUR_TEXT), cell, LS_ALIGN_LEFT,
                 meaning);
    help->row++;
}

static int help_rows(void)
{
    size_t n;
    ls_gestures(&n);
    for (int i = 0; i < LS_ACTIONS; i++)
        n += ls_action_get((enum ls_action)i)->help != NULL;
    return (int)n;
}

void ls_draw_help(struct ls_view *view)
{
    int columns = view->layout.window.w >= 1000 ? 2 : 1;
    struct help help = {.n_rows = (help_rows() + columns - 1) / columns};
    help.sheet = draw_sheet(view, columns == 2 ? 1200 : 640,
                            66 + (float)help.n_rows * HELP_PX);
    help.wide = (help.sheet.w - 48) / (float)columns;
    ls_draw_clip(&view->list, help.sheet);
    ls_draw_text(&view->list, LS_FONT_TITLE,
                 ls_view_colour(view, LS_COLOUR_TEXT),
                 (struct ls_rect){help.sheet.x + 24, help.sheet.y + 14,
                                  help.sheet.w - 48, 26},
                 LS_ALIGN_LEFT, "Keys and mouse");
    for (int i = 0; i < LS_ACTIONS; i++) {
        const struct ls_action_info *info = ls_action_get((enum ls_action)i);
        if (info->help)
            help_row(view, &help, info->shown, info->help);
    }
    size_t n;
    const struct ls_gesture *gestures = ls_gestures(&n);
    for (size_t i = 0; i < n; i++)
        help_row(view, &help, gestures[i].shown, gestures[i].help);
    ls_draw_clip(&view->list, view->layout.window);
}

void ls_draw_loading(struct ls_view *view)
{
    struct ls_rect sheet = draw_sheet(view, 460, 110);
    char text[300];
    snprintf(text, sizeof(text), "Loading %s", view->loading_name);
    struct ls_rect row = {sheet.x + 22, sheet.y + 14, sheet.w - 44, 26};
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), row, LS_ALIGN_LEFT,
                 text);
    struct ls_rect bar = {row.x, row.y + 34, row.w, 8};
    ls_draw_rect(&view->list, bar, ls_view_colour(view, LS_COLOUR_RAISED));
    bar.w *= fminf(fmaxf(view->progress, 0), 1);
    ls_draw_rect(&view->list, bar, ls_view_colour(view, LS_COLOUR_NOTE));
    row.y += 52;
    row.h = 20;
    ls_draw_text(&view->list, LS_FONT_SMALL,
                 ls_view_colour(view, LS_COLOUR_DIM), row, LS_ALIGN_LEFT,
                 "Esc cancels");
}
