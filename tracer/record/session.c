/* SPDX-License-Identifier: MIT */
/*
 * ls_open(): memory, collector, registration; ls_close(): the same backwards.
 *
 * The mapping is never taken away while the process lives, because another
 * thread may be in the middle of a record: closing puts memory of nobody's
 * in its place.
 */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "name.h"
#include "ring.h"
#include "spawn.h"
#include "tracer/preload/hooks.h"
#include "turn.h"

enum {
    PATIENCE_STEP_MS = 50,
    PATIENCE_OPEN_MS = 10000, /* for the collector to start */
    PATIENCE_CLOSE_MS = 2000  /* without progress */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct ls_shared *) shared; /* NULL: not open */
static _Atomic int32_t process = -1;
static uint64_t number; /* of sessions opened */
static uint64_t last_epoch;
static uint64_t threshold_ticks;
static _Atomic uint64_t ticks_per_ms = UINT64_MAX; /* of the last session */
static bool silenced; /* LOOPSCOPE=off, between open and close */
static uint64_t hooks_missing[LS_HOOK_WORDS]; /* when it was opened */
static char libuv[16];
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

/* The kernel's own, whatever the program's clock is. */
static int64_t now_ms(void)
{
    struct timespec t = {0};
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* Up to a step, or until a signal comes. */
static void futex_wait(_Atomic uint32_t *word, uint32_t value)
{
    struct timespec step = {.tv_nsec = PATIENCE_STEP_MS * 1000000L};
    syscall(SYS_futex, word, FUTEX_WAIT, value, &step, NULL, 0);
}

static void ring_doorbell(void)
{
    atomic_fetch_add(&shared->header.doorbell, 1);
    syscall(SYS_futex, &shared->header.doorbell, FUTEX_WAKE, INT_MAX, NULL,
            NULL, 0);
}

/* Take a slot that nobody has, or whose process has closed. */
static bool claim_slot(struct ls_process *p)
{
    uint32_t is = LS_PROCESS_FREE;
    if (atomic_compare_exchange_strong(&p->state, &is, LS_PROCESS_CLAIMED))
        return true;
    return is == LS_PROCESS_WRITTEN &&
           atomic_compare_exchange_strong(&p->state, &is, LS_PROCESS_CLAIMED);
}

static void register_process(void)
{
    struct ls_header *h = &shared->header;
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        struct ls_process *p = &shared->processes[i];
        if (!claim_slot(p))
            continue;
        p->pid = (int32_t)getpid();
        memcpy(p->hooks_missing, hooks_missing, sizeof hooks_missing);
        ls_hooks_range(&p->hooks_begin, &p->hooks_end);
        memcpy(p->libuv, libuv, sizeof p->libuv);
        uint32_t n = atomic_load(&h->n_processes);
        while (n < i + 1 &&
               !atomic_compare_exchange_weak(&h->n_processes, &n, i + 1))
            ;
        atomic_store(&process, (int32_t)i);
        atomic_store(&p->state, LS_PROCESS_LIVE);
        ring_doorbell();
        return;
    }
}

int32_t ls_session_process(void)
{
    int32_t is = atomic_load(&process);
    if (is >= 0)
        return is;
    pthread_mutex_lock(&lock);
    if (atomic_load(&process) < 0 && shared)
        register_process();
    pthread_mutex_unlock(&lock);
    return atomic_load(&process);
}

/* fork: the child records with rings of its own; the names stay. It registers
 * at once, so that the trace is not ended before its first record. */
static void before_fork(void)
{
    pthread_mutex_lock(&lock);
    ls_name_lock();
}

static void after_fork_in_parent(void)
{
    ls_name_unlock();
    pthread_mutex_unlock(&lock);
}

static void after_fork_in_child(void)
{
    ls_name_unlock();
    atomic_store(&process, -1);
    ls_ring_forget();
    if (shared) {
        atomic_store(&ls_epoch, ++last_epoch);
        register_process();
    }
    pthread_mutex_unlock(&lock);
}

static void prepare_once(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

static struct ls_shared *map_memory(int *fd)
{
    *fd = memfd_create("loopscope", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (*fd < 0)
        return NULL;
    /* Beyond that limit, ftruncate() would kill the program by SIGXFSZ. */
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
        limit.rlim_cur < sizeof(struct ls_shared)) {
        errno = EFBIG;
        return NULL;
    }
    if (ftruncate(*fd, sizeof(struct ls_shared)) < 0)
        return NULL;
    /* So that nobody can make the collector read beyond its end. */
    fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    void *memory = mmap(NULL, sizeof(struct ls_shared), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_NORESERVE, *fd, 0);
    if (memory == MAP_FAILED)
        return NULL;
    madvise(memory, sizeof(struct ls_shared), MADV_DONTDUMP);
    return memory;
}

static uint32_t chunks_for(uint64_t n_bytes)
{
    uint64_t n = n_bytes / LS_CHUNK_BYTES;
    if (n_bytes == 0 || n > LS_N_CHUNKS)
        return LS_N_CHUNKS;
    return n > 0 ? (uint32_t)n : 1;
}

static int fill_header(struct ls_header *h, const struct ls_options *options)
{
    const char *trace =
        options && options->trace ? options->trace : "loopscope.json";
    if (!*trace || strlen(trace) >= sizeof h->trace)
        return ls_error_set(LS_EINVAL, "the trace's name is %s",
                            *trace ? "too long" : "empty");
    ls_clock_kind = ls_clock_choose(secure_getenv("LOOPSCOPE_CLOCK"));
    h->clock_kind = ls_clock_kind;
    h->first_pid = (int32_t)getpid();
    h->threshold_ns = options && options->threshold_ns > 0
                          ? options->threshold_ns
                          : INT64_C(10000000);
    h->n_chunks = chunks_for(options ? options->memory_bytes : 0);
    snprintf(h->trace, sizeof h->trace, "%s", trace);
    atomic_store(&h->next_task_id, 1);
    atomic_store(&h->n_names, LS_NAME_FULL);
    h->magic = LS_SHARED_MAGIC;
    return LS_OK;
}

static int collector_failure(struct ls_header *h, const char *path)
{
    int error = h->error < 0 ? h->error : LS_ENOCOLLECTOR;
    if (!h->text[0])
        return ls_error_set(error, "cannot run %s: %s", path,
                            strerror((int)atomic_load(&h->progress)));
    return ls_error_set(error, "%.*s", (int)sizeof h->text - 1, h->text);
}

/* A process that is over, though perhaps nobody has waited for it. 0: not yet
 * known. */
static bool has_ended(int pid)
{
    static const struct timespec none;
    if (pid <= 0)
        return false;
    struct pollfd end = {.events = POLLIN};
    end.fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (end.fd < 0)
        return errno == ESRCH;
    long n = syscall(SYS_ppoll, &end, 1, &none, NULL, 0);
    close(end.fd);
    return n > 0;
}

static int await_collector(struct ls_header *h, const char *path)
{
    int64_t end = now_ms() + PATIENCE_OPEN_MS;
    while (now_ms() < end) {
        bool ended = has_ended(atomic_load(&h->collector_pid));
        uint32_t state = atomic_load(&h->collector_state);
        if (state == LS_COLLECTOR_FAILED)
            return collector_failure(h, path);
        if (state == LS_COLLECTOR_READY)
            return LS_OK;
        if (ended)
            return ls_error_set(LS_ENOCOLLECTOR, "%s ended at once", path);
        futex_wait(&h->collector_state, state);
    }
    return ls_error_set(LS_ETIMEDOUT, "%s did not get ready within 10 s", path);
}

static int start(const struct ls_options *options, struct ls_shared *memory,
                 int fd)
{
    char path[4096];
    int error = fill_header(&memory->header, options);
    if (!error)
        error = ls_spawn_find(path, sizeof path);
    if (!error)
        error = ls_spawn_collector(path, fd, memory);
    if (!error)
        error = await_collector(&memory->header, path);
    return error;
}

static int open_session(const struct ls_options *options)
{
    int fd;
    struct ls_shared *memory = map_memory(&fd);
    if (!memory) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        return ls_error_set(LS_ENOMEM, "cannot map memory for records: %s",
                            strerror(error));
    }
    int error = start(options, memory, fd);
    close(fd);
    if (error) {
        munmap(memory, sizeof *memory);
        return error;
    }
    shared = memory;
    number++;
    ls_name_give_first(memory);
    ticks_per_ms = memory->header.ticks_per_ms;
    threshold_ticks = (uint64_t)((double)memory->header.threshold_ns / 1e6 *
                                 (double)memory->header.ticks_per_ms);
    ls_hooks_missing(hooks_missing);
    ls_hooks_libuv_version(libuv, sizeof libuv);
    register_process();
    atomic_store(&ls_epoch, ++last_epoch);
    return LS_OK;
}

int ls_open(const struct ls_options *options)
{
    const char *wish = secure_getenv("LOOPSCOPE");
    ls_error_set(LS_OK, "%s", "");
    pthread_once(&prepared, prepare_once);
    pthread_mutex_lock(&lock);
    int error = LS_OK;
    if (shared || silenced)
        error = ls_error_set(LS_EALREADY, "call ls_close() first");
    else if (wish && strcmp(wish, "off") == 0)
        silenced = true;
    else
        error = open_session(options);
    pthread_mutex_unlock(&lock);
    return error;
}

/* Wait until the collector has written all that this process recorded. */
static int await_written(struct ls_process *p)
{
    struct ls_header *h = &shared->header;
    uint64_t seen = atomic_load(&h->progress);
    int64_t end = now_ms() + PATIENCE_CLOSE_MS;
    while (now_ms() < end) {
        uint32_t state = atomic_load(&p->state);
        if (state != LS_PROCESS_CLOSING) {
            if (h->error < 0)
                return ls_error_set(h->error, "%.*s", (int)sizeof h->text - 1,
                                    h->text);
            return LS_OK;
        }
        futex_wait(&p->state, state);
        uint64_t progress = atomic_load(&h->progress);
        if (progress != seen)
            end = now_ms() + PATIENCE_CLOSE_MS;
        seen = progress;
    }
    return ls_error_set(LS_ETIMEDOUT,
                        "the collector made no progress for 2 s; %s may be "
                        "cut off",
                        h->trace);
}

/* Nobody's memory in place of the session's: stray stores of other threads
 * go nowhere. */
static void leave_memory(void)
{
    mmap(shared, sizeof *shared, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    shared = NULL;
}

static int close_session(void)
{
    int error = LS_OK;
    ls_turn_stop();
    int32_t is = atomic_exchange(&process, -1);
    atomic_store(&ls_epoch, 0);
    if (is >= 0) {
        struct ls_process *p = &shared->processes[is];
        p->closed_at = ls_clock_ticks();
        atomic_store(&p->state, LS_PROCESS_CLOSING);
        ring_doorbell();
        error = await_written(p);
    }
    leave_memory();
    return error;
}

int ls_close(void)
{
    int error = LS_OK;
    ls_error_set(LS_OK, "%s", "");
    pthread_mutex_lock(&lock);
    if (shared)
        error = close_session();
    else if (!silenced)
        error = ls_error_set(LS_ENOTOPEN, "call ls_open() first");
    silenced = false;
    pthread_mutex_unlock(&lock);
    return error;
}

__attribute__((destructor)) static void close_at_exit(void)
{
    if (shared)
        ls_close();
}
