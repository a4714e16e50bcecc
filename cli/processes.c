/* SPDX-License-Identifier: MIT */
#include "processes.h"

#include "label.h"

#include <inttypes.h>
#include <string.h>

#define MAX_SHOWN 12 /* processes with a loop */
#define MAX_NAMED 8  /* processes without one */
#define MAX_UNSEEN 6

static void put(struct ls_text *line, struct ls_text *text,
                const struct ls_style *style, int hang)
{
    ls_label_wrap(text, style, ls_text_get(line), hang);
    text->failed = text->failed || line->failed;
    ls_text_destroy(line);
}

/* The loops of a process, and their turns. */
static uint32_t count_loops(const struct ls_trace *trace, uint32_t process,
                            uint64_t *n_turns)
{
    uint32_t n = 0;
    *n_turns = 0;
    for (uint32_t i = 0; i < trace->n_loops; i++) {
        const struct ls_loop *loop = &trace->loops[i];
        if (trace->threads[loop->thread].process != process)
            continue;
        n++;
        *n_turns += loop->n_turns;
    }
    return n;
}

static void put_process(const struct ls_story *story, uint32_t idx,
                        uint32_t n_loops, uint64_t n_turns,
                        struct ls_text *text, const struct ls_style *style)
{
    const struct ls_trace *trace = story->trace;
    const struct ls_process *process = &trace->processes[idx];
    struct ls_text line = {0};
    ls_text_addf(&line, "%s (%" PRId64 ")",
                 ls_trace_string(trace, process->name), process->pid);
    if (process->images)
        ls_text_addf(&line, ", %s", ls_trace_string(trace, process->images));
    ls_text_add(&line, ": ");
    ls_story_add_count(&line, n_loops, "loop");
    ls_text_add(&line, ", ");
    ls_story_add_count(&line, n_turns, "turn");
    if (process->killed)
        ls_text_add(&line, "; killed, or left by _exit()");
    if (process->command)
        ls_text_addf(&line, "; %s", ls_trace_string(trace, process->command));
    ls_text_add(text, "  ");
    put(&line, text, style, 6);
}

/* What a process without a loop is called: "sh -> make". */
static ls_string name_of(const struct ls_process *process)
{
    return process->images ? process->images : process->name;
}

/* Each name once, with how often it occurs. */
static void add_others(const struct ls_story *story, uint32_t n,
                       struct ls_text *line)
{
    const struct ls_trace *trace = story->trace;
    ls_string named[MAX_NAMED];
    uint32_t n_named = 0, n_told = 0;
    uint64_t n_turns;
    ls_text_addf(line, "%" PRIu32 " process%s without a loop: ", n,
                 n == 1 ? "" : "es");
    for (uint32_t i = 0; i < trace->n_processes && n_named < MAX_NAMED; i++) {
        ls_string name = name_of(&trace->processes[i]);
        uint32_t k = 0, same = 0;
        while (k < n_named && named[k] != name)
            k++;
        if (k < n_named || count_loops(trace, i, &n_turns))
            continue;
        for (uint32_t j = i; j < trace->n_processes; j++)
            same += name_of(&trace->processes[j]) == name &&
                    !count_loops(trace, j, &n_turns);
        ls_text_addf(line, "%s%s", n_named ? ", " : "",
                     name ? ls_trace_string(trace, name) : "?");
        if (same > 1)
            ls_text_addf(line, " (%" PRIu32 " times)", same);
        named[n_named++] = name;
        n_told += same;
    }
    if (n_told < n)
        ls_text_addf(line, ", and %" PRIu32 " more", n - n_told);
}

void ls_processes_render(const struct ls_story *story, struct ls_text *text,
                         const struct ls_style *style)
{
    const struct ls_trace *trace = story->trace;
    uint32_t n_shown = 0, n_others = 0;
    struct ls_text line = {0};
    uint64_t n_turns;
    if (trace->n_processes < 2)
        return;
    for (uint32_t i = 0; i < trace->n_processes; i++) {
        uint32_t n_loops = count_loops(trace, i, &n_turns);
        n_others += !n_loops;
        if (n_loops && n_shown++ < MAX_SHOWN)
            put_process(story, i, n_loops, n_turns, text, style);
    }
    if (n_shown > MAX_SHOWN)
        ls_text_addf(text, "  and %" PRIu32 " more with a loop\n",
                     n_shown - MAX_SHOWN);
    if (!n_others)
        return;
    add_others(story, n_others, &line);
    ls_text_add(text, "  ");
    put(&line, text, style, 6);
}

static uint32_t count_turns(const struct ls_thread *thread)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < thread->n_slices; i++)
        n += thread->slices[i].kind == LS_SLICE_TURN;
    return n;
}

void ls_processes_add_pollers(const struct ls_story *story,
                              struct ls_text *line)
{
    const struct ls_trace *trace = story->trace;
    uint32_t n = 0;
    for (uint32_t i = 0; i < trace->n_threads; i++) {
        const struct ls_thread *thread = &trace->threads[i];
        const struct ls_process *process = &trace->processes[thread->process];
        if (!thread->polled || ++n > 3)
            continue;
        ls_text_addf(line, "%s%s (%" PRId64 ") waited in %s %" PRIu32 " time%s",
                     n > 1 ? ", " : " ", ls_trace_string(trace, process->name),
                     process->pid, ls_trace_string(trace, thread->polled),
                     count_turns(thread), count_turns(thread) == 1 ? "" : "s");
    }
    if (n > 3)
        ls_text_addf(line, ", and %" PRIu32 " more threads like that", n - 3);
    if (n)
        ls_text_add(line, ": a loop goes on for at least 10 turns and 2 s.");
}

/* ---- synopsis ---- */

static uint64_t count_slices(const struct ls_trace *trace,
                             enum ls_slice_kind kind)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < trace->n_threads; i++)
        for (uint32_t k = 0; k < trace->threads[i].n_slices; k++)
            n += trace->threads[i].slices[k].kind == kind;
    return n;
}

static void add_seen(const struct ls_trace *trace, struct ls_text *line)
{
    uint64_t n_turns = 0;
    for (uint32_t i = 0; i < trace->n_loops; i++)
        n_turns += trace->loops[i].n_turns;
    ls_text_add(line, "Seen: ");
    ls_story_add_count(line, n_turns, "turn");
    ls_text_add(line, ", ");
    ls_story_add_count(line, count_slices(trace, LS_SLICE_CALLBACK),
                       "callback");
    ls_text_add(line, ", ");
    ls_story_add_count(line, count_slices(trace, LS_SLICE_BLOCKING),
                       "blocking call");
    ls_text_add(line, ", ");
    ls_story_add_count(line, trace->n_samples, "sample");
    ls_text_add(line, ".");
}

static bool is_same(const struct ls_unseen *a, const struct ls_unseen *b)
{
    return a->what == b->what && a->why == b->why;
}

/* Processes that have a loop come first: the others' silence matters less. */
static bool matters(const struct ls_trace *trace, uint32_t process)
{
    uint64_t n_turns;
    for (uint32_t i = 0; i < trace->n_loops; i++)
        if (trace->loops[i].n_turns)
            return count_loops(trace, process, &n_turns);
    return true;
}

static uint32_t count_same(const struct ls_trace *trace, uint32_t idx)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < trace->n_unseen; i++)
        n += is_same(&trace->unseen[i], &trace->unseen[idx]) &&
             matters(trace, trace->unseen[i].process);
    return n;
}

static bool is_first(const struct ls_trace *trace, uint32_t idx)
{
    for (uint32_t i = 0; i < idx; i++)
        if (is_same(&trace->unseen[i], &trace->unseen[idx]) &&
            matters(trace, trace->unseen[i].process))
            return false;
    return matters(trace, trace->unseen[idx].process);
}

/* "callbacks of server (100): libuv is linked statically" */
static void add_unseen(const struct ls_trace *trace, uint32_t idx,
                       struct ls_text *line)
{
    const struct ls_unseen *unseen = &trace->unseen[idx];
    const struct ls_process *process = &trace->processes[unseen->process];
    uint32_t n = count_same(trace, idx);
    ls_text_addf(line, "Not seen: %s", ls_trace_string(trace, unseen->what));
    if (trace->n_processes > 1)
        ls_text_addf(line, " of %s (%" PRId64 ")",
                     ls_trace_string(trace, process->name), process->pid);
    if (n > 1)
        ls_text_addf(line, " and %" PRIu32 " more", n - 1);
    ls_text_addf(line, ": %s.", ls_trace_string(trace, unseen->why));
}

void ls_synopsis_render(const struct ls_story *story, struct ls_text *text,
                        const struct ls_style *style)
{
    const struct ls_trace *trace = story->trace;
    struct ls_text line = {0};
    uint32_t n = 0;
    if (!trace->n_unseen)
        return;
    add_seen(trace, &line);
    put(&line, text, style, 2);
    for (uint32_t i = 0; i < trace->n_unseen; i++) {
        if (!is_first(trace, i) || ++n > MAX_UNSEEN)
            continue;
        line = (struct ls_text){0};
        add_unseen(trace, i, &line);
        put(&line, text, style, 2);
    }
    if (n > MAX_UNSEEN)
        ls_text_addf(text, "(and %" PRIu32 " more)\n", n - MAX_UNSEEN);
}
