/* SPDX-License-Identifier: MIT */
/*
 * Every few milliseconds the word of each ring that says when its thread's
 * turn began is read; that is all, as long as turns are short.
 *
 *   begin          half the threshold      threshold            end
 *     |                   |                    |                 |
 *     |  (nothing)        | sampling starts,   | samples are     | what is
 *     |                   | samples are kept   | told, looks     | owed
 */
#include "watchdog.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "look.h"
#include "profile.h"

enum { PERF_IDLE_MS = 2000 }; /* then it is closed */

struct ls_watchdog {
    struct ls_shared *shared;
    pthread_t thread;
    int64_t threshold_ns;

    pthread_mutex_t lock; /* of all below, and held during a scan */
    pthread_cond_t wake;
    bool stop;
    struct ls_watch watch; /* the queue has a lock of its own */
    struct ls_guarded processes[LS_N_PROCESSES];
    struct ls_subject subjects[LS_N_RINGS];
};

/* The last samples may be from after its end: who drains knows when that was.
 * A turn of which none lies beyond the threshold was short. */
static bool was_long(const struct ls_watchdog *w, const struct ls_subject *s)
{
    const struct ls_sample *sample = s->early.first;
    bool is = s->passed;
    for (; sample && !is; sample = sample->next)
        is = ls_watch_ns_between(&w->watch, s->suspect.turn, sample->ticks) >=
             w->threshold_ns;
    return is;
}

static void end_turn(struct ls_watchdog *w, struct ls_subject *s,
                     uint64_t until)
{
    ls_profile_collect(&w->watch, s, until);
    if (was_long(w, s))
        ls_sample_queue_give_all(&w->watch.queue, &s->early);
    if (s->passed)
        ls_look_tell_owed(&w->watch, s);
    ls_profile_stop(&w->watch, s);
    ls_sample_list_clear(&s->early);
    ls_sample_list_clear(&s->kept);
    s->suspect.turn = 0;
}

static void begin_turn(struct ls_watchdog *w, struct ls_subject *s,
                       const struct ls_ring *ring, uint32_t slot, uint64_t turn)
{
    struct ls_guarded *p = &w->processes[slot];
    ls_suspect_begin(&s->suspect, turn);
    s->slot = slot;
    s->process = p;
    s->generation = p->generation;
    s->pid = p->pid;
    s->tid = ring->tid;
    s->passed = s->in_call = s->usage_known = false;
    s->call_begin = 0;
}

/* A thread of another process has no such file: it is not looked at. */
static void arm(struct ls_watchdog *w, struct ls_subject *s)
{
    ls_subject_read_usage(s);
    if (s->usage_known)
        ls_profile_start(&w->watch, s);
}

/* Returns when it is to be looked at again, in ns. */
static int64_t watch_turn(struct ls_watchdog *w, struct ls_subject *s,
                          const struct ls_ring *ring)
{
    int64_t wait;
    for (;;) {
        int64_t age = ls_watch_ns_since(&w->watch, s->suspect.turn);
        switch (ls_suspect_due(&s->suspect, age, w->threshold_ns, &wait)) {
        case LS_SUSPECT_WAIT:
            return wait;
        case LS_SUSPECT_ARM:
            arm(w, s);
            continue;
        case LS_SUSPECT_WATCH:
            ls_profile_collect(&w->watch, s, UINT64_MAX);
            return wait;
        case LS_SUSPECT_LOOK:
            ls_profile_collect(&w->watch, s, UINT64_MAX);
            s->passed = true;
            ls_sample_queue_give_all(&w->watch.queue, &s->early);
            if (s->usage_known)
                ls_look(&w->watch, s, ring);
            return wait;
        }
    }
}

/* An event that was not used for long is closed. */
static void tidy(struct ls_watchdog *w, struct ls_subject *s)
{
    uint64_t now_ms = w->watch.now.monotonic_ns / (uint64_t)LS_MS;
    if (s->perf.fd >= 0 && !s->sampling &&
        now_ms - s->sampled_ms > PERF_IDLE_MS)
        ls_profile_close(&w->watch, s);
}

static int64_t watch_ring(struct ls_watchdog *w, uint32_t i)
{
    const struct ls_ring *ring = &w->shared->rings[i];
    struct ls_subject *s = &w->subjects[i];
    uint32_t slot = ls_ring_process(ring);
    uint64_t turn = ls_subject_turn_of(ring);
    if (slot >= LS_N_PROCESSES || !w->processes[slot].known)
        turn = 0;
    if (turn != s->suspect.turn && s->suspect.turn)
        end_turn(w, s, turn ? turn : UINT64_MAX);
    if (turn && !s->suspect.turn)
        begin_turn(w, s, ring, slot, turn);
    if (turn)
        return watch_turn(w, s, ring);
    tidy(w, s);
    return INT64_MAX;
}

/* ---- the thread --------------------------------------------------------- */

/* Between scans: a turn that begins just after one is seen before it is over
 * half the threshold, or soon after. */
static int64_t pause_of(const struct ls_watchdog *w)
{
    int64_t pause = w->threshold_ns / 2;
    return pause < LS_MS ? LS_MS : pause > 10 * LS_MS ? 10 * LS_MS : pause;
}

/* Returns how long to wait for the next. */
static int64_t scan(struct ls_watchdog *w)
{
    uint32_t n = atomic_load(&w->shared->header.n_rings);
    int64_t wait = pause_of(w);
    w->watch.now = ls_timeline_read();
    for (uint32_t i = 0; i < n && i < LS_N_RINGS; i++) {
        int64_t due = watch_ring(w, i);
        if (due < wait)
            wait = due;
    }
    return wait < LS_MS / 5 ? LS_MS / 5 : wait;
}

static void wait_for(struct ls_watchdog *w, int64_t ns)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    ns += t.tv_nsec;
    t.tv_sec += ns / (1000 * LS_MS);
    t.tv_nsec = ns % (1000 * LS_MS);
    pthread_cond_timedwait(&w->wake, &w->lock, &t);
}

static void *run(void *arg)
{
    struct ls_watchdog *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        int64_t ns = scan(w);
        wait_for(w, ns);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void init(struct ls_watchdog *w)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&w->lock, NULL);
    ls_sample_queue_init(&w->watch.queue);
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        ls_sample_list_init(&w->subjects[i].kept);
        ls_sample_list_init(&w->subjects[i].early);
        w->subjects[i].perf.fd = -1;
        w->subjects[i].ring = i;
    }
}

static void destroy(struct ls_watchdog *w)
{
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        ls_sample_list_clear(&w->subjects[i].kept);
        ls_sample_list_clear(&w->subjects[i].early);
        ls_perf_close(&w->subjects[i].perf);
    }
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    ls_sample_queue_destroy(&w->watch.queue);
    free(w->watch.scratch);
    free(w);
}

struct ls_watchdog *ls_watchdog_start(struct ls_shared *shared,
                                      uint64_t ticks_per_ms)
{
    struct ls_watchdog *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->shared = shared;
    w->watch.ns_per_tick = 1e6 / (double)ticks_per_ms;
    w->threshold_ns = shared->header.threshold_ns;
    init(w);
    w->watch.scratch = malloc(LS_WATCH_STACK_BYTES);
    if (!w->watch.scratch || pthread_create(&w->thread, NULL, run, w) != 0) {
        destroy(w);
        return NULL;
    }
    return w;
}

void ls_watchdog_add_process(struct ls_watchdog *w, uint32_t slot,
                             uint32_t generation, int pid)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->processes[slot] = (struct ls_guarded){
        .known = true, .pid = pid, .generation = generation};
    pthread_mutex_unlock(&w->lock);
}

void ls_watchdog_drop_process(struct ls_watchdog *w, uint32_t slot)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->watch.now = ls_timeline_read();
    for (uint32_t i = 0; w->processes[slot].known && i < LS_N_RINGS; i++) {
        struct ls_subject *s = &w->subjects[i];
        if (s->slot != slot)
            continue;
        if (s->suspect.turn) {
            /* The call has not told of itself. */
            ls_sample_queue_give_all(&w->watch.queue, &s->kept);
            s->in_call = false;
            end_turn(w, s, UINT64_MAX);
        }
        ls_profile_close(&w->watch, s);
    }
    w->processes[slot].known = false;
    pthread_mutex_unlock(&w->lock);
}

struct ls_sample *ls_watchdog_take(struct ls_watchdog *w)
{
    return w ? ls_sample_queue_take(&w->watch.queue) : NULL;
}

void ls_watchdog_denials(struct ls_watchdog *w, uint32_t slot,
                         struct ls_denials *denials)
{
    *denials = (struct ls_denials){0};
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    memcpy(denials->why, w->processes[slot].why, sizeof denials->why);
    denials->n_dropped = ls_sample_queue_dropped(&w->watch.queue, slot);
    pthread_mutex_unlock(&w->lock);
}

void ls_watchdog_stop(struct ls_watchdog *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    destroy(w);
}
