/* SPDX-License-Identifier: MIT */
#include "provision.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum {
    ENOUGH = 256, /* empty chunks, 16 MiB: more than any thread fills before
                     the next look */
    AT_ONCE = 64,
    LOOK_MOST_MS = 4 /* between looks, when nothing changes */
};

struct ls_provision {
    pthread_t thread;
    struct ls_shared *shared;
    uint32_t n_made; /* the first so many of the arena are real */
    uint32_t n_most;
    _Atomic bool stop;
};

/* Empty chunks, up to ENOUGH. Threads take some while they are counted: it is a
 * guess. */
static int count_free(const struct ls_shared *shared)
{
    uint32_t next = (uint32_t)atomic_load(&shared->header.free_chunks);
    int n = 0;
    while (next > 0 && next <= LS_N_CHUNKS && n < ENOUGH) {
        next = atomic_load_explicit(&shared->header.next_free[next - 1],
                                    memory_order_relaxed);
        n++;
    }
    return n;
}

/* Without this a full machine would kill the traced program with SIGBUS. */
static void make_chunks(struct ls_provision *p)
{
    uint32_t n = p->n_most - p->n_made;
    if (n > AT_ONCE)
        n = AT_ONCE;
    void *begin = p->shared->arena[p->n_made];
    if (madvise(begin, (size_t)n * LS_CHUNK_BYTES, MADV_POPULATE_WRITE) < 0)
        memset(begin, 0, (size_t)n * LS_CHUNK_BYTES);
    for (uint32_t i = 0; i < n; i++)
        ls_chunk_give(p->shared, p->n_made + i);
    p->n_made += n;
}

/* Returns whether there was need. */
static bool provide(struct ls_provision *p)
{
    bool need = false;
    while (p->n_made < p->n_most && !atomic_load(&p->stop) &&
           count_free(p->shared) < ENOUGH) {
        make_chunks(p);
        need = true;
    }
    return need;
}

static void *run(void *arg)
{
    struct ls_provision *p = arg;
    int ms = 1;
    while (!atomic_load(&p->stop)) {
        struct timespec t = {.tv_nsec = ms * 1000000L};
        nanosleep(&t, NULL);
        ms = provide(p) ? 1 : 2 * ms;
        if (ms > LOOK_MOST_MS)
            ms = LOOK_MOST_MS;
    }
    return NULL;
}

struct ls_provision *ls_provision_start(struct ls_shared *shared)
{
    struct ls_provision *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->shared = shared;
    p->n_most = shared->header.n_chunks;
    if (p->n_most > LS_N_CHUNKS)
        p->n_most = LS_N_CHUNKS;
    provide(p);
    if (pthread_create(&p->thread, NULL, run, p) != 0) {
        free(p);
        return NULL;
    }
    return p;
}

void ls_provision_stop(struct ls_provision *p)
{
    if (!p)
        return;
    atomic_store(&p->stop, true);
    pthread_join(p->thread, NULL);
    free(p);
}
