/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#define X(ts, dur, name)                                                       \
    "{\"ph\":\"X\",\"ts\":" ts ",\"dur\":" dur                                 \
    ",\"pid\":1,\"tid\":1,\"name\":\"" name "\"}"

static void test_foreign__timed_slices_nest_in_any_order(void **state)
{
    struct ls_trace *t =
        load_text("[" X("30", "5", "second") "," X("12", "3", "leaf") "," X(
            "10", "10", "child") "," X("10", "25", "first") "]");
    const struct ls_slice *s = t->threads[0].slices;
    assert_int_equal(n_troubles(t), 0);
    assert_int_equal(t->threads[0].n_slices, 4);
    assert_string_equal(name_of(t, s[0].name), "first");
    assert_string_equal(name_of(t, s[1].name), "child");
    assert_string_equal(name_of(t, s[2].name), "leaf");
    assert_string_equal(name_of(t, s[3].name), "second");
    assert_int_equal(s[2].parent, 1);
    assert_int_equal(s[2].depth, 2);
    assert_int_equal(s[3].parent, 0);
    assert_int_equal(s[3].end_ns, 35000);
    assert_int_equal(t->threads[0].n_depths, 3);
    ls_trace_free(t);
}

static void test_foreign__a_child_ends_with_its_parent(void **state)
{
    struct ls_trace *t =
        load_text("[" X("10", "10", "parent") "," X("15", "9", "child") "]");
    assert_int_equal(t->threads[0].slices[1].parent, 0);
    assert_int_equal(t->threads[0].slices[1].end_ns, 20000);
    ls_trace_free(t);
}

static void test_foreign__threads_in_any_order(void **state)
{
    struct ls_trace *t =
        load_text("[{\"ph\":\"B\",\"ts\":5,\"pid\":1,\"tid\":1,\"name\":\"a\"},"
                  "{\"ph\":\"E\",\"ts\":9,\"pid\":1,\"tid\":1},"
                  "{\"ph\":\"B\",\"ts\":1,\"pid\":1,\"tid\":2,\"name\":\"b\"},"
                  "{\"ph\":\"E\",\"ts\":2,\"pid\":1,\"tid\":2}]");
    assert_int_equal(t->n_threads, 2);
    assert_int_equal(t->threads[1].slices[0].end_ns, 2000);
    assert_int_equal(t->health.troubles[LS_TROUBLE_ORDER].n, 1);
    assert_int_equal(t->begin_ns, 1000);
    ls_trace_free(t);
}

static void test_foreign__words_for_processes_and_threads(void **state)
{
    struct ls_trace *t = load_text(
        "[{\"ph\":\"B\",\"ts\":1,\"pid\":\"GPU\",\"tid\":\"main\",\"name\":"
        "\"a\"},{\"ph\":\"B\",\"ts\":2,\"pid\":\"GPU\",\"tid\":\"io\",\"name\":"
        "\"b\"},{\"ph\":\"E\",\"ts\":3,\"pid\":\"GPU\",\"tid\":\"main\"}]");
    assert_int_equal(t->n_processes, 1);
    assert_int_equal(t->n_threads, 2);
    assert_int_equal(t->threads[0].slices[0].end_ns, 3000);
    ls_trace_free(t);
}

#define ASYNC(ph, ts, id, name)                                                \
    "{\"ph\":\"" ph "\",\"ts\":" ts ",\"pid\":1,\"tid\":1,\"id\":" id          \
    ",\"cat\":\"net\",\"name\":\"" name "\"}"

static void test_foreign__async_slices_stand_on_lanes(void **state)
{
    struct ls_trace *t = load_text(
        "[" ASYNC("b", "1", "7", "load") "," ASYNC("b", "2", "\"x\"", "load") //
        "," ASYNC("b", "3", "7", "step") "," ASYNC("e", "4", "7", "step")     //
        "," ASYNC("e", "5", "7", "load") "," ASYNC("e", "6", "\"x\"", "load") //
        "," ASYNC("b", "8", "9", "again") "," ASYNC("e", "9", "9",
                                                    "again") "]");
    assert_int_equal(n_troubles(t), 0);
    assert_int_equal(t->n_tasks, 0);
    assert_int_equal(t->n_threads, 2); /* two at once at most */
    for (int i = 0; i < 2; i++)
        assert_true(t->threads[i].lane);
    assert_int_equal(t->threads[0].n_slices + t->threads[1].n_slices, 4);
    assert_int_equal(t->threads[0].slices[1].depth, 1);
    assert_string_equal(name_of(t, t->threads[0].name), "net");
    ls_trace_free(t);
}

static void test_foreign__counters_and_marks(void **state)
{
    struct ls_trace *t = load_text(
        "[{\"ph\":\"C\",\"ts\":5,\"pid\":1,\"name\":\"mem\",\"args\":{\"heap\":"
        "7,\"value\":1}},{\"ph\":\"C\",\"ts\":2,\"pid\":1,\"name\":\"mem\","
        "\"args\":{\"heap\":3}},{\"ph\":\"R\",\"ts\":9,\"pid\":1,\"tid\":1,"
        "\"name\":\"late\"},{\"ph\":\"I\",\"ts\":4,\"pid\":1,\"tid\":1,"
        "\"name\":\"early\"}]");
    assert_int_equal(t->n_counters, 2);
    assert_string_equal(name_of(t, t->counters[0].name), "mem");
    assert_string_equal(name_of(t, t->counters[1].name), "mem.heap");
    assert_int_equal(t->counters[1].points[0].at_ns, 2000);
    assert_true(t->counters[1].points[1].value == 7);
    assert_int_equal(t->n_marks, 2);
    assert_string_equal(name_of(t, t->marks[0].name), "early");
    ls_trace_free(t);
}

static void test_foreign__times_in_quotes(void **state)
{
    struct ls_trace *t =
        load_text("{\"traceEvents\":["
                  "{\"ph\":\"X\",\"ts\":\"27015282584.25\",\"dur\":\"17350\","
                  "\"pid\":\"7\","
                  "\"tid\":\"8\",\"name\":\"a\"},"
                  "{\"ph\":\"B\",\"ts\":\"27015299999\",\"pid\":7,\"tid\":8,"
                  "\"name\":\"b\"}]}");
    assert_int_equal(t->n_threads, 1);
    assert_int_equal(t->threads[0].n_slices, 2);
    const struct ls_slice *slices = t->threads[0].slices;
    assert_int_equal(slices[0].begin_ns, INT64_C(27015282584250));
    assert_int_equal(slices[0].end_ns - slices[0].begin_ns, 17350000);
    assert_int_equal(slices[1].begin_ns, INT64_C(27015299999000));
    ls_trace_free(t);
}

/* What node --trace-event-categories node,node.async_hooks wrote. */
static void test_foreign__node(void **state)
{
    struct ls_trace *t = load_sample("node.json");
    const struct ls_thread *js = NULL;
    for (uint32_t i = 0; i < t->n_threads; i++)
        if (strcmp(name_of(t, t->threads[i].name), "JavaScriptMainThread") == 0)
            js = &t->threads[i];
    assert_non_null(js);
    assert_false(t->health.ours);
    assert_int_equal(t->health.troubles[LS_TROUBLE_SYNTAX].n, 0);
    assert_int_equal(t->health.troubles[LS_TROUBLE_EVENT].n, 0);
    assert_int_equal(t->health.troubles[LS_TROUBLE_NUMBER].n, 0);
    bool started = false;
    for (uint32_t i = 0; i < t->n_marks; i++)
        started |= strcmp(name_of(t, t->marks[i].name), "loopStart") == 0;
    assert_true(started);
    ls_trace_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_foreign__timed_slices_nest_in_any_order),
        cmocka_unit_test(test_foreign__a_child_ends_with_its_parent),
        cmocka_unit_test(test_foreign__threads_in_any_order),
        cmocka_unit_test(test_foreign__words_for_processes_and_threads),
        cmocka_unit_test(test_foreign__async_slices_stand_on_lanes),
        cmocka_unit_test(test_foreign__counters_and_marks),
        cmocka_unit_test(test_foreign__times_in_quotes),
        cmocka_unit_test(test_foreign__node)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
