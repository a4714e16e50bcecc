/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "syscalls.h"

enum {
    COPY_TRIES = 3,    /* while the thread goes on and on */
    LONG_CALL_MS = 500 /* a hooked call tells of itself when it ends */
};

static void note_look(const struct ls_watch *w, struct ls_subject *s)
{
    s->looked_ticks = w->now.ticks;
    ls_subject_read_usage(s);
}

/* Copy the stack of a thread that waits; 0 or -errno. */
static int copy_stack(struct ls_watch *w, const struct ls_subject *s,
                      const struct ls_sight *sight, unsigned char **bytes,
                      size_t *n)
{
    long got =
        ls_sight_copy(s->pid, s->tid, sight, w->scratch, LS_WATCH_STACK_BYTES);
    if (got <= 0)
        return (int)got;
    *bytes = malloc((size_t)got);
    if (!*bytes)
        return -ENOMEM;
    memcpy(*bytes, w->scratch, (size_t)got);
    *n = (size_t)got;
    return 0;
}

static void add_call(const struct ls_subject *s, const struct ls_sight *sight,
                     struct ls_sample *sample)
{
    sample->syscall = sight->syscall;
    if (ls_syscall_has_fd(sight->syscall)) {
        sample->fd = (int)sight->args[0];
        ls_sight_file(s->pid, sample->fd, sample->target,
                      sizeof sample->target);
    }
}

/* A sample of what was seen last. */
static struct ls_sample *sight_sample(const struct ls_subject *s,
                                      int64_t weight_ns)
{
    const struct ls_sight *sight = &s->suspect.last;
    struct ls_sample *sample = ls_subject_sample(s, s->looked_ticks);
    if (!sample)
        return NULL;
    sample->state = sight->state;
    sample->weight = ls_suspect_weight(weight_ns);
    add_call(s, sight, sample);
    ls_subject_add_usage(s, sample);
    return sample;
}

/* A thread that runs is told by its samples, if there can be any. A hooked
 * call tells of itself when it is over, so what is seen in one waits until it
 * lasts very long, or the process ends. */
static void tell(struct ls_watch *w, struct ls_subject *s,
                 struct ls_sample *sample)
{
    if (sample->state == LS_SIGHT_RUNNING && s->sampling)
        ls_sample_free(sample);
    else if (s->in_call)
        ls_sample_list_add(&s->kept, sample);
    else
        ls_sample_queue_give(&w->queue, sample);
}

/* What the thread runs of Python, or NULL. */
static char *copy_python(struct ls_subject *s)
{
    struct ls_guarded *p = s->process;
    struct ls_text text = {0};
    if (!p->python_known)
        ls_python_look(&p->python, s->pid);
    p->python_known = true;
    bool is_there = ls_python_stack(&p->python, s->tid, &text);
    ls_text_add_bytes(&text, "", 1);
    if (is_there && !text.failed)
        return text.bytes;
    ls_text_destroy(&text);
    return NULL;
}

/* A hooked call copies its stack when it is over, but by then the interpreter
 * goes on: so this is told while it lasts. */
static void tell_python(struct ls_watch *w, struct ls_subject *s,
                        const struct ls_sample *of)
{
    struct ls_sample *sample =
        of->python ? ls_subject_sample(s, s->looked_ticks) : NULL;
    if (!sample)
        return;
    sample->call = s->call_begin;
    sample->python = strdup(of->python);
    ls_sample_queue_give(&w->queue, sample);
}

static void tell_place(struct ls_watch *w, struct ls_subject *s,
                       int64_t weight_ns, unsigned char *bytes, size_t n)
{
    struct ls_sample *sample = sight_sample(s, weight_ns);
    if (!sample) {
        free(bytes);
        return;
    }
    sample->kind = LS_STACK_PLACE;
    sample->registers.pc = s->suspect.last.pc;
    sample->registers.sp = s->suspect.last.sp;
    sample->bytes = bytes;
    sample->n_bytes = n;
    if (bytes && sample->state != LS_SIGHT_RUNNING)
        sample->python = copy_python(s);
    if (s->in_call)
        tell_python(w, s, sample);
    tell(w, s, sample);
}

static void tell_more(struct ls_watch *w, struct ls_subject *s,
                      int64_t weight_ns)
{
    struct ls_sample *sample =
        weight_ns > 0 ? sight_sample(s, weight_ns) : NULL;
    if (!sample)
        return;
    sample->same = true;
    tell(w, s, sample);
}

static bool see(struct ls_subject *s, struct ls_sight *sight)
{
    int error = -EPERM;
    if (!ls_subject_is_denied(s, LS_DENIAL_SYSCALL)) {
        error = ls_sight_look(s->pid, s->tid, sight);
        if (error)
            ls_subject_note_denial(s, LS_DENIAL_SYSCALL, error);
    }
    if (error)
        error = ls_sight_glance(s->pid, s->tid, sight);
    /* A thread that is about to end has no place any more. */
    return error == 0 && !(sight->state == LS_SIGHT_FAULT && sight->sp == 0);
}

/* What it does now, with its stack if that is new; BYTES are allocated or
 * NULL. False: it does not stand still, or cannot be seen. */
static bool see_with_stack(struct ls_watch *w, struct ls_subject *s,
                           struct ls_sight *sight, unsigned char **bytes,
                           size_t *n)
{
    *bytes = NULL;
    for (int i = 0; i < COPY_TRIES; i++) {
        if (!see(s, sight))
            return false;
        if (sight->sp == 0 || ls_subject_is_denied(s, LS_DENIAL_STACK) ||
            ls_suspect_same(&s->suspect, sight))
            return true;
        int error = copy_stack(w, s, sight, bytes, n);
        if (error && error != -EAGAIN)
            ls_subject_note_denial(s, LS_DENIAL_STACK, error);
        if (error != -EAGAIN)
            return true;
    }
    return false;
}

static void note_call(struct ls_watch *w, struct ls_subject *s, uint64_t begin)
{
    if (begin != s->call_begin)
        ls_sample_list_clear(&s->kept);
    s->call_begin = begin;
    int64_t age = begin ? ls_watch_ns_since(w, begin) : 0;
    s->in_call = begin && age < LONG_CALL_MS * LS_MS;
    if (begin && !s->in_call)
        ls_sample_queue_give_all(&w->queue, &s->kept);
}

void ls_look(struct ls_watch *w, struct ls_subject *s,
             const struct ls_ring *ring)
{
    struct ls_sight sight;
    unsigned char *bytes;
    size_t n = 0;
    uint64_t call = atomic_load(&ring->call_begin);
    bool seen = see_with_stack(w, s, &sight, &bytes, &n);
    if (!seen || ls_subject_turn_of(ring) != s->suspect.turn ||
        atomic_load(&ring->call_begin) != call) {
        free(bytes);
        return;
    }
    note_call(w, s, call);
    int64_t age = ls_watch_ns_since(w, s->suspect.turn);
    if (ls_suspect_same(&s->suspect, &sight)) {
        int64_t weight = ls_suspect_stays(&s->suspect, age);
        note_look(w, s);
        tell_more(w, s, weight);
        return;
    }
    ls_look_tell_owed(w, s);
    int64_t weight = ls_suspect_moves(&s->suspect, &sight, age);
    note_look(w, s);
    tell_place(w, s, weight, bytes, n);
}

void ls_look_tell_owed(struct ls_watch *w, struct ls_subject *s)
{
    tell_more(w, s, ls_suspect_owes(&s->suspect));
}
