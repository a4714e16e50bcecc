/* SPDX-License-Identifier: MIT */
#include "collector.h"

#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bounds.h"
#include "limit.h"
#include "tracer/loopscope.h"
#include "tracer/record/clock.h"
#include "watched.h"

enum {
    CALIBRATE_MS = 10, /* for the first rate of the clock */
    SLACK_MS = 3,      /* a record this old has been published, or is late */
    BUSY_MS = 4,       /* between ticks: each costs what waking up costs */
    FULL_MS = 1,       /* when so much comes that rings would fill */
    FULL_RECORDS = 8192,
    IDLE_MOST_MS = 16, /* a burst has room for longer than that */
    SYMBOLS_PATIENCE_MS = 20000
};

void ls_collector_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void sleep_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

static uint64_t monotonic_ms(void)
{
    return ls_clock_monotonic() / 1000000;
}

/* ---- begin -------------------------------------------------------------- */

static int fail_open(struct ls_shared *shared, int error, const char *text)
{
    struct ls_header *h = &shared->header;
    snprintf(h->text, sizeof h->text, "%s", text);
    h->error = error;
    atomic_store(&h->collector_state, LS_COLLECTOR_FAILED);
    ls_collector_wake(&h->collector_state);
    return error;
}

static int begin_trace(struct ls_collector *c)
{
    struct ls_header *h = &c->shared->header;
    struct timespec start;
    struct ls_instant first = ls_timeline_read();
    c->provision = ls_provision_start(c->shared);
    if (!c->provision)
        return fail_open(c->shared, LS_ENOMEM, "no memory for rings");
    sleep_ms(CALIBRATE_MS);
    c->corrected = ls_timeline_read();
    clock_gettime(CLOCK_REALTIME, &start);
    ls_timeline_begin(&c->timeline, first, c->corrected);
    ls_timeline_restart(&c->timeline, c->corrected);
    c->ticks_per_ms = (uint64_t)(1e6 / c->timeline.ns_per_tick);
    h->ticks_per_ms = c->ticks_per_ms;
    if (c->ticks_per_ms == 0)
        return fail_open(c->shared, LS_ETRACE, "the clock does not run");
    if (!c->external)
        c->watchdog = ls_watchdog_start(c->shared, c->ticks_per_ms);
    ls_bounds_begin(c, &start);
    ls_writer_flush(&c->writer);
    if (c->writer.error)
        return fail_open(c->shared, c->writer.error, c->writer.text);
    return LS_OK;
}

int ls_collector_open(struct ls_collector *c, struct ls_shared *shared)
{
    struct ls_header *h = &shared->header;
    c->shared = shared;
    c->first_pid = h->first_pid;
    c->names.shared = shared;
    c->emit.writer = &c->writer;
    c->idle_ms = 1;
    ls_limit_begin(c);
    ls_clock_kind = (enum ls_clock_kind)h->clock_kind;
    c->external = ls_clock_kind == LS_CLOCK_EXTERNAL;
    atomic_store(&h->collector_pid, (int32_t)getpid());
    memcpy(c->trace, h->trace, sizeof c->trace - 1);
    int error = ls_writer_open(&c->writer, c->trace);
    if (error)
        return fail_open(shared, error, c->writer.text);
    unsetenv("DEBUGINFOD_URLS"); /* libdw would ask the network */
    c->tasks = ls_tasks_new();
    c->operations = ls_operations_new();
    c->functions = ls_functions_new();
    c->unwinder = ls_unwinder_new();
    c->scratch = malloc(LS_CHUNK_BYTES);
    if (!c->tasks || !c->operations || !c->functions || !c->unwinder ||
        !c->scratch)
        return fail_open(shared, LS_ENOMEM, "no memory");
    error = begin_trace(c);
    if (error)
        return error;
    c->is_ready = true;
    atomic_store(&h->collector_state, LS_COLLECTOR_READY);
    ls_collector_wake(&h->collector_state);
    return LS_OK;
}

/* ---- ticks -------------------------------------------------------------- */

static void correct_clock(struct ls_collector *c)
{
    if (ls_clock_kind >= LS_CLOCK_MONOTONIC)
        return;
    struct ls_instant now = ls_timeline_read();
    if (now.monotonic_ns - c->corrected.monotonic_ns < UINT64_C(1000000000))
        return;
    c->corrected = now;
    ls_timeline_correct(&c->timeline, c->watermark, now);
}

/* How long to wait after a tick that drained N records; it was LAST. Who needs
 * an answer at once rings the doorbell. */
static int pause_of(int last, uint64_t n)
{
    if (n > 0)
        return n > FULL_RECORDS ? FULL_MS : BUSY_MS;
    return 2 * last < IDLE_MOST_MS ? 2 * last : IDLE_MOST_MS;
}

bool ls_collector_tick(struct ls_collector *c)
{
    struct ls_header *h = &c->shared->header;
    size_t n_known, n_done;
    c->doorbell = atomic_load(&h->doorbell);
    uint64_t now = ls_clock_ticks();
    ls_watched_look(c, now);
    ls_watched_count(c, &n_known, &n_done);

    bool over = c->launched ? c->finished : n_known > 0 && n_known == n_done;
    uint64_t slack =
        (uint64_t)(SLACK_MS + ls_limit_slack_ms(c)) * c->ticks_per_ms;
    uint64_t watermark = over ? UINT64_MAX : c->external ? 0 : now - slack;
    uint64_t before = c->n_drained;
    if (!c->external)
        ls_watched_end_replaced(c, watermark);
    ls_drain(c, watermark);
    correct_clock(c);
    ls_stack_write(c);
    if (over)
        return false;
    ls_watched_end(c, watermark);
    ls_watched_drop_strangers(c, now);
    ls_writer_flush(&c->writer);
    atomic_store(&h->written, watermark);
    c->idle_ms = pause_of(c->idle_ms, c->n_drained - before);
    if (c->n_drained != before)
        atomic_fetch_add(&h->progress, 1);
    return c->launched || n_known > 0 || kill(c->first_pid, 0) == 0;
}

void ls_collector_wait(struct ls_collector *c)
{
    struct timespec t = {.tv_nsec = c->idle_ms * 1000000L};
    syscall(SYS_futex, &c->shared->header.doorbell, FUTEX_WAIT, c->doorbell, &t,
            NULL, 0);
}

/* ---- end ---------------------------------------------------------------- */

static void await_stacks(struct ls_collector *c)
{
    uint64_t last = monotonic_ms();
    size_t left = ls_unwinder_pending(c->unwinder);
    while (left > 0 && monotonic_ms() - last < SYMBOLS_PATIENCE_MS) {
        ls_stack_write(c);
        size_t now = ls_unwinder_pending(c->unwinder);
        if (now == left)
            sleep_ms(1);
        else
            last = monotonic_ms();
        left = now;
        /* Symbols of a large program take their time: that is progress. */
        atomic_fetch_add(&c->shared->header.progress, 1);
    }
}

/* Everything that ended at last: the trace becomes whole before anybody who
 * waits for that is told. */
static void end_all(struct ls_collector *c)
{
    bool closing[LS_N_PROCESSES] = {false};
    struct ls_header *h = &c->shared->header;
    ls_drain_count_rest(c);
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        struct ls_watched *p = &c->processes[i];
        if (!p->known)
            continue;
        uint32_t state = atomic_load(&c->shared->processes[i].state);
        closing[i] = state == LS_PROCESS_CLOSING;
        ls_watched_leave(c, i);
        ls_watched_forget(c, i);
    }
    await_stacks(c);
    ls_bounds_end(c);
    ls_writer_close(&c->writer);
    if (c->writer.error) {
        snprintf(h->text, sizeof h->text, "%s", c->writer.text);
        h->error = c->writer.error;
    }
    atomic_store(&h->collector_state, LS_COLLECTOR_DONE);
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        _Atomic uint32_t *state = &c->shared->processes[i].state;
        if (!closing[i])
            continue;
        atomic_store(state, LS_PROCESS_WRITTEN);
        ls_collector_wake(state);
    }
}

void ls_collector_close(struct ls_collector *c)
{
    if (c->is_ready)
        end_all(c);
    ls_provision_stop(c->provision);
    ls_samples_forget(c);
    ls_watchdog_stop(c->watchdog);
    ls_unwinder_free(c->unwinder);
    ls_operations_free(c->operations);
    ls_functions_free(c->functions);
    ls_tasks_free(c->tasks);
    ls_names_destroy(&c->names);
    free(c->died.pids);
    free(c->alive.pids);
    free(c->places);
    free(c->scratch);
}
