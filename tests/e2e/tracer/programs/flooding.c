/* SPDX-License-Identifier: MIT */
/*
 * flooding TRACE N: record a counter N times as fast as it goes, far faster
 * than any collector writes it, with little memory; then a mark named "last".
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tracer/loopscope.h"

int main(int argc, char **argv)
{
    if (ls_open(
            &(struct ls_options){.trace = argv[1], .memory_bytes = 8 << 20})) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    ls_name_id name = ls_name("flood");
    for (long n = atol(argv[2]); n > 0; n--)
        ls_counter(name, (double)n);
    sleep(1); /* room again: what was dropped can be told */
    ls_mark(ls_name("last"), NULL);
    int error = ls_close();
    if (error)
        fprintf(stderr, "%s: %s\n", ls_strerror(error), ls_error_detail());
    return error ? 1 : 0;
}
