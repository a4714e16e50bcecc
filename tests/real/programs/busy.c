/* SPDX-License-Identifier: MIT */
/* busy: computes until it is killed, or whoever started it is gone. */
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
    volatile uint64_t sink = 0;
    pid_t parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent)
        for (int i = 0; i < 100000000; i++)
            sink += (uint64_t)i;
    return 0;
}
