/* SPDX-License-Identifier: MIT */
/*
 * forking TRACE: what a program with children of its own sees. Prints
 *
 *     children N    that wait() found: only its own
 *     SIGCHLD N     signals: only its own children's
 *     open N        descriptors more than before ls_open()
 *     close N       what ls_close() returned
 *
 * Each of 3 children records a task of its own and exits.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/loopscope.h"

static volatile sig_atomic_t n_signals;

static void on_child(int signal)
{
    n_signals++;
}

static int count_descriptors(void)
{
    int n = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder))
        n++;
    closedir(folder);
    return n;
}

static void be_child(int i)
{
    char label[16];
    snprintf(label, sizeof label, "child %d", i);
    ls_task_id task = ls_task_start(ls_name("forked"), label);
    ls_task_finish(task, LS_FINISHED_OK, NULL);
    exit(0);
}

int main(int argc, char **argv)
{
    enum { N_CHILDREN = 3 };
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
    sigaction(SIGCHLD, &action, NULL);
    int before = count_descriptors();
    if (ls_open(&(struct ls_options){.trace = argv[1]})) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    int after = count_descriptors();
    ls_task_id task = ls_task_start(ls_name("parent"), NULL);
    for (int i = 0; i < N_CHILDREN; i++)
        if (fork() == 0)
            be_child(i);
    int n = 0;
    while (wait(NULL) > 0 || errno == EINTR)
        n++;
    ls_task_finish(task, LS_FINISHED_OK, NULL);
    printf("children %d\nSIGCHLD %s\nopen %d\n", n,
           n_signals >= 1 && n_signals <= N_CHILDREN ? "own" : "foreign",
           after - before);
    printf("close %d\n", ls_close());
    return 0;
}
