/* SPDX-License-Identifier: MIT */
/*
 * loopscope-collector: started by ls_open() beside the traced program, with
 * the session's memory as an open descriptor; or what `loopscope run` becomes.
 * Not to be called by people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "collector.h"
#include "doctor.h"
#include "run.h"
#include "tracer/loopscope.h"

static struct ls_shared *map_session(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || st.st_size < (off_t)sizeof(struct ls_shared))
        return NULL;
    void *memory = mmap(NULL, sizeof(struct ls_shared), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_NORESERVE, fd, 0);
    if (memory == MAP_FAILED)
        return NULL;
    struct ls_shared *shared = memory;
    if (shared->header.magic == LS_SHARED_MAGIC)
        return shared;
    munmap(memory, sizeof(struct ls_shared));
    return NULL;
}

static int record(struct ls_shared *shared)
{
    struct ls_collector *c = calloc(1, sizeof *c);
    if (!c)
        return 1;
    int error = ls_collector_open(c, shared);
    if (!error)
        while (ls_collector_tick(c))
            ls_collector_wait(c);
    ls_collector_close(c);
    free(c);
    return error ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("loopscope-collector " LS_VERSION);
        return 0;
    }
    if (argc >= 2 && strcmp(argv[1], "run") == 0)
        return ls_run(argc - 2, argv + 2);
    if (argc == 2 && strcmp(argv[1], "doctor") == 0)
        return ls_doctor();
    if (argc == 2 && strcmp(argv[1], "doctor-probe") == 0)
        return ls_doctor_probe();
    char *end = argv[0];
    long fd = argc == 2 ? strtol(argv[1], &end, 10) : -1;
    struct ls_shared *shared =
        argc == 2 && *end == '\0' ? map_session((int)fd) : NULL;
    if (!shared) {
        fputs("loopscope-collector: it is started by programs that are linked "
              "with loopscope, not by hand\n",
              stderr);
        return 2;
    }
    int status = record(shared);
    munmap(shared, sizeof *shared);
    return status;
}
