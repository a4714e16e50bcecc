/* SPDX-License-Identifier: MIT */
#include "trace_dump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void dump_threads(FILE *out, const struct ls_trace *t)
{
    for (uint32_t i = 0; i < t->n_processes; i++) {
        const struct ls_process *p = &t->processes[i];
        fprintf(out,
                "process %" PRId64 " %" PRId64 " %s %s %s %s %s %s %s %d\n",
                p->pid, p->parent, ls_trace_string(t, p->name),
                ls_trace_string(t, p->exe), ls_trace_string(t, p->command),
                ls_trace_string(t, p->libuv), ls_trace_string(t, p->build_id),
                ls_trace_string(t, p->hooks_missing),
                ls_trace_string(t, p->images), p->killed);
    }
    for (uint32_t i = 0; i < t->n_threads; i++) {
        const struct ls_thread *th = &t->threads[i];
        fprintf(out, "thread %u %" PRId64 " loop %d %s depths %u lane %d %s\n",
                th->process, th->tid, (int)th->loop,
                ls_trace_string(t, th->name), th->n_depths, th->lane,
                ls_trace_string(t, th->polled));
        for (uint32_t k = 0; k < th->n_slices; k++) {
            const struct ls_slice *s = &th->slices[k];
            fprintf(out,
                    " slice %" PRId64 " %" PRId64 " %s parent %d depth %u kind "
                    "%u flags %u",
                    s->begin_ns, s->end_ns, ls_trace_string(t, s->name),
                    (int)s->parent, s->depth, s->kind, s->flags);
            const struct ls_detail *d = ls_trace_detail(t, s);
            if (d)
                fprintf(out,
                        " cause %" PRId64 " %" PRId64 " %" PRId64
                        " stack %d faults %u fd %d %s %s %d",
                        d->cause.cpu_ns, d->cause.blocked_ns,
                        d->cause.descheduled_ns, (int)d->stack, d->faults,
                        d->fd, ls_trace_string(t, d->fd_kind),
                        ls_trace_string(t, d->target), d->sync);
            else
                fprintf(out, " detail %d", (int)s->detail);
            fputc('\n', out);
        }
    }
    for (uint32_t i = 0; i < t->n_loops; i++) {
        fprintf(out, "loop %u %s %s turns", t->loops[i].thread,
                ls_trace_string(t, t->loops[i].name),
                ls_trace_string(t, t->loops[i].kind));
        for (uint32_t k = 0; k < t->loops[i].n_turns; k++)
            fprintf(out, " %u", t->loops[i].turns[k]);
        fputc('\n', out);
    }
}

static void dump_tasks(FILE *out, const struct ls_trace *t)
{
    for (uint32_t i = 0; i < t->n_tasks; i++) {
        const struct ls_task *k = &t->tasks[i];
        fprintf(out,
                "task %" PRIx64 " %s %s process %u loop %d thread %d by %d "
                "%" PRId64 " %" PRId64 " %s state %u flags %u\n",
                k->id, ls_trace_string(t, k->kind),
                ls_trace_string(t, k->label), k->process, (int)k->loop,
                (int)k->thread, (int)k->by, k->begin_ns, k->end_ns,
                ls_trace_string(t, k->reason), k->state, k->flags);
        for (uint32_t s = 0; s < k->n_stretches; s++) {
            const struct ls_stretch *x = &t->stretches[k->first_stretch + s];
            fprintf(out,
                    " %s %" PRId64 " %" PRId64 " ready %" PRId64
                    " %s thread %d open %u held up %" PRId64 " on",
                    x->kind == LS_STRETCH_RUN ? "run" : "await", x->begin_ns,
                    x->end_ns, x->ready_ns, ls_trace_string(t, x->what),
                    (int)x->thread, x->open, ls_stretch_held_up_ns(x));
            for (uint32_t n = 0; n < x->n_on; n++)
                fprintf(out, " %u", t->awaited[x->first_on + n]);
            fputc('\n', out);
        }
    }
}

static void dump_samples(FILE *out, const struct ls_trace *t)
{
    for (uint32_t i = 0; i < t->n_callbacks; i++) {
        const struct ls_callback *c = &t->callbacks[i];
        fprintf(out, "callback %s %s %s task %d registered %d %u %" PRId64 "\n",
                ls_trace_string(t, c->kind), ls_trace_string(t, c->phase),
                ls_trace_string(t, c->status), (int)c->task, (int)c->registered,
                c->operation, c->submitted_ns);
    }
    for (uint32_t i = 0; i < t->n_samples; i++) {
        const struct ls_sample *s = &t->samples[i];
        fprintf(out,
                "sample %" PRId64 " %u stack %d weight %u state %u %s fd %d %s "
                "%s cause %" PRId64 " %" PRId64 " %" PRId64 "\n",
                s->at_ns, s->thread, (int)s->stack, s->weight, s->state,
                ls_trace_string(t, s->syscall), s->fd,
                ls_trace_string(t, s->fd_kind), ls_trace_string(t, s->target),
                s->cause.cpu_ns, s->cause.blocked_ns, s->cause.descheduled_ns);
    }
    for (uint32_t i = 0; i < t->n_images; i++)
        fprintf(out, "image %u %s\n", t->images[i].process,
                ls_trace_string(t, t->images[i].exe));
    for (uint32_t i = 0; i < t->n_unseen; i++)
        fprintf(out, "unseen %u %s: %s\n", t->unseen[i].process,
                ls_trace_string(t, t->unseen[i].what),
                ls_trace_string(t, t->unseen[i].why));
}

static void dump_rest(FILE *out, const struct ls_trace *t)
{
    for (uint32_t i = 0; i < t->n_stacks; i++) {
        fprintf(out, "stack %u\n", i);
        for (uint32_t k = 0; k < t->stacks[i].n_frames; k++) {
            const struct ls_frame *f = &t->frames[t->stacks[i].first_frame + k];
            fprintf(out, " %s %s:%u %s+%" PRIx64 " %d\n",
                    ls_trace_string(t, f->function),
                    ls_trace_string(t, f->file), f->line,
                    ls_trace_string(t, f->module), f->offset, f->inlined);
        }
    }
    for (uint32_t i = 0; i < t->n_marks; i++)
        fprintf(out, "mark %" PRId64 " %u %s %s\n", t->marks[i].at_ns,
                t->marks[i].thread, ls_trace_string(t, t->marks[i].name),
                ls_trace_string(t, t->marks[i].text));
    for (uint32_t i = 0; i < t->n_counters; i++) {
        fprintf(out, "counter %u %s", t->counters[i].process,
                ls_trace_string(t, t->counters[i].name));
        for (uint32_t k = 0; k < t->counters[i].n_points; k++)
            fprintf(out, " %" PRId64 "=%.17g", t->counters[i].points[k].at_ns,
                    t->counters[i].points[k].value);
        fputc('\n', out);
    }
    for (int i = 0; i < LS_TROUBLE_KINDS; i++) {
        const struct ls_trouble *x = &t->health.troubles[i];
        if (x->n)
            fprintf(out,
                    "trouble %d n %" PRIu64 " line %" PRIu64 " byte %" PRIu64
                    " %s\n",
                    i, x->n, x->line, x->byte, x->text);
    }
}

char *trace_dump(const struct ls_trace *t)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    if (!out)
        return NULL;
    fprintf(out,
            "trace %" PRId64 " %" PRId64 " events %" PRIu64 " bytes %" PRIu64
            " threshold %" PRId64 " %s %s %s ours %d complete %d lost %" PRIu64
            " late %" PRIu64 "\n",
            t->begin_ns, t->end_ns, t->n_events, t->n_bytes, t->threshold_ns,
            ls_trace_string(t, t->start), ls_trace_string(t, t->writer),
            ls_trace_string(t, t->clock), t->health.ours, t->health.complete,
            t->health.n_lost, t->health.n_late);
    dump_threads(out, t);
    dump_tasks(out, t);
    dump_samples(out, t);
    dump_rest(out, t);
    return fclose(out) == 0 ? text : NULL;
}

static char *load_and_dump(const char *text, size_t n, bool slow,
                           enum ls_load_status *status)
{
    struct ls_load_options options = {.only_slow_path = slow};
    struct ls_load_result result;
    struct ls_trace *trace;
    *status = ls_trace_parse(text, n, &options, &trace, &result);
    if (*status != LS_LOAD_OK)
        return strdup(result.text);
    trace_check(trace);
    char *dump = trace_dump(trace);
    ls_trace_free(trace);
    return dump;
}

bool trace_paths_agree(const char *text, size_t n, char **fast, char **slow)
{
    enum ls_load_status a, b;
    *fast = load_and_dump(text, n, false, &a);
    *slow = load_and_dump(text, n, true, &b);
    return a == b && *fast && *slow && strcmp(*fast, *slow) == 0;
}

#define REQUIRE(what)                                                          \
    do {                                                                       \
        if (!(what)) {                                                         \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,  \
                    #what);                                                    \
            abort();                                                           \
        }                                                                      \
    } while (0)

static void check_slice(const struct ls_trace *t, const struct ls_thread *th,
                        uint32_t i)
{
    const struct ls_slice *s = &th->slices[i];
    REQUIRE(s->begin_ns <= s->end_ns);
    REQUIRE(i == 0 || th->slices[i - 1].begin_ns <= s->begin_ns);
    REQUIRE(s->depth < th->n_depths);
    bool called = s->kind == LS_SLICE_CALLBACK || s->kind == LS_SLICE_POOL;
    REQUIRE(s->detail == LS_NONE ||
            s->detail < (s->kind == LS_SLICE_TASK ? t->n_tasks
                         : called                 ? t->n_callbacks
                                                  : t->n_details));
    REQUIRE(!(s->flags & ~(LS_SLICE_OPEN | LS_SLICE_CUT | LS_SLICE_NOWAIT |
                           LS_SLICE_EMPTY)));
    if (s->parent == LS_NONE) {
        REQUIRE(s->depth == 0);
        return;
    }
    const struct ls_slice *parent = &th->slices[s->parent];
    REQUIRE(s->parent < i && parent->depth + 1 == s->depth);
    REQUIRE(parent->begin_ns <= s->begin_ns && s->end_ns <= parent->end_ns);
}

static void check_task(const struct ls_trace *t, uint32_t i)
{
    const struct ls_task *task = &t->tasks[i];
    REQUIRE(task->begin_ns <= task->end_ns);
    REQUIRE(i == 0 || t->tasks[i - 1].begin_ns <= task->begin_ns);
    REQUIRE(task->process < t->n_processes);
    REQUIRE(task->by == LS_NONE || task->by < t->n_tasks);
    REQUIRE(task->thread == LS_NONE || task->thread < t->n_threads);
    REQUIRE(ls_trace_find_task(t, task->id) == i);
    REQUIRE(task->first_stretch + task->n_stretches <= t->n_stretches);
    for (uint32_t k = 0; k < task->n_stretches; k++) {
        const struct ls_stretch *s = &t->stretches[task->first_stretch + k];
        REQUIRE(s->begin_ns <= s->end_ns);
        REQUIRE(s->begin_ns >= task->begin_ns && s->end_ns <= task->end_ns);
        REQUIRE(k == 0 || s[-1].end_ns == s->begin_ns);
        REQUIRE(s->first_on + s->n_on <= t->n_awaited);
        for (uint32_t n = 0; n < s->n_on; n++)
            REQUIRE(t->awaited[s->first_on + n] < t->n_tasks);
    }
}

void trace_check(const struct ls_trace *t)
{
    REQUIRE(t->begin_ns >= 0 && t->begin_ns <= t->end_ns);
    for (uint32_t i = 0; i < t->n_threads; i++) {
        REQUIRE(t->threads[i].process < t->n_processes);
        for (uint32_t k = 0; k < t->threads[i].n_slices; k++)
            check_slice(t, &t->threads[i], k);
    }
    for (uint32_t i = 0; i < t->n_tasks; i++)
        check_task(t, i);
    for (uint32_t i = 0; i < t->n_details; i++)
        REQUIRE(t->details[i].stack == LS_NONE ||
                t->details[i].stack < t->n_stacks);
    for (uint32_t i = 0; i < t->n_samples; i++) {
        const struct ls_sample *s = &t->samples[i];
        REQUIRE(s->thread < t->n_threads && s->weight > 0);
        REQUIRE(s->stack == LS_NONE || s->stack < t->n_stacks);
        REQUIRE(i == 0 || s[-1].at_ns <= s->at_ns);
    }
    for (uint32_t i = 0; i < t->n_callbacks; i++) {
        const struct ls_callback *c = &t->callbacks[i];
        REQUIRE(c->task == LS_NONE || c->task < t->n_tasks);
        REQUIRE(c->registered == LS_NONE || c->registered < t->n_stacks);
    }
    for (uint32_t i = 0; i < t->n_stacks; i++)
        REQUIRE(t->stacks[i].first_frame + t->stacks[i].n_frames <=
                t->n_frames);
}
