/* SPDX-License-Identifier: MIT */
/* A library that records, for unloading.c. */
#include "tracer/loopscope.h"

LS_API int plugin_open(const char *trace);
LS_API void plugin_record(void);

int plugin_open(const char *trace)
{
    return ls_open(&(struct ls_options){.trace = trace});
}

void plugin_record(void)
{
    ls_mark(ls_name("hello"), "world");
}
