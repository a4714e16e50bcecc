/* SPDX-License-Identifier: MIT */
/*
 * What is asked of libuv, its callbacks, and the tasks that arise from both:
 * from records to lines. Lines are compared in short: time, phase, task, name,
 * and all arguments but labels and loops, which one test is about.
 */
#include "tracer/collector/operation.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "feed.h"

enum { HANDLE = 0x5000, OTHER = 0x6000, CALLBACK = 0x1000 };

/* ---- what is recorded, on ring 0 ---------------------------------------- */

static uint64_t now; /* ticks */

static void say(struct ls_record record)
{
    record.ticks = now += 1000;
    feed_say(0, record, "", 0);
}

static void ask_text(uint64_t id, uint32_t kind, uint64_t handle,
                     const char *text)
{
    struct {
        struct ls_asked_more more;
        char text[64];
    } rest = {.more = {.handle = handle}};
    struct ls_record record = {.type = LS_RECORD_ASKED,
                               .ticks = now += 1000,
                               .name = kind,
                               .task = id,
                               .value = CALLBACK};
    snprintf(rest.text, sizeof rest.text, "%s", text);
    feed_say(0, record, &rest, sizeof rest.more + strlen(text));
}

static void ask(uint64_t id, enum ls_operation_kind kind, uint64_t handle)
{
    ask_text(id, kind, handle, "");
}

/* A timer: due in CLOCK_MONOTONIC, which is the ticks here. */
static void ask_timer(uint64_t id, uint64_t due)
{
    struct ls_asked_more more = {.handle = HANDLE, .due = due};
    struct ls_record record = {.type = LS_RECORD_ASKED,
                               .ticks = now += 1000,
                               .name = LS_OPERATION_timer,
                               .task = id,
                               .value = CALLBACK};
    feed_say(0, record, &more, sizeof more);
}

static void ask_again(uint64_t id, uint64_t due)
{
    say((struct ls_record){
        .type = LS_RECORD_ASKED_AGAIN, .task = id, .value = due});
}

static void over(uint64_t id, bool stopped)
{
    say((struct ls_record){
        .type = LS_RECORD_OPERATION_OVER, .task = id, .value = stopped});
}

static void begin_with(uint64_t id, enum ls_operation_kind kind, uint32_t error)
{
    say((struct ls_record){.type = LS_RECORD_CALLBACK_BEGIN,
                           .name = kind | error << 16,
                           .task = id,
                           .value = CALLBACK});
}

static void begin(uint64_t id, enum ls_operation_kind kind)
{
    begin_with(id, kind, 0);
}

/* DUE: when a timer comes again. */
static void end_due(uint64_t id, uint64_t due)
{
    say((struct ls_record){
        .type = LS_RECORD_CALLBACK_END, .task = id, .value = due});
}

static void end(uint64_t id)
{
    end_due(id, 0);
}

static void come(uint64_t id, enum ls_operation_kind kind)
{
    begin(id, kind);
    end(id);
}

static void begin_turn(void)
{
    say((struct ls_record){.type = LS_RECORD_TURN_BEGIN});
}

static void end_turn(void)
{
    say((struct ls_record){.type = LS_RECORD_TURN_END});
}

static void name_tasks(void)
{
    atomic_fetch_or(&shared->processes[0].flags, LS_PROCESS_NAMES_TASKS);
}

/* ---- what is written ---------------------------------------------------- */

static void add_value(char *text, size_t n, const cJSON *value)
{
    char *printed = cJSON_PrintUnformatted(value);
    size_t used = strlen(text);
    if (strcmp(value->string, "event") == 0)
        snprintf(text + used, n - used, " %s", value->valuestring);
    else if (strcmp(value->string, "label") != 0 &&
             strcmp(value->string, "loop") != 0)
        snprintf(text + used, n - used, " %s=%s", value->string, printed);
    free(printed);
}

static void shorten(const char *line, char *text, size_t n)
{
    cJSON *event = cJSON_Parse(line), *value;
    assert_non_null(event);
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(event, "id"));
    snprintf(text, n, "%g %s %s%s%s",
             cJSON_GetNumberValue(cJSON_GetObjectItem(event, "ts")),
             cJSON_GetStringValue(cJSON_GetObjectItem(event, "ph")),
             id ? id : "", id ? " " : "",
             cJSON_GetStringValue(cJSON_GetObjectItem(event, "name")));
    cJSON_ArrayForEach(value, cJSON_GetObjectItem(event, "args"))
        add_value(text, n, value);
    cJSON_Delete(event);
}

/* All that was recorded, and nothing else; turns are left out. */
static void expect(const char *const *stories)
{
    char text[512];
    const char *line;
    ls_drain(collector, UINT64_MAX);
    ls_writer_close(&collector->writer);
    test_trace_read(&trace);
    while ((line = feed_next_line())) {
        shorten(line, text, sizeof text);
        if (strstr(text, " turn"))
            continue;
        assert_string_equal(text, *stories ? *stories : "(nothing more)");
        stories++;
    }
    assert_null(*stories);
}

#define EXPECT(...) expect((const char *const[]){__VA_ARGS__, NULL})
#define EXPECT_NOTHING() expect((const char *const[]){NULL})

static int open_feed(void **state)
{
    now = 0;
    int error = feed_open(state);
    feed_begin(0);
    return error;
}

/* ---- tests -------------------------------------------------------------- */

static void test_operation__a_timer_that_runs_out(void **state)
{
    ask_timer(7, 5000);
    begin_turn();
    come(7, LS_OPERATION_timer);
    end_turn();
    EXPECT("1 b 0x1 timer start auto=true",
           "1 b 0x1 timer await due_us=5 operation=7", "3 e 0x1 timer resume",
           "3 B 0x1000 kind=\"timer\" phase=\"timers\" task=\"0x1\" "
           "operation=7",
           "4 E 0x1000", "4 e 0x1 timer finish outcome=\"ok\"");
}

/* It is one task as long as it repeats; stopped while it is awaited, it is
 * cancelled. */
static void test_operation__a_timer_that_repeats(void **state)
{
    ask_timer(7, 5000);
    begin_turn();
    begin(7, LS_OPERATION_timer);
    end_due(7, 9000);
    over(7, true);
    end_turn();
    EXPECT("1 b 0x1 timer start auto=true",
           "1 b 0x1 timer await due_us=5 operation=7", "3 e 0x1 timer resume",
           "3 B 0x1000 kind=\"timer\" phase=\"timers\" task=\"0x1\" "
           "operation=7",
           "4 E 0x1000", "4 b 0x1 timer await due_us=9 operation=7",
           "5 e 0x1 timer resume",
           "5 e 0x1 timer finish outcome=\"cancelled\"");
}

/* Put off while it is awaited: the resume says when it was due. */
static void test_operation__a_timer_that_is_put_off(void **state)
{
    ask_timer(7, 5000);
    ask_again(7, 8000);
    begin_turn();
    come(7, LS_OPERATION_timer);
    end_turn();
    EXPECT("1 b 0x1 timer start auto=true",
           "1 b 0x1 timer await due_us=5 operation=7",
           "4 e 0x1 timer resume due_us=8",
           "4 B 0x1000 kind=\"timer\" phase=\"timers\" task=\"0x1\" "
           "operation=7",
           "5 E 0x1000", "5 e 0x1 timer finish outcome=\"ok\"");
}

/* Started again in its own callback, it is the same task. */
static void test_operation__a_timer_that_is_started_in_its_callback(
    void **state)
{
    ask_timer(7, 5000);
    begin_turn();
    begin(7, LS_OPERATION_timer);
    ask_again(7, 9000);
    end(7);
    end_turn();
    EXPECT("1 b 0x1 timer start auto=true",
           "1 b 0x1 timer await due_us=5 operation=7", "3 e 0x1 timer resume",
           "3 B 0x1000 kind=\"timer\" phase=\"timers\" task=\"0x1\" "
           "operation=7",
           "5 E 0x1000", "5 b 0x1 timer await due_us=9 operation=7");
}

/* A listener, and a connection that it accepts, reads, answers and loses. */
static void test_operation__a_connection(void **state)
{
    uint32_t tcp = LS_VARIANT_CONNECTION << 8;
    ask(1, LS_OPERATION_connection, HANDLE);
    begin_turn();
    begin(1, LS_OPERATION_connection);
    ask(2, LS_OPERATION_accepted, OTHER);
    ask(3, LS_OPERATION_read | tcp, OTHER);
    end(1);
    begin(3, LS_OPERATION_read);
    ask(4, LS_OPERATION_write | tcp, OTHER);
    end(3);
    come(4, LS_OPERATION_write);
    begin_with(3, LS_OPERATION_read, 4095);
    ask(5, LS_OPERATION_close, OTHER);
    end(3);
    come(5, LS_OPERATION_close);
    end_turn();
    EXPECT("1 b 0x1 listener start auto=true",
           "1 b 0x1 connection await operation=1", "3 e 0x1 connection resume",
           "3 B 0x1000 kind=\"connection\" phase=\"io\" task=\"0x1\" "
           "operation=1",
           "4 b 0x2 connection start auto=true by=\"0x1\"",
           "5 b 0x2 read await operation=3", "6 E 0x1000",
           "6 b 0x1 connection await operation=1", "7 e 0x2 read resume",
           "7 B 0x1000 kind=\"read\" phase=\"io\" task=\"0x2\" operation=3",
           "9 E 0x1000", "9 b 0x2 write await operation=4",
           "10 e 0x2 write resume",
           "10 B 0x1000 kind=\"write\" phase=\"io\" task=\"0x2\" operation=4",
           "11 E 0x1000", "11 b 0x2 read await operation=3",
           "12 e 0x2 read resume",
           "12 B 0x1000 kind=\"read\" phase=\"io\" task=\"0x2\" operation=3 "
           "status=\"EOF\"",
           "14 E 0x1000", "14 b 0x2 close await operation=5",
           "15 e 0x2 close resume",
           "15 B 0x1000 kind=\"close\" phase=\"closing\" task=\"0x2\" "
           "operation=5",
           "16 E 0x1000", "16 e 0x2 connection finish outcome=\"ok\"");
}

/* Of an accepted connection nothing is asked: it awaits nothing, but lives. */
static void test_operation__a_connection_that_is_left_alone(void **state)
{
    ask(1, LS_OPERATION_connection, HANDLE);
    begin(1, LS_OPERATION_connection);
    ask(2, LS_OPERATION_accepted, OTHER);
    end(1);
    EXPECT("1 b 0x1 listener start auto=true",
           "1 b 0x1 connection await operation=1", "2 e 0x1 connection resume",
           "3 b 0x2 connection start auto=true by=\"0x1\"",
           "4 b 0x2 nothing await", "4 b 0x1 connection await operation=1");
}

/* Its memory was another's, which was never closed: that one is over. */
static void test_operation__a_connection_in_the_memory_of_another(void **state)
{
    ask(1, LS_OPERATION_accepted, OTHER);
    ask(2, LS_OPERATION_read, OTHER);
    ask(3, LS_OPERATION_accepted, OTHER);
    EXPECT("1 b 0x1 connection start auto=true", "1 b 0x1 nothing await",
           "3 e 0x1 nothing resume", "3 e 0x1 connection finish outcome=\"ok\"",
           "3 b 0x2 connection start auto=true", "3 b 0x2 nothing await");
}

/* What fails last is why the task has failed, and its close changes nothing. */
static void test_operation__a_connection_that_fails(void **state)
{
    ask(1, LS_OPERATION_connect | LS_VARIANT_CONNECTION << 8, HANDLE);
    begin_with(1, LS_OPERATION_connect, 111);
    ask(2, LS_OPERATION_close, HANDLE);
    end(1);
    come(2, LS_OPERATION_close);
    EXPECT("1 b 0x1 connection start auto=true",
           "1 b 0x1 connect await operation=1", "2 e 0x1 connect resume",
           "4 b 0x1 close await operation=2", "5 e 0x1 close resume",
           "6 e 0x1 connection finish outcome=\"failed\" "
           "reason=\"ECONNREFUSED\"");
}

/* What a stream had left to do when it was closed comes with its close. */
static void test_operation__what_is_cancelled_comes_when_closing(void **state)
{
    begin_turn();
    begin_with(9, LS_OPERATION_write, 125);
    end(9);
    begin_with(8, LS_OPERATION_getaddrinfo, 3008);
    end(8);
    end_turn();
    EXPECT("2 B 0x1000 kind=\"write\" phase=\"closing\" operation=9 "
           "status=\"ECANCELED\"",
           "3 E 0x1000",
           "4 B 0x1000 kind=\"getaddrinfo\" phase=\"io\" operation=8 "
           "status=\"EAI_NONAME\"",
           "5 E 0x1000");
}

static void test_operation__a_process(void **state)
{
    ask_text(1, LS_OPERATION_process, HANDLE, "ls");
    come(1, LS_OPERATION_process);
    EXPECT("1 b 0x1 process start auto=true",
           "1 b 0x1 process await operation=1", "2 e 0x1 process resume",
           "3 e 0x1 process finish outcome=\"ok\"");
}

/* Requests about no handle are one task as long as one leads to the next. */
static void test_operation__a_chain_of_requests(void **state)
{
    ask(1, LS_OPERATION_fs_open, 0);
    begin(1, LS_OPERATION_fs_open);
    ask(2, LS_OPERATION_fs_read, 0);
    ask(3, LS_OPERATION_work, 0);
    end(1);
    come(3, LS_OPERATION_work);
    come(2, LS_OPERATION_fs_read);
    EXPECT("1 b 0x1 fs_open start auto=true",
           "1 b 0x1 fs_open await operation=1", "2 e 0x1 fs_open resume",
           "5 b 0x1 work await operation=3", "6 e 0x1 work resume",
           "7 b 0x1 fs_read await operation=2", "8 e 0x1 fs_read resume",
           "9 e 0x1 fs_open finish outcome=\"ok\"");
}

/* A timer that is asked for in a request's callback has a task of its own. */
static void test_operation__a_handle_leaves_the_chain(void **state)
{
    ask(1, LS_OPERATION_fs_open, 0);
    begin(1, LS_OPERATION_fs_open);
    ask_timer(2, 9000);
    end(1);
    EXPECT("1 b 0x1 fs_open start auto=true",
           "1 b 0x1 fs_open await operation=1", "2 e 0x1 fs_open resume",
           "3 b 0x2 timer start auto=true by=\"0x1\"",
           "3 b 0x2 timer await due_us=9 operation=2",
           "4 e 0x1 fs_open finish outcome=\"ok\"");
}

/* What was done in the pool makes its task ready there. */
static void test_operation__work_in_the_pool(void **state)
{
    ask(1, LS_OPERATION_work, 0);
    say((struct ls_record){
        .type = LS_RECORD_POOL_BEGIN, .task = 1, .value = 0x2000});
    say((struct ls_record){.type = LS_RECORD_POOL_END, .task = 1});
    come(1, LS_OPERATION_work);
    EXPECT("1 b 0x1 work start auto=true", "1 b 0x1 work await operation=1",
           "2 B 0x2000 task=\"0x1\" operation=1 submitted_us=1", "3 E 0x2000",
           "3 n 0x1 work ready", "4 e 0x1 work resume",
           "5 e 0x1 work finish outcome=\"ok\"");
}

/* Nobody knows when it was asked for, nor by whom. */
static void test_operation__what_was_asked_before_recording_began(void **state)
{
    begin_turn();
    come(7, LS_OPERATION_read);
    over(8, true);
    ask_again(9, 1000);
    say((struct ls_record){
        .type = LS_RECORD_POOL_BEGIN, .task = 5, .value = 0x2000});
    say((struct ls_record){.type = LS_RECORD_POOL_END, .task = 5});
    end_turn();
    EXPECT("2 B 0x1000 kind=\"read\" phase=\"io\" operation=7", "3 E 0x1000",
           "6 B 0x2000 operation=5", "7 E 0x2000");
}

/* Idle, prepare and check are no tasks; their callbacks are there. */
static void test_operation__what_is_in_every_turn(void **state)
{
    ask(1, LS_OPERATION_check, HANDLE);
    begin_turn();
    come(1, LS_OPERATION_check);
    end_turn();
    EXPECT("3 B 0x1000 kind=\"check\" phase=\"check\" operation=1",
           "4 E 0x1000");
}

/* A callback that is left by a jump ends with the one below it. */
static void test_operation__a_callback_without_an_end(void **state)
{
    begin_turn();
    begin(1, LS_OPERATION_timer);
    begin(2, LS_OPERATION_write);
    end(1);
    end(2); /* of none that runs */
    end_turn();
    EXPECT("2 B 0x1000 kind=\"timer\" phase=\"timers\" operation=1",
           "3 B 0x1000 kind=\"write\" phase=\"io\" operation=2", "4 E 0x1000",
           "4 E 0x1000");
}

/* Its tasks are its own; a callback says for which of them it was asked. */
static void test_operation__a_program_that_names_tasks(void **state)
{
    struct ls_asked_more more = {.handle = HANDLE, .task = 0x21};
    name_tasks();
    feed_say(0,
             (struct ls_record){.type = LS_RECORD_ASKED,
                                .ticks = now += 1000,
                                .name = LS_OPERATION_write,
                                .task = 4},
             &more, sizeof more);
    begin_turn();
    come(4, LS_OPERATION_write);
    end_turn();
    EXPECT("3 B 0x1000 kind=\"write\" phase=\"io\" task=\"0x21\" operation=4",
           "4 E 0x1000");
}

/* It names its tasks only after some have arisen by themselves: they go on to
 * their end, and no others arise. */
static void test_operation__a_program_that_names_tasks_late(void **state)
{
    ask(1, LS_OPERATION_connection, HANDLE);
    ask(2, LS_OPERATION_fs_open, 0);
    ls_drain(collector, now);
    name_tasks();
    begin(2, LS_OPERATION_fs_open);
    ask(3, LS_OPERATION_fs_read, 0);
    end(2);
    ask(4, LS_OPERATION_close, HANDLE);
    come(4, LS_OPERATION_close);
    EXPECT("1 b 0x1 listener start auto=true",
           "1 b 0x1 connection await operation=1",
           "2 b 0x2 fs_open start auto=true",
           "2 b 0x2 fs_open await operation=2", "3 e 0x2 fs_open resume",
           "5 e 0x2 fs_open finish outcome=\"ok\"", "7 e 0x1 connection resume",
           "8 e 0x1 listener finish outcome=\"ok\"");
}

/* The handle is closed without a callback. */
static void test_operation__a_close_that_tells_nobody(void **state)
{
    ask(1, LS_OPERATION_connection, HANDLE);
    ask(2, LS_OPERATION_close, HANDLE);
    over(2, false);
    EXPECT("1 b 0x1 listener start auto=true",
           "1 b 0x1 connection await operation=1", "3 e 0x1 connection resume",
           "3 e 0x1 listener finish outcome=\"ok\"");
}

/* One that sends to an async from a callback of its own. */
static void test_operation__who_woke_an_async(void **state)
{
    ask(1, LS_OPERATION_async, HANDLE);
    ask(2, LS_OPERATION_work, 0);
    begin(2, LS_OPERATION_work);
    struct ls_sent_more sent = {.ticks = 2500, .operation = 2};
    struct ls_record woken = {.type = LS_RECORD_CALLBACK_BEGIN,
                              .name = LS_OPERATION_async,
                              .task = 1,
                              .value = CALLBACK};
    end(2);
    woken.ticks = now += 1000;
    feed_say(0, woken, &sent, sizeof sent);
    end(1);
    EXPECT("1 b 0x1 async start auto=true", "1 b 0x1 async await operation=1",
           "2 b 0x2 work start auto=true", "2 b 0x2 work await operation=2",
           "3 e 0x2 work resume", "4 e 0x2 work finish outcome=\"ok\"",
           "4 n 0x1 async ready true_us=2.5", "5 e 0x1 async resume",
           "6 b 0x1 async await operation=1");
}

static void test_operation__labels(void **state)
{
    char number[8];
    snprintf(number, sizeof number, "%d", SIGHUP);
    ask_text(1, LS_OPERATION_signal, HANDLE, number);
    ask_text(2, LS_OPERATION_connection, OTHER, "127.0.0.1:80");
    ask(3, LS_OPERATION_fs_open, 0); /* no text: the callback's name */
    ls_drain(collector, UINT64_MAX);
    ls_writer_close(&collector->writer);
    test_trace_read(&trace);
    assert_non_null(strstr(feed_next_line(), "\"label\":\"HUP\""));
    feed_next_line();
    assert_non_null(strstr(feed_next_line(), "\"label\":\"127.0.0.1:80\""));
    feed_next_line();
    assert_non_null(strstr(feed_next_line(), "\"label\":\"0x1000\""));
}

/* Another process has asked, and its ids are not ours. */
static void test_operation__another_process(void **state)
{
    struct ls_thread stranger = {.process = 1};
    ask(1, LS_OPERATION_connection, HANDLE);
    ls_drain(collector, now);
    assert_non_null(ls_operations_find(collector->operations, 0, 1));
    assert_null(ls_operations_find(collector->operations, stranger.process, 1));
    assert_null(ls_operations_handle(collector->operations, 1, HANDLE, false));
    ls_operations_forget_process(collector->operations, 1);
    assert_non_null(ls_operations_find(collector->operations, 0, 1));
    ls_operations_forget_process(collector->operations, 0);
    assert_null(ls_operations_find(collector->operations, 0, 1));
    assert_int_equal(collector->operations->handles.n, 0);
    assert_int_equal(collector->operations->chains.n, 0);
}

/* The program has scribbled over its ring. */
static void test_operation__records_that_make_no_sense(void **state)
{
    ask(0, LS_OPERATION_timer, HANDLE);                          /* no id */
    ask(UINT64_MAX, LS_N_OPERATIONS, HANDLE);                    /* no kind */
    say((struct ls_record){.type = LS_RECORD_ASKED, .task = 5}); /* cut off */
    over(UINT64_MAX, true);
    ask_again(UINT64_MAX - 1, UINT64_MAX);
    end(UINT64_MAX);
    begin_turn();
    begin(UINT64_MAX, LS_N_OPERATIONS + 5);
    end(UINT64_MAX);
    end_turn();
    EXPECT("8 B 0x1000 kind=\"idle\" phase=\"idle\" operation=-1",
           "9 E 0x1000");
}

/* The same id twice: the first one counts. */
static void test_operation__an_id_that_is_given_twice(void **state)
{
    ask(1, LS_OPERATION_fs_open, 0);
    ask(1, LS_OPERATION_fs_read, 0);
    come(1, LS_OPERATION_fs_open);
    come(1, LS_OPERATION_fs_open);
    EXPECT("1 b 0x1 fs_open start auto=true",
           "1 b 0x1 fs_open await operation=1", "3 e 0x1 fs_open resume",
           "4 e 0x1 fs_open finish outcome=\"ok\"");
}

/* Callbacks that never end cost bounded memory. */
static void test_operation__callbacks_without_number(void **state)
{
    for (uint64_t i = 1; i <= 2 * LS_MOST_OPEN; i++)
        begin(i, LS_OPERATION_timer);
    ls_drain(collector, UINT64_MAX);
    assert_int_equal(collector->threads[0]->n_frames, LS_MOST_OPEN);
    end(1);
    EXPECT_NOTHING();
    assert_int_equal(collector->threads[0]->n_frames, 0);
}

/* A thread is gone in the middle of its callbacks. */
static void test_operation__a_thread_that_ends_in_a_callback(void **state)
{
    ask(1, LS_OPERATION_fs_open, 0);
    begin(1, LS_OPERATION_fs_open);
    ls_drain(collector, now);
    struct ls_operation *op = ls_operations_find(collector->operations, 0, 1);
    assert_int_equal(op->chain->n_frames, 1);
    feed_end(0);
    ls_drain(collector, now);
    assert_null(collector->threads[0]);
    assert_int_equal(op->chain->n_frames, 0);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(test_operation__##name, open_feed,         \
                                    feed_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_timer_that_runs_out),
        TEST(a_timer_that_repeats),
        TEST(a_timer_that_is_put_off),
        TEST(a_timer_that_is_started_in_its_callback),
        TEST(a_connection),
        TEST(a_connection_that_is_left_alone),
        TEST(a_connection_in_the_memory_of_another),
        TEST(a_connection_that_fails),
        TEST(what_is_cancelled_comes_when_closing),
        TEST(a_process),
        TEST(a_chain_of_requests),
        TEST(a_handle_leaves_the_chain),
        TEST(work_in_the_pool),
        TEST(what_was_asked_before_recording_began),
        TEST(what_is_in_every_turn),
        TEST(a_callback_without_an_end),
        TEST(a_program_that_names_tasks),
        TEST(a_program_that_names_tasks_late),
        TEST(a_close_that_tells_nobody),
        TEST(who_woke_an_async),
        TEST(labels),
        TEST(another_process),
        TEST(records_that_make_no_sense),
        TEST(an_id_that_is_given_twice),
        TEST(callbacks_without_number),
        TEST(a_thread_that_ends_in_a_callback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
