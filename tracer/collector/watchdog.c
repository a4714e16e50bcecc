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

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "perf.h"
#include "suspect.h"
#include "syscalls.h"
#include "timeline.h"
#include "tracer/record/clock.h"

#define MS INT64_C(1000000)

enum {
    STACK_BYTES = 64 * 1024,
    MOST_QUEUED = 512,
    MOST_KEPT = 16,      /* samples before the threshold */
    MOST_PERFS = 32,     /* threads sampled at one time */
    COPY_TRIES = 3,      /* while the thread goes on and on */
    PERF_IDLE_MS = 2000, /* then it is closed */
    LONG_CALL_MS = 500   /* a hooked call tells of itself when it ends */
};

struct list {
    struct ls_sample *first, **end;
    size_t n;
};

struct guarded {
    bool known; /* it is looked at */
    int pid;
    uint32_t generation;
    bool denied[LS_N_DENIALS];
    char why[LS_N_DENIALS][200];
};

/* One ring's thread. */
struct subject {
    struct ls_suspect suspect;
    uint32_t ring;
    uint32_t slot, generation;
    int pid, tid;
    bool passed;           /* its turn is over the threshold */
    bool in_call;          /* hooked, and not for very long, since */
    uint64_t call_begin;   /* ticks; 0: in none */
    struct list early;     /* samples from before the threshold */
    struct list kept;      /* what was seen in that call */
    uint64_t looked_ticks; /* the last look */
    struct ls_perf perf;
    bool sampling;
    uint64_t sampled_ms; /* when it last was, monotonic */
    bool usage_known;
    struct ls_usage base, used; /* when it was first, and last looked at */
    uint64_t base_ns, used_ns;  /* monotonic */
};

struct ls_watchdog {
    struct ls_shared *shared;
    pthread_t thread;
    double ns_per_tick;
    int64_t threshold_ns;
    struct ls_instant now; /* of the scan */
    int n_perfs;
    unsigned char *scratch;

    pthread_mutex_t lock; /* of all below, and held during a scan */
    pthread_cond_t wake;
    bool stop;
    struct guarded processes[LS_N_PROCESSES];
    struct subject subjects[LS_N_RINGS];

    pthread_mutex_t queue_lock;
    struct list queue;
    uint64_t n_dropped;
};

void ls_sample_free(struct ls_sample *sample)
{
    if (!sample)
        return;
    free(sample->bytes);
    free(sample);
}

/* ---- lists -------------------------------------------------------------- */

static void list_init(struct list *list)
{
    *list = (struct list){.end = &list->first};
}

static void list_add(struct list *list, struct ls_sample *sample)
{
    sample->next = NULL;
    *list->end = sample;
    list->end = &sample->next;
    list->n++;
}

static struct ls_sample *list_take(struct list *list)
{
    struct ls_sample *sample = list->first;
    if (!sample)
        return NULL;
    list->first = sample->next;
    if (!list->first)
        list->end = &list->first;
    list->n--;
    return sample;
}

static void list_clear(struct list *list)
{
    struct ls_sample *sample;
    while ((sample = list_take(list)))
        ls_sample_free(sample);
}

static void give(struct ls_watchdog *w, struct ls_sample *sample)
{
    pthread_mutex_lock(&w->queue_lock);
    if (w->queue.n < MOST_QUEUED) {
        list_add(&w->queue, sample);
        sample = NULL;
    } else {
        w->n_dropped++;
    }
    pthread_mutex_unlock(&w->queue_lock);
    ls_sample_free(sample);
}

static void give_all(struct ls_watchdog *w, struct list *list)
{
    struct ls_sample *sample;
    while ((sample = list_take(list)))
        give(w, sample);
}

/* ---- time --------------------------------------------------------------- */

static int64_t ns_between(const struct ls_watchdog *w, uint64_t from,
                          uint64_t to)
{
    return (int64_t)((double)(int64_t)(to - from) * w->ns_per_tick);
}

static int64_t ns_since(const struct ls_watchdog *w, uint64_t ticks)
{
    return ns_between(w, ticks, w->now.ticks);
}

/* ---- what is forbidden -------------------------------------------------- */

static bool denied(const struct ls_watchdog *w, const struct subject *s,
                   enum ls_denial denial)
{
    return w->processes[s->slot].denied[denial];
}

/* ERROR is -errno. */
static void note_denial(struct ls_watchdog *w, const struct subject *s,
                        enum ls_denial denial, int error)
{
    struct guarded *p = &w->processes[s->slot];
    if (!ls_denial_lasts(-error) || p->denied[denial])
        return;
    p->denied[denial] = true;
    ls_denial_explain(denial, -error, s->pid, p->why[denial],
                      sizeof p->why[denial]);
}

/* ---- samples ------------------------------------------------------------ */

static struct ls_sample *new_sample(const struct subject *s, uint64_t ticks)
{
    struct ls_sample *sample = calloc(1, sizeof *sample);
    if (!sample)
        return NULL;
    sample->ticks = ticks;
    sample->turn = s->suspect.turn;
    sample->ring = s->ring;
    sample->process = s->slot;
    sample->generation = s->generation;
    sample->syscall = -1;
    sample->fd = -1;
    sample->weight = 1;
    return sample;
}

/* The turn's time so far, as far as it was seen. A thread that runs has its
 * CPU time told only at the scheduler's ticks. */
static void add_usage(const struct subject *s, struct ls_sample *sample)
{
    if (!s->usage_known || s->used_ns <= s->base_ns)
        return;
    sample->measured = true;
    sample->wall_ns = (int64_t)(s->used_ns - s->base_ns);
    sample->cpu_ns = (int64_t)(s->used.cpu_ns - s->base.cpu_ns);
    sample->delay_ns = (int64_t)(s->used.delay_ns - s->base.delay_ns);
    int64_t rest = sample->wall_ns - sample->cpu_ns - sample->delay_ns;
    if (sample->state == LS_SIGHT_RUNNING && rest > 0 && rest < 5 * MS)
        sample->cpu_ns += rest;
}

static void read_usage(struct subject *s)
{
    struct ls_usage usage;
    if (ls_sight_usage(s->pid, s->tid, &usage) < 0)
        return;
    s->used = usage;
    s->used_ns = ls_clock_monotonic();
    if (!s->usage_known) {
        s->base = s->used;
        s->base_ns = s->used_ns;
    }
    s->usage_known = true;
}

static void note_look(const struct ls_watchdog *w, struct subject *s)
{
    s->looked_ticks = w->now.ticks;
    read_usage(s);
}

/* Copy the stack of a thread that waits; 0 or -errno. */
static int copy_stack(struct ls_watchdog *w, const struct subject *s,
                      const struct ls_sight *sight, unsigned char **bytes,
                      size_t *n)
{
    long got = ls_sight_copy(s->pid, s->tid, sight, w->scratch, STACK_BYTES);
    if (got <= 0)
        return (int)got;
    *bytes = malloc((size_t)got);
    if (!*bytes)
        return -ENOMEM;
    memcpy(*bytes, w->scratch, (size_t)got);
    *n = (size_t)got;
    return 0;
}

static void add_call(const struct subject *s, const struct ls_sight *sight,
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
static struct ls_sample *sight_sample(const struct subject *s,
                                      int64_t weight_ns)
{
    const struct ls_sight *sight = &s->suspect.last;
    struct ls_sample *sample = new_sample(s, s->looked_ticks);
    if (!sample)
        return NULL;
    sample->state = sight->state;
    sample->weight = ls_suspect_weight(weight_ns);
    add_call(s, sight, sample);
    add_usage(s, sample);
    return sample;
}

/* A thread that runs is told by its samples, if there can be any. A hooked
 * call tells of itself when it is over, so what is seen in one waits until it
 * lasts very long, or the process ends. */
static void tell(struct ls_watchdog *w, struct subject *s,
                 struct ls_sample *sample)
{
    if (sample->state == LS_SIGHT_RUNNING && s->sampling)
        ls_sample_free(sample);
    else if (s->in_call)
        list_add(&s->kept, sample);
    else
        give(w, sample);
}

static void tell_place(struct ls_watchdog *w, struct subject *s,
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
    tell(w, s, sample);
}

static void tell_more(struct ls_watchdog *w, struct subject *s,
                      int64_t weight_ns)
{
    struct ls_sample *sample =
        weight_ns > 0 ? sight_sample(s, weight_ns) : NULL;
    if (!sample)
        return;
    sample->same = true;
    tell(w, s, sample);
}

/* ---- looking ------------------------------------------------------------ */

static bool see(struct ls_watchdog *w, struct subject *s,
                struct ls_sight *sight)
{
    int error = -EPERM;
    if (!denied(w, s, LS_DENIAL_SYSCALL)) {
        error = ls_sight_look(s->pid, s->tid, sight);
        if (error)
            note_denial(w, s, LS_DENIAL_SYSCALL, error);
    }
    if (error)
        error = ls_sight_glance(s->pid, s->tid, sight);
    /* A thread that is about to end has no place any more. */
    return error == 0 && !(sight->state == LS_SIGHT_FAULT && sight->sp == 0);
}

/* What it does now, with its stack if that is new; BYTES are allocated or
 * NULL. False: it does not stand still, or cannot be seen. */
static bool see_with_stack(struct ls_watchdog *w, struct subject *s,
                           struct ls_sight *sight, unsigned char **bytes,
                           size_t *n)
{
    *bytes = NULL;
    for (int i = 0; i < COPY_TRIES; i++) {
        if (!see(w, s, sight))
            return false;
        if (sight->sp == 0 || denied(w, s, LS_DENIAL_STACK) ||
            ls_suspect_same(&s->suspect, sight))
            return true;
        int error = copy_stack(w, s, sight, bytes, n);
        if (error && error != -EAGAIN)
            note_denial(w, s, LS_DENIAL_STACK, error);
        if (error != -EAGAIN)
            return true;
    }
    return false;
}

static uint64_t turn_of(const struct ls_ring *ring)
{
    if (atomic_load(&ring->state) != LS_RING_LIVE)
        return 0;
    return atomic_load_explicit(&ring->turn_begin, memory_order_acquire);
}

static void note_call(struct ls_watchdog *w, struct subject *s, uint64_t begin)
{
    if (begin != s->call_begin)
        list_clear(&s->kept);
    s->call_begin = begin;
    int64_t age = begin ? ns_since(w, begin) : 0;
    s->in_call = begin && age < LONG_CALL_MS * MS;
    if (begin && !s->in_call)
        give_all(w, &s->kept);
}

static void look(struct ls_watchdog *w, struct subject *s,
                 const struct ls_ring *ring)
{
    struct ls_sight sight;
    unsigned char *bytes;
    size_t n = 0;
    uint64_t call = atomic_load(&ring->call_begin);
    bool seen = see_with_stack(w, s, &sight, &bytes, &n);
    if (!seen || turn_of(ring) != s->suspect.turn ||
        atomic_load(&ring->call_begin) != call) {
        free(bytes);
        return;
    }
    note_call(w, s, call);
    int64_t age = ns_since(w, s->suspect.turn);
    if (ls_suspect_same(&s->suspect, &sight)) {
        int64_t weight = ls_suspect_stays(&s->suspect, age);
        note_look(w, s);
        tell_more(w, s, weight);
        return;
    }
    tell_more(w, s, ls_suspect_owes(&s->suspect));
    int64_t weight = ls_suspect_moves(&s->suspect, &sight, age);
    note_look(w, s);
    tell_place(w, s, weight, bytes, n);
}

/* ---- sampling ----------------------------------------------------------- */

static void stop_sampling(struct ls_watchdog *w, struct subject *s)
{
    if (s->sampling)
        ls_perf_stop(&s->perf);
    s->sampling = false;
    s->sampled_ms = w->now.monotonic_ns / (uint64_t)MS;
}

static void close_perf(struct ls_watchdog *w, struct subject *s)
{
    if (s->perf.fd < 0)
        return;
    ls_perf_close(&s->perf);
    w->n_perfs--;
}

static void start_sampling(struct ls_watchdog *w, struct subject *s)
{
    if (s->perf.fd >= 0 && s->perf.tid != s->tid)
        close_perf(w, s);
    if (s->perf.fd < 0) {
        if (denied(w, s, LS_DENIAL_SAMPLES) || w->n_perfs == MOST_PERFS)
            return;
        int error = ls_perf_open(&s->perf, s->tid);
        if (error) {
            note_denial(w, s, LS_DENIAL_SAMPLES, error);
            return;
        }
        w->n_perfs++;
    }
    ls_perf_start(&s->perf, s->suspect.period_ns);
    s->sampling = true;
}

static struct ls_sample *perf_sample(const struct ls_watchdog *w,
                                     const struct subject *s,
                                     const struct ls_perf_sample *from,
                                     int64_t period_ns)
{
    int64_t ago_ns = (int64_t)(w->now.monotonic_ns - from->monotonic_ns);
    uint64_t ticks =
        w->now.ticks - (uint64_t)(int64_t)((double)ago_ns / w->ns_per_tick);
    struct ls_sample *sample = new_sample(s, ticks);
    if (!sample)
        return NULL;
    sample->state = LS_SIGHT_RUNNING;
    sample->weight = ls_suspect_weight(period_ns);
    add_usage(s, sample);
    sample->kind = LS_STACK_REGISTERS;
    sample->registers = from->registers;
    sample->bytes = from->n_stack ? malloc(from->n_stack) : NULL;
    if (sample->bytes) {
        memcpy(sample->bytes, from->stack, from->n_stack);
        sample->n_bytes = from->n_stack;
    }
    return sample;
}

/* Take the samples that are there; those from UNTIL on are of another turn. */
static void collect(struct ls_watchdog *w, struct subject *s, uint64_t until)
{
    struct ls_perf_sample from;
    int64_t period_ns = s->suspect.period_ns; /* of all that are there */
    bool first = true;
    while (s->sampling && ls_perf_next(&s->perf, &from)) {
        if (first)
            read_usage(s);
        first = false;
        struct ls_sample *sample = perf_sample(w, s, &from, period_ns);
        bool wanted = sample && sample->ticks >= s->suspect.turn &&
                      sample->ticks < until && s->early.n < MOST_KEPT;
        if (!wanted) {
            ls_sample_free(sample);
            continue;
        }
        list_add(&s->early, sample);
        if (ls_suspect_sampled(&s->suspect))
            ls_perf_set_period(&s->perf, s->suspect.period_ns);
        if (s->passed)
            give_all(w, &s->early);
    }
}

/* ---- turns -------------------------------------------------------------- */

/* The last samples may be from after its end: who drains knows when that was.
 * A turn of which none lies beyond the threshold was short. */
static bool was_long(const struct ls_watchdog *w, const struct subject *s)
{
    const struct ls_sample *sample = s->early.first;
    bool is = s->passed;
    for (; sample && !is; sample = sample->next)
        is = ns_between(w, s->suspect.turn, sample->ticks) >= w->threshold_ns;
    return is;
}

static void end_turn(struct ls_watchdog *w, struct subject *s, uint64_t until)
{
    collect(w, s, until);
    if (was_long(w, s))
        give_all(w, &s->early);
    if (s->passed)
        tell_more(w, s, ls_suspect_owes(&s->suspect));
    stop_sampling(w, s);
    list_clear(&s->early);
    list_clear(&s->kept);
    s->suspect.turn = 0;
}

static void begin_turn(struct ls_watchdog *w, struct subject *s,
                       const struct ls_ring *ring, uint32_t slot, uint64_t turn)
{
    const struct guarded *p = &w->processes[slot];
    ls_suspect_begin(&s->suspect, turn);
    s->slot = slot;
    s->generation = p->generation;
    s->pid = p->pid;
    s->tid = ring->tid;
    s->passed = s->in_call = s->usage_known = false;
    s->call_begin = 0;
}

/* A thread of another process has no such file: it is not looked at. */
static void arm(struct ls_watchdog *w, struct subject *s)
{
    read_usage(s);
    if (s->usage_known)
        start_sampling(w, s);
}

/* Returns when it is to be looked at again, in ns. */
static int64_t watch_turn(struct ls_watchdog *w, struct subject *s,
                          const struct ls_ring *ring)
{
    int64_t wait;
    for (;;) {
        int64_t age = ns_since(w, s->suspect.turn);
        switch (ls_suspect_due(&s->suspect, age, w->threshold_ns, &wait)) {
        case LS_SUSPECT_WAIT:
            return wait;
        case LS_SUSPECT_ARM:
            arm(w, s);
            continue;
        case LS_SUSPECT_WATCH:
            collect(w, s, UINT64_MAX);
            return wait;
        case LS_SUSPECT_LOOK:
            collect(w, s, UINT64_MAX);
            s->passed = true;
            give_all(w, &s->early);
            if (s->usage_known)
                look(w, s, ring);
            return wait;
        }
    }
}

/* An event that was not used for long is closed. */
static void tidy(struct ls_watchdog *w, struct subject *s)
{
    uint64_t now_ms = w->now.monotonic_ns / (uint64_t)MS;
    if (s->perf.fd >= 0 && !s->sampling &&
        now_ms - s->sampled_ms > PERF_IDLE_MS)
        close_perf(w, s);
}

static int64_t watch_ring(struct ls_watchdog *w, uint32_t i)
{
    const struct ls_ring *ring = &w->shared->rings[i];
    struct subject *s = &w->subjects[i];
    uint32_t slot = ls_ring_process(ring);
    uint64_t turn = turn_of(ring);
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
    return pause < MS ? MS : pause > 10 * MS ? 10 * MS : pause;
}

/* Returns how long to wait for the next. */
static int64_t scan(struct ls_watchdog *w)
{
    uint32_t n = atomic_load(&w->shared->header.n_rings);
    int64_t wait = pause_of(w);
    w->now = ls_timeline_read();
    for (uint32_t i = 0; i < n && i < LS_N_RINGS; i++) {
        int64_t due = watch_ring(w, i);
        if (due < wait)
            wait = due;
    }
    return wait < MS / 5 ? MS / 5 : wait;
}

static void wait_for(struct ls_watchdog *w, int64_t ns)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    ns += t.tv_nsec;
    t.tv_sec += ns / (1000 * MS);
    t.tv_nsec = ns % (1000 * MS);
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
    pthread_mutex_init(&w->queue_lock, NULL);
    list_init(&w->queue);
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        list_init(&w->subjects[i].kept);
        list_init(&w->subjects[i].early);
        w->subjects[i].perf.fd = -1;
        w->subjects[i].ring = i;
    }
}

static void destroy(struct ls_watchdog *w)
{
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        list_clear(&w->subjects[i].kept);
        list_clear(&w->subjects[i].early);
        ls_perf_close(&w->subjects[i].perf);
    }
    list_clear(&w->queue);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    pthread_mutex_destroy(&w->queue_lock);
    free(w->scratch);
    free(w);
}

struct ls_watchdog *ls_watchdog_start(struct ls_shared *shared,
                                      uint64_t ticks_per_ms)
{
    struct ls_watchdog *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->shared = shared;
    w->ns_per_tick = 1e6 / (double)ticks_per_ms;
    w->threshold_ns = shared->header.threshold_ns;
    init(w);
    w->scratch = malloc(STACK_BYTES);
    if (!w->scratch || pthread_create(&w->thread, NULL, run, w) != 0) {
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
    w->processes[slot] =
        (struct guarded){.known = true, .pid = pid, .generation = generation};
    pthread_mutex_unlock(&w->lock);
}

void ls_watchdog_drop_process(struct ls_watchdog *w, uint32_t slot)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->now = ls_timeline_read();
    for (uint32_t i = 0; w->processes[slot].known && i < LS_N_RINGS; i++) {
        struct subject *s = &w->subjects[i];
        if (s->slot != slot)
            continue;
        if (s->suspect.turn) {
            give_all(w, &s->kept); /* the call has not told of itself */
            s->in_call = false;
            end_turn(w, s, UINT64_MAX);
        }
        close_perf(w, s);
    }
    w->processes[slot].known = false;
    pthread_mutex_unlock(&w->lock);
}

struct ls_sample *ls_watchdog_take(struct ls_watchdog *w)
{
    if (!w)
        return NULL;
    pthread_mutex_lock(&w->queue_lock);
    struct ls_sample *sample = list_take(&w->queue);
    pthread_mutex_unlock(&w->queue_lock);
    return sample;
}

void ls_watchdog_denials(struct ls_watchdog *w, uint32_t slot,
                         struct ls_denials *denials)
{
    *denials = (struct ls_denials){0};
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    memcpy(denials->why, w->processes[slot].why, sizeof denials->why);
    pthread_mutex_lock(&w->queue_lock);
    denials->n_dropped = w->n_dropped;
    pthread_mutex_unlock(&w->queue_lock);
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
