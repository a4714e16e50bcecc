/* SPDX-License-Identifier: MIT */
/*
 * executing TRACE: record a mark, then execute a shell that waits until TRACE
 * is whole. It exits with 1 if that does not come while it lives.
 */
#include <stdio.h>
#include <unistd.h>

#include "tracer/loopscope.h"

static const char wait_for_end[] =
    "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do "
    "[ \"$(tail -n 1 \"$0\")\" = ']' ] && exit 0; sleep 0.5; done; exit 1";

int main(int argc, char **argv)
{
    if (ls_open(&(struct ls_options){.trace = argv[1]})) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    ls_mark(ls_name("before"), NULL);
    execl("/bin/sh", "sh", "-c", wait_for_end, argv[1], NULL);
    return 127;
}
