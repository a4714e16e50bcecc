/* SPDX-License-Identifier: MIT */
/*
 * syscall(). Only the numbers that can block are watched; all others go
 * straight on, by a jump: some make a child that returns on another stack.
 * The fixed seven arguments are passed just as a variable number of them is.
 *
 * And the moment at which a process allows itself few system calls.
 */
#include "blocks.h"
#include "tracer/record/confined.h"
#include "tracer/record/nonblocking.h"
#include "tracer/record/turn.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

typedef long syscall_function(long number, long a, long b, long c, long d,
                              long e, long f);

enum { MOST_NUMBERS = 512 };

/* enum ls_call by number; 0, which is sleep(): cannot block. */
static const uint16_t calls[MOST_NUMBERS] = {
#define X(name) [SYS_##name] = LS_CALL_SYSCALL_##name,
    LS_SYSCALLS(X)
#undef X
};

/* Whether the first argument is a descriptor, and O_NONBLOCK matters to it. */
enum fd_use { NO_DESCRIPTOR, TRANSFERS, WHATEVER_ITS_FLAGS };

static const uint8_t fd_use[MOST_NUMBERS] = {
    [SYS_accept] = TRANSFERS,
    [SYS_accept4] = TRANSFERS,
    [SYS_copy_file_range] = TRANSFERS,
    [SYS_io_uring_enter] = TRANSFERS,
    [SYS_pread64] = TRANSFERS,
    [SYS_preadv] = TRANSFERS,
    [SYS_pwrite64] = TRANSFERS,
    [SYS_pwritev] = TRANSFERS,
    [SYS_read] = TRANSFERS,
    [SYS_readv] = TRANSFERS,
    [SYS_recvfrom] = TRANSFERS,
    [SYS_recvmsg] = TRANSFERS,
    [SYS_sendfile] = TRANSFERS,
    [SYS_sendmsg] = TRANSFERS,
    [SYS_sendto] = TRANSFERS,
    [SYS_splice] = TRANSFERS,
    [SYS_write] = TRANSFERS,
    [SYS_writev] = TRANSFERS,
    [SYS_fdatasync] = WHATEVER_ITS_FLAGS,
    [SYS_flock] = WHATEVER_ITS_FLAGS,
    [SYS_fsync] = WHATEVER_ITS_FLAGS,
    [SYS_syncfs] = WHATEVER_ITS_FLAGS,
};

static enum ls_call call_of(long number)
{
    if (number < 0 || number >= MOST_NUMBERS)
        return LS_CALL_SLEEP;
    return (enum ls_call)calls[number];
}

static void fill_subject(struct ls_subject *about, long number, long a, long b,
                         long c)
{
    if (number == SYS_connect)
        ls_subject_address(about, (int)a, (const void *)b, (size_t)c);
    else if (number == SYS_futex)
        ls_subject_object(about, "futex", (const void *)a, 0);
    else if (number == SYS_openat)
        ls_subject_text(about, (const char *)b);
    else if (number == SYS_wait4)
        ls_subject_process(about, (int)a);
    else if (fd_use[number] == TRANSFERS)
        ls_subject_io(about, (int)a);
    else if (fd_use[number] == WHATEVER_ITS_FLAGS)
        ls_subject_fd(about, (int)a);
    else
        ls_subject_none(about);
}

/* The functions of these names are in numbers.c. */
static bool changes_numbers(long number)
{
#if defined(SYS_dup2)
    if (number == SYS_dup2)
        return true;
#endif
    return number == SYS_dup3 || number == SYS_close_range ||
           number == SYS_ioctl || number == SYS_fcntl;
}

enum confinement { NOT_CONFINED, FEW_CALLS, NO_CLOCK };

/* Where Linux allows read, write and exit alone, it forbids the processor's
 * counter, too (disable_TSC() in its kernel/seccomp.c). */
static enum confinement prctl_confines(long what, long a)
{
    if (what == PR_SET_SECCOMP)
        return a == SECCOMP_MODE_STRICT ? NO_CLOCK : FEW_CALLS;
    return what == PR_SET_TSC && a == PR_TSC_SIGSEGV ? NO_CLOCK : NOT_CONFINED;
}

static enum confinement call_confines(long number, long a, long b)
{
    if (number == SYS_prctl)
        return prctl_confines(a, b);
    if (number != SYS_seccomp ||
        (a != SECCOMP_SET_MODE_STRICT && a != SECCOMP_SET_MODE_FILTER))
        return NOT_CONFINED;
    return a == SECCOMP_SET_MODE_STRICT ? NO_CLOCK : FEW_CALLS;
}

/* It holds before the call has returned. Where that fails, as one does that
 * only asks what the kernel can, nothing has changed. */
static __attribute__((noinline)) long confine(enum confinement how,
                                              syscall_function *real,
                                              const long x[6])
{
    bool was = atomic_exchange(&ls_confined, true);
    uint64_t epoch = atomic_load(&ls_epoch);
    if (how == NO_CLOCK) {
        ls_turn_stop();
        atomic_store(&ls_epoch, 0);
    }
    long result = real(x[0], x[1], x[2], x[3], x[4], x[5], 0);
    if (result < 0) {
        atomic_store(&ls_epoch, epoch);
        atomic_store(&ls_confined, was);
    }
    return result;
}

/* Five arguments are passed just as a variable number of them is. */
typedef int prctl_function(int what, long a, long b, long c, long d);

LS_HOOK int hook_of_prctl(int what, long a, long b, long c,
                          long d) __asm__("prctl");
LS_HOOK int hook_of_prctl(int what, long a, long b, long c, long d)
{
    enum confinement how = prctl_confines(what, a);
    if (how == NOT_CONFINED)
        return ((prctl_function *)ls_hooks_next(LS_HOOK_prctl))(what, a, b, c,
                                                                d);
    syscall_function *real = (syscall_function *)ls_hooks_next(LS_HOOK_syscall);
    return (int)confine(how, real, (long[]){SYS_prctl, what, a, b, c, d});
}

LS_HOOK long hook_of_syscall(long number, long a, long b, long c, long d,
                             long e, long f) __asm__("syscall");
LS_HOOK long hook_of_syscall(long number, long a, long b, long c, long d,
                             long e, long f)
{
    syscall_function *real = (syscall_function *)ls_hooks_next(LS_HOOK_syscall);
    enum ls_call call = call_of(number);
    if (number == SYS_close) { /* libuv's way to close */
        ls_turn_close((int)a);
        ls_nonblocking_remove((int)a);
    }
    if (changes_numbers(number))
        ls_nonblocking_remove_all();
    enum confinement how = call_confines(number, a, b);
    if (__builtin_expect(how != NOT_CONFINED, 0))
        return confine(how, real, (long[]){number, a, b, c, d, e});
    if (!ls_call_is_watching() || call == LS_CALL_SLEEP)
        return real(number, a, b, c, d, e, f);
    struct ls_call_scope scope;
    if (ls_call_starts(&scope, call, LS_CALLER)) {
        fill_subject(&scope.subject, number, a, b, c);
        ls_call_watch(&scope);
    }
    long result = real(number, a, b, c, d, e, f);
    ls_call_end(&scope);
    return result;
}
