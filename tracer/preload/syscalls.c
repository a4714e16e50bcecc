/* SPDX-License-Identifier: MIT */
/*
 * syscall(). Only the numbers that can block are watched; all others go
 * straight on, by a jump: some make a child that returns on another stack.
 * The fixed seven arguments are passed just as a variable number of them is.
 */
#include "blocks.h"
#include "tracer/record/turn.h"

#include <linux/futex.h>
#include <stdbool.h>
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

/* Those whose first argument is the descriptor that is waited for. */
static const bool has_fd[MOST_NUMBERS] = {
    [SYS_accept] = true,          [SYS_accept4] = true,
    [SYS_copy_file_range] = true, [SYS_fdatasync] = true,
    [SYS_flock] = true,           [SYS_fsync] = true,
    [SYS_io_uring_enter] = true,  [SYS_pread64] = true,
    [SYS_preadv] = true,          [SYS_pwrite64] = true,
    [SYS_pwritev] = true,         [SYS_read] = true,
    [SYS_readv] = true,           [SYS_recvfrom] = true,
    [SYS_recvmsg] = true,         [SYS_sendfile] = true,
    [SYS_sendmsg] = true,         [SYS_sendto] = true,
    [SYS_splice] = true,          [SYS_syncfs] = true,
    [SYS_write] = true,           [SYS_writev] = true,
};

static enum ls_call call_of(long number)
{
    if (number < 0 || number >= MOST_NUMBERS)
        return LS_CALL_SLEEP;
    return (enum ls_call)calls[number];
}

static struct ls_subject subject_of(long number, long a, long b, long c)
{
    bool may_wait = number != SYS_fsync && number != SYS_fdatasync &&
                    number != SYS_flock && number != SYS_syncfs;
    switch (number) {
    case SYS_connect:
        return ls_subject_address((int)a, (const void *)b, (size_t)c);
    case SYS_futex:
        return ls_subject_object("futex", (const void *)a, 0);
    case SYS_openat:
        return ls_subject_text((const char *)b);
    case SYS_wait4:
        return ls_subject_process((int)a);
    default:
        if (!has_fd[number])
            return ls_subject_none();
        return may_wait ? ls_subject_io((int)a) : ls_subject_fd((int)a);
    }
}

LS_HOOK long hook_of_syscall(long number, long a, long b, long c, long d,
                             long e, long f) __asm__("syscall");
LS_HOOK long hook_of_syscall(long number, long a, long b, long c, long d,
                             long e, long f)
{
    syscall_function *real = (syscall_function *)ls_hooks_next(LS_HOOK_syscall);
    enum ls_call call = call_of(number);
    if (number == SYS_close) /* libuv's way to close */
        ls_turn_close((int)a);
    if (!ls_call_is_watching() || call == LS_CALL_SLEEP)
        return real(number, a, b, c, d, e, f);
    struct ls_call_scope scope;
    ls_call_begin_about(&scope, call, subject_of(number, a, b, c), LS_CALLER);
    long result = real(number, a, b, c, d, e, f);
    ls_call_end(&scope);
    return result;
}
