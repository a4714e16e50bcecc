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

#include "limit.h"
#include "process.h"
#include "tracer/loopscope.h"
#include "tracer/record/clock.h"
#include "tracer/vocabulary.h"

enum {
    CALIBRATE_MS = 10, /* for the first rate of the clock */
    SLACK_MS = 3,      /* a record this old has been published, or is late */
    IDLE_MOST_MS = 10,
    LOOK_MS = 500, /* between looks at who still has the session */
    SYMBOLS_PATIENCE_MS = 20000
};

static void wake(_Atomic uint32_t *word)
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

static void write_head(struct ls_collector *c, const struct timespec *start)
{
    const struct ls_header *h = &c->shared->header;
    char text[40];
    struct tm utc;
    struct ls_event event = {.ph = 'M',
                             .pid = c->first_pid,
                             .tid = c->first_pid,
                             .name = LS_JSON("\"" LS_META_TRACE "\"")};
    ls_emit_begin(&c->emit, &event);
    ls_text_add_int(ls_emit_arg(&c->emit, "format"), LS_FORMAT_VERSION);
    ls_text_add_string(ls_emit_arg(&c->emit, "writer"), LS_VERSION);
    gmtime_r(&start->tv_sec, &utc);
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + n, sizeof text - n, ".%09ldZ", start->tv_nsec);
    ls_text_add_string(ls_emit_arg(&c->emit, "start"), text);
    ls_text_add_string(ls_emit_arg(&c->emit, "clock"),
                       ls_clock_name((enum ls_clock_kind)h->clock_kind));
    ls_text_add_int(ls_emit_arg(&c->emit, "threshold_ns"), h->threshold_ns);
    ls_emit_end(&c->emit);
}

static int fail_open(struct ls_shared *shared, int error, const char *text)
{
    struct ls_header *h = &shared->header;
    snprintf(h->text, sizeof h->text, "%s", text);
    h->error = error;
    atomic_store(&h->collector_state, LS_COLLECTOR_FAILED);
    wake(&h->collector_state);
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
    write_head(c, &start);
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
    wake(&h->collector_state);
    return LS_OK;
}

/* ---- processes ---------------------------------------------------------- */

static bool is_recording(uint32_t state)
{
    return state == LS_PROCESS_LIVE || state == LS_PROCESS_CLOSING;
}

/* OLD and NEW are of one pid: the first has executed the second, or another
 * copy of the recording code has taken over. */
static void replace_process(struct ls_collector *c, uint32_t old, uint32_t new)
{
    struct ls_watched *p = &c->processes[old];
    bool same_image =
        atomic_load(&c->shared->processes[old].state) == LS_PROCESS_CLOSING;
    p->replaced = true;
    p->closing_ticks = c->processes[new].registered;
    if (c->processes[new].image <= p->image)
        c->processes[new].image = p->image + !same_image;
    ls_watchdog_drop_process(c->watchdog, old);
}

/* A pid has one image at a time: of two slots, the later one's. */
static void compare_images(struct ls_collector *c, uint32_t slot)
{
    const struct ls_watched *p = &c->processes[slot];
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        const struct ls_watched *other = &c->processes[i];
        if (i == slot || !other->known || other->pid != p->pid)
            continue;
        if (other->registered > p->registered)
            replace_process(c, slot, i);
        else if (!other->replaced || other->closing_ticks > p->registered)
            replace_process(c, i, slot);
    }
}

static void meet_process(struct ls_collector *c, uint32_t slot, uint64_t now)
{
    struct ls_watched *p = &c->processes[slot];
    int pid = c->shared->processes[slot].pid;
    uint64_t registered = c->shared->processes[slot].registered_at;
    if (pid <= 0)
        return;
    *p = (struct ls_watched){.known = true,
                             .pid = pid,
                             .registered = registered < now ? registered : now,
                             .watch = ls_process_watch(pid),
                             .generation = ++c->generation};
    compare_images(c, slot);
    /* Readers call the trace by the name of its first process. */
    if (c->launched && pid == c->first_pid)
        ls_process_introduce(pid, &c->shared->processes[slot], &c->emit);
    ls_unwinder_add_process(c->unwinder, slot, p->generation, pid);
    /* Names of callbacks are asked for later, when it may be gone. */
    if (c->shared->processes[slot].libuv[0])
        ls_functions_look(c->functions, slot, p->generation, pid);
    ls_watchdog_add_process(c->watchdog, slot, p->generation, pid);
}

static void look_at_processes(struct ls_collector *c, uint64_t now)
{
    uint32_t n = atomic_load(&c->shared->header.n_processes);
    if (n > c->n_slots)
        c->n_slots = n < LS_N_PROCESSES ? n : LS_N_PROCESSES;
    for (uint32_t i = 0; i < c->n_slots; i++) {
        struct ls_watched *p = &c->processes[i];
        uint32_t state = atomic_load(&c->shared->processes[i].state);
        if (!p->known && is_recording(state))
            meet_process(c, i, now);
        if (!p->known)
            continue;
        if (state == LS_PROCESS_CLOSING && p->closing_ticks == 0)
            p->closing_ticks = now;
        if (!p->ended && ls_process_has_ended(p->watch, p->pid)) {
            p->ended = true;
            ls_watchdog_drop_process(c->watchdog, i);
            c->last_end = now;
            if (p->closing_ticks == 0)
                p->closing_ticks = now;
        }
    }
}

/* Processes of which nothing more can come, of those that are known. */
static void count_processes(const struct ls_collector *c, size_t *n_known,
                            size_t *n_done)
{
    *n_known = *n_done = 0;
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        *n_known += c->processes[i].known;
        *n_done += c->processes[i].known && c->processes[i].closing_ticks;
    }
}

static void forget_process(struct ls_collector *c, uint32_t slot)
{
    struct ls_watched *p = &c->processes[slot];
    ls_watchdog_drop_process(c->watchdog, slot);
    if (p->watch >= 0)
        close(p->watch);
    *p = (struct ls_watched){.watch = -1};
}

/* Of our own child we know it, though it may have used _exit(). */
static enum ls_leaving leaving_of(const struct ls_collector *c, uint32_t slot)
{
    const struct ls_watched *p = &c->processes[slot];
    const struct ls_process *shared = &c->shared->processes[slot];
    bool is_first = c->launched && p->pid == c->first_pid;
    if (p->replaced)
        return LS_LEAVING_REPLACED;
    if (atomic_load(&shared->state) == LS_PROCESS_CLOSING)
        return LS_LEAVING_CLOSED;
    if (c->launched && p->closing_ticks == 0)
        return LS_LEAVING_ALIVE;
    if (is_first && c->first_reaped)
        return c->first_exited ? LS_LEAVING_EXITED : LS_LEAVING_DIED;
    return atomic_load(&shared->flags) & LS_PROCESS_EXITED ? LS_LEAVING_EXITED
                                                           : LS_LEAVING_DIED;
}

static void add_pid(struct ls_pids *list, int pid)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        int *pids = realloc(list->pids, capacity * sizeof *pids);
        if (!pids)
            return;
        list->pids = pids;
        list->capacity = capacity;
    }
    list->pids[list->n++] = pid;
}

/* All that is to be in the trace of it. */
static void leave_process(struct ls_collector *c, uint32_t slot)
{
    enum ls_leaving how = leaving_of(c, slot);
    ls_drain_describe(c, slot);
    ls_drain_end_process(c, slot, how);
    ls_synopsis_write(c, slot);
    if (how == LS_LEAVING_DIED)
        add_pid(&c->died, c->processes[slot].pid);
    if (how == LS_LEAVING_ALIVE)
        add_pid(&c->alive, c->processes[slot].pid);
}

static void end_process(struct ls_collector *c, uint32_t slot)
{
    struct ls_process *shared = &c->shared->processes[slot];
    bool closed = atomic_load(&shared->state) == LS_PROCESS_CLOSING;
    leave_process(c, slot);
    if (closed) {
        ls_writer_flush(&c->writer);
        atomic_store(&shared->state, LS_PROCESS_WRITTEN);
        wake(&shared->state);
    } else {
        atomic_store(&shared->state, LS_PROCESS_FREE);
    }
    forget_process(c, slot);
}

/* The least time until which a replaced program's records go, up to MOST; its
 * slot, or LS_N_PROCESSES. */
static uint32_t first_replaced(const struct ls_collector *c, uint64_t most)
{
    uint32_t first = LS_N_PROCESSES;
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        const struct ls_watched *p = &c->processes[i];
        if (!p->known || !p->replaced || p->closing_ticks > most)
            continue;
        most = p->closing_ticks;
        first = i;
    }
    return first;
}

/* A program that has executed another is over before that one's first record:
 * their threads have the same ids. */
static void end_replaced(struct ls_collector *c, uint64_t watermark)
{
    uint32_t slot;
    while ((slot = first_replaced(c, watermark)) < LS_N_PROCESSES) {
        uint64_t until = c->processes[slot].closing_ticks;
        ls_drain(c, until > c->watermark ? until : c->watermark);
        end_process(c, slot);
    }
}

static bool still_has_session(struct ls_watched *p)
{
    uint64_t stack = ls_process_stack(p->pid);
    if (stack > 0 && stack == p->stack)
        return true;
    if (!ls_process_has_session(p->pid))
        return false;
    p->stack = stack;
    return true;
}

/* A process that has executed a program that is not traced has no part in this
 * any more, but it lives. Of one that is traced it has not yet at first, so
 * that it is looked at twice. */
static void drop_strangers(struct ls_collector *c, uint64_t now)
{
    if (monotonic_ms() - c->looked_ms < LOOK_MS)
        return;
    c->looked_ms = monotonic_ms();
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        struct ls_watched *p = &c->processes[i];
        if (!p->known || p->closing_ticks)
            continue;
        bool is_stranger = !still_has_session(p);
        if (is_stranger && p->strange_since) {
            p->replaced = true;
            p->closing_ticks = p->strange_since;
        }
        p->strange_since = is_stranger ? now : 0;
    }
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

/* Our own child is a moment dead before its parent's thread knows how. */
static bool is_explained(const struct ls_collector *c,
                         const struct ls_watched *p)
{
    return !c->launched || !p->ended || p->pid != c->first_pid ||
           c->first_reaped;
}

bool ls_collector_tick(struct ls_collector *c)
{
    struct ls_header *h = &c->shared->header;
    size_t n_known, n_done;
    c->doorbell = atomic_load(&h->doorbell);
    uint64_t now = ls_clock_ticks();
    look_at_processes(c, now);
    count_processes(c, &n_known, &n_done);

    bool over = c->launched ? c->finished : n_known > 0 && n_known == n_done;
    uint64_t slack =
        (uint64_t)(SLACK_MS + ls_limit_slack_ms(c)) * c->ticks_per_ms;
    uint64_t watermark = over ? UINT64_MAX : c->external ? 0 : now - slack;
    uint64_t before = c->n_drained;
    if (!c->external)
        end_replaced(c, watermark);
    ls_drain(c, watermark);
    correct_clock(c);
    ls_stack_write(c);
    if (over)
        return false;
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        const struct ls_watched *p = &c->processes[i];
        if (p->known && p->closing_ticks && p->closing_ticks <= watermark &&
            is_explained(c, p))
            end_process(c, i);
    }
    drop_strangers(c, now);
    ls_writer_flush(&c->writer);
    atomic_store(&h->written, watermark);
    bool busy = c->n_drained != before;
    c->idle_ms = busy ? 1 : c->idle_ms * 2;
    if (c->idle_ms > IDLE_MOST_MS)
        c->idle_ms = IDLE_MOST_MS;
    if (busy)
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

static void add_pids(struct ls_collector *c, const char *key,
                     const struct ls_pids *list)
{
    if (list->n == 0)
        return;
    struct ls_text *text = ls_emit_arg(&c->emit, key);
    for (size_t i = 0; i < list->n; i++) {
        ls_text_add(text, i ? "," : "[");
        ls_text_add_int(text, list->pids[i]);
    }
    ls_text_add(text, "]");
}

static void write_end(struct ls_collector *c)
{
    const struct ls_header *h = &c->shared->header;
    uint64_t unregistered = ls_record_believe(atomic_load(&h->unregistered));
    ls_record_count_lost(c, atomic_load(&h->unringed));
    struct ls_event event = {.ph = 'M',
                             .pid = c->first_pid,
                             .tid = c->first_pid,
                             .name = LS_JSON("\"" LS_META_END "\"")};
    ls_emit_begin(&c->emit, &event);
    ls_text_add_int(ls_emit_arg(&c->emit, "events"),
                    (int64_t)c->writer.n_events + 1);
    ls_text_add_int(ls_emit_arg(&c->emit, "lost"), (int64_t)c->n_lost);
    ls_text_add_int(ls_emit_arg(&c->emit, "late"), (int64_t)c->emit.n_late);
    if (unregistered > 0)
        ls_text_add_int(ls_emit_arg(&c->emit, "unregistered"),
                        (int64_t)unregistered);
    int64_t end_ns = ls_timeline_ns(&c->timeline, c->last_end);
    if (c->last_end > 0 && end_ns > c->emit.last_ns &&
        ls_clock_kind != LS_CLOCK_EXTERNAL)
        ls_text_add_time(ls_emit_arg(&c->emit, "end_us"), end_ns);
    add_pids(c, "exit", &c->died);
    add_pids(c, "alive", &c->alive);
    ls_emit_end(&c->emit);
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
        leave_process(c, i);
        forget_process(c, i);
    }
    await_stacks(c);
    write_end(c);
    ls_writer_close(&c->writer);
    if (c->writer.error) {
        snprintf(h->text, sizeof h->text, "%s", c->writer.text);
        h->error = c->writer.error;
    }
    atomic_store(&h->collector_state, LS_COLLECTOR_DONE);
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        struct ls_process *shared = &c->shared->processes[i];
        if (!closing[i])
            continue;
        atomic_store(&shared->state, LS_PROCESS_WRITTEN);
        wake(&shared->state);
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
