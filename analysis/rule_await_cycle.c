/* SPDX-License-Identifier: MIT */
/*
 * await-cycle: tasks that await each other in a ring. Which those are is found
 * out in waits.c; here each ring is told once.
 */
#include "judge.h"

#include "sentence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of so many kinds a ring is known, the first by name. */
enum { MAX_KINDS = 4 };

struct kinds {
    const char *names[MAX_KINDS]; /* sorted */
    unsigned n;
};

static void add_kind(struct kinds *kinds, const char *name)
{
    unsigned at = 0;
    while (at < kinds->n && strcmp(kinds->names[at], name) < 0)
        at++;
    if (at == MAX_KINDS || (at < kinds->n && !strcmp(kinds->names[at], name)))
        return;
    unsigned n_kept = kinds->n < MAX_KINDS ? kinds->n : MAX_KINDS - 1;
    memmove(kinds->names + at + 1, kinds->names + at,
            (n_kept - at) * sizeof(kinds->names[0]));
    kinds->names[at] = name;
    kinds->n = n_kept + 1;
}

/* Rings are alike that have the same kinds of tasks, wherever one begins and
 * however many there are. */
static void add_ring(struct ls_judge *judge, uint32_t first, uint8_t *told)
{
    const struct ls_trace *t = judge->trace;
    struct kinds kinds = {.n = 0};
    char what[400] = "";
    struct ls_finding f =
        ls_judge_of_task(judge, first, LS_RULE_AWAIT_CYCLE, LS_SEVERITY_ERROR);
    for (uint32_t i = first; !told[i]; i = ls_waits_next(judge->waits, i)) {
        int64_t since_ns = ls_waits_last(t, i)->begin_ns;
        told[i] = 1;
        add_kind(&kinds, ls_trace_string(t, t->tasks[i].kind));
        if (since_ns > f.start_ns) /* the one that closed it */
            f.start_ns = since_ns;
    }
    f.duration_ns = t->tasks[first].end_ns - f.start_ns;
    for (unsigned i = 0; i < kinds.n; i++) {
        size_t n = strlen(what);
        snprintf(what + n, sizeof(what) - n, "%.90s ", kinds.names[i]);
    }
    ls_judge_add(judge, &f, what);
}

void ls_rule_await_cycle(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    uint8_t *told = calloc(t->n_tasks + 1ul, 1);
    if (!told) {
        judge->failed = true;
        return;
    }
    for (uint32_t i = 0; i < t->n_tasks; i++)
        if (judge->waits->fate[i] == LS_FATE_RING && !told[i])
            add_ring(judge, i, told);
    free(told);
}

/* "a" (A) -> "b" (B) -> "a" (A) */
void ls_say_await_cycle(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    if (f->n_chain == 1) {
        ls_say_task(s);
        ls_say(s, " awaits itself");
        ls_say_count(s);
        return;
    }
    ls_say(s, "%u tasks await each other in a ring: ", f->n_chain);
    for (uint32_t i = 0; i < f->n_chain && i < LS_SAY_TASKS; i++) {
        ls_say_named(s, f->chain[i]);
        ls_say(s, " -> ");
    }
    ls_say(s, f->n_chain > LS_SAY_TASKS ? "... -> " : "");
    ls_say_named(s, f->chain[0]);
    ls_say_count(s);
}
