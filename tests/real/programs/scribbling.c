/* SPDX-License-Identifier: MIT */
/*
 * scribbling COUNT SEED MILLISECONDS: a loop whose program writes random bytes
 * over the memory that it shares with the collector, which it finds in its own
 * maps; at random moments, for that long. Then it exits with 0, if it still
 * can.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ticking.h"
#include "tracer/record/shared.h"

enum { PERIOD_US = 50, MOST_BYTES = 4096, USED_CHUNKS = 64 };

static uint64_t seed;

/* xorshift64*: the same moments and places for the same seed. */
static uint64_t random_number(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * UINT64_C(2685821657736338717);
}

static struct ls_shared *find_shared(void)
{
    char line[512];
    uint64_t begin = 0, end;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, "/memfd:loopscope") &&
            sscanf(line, "%" SCNx64 "-%" SCNx64, &begin, &end) == 2)
            break;
    if (maps)
        fclose(maps);
    return (struct ls_shared *)(uintptr_t)begin;
}

/* The parts that are in use, each as likely as the others. */
static unsigned char *random_place(struct ls_shared *shared, size_t *n_room)
{
    const struct {
        void *at;
        size_t n;
    } parts[] = {
        {&shared->header, sizeof shared->header},
        {shared->rings, 8 * sizeof shared->rings[0]},
        {shared->processes, 4 * sizeof shared->processes[0]},
        {shared->names, 4096},
        {shared->arena, (size_t)USED_CHUNKS * LS_CHUNK_BYTES},
        {shared->arena, (size_t)2 * LS_CHUNK_BYTES},
    };
    size_t i = random_number() % (sizeof parts / sizeof parts[0]);
    size_t offset = random_number() % parts[i].n;
    *n_room = parts[i].n - offset;
    return (unsigned char *)parts[i].at + offset;
}

/* Few bytes or many; random, or all the same. */
static void scribble(struct ls_shared *shared)
{
    size_t n_room, most = random_number() % 2 ? 8 : MOST_BYTES;
    unsigned char *at = random_place(shared, &n_room);
    size_t n = random_number() % most + 1;
    uint64_t kind = random_number() % 4;
    for (size_t i = 0; i < n && i < n_room; i++)
        at[i] = kind == 0   ? 0
                : kind == 1 ? 0xff
                            : (unsigned char)(random_number() >> 32);
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t end_ns;

static void *scribble_often(void *shared)
{
    while (now_ns() < end_ns) {
        struct timespec rest = {.tv_nsec = (long)(random_number() % 20000000)};
        nanosleep(&rest, NULL);
        scribble(shared);
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    struct ticking ticking;
    pthread_t scribbler;
    struct ls_shared *shared = find_shared();
    if (argc != 4 || ticking_open(&ticking, argv[1], PERIOD_US) != 0) {
        perror("scribbling");
        return 1;
    }
    if (!shared) {
        fprintf(stderr, "scribbling: nothing to scribble on\n");
        return 2;
    }
    seed = strtoull(argv[2], NULL, 10) * 2 + 1;
    end_ns = now_ns() + atol(argv[3]) * 1000000;
    if (pthread_create(&scribbler, NULL, scribble_often, shared) != 0)
        return 1;
    while (ticking_wait(&ticking))
        ;
    return 1;
}
