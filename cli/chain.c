/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include "duration.h"
#include "label.h"

#include <inttypes.h>

#define MAX_RING 8
#define MAX_ROW 6

/* The await that the task is in when the trace ends. */
static const struct ls_stretch *last_await(const struct ls_trace *trace,
                                           uint32_t task_idx)
{
    const struct ls_task *task = &trace->tasks[task_idx];
    return &trace->stretches[task->first_stretch + task->n_stretches - 1];
}

static void put(struct ls_text *line, int indent, struct ls_text *text,
                const struct ls_style *style)
{
    ls_text_add_char(text, ' ', (size_t)indent);
    ls_label_wrap(text, style, ls_text_get(line), indent + 2);
    text->failed = text->failed || line->failed;
    ls_text_clear(line);
}

/* "fork A awaits fork B: pick up, for 1200 ms", a line for each. */
static void put_ring(const struct ls_story *story, const struct ls_finding *f,
                     int indent, struct ls_text *text,
                     const struct ls_style *style)
{
    struct ls_text line = {0};
    char time[LS_DURATION_TEXT];
    for (uint32_t i = 0; i < f->n_chain && i < MAX_RING; i++) {
        const struct ls_stretch *await = last_await(story->trace, f->chain[i]);
        ls_names_task_in_full(story->names, f->chain[i], &line);
        ls_text_add(&line, " awaits ");
        ls_names_task_in_full(story->names, f->chain[(i + 1) % f->n_chain],
                              &line);
        ls_text_addf(&line, ": %s%sfor %s",
                     ls_trace_string(story->trace, await->what),
                     await->what ? ", " : "",
                     ls_duration_format(time, await->end_ns - await->begin_ns));
        put(&line, indent, text, style);
    }
    if (f->n_chain > MAX_RING) {
        ls_text_addf(&line, "(%" PRIu32 " more)", f->n_chain - MAX_RING);
        put(&line, indent, text, style);
    }
    ls_text_destroy(&line);
}

/* "behind it wait: main, Masala and 3 more" */
static void put_behind(const struct ls_story *story, const struct ls_finding *f,
                       int indent, struct ls_text *text,
                       const struct ls_style *style)
{
    struct ls_text line = {0};
    ls_text_add(&line, "behind it waits: ");
    for (uint32_t i = 0; i < f->n_chain && i < MAX_ROW; i++) {
        ls_text_add(&line, i ? ", " : "");
        ls_names_task_in_full(story->names, f->chain[i], &line);
    }
    if (f->n_chain > MAX_ROW)
        ls_text_addf(&line, " and %" PRIu32 " more", f->n_chain - MAX_ROW);
    put(&line, indent, text, style);
    ls_text_destroy(&line);
}

/* "Masala 2001 ms, Green 2001 ms: 4002 ms in a row" */
static void put_row(const struct ls_story *story, const struct ls_finding *f,
                    int indent, struct ls_text *text,
                    const struct ls_style *style)
{
    struct ls_text line = {0};
    char time[LS_DURATION_TEXT];
    const struct ls_stretch *stretches = story->trace->stretches;
    for (uint32_t i = 0; i < f->n_awaits && i < MAX_ROW; i++) {
        const struct ls_stretch *await = &stretches[f->first_await + 2 * i];
        const uint32_t *on = &story->trace->awaited[await->first_on];
        ls_text_add(&line, i ? ", " : "");
        ls_names_task(story->names, on[0], &line);
        if (await->n_on > 1)
            ls_text_addf(&line, " and %d more", await->n_on - 1);
        ls_text_addf(&line, " %s",
                     ls_duration_format(time, await->end_ns - await->begin_ns));
    }
    if (f->n_awaits > MAX_ROW)
        ls_text_addf(&line, " and %" PRIu32 " more", f->n_awaits - MAX_ROW);
    ls_text_addf(&line, ": %s in a row",
                 ls_duration_format(time, f->duration_ns));
    put(&line, indent, text, style);
    ls_text_destroy(&line);
}

void ls_chain_render(const struct ls_story *story,
                     const struct ls_finding *finding, int indent,
                     struct ls_text *text, const struct ls_style *style)
{
    if (!finding->n_chain)
        return;
    if (finding->rule == LS_RULE_AWAIT_CYCLE)
        put_ring(story, finding, indent, text, style);
    else if (finding->rule == LS_RULE_SEQUENTIAL_AWAITS)
        put_row(story, finding, indent, text, style);
    else
        put_behind(story, finding, indent, text, style);
}
