/* SPDX-License-Identifier: MIT */
/* Opening, closing and forking, with a thread in place of the collector. */
#include "tracer/record/session.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tracer/loopscope.h"
#include "tracer/preload/hooks.h"
#include "tracer/record/error.h"
#include "tracer/record/ring.h"
#include "tracer/record/spawn.h"

/* ---- in place of the other parts ---------------------------------------- */

static struct ls_shared *collected; /* mapped by the collector, until stopped */
static pthread_t collector;
static _Atomic bool stop;
static int find_error;
static enum ls_collector_state answer = LS_COLLECTOR_READY;

void ls_hooks_missing(uint64_t missing[LS_HOOK_WORDS])
{
    memset(missing, 0, LS_HOOK_WORDS * sizeof *missing);
    missing[0] = 5;
}

void ls_hooks_libuv_version(char *text, size_t n_text)
{
    snprintf(text, n_text, "1.2.3");
}

void ls_hooks_range(uint64_t *begin, uint64_t *end)
{
    *begin = 100;
    *end = 200;
}

int ls_hooks_backend_fd(const struct uv_loop_s *loop)
{
    return -1;
}

int ls_hooks_poll_in_place(void)
{
    return 1;
}

int ls_spawn_find(char *path, size_t n_path)
{
    snprintf(path, n_path, "/bin/loopscope-collector");
    return find_error ? ls_error_set(find_error, "looked in /bin") : LS_OK;
}

static void answer_closing(struct ls_process *p)
{
    uint32_t closing = LS_PROCESS_CLOSING;
    if (atomic_compare_exchange_strong(&p->state, &closing, LS_PROCESS_WRITTEN))
        syscall(SYS_futex, &p->state, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Whoever asks to close is told that all is written. */
static void *collect(void *arg)
{
    while (!atomic_load(&stop)) {
        for (int i = 0; i < LS_N_PROCESSES; i++)
            answer_closing(&collected->processes[i]);
        usleep(500);
    }
    return NULL;
}

int ls_spawn_collector(const char *path, int fd, struct ls_shared *shared)
{
    struct ls_header *h = &shared->header;
    h->ticks_per_ms = 1000;
    if (answer == LS_COLLECTOR_FAILED) {
        h->error = LS_EBUSY;
        snprintf(h->text, sizeof h->text, "somebody writes it");
    }
    atomic_store(&h->collector_state, answer);
    collected = mmap(NULL, sizeof *collected, PROT_READ | PROT_WRITE,
                     MAP_SHARED, fd, 0);
    assert_ptr_not_equal(collected, MAP_FAILED);
    for (uint32_t i = 0; i < 4; i++)
        ls_chunk_give(collected, i);
    return LS_OK;
}

static void start_collecting(void)
{
    atomic_store(&stop, false);
    assert_int_equal(pthread_create(&collector, NULL, collect, NULL), 0);
}

static void stop_collecting(void)
{
    atomic_store(&stop, true);
    pthread_join(collector, NULL);
}

static int forget_memory(void **state)
{
    if (collected)
        munmap(collected, sizeof *collected);
    collected = NULL;
    find_error = 0;
    answer = LS_COLLECTOR_READY;
    return 0;
}

/* ---- open and close ----------------------------------------------------- */

static void test_session__open_and_close(void **state)
{
    struct ls_options options = {.trace = "t.json", .threshold_ns = 5000000};
    assert_null(ls_session_shared());
    assert_int_equal(ls_close(), LS_ENOTOPEN);
    assert_int_equal(ls_open(&options), LS_OK);
    assert_string_equal(ls_error_detail(), "");
    const struct ls_header *h = &collected->header;
    assert_true(h->magic == LS_SHARED_MAGIC);
    assert_int_equal(h->first_pid, getpid());
    assert_int_equal(h->threshold_ns, 5000000);
    assert_string_equal(h->trace, "t.json");
    assert_int_equal(ls_session_threshold_ticks(), 5000);
    assert_int_equal(ls_session_ticks_per_ms(), 1000);
    const struct ls_process *p = &collected->processes[0];
    assert_int_equal(ls_session_process(), 0);
    assert_int_equal(p->state, LS_PROCESS_LIVE);
    assert_int_equal(p->pid, getpid());
    assert_int_equal(p->hooks_missing[0], 5);
    assert_string_equal(p->libuv, "1.2.3");
    assert_int_equal(ls_open(NULL), LS_EALREADY);
    start_collecting();
    assert_int_equal(ls_close(), LS_OK);
    stop_collecting();
    assert_null(ls_session_shared());
    assert_int_equal(p->state, LS_PROCESS_WRITTEN);
    assert_int_equal(ls_close(), LS_ENOTOPEN);
    assert_int_equal(ls_task_start(0, NULL), 0);
}

static void test_session__the_default_is_loopscope_json(void **state)
{
    assert_int_equal(ls_open(NULL), LS_OK);
    assert_string_equal(collected->header.trace, "loopscope.json");
    assert_int_equal(collected->header.threshold_ns, 10000000);
    start_collecting();
    assert_int_equal(ls_close(), LS_OK);
    stop_collecting();
}

static void test_session__records_after_reopening(void **state)
{
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ls_open(NULL), LS_OK);
        start_collecting();
        ls_task_id t = ls_task_start(ls_name("brew"), NULL);
        assert_int_equal(t, 1); /* each trace has its own */
        assert_int_equal(collected->rings[0].head, 1);
        assert_int_equal(ls_close(), LS_OK);
        ls_mark(0, NULL);
        assert_int_equal(collected->rings[0].head, 1);
        stop_collecting();
        munmap(collected, sizeof *collected);
        collected = NULL;
    }
}

static void test_session__names_that_make_no_sense(void **state)
{
    static char path[5000];
    memset(path, 'x', sizeof path - 1);
    assert_int_equal(ls_open(&(struct ls_options){.trace = ""}), LS_EINVAL);
    assert_non_null(strstr(ls_error_detail(), "empty"));
    assert_int_equal(ls_open(&(struct ls_options){.trace = path}), LS_EINVAL);
    assert_non_null(strstr(ls_error_detail(), "too long"));
    assert_null(ls_session_shared());
}

static void test_session__no_collector(void **state)
{
    find_error = LS_ENOCOLLECTOR;
    assert_int_equal(ls_open(NULL), LS_ENOCOLLECTOR);
    assert_string_equal(ls_error_detail(), "looked in /bin");
    assert_int_equal(ls_close(), LS_ENOTOPEN);
}

static void test_session__a_collector_that_fails(void **state)
{
    answer = LS_COLLECTOR_FAILED;
    assert_int_equal(ls_open(NULL), LS_EBUSY);
    assert_string_equal(ls_error_detail(), "somebody writes it");
    assert_null(ls_session_shared());
}

static void test_session__a_collector_without_progress(void **state)
{
    assert_int_equal(ls_open(NULL), LS_OK);
    assert_int_equal(ls_close(), LS_ETIMEDOUT);
    assert_non_null(strstr(ls_error_detail(), "2 s"));
    assert_null(ls_session_shared());
}

static void test_session__switched_off(void **state)
{
    setenv("LOOPSCOPE", "off", 1);
    assert_int_equal(ls_open(NULL), LS_OK);
    unsetenv("LOOPSCOPE");
    assert_null(ls_session_shared());
    assert_int_equal(ls_task_start(0, NULL), 0);
    assert_int_equal(ls_name("brew"), 0);
    assert_int_equal(ls_open(NULL), LS_EALREADY);
    assert_int_equal(ls_close(), LS_OK);
    assert_int_equal(ls_close(), LS_ENOTOPEN);
}

static void test_session__every_error_has_a_line(void **state)
{
    for (int error = LS_ENOTOPEN; error <= LS_OK; error++)
        assert_string_not_equal(ls_strerror(error), "unknown error");
    assert_string_equal(ls_strerror(1), "unknown error");
    assert_string_equal(ls_strerror(LS_ENOTOPEN - 1), "unknown error");
    assert_string_equal(ls_strerror(INT32_MIN), "unknown error");
}

/* ---- fork --------------------------------------------------------------- */

/* A child that records and closes: 0 if it found its place. */
static int child(ls_name_id name)
{
    int32_t slot = ls_session_process();
    if (slot < 0 || collected->processes[slot].pid != getpid())
        return 1;
    if (ls_recorder.ring || ls_task_current())
        return 2; /* its parent's */
    if (ls_name("brew") != name)
        return 3;
    ls_task_start(name, NULL);
    if (!ls_recorder.ring || ls_recorder.ring->process != (uint32_t)slot)
        return 4;
    ls_ring_end();
    atomic_store(&collected->rings[1].state, LS_RING_FREE);
    ls_chunk_give(collected, collected->rings[1].first_chunk);
    return ls_close() == LS_OK ? 0 : 5;
}

static void test_session__children_have_a_place_of_their_own(void **state)
{
    enum { N = LS_N_PROCESSES + 20 }; /* one after the other */
    int status;
    assert_int_equal(ls_open(NULL), LS_OK);
    ls_name_id name = ls_name("brew");
    ls_task_start(name, NULL);
    start_collecting();
    for (int i = 0; i < N; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(child(name));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
    assert_int_equal(collected->processes[0].state, LS_PROCESS_LIVE);
    assert_int_equal(collected->header.n_processes, 2);
    assert_int_equal(ls_close(), LS_OK);
    stop_collecting();
}

#define SESSION_TEST(test) cmocka_unit_test_teardown(test, forget_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(test_session__open_and_close),
        SESSION_TEST(test_session__the_default_is_loopscope_json),
        SESSION_TEST(test_session__records_after_reopening),
        SESSION_TEST(test_session__names_that_make_no_sense),
        SESSION_TEST(test_session__no_collector),
        SESSION_TEST(test_session__a_collector_that_fails),
        SESSION_TEST(test_session__a_collector_without_progress),
        SESSION_TEST(test_session__switched_off),
        SESSION_TEST(test_session__every_error_has_a_line),
        SESSION_TEST(test_session__children_have_a_place_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
