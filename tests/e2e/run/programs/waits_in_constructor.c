/* SPDX-License-Identifier: MIT */
/* A library whose constructor waits for a thread that polls: the loader's lock
 * is held meanwhile. As a program, what loads it. */
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#ifdef LS_IS_LIBRARY
static int ends[2];

static void *polls(void *unused)
{
    for (int i = 0; i < 3; i++) {
        struct pollfd end = {.fd = ends[0], .events = POLLIN};
        poll(&end, 1, 2);
        usleep(1000);
    }
    return NULL;
}

__attribute__((constructor)) static void wait_for_it(void)
{
    pthread_t thread;
    if (pipe(ends) == 0 && pthread_create(&thread, NULL, polls, NULL) == 0)
        pthread_join(thread, NULL);
    puts("constructed");
}
#else
int main(int argc, char **argv)
{
    void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
    puts(library ? "loaded" : "not loaded");
    return library ? 0 : 9;
}
#endif
