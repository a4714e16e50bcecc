/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <sys/syscall.h>
#include <sys/uio.h>

#include "kernel.h"

enum { PAGE = 4096, MOST = 64 * 1024, PARTS = MOST / PAGE + 1 };

/* In parts that end with a page: a part is copied whole or not at all. */
size_t ls_memory_read(void *to, size_t n, uint64_t at)
{
    struct iovec remote[PARTS];
    size_t left = n < MOST ? n : MOST;
    struct iovec local = {.iov_base = to, .iov_len = left};
    int n_parts = 0;
    while (left > 0 && n_parts < PARTS) {
        size_t part = PAGE - at % PAGE;
        part = part < left ? part : left;
        remote[n_parts].iov_base = (void *)(uintptr_t)at;
        remote[n_parts++].iov_len = part;
        at += part;
        left -= part;
    }
    long copied =
        ls_kernel_six(SYS_process_vm_readv, ls_kernel(SYS_getpid, 0, 0, 0),
                      (long)&local, 1, (long)remote, n_parts, 0);
    return copied > 0 ? (size_t)copied : 0;
}
