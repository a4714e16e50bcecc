/* SPDX-License-Identifier: MIT */
#include "inherit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static const int signals[] = {SIGPIPE, SIGXFSZ};
#define N_SIGNALS (sizeof signals / sizeof *signals)

static bool opened[3];
static struct sigaction actions[N_SIGNALS];

void ls_inherit_begin(void)
{
    static const int modes[] = {O_RDONLY, O_RDONLY, O_RDWR};
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            opened[fd] = open("/dev/null", modes[fd]) == fd;
    for (size_t i = 0; i < N_SIGNALS; i++) {
        sigaction(signals[i], NULL, &actions[i]);
        signal(signals[i], SIG_IGN);
    }
}

void ls_inherit_restore(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (opened[fd])
            close(fd);
    for (size_t i = 0; i < N_SIGNALS; i++)
        sigaction(signals[i], &actions[i], NULL);
}
