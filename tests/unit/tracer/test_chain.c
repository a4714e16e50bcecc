/* SPDX-License-Identifier: MIT */
#include "tracer/collector/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trace.h"

static struct test_trace trace;
static struct ls_thread thread;
static struct ls_tasks *tasks;
static struct ls_chain *chain;

/* A chain begun at 1 us, as task 7. */
static int open_chain(void **state)
{
    test_trace_open(&trace, "t.json");
    thread = (struct ls_thread){.emit = &trace.emit, .pid = 41, .tid = 42};
    tasks = ls_tasks_new();
    struct ls_auto_task what = {.id = 7,
                                .kind = LS_JSON("\"connection\""),
                                .label = "here",
                                .n_label = 4};
    chain = ls_chain_start(tasks, &thread, &what, 1000);
    return chain ? 0 : -1;
}

static int close_chain(void **state)
{
    free(chain);
    ls_tasks_free(tasks);
    ls_thread_destroy(&thread);
    test_trace_destroy(&trace);
    return 0;
}

static struct ls_asked asked(uint64_t operation, const char *kind,
                             int64_t due_ns)
{
    return (struct ls_asked){
        .operation = operation, .kind = {kind, strlen(kind)}, .due_ns = due_ns};
}

#define HEAD(ph, ts, name, event)                                              \
    "{\"ph\":\"" ph "\",\"ts\":" ts                                            \
    ",\"pid\":41,\"tid\":1000000001,\"id\":\"0x7\",\"name\":\"" name           \
    "\",\"cat\":\"task\",\"args\":{\"event\":\"" event                         \
    "\",\"label\":\"here\",\"loop\":42"
#define START HEAD("b", "1.000", "connection", "start") ",\"auto\":true}}"
#define AWAIT(ts, what, rest) HEAD("b", ts, what, "await") rest "}}"
#define RESUME(ts, what, rest) HEAD("e", ts, what, "resume") rest "}}"
#define FINISH(ts, outcome)                                                    \
    HEAD("e", ts, "connection", "finish") ",\"outcome\":\"" outcome "}}"

static void expect(const char *const *lines)
{
    test_trace_close(&trace);
    test_trace_expect(&trace, START);
    for (; *lines; lines++)
        test_trace_expect(&trace, *lines);
    test_trace_expect_end(&trace);
}

#define EXPECT(...) expect((const char *const[]){__VA_ARGS__, NULL})

static void test_chain__awaits_the_newest(void **state)
{
    struct ls_asked first = asked(1, "\"read\"", -1),
                    second = asked(2, "\"timer\"", 9000);
    ls_chain_add(chain, &first);
    ls_chain_add(chain, &second);
    ls_chain_await(chain, tasks, &thread, 2000);
    ls_chain_enter(chain, tasks, &thread, 3000);
    ls_chain_remove(chain, &second);
    ls_chain_leave(chain, NULL, tasks, &thread, 4000);
    assert_int_equal(chain->awaited, 1);
    EXPECT(AWAIT("2.000", "timer", ",\"due_us\":9.000,\"operation\":2"),
           RESUME("3.000", "timer", ""),
           AWAIT("4.000", "read", ",\"operation\":1"));
}

/* The first, the last and the one between. */
static void test_chain__what_is_asked_can_come_in_any_order(void **state)
{
    static const int orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2},
                                    {1, 2, 0}, {0, 2, 1}, {2, 0, 1}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct ls_asked all[3];
        for (int k = 0; k < 3; k++) {
            all[k] = asked((uint64_t)k + 1, "\"read\"", -1);
            ls_chain_add(chain, &all[k]);
        }
        for (int k = 0; k < 3; k++) {
            assert_false(ls_chain_is_over(chain));
            ls_chain_remove(chain, &all[orders[i][k]]);
        }
        assert_null(chain->newest);
        assert_true(ls_chain_is_over(chain));
    }
    EXPECT(NULL);
}

/* One callback inside another is one run of the task. */
static void test_chain__callbacks_inside_callbacks(void **state)
{
    struct ls_asked read = asked(1, "\"read\"", -1);
    ls_chain_add(chain, &read);
    ls_chain_await(chain, tasks, &thread, 2000);
    ls_chain_enter(chain, tasks, &thread, 3000);
    ls_chain_enter(chain, tasks, &thread, 3500);
    ls_chain_leave(chain, NULL, tasks, &thread, 4000);
    assert_false(ls_chain_is_over(chain));
    ls_chain_leave(chain, NULL, tasks, &thread, 5000);
    EXPECT(AWAIT("2.000", "read", ",\"operation\":1"),
           RESUME("3.000", "read", ""),
           AWAIT("5.000", "read", ",\"operation\":1"));
}

/* The resume has its new due time, if it is about what was awaited. */
static void test_chain__a_due_time_that_has_changed(void **state)
{
    struct ls_asked timer = asked(1, "\"timer\"", 9000);
    ls_chain_add(chain, &timer);
    ls_chain_await(chain, tasks, &thread, 2000);
    timer.due_ns = 9500;
    ls_chain_enter(chain, tasks, &thread, 9600);
    ls_chain_leave(chain, NULL, tasks, &thread, 9700);
    ls_chain_remove(chain, &timer); /* and now it is outstanding no more */
    ls_chain_enter(chain, tasks, &thread, 9800);
    EXPECT(AWAIT("2.000", "timer", ",\"due_us\":9.000,\"operation\":1"),
           RESUME("9.600", "timer", ",\"due_us\":9.500"),
           AWAIT("9.700", "timer", ",\"due_us\":9.500,\"operation\":1"),
           RESUME("9.800", "timer", ""));
}

/* Its handle is open: it awaits nothing. */
static void test_chain__a_handle_that_is_open(void **state)
{
    chain->has_handle = true;
    ls_chain_enter(chain, tasks, &thread, 2000);
    ls_chain_leave(chain, NULL, tasks, &thread, 3000);
    assert_false(ls_chain_is_over(chain));
    chain->has_handle = false;
    assert_true(ls_chain_is_over(chain));
    EXPECT(AWAIT("3.000", "nothing", ""));
}

static void finish_with(const char *status)
{
    ls_chain_enter(chain, tasks, &thread, 2000);
    ls_chain_leave(chain, status, tasks, &thread, 3000);
    assert_true(ls_chain_is_over(chain));
    ls_chain_finish(chain, tasks, &thread, 4000);
}

static void test_chain__fails_with_its_last_callback(void **state)
{
    finish_with("ECONNRESET");
    EXPECT(FINISH("4.000", "failed\",\"reason\":\"ECONNRESET\""));
}

static void test_chain__an_end_is_no_failure(void **state)
{
    finish_with("EOF");
    EXPECT(FINISH("4.000", "ok\""));
}

static void test_chain__nor_is_a_cancelled_request(void **state)
{
    finish_with("ECANCELED");
    EXPECT(FINISH("4.000", "ok\""));
}

/* A later callback that went well: that one failed, but the chain has not. */
static void test_chain__a_failure_that_was_got_over(void **state)
{
    ls_chain_enter(chain, tasks, &thread, 2000);
    ls_chain_enter(chain, tasks, &thread, 2000);
    ls_chain_leave(chain, "ENOENT", tasks, &thread, 3000);
    ls_chain_leave(chain, NULL, tasks, &thread, 3000);
    ls_chain_finish(chain, tasks, &thread, 4000);
    EXPECT(FINISH("4.000", "ok\""));
}

/* Stopped; unless something was asked after that. */
static void test_chain__what_was_stopped_is_cancelled(void **state)
{
    struct ls_asked timer = asked(1, "\"timer\"", -1);
    chain->stopped = true;
    ls_chain_add(chain, &timer);
    assert_false(chain->stopped);
    ls_chain_remove(chain, &timer);
    chain->stopped = true;
    ls_chain_finish(chain, tasks, &thread, 4000);
    EXPECT(FINISH("4.000", "cancelled\""));
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(test_chain__##name, open_chain, close_chain)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(awaits_the_newest),
        TEST(what_is_asked_can_come_in_any_order),
        TEST(callbacks_inside_callbacks),
        TEST(a_due_time_that_has_changed),
        TEST(a_handle_that_is_open),
        TEST(fails_with_its_last_callback),
        TEST(an_end_is_no_failure),
        TEST(nor_is_a_cancelled_request),
        TEST(a_failure_that_was_got_over),
        TEST(what_was_stopped_is_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
