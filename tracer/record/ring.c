/* SPDX-License-Identifier: MIT */
/*
 * The slow half of recording: a thread's first record, a full chunk, no memory.
 *
 *   ring.first_chunk -> chunk -> chunk -> chunk (the producer fills this one)
 *                       ^ the collector reads here and gives back behind it
 */
#include "ring.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confined.h"
#include "handover.h"
#include "kernel.h"
#include "session.h"

__thread struct ls_recorder ls_recorder;
struct ls_epoch_page ls_epoch_page;
_Atomic bool ls_confined;

void ls_ring_guard(void)
{
    madvise(&ls_epoch_page, sizeof ls_epoch_page, MADV_WIPEONFORK);
}

static pthread_key_t end_key;
static pthread_once_t end_key_once = PTHREAD_ONCE_INIT;

static void thread_ends(void *recorder)
{
    ls_ring_end();
}

static _Atomic bool has_end_key;

static void make_end_key(void)
{
    has_end_key = pthread_key_create(&end_key, thread_ends) == 0;
}

/* Our code may be unloaded, with a library that holds this archive, while
 * threads go on: they must not come here when they end. */
__attribute__((destructor)) static void delete_end_key(void)
{
    if (atomic_exchange(&has_end_key, false))
        pthread_key_delete(end_key);
}

static struct ls_ring *claim_ring(struct ls_shared *shared)
{
    for (uint32_t i = 0; i < LS_N_RINGS; i++) {
        struct ls_ring *ring = &shared->rings[i];
        uint32_t free = LS_RING_FREE;
        if (atomic_load_explicit(&ring->state, memory_order_relaxed) != free ||
            !atomic_compare_exchange_strong(&ring->state, &free,
                                            LS_RING_CLAIMED))
            continue;
        uint32_t n = atomic_load(&shared->header.n_rings);
        while (n < i + 1 && !atomic_compare_exchange_weak(
                                &shared->header.n_rings, &n, i + 1))
            ;
        ls_handover_take(ring);
        return ring;
    }
    return NULL;
}

static void name_ring(struct ls_ring *ring)
{
    memset(ring->name, 0, sizeof ring->name);
    pthread_getname_np(pthread_self(), ring->name, sizeof ring->name);
}

static void start_chunk(struct ls_recorder *r, struct ls_shared *shared,
                        uint32_t chunk)
{
    ls_handover_take(ls_chunk_head(shared, chunk));
    r->chunk = chunk;
    r->next = ls_chunk_records(shared, chunk);
    /* One read fault maps the pages around it, the whole chunk; write faults
     * would come one by one, every 128 records. */
    atomic_load_explicit(&ls_chunk_head(shared, chunk)->next,
                         memory_order_relaxed);
    r->end = r->chunk_end = r->next + LS_CHUNK_RECORDS;
}

/* Looking for a free ring goes through all of them: a thread that found none
 * does not look again for some time. */
enum { DENIED_PAUSE = 256 };

static bool deny(struct ls_recorder *r, struct ls_shared *shared)
{
    r->n_denied = (r->n_denied + 1) % DENIED_PAUSE;
    atomic_fetch_add(&shared->header.unringed, 1);
    return false;
}

/* The thread's first record of this epoch. */
static bool open_ring(struct ls_recorder *r)
{
    struct ls_shared *shared = ls_session_shared();
    int32_t process = ls_session_process();
    if (!shared || process < 0)
        return false;
    if (ls_is_confined())
        return deny(r, shared);
    struct ls_ring *ring = r->n_denied ? NULL : claim_ring(shared);
    if (!ring)
        return deny(r, shared);
    uint32_t chunk = ls_chunk_take(shared);
    if (chunk == LS_N_CHUNKS) {
        atomic_store(&ring->state, LS_RING_FREE);
        atomic_fetch_add(&shared->header.unringed, 1);
        return false;
    }
    pthread_once(&end_key_once, make_end_key);
    if (has_end_key)
        pthread_setspecific(end_key, r);

    r->ring = ring;
    r->head = 0;
    r->n_lost = 0;
    r->next_task = r->end_task = 0;
    r->next_operation = r->end_operation = 0;
    r->operation = r->context = 0;
    r->current = 0; /* what another session knew: its task, */
    r->n_outer = 0;
    r->choice = LS_NO_CHOICE; /* and its loop */
    r->loop = NULL;
    r->run_depth = 0;
    r->detached = false;
    r->turn_begin = 0;
    r->epoch = atomic_load(&ls_epoch);
    start_chunk(r, shared, chunk);
    atomic_store(&ring->head, 0);
    atomic_store(&ring->dropped, 0);
    atomic_store(&ring->turn_begin, 0);
    atomic_store(&ring->call_begin, 0);
    atomic_store(&ring->callback_begin, 0);
    ring->first_chunk = chunk;
    ring->process = (uint32_t)process;
    ring->tid = (int32_t)ls_kernel(SYS_gettid, 0, 0, 0);
    name_ring(ring);
    atomic_store(&ring->state, LS_RING_LIVE);
    return true;
}

/* Tell what was dropped; there is room. */
static void tell_lost(struct ls_recorder *r)
{
    *r->next = (struct ls_record){.ticks = ls_clock_ticks(),
                                  .type = LS_RECORD_LOST,
                                  .task = r->lost_since,
                                  .value = r->n_lost};
    r->n_lost = 0;
    ls_ring_advance(0);
}

/* By its head, which its taker knows it by. */
static void leave_chunk(struct ls_recorder *r)
{
    ls_handover_leave(r->chunk_end - LS_CHUNK_RECORDS - 1);
}

static bool next_chunk(struct ls_recorder *r)
{
    struct ls_shared *shared = ls_session_shared();
    if (!shared) /* closed by another thread just now */
        return false;
    uint32_t chunk = ls_chunk_take(shared);
    if (chunk == LS_N_CHUNKS)
        return false;
    /* What is left of the old chunk is skipped by a record of its own. */
    if (r->next < r->chunk_end) {
        unsigned n_more = (unsigned)(r->chunk_end - r->next) - 1;
        *r->next = (struct ls_record){.type = LS_RECORD_NONE,
                                      .n_more = (uint16_t)n_more};
        ls_ring_advance(n_more);
    }
    leave_chunk(r);
    atomic_store_explicit(&ls_chunk_head(shared, r->chunk)->next, chunk + 1,
                          memory_order_release);
    start_chunk(r, shared, chunk);
    return true;
}

/* The loss is counted; the next record comes to ls_ring_grow(), to tell it. */
static void drop(struct ls_recorder *r)
{
    if (r->n_lost++ == 0)
        r->lost_since = ls_clock_ticks();
    r->end = r->next;
    atomic_fetch_add_explicit(&r->ring->dropped, 1, memory_order_relaxed);
}

/* A signal handler that interrupts the making of a record cannot record: the
 * place is taken. One that jumped out of it has left the mark behind: so many
 * in a row are not from inside. */
enum { MOST_REFUSED = 1000 };

static bool refuse(struct ls_recorder *r)
{
    if (++r->n_refused > MOST_REFUSED)
        return false;
    if (r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed))
        drop(r);
    return true;
}

/* There is a ring, and room in it for what is lost, too. */
static bool make_room(struct ls_recorder *r, uint64_t epoch, unsigned n_more)
{
    if (r->epoch != epoch && !open_ring(r))
        return false;
    r->n_refused = 0;
    r->end = r->chunk_end;
    size_t n_needed = 1 + (size_t)n_more + (r->n_lost > 0);
    if ((size_t)(r->chunk_end - r->next) < n_needed &&
        (n_more > LS_MORE_MAX - 1 || !next_chunk(r))) {
        drop(r);
        return false;
    }
    if (r->n_lost)
        tell_lost(r);
    return true;
}

static void set_busy(struct ls_recorder *r, uint8_t busy)
{
    atomic_signal_fence(memory_order_seq_cst);
    r->busy = busy;
    atomic_signal_fence(memory_order_seq_cst);
}

/* What the ring's words say of a callback becomes the records that it would
 * have had; the word stays until its end. */
static void tell_callback(struct ls_recorder *r, uint64_t epoch)
{
    const struct ls_ring *ring = r->ring;
    uint64_t due_ms = r->again_due_ms;
    if (r->epoch != epoch || !make_room(r, epoch, due_ms ? 1 : 0))
        return;
    uint64_t begin = atomic_load(&ring->callback_begin);
    uint64_t operation = atomic_load(&ring->callback_operation);
    uint32_t name = (uint32_t)atomic_load(&ring->callback_name);
    *r->next = (struct ls_record){.ticks = begin,
                                  .type = LS_RECORD_CALLBACK_BEGIN,
                                  .name = name,
                                  .task = operation,
                                  .value = atomic_load(&ring->callback_pc)};
    ls_ring_advance(0);
    if (!due_ms)
        return;
    *r->next = (struct ls_record){.ticks = begin,
                                  .type = LS_RECORD_ASKED_AGAIN,
                                  .name = name & 0xff,
                                  .task = operation,
                                  .value = due_ms * LS_NS_PER_MS};
    ls_ring_advance(0);
}

struct ls_record *ls_ring_grow(struct ls_recorder *r, unsigned n_more)
{
    uint64_t epoch = atomic_load_explicit(&ls_epoch, memory_order_acquire);
    if (epoch == 0 || (r->busy == LS_BUSY_WRITING && refuse(r)))
        return NULL;
    bool in_callback = r->busy == LS_BUSY_CALLBACK;
    set_busy(r, LS_BUSY_WRITING);
    if (in_callback)
        tell_callback(r, epoch);
    if (make_room(r, epoch, n_more))
        return r->next;
    set_busy(r, 0);
    return NULL;
}

bool ls_ring_open(void)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t epoch = atomic_load_explicit(&ls_epoch, memory_order_acquire);
    if (epoch == 0 || r->epoch == epoch || r->busy == LS_BUSY_WRITING)
        return epoch != 0 && r->epoch == epoch;
    set_busy(r, LS_BUSY_WRITING);
    bool is_open = open_ring(r);
    set_busy(r, 0);
    return is_open;
}

/* Daemons close all descriptors; the number may be the program's own now. */
static bool is_still_ours(const struct ls_recorder *r)
{
    struct stat st;
    return ls_kernel(SYS_fstat, r->schedstat_fd - 1, (long)&st, 0) == 0 &&
           st.st_dev == r->schedstat_dev && st.st_ino == r->schedstat_ino;
}

void ls_ring_forget(void)
{
    if (ls_recorder.schedstat_fd > 0 && !ls_is_confined() &&
        is_still_ours(&ls_recorder))
        close(ls_recorder.schedstat_fd - 1);
    ls_recorder = (struct ls_recorder){.schedstat_fd = 0};
}

void ls_ring_end(void)
{
    struct ls_recorder *r = &ls_recorder;
    if (r->ring && r->epoch == atomic_load(&ls_epoch)) {
        r->ring->ended_at = ls_clock_ticks();
        leave_chunk(r);
        ls_handover_leave(r->ring);
        atomic_store(&r->ring->state, LS_RING_ENDED);
    }
    ls_ring_forget();
}
