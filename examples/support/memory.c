/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdio.h>

struct memory memory_now(void)
{
    struct memory memory = {0};
    char line[128];
    FILE *status = fopen("/proc/self/status", "re");
    while (status && fgets(line, sizeof line, status)) {
        sscanf(line, "RssAnon: %ld", &memory.used_kib);
        sscanf(line, "VmSize: %ld", &memory.reserved_kib);
    }
    if (status)
        fclose(status);
    return memory;
}
