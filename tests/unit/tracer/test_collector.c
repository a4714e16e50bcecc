/* SPDX-License-Identifier: MIT */
/* A whole recording, with the collector in the test's own process. */
#include "tracer/collector/collector.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cJSON.h>
#include <cmocka.h>

#include "session.h"
#include "trace.h"
#include "tracer/loopscope.h"
#include "tracer/record/ring.h"
#include "tracer/vocabulary.h"

static struct ls_shared *shared;
static struct ls_collector *collector;
static struct test_trace trace;

static int open_recording(void **state)
{
    shared = test_session_open(0);
    test_trace_folder(&trace, "t.json");
    struct ls_header *h = &shared->header;
    snprintf(h->trace, sizeof h->trace, "%s", trace.path);
    h->threshold_ns = 10000000;
    h->n_chunks = LS_N_CHUNKS;
    collector = calloc(1, sizeof *collector);
    return 0;
}

static int close_recording(void **state)
{
    free(collector);
    test_trace_destroy(&trace);
    test_session_close();
    return 0;
}

static void begin(void)
{
    assert_int_equal(ls_collector_open(collector, shared), LS_OK);
    assert_int_equal(shared->header.collector_state, LS_COLLECTOR_READY);
}

static bool tick(void)
{
    bool goes_on = ls_collector_tick(collector);
    if (goes_on)
        ls_collector_wait(collector);
    return goes_on;
}

static void tick_until_drained(uint64_t n_records)
{
    for (int n = 0; collector->n_drained < n_records; n++) {
        assert_true(n < 2000);
        assert_true(tick());
    }
}

static void finish(void)
{
    int n = 0;
    while (tick())
        assert_true(n++ < 2000);
    ls_collector_close(collector);
    assert_int_equal(shared->header.collector_state, LS_COLLECTOR_DONE);
    test_trace_read(&trace);
}

static void ask_to_close(uint32_t slot)
{
    atomic_store(&shared->processes[slot].state, LS_PROCESS_CLOSING);
}

/* ---- the trace ---------------------------------------------------------- */

static const cJSON *args_of(const cJSON *event, const char *name)
{
    const cJSON *is = cJSON_GetObjectItemCaseSensitive(event, "name");
    if (!event || !cJSON_IsString(is) || strcmp(is->valuestring, name) != 0)
        return NULL;
    return cJSON_GetObjectItemCaseSensitive(event, "args");
}

static double number_of(const cJSON *args, const char *key)
{
    const cJSON *is = cJSON_GetObjectItemCaseSensitive(args, key);
    assert_true(cJSON_IsNumber(is));
    return is->valuedouble;
}

static const char *string_of(const cJSON *args, const char *key)
{
    const char *is =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(args, key));
    return is ? is : "(absent)";
}

static cJSON *parse(void)
{
    cJSON *all = cJSON_ParseWithOpts(trace.text, NULL, 1);
    assert_non_null(all);
    return all;
}

/* The args of the last event, which is the end. */
static const cJSON *end_of(const cJSON *all)
{
    int n = cJSON_GetArraySize(all);
    const cJSON *args = args_of(cJSON_GetArrayItem(all, n - 1), LS_META_END);
    assert_non_null(args);
    assert_true(number_of(args, "events") == n);
    return args;
}

static int count(const cJSON *all, const char *ph)
{
    const cJSON *event;
    int n = 0;
    cJSON_ArrayForEach(event, all) n += strcmp(string_of(event, "ph"), ph) == 0;
    return n;
}

/* ---- a process ---------------------------------------------------------- */

static void record_something(void)
{
    ls_task_id t = ls_task_start(0, "Masala");
    ls_mark(0, "hot");
    ls_task_finish(t, LS_FINISHED_OK, NULL);
}

/* A child that leaves a task open and waits to be killed, in a slot. */
static pid_t start_child(uint32_t slot)
{
    pid_t pid = fork();
    if (pid == 0) {
        test_session_use_slot((int32_t)slot);
        ls_ring_forget();
        ls_task_start(0, "Green");
        for (;;)
            pause();
    }
    assert_true(pid > 0);
    shared->processes[slot].pid = pid;
    atomic_store(&shared->processes[slot].state, LS_PROCESS_LIVE);
    if (atomic_load(&shared->header.n_processes) <= slot)
        atomic_store(&shared->header.n_processes, slot + 1);
    return pid;
}

static void kill_child(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_collector__from_begin_to_end(void **state)
{
    begin();
    assert_true(shared->header.ticks_per_ms > 0);
    record_something();
    ask_to_close(0);
    finish();
    assert_int_equal(shared->processes[0].state, LS_PROCESS_WRITTEN);
    cJSON *all = parse();
    const cJSON *args = args_of(cJSON_GetArrayItem(all, 0), LS_META_TRACE);
    assert_true(number_of(args, "format") == LS_FORMAT_VERSION);
    assert_true(number_of(args, "threshold_ns") == 10000000);
    assert_string_equal(string_of(args, "clock"), "monotonic");
    assert_int_equal(strlen(string_of(args, "start")),
                     strlen("2026-01-01T00:00:00.000000000Z"));
    args = args_of(cJSON_GetArrayItem(all, 1), "process_name");
    assert_string_equal(string_of(args, "name"), "unit_tracer_collector");
    args = args_of(cJSON_GetArrayItem(all, 2), LS_META_PROCESS);
    assert_non_null(strstr(string_of(args, "exe"), "unit_tracer_collector"));
    assert_true(number_of(args, "parent") == getppid());
    assert_true(
        cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(args, "command")));
    assert_int_equal(count(all, "b"), 1);
    assert_int_equal(count(all, "e"), 1);
    assert_int_equal(count(all, "i"), 1);
    args = end_of(all);
    assert_true(number_of(args, "lost") == 0);
    assert_null(cJSON_GetObjectItemCaseSensitive(args, "exit"));
    cJSON_Delete(all);
}

static void test_collector__memory_is_real_before_it_is_needed(void **state)
{
    assert_int_equal(test_session_n_free(), 0);
    begin();
    uint32_t n_first = test_session_n_free();
    assert_true(n_first >= 64);
    /* all of it in one go: there is more in a moment, without a tick */
    for (uint32_t i = 0; i < n_first; i++)
        assert_int_not_equal(ls_chunk_take(shared), LS_N_CHUNKS);
    for (int i = 0; i < 5000 && test_session_n_free() < 64; i++)
        usleep(1000);
    assert_true(test_session_n_free() >= 64);
    record_something();
    ask_to_close(0);
    finish();
}

/* No more is made real than the program allowed. */
static void test_collector__memory_has_a_limit(void **state)
{
    shared->header.n_chunks = 3;
    begin();
    assert_int_equal(test_session_n_free(), 3);
    for (int i = 0; i < 3; i++)
        assert_int_not_equal(ls_chunk_take(shared), LS_N_CHUNKS);
    usleep(50000);
    assert_int_equal(test_session_n_free(), 0);
    ask_to_close(0);
    finish();
}

static void test_collector__what_is_lost_is_summed_up(void **state)
{
    begin();
    record_something();
    atomic_store(&shared->header.unringed, 3);
    atomic_store(&ls_recorder.ring->dropped, 4);
    ask_to_close(0);
    finish();
    cJSON *all = parse();
    assert_true(number_of(end_of(all), "lost") == 7);
    cJSON_Delete(all);
}

static void test_collector__a_process_that_is_killed(void **state)
{
    begin();
    pid_t pid = start_child(0);
    tick_until_drained(1);
    kill_child(pid);
    finish();
    cJSON *all = parse();
    assert_int_equal(count(all, "b"), 1);
    assert_int_equal(count(all, "e"), 0);
    assert_int_equal(count(all, "B"), 1);
    assert_int_equal(count(all, "E"), 0);
    const cJSON *exits = cJSON_GetObjectItemCaseSensitive(end_of(all), "exit");
    assert_int_equal(cJSON_GetArraySize(exits), 1);
    assert_int_equal(cJSON_GetArrayItem(exits, 0)->valueint, pid);
    cJSON_Delete(all);
}

/* A child that is over and reaped before the collector first looks. */
static void test_collector__a_process_that_was_never_seen_alive(void **state)
{
    begin();
    pid_t pid = start_child(0);
    kill_child(pid);
    finish();
    cJSON *all = parse();
    end_of(all);
    cJSON_Delete(all);
}

/* The one that closes waits for its records, not for the other's end. */
static void test_collector__one_of_two_closes(void **state)
{
    begin();
    pid_t pid = start_child(1);
    record_something();
    tick_until_drained(4);
    ask_to_close(0);
    for (int i = 0;
         atomic_load(&shared->processes[0].state) != LS_PROCESS_WRITTEN; i++) {
        assert_true(i < 2000);
        assert_true(tick());
    }
    test_trace_read(&trace);
    assert_non_null(strstr(trace.text, "\"outcome\":\"ok\""));
    kill_child(pid);
    finish();
    cJSON *all = parse();
    const cJSON *exits = cJSON_GetObjectItemCaseSensitive(end_of(all), "exit");
    assert_int_equal(cJSON_GetArraySize(exits), 1);
    cJSON_Delete(all);
}

static void test_collector__a_trace_that_cannot_be_created(void **state)
{
    struct ls_header *h = &shared->header;
    snprintf(h->trace, sizeof h->trace, "%s/none/t.json", trace.folder);
    assert_int_equal(ls_collector_open(collector, shared), LS_ETRACE);
    assert_int_equal(h->collector_state, LS_COLLECTOR_FAILED);
    assert_int_equal(h->error, LS_ETRACE);
    assert_non_null(strstr(h->text, "none/t.json"));
    ls_collector_close(collector);
}

#define COLLECTOR_TEST(test)                                                   \
    cmocka_unit_test_setup_teardown(test, open_recording, close_recording)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COLLECTOR_TEST(test_collector__from_begin_to_end),
        COLLECTOR_TEST(test_collector__memory_is_real_before_it_is_needed),
        COLLECTOR_TEST(test_collector__memory_has_a_limit),
        COLLECTOR_TEST(test_collector__what_is_lost_is_summed_up),
        COLLECTOR_TEST(test_collector__a_process_that_is_killed),
        COLLECTOR_TEST(test_collector__a_process_that_was_never_seen_alive),
        COLLECTOR_TEST(test_collector__one_of_two_closes),
        COLLECTOR_TEST(test_collector__a_trace_that_cannot_be_created),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
