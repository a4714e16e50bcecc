/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tracer/record/clock.h"
#include "tracer/record/ring.h"
#include "tracer/record/session.h"

enum { TICKS_PER_MS = 1000000 };

static struct ls_shared *memory;
static void *mapping;
static size_t n_mapped;
static uint64_t number;
static bool hidden;
static int32_t process;

struct ls_shared *ls_session_shared(void)
{
    return hidden ? NULL : memory;
}

int32_t ls_session_process(void)
{
    return memory ? process : -1;
}

void ls_session_names_tasks(void)
{
    atomic_fetch_or(&memory->processes[process].flags, LS_PROCESS_NAMES_TASKS);
}

uint64_t ls_session_number(void)
{
    return number;
}

uint64_t ls_session_threshold_ticks(void)
{
    return 10 * TICKS_PER_MS;
}

uint64_t ls_session_ticks_per_ms(void)
{
    return TICKS_PER_MS;
}

/* As ls_open() maps it, so that a fork shares it and the collector finds it;
 * but the arena ends where pages begin that nobody may touch. */
static void map_memory(void)
{
    n_mapped = sizeof *memory + 2 * LS_CHUNK_BYTES;
    mapping = mmap(NULL, n_mapped, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(mapping, MAP_FAILED);
    uintptr_t at = (uintptr_t)mapping + LS_CHUNK_BYTES - 1;
    at &= ~(uintptr_t)(LS_CHUNK_BYTES - 1);
    int fd = memfd_create("loopscope", MFD_CLOEXEC);
    assert_int_equal(ftruncate(fd, sizeof *memory), 0);
    memory = mmap((void *)at, sizeof *memory, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd, 0);
    assert_ptr_equal(memory, (void *)at);
    close(fd);
}

struct ls_shared *test_session_open(uint32_t n_chunks)
{
    map_memory();
    ls_clock_kind = LS_CLOCK_MONOTONIC;
    atomic_store(&memory->header.next_task_id, 1);
    atomic_store(&memory->header.n_names, LS_NAME_FULL);
    memory->header.first_pid = (int32_t)getpid();
    memory->header.clock_kind = LS_CLOCK_MONOTONIC;
    memory->processes[0].pid = (int32_t)getpid();
    atomic_store(&memory->processes[0].state, LS_PROCESS_LIVE);
    atomic_store(&memory->header.n_processes, 1);
    for (uint32_t i = n_chunks; i > 0; i--)
        ls_chunk_give(memory, i - 1);
    test_session_renew();
    return memory;
}

void test_session_renew(void)
{
    number++;
    atomic_fetch_add(&ls_epoch, 1);
}

void test_session_use_slot(int32_t slot)
{
    process = slot;
}

void test_session_hide(bool hide)
{
    hidden = hide;
}

uint32_t test_session_n_free(void)
{
    uint32_t n = 0;
    uint32_t next = (uint32_t)atomic_load(&memory->header.free_chunks);
    for (; next > 0 && n <= LS_N_CHUNKS; n++)
        next = atomic_load(&memory->header.next_free[next - 1]);
    return n;
}

void test_session_close(void)
{
    ls_ring_end();
    assert_int_equal(munmap(mapping, n_mapped), 0);
    memory = NULL;
}
