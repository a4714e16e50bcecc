#ifndef LS_RECORD_KERNEL_H
#define LS_RECORD_KERNEL_H
/* SPDX-License-Identifier: MIT */
/*
 * kernel.h - system calls that pass by everything: our own hooks, errno,
 * cancellation.
 *
 * For what the tracer asks in the middle of the program's calls. Not for the
 * program's own (LS_REAL in preload/hooks.h).
 *
 *     long n = ls_kernel(SYS_read, fd, (long)text, sizeof text);
 *     if (n < 0)
 *         ... -n is the error
 *
 * Units: none.
 * Ownership: none.
 * Errors: the negative error number; errno is left alone.
 * Threads: any.
 */
#if defined(__x86_64__)
static inline long ls_kernel_six(long number, long a, long b, long c, long d,
                                 long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static inline long ls_kernel_six(long number, long a, long b, long c, long d,
                                 long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}
#else
#include <errno.h>
#include <unistd.h>

static inline long ls_kernel_six(long number, long a, long b, long c, long d,
                                 long e, long f)
{
    int saved = errno;
    long result = syscall(number, a, b, c, d, e, f);
    if (result < 0)
        result = -errno;
    errno = saved;
    return result;
}
#endif

/* Three arguments are enough for most. */
static inline long ls_kernel(long number, long a, long b, long c)
{
    return ls_kernel_six(number, a, b, c, 0, 0, 0);
}

#endif
