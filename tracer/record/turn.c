/* SPDX-License-Identifier: MIT */
#include "turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confined.h"
#include "error.h"
#include "kernel.h"
#include "measure.h"
#include "session.h"
#include "tracer/preload/hooks.h"

/* ---- turns -------------------------------------------------------------- */

static void record_begin(struct ls_recorder *r, uint64_t now, uint32_t poll,
                         uint32_t n_events)
{
    struct ls_record *record = ls_ring_reserve(0);
    if (!record)
        return;
    *record = (struct ls_record){.ticks = now,
                                 .type = LS_RECORD_TURN_BEGIN,
                                 .name = poll,
                                 .value = n_events};
    ls_ring_publish(0);
    atomic_store_explicit(&r->ring->call_begin, 0, memory_order_relaxed);
    atomic_store_explicit(&r->ring->turn_begin, now, memory_order_release);
}

static void begin(uint32_t poll, uint32_t n_events)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t now = ls_clock_ticks();
    r->in_call = 0; /* a signal handler may have jumped out of a call */
    if (r->epoch != atomic_load_explicit(&ls_epoch, memory_order_relaxed)) {
        r->turn_begin = 0; /* the loop was another session's */
        return;
    }
    r->turn_begin = now;
    record_begin(r, now, poll, n_events);
    ls_measure_base(now);
    r->turn_base = r->base;
}

void ls_turn_begin(int n_events, bool may_wait)
{
    begin(may_wait ? LS_POLL_SEEN : LS_POLL_SEEN | LS_POLL_NO_WAIT,
          n_events > 0 ? (uint32_t)n_events : 0);
}

static void record_end(struct ls_recorder *r, uint64_t now,
                       enum ls_turn_end how)
{
    struct ls_measure m;
    bool measured = now - r->turn_begin >= ls_session_ticks_per_ms() &&
                    ls_measure_since(&r->turn_base, r->turn_begin, now, &m);
    struct ls_record *record = ls_ring_reserve(measured);
    if (!record)
        return;
    *record = (struct ls_record){.ticks = now,
                                 .type = LS_RECORD_TURN_END,
                                 .n_more = measured,
                                 .value = how};
    if (measured)
        ls_ring_fill(record, &m, sizeof m);
    ls_ring_publish(measured);
    atomic_store_explicit(&r->ring->turn_begin, 0, memory_order_release);
}

static void stop(struct ls_recorder *r, enum ls_turn_end how)
{
    if (!r->turn_begin)
        return;
    record_end(r, ls_clock_ticks(), how);
    r->turn_begin = 0;
}

void ls_turn_stop(void)
{
    stop(&ls_recorder, LS_TURN_POLLS);
}

void ls_turn_exit(void)
{
    struct ls_recorder *r = &ls_recorder;
    if (r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed))
        stop(r, LS_TURN_EXITS);
}

/* ---- the loop ----------------------------------------------------------- */

static void record_loop(uint16_t type, const struct ls_choice *choice,
                        const char *name)
{
    size_t n_bytes = ls_ring_text_length(name);
    unsigned n_more = ls_ring_more(n_bytes);
    struct ls_record *record = ls_ring_reserve(n_more);
    if (!record)
        return;
    *record = (struct ls_record){.ticks = ls_clock_ticks(),
                                 .type = type,
                                 .n_more = (uint16_t)n_more,
                                 .task = choice->key,
                                 .value = choice->kind};
    ls_ring_fill(record, name, n_bytes);
    ls_ring_publish(n_more);
}

/* The thread's ring is this session's: what the recorder says is true. */
static bool has_ring(struct ls_recorder *r)
{
    if (r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed))
        return true;
    int saved = errno;
    bool has = ls_ring_open();
    errno = saved;
    return has;
}

/* Whether the loop's descriptor is closed: by another thread, since its own
 * says so (ls_turn_close()). It is not asked at every poll of a nested one:
 * that would cost more than all else that is done for it. */
static bool is_seen_closed(struct ls_choice *c, uint64_t now)
{
    if (c->kind > LS_LOOP_EPOLL || now < c->look_at || ls_is_confined())
        return false;
    c->look_at = now + ls_session_ticks_per_ms();
    return ls_kernel(SYS_fcntl, (int)c->key, F_GETFD, 0) < 0;
}

bool ls_turn_other_poll(enum ls_loop_kind kind, uint64_t key, bool may_wait)
{
    struct ls_recorder *r = &ls_recorder;
    if (!has_ring(r) || r->run_depth > 0) /* inside uv_run: nested */
        return false;
    if (r->choice.key == key) /* detached */
        return false;
    struct ls_polled polled = {.kind = kind,
                               .key = key,
                               .now = ls_clock_ticks(),
                               .ticks_per_ms = ls_session_ticks_per_ms(),
                               .may_wait = may_wait};
    polled.old_closed = is_seen_closed(&r->choice, polled.now);
    if (!ls_choice_replace(&r->choice, &polled))
        return false;
    ls_turn_stop();
    r->loop = NULL;
    r->detached = false;
    record_loop(LS_RECORD_LOOP, &r->choice, NULL);
    return true;
}

/* A child of vfork() has its parent's thread-local memory, and closes all that
 * it does not want to keep. */
void ls_turn_close_loop(void)
{
    struct ls_recorder *r = &ls_recorder;
    if (!ls_is_confined() && ls_kernel(SYS_gettid, 0, 0, 0) != r->ring->tid)
        return;
    ls_turn_stop();
    if (!r->detached)
        record_loop(LS_RECORD_LOOP_END, &r->choice, NULL);
    r->choice = LS_NO_CHOICE;
    r->loop = NULL;
    r->run_depth = 0;
    r->detached = false;
}

/* The thread runs or attaches LOOP, which polls on FD. Its turn goes on if it
 * was met already, by its polls. */
static void take_loop(struct ls_recorder *r, struct uv_loop_s *loop, int fd)
{
    if (r->choice.key != (uint64_t)fd)
        ls_turn_stop();
    ls_choice_take(&r->choice, LS_LOOP_LIBUV, (uint64_t)fd, ls_clock_ticks());
    r->loop = loop;
    r->run_depth = 0;
    r->detached = false;
}

/* LOOP may be one that is known by its polls, or not at all. */
static bool meet_loop(struct ls_recorder *r, struct uv_loop_s *loop)
{
    if (atomic_load_explicit(&ls_epoch, memory_order_relaxed) == 0 ||
        !has_ring(r))
        return false;
    if (r->loop == loop)
        return true;
    int fd = ls_hooks_backend_fd(loop);
    if (fd < 0 || r->run_depth > 0) /* another's uv_run: nested */
        return false;
    take_loop(r, loop, fd);
    record_loop(LS_RECORD_LOOP, &r->choice, NULL);
    return true;
}

/* What it was in the middle of is over. */
static void leave_by_jump(struct ls_recorder *r)
{
    ls_turn_stop();
    r->run_depth = 0;
    r->operation = 0;
    r->context = 0;
}

void ls_turn_run_enter(struct uv_loop_s *loop, const void *frame)
{
    struct ls_recorder *r = &ls_recorder;
    bool jumped = r->run_depth > 0 && (uintptr_t)frame >= r->run_frame;
    if (jumped)
        leave_by_jump(r);
    if (!meet_loop(r, loop) || r->detached)
        return;
    if (r->run_depth++ > 0)
        return;
    r->run_frame = (uintptr_t)frame;
    if (!r->turn_begin)
        begin(jumped ? LS_POLL_JUMPED : 0, 0);
}

void ls_turn_run_leave(struct uv_loop_s *loop, bool alive)
{
    struct ls_recorder *r = &ls_recorder;
    if (r->loop != loop || r->run_depth == 0)
        return;
    if (--r->run_depth == 0 && !alive)
        stop(r, LS_TURN_RAN_OUT);
}

int ls_loop_attach(struct uv_loop_s *loop, const char *name)
{
    struct ls_recorder *r = &ls_recorder;
    ls_error_set(LS_OK, "%s", "");
    if (!loop)
        return ls_error_set(LS_EINVAL, "the loop is NULL");
    if (!ls_session_shared())
        return LS_OK; /* silenced, or not open: recording calls do nothing */
    int fd = ls_hooks_backend_fd(loop);
    if (fd < 0)
        return ls_error_set(LS_ENOHOOKS, "this program has no libuv");
    if (!ls_hooks_poll_in_place())
        return ls_error_set(LS_ENOHOOKS,
                            "libuv's epoll_pwait is not loopscope's: link "
                            "loopscope before libuv");
    if (!has_ring(r))
        return LS_OK; /* counted as lost */
    if (r->loop && !r->detached)
        ls_loop_detach(r->loop);
    take_loop(r, loop, fd);
    record_loop(LS_RECORD_LOOP, &r->choice, name);
    if (!r->turn_begin)
        begin(0, 0);
    return LS_OK;
}

void ls_loop_detach(struct uv_loop_s *loop)
{
    struct ls_recorder *r = &ls_recorder;
    if (!loop || r->loop != loop || r->detached)
        return;
    ls_turn_stop();
    record_loop(LS_RECORD_LOOP_END, &r->choice, NULL);
    r->detached = true;
}
