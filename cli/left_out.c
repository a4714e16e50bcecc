/* SPDX-License-Identifier: MIT */
#include "left_out.h"

#include "duration.h"
#include "label.h"

#include <inttypes.h>

/* Kinds with a line of their own, those that are met first. */
#define MAX_KINDS 4

struct crowd {
    ls_string kind;
    uint32_t n;
    double await_ns, run_ns; /* of all of them: too much for an integer */
};

static void add_task(struct crowd *crowd, const struct ls_trace *trace,
                     const struct ls_task *task)
{
    crowd->n++;
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        const struct ls_stretch *stretch =
            &trace->stretches[task->first_stretch + i];
        double length_ns = (double)stretch->end_ns - (double)stretch->begin_ns;
        if (stretch->kind == LS_STRETCH_RUN)
            crowd->run_ns += length_ns;
        else
            crowd->await_ns += length_ns;
    }
}

static void put_line(struct ls_text *line, struct ls_text *text,
                     const struct ls_style *style)
{
    ls_label_wrap(text, style, ls_text_get(line), 0);
    text->failed = text->failed || line->failed;
    ls_text_destroy(line);
}

static void put_crowd(const struct ls_trace *trace, const struct crowd *crowd,
                      struct ls_text *text, const struct ls_style *style)
{
    char time[LS_DURATION_TEXT];
    struct ls_text line = {0};
    const char *each = crowd->n > 1 ? " each" : "";
    ls_text_addf(&line, "(and %" PRIu32 " more \"%s\" task%s", crowd->n,
                 ls_trace_string(trace, crowd->kind), crowd->n > 1 ? "s" : "");
    if (crowd->await_ns > 0)
        ls_text_addf(
            &line, ": awaiting %s%s",
            ls_duration_format(time, (int64_t)(crowd->await_ns / crowd->n)),
            each);
    if (crowd->run_ns > 0)
        ls_text_addf(
            &line, "%s running %s%s", crowd->await_ns > 0 ? "," : ":",
            ls_duration_format(time, (int64_t)(crowd->run_ns / crowd->n)),
            crowd->await_ns > 0 ? "" : each);
    ls_text_add(&line, ")");
    put_line(&line, text, style);
}

void ls_left_out_render(const struct ls_trace *trace, const uint8_t *chosen,
                        struct ls_text *text, const struct ls_style *style)
{
    struct crowd crowds[MAX_KINDS] = {{0}};
    uint32_t n_crowds = 0, n_others = 0;
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        const struct ls_task *task = &trace->tasks[i];
        uint32_t k = 0;
        if (chosen[i])
            continue;
        while (k < n_crowds && crowds[k].kind != task->kind)
            k++;
        if (k == n_crowds && n_crowds < MAX_KINDS)
            crowds[n_crowds++].kind = task->kind;
        if (k < n_crowds)
            add_task(&crowds[k], trace, task);
        else
            n_others++;
    }
    for (uint32_t k = 0; k < n_crowds; k++)
        put_crowd(trace, &crowds[k], text, style);
    if (!n_others)
        return;
    struct ls_text line = {0};
    ls_text_addf(&line, "(and %" PRIu32 " more task%s of other kinds)",
                 n_others, n_others > 1 ? "s" : "");
    put_line(&line, text, style);
}
