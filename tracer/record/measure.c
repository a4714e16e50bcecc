/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "confined.h"
#include "kernel.h"
#include "ring.h"
#include "session.h"

/* Out of the way of programs that count on low numbers, if they may have so
 * many. */
enum { SCHEDSTAT_FD = 300 };

static int lowest_fd(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
        limit.rlim_cur > 2 * SCHEDSTAT_FD)
        return SCHEDSTAT_FD;
    return (int)limit.rlim_cur / 2;
}

static int open_schedstat(struct ls_recorder *r)
{
    struct stat st = {0};
    int low = (int)ls_kernel_six(SYS_openat, AT_FDCWD,
                                 (long)"/proc/thread-self/schedstat",
                                 O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (low < 0)
        return -1;
    ls_kernel(SYS_fstat, low, (long)&st, 0);
    r->schedstat_dev = st.st_dev;
    r->schedstat_ino = st.st_ino;
    int high = (int)ls_kernel(SYS_fcntl, low, F_DUPFD_CLOEXEC, lowest_fd());
    ls_kernel(SYS_close, low, 0, 0);
    return high < 0 ? -1 : high + 1;
}

/* A table of descriptors that grows while other threads use it costs Linux some
 * 10 ms (expand_fdtable() waits for a grace period of RCU): not in a turn. */
void ls_measure_prepare(void)
{
    int low = (int)ls_kernel_six(SYS_openat, AT_FDCWD, (long)"/proc/self",
                                 O_PATH | O_CLOEXEC, 0, 0, 0);
    if (low >= 0) {
        int high = (int)ls_kernel(SYS_fcntl, low, F_DUPFD_CLOEXEC, lowest_fd());
        if (high >= 0)
            ls_kernel(SYS_close, high, 0, 0);
        ls_kernel(SYS_close, low, 0, 0);
    }
}

/* Second field of /proc/thread-self/schedstat: time on a run queue, ns
 * (Documentation/scheduler/sched-stats.rst). */
static bool read_delay(uint64_t *delay_ns)
{
    struct ls_recorder *r = &ls_recorder;
    char text[80];
    if (ls_clock_kind == LS_CLOCK_EXTERNAL) {
        *delay_ns = 0; /* the machine's delays mean nothing on such a clock */
        return true;
    }
    for (int attempt = 0; attempt < 2; attempt++) {
        if (r->schedstat_fd == 0)
            r->schedstat_fd = open_schedstat(r);
        if (r->schedstat_fd < 0)
            return false;
        long n = ls_kernel_six(SYS_pread64, r->schedstat_fd - 1, (long)text,
                               sizeof text - 1, 0, 0, 0);
        if (n > 0) {
            char *end;
            text[n] = '\0';
            strtoull(text, &end, 10);
            char *second = end;
            *delay_ns = strtoull(second, &end, 10);
            if (end != second)
                return true;
        }
        r->schedstat_fd = 0; /* the program closed it: once more */
    }
    r->schedstat_fd = -1;
    return false;
}

/* A child of vfork() has its parent's thread-local memory, but its own clocks:
 * what they say must not become the parent's. */
static bool is_own_thread(void)
{
    const struct ls_ring *ring = ls_recorder.ring;
    return !ring || ls_kernel(SYS_gettid, 0, 0, 0) == ring->tid;
}

static bool read_clocks(struct ls_measure *m)
{
    struct ls_recorder *r = &ls_recorder;
    struct timespec cpu;
    struct rusage usage;
    if (ls_is_confined())
        return false;
    uintptr_t in_call = r->in_call;
    r->in_call = UINTPTR_MAX; /* what is called here is not the program's */
    bool known =
        is_own_thread() &&
        ls_kernel(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, (long)&cpu, 0) ==
            0 &&
        ls_kernel(SYS_getrusage, RUSAGE_THREAD, (long)&usage, 0) == 0 &&
        read_delay(&m->delay_ns);
    r->in_call = in_call;
    if (!known)
        return false;
    m->cpu_ns =
        (uint64_t)cpu.tv_sec * UINT64_C(1000000000) + (uint64_t)cpu.tv_nsec;
    m->faults = (uint64_t)usage.ru_majflt;
    return true;
}

static uint64_t ticks_to_ns(uint64_t ticks)
{
    return (uint64_t)((double)ticks * 1e6 / (double)ls_session_ticks_per_ms());
}

/* Of counters, of which only the difference means something. */
static uint64_t less(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b) > 0 ? a - b : 0;
}

/*
 * The clocks as they were at NOW. The machine may take the processor away
 * between NOW and their reading, and between two of them: then they are read
 * once more, until that took no time, and what has passed since NOW is taken
 * off the delay. Nothing but this ran meanwhile, and it waits for nothing.
 */
static bool read_as_of(uint64_t now, struct ls_measure *m)
{
    enum { ATTEMPTS = 8 };
    const uint64_t soon = ls_session_ticks_per_ms() / 4;
    uint64_t begin = now, end = now;
    for (int i = 0; i < ATTEMPTS; i++) {
        if (!read_clocks(m))
            return false;
        end = ls_clock_ticks();
        if (end - begin < soon)
            break;
        begin = end;
    }
    if (begin > now)
        m->delay_ns -= ticks_to_ns(begin - now); /* may wrap, as below */
    return true;
}

void ls_measure_read(uint64_t now)
{
    struct ls_recorder *r = &ls_recorder;
    int saved = errno;
    bool known = read_as_of(now, &r->base.used);
    r->base.ticks = known ? now : 0;
    r->base_until = known ? now + ls_session_ticks_per_ms() : 0;
    errno = saved;
}

bool ls_measure_since(const struct ls_reading *base, uint64_t begin,
                      uint64_t now, struct ls_measure *m)
{
    struct ls_recorder *r = &ls_recorder;
    struct ls_measure end;
    int saved = errno;
    bool known = base->ticks && read_as_of(now, &end);
    errno = saved;
    if (!known) {
        r->base.ticks = r->base_until = 0;
        return false;
    }
    uint64_t wall = ticks_to_ns(now - begin);
    uint64_t before = ticks_to_ns(less(begin, base->ticks));
    uint64_t cpu = less(end.cpu_ns, base->used.cpu_ns);
    m->cpu_ns = less(cpu, before < cpu ? before : cpu);
    if (m->cpu_ns > wall)
        m->cpu_ns = wall;
    m->delay_ns = less(end.delay_ns, base->used.delay_ns);
    if (m->delay_ns > wall - m->cpu_ns)
        m->delay_ns = wall - m->cpu_ns;
    m->faults = less(end.faults, base->used.faults);
    m->unused = 0;
    r->base = (struct ls_reading){.used = end, .ticks = now};
    r->base_until = now + ls_session_ticks_per_ms();
    return true;
}
