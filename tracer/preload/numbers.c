/* SPDX-License-Identifier: MIT */
/*
 * What gives a descriptor's number another meaning, or makes it block: known
 * sockets are not known any more (record/nonblocking.h). None of these can
 * block itself, or it is not worth watching. close() and fcntl() are in
 * files.c.
 */
#undef _FORTIFY_SOURCE
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "hooks.h"
#include "tracer/record/nonblocking.h"

LS_HOOK int dup2(int from, int to)
{
    ls_nonblocking_remove(to);
    return LS_REAL(dup2)(from, to);
}

LS_HOOK int dup3(int from, int to, int flags)
{
    ls_nonblocking_remove(to);
    return LS_REAL(dup3)(from, to, flags);
}

LS_HOOK int close_range(unsigned first, unsigned last, int flags)
{
    ls_nonblocking_remove_range(first, last);
    return LS_REAL(close_range)(first, last, flags);
}

LS_HOOK void closefrom(int first)
{
    ls_nonblocking_remove_range(first < 0 ? 0 : (unsigned)first, ~0u);
    LS_REAL(closefrom)(first);
}

/* The argument is looked at only where the kernel found one. */
LS_HOOK int ioctl(int fd, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    int result = LS_REAL(ioctl)(fd, request, argument);
    if (request == FIONBIO && result == 0 && *(const int *)argument == 0)
        ls_nonblocking_remove_all();
    return result;
}
