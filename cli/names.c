/* SPDX-License-Identifier: MIT */
#include "names.h"

#include "analysis/utf8.h"
#include "tracer/vocabulary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SAID 80 /* bytes */

ls_string ls_names_short(const struct ls_task *task)
{
    return task->label ? task->label : task->kind;
}

void ls_names_init(struct ls_names *names, const struct ls_trace *trace)
{
    *names = (struct ls_names){.trace = trace};
    for (uint32_t i = 0; i < trace->n_tasks; i++) {
        ls_string name = ls_names_short(&trace->tasks[i]);
        if (name >= names->n_strings)
            names->n_strings = name + 1;
    }
    names->n_uses = calloc(names->n_strings + (size_t)1, sizeof(uint32_t));
    if (!names->n_uses)
        return;
    for (uint32_t i = 0; i < trace->n_tasks; i++)
        names->n_uses[ls_names_short(&trace->tasks[i])]++;
}

void ls_names_destroy(struct ls_names *names)
{
    free(names->n_uses);
    *names = (struct ls_names){0};
}

void ls_names_said(const struct ls_names *names, ls_string said,
                   struct ls_text *text)
{
    const char *string = ls_trace_string(names->trace, said);
    size_t n = strlen(string);
    size_t fit = ls_utf8_fit(string, n, MAX_SAID);
    ls_text_add_bytes(text, string, fit);
    ls_text_add(text, fit < n ? "..." : "");
}

static void add_number(const struct ls_names *names, uint32_t task,
                       struct ls_text *text)
{
    ls_string name = ls_names_short(&names->trace->tasks[task]);
    if (!names->n_uses || names->n_uses[name] > 1)
        ls_text_addf(text, " #%" PRIu32,
                     ls_trace_task_number(names->trace, task));
}

void ls_names_task(const struct ls_names *names, uint32_t task,
                   struct ls_text *text)
{
    ls_string name = ls_names_short(&names->trace->tasks[task]);
    if (name)
        ls_names_said(names, name, text);
    else
        ls_text_add(text, "task");
    add_number(names, task, text);
}

void ls_names_task_in_full(const struct ls_names *names, uint32_t task,
                           struct ls_text *text)
{
    const struct ls_task *it = &names->trace->tasks[task];
    if (it->kind && it->label) {
        ls_names_said(names, it->kind, text);
        ls_text_add_char(text, ' ', 1);
    }
    ls_names_task(names, task, text);
}

void ls_names_process(const struct ls_names *names, uint32_t process,
                      struct ls_text *text)
{
    const struct ls_trace *trace = names->trace;
    const struct ls_process *it = &trace->processes[process];
    uint32_t n = 0;
    for (uint32_t i = 0; i < trace->n_processes; i++)
        n += trace->processes[i].name == it->name;
    if (!it->name)
        ls_text_addf(text, "process %" PRId64, it->pid);
    else
        ls_text_add(text, ls_trace_string(trace, it->name));
    if (it->name && n > 1)
        ls_text_addf(text, " %" PRId64, it->pid);
}

void ls_names_thread(const struct ls_names *names, uint32_t thread,
                     struct ls_text *text)
{
    const struct ls_thread *it = &names->trace->threads[thread];
    if (it->name)
        ls_text_add(text, ls_trace_string(names->trace, it->name));
    else
        ls_text_addf(text, "thread %" PRId64, it->tid);
}

void ls_names_loop(const struct ls_names *names, uint32_t loop,
                   struct ls_text *text)
{
    const struct ls_loop *it = &names->trace->loops[loop];
    ls_text_add(text, "loop");
    if (names->trace->n_loops < 2)
        return;
    ls_text_add_char(text, ' ', 1);
    if (it->name) {
        ls_text_add(text, ls_trace_string(names->trace, it->name));
        return;
    }
    const struct ls_trace *trace = names->trace;
    const struct ls_thread *thread = &trace->threads[it->thread];
    ls_string process = trace->processes[thread->process].name;
    uint32_t n_beside = 0, n_same = 0;
    for (uint32_t i = 0; i < trace->n_loops; i++) {
        const struct ls_thread *other = &trace->threads[trace->loops[i].thread];
        n_beside += other->process == thread->process;
        n_same +=
            other->process == thread->process && other->name == thread->name;
    }
    bool others = n_beside < trace->n_loops; /* of other processes */
    if (others)
        ls_names_process(names, thread->process, text);
    if (n_beside < 2)
        return;
    if (!others || thread->name != process) {
        ls_text_add(text, others ? " " : "");
        ls_names_thread(names, it->thread, text);
    }
    if (n_same > 1 && thread->name)
        ls_text_addf(text, " %" PRId64, thread->tid);
}

void ls_names_call(const struct ls_names *names, ls_string call,
                   bool is_syscall, struct ls_text *text)
{
    const char *name = ls_trace_string(names->trace, call);
    if (!strcmp(name, LS_NAME_INJECTED))
        ls_text_add(text, "a stall injected by --inject");
    else
        ls_text_addf(text, "%s%s", name, is_syscall ? " (system call)" : "()");
}
