/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include "chain.h"
#include "duration.h"
#include "label.h"

#include <inttypes.h>
#include <string.h>

#define INDENT 2
#define MAX_FRAMES 8
#define MAX_WAITERS 5

static const enum ls_ink inks[] = {
    [LS_SEVERITY_OFF] = LS_INK_FAINT,
    [LS_SEVERITY_NOTE] = LS_INK_NOTE,
    [LS_SEVERITY_WARNING] = LS_INK_WARNING,
    [LS_SEVERITY_ERROR] = LS_INK_ERROR,
};

/* LINE in lines of its own, indented; the next ones by HANG more. */
static void put(struct ls_text *line, struct ls_text *text,
                const struct ls_style *style, int hang)
{
    ls_text_add_char(text, ' ', INDENT);
    ls_label_wrap(text, style, ls_text_get(line), INDENT + hang);
    text->failed = text->failed || line->failed;
    ls_text_destroy(line);
}

static void put_headline(const struct ls_story *story,
                         const struct ls_finding *finding, struct ls_text *text,
                         const struct ls_style *style)
{
    struct ls_text line = {0};
    ls_text_add(&line, finding->message);
    ls_text_addf(&line, " [%s]", ls_rule_get(finding->rule)->name);
    ls_style_ink(text, style, inks[finding->severity]);
    ls_text_add(text, ls_severity_name(finding->severity));
    ls_style_ink(text, style, LS_INK_PLAIN);
    ls_text_add(text, ": ");
    ls_label_wrap(text, style, ls_text_get(&line), INDENT);
    text->failed = text->failed || line.failed;
    ls_text_destroy(&line);
}

static const char *when(const struct ls_finding *finding)
{
    if (finding->count == 1)
        return "at";
    return finding->own_ns > 0 || finding->p99_ns > 0 ? "the worst at"
                                                      : "the first at";
}

static bool has_several_loops(const struct ls_trace *trace, uint32_t process)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < trace->n_loops; i++)
        n += trace->threads[trace->loops[i].thread].process == process;
    return n > 1 || trace->n_processes == 1;
}

/* "at 1.1 ms in bad_example: computing 0.0 blocked 2000.0 descheduled 0.1 ms"
 */
static void put_figures(const struct ls_story *story,
                        const struct ls_finding *finding, struct ls_text *text,
                        const struct ls_style *style)
{
    struct ls_text line = {0};
    char time[LS_DURATION_TEXT];
    if (finding->start_ns != LS_UNKNOWN)
        ls_text_addf(&line, "%s %s", when(finding),
                     ls_duration_format(time, finding->start_ns -
                                                  story->trace->begin_ns));
    if (finding->process != LS_NONE && story->trace->n_processes > 1) {
        ls_text_add(&line, line.n ? ", in " : "in ");
        ls_names_process(story->names, finding->process, &line);
    }
    if (finding->loop != LS_NONE && story->trace->n_loops > 1 &&
        has_several_loops(story->trace, finding->process)) {
        ls_text_add(&line, line.n ? ", " : "");
        ls_names_loop(story->names, finding->loop, &line);
    }
    if (finding->task != LS_NONE) {
        ls_text_add(&line, line.n ? ", task " : "task ");
        ls_names_task_in_full(story->names, finding->task, &line);
    }
    if (finding->callback)
        ls_text_addf(&line, "%s%s()", line.n ? ", in " : "in ",
                     ls_trace_string(story->trace, finding->callback));
    if (finding->cause.cpu_ns != LS_UNKNOWN && finding->duration_ns > 0) {
        const struct ls_cause *cause = &finding->cause;
        ls_text_addf(&line, "%scomputing %.1f blocked %.1f descheduled %.1f ms",
                     line.n ? ": " : "", (double)cause->cpu_ns / 1e6,
                     (double)cause->blocked_ns / 1e6,
                     (double)cause->descheduled_ns / 1e6);
    }
    if (line.n)
        put(&line, text, style, INDENT);
    ls_text_destroy(&line);
}

static const char *function_name(const struct ls_trace *trace,
                                 const struct ls_frame *frame)
{
    return frame->function ? ls_trace_string(trace, frame->function) : "?";
}

/* File and line relative to the folder, else module and offset. */
static void add_frame_place(const struct ls_trace *trace,
                            const struct ls_frame *frame, struct ls_text *line,
                            const struct ls_style *style)
{
    if (frame->file) {
        ls_text_add(line,
                    ls_style_path(style, ls_trace_string(trace, frame->file)));
        if (frame->line)
            ls_text_addf(line, ":%" PRIu32, frame->line);
    } else if (frame->module) {
        const char *module = ls_trace_string(trace, frame->module);
        const char *slash = strrchr(module, '/');
        ls_text_add(line, slash ? slash + 1 : module);
        if (frame->offset)
            ls_text_addf(line, "+0x%" PRIx64, frame->offset);
    }
}

/* What the call was about, and where the callback was asked for. */
static void put_circumstances(const struct ls_story *story,
                              const struct ls_finding *finding,
                              struct ls_text *text,
                              const struct ls_style *style)
{
    const struct ls_trace *trace = story->trace;
    struct ls_text line = {0};
    if (finding->target && finding->rule != LS_RULE_HANDLE_LEAK)
        ls_text_addf(&line, "about %s",
                     ls_trace_string(trace, finding->target));
    if (finding->registered != LS_NONE) {
        const struct ls_frame *frame = &trace->frames[finding->registered];
        ls_text_addf(&line, "%s%s() was registered in %s, ", line.n ? "; " : "",
                     ls_trace_string(trace, finding->callback),
                     function_name(trace, frame));
        add_frame_place(trace, frame, &line, style);
    }
    if (line.n)
        put(&line, text, style, INDENT);
    ls_text_destroy(&line);
}

/* The widest name of the frames that are shown, within bounds. */
static int name_columns(const struct ls_trace *trace,
                        const struct ls_stack *stack,
                        const struct ls_style *style)
{
    int widest = 0;
    for (uint32_t i = 0; i < stack->n_frames && i < MAX_FRAMES; i++) {
        const struct ls_frame *frame = &trace->frames[stack->first_frame + i];
        int columns = ls_label_columns(style, function_name(trace, frame));
        widest = columns > widest ? columns : widest;
    }
    return widest < style->width / 3 ? widest : style->width / 3;
}

/* What is needed to find the names that its module lacks. */
static void add_build_id(const struct ls_trace *trace,
                         const struct ls_stack *stack, uint32_t i,
                         struct ls_text *line)
{
    const struct ls_frame *frame = &trace->frames[stack->first_frame + i];
    if (ls_stack_lacks_names(trace, stack, i))
        ls_text_addf(line, " (build-id %.8s..)",
                     ls_trace_string(trace, frame->build_id));
}

static void put_frame(const struct ls_story *story,
                      const struct ls_stack *stack, uint32_t i, bool here,
                      int columns, struct ls_text *text,
                      const struct ls_style *style)
{
    const struct ls_frame *frame =
        &story->trace->frames[stack->first_frame + i];
    const char *name = function_name(story->trace, frame);
    struct ls_text line = {0};
    ls_text_add(text, here ? "  > " : "    ");
    if (ls_label_columns(style, name) <= columns) {
        ls_label_fit(text, style, name, columns + 2);
    } else { /* whole, and the place after it or below */
        ls_text_add(&line, name);
        ls_text_add(&line, " ");
    }
    add_frame_place(story->trace, frame, &line, style);
    add_build_id(story->trace, stack, i, &line);
    ls_label_wrap(text, style, ls_text_get(&line), 3 * INDENT);
    text->failed = text->failed || line.failed;
    ls_text_destroy(&line);
}

static void put_stack(const struct ls_story *story,
                      const struct ls_finding *finding, struct ls_text *text,
                      const struct ls_style *style)
{
    if (finding->stack == LS_NONE)
        return;
    const struct ls_stack *stack = &story->trace->stacks[finding->stack];
    int columns = name_columns(story->trace, stack, style);
    for (uint32_t i = 0; i < stack->n_frames && i < MAX_FRAMES; i++) {
        bool here = stack->first_frame + i == finding->location;
        put_frame(story, stack, i, here, columns, text, style);
    }
    if (stack->n_frames > MAX_FRAMES)
        ls_text_addf(text, "    (%" PRIu32 " more)\n",
                     stack->n_frames - MAX_FRAMES);
}

/* "  86 %    hash_body  parse.c:140": where the samples were, if not in one
 * place. */
static void put_tree(const struct ls_story *story,
                     const struct ls_finding *finding, struct ls_text *text,
                     const struct ls_style *style)
{
    if (finding->tree.n < 2)
        return;
    struct ls_text line = {0};
    ls_text_add(&line, "where it was, sampled from outside:");
    put(&line, text, style, INDENT);
    for (uint32_t i = 0; i < finding->tree.n; i++) {
        const struct ls_tree_row *row = &finding->tree.rows[i];
        const struct ls_frame *frame = &story->trace->frames[row->frame];
        line = (struct ls_text){0};
        ls_text_addf(text, "%6.0f %%  ",
                     100.0 * row->weight / finding->tree.weight);
        ls_text_add_char(text, ' ', row->depth);
        ls_text_addf(&line, "%s  ", function_name(story->trace, frame));
        add_frame_place(story->trace, frame, &line, style);
        ls_label_wrap(text, style, ls_text_get(&line), 12 + row->depth);
        text->failed = text->failed || line.failed;
        ls_text_destroy(&line);
    }
}

static void put_waiters(const struct ls_story *story,
                        const struct ls_finding *finding, struct ls_text *text,
                        const struct ls_style *style)
{
    if (!finding->n_waiters)
        return;
    char time[LS_DURATION_TEXT];
    struct ls_text line = {0};
    ls_story_add_count(&line, finding->n_waiters, "task");
    ls_text_addf(&line, " waited; without this %s would have run sooner",
                 finding->n_waiters > 1 ? "they" : "it");
    if (finding->n_waiters > 1)
        ls_text_addf(&line, ", %s%s in all",
                     finding->n_at_most ? "at most " : "",
                     ls_duration_format(time, finding->waited_ns));
    ls_text_add(&line, ": ");
    for (uint32_t i = 0; i < finding->n_waiters && i < MAX_WAITERS; i++) {
        const struct ls_waiter *waiter = &finding->waiters[i];
        ls_text_add(&line, i ? ", " : "");
        ls_names_task(story->names, waiter->task, &line);
        ls_text_addf(&line, " by %s%s", waiter->at_most ? "at most " : "",
                     ls_duration_format(time, waiter->held_up_ns));
    }
    if (finding->n_waiters > MAX_WAITERS)
        ls_text_addf(&line, " and %" PRIu32 " more",
                     finding->n_waiters - MAX_WAITERS);
    put(&line, text, style, INDENT);
}

void ls_explain(const struct ls_story *story, const struct ls_finding *finding,
                struct ls_text *text, const struct ls_style *style)
{
    put_headline(story, finding, text, style);
    put_figures(story, finding, text, style);
    put_circumstances(story, finding, text, style);
    put_stack(story, finding, text, style);
    put_tree(story, finding, text, style);
    put_waiters(story, finding, text, style);
    ls_chain_render(story, finding, INDENT, text, style);
    if (finding->advice && finding->advice[0]) {
        struct ls_text line = {0};
        ls_text_add(&line, finding->advice);
        put(&line, text, style, 0);
    }
}

void ls_explain_all(const struct ls_story *story, struct ls_text *text,
                    const struct ls_style *style, size_t limit)
{
    const struct ls_findings *findings = story->findings;
    const size_t n = findings->n - findings->n_accepted;
    for (size_t i = 0; i < n && i < limit; i++) {
        ls_text_add(text, i ? "\n" : "");
        ls_explain(story, &findings->items[i], text, style);
    }
    if (n > limit)
        ls_text_addf(text, "\n(and %zu more)\n", n - limit);
}
