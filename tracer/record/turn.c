/* SPDX-License-Identifier: MIT */
#include "turn.h"

#include "error.h"
#include "measure.h"
#include "ring.h"
#include "session.h"
#include "tracer/preload/hooks.h"

static void record_begin(struct ls_recorder *r, uint64_t now)
{
    struct ls_record *record = ls_ring_reserve(0);
    if (!record || !r->loop) /* it was attached to another session */
        return;
    *record = (struct ls_record){.ticks = now, .type = LS_RECORD_TURN_BEGIN};
    ls_ring_publish(0);
    atomic_store_explicit(&r->ring->call_begin, 0, memory_order_relaxed);
    atomic_store_explicit(&r->ring->turn_begin, now, memory_order_release);
}

void ls_turn_begin(void)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t now = ls_clock_ticks();
    r->turn_begin = now;
    r->in_call = 0; /* a signal handler may have jumped out of a call */
    record_begin(r, now);
    if (!r->loop) { /* it was attached to another session */
        r->turn_begin = 0;
        return;
    }
    ls_measure_base(now);
    r->turn_base = r->base;
}

static void record_end(struct ls_recorder *r, uint64_t now)
{
    struct ls_measure m;
    bool measured = now - r->turn_begin >= ls_session_ticks_per_ms() &&
                    ls_measure_since(&r->turn_base, r->turn_begin, now, &m);
    struct ls_record *record = ls_ring_reserve(measured);
    if (!record)
        return;
    *record = (struct ls_record){
        .ticks = now, .type = LS_RECORD_TURN_END, .n_more = measured};
    if (measured)
        ls_ring_fill(record, &m, sizeof m);
    ls_ring_publish(measured);
    atomic_store_explicit(&r->ring->turn_begin, 0, memory_order_release);
}

void ls_turn_stop(void)
{
    struct ls_recorder *r = &ls_recorder;
    if (!r->turn_begin)
        return;
    record_end(r, ls_clock_ticks());
    r->turn_begin = 0;
}

bool ls_turn_poll(int fd)
{
    struct ls_recorder *r = &ls_recorder;
    if (!r->loop || r->loop_fd != fd)
        return false;
    ls_turn_stop();
    return true;
}

void ls_turn_run_enter(struct uv_loop_s *loop)
{
    struct ls_recorder *r = &ls_recorder;
    if (r->loop != loop)
        return;
    if (r->run_depth++ == 0 && !r->turn_begin)
        ls_turn_begin();
}

void ls_turn_run_leave(struct uv_loop_s *loop, bool alive)
{
    struct ls_recorder *r = &ls_recorder;
    if (r->loop != loop || r->run_depth == 0)
        return;
    if (--r->run_depth == 0 && !alive)
        ls_turn_stop();
}

static void record_loop(uint16_t type, uint64_t key, const char *name)
{
    size_t n_bytes = ls_ring_text_length(name);
    unsigned n_more = ls_ring_more(n_bytes);
    struct ls_record *record = ls_ring_reserve(n_more);
    if (!record)
        return;
    *record = (struct ls_record){.ticks = ls_clock_ticks(),
                                 .type = type,
                                 .n_more = (uint16_t)n_more,
                                 .task = key,
                                 .value = LS_LOOP_LIBUV};
    ls_ring_fill(record, name, n_bytes);
    ls_ring_publish(n_more);
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
    if (r->loop)
        ls_loop_detach(r->loop);
    record_loop(LS_RECORD_LOOP, (uint64_t)fd, name);
    r->loop = loop;
    r->loop_fd = fd;
    r->run_depth = 0;
    ls_turn_begin();
    return LS_OK;
}

void ls_loop_detach(struct uv_loop_s *loop)
{
    struct ls_recorder *r = &ls_recorder;
    if (!loop || r->loop != loop)
        return;
    ls_turn_stop();
    record_loop(LS_RECORD_LOOP_END, 0, NULL);
    r->loop = NULL;
}
