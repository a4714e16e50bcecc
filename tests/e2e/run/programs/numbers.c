/* SPDX-License-Identifier: MIT */
/* The numbers of the descriptors that a loop is given. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 9;
    for (int i = 0; i < 3; i++) {
        struct pollfd end = {.fd = ends[0], .events = POLLIN};
        poll(&end, 1, 5);
        usleep(20000);
        printf("%d\n", open("/dev/null", O_RDONLY));
    }
}
