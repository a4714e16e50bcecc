/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "clock.h"
#include "error.h"
#include "patience.h"
#include "spawn.h"

enum {
    STEP_MS = 50,
    OPEN_MS = 10000 /* for the collector to start */
};

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
    int64_t end = ls_patience_now() + OPEN_MS;
    while (ls_patience_now() < end) {
        bool ended = has_ended(atomic_load(&h->collector_pid));
        uint32_t state = atomic_load(&h->collector_state);
        if (state == LS_COLLECTOR_FAILED)
            return collector_failure(h, path);
        if (state == LS_COLLECTOR_READY)
            return LS_OK;
        if (ended)
            return ls_error_set(LS_ENOCOLLECTOR, "%s ended at once", path);
        ls_patience_wait(&h->collector_state, state, STEP_MS);
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

int ls_launch(const struct ls_options *options, struct ls_shared **memory)
{
    int fd;
    *memory = map_memory(&fd);
    if (!*memory) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        return ls_error_set(LS_ENOMEM, "cannot map memory for records: %s",
                            strerror(error));
    }
    int error = start(options, *memory, fd);
    close(fd);
    if (error)
        munmap(*memory, sizeof **memory);
    return error;
}
