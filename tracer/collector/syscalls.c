/* SPDX-License-Identifier: MIT */
#include "syscalls.h"

#include <stddef.h>
#include <sys/syscall.h>

/* Made at configuration, of the compiler's own <asm/unistd.h>. */
static const char *const names[] = {
#define X(name, number) [number] = #name,
#include "syscalls.inc"
#undef X
};

static const int64_t with_fd[] = {
#ifdef SYS_epoll_wait /* older architectures have both */
    SYS_epoll_wait,
#endif
    SYS_sendfile,        SYS_read,        SYS_write,
    SYS_readv,           SYS_writev,      SYS_pread64,
    SYS_pwrite64,        SYS_preadv,      SYS_pwritev,
    SYS_recvfrom,        SYS_recvmsg,     SYS_recvmmsg,
    SYS_sendto,          SYS_sendmsg,     SYS_sendmmsg,
    SYS_connect,         SYS_accept,      SYS_accept4,
    SYS_fsync,           SYS_fdatasync,   SYS_sync_file_range,
    SYS_syncfs,          SYS_fallocate,   SYS_ftruncate,
    SYS_flock,           SYS_fcntl,       SYS_ioctl,
    SYS_splice,          SYS_tee,         SYS_vmsplice,
    SYS_copy_file_range, SYS_getdents64,  SYS_fstat,
    SYS_close,           SYS_epoll_pwait, SYS_epoll_pwait2,
    SYS_lseek,
};

const char *ls_syscall_name(int64_t number)
{
    if (number < 0 || (size_t)number >= sizeof names / sizeof *names)
        return NULL;
    return names[number];
}

bool ls_syscall_has_fd(int64_t number)
{
    for (size_t i = 0; i < sizeof with_fd / sizeof *with_fd; i++)
        if (with_fd[i] == number)
            return true;
    return false;
}

bool ls_syscall_has_pid(int64_t number)
{
    return number == SYS_wait4;
}
