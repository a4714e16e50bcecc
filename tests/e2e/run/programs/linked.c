/* SPDX-License-Identifier: MIT */
/*
 * linked: a program that is linked with loopscope: 3 polls before ls_open(), 4
 * while it is open, 2 after ls_close(). Prints what failed.
 */
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tracer/loopscope.h"

static void poll_on(int epfd, int n)
{
    struct epoll_event event;
    while (n-- > 0)
        epoll_wait(epfd, &event, 1, 1);
}

static int check(const char *what, int error, int wanted)
{
    if (error != wanted)
        printf("%s: %s: %s\n", what, ls_strerror(error), ls_error_detail());
    return error != wanted;
}

int main(void)
{
    int epfd = epoll_create1(0);
    int failed = 0;
    poll_on(epfd, 3);
    failed |= check("open", ls_open(NULL), LS_OK);
    failed |= check("again", ls_open(NULL), LS_EALREADY);
    ls_task_id task = ls_task_start(ls_name("brew"), "Masala");
    ls_task_finish(task, LS_FINISHED_OK, NULL);
    poll_on(epfd, 4);
    failed |= check("close", ls_close(), LS_OK);
    failed |= check("not open", ls_close(), LS_ENOTOPEN);
    ls_task_finish(ls_task_start(ls_name("late"), NULL), LS_FINISHED_OK, NULL);
    poll_on(epfd, 2);
    close(epfd);
    return failed;
}
