/* SPDX-License-Identifier: MIT */
#include "slot.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "clock.h"
#include "kernel.h"
#include "measure.h"
#include "tracer/preload/hooks.h"

static pthread_once_t hooks_checked = PTHREAD_ONCE_INIT;
static uint64_t hooks_missing[LS_HOOK_WORDS];
static char libuv[16];
static char command[LS_COMMAND_BYTES]; /* of the image; a fork has the same */
static uint32_t n_command;
static char name[16]; /* of the image */

void ls_slot_ring_doorbell(struct ls_shared *shared)
{
    atomic_fetch_add(&shared->header.doorbell, 1);
    ls_kernel(SYS_futex, (long)&shared->header.doorbell, FUTEX_WAKE, INT_MAX);
}

static ssize_t read_link(const char *path, char *to, size_t n)
{
    return ls_kernel_six(SYS_readlinkat, AT_FDCWD, (long)path, (long)to,
                         (long)n, 0, 0);
}

/* The image's name, and the arguments one after the other, each with its NUL,
 * as far as they fit. */
static void copy_command(char **argv)
{
    n_command = 0;
    ls_kernel(SYS_prctl, PR_GET_NAME, (long)name, 0); /* still as it began */
    for (; *argv; argv++) {
        size_t n = strlen(*argv) + 1;
        if (n > sizeof command - n_command)
            return;
        memcpy(command + n_command, *argv, n);
        n_command += (uint32_t)n;
    }
}

static void describe(struct ls_process *p, uint32_t flags)
{
    ls_measure_prepare();
    p->pid = (int32_t)ls_kernel(SYS_getpid, 0, 0, 0);
    p->parent = (int32_t)ls_kernel(SYS_getppid, 0, 0, 0);
    p->registered_at = ls_clock_ticks();
    atomic_store(&p->flags, flags);
    ls_hooks_range(&p->hooks_begin, &p->hooks_end);
    memset(p->hooks_missing, 0, sizeof p->hooks_missing);
    memset(p->libuv, 0, sizeof p->libuv);
    ssize_t n = read_link("/proc/self/exe", p->exe, sizeof p->exe - 1);
    p->exe[n > 0 ? n : 0] = '\0';
    memcpy(p->name, name, sizeof name);
    memcpy(p->command, command, n_command);
    p->n_command = n_command;
}

/* In a PID namespace of its own the process has a number that is somebody
 * else's where the collector is: /proc shows it by another. */
static bool is_elsewhere(void)
{
    char self[16];
    long seen = 0;
    ssize_t n = read_link("/proc/self", self, sizeof self);
    for (ssize_t i = 0; i < n; i++)
        seen = seen * 10 + self[i] - '0';
    return n > 0 && seen != ls_kernel(SYS_getpid, 0, 0, 0);
}

static bool claim(struct ls_process *p)
{
    uint32_t is = atomic_load_explicit(&p->state, memory_order_relaxed);
    return (is == LS_PROCESS_FREE || is == LS_PROCESS_WRITTEN) &&
           atomic_compare_exchange_strong(&p->state, &is, LS_PROCESS_CLAIMED);
}

int32_t ls_slot_claim(struct ls_shared *shared, uint32_t flags, char **argv)
{
    struct ls_header *h = &shared->header;
    if (argv)
        copy_command(argv);
    if (is_elsewhere())
        return -1;
    for (uint32_t i = 0; i < LS_N_PROCESSES; i++) {
        struct ls_process *p = &shared->processes[i];
        if (!claim(p))
            continue;
        describe(p, flags);
        uint32_t n = atomic_load(&h->n_processes);
        while (n < i + 1 &&
               !atomic_compare_exchange_weak(&h->n_processes, &n, i + 1))
            ;
        atomic_store(&p->state, LS_PROCESS_LIVE);
        ls_slot_ring_doorbell(shared);
        return (int32_t)i;
    }
    atomic_fetch_add(&h->unregistered, 1);
    return -1;
}

static void check_hooks(void)
{
    ls_hooks_missing(hooks_missing);
    ls_hooks_libuv_version(libuv, sizeof libuv);
}

void ls_slot_check_hooks(struct ls_process *p)
{
    pthread_once(&hooks_checked, check_hooks);
    memcpy(p->hooks_missing, hooks_missing, sizeof hooks_missing);
    memcpy(p->libuv, libuv, sizeof p->libuv);
}
