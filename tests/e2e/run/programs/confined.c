/* SPDX-License-Identifier: MIT */
/*
 * A loop that allows itself only the system calls that it needs; any other ends
 * it. "filter": by a list, "strict": by the kernel's own list of four.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ALLOW(number)                                                          \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),                         \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static void filter(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(SYS_read),
        ALLOW(SYS_write),
        ALLOW(SYS_ppoll),
#ifdef SYS_poll
        ALLOW(SYS_poll),
#endif
        ALLOW(SYS_clock_nanosleep),
        ALLOW(SYS_exit),
        ALLOW(SYS_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof rules[0],
                                 .filter = rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
        _exit(9);
}

int main(int argc, char **argv)
{
    int ends[2];
    bool is_strict = argc > 1 && strcmp(argv[1], "strict") == 0;
    if (pipe(ends) < 0)
        return 9;
    struct pollfd end = {.fd = ends[0], .events = POLLIN};
    poll(&end, 1, 5);
    /* One that fails changes nothing. */
    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL);
    if (!is_strict)
        filter();
    else if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
        return 9;
    for (int i = 0; i < 5 && !is_strict; i++) {
        poll(&end, 1, 5);
        usleep(20000);
    }
    for (int i = 0; i < 1000; i++)
        if (write(STDOUT_FILENO, "", 0) < 0)
            break;
    if (write(STDOUT_FILENO, "done\n", 5) != 5)
        syscall(SYS_exit, 8);
    syscall(SYS_exit, 7);
}
