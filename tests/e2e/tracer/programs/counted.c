/* SPDX-License-Identifier: MIT */
/*
 * counted TRACE COUNT: record a counter that grows by one, for ever; after each
 * record its value goes into the file COUNT (a mapped 64-bit number). To be
 * killed: every value up to the one in COUNT has been recorded.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tracer/loopscope.h"

int main(int argc, char **argv)
{
    int fd = open(argv[2], O_RDWR);
    _Atomic uint64_t *count =
        mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd < 0 || count == MAP_FAILED)
        return 1;
    if (ls_open(&(struct ls_options){.trace = argv[1]})) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    ls_name_id name = ls_name("n");
    for (uint64_t n = 1;; n++) {
        ls_counter(name, (double)n);
        atomic_store(count, n);
        if (n % 64 == 0) /* about a million a second, so that nothing drops */
            nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
    }
}
