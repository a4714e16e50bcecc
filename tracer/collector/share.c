/* SPDX-License-Identifier: MIT */
#include "share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tracer/record/clock.h"

static int make_id(struct ls_header *h)
{
    while (!h->session_id[0] && !h->session_id[1])
        if (getrandom(h->session_id, sizeof h->session_id, 0) < 0)
            return errno;
    return 0;
}

int ls_share_make(struct ls_share *share)
{
    int fd = memfd_create("loopscope", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    *share = (struct ls_share){.fd = fd};
    if (fd < 0 || fchmod(fd, 0600) < 0 ||
        ftruncate(fd, sizeof(struct ls_shared)) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0)
        return errno;
    void *memory = mmap(NULL, sizeof(struct ls_shared), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_NORESERVE, fd, 0);
    if (memory == MAP_FAILED)
        return errno;
    share->shared = memory;
    struct ls_header *h = &share->shared->header;
    ls_clock_kind = ls_clock_choose(getenv("LOOPSCOPE_CLOCK"));
    h->clock_kind = ls_clock_kind;
    h->n_chunks = LS_N_CHUNKS;
    atomic_store(&h->next_task_id, 1);
    atomic_store(&h->n_names, LS_NAME_FULL);
    h->magic = LS_SHARED_MAGIC;
    return make_id(h);
}

void ls_share_free(struct ls_share *share)
{
    if (share->shared)
        munmap(share->shared, sizeof *share->shared);
    if (share->fd >= 0)
        close(share->fd);
    *share = (struct ls_share){.fd = -1};
}
