/* SPDX-License-Identifier: MIT */
#include "watched.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector.h"
#include "process.h"
#include "tracer/record/clock.h"

/* Between looks at who still has the session. */
enum { LOOK_MS = 500 };

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
    for (uint32_t i = 0; i < c->n_slots; i++) {
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

/* Programs wait all the time. */
enum { MAPS_PAUSE_MS = 20 };

void ls_watched_look_at_maps(struct ls_collector *c, uint32_t slot)
{
    struct ls_watched *p = &c->processes[slot];
    uint64_t now = ls_clock_ticks();
    if (p->maps_at && now - p->maps_at < MAPS_PAUSE_MS * c->ticks_per_ms)
        return;
    p->maps_at = now;
    ls_unwinder_look(c->unwinder, slot, p->generation, p->pid);
}

void ls_watched_look(struct ls_collector *c, uint64_t now)
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

void ls_watched_count(const struct ls_collector *c, size_t *n_known,
                      size_t *n_done)
{
    *n_known = *n_done = 0;
    for (uint32_t i = 0; i < c->n_slots; i++) {
        *n_known += c->processes[i].known;
        *n_done += c->processes[i].known && c->processes[i].closing_ticks;
    }
}

void ls_watched_forget(struct ls_collector *c, uint32_t slot)
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

void ls_watched_leave(struct ls_collector *c, uint32_t slot)
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
    ls_watched_leave(c, slot);
    if (closed) {
        ls_writer_flush(&c->writer);
        atomic_store(&shared->state, LS_PROCESS_WRITTEN);
        ls_collector_wake(&shared->state);
    } else {
        atomic_store(&shared->state, LS_PROCESS_FREE);
    }
    ls_watched_forget(c, slot);
}

/* The least time until which a replaced program's records go, up to MOST; its
 * slot, or LS_N_PROCESSES. */
static uint32_t first_replaced(const struct ls_collector *c, uint64_t most)
{
    uint32_t first = LS_N_PROCESSES;
    for (uint32_t i = 0; i < c->n_slots; i++) {
        const struct ls_watched *p = &c->processes[i];
        if (!p->known || !p->replaced || p->closing_ticks > most)
            continue;
        most = p->closing_ticks;
        first = i;
    }
    return first;
}

void ls_watched_end_replaced(struct ls_collector *c, uint64_t watermark)
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

void ls_watched_drop_strangers(struct ls_collector *c, uint64_t now)
{
    uint64_t now_ms = ls_clock_monotonic() / 1000000;
    if (now_ms - c->looked_ms < LOOK_MS)
        return;
    c->looked_ms = now_ms;
    for (uint32_t i = 0; i < c->n_slots; i++) {
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

/* Our own child is a moment dead before its parent's thread knows how. */
static bool is_explained(const struct ls_collector *c,
                         const struct ls_watched *p)
{
    return !c->launched || !p->ended || p->pid != c->first_pid ||
           c->first_reaped;
}

void ls_watched_end(struct ls_collector *c, uint64_t watermark)
{
    for (uint32_t i = 0; i < c->n_slots; i++) {
        const struct ls_watched *p = &c->processes[i];
        if (p->known && p->closing_ticks && p->closing_ticks <= watermark &&
            is_explained(c, p))
            end_process(c, i);
    }
}
