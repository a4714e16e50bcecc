/* SPDX-License-Identifier: MIT */
#include "members.h"

#include "tracer/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#define NAME(name) name,
static const char *const drivers[] = {LS_DRIVERS(NAME)};
#undef NAME

bool ls_members_is_driver(const struct ls_trace *trace, uint32_t process)
{
    bool is_known = false;
    if (process == LS_NONE)
        return false;
    const char *name = ls_trace_string(trace, trace->processes[process].name);
    for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
        is_known = is_known || !strcmp(name, drivers[i]);
    for (uint32_t i = 0; is_known && i < trace->n_processes; i++)
        if (i != process &&
            trace->processes[i].parent == trace->processes[process].pid)
            return true;
    return false;
}

/* ---- who is one ---- */

static void count(struct ls_member *member, const struct ls_finding *f)
{
    if (ls_standing_is_accepted(f->standing))
        return;
    member->n_errors += f->severity == LS_SEVERITY_ERROR;
    member->n_warnings += f->severity == LS_SEVERITY_WARNING;
    member->n_notes += f->severity == LS_SEVERITY_NOTE;
}

/* By process, those that are members have their number as `process`. */
static void fill(struct ls_member *all, const struct ls_trace *trace,
                 const struct ls_findings *findings)
{
    for (uint32_t i = 0; i < trace->n_processes; i++)
        all[i].process = LS_NONE;
    for (uint32_t i = 0; i < trace->n_loops; i++) {
        const uint32_t process = trace->threads[trace->loops[i].thread].process;
        if (trace->loops[i].n_turns && process != LS_NONE)
            all[process].process = process;
    }
    for (size_t i = 0; i < findings->n; i++) {
        const uint32_t process = findings->items[i].process;
        if (process == LS_NONE)
            continue;
        all[process].process = process;
        count(&all[process], &findings->items[i]);
    }
}

static void keep_members(struct ls_members *members)
{
    const struct ls_trace *trace = members->trace;
    for (uint32_t i = 0; i < trace->n_processes; i++) {
        struct ls_member member = members->items[i];
        if (member.process == LS_NONE) {
            members->n_without++;
            continue;
        }
        member.is_driver = ls_members_is_driver(trace, i);
        members->items[members->n++] = member;
    }
}

/* ---- names ---- */

struct named {
    struct ls_member *member;
    const char *name, *command;
};

static int compare(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    if (!order)
        order = strcmp(x->command, y->command);
    if (order)
        return order;
    return x->member < y->member ? -1 : x->member > y->member;
}

static bool is_same(const struct named *a, const struct named *b,
                    bool with_command)
{
    return !strcmp(a->name, b->name) &&
           (!with_command || !strcmp(a->command, b->command));
}

/* Those of one name stand side by side. */
static void tell_apart(struct named *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bool is_first = !i || !is_same(&all[i], &all[i - 1], true);
        const bool is_last = i + 1 == n || !is_same(&all[i], &all[i + 1], true);
        all[i].member->has_arguments =
            (i && is_same(&all[i], &all[i - 1], false)) ||
            (i + 1 < n && is_same(&all[i], &all[i + 1], false));
        all[i].member->number = is_first && is_last ? 0
                                : is_first          ? 1
                                           : all[i - 1].member->number + 1;
    }
}

static bool name_all(struct ls_members *members)
{
    const struct ls_trace *trace = members->trace;
    struct named *all = calloc(members->n + 1, sizeof(*all));
    if (!all)
        return false;
    for (size_t i = 0; i < members->n; i++) {
        const struct ls_process *process =
            &trace->processes[members->items[i].process];
        all[i] = (struct named){&members->items[i],
                                ls_trace_string(trace, process->name),
                                ls_trace_string(trace, process->command)};
    }
    if (members->n)
        qsort(all, members->n, sizeof(*all), compare);
    tell_apart(all, members->n);
    free(all);
    return true;
}

void ls_members_label(const struct ls_members *members, size_t i,
                      struct ls_text *text)
{
    const struct ls_member *member = &members->items[i];
    const struct ls_process *process =
        &members->trace->processes[member->process];
    const char *name = ls_trace_string(members->trace, process->name);
    const char *arguments =
        strchr(ls_trace_string(members->trace, process->command), ' ');
    ls_text_add(text, name[0] ? name : "?");
    if (member->has_arguments && arguments)
        ls_text_add(text, arguments);
    if (member->number)
        ls_text_addf(text, " #%u", (unsigned)member->number);
}

/* ---- */

void ls_members_take(struct ls_members *members, const struct ls_trace *trace,
                     const struct ls_findings *findings)
{
    ls_members_destroy(members);
    members->trace = trace;
    members->items = calloc(trace->n_processes + 1ul, sizeof(*members->items));
    if (members->items) {
        fill(members->items, trace, findings);
        keep_members(members);
    }
    if (members->items && name_all(members))
        return;
    ls_members_destroy(members);
    members->failed = true;
}

void ls_members_destroy(struct ls_members *members)
{
    free(members->items);
    *members = (struct ls_members){0};
}
