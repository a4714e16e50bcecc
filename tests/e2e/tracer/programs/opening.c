/* SPDX-License-Identifier: MIT */
/*
 * opening TRACE [again]: open, record one mark, close; "again": all of it
 * twice, into TRACE and TRACE.2. Prints "NUMBER: text: story" of what failed.
 */
#include <stdio.h>
#include <string.h>

#include "tracer/loopscope.h"

static int check(const char *what, int error)
{
    if (error)
        printf("%s %d: %s: %s\n", what, error, ls_strerror(error),
               ls_error_detail());
    return error;
}

static int record(const char *trace)
{
    if (check("open", ls_open(&(struct ls_options){.trace = trace})))
        return 1;
    ls_mark(ls_name("hello"), "world");
    return check("close", ls_close()) != 0;
}

int main(int argc, char **argv)
{
    char second[4096];
    int status = record(argv[1]);
    if (argc < 3)
        return status;
    snprintf(second, sizeof second, "%s.2", argv[1]);
    return status | record(second);
}
