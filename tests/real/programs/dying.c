/* SPDX-License-Identifier: MIT */
/*
 * dying COUNT HOW AFTER_US: a loop whose program ends in the middle of it, by
 * another thread: kill, segv, abort, exit (status 7) or exec (a shell that
 * exits with 5). COUNT is the file that counts the turns.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ticking.h"

enum { PERIOD_US = 50 };

static const char *how;
static long after_us;

static void die_by_signal(int number)
{
    kill(getpid(), number);
    pause();
}

static void die(void)
{
    if (strcmp(how, "kill") == 0)
        die_by_signal(SIGKILL);
    else if (strcmp(how, "segv") == 0)
        die_by_signal(SIGSEGV);
    else if (strcmp(how, "abort") == 0)
        abort();
    else if (strcmp(how, "exec") == 0)
        execl("/bin/sh", "sh", "-c", "exit 5", NULL);
    _exit(7);
}

static void *die_later(void *unused)
{
    nanosleep(&(struct timespec){.tv_sec = after_us / 1000000,
                                 .tv_nsec = after_us % 1000000 * 1000},
              NULL);
    die();
    return unused;
}

int main(int argc, char **argv)
{
    struct ticking ticking;
    pthread_t death;
    if (argc != 4 || ticking_open(&ticking, argv[1], PERIOD_US) != 0) {
        perror("dying");
        return 1;
    }
    how = argv[2];
    after_us = atol(argv[3]);
    if (pthread_create(&death, NULL, die_later, NULL) != 0)
        return 1;
    while (ticking_wait(&ticking))
        ;
    return 1;
}
