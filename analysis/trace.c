/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include "ids.h"
#include "strings.h"

#include <stdlib.h>

const char *ls_trace_string(const struct ls_trace *trace, ls_string string)
{
    return ls_strings_get(trace->strings, string);
}

uint32_t ls_trace_find_task(const struct ls_trace *trace, uint64_t id)
{
    if (trace->task_ids)
        return ls_ids_find(trace->task_ids, id);
    for (uint32_t i = 0; i < trace->n_tasks; i++)
        if (trace->tasks[i].id == id)
            return i;
    return LS_NONE;
}

uint32_t ls_trace_task_number(const struct ls_trace *trace, uint32_t task)
{
    return task < trace->n_tasks ? task + 1 : 0;
}

bool ls_stack_lacks_names(const struct ls_trace *t,
                          const struct ls_stack *stack, uint32_t i)
{
    const struct ls_frame *frames = &t->frames[stack->first_frame];
    if (frames[i].function || !frames[i].build_id)
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (!frames[k].function && frames[k].build_id == frames[i].build_id)
            return false;
    return true;
}

const struct ls_detail *ls_trace_detail(const struct ls_trace *trace,
                                        const struct ls_slice *slice)
{
    if (slice->kind == LS_SLICE_TASK || slice->kind == LS_SLICE_CALLBACK ||
        slice->kind == LS_SLICE_POOL || slice->detail >= trace->n_details)
        return NULL;
    return &trace->details[slice->detail];
}

const struct ls_callback *ls_trace_callback(const struct ls_trace *trace,
                                            const struct ls_slice *slice)
{
    if ((slice->kind != LS_SLICE_CALLBACK && slice->kind != LS_SLICE_POOL) ||
        slice->detail >= trace->n_callbacks)
        return NULL;
    return &trace->callbacks[slice->detail];
}

uint32_t ls_trace_first_sample(const struct ls_trace *trace, int64_t at_ns)
{
    uint32_t low = 0, high = trace->n_samples;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (trace->samples[middle].at_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t ls_stretch_held_up_ns(const struct ls_stretch *stretch)
{
    if (stretch->kind != LS_STRETCH_AWAIT || stretch->ready_ns == LS_UNKNOWN ||
        stretch->ready_ns > stretch->end_ns)
        return 0;
    return stretch->end_ns - stretch->ready_ns;
}

int64_t ls_slice_own_ns(const struct ls_trace *trace,
                        const struct ls_slice *slice)
{
    const struct ls_detail *detail = ls_trace_detail(trace, slice);
    if (detail && detail->cause.cpu_ns != LS_UNKNOWN)
        return detail->cause.cpu_ns + detail->cause.blocked_ns;
    return slice->end_ns - slice->begin_ns;
}

/*
 * In pre-order the ends of nested slices do not ascend, those of the outermost
 * ones do. So search by begin for the last slice that has begun, walk up to
 * its outermost parent, and from there on take the first that ends after AT:
 * the parent itself, unless it has ended, and then everything inside it has.
 */
uint32_t ls_thread_first_slice(const struct ls_thread *thread, int64_t at_ns)
{
    uint32_t low = 0, high = thread->n_slices;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (thread->slices[middle].begin_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    uint32_t i = low - 1;
    while (thread->slices[i].parent != LS_NONE)
        i = thread->slices[i].parent;
    return thread->slices[i].end_ns > at_ns ? i : low;
}

uint32_t ls_loop_first_turn(const struct ls_trace *trace,
                            const struct ls_loop *loop, int64_t at_ns)
{
    const struct ls_slice *slices = trace->threads[loop->thread].slices;
    uint32_t low = 0, high = loop->n_turns;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (slices[loop->turns[middle]].end_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void ls_trace_free(struct ls_trace *trace)
{
    if (!trace)
        return;
    for (uint32_t i = 0; i < trace->n_threads; i++)
        free(trace->threads[i].slices);
    for (uint32_t i = 0; i < trace->n_loops; i++) {
        free(trace->loops[i].turns);
        free(trace->loops[i].slow);
    }
    for (uint32_t i = 0; i < trace->n_counters; i++)
        free(trace->counters[i].points);
    free(trace->processes);
    free(trace->threads);
    free(trace->loops);
    free(trace->tasks);
    free(trace->stretches);
    free(trace->awaited);
    free(trace->details);
    free(trace->stacks);
    free(trace->frames);
    free(trace->callbacks);
    free(trace->samples);
    free(trace->loop_closes);
    free(trace->left_open);
    free(trace->images);
    free(trace->unseen);
    free(trace->marks);
    free(trace->counters);
    ls_ids_free(trace->task_ids);
    ls_strings_free(trace->strings);
    free(trace);
}
