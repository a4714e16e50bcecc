/* SPDX-License-Identifier: MIT */
/* What there is to say about what is selected. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viewer/details.h"
#include "viewer/explain.h"
#include "viewer/format.h"
#include "viewer/samples.h"
#include "viewer/story.h"

#define MAX_FRAMES 16
#define MAX_WAITERS 8
#define GAP_PX 14

static void at_text(const struct ls_view *view, int64_t took_ns, int64_t at_ns,
                    char *text, size_t n_text)
{
    char took[LS_FORMAT_MAX], at[LS_FORMAT_MAX];
    ls_format_duration(took, took_ns);
    int64_t step_ns = ls_round_step_ns(took_ns / 1000 + 1);
    ls_view_time(view, at, at_ns, step_ns);
    snprintf(text, n_text, "%s at %s", took, at);
}

/* The three figures under the bar; the last below them where they are long. */
static void draw_figures(struct ls_column *c, const struct ls_cause *cause)
{
    enum { GAP = 14 };
    char took[LS_FORMAT_MAX], text[3][LS_FORMAT_MAX + 16];
    const int64_t ns[] = {cause->cpu_ns, cause->blocked_ns,
                          cause->descheduled_ns};
    static const char *const names[] = {"computing", "blocked", "descheduled"};
    struct ls_rect row = ls_column_box(c, 18);
    float left = row.w;
    for (int i = 0; i < 3; i++) {
        ls_format_duration(took, ns[i]);
        snprintf(text[i], sizeof(text[i]), "%s %s", names[i], took);
        left -= ls_text_width(c->view->metrics, LS_FONT_SMALL, text[i], 400);
    }
    for (int i = 0; i < 3; i++) {
        if (i == 2 && left < 2 * GAP + 2)
            row = ls_column_box(c, 18);
        float w = ls_draw_text(&c->view->list, LS_FONT_SMALL,
                               ls_view_colour(c->view, i == 1 && ns[1] > ns[0]
                                                           ? LS_COLOUR_ERROR
                                                           : LS_COLOUR_DIM),
                               row, LS_ALIGN_LEFT, text[i]);
        row.x += w + GAP;
        row.w = fmaxf(row.w - w - GAP, 0);
    }
}

void ls_details_cause(struct ls_column *c, const struct ls_cause *cause)
{
    if (cause->cpu_ns == LS_UNKNOWN) {
        ls_column_row(c, LS_FONT_SMALL, LS_COLOUR_DIM,
                      "how the time was spent was not measured", LS_FONT_SMALL,
                      LS_COLOUR_DIM, "");
        return;
    }
    ls_draw_cause(c->view, cause, ls_column_box(c, 12));
    ls_column_gap(c, 2);
    draw_figures(c, cause);
}

static void draw_frame(struct ls_column *c, const struct ls_stack *stack,
                       uint32_t i, bool guilty)
{
    const struct ls_trace *trace = c->view->document->trace;
    uint32_t frame = stack->first_frame + i;
    const struct ls_frame *f = &trace->frames[frame];
    const char *function = ls_trace_string(trace, f->function);
    bool known = f->file != 0;
    char place[128];
    ls_explain_place(trace, frame, place, sizeof(place));
    size_t n = strlen(place);
    if (ls_stack_lacks_names(trace, stack, i))
        snprintf(place + n, sizeof(place) - n, " (build-id %.8s..)",
                 ls_trace_string(trace, f->build_id));
    ls_column_row(c, guilty ? LS_FONT_BOLD : LS_FONT_MONO,
                  known ? LS_COLOUR_TEXT : LS_COLOUR_DIM,
                  *function ? function : "?", LS_FONT_MONO, LS_COLOUR_DIM,
                  place);
}

void ls_details_stack(struct ls_column *c, uint32_t stack, uint32_t guilty)
{
    const struct ls_trace *trace = c->view->document->trace;
    if (stack >= trace->n_stacks)
        return;
    const struct ls_stack *s = &trace->stacks[stack];
    ls_column_gap(c, GAP_PX - 6);
    for (uint32_t i = 0; i < s->n_frames && i < MAX_FRAMES; i++)
        draw_frame(c, s, i, s->first_frame + i == guilty);
    if (s->n_frames > MAX_FRAMES) {
        char more[48];
        snprintf(more, sizeof(more), "%u more", s->n_frames - MAX_FRAMES);
        ls_column_row(c, LS_FONT_SMALL, LS_COLOUR_DIM, more, LS_FONT_SMALL,
                      LS_COLOUR_DIM, "");
    }
}

static void draw_snippet(struct ls_column *c, uint32_t line)
{
    const struct ls_snippet *snippet = &c->view->snippet;
    if (snippet->n == 0)
        return;
    ls_column_gap(c, GAP_PX - 4);
    struct ls_rect box = {c->x, c->y, c->w, (float)snippet->n * 18 + 10};
    ls_draw_rect(&c->view->list, box,
                 ls_view_colour(c->view, LS_COLOUR_GROUND));
    ls_draw_outline(&c->view->list, box,
                    ls_view_colour(c->view, LS_COLOUR_LINE));
    ls_column_gap(c, 5);
    for (int i = 0; i < snippet->n; i++) {
        struct ls_rect row = ls_column_box(c, 18);
        uint32_t number = snippet->first + (uint32_t)i;
        if (number == line)
            ls_draw_rect(&c->view->list,
                         (struct ls_rect){row.x + 1, row.y, row.w - 2, 18},
                         ls_view_colour(c->view, LS_COLOUR_BAD_GROUND));
        char text[16];
        snprintf(text, sizeof(text), "%u", number);
        struct ls_rect left = {row.x + 4, row.y, 38, row.h};
        ls_draw_text(&c->view->list, LS_FONT_MONO,
                     ls_view_colour(c->view, number == line ? LS_COLOUR_TEXT
                                                            : LS_COLOUR_DIM),
                     left, LS_ALIGN_RIGHT, text);
        struct ls_rect right = {row.x + 52, row.y, row.w - 58, row.h};
        ls_draw_text(&c->view->list, LS_FONT_MONO,
                     ls_view_colour(c->view, LS_COLOUR_TEXT), right,
                     LS_ALIGN_LEFT, snippet->lines[i]);
    }
    ls_column_gap(c, 5);
}

/* When the awaited came is not always known. */
static const char *held_text(const struct ls_waiter *waiter, char *text,
                             size_t n_text)
{
    char took[LS_FORMAT_MAX];
    snprintf(text, n_text, "%s%s", waiter->at_most ? "at most " : "",
             ls_format_duration(took, waiter->held_up_ns));
    return text;
}

static void draw_waiters(struct ls_column *c, const struct ls_waits *waits)
{
    if (waits->n == 0)
        return;
    char took[LS_FORMAT_MAX], text[96], name[160];
    ls_column_gap(c, GAP_PX);
    snprintf(text, sizeof(text), "%u task%s, %s%s", waits->n,
             ls_plural(waits->n), waits->n_at_most ? "at most " : "",
             ls_format_duration(took, waits->total_ns));
    ls_column_title(c, "Who waited", text);
    for (uint32_t i = 0; i < waits->n && i < MAX_WAITERS; i++) {
        uint32_t task = waits->items[i].task;
        ls_view_task_name(c->view, task,
                          c->w - (waits->items[i].at_most ? 110 : 60), true,
                          name, sizeof(name));
        ls_view_add_hit(c->view, (struct ls_rect){c->x, c->y, c->w, 18},
                        (struct ls_thing){LS_THING_TASK, task, LS_NONE, 0});
        ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_TEXT, name, LS_FONT_MONO,
                      LS_COLOUR_HELD,
                      held_text(&waits->items[i], text, sizeof(text)));
    }
    if (waits->n > MAX_WAITERS) {
        snprintf(text, sizeof(text), "%u more", waits->n - MAX_WAITERS);
        ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, text, LS_FONT_TEXT,
                      LS_COLOUR_DIM, "");
    }
}

void ls_details_fact(struct ls_column *c, const char *name, const char *fact)
{
    if (*fact)
        ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, name, LS_FONT_TEXT,
                      LS_COLOUR_TEXT, fact);
}

/* "serve, main.c:61" */
static void draw_asked_for(struct ls_column *c, uint32_t frame)
{
    const struct ls_trace *trace = c->view->document->trace;
    char place[128], text[256];
    if (frame >= trace->n_frames)
        return;
    ls_explain_place(trace, frame, place, sizeof(place));
    snprintf(text, sizeof(text), "%.100s, %s",
             ls_trace_string(trace, trace->frames[frame].function), place);
    ls_details_fact(c, "asked for in", text);
}

static void draw_circumstances(struct ls_column *c, const struct ls_finding *f)
{
    const struct ls_trace *trace = c->view->document->trace;
    ls_column_gap(c, 4);
    if (f->process < trace->n_processes && trace->n_processes > 1)
        ls_details_fact(
            c, "process",
            ls_trace_string(trace, trace->processes[f->process].name));
    ls_details_fact(c, "callback", ls_trace_string(trace, f->callback));
    draw_asked_for(c, f->registered);
    ls_details_fact(c, "about", ls_trace_string(trace, f->target));
}

static void draw_finding(struct ls_column *c, const struct ls_finding *f)
{
    const struct ls_trace *trace = c->view->document->trace;
    char when[2 * LS_FORMAT_MAX + 8] = "", text[160];
    if (f->start_ns != LS_UNKNOWN && f->duration_ns > 0)
        at_text(c->view, f->duration_ns, f->start_ns, when, sizeof(when));
    ls_column_title(c, ls_rule_get(f->rule)->name, when);
    if (f->duration_ns > 0 && ls_explain_is_stall(f)) {
        ls_details_cause(c, &f->cause);
        ls_column_gap(c, 6);
    }
    ls_column_text(c, LS_COLOUR_TEXT, f->message);
    if (f->count > 1)
        ls_column_text(c, LS_COLOUR_DIM,
                       f->duration_ns > 0 ? "This is the worst of them."
                                          : "This is the first of them.");
    if (f->call && f->stack >= trace->n_stacks) {
        snprintf(text, sizeof(text), "%.120s()",
                 ls_trace_string(trace, f->call));
        ls_column_gap(c, 6);
        ls_column_row(c, LS_FONT_MONO, LS_COLOUR_TEXT, text, LS_FONT_MONO,
                      LS_COLOUR_DIM, "");
    }
    draw_circumstances(c, f);
    ls_details_stack(c, f->stack, f->location);
    ls_draw_tree(c, &f->tree);
    if (f->location < trace->n_frames)
        draw_snippet(c, trace->frames[f->location].line);
    draw_waiters(c, &(struct ls_waits){f->waiters, f->n_waiters, f->n_at_most,
                                       f->waited_ns});
    if (f->advice && *f->advice) {
        ls_column_gap(c, GAP_PX);
        ls_column_title(c, "What to do", "");
        ls_column_text(c, LS_COLOUR_TEXT, f->advice);
    }
}

/* What called it, who asked for it, and what came of it. */
static void draw_callback(struct ls_column *c, const struct ls_slice *slice)
{
    const struct ls_trace *trace = c->view->document->trace;
    const struct ls_callback *callback = ls_trace_callback(trace, slice);
    char text[160], took[LS_FORMAT_MAX];
    if (!callback)
        return;
    snprintf(text, sizeof(text), "%.60s%s%.60s",
             ls_trace_string(trace, callback->kind),
             callback->phase ? ", " : "",
             ls_trace_string(trace, callback->phase));
    ls_details_fact(c, "called for", text);
    ls_details_fact(c, "status", ls_trace_string(trace, callback->status));
    if (callback->task < trace->n_tasks) {
        ls_explain_task(trace, callback->task, text, sizeof(text));
        ls_details_fact(c, "task", text);
    }
    if (callback->submitted_ns != LS_UNKNOWN &&
        callback->submitted_ns <= slice->begin_ns)
        ls_details_fact(
            c, "in the queue",
            ls_format_duration(took, slice->begin_ns - callback->submitted_ns));
    if (callback->registered < trace->n_stacks) {
        ls_column_gap(c, GAP_PX);
        ls_column_title(c, "Asked for in", "");
        ls_details_stack(c, callback->registered, LS_NONE);
    }
}

static void draw_slice(struct ls_column *c, const struct ls_thing *thing)
{
    static const char *const kinds[] = {
        "turn of the loop", "callback", "task running", "blocking call", "span",
        "pool work",        "slice"};
    const struct ls_trace *trace = c->view->document->trace;
    const struct ls_thread *thread = &trace->threads[thing->index];
    const struct ls_slice *slice = &thread->slices[thing->sub];
    const struct ls_detail *detail = ls_trace_detail(trace, slice);
    char when[2 * LS_FORMAT_MAX + 8], text[LS_FORMAT_MAX];
    at_text(c->view, slice->end_ns - slice->begin_ns, slice->begin_ns, when,
            sizeof(when));
    ls_column_title(c, ls_trace_string(trace, slice->name), when);
    if (detail)
        ls_details_cause(c, &detail->cause);
    ls_column_gap(c, 4);
    ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "kind", LS_FONT_TEXT,
                  LS_COLOUR_TEXT,
                  detail && detail->sync          ? "libuv, without a callback"
                  : slice->kind <= LS_SLICE_OTHER ? kinds[slice->kind]
                                                  : "");
    ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "own time", LS_FONT_MONO,
                  LS_COLOUR_TEXT,
                  ls_format_duration(text, ls_slice_own_ns(trace, slice)));
    ls_column_row(c, LS_FONT_TEXT, LS_COLOUR_DIM, "thread", LS_FONT_TEXT,
                  LS_COLOUR_TEXT, ls_trace_string(trace, thread->name));
    if (slice->parent != LS_NONE)
        ls_column_row(
            c, LS_FONT_TEXT, LS_COLOUR_DIM, "inside", LS_FONT_TEXT,
            LS_COLOUR_TEXT,
            ls_trace_string(trace, thread->slices[slice->parent].name));
    if (slice->flags & LS_SLICE_OPEN)
        ls_column_text(c, LS_COLOUR_WARNING, "not ended when the trace does");
    if (slice->flags & LS_SLICE_CUT)
        ls_column_text(c, LS_COLOUR_WARNING, "its begin is not in the trace");
    if (detail)
        ls_details_fact(c, "about", ls_trace_string(trace, detail->target));
    draw_callback(c, slice);
    if (detail)
        ls_details_stack(c, detail->stack, LS_NONE);
    if (c->view->has_turn)
        ls_details_turn(c, &c->view->turn);
    ls_draw_tree(c, &c->view->tree);
    draw_waiters(c, &c->view->waits);
}

void ls_draw_details(struct ls_view *view, struct ls_rect area)
{
    struct ls_column c = ls_column_begin(view, area, view->details_scroll_px);
    const struct ls_thing *thing = &view->selected;
    switch ((enum ls_thing_kind)thing->kind) {
    case LS_THING_FINDING:
        draw_finding(&c, &view->document->findings->items[thing->index]);
        break;
    case LS_THING_SLICE:
        draw_slice(&c, thing);
        break;
    case LS_THING_TASK:
        ls_draw_story(&c, thing->index, thing->sub);
        break;
    case LS_THING_SAMPLE:
        ls_details_sample(&c, &view->document->trace->samples[thing->index]);
        break;
    case LS_THING_CROWD:
        ls_details_crowd(&c, thing->index);
        break;
    case LS_THING_NOTE:
    case LS_THING_MARK:
    case LS_THING_POINT:
        ls_details_small(&c, thing);
        break;
    default:
        ls_details_trace(&c);
        break;
    }
    view->details_height_px = ls_column_height(&c);
}
