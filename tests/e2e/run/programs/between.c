/* SPDX-License-Identifier: MIT */
/*
 * A library that is preloaded by the user, with functions that loopscope has
 * too or calls itself. Says at the end whether they were called.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static _Atomic long n_called;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
    n_called++;
    return dlsym(RTLD_NEXT, name);
}

ssize_t write(int fd, const void *from, size_t n)
{
    return REAL(write)(fd, from, n);
}

void *malloc(size_t n)
{
    return REAL(malloc)(n);
}

int printf(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vprintf(format, list);
    va_end(list);
    n_called++;
    return n;
}

/* Of no use to anybody, where that is wished. */
int fstat(int fd, struct stat *st)
{
    if (!getenv("ODD_FSTAT"))
        return REAL(fstat)(fd, st);
    memset(st, 0x55, sizeof *st);
    return 0;
}

__attribute__((destructor)) static void tell(void)
{
    static const char text[] = "between\n";
    if (n_called > 0 && REAL(write)(STDERR_FILENO, text, sizeof text - 1) < 0)
        abort();
}
