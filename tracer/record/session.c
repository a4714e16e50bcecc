/* SPDX-License-Identifier: MIT */
/*
 * A session is the process's own (ls_open() launched its collector), or that of
 * `loopscope run`, which it joined before main() or by ls_open().
 *
 * The mapping is never taken away while the process lives, because another
 * thread may be in the middle of a record: closing puts memory of nobody's
 * in its place. (But see ls_session_give_up().)
 */
#include "session.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "confined.h"
#include "error.h"
#include "inject.h"
#include "join.h"
#include "kernel.h"
#include "launch.h"
#include "name.h"
#include "patience.h"
#include "ring.h"
#include "slot.h"
#include "tracer/preload/start.h"
#include "tracer/preload/uv_table.h"
#include "turn.h"

enum {
    STEP_MS = 50,
    WRITTEN_STEP_MS = 1,
    CLOSE_MS = 2000 /* without progress */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct ls_shared *) shared; /* NULL: not open */
static _Atomic int32_t process = -1;
static _Atomic int32_t checked = -1; /* slot that knows of the hooks */
static bool joined;                  /* the session is not this process's own */
static bool opened;                  /* by ls_open(), and not closed */
static uint64_t number;              /* of sessions opened */
static uint64_t last_epoch;
static bool forks_recording; /* the process that forks is part of it */
static uint64_t threshold_ticks;
static _Atomic uint64_t ticks_per_ms = UINT64_MAX; /* of the last session */
static bool silenced; /* LOOPSCOPE=off, between open and close */
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

struct ls_shared *ls_session_shared(void)
{
    return shared;
}

uint64_t ls_session_number(void)
{
    return number;
}

uint64_t ls_session_threshold_ticks(void)
{
    return threshold_ticks;
}

uint64_t ls_session_ticks_per_ms(void)
{
    return ticks_per_ms;
}

/* ---- this process ------------------------------------------------------- */

/* No slot is free: this process is not traced, and that is counted. */
static void register_process(uint32_t flags, char **argv)
{
    int32_t slot = ls_slot_claim(shared, flags, argv);
    atomic_store(&checked, -1);
    atomic_store(&process, slot);
    atomic_store(&ls_epoch, slot < 0 ? 0 : ++last_epoch);
}

int32_t ls_session_process(void)
{
    int32_t is = atomic_load(&process);
    if (is >= 0 && atomic_exchange(&checked, is) != is)
        ls_slot_check_hooks(&shared->processes[is]);
    return is;
}

bool ls_session_is_here(void)
{
    int32_t is = atomic_load(&process);
    struct ls_shared *memory = shared;
    return is >= 0 && memory &&
           memory->processes[is].pid == ls_kernel(SYS_getpid, 0, 0, 0);
}

void ls_session_names_tasks(void)
{
    int32_t is = atomic_load(&process);
    struct ls_shared *memory = shared;
    if (is >= 0 && memory)
        atomic_fetch_or(&memory->processes[is].flags, LS_PROCESS_NAMES_TASKS);
}

/* Where Yama lets only ancestors look into a process, its own collector is
 * none; it ends with the collector. */
static void permit_collector(void)
{
#ifdef PR_SET_PTRACER
    if (!joined)
        prctl(PR_SET_PTRACER,
              (unsigned long)atomic_load(&shared->header.collector_pid), 0, 0,
              0);
#endif
}

/* ---- fork --------------------------------------------------------------- */

/* The child records with rings of its own; the names stay. It registers at
 * once, so that the trace is not ended before its first record. A child that is
 * made behind pthread_atfork's back records nothing (ls_ring_guard()). Until
 * it has forgotten it, it has the parent's ring: neither's calls are watched
 * meanwhile. */
static uintptr_t in_call; /* of the thread that forks; protected by lock */

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
    ls_name_lock();
    ls_uv_table_lock();
    forks_recording = atomic_load(&ls_epoch) != 0;
    in_call = ls_recorder.in_call;
    ls_recorder.in_call = UINTPTR_MAX;
}

static void after_fork_in_parent(void)
{
    ls_recorder.in_call = in_call;
    ls_uv_table_unlock();
    ls_name_unlock();
    pthread_mutex_unlock(&lock);
}

static uint32_t inherited_flags(void)
{
    int32_t is = atomic_load(&process);
    uint32_t flags = is >= 0 ? atomic_load(&shared->processes[is].flags) : 0;
    return flags & ~(uint32_t)LS_PROCESS_EXITED;
}

static void after_fork_in_child(void)
{
    ls_uv_table_unlock();
    ls_name_unlock();
    ls_ring_forget();
    if (shared && forks_recording && ls_is_confined()) {
        atomic_fetch_add(&shared->header.unregistered, 1);
        atomic_store(&process, -1);
        atomic_store(&ls_epoch, 0);
    } else if (shared && forks_recording) {
        register_process(inherited_flags(), NULL);
        permit_collector();
    }
    pthread_mutex_unlock(&lock);
}

static void prepare_once(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    ls_ring_guard();
}

/* ---- open --------------------------------------------------------------- */

static void take_session(struct ls_shared *memory, bool is_own)
{
    const struct ls_header *h = &memory->header;
    shared = memory;
    joined = !is_own;
    number++;
    if (is_own)
        ls_name_give_first(memory);
    ls_clock_kind = (enum ls_clock_kind)h->clock_kind;
    ticks_per_ms = h->ticks_per_ms;
    threshold_ticks =
        (uint64_t)((double)h->threshold_ns / 1e6 * (double)h->ticks_per_ms);
    ls_inject_arm(memory);
}

static bool is_off(void)
{
    const char *wish = secure_getenv("LOOPSCOPE");
    return wish && strcmp(wish, "off") == 0;
}

void ls_session_preload(const char *said, char **argv)
{
    struct ls_shared *memory = is_off() ? NULL : ls_join(said);
    if (!memory)
        return;
    pthread_once(&prepared, prepare_once);
    pthread_mutex_lock(&lock);
    take_session(memory, false);
    register_process(LS_PROCESS_PRELOADED, argv);
    /* Now, because it asks the loader: later its lock may be held by a
     * library's constructor that waits for a thread of ours. */
    ls_session_process();
    pthread_mutex_unlock(&lock);
}

/* Of the copies of this code in a process only one may record: the one that
 * the program is linked with, whose hooks come first. */
static void retire_preloaded(void)
{
    void (*retire)(void);
    *(void **)&retire = dlsym(RTLD_DEFAULT, LS_START_RETIRE);
    if (retire && retire != ls_start_own)
        retire();
}

static int open_session(const struct ls_options *options)
{
    struct ls_shared *memory = ls_join(secure_getenv(LS_SESSION_VARIABLE));
    bool is_own = !memory;
    int error = is_own ? ls_launch(options, &memory) : LS_OK;
    if (error)
        return error;
    take_session(memory, is_own);
    register_process(0, NULL);
    permit_collector();
    return LS_OK;
}

static int open_or_join(const struct ls_options *options)
{
    if (opened || silenced || (shared && !joined))
        return ls_error_set(LS_EALREADY, "call ls_close() first");
    if (is_off()) {
        silenced = true;
        return LS_OK;
    }
    int error = LS_OK;
    int32_t is = atomic_load(&process);
    if (!shared)
        error = open_session(options);
    else if (is >= 0)
        atomic_fetch_and(&shared->processes[is].flags,
                         ~(uint32_t)LS_PROCESS_PRELOADED);
    opened = !error;
    return error;
}

int ls_open(const struct ls_options *options)
{
    ls_error_set(LS_OK, "%s", "");
    pthread_once(&prepared, prepare_once);
    retire_preloaded();
    pthread_mutex_lock(&lock);
    int error = open_or_join(options);
    pthread_mutex_unlock(&lock);
    return error;
}

/* ---- close -------------------------------------------------------------- */

/* Wait until the collector has written all that this process recorded: until
 * IS_WRITTEN, or for so long without progress. WORD is looked at in between. */
static int await_written(bool (*is_written)(const void *), const void *what,
                         _Atomic uint32_t *word, int step_ms)
{
    struct ls_header *h = &shared->header;
    uint64_t seen = atomic_load(&h->progress);
    int64_t end = ls_patience_now() + CLOSE_MS;
    while (ls_patience_now() < end) {
        uint32_t value = atomic_load(word);
        if (is_written(what)) {
            if (h->error < 0)
                return ls_error_set(h->error, "%.*s", (int)sizeof h->text - 1,
                                    h->text);
            return LS_OK;
        }
        ls_patience_wait(word, value, step_ms);
        uint64_t progress = atomic_load(&h->progress);
        if (progress != seen)
            end = ls_patience_now() + CLOSE_MS;
        seen = progress;
    }
    return ls_error_set(LS_ETIMEDOUT,
                        "the collector made no progress for 2 s; %s may be "
                        "cut off",
                        h->trace);
}

static bool is_process_written(const void *what)
{
    const struct ls_process *p = what;
    return atomic_load(&p->state) != LS_PROCESS_CLOSING;
}

/* Nobody's memory in place of the session's: stray stores of other threads
 * go nowhere. */
static void leave_memory(void)
{
    mmap(shared, sizeof *shared, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    shared = NULL;
}

/* The slot of this process, which it leaves; NULL: it has none. */
static struct ls_process *leave_slot(void)
{
    ls_turn_stop();
    int32_t is = atomic_exchange(&process, -1);
    atomic_store(&ls_epoch, 0);
    if (is < 0)
        return NULL;
    struct ls_process *p = &shared->processes[is];
    p->closed_at = ls_clock_ticks();
    atomic_store(&p->state, LS_PROCESS_CLOSING);
    ls_slot_ring_doorbell(shared);
    return p;
}

static int close_own(void)
{
    int error = LS_OK;
    struct ls_process *p = leave_slot();
    if (p)
        error = await_written(is_process_written, p, &p->state, STEP_MS);
    leave_memory();
    return error;
}

static bool is_time_written(const void *ticks)
{
    const struct ls_header *h = &shared->header;
    return atomic_load(&h->written) >= *(const uint64_t *)ticks ||
           atomic_load(&h->collector_state) != LS_COLLECTOR_READY;
}

/* The tracing goes on: it was not this process that began it. A clock that is
 * the program's is merged at the end of all, so that there is nothing to wait
 * for. */
static int close_joined(void)
{
    uint64_t now = ls_clock_ticks();
    if (ls_clock_kind == LS_CLOCK_EXTERNAL || atomic_load(&process) < 0)
        return LS_OK;
    ls_slot_ring_doorbell(shared);
    return await_written(is_time_written, &now, &shared->header.collector_state,
                         WRITTEN_STEP_MS);
}

int ls_close(void)
{
    int error = LS_OK;
    ls_error_set(LS_OK, "%s", "");
    pthread_mutex_lock(&lock);
    if (opened)
        error = joined ? close_joined() : close_own();
    else if (!silenced)
        error = ls_error_set(LS_ENOTOPEN, "call ls_open() first");
    opened = silenced = false;
    pthread_mutex_unlock(&lock);
    return error;
}

void ls_session_retire(void)
{
    pthread_mutex_lock(&lock);
    if (shared)
        leave_slot();
    opened = false;
    pthread_mutex_unlock(&lock);
}

/* Each thread is a folder there, beside the two that every folder has. */
static bool has_one_thread(void)
{
    struct stat st;
    return ls_kernel_six(SYS_newfstatat, AT_FDCWD, (long)"/proc/self/task",
                         (long)&st, 0, 0, 0) == 0 &&
           st.st_nlink == 3;
}

static void give_up(void)
{
    struct ls_shared *memory = shared;
    atomic_fetch_add(&memory->header.unregistered, 1);
    leave_slot();
    ls_ring_forget();
    shared = NULL;
    ls_kernel(SYS_munmap, (long)memory, sizeof *memory, 0);
}

bool ls_session_give_up(void)
{
    bool gives;
    if (ls_is_confined())
        return false;
    pthread_mutex_lock(&lock);
    gives = shared && joined && !opened && has_one_thread();
    if (gives)
        give_up();
    pthread_mutex_unlock(&lock);
    return gives;
}

/* The part of a process that was forked behind our back is not its own to
 * close. */
__attribute__((destructor)) static void close_at_exit(void)
{
    int32_t is = atomic_load(&process);
    if (!shared || is < 0 || !atomic_load(&ls_epoch))
        return;
    ls_turn_exit();
    if (joined) {
        shared->processes[is].closed_at = ls_clock_ticks();
        atomic_fetch_or(&shared->processes[is].flags, LS_PROCESS_EXITED);
    } else if (opened) {
        ls_close();
    }
}
