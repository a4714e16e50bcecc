/* SPDX-License-Identifier: MIT */
/* Becomes a daemon in the old way, by two forks and setsid(); the daemon writes
 * its pid to FILE, and after MS milliseconds "done" behind it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    pid_t first = fork();
    if (first > 0) {
        int status;
        waitpid(first, &status, 0);
        return 4;
    }
    setsid();
    if (fork() > 0)
        _exit(0);
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dprintf(fd, "%d\n", (int)getpid());
    usleep((useconds_t)atoi(argv[2]) * 1000);
    dprintf(fd, "done\n");
    return 0;
}
