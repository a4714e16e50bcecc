/* SPDX-License-Identifier: MIT */
/*
 * vclock: for tests. Preloaded into a program, it gives it a clock of its own
 * that only sleeps and polls move, so that a program that sleeps for 2 s takes
 * no time and yet measures 2 s exactly, on however busy a machine.
 *
 *     LD_PRELOAD=libvclock.so ./gather
 *
 * A sleep, or a poll with a timeout, is a waiter with a deadline. The waiter
 * with the earliest deadline moves the clock there once nothing else can
 * happen before it: its poll finds nothing ready, and every other thread of
 * the process is asleep in the kernel. (The kernel marks a thread runnable in
 * the very call that wakes it, so "all asleep" cannot miss one that is about
 * to run.) Reading the clock moves it by a microsecond, so that no two
 * readings are equal and code that spins on the clock gets on. Clocks of CPU
 * time stay real.
 *
 * Programs started by this one get the real clock again. Inside, only system
 * calls are made: the functions that this file replaces may have been replaced
 * again by the program itself (loopscope's hooks do that).
 *
 * Not covered: timerfd, timed waits on locks, socket timeouts, signals' timers.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define SECOND_NS INT64_C(1000000000)

#define READING_NS 200 /* what a look at the clock costs */
/* The clock begins at 1000 s; in UTC that is the start of 2026. */
#define START_NS (1000 * SECOND_NS)
#define START_UTC_NS (INT64_C(1767225600) * SECOND_NS)

static _Atomic int64_t clock_ns = START_NS;

/* ---- waiters ---- */

#define N_WAITERS 64
#define FREE INT64_MAX

static atomic_flag waiters_lock = ATOMIC_FLAG_INIT;
static int64_t waiters[N_WAITERS]; /* deadlines; under waiters_lock */
static int n_waiters;              /* slots that were ever used */

static void lock_waiters(void)
{
    while (atomic_flag_test_and_set(&waiters_lock))
        syscall(SYS_sched_yield);
}

static void unlock_waiters(void)
{
    atomic_flag_clear(&waiters_lock);
}

static int add_waiter(int64_t deadline)
{
    lock_waiters();
    int slot = 0;
    while (slot < n_waiters && waiters[slot] != FREE)
        slot++;
    if (slot == N_WAITERS)
        abort();
    waiters[slot] = deadline;
    if (slot == n_waiters)
        n_waiters++;
    unlock_waiters();
    return slot;
}

static void remove_waiter(int slot)
{
    lock_waiters();
    waiters[slot] = FREE;
    unlock_waiters();
}

/* Whether no other has an earlier deadline; of equal ones the first slot. */
static bool is_next(int slot)
{
    bool next = true;
    lock_waiters();
    for (int i = 0; i < n_waiters; i++)
        if (waiters[i] < waiters[slot] ||
            (waiters[i] == waiters[slot] && i < slot))
            next = false;
    unlock_waiters();
    return next;
}

static void move_clock_to(int64_t ns)
{
    int64_t now = atomic_load(&clock_ns);
    while (now < ns && !atomic_compare_exchange_weak(&clock_ns, &now, ns))
        ;
}

/* ---- are all others asleep? ---- */

/* A file below /proc/self, into TEXT; "" if it is not there. */
static void read_self(const char *file, const char *tid, char *text, long n)
{
    char path[64] = "/proc/self/";
    strcat(path, file);
    strncat(path, tid, 16);
    strcat(path, *tid ? "/stat" : "stat");
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    long got = fd < 0 ? 0 : syscall(SYS_read, fd, text, n - 1);
    if (fd >= 0)
        syscall(SYS_close, fd);
    text[got > 0 ? got : 0] = '\0';
}

/* The fields of a stat file after the program's name: " S 1 2 ..." */
static const char *fields_of(const char *stat)
{
    const char *name_end = strrchr(stat, ')');
    return name_end ? name_end + 1 : "";
}

static char thread_state(const char *tid)
{
    char stat[512];
    read_self("task/", tid, stat, sizeof stat);
    const char *fields = fields_of(stat);
    return fields[0] && fields[1] ? fields[1] : 'X';
}

static long count_threads(void)
{
    char stat[512];
    read_self("", "", stat, sizeof stat);
    const char *field = fields_of(stat);
    for (int i = 3; *field && i < 20; i++)
        field = strchr(field + 1, ' ') ? strchr(field + 1, ' ') : "";
    return strtol(field, NULL, 10);
}

struct directory_entry { /* struct linux_dirent64 */
    uint64_t inode;
    int64_t offset;
    unsigned short n_bytes;
    unsigned char type;
    char name[];
};

/* Adds those that live to *N_SEEN. */
static bool all_asleep_in(const char *entries, long n_bytes, long *n_seen)
{
    long self = syscall(SYS_gettid);
    for (long at = 0; at < n_bytes;) {
        const struct directory_entry *entry = (const void *)(entries + at);
        at += entry->n_bytes;
        if (entry->name[0] == '.')
            continue;
        bool is_self = strtol(entry->name, NULL, 10) == self;
        char state = is_self ? 'S' : thread_state(entry->name);
        if (!strchr("SZX", state))
            return false;
        *n_seen += state != 'X';
    }
    return true;
}

/* The list of threads ends early where one of them dies while it is read: so
 * it counts only if none is missing. */
static bool others_are_asleep(void)
{
    _Alignas(8) char entries[4096];
    long n, n_seen = 0;
    bool asleep = true;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/task",
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        abort();
    while (asleep &&
           (n = syscall(SYS_getdents64, fd, entries, sizeof entries)) > 0)
        asleep = all_asleep_in(entries, n, &n_seen);
    syscall(SYS_close, fd);
    return asleep && n_seen >= count_threads();
}

/* ---- waiting ---- */

/*
 * Really waits for REAL_NS at most. What the call of its kind returns: over 0
 * when something is ready, 0 when nothing is, -1 with errno.
 */
typedef int (*wait_fn)(void *call, int64_t real_ns);

/* Long enough not to burn the CPU while another thread computes. */
#define RECHECK_NS 1000000

static int wait_until(int64_t deadline, wait_fn wait, void *call)
{
    int slot = add_waiter(deadline);
    int n;
    while ((n = wait(call, 0)) == 0) {
        if (atomic_load(&clock_ns) >= deadline)
            break;
        /* Asked again: another may have become a waiter before it slept. */
        if (is_next(slot) && others_are_asleep() && is_next(slot)) {
            /* What they did before they fell asleep comes first. */
            if ((n = wait(call, 0)) == 0)
                move_clock_to(deadline);
            break;
        }
        if ((n = wait(call, RECHECK_NS)) != 0)
            break;
    }
    int error = errno;
    remove_waiter(slot);
    errno = error;
    return n;
}

/* TIMEOUT_NS below 0: for ever, and that is what the kernel is for. */
static int wait_for(int64_t timeout_ns, wait_fn wait, void *call)
{
    if (timeout_ns <= 0)
        return wait(call, timeout_ns);
    return wait_until(atomic_load(&clock_ns) + timeout_ns, wait, call);
}

static int64_t to_ns(const struct timespec *time)
{
    return time->tv_sec * SECOND_NS + time->tv_nsec;
}

static struct timespec from_ns(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / SECOND_NS,
                             .tv_nsec = ns % SECOND_NS};
}

static int really_sleep(void *unused, int64_t real_ns)
{
    struct timespec time = from_ns(real_ns);
    return real_ns > 0 ? (int)syscall(SYS_nanosleep, &time, NULL) : 0;
}

struct epoll_call {
    int fd;
    struct epoll_event *events;
    int n_events;
    const sigset_t *mask;
};

static int really_epoll(void *arg, int64_t real_ns)
{
    struct epoll_call *call = arg;
    int ms = real_ns < 0 ? -1 : (int)((real_ns + 999999) / 1000000);
    return (int)syscall(SYS_epoll_pwait, call->fd, call->events, call->n_events,
                        ms, call->mask, sizeof(uint64_t));
}

struct poll_call {
    struct pollfd *fds;
    nfds_t n_fds;
    const sigset_t *mask;
};

static int really_poll(void *arg, int64_t real_ns)
{
    struct poll_call *call = arg;
    struct timespec time = from_ns(real_ns);
    return (int)syscall(SYS_ppoll, call->fds, call->n_fds,
                        real_ns < 0 ? NULL : &time, call->mask,
                        sizeof(uint64_t));
}

struct select_call {
    int n_fds;
    fd_set *sets[3];
    const sigset_t *mask;
};

/* The kernel writes its answer into the sets: each try needs the question. */
static int really_select(void *arg, int64_t real_ns)
{
    struct select_call *call = arg;
    struct timespec time = from_ns(real_ns);
    struct {
        const sigset_t *mask;
        size_t n_bytes;
    } mask = {call->mask, sizeof(uint64_t)};
    fd_set asked[3];
    for (int i = 0; i < 3; i++)
        if (call->sets[i])
            asked[i] = *call->sets[i];
    int n =
        (int)syscall(SYS_pselect6, call->n_fds, call->sets[0], call->sets[1],
                     call->sets[2], real_ns < 0 ? NULL : &time, &mask);
    for (int i = 0; n == 0 && i < 3; i++)
        if (call->sets[i])
            *call->sets[i] = asked[i];
    return n;
}

/* After a timeout the sets are to be empty. */
static int select_for(int64_t timeout_ns, struct select_call *call)
{
    int n = wait_for(timeout_ns, really_select, call);
    for (int i = 0; n == 0 && i < 3; i++)
        if (call->sets[i])
            FD_ZERO(call->sets[i]);
    return n;
}

/* ---- the functions that are replaced: polls ---- */

static int64_t ms_to_ns(int ms)
{
    return ms < 0 ? -1 : (int64_t)ms * 1000000;
}

static int64_t timeout_of(const struct timespec *time)
{
    return time ? to_ns(time) : -1;
}

EXPORT int epoll_wait(int fd, struct epoll_event *events, int n, int ms)
{
    return wait_for(ms_to_ns(ms), really_epoll,
                    &(struct epoll_call){fd, events, n, NULL});
}

EXPORT int epoll_pwait(int fd, struct epoll_event *events, int n, int ms,
                       const sigset_t *mask)
{
    return wait_for(ms_to_ns(ms), really_epoll,
                    &(struct epoll_call){fd, events, n, mask});
}

EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int n,
                        const struct timespec *timeout, const sigset_t *mask)
{
    return wait_for(timeout_of(timeout), really_epoll,
                    &(struct epoll_call){fd, events, n, mask});
}

EXPORT int poll(struct pollfd *fds, nfds_t n, int ms)
{
    return wait_for(ms_to_ns(ms), really_poll,
                    &(struct poll_call){fds, n, NULL});
}

EXPORT int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                 const sigset_t *mask)
{
    return wait_for(timeout_of(timeout), really_poll,
                    &(struct poll_call){fds, n, mask});
}

EXPORT int select(int n, fd_set *read, fd_set *write, fd_set *except,
                  struct timeval *timeout)
{
    int64_t ns =
        timeout ? timeout->tv_sec * SECOND_NS + timeout->tv_usec * 1000 : -1;
    return select_for(ns,
                      &(struct select_call){n, {read, write, except}, NULL});
}

EXPORT int pselect(int n, fd_set *read, fd_set *write, fd_set *except,
                   const struct timespec *timeout, const sigset_t *mask)
{
    return select_for(timeout_of(timeout),
                      &(struct select_call){n, {read, write, except}, mask});
}

/* ---- sleeps ---- */

/* 0, or errno; then REST (may be NULL) is what was left. */
static int sleep_until(int64_t deadline, struct timespec *rest)
{
    if (wait_until(deadline, really_sleep, NULL) == 0)
        return 0;
    int64_t left = deadline - atomic_load(&clock_ns);
    if (rest)
        *rest = from_ns(left > 0 ? left : 0);
    return errno;
}

static int sleep_for(int64_t ns, struct timespec *rest)
{
    return sleep_until(atomic_load(&clock_ns) + ns, rest);
}

static bool is_time(const struct timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < SECOND_NS;
}

EXPORT int nanosleep(const struct timespec *time, struct timespec *rest)
{
    int error = is_time(time) ? sleep_for(to_ns(time), rest) : EINVAL;
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

EXPORT int clock_nanosleep(clockid_t clock, int flags,
                           const struct timespec *time, struct timespec *rest)
{
    if (!is_time(time))
        return EINVAL;
    if (!(flags & TIMER_ABSTIME))
        return sleep_for(to_ns(time), rest);
    int64_t base = clock == CLOCK_REALTIME ? START_UTC_NS - START_NS : 0;
    return sleep_until(to_ns(time) - base, NULL);
}

EXPORT int usleep(useconds_t us)
{
    int error = sleep_for((int64_t)us * 1000, NULL);
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

EXPORT unsigned sleep(unsigned seconds)
{
    struct timespec rest = {0};
    sleep_for(seconds * SECOND_NS, &rest);
    return (unsigned)rest.tv_sec;
}

EXPORT int thrd_sleep(const struct timespec *time, struct timespec *rest)
{
    int error = is_time(time) ? sleep_for(to_ns(time), rest) : EINVAL;
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

/* ---- clocks ---- */

static int64_t read_clock(void)
{
    return atomic_fetch_add(&clock_ns, READING_NS);
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *time)
{
    switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
        *time = from_ns(read_clock());
        return 0;
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        *time = from_ns(read_clock() - START_NS + START_UTC_NS);
        return 0;
    default:
        return (int)syscall(SYS_clock_gettime, clock, time);
    }
}

EXPORT int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

EXPORT time_t time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result)
        *result = now.tv_sec;
    return now.tv_sec;
}

/* ---- start ---- */

__attribute__((constructor)) static void start(void)
{
    unsetenv("LD_PRELOAD");
    setenv("LOOPSCOPE_CLOCK", "external", 1);
}
