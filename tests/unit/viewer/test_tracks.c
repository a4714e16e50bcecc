/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "viewer/view.h"

/*
 * One loop with turns of 1 ms every 10 ms, but the one at 200 ms takes 60 ms;
 * N connections that read, of which every tenth is served right after that.
 */
static struct ls_document *server(int n)
{
    struct fixture_text text = {0};
    fixture_add(&text, "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                       "\"loopscope_loop\",\"args\":{\"kind\":\"libuv\"}}\n");
    for (int i = 0; i < n; i++)
        fixture_add(
            &text,
            ",{\"ph\":\"b\",\"ts\":%d.000,\"pid\":1,\"tid\":%d,\"id\":\"0x%x\","
            "\"name\":\"connection\",\"cat\":\"task\",\"args\":{\"event\":"
            "\"start\",\"auto\":true,\"loop\":1}}\n"
            ",{\"ph\":\"b\",\"ts\":%d.500,\"pid\":1,\"tid\":%d,\"id\":\"0x%x\","
            "\"name\":\"read\",\"cat\":\"task\",\"args\":{\"event\":\"await\","
            "\"loop\":1}}\n",
            i, 1000000001 + i, i + 1, i, 1000000001 + i, i + 1);
    fixture_add(&text,
                ",{\"ph\":\"b\",\"ts\":190000.000,\"pid\":1,\"tid\":1999999999,"
                "\"id\":\"0xfffff\",\"name\":\"timer\",\"cat\":\"task\","
                "\"args\":{\"event\":\"start\",\"auto\":true,\"loop\":1}}\n"
                ",{\"ph\":\"B\",\"ts\":200000.000,\"pid\":1,\"tid\":1,"
                "\"name\":\"turn\",\"cat\":\"turn\"}\n"
                ",{\"ph\":\"E\",\"ts\":260000.000,\"pid\":1,\"tid\":1,"
                "\"name\":\"turn\",\"cat\":\"turn\",\"args\":{\"cpu_ns\":"
                "60000000,\"blocked_ns\":0,\"descheduled_ns\":0}}\n"
                ",{\"ph\":\"B\",\"ts\":260100.000,\"pid\":1,\"tid\":1,"
                "\"name\":\"turn\",\"cat\":\"turn\"}\n");
    for (int i = 0; i < n; i += 10)
        fixture_add(&text,
                    ",{\"ph\":\"e\",\"ts\":26020%d.000,\"pid\":1,\"tid\":%d,"
                    "\"id\":\"0x%x\",\"name\":\"read\",\"cat\":\"task\","
                    "\"args\":{\"event\":\"resume\",\"loop\":1}}\n",
                    i / 10 % 10, 1000000001 + i, i + 1);
    fixture_add(&text, ",{\"ph\":\"E\",\"ts\":262000.000,\"pid\":1,\"tid\":1,"
                       "\"name\":\"turn\",\"cat\":\"turn\"}\n]\n");
    struct ls_document *document = fixture_document(text.chars);
    free(text.chars);
    return document;
}

static void show(struct ls_view *view, struct ls_document *document)
{
    ls_view_init(view, &fixture_metrics);
    ls_view_show(view, document);
}

static uint32_t count(const struct ls_view *view, enum ls_lane_kind kind)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < view->tracks->n; i++)
        n += view->tracks->items[i].kind == kind;
    return n;
}

static const struct ls_lane *first(const struct ls_view *view,
                                   enum ls_lane_kind kind)
{
    for (uint32_t i = 0; i < view->tracks->n; i++)
        if (view->tracks->items[i].kind == kind)
            return &view->tracks->items[i];
    fail_msg("no lane of kind %d", kind);
    return NULL;
}

static void check_places(const struct ls_view *view)
{
    const struct ls_tracks *tracks = view->tracks;
    for (uint32_t i = 0; i + 1 < tracks->n; i++)
        assert_true(tracks->items[i].y + tracks->items[i].h <=
                    tracks->items[i + 1].y);
    const struct ls_trace *trace = view->document->trace;
    for (uint32_t t = 0; t < trace->n_tasks; t++)
        assert_true(tracks->lane_of_task[t] < tracks->n);
    for (uint32_t l = 0; l < trace->n_loops; l++)
        assert_true(tracks->lane_of_thread[trace->loops[l].thread] < tracks->n);
}

static void test_tracks__few_tasks_all_have_lanes(void **state)
{
    struct ls_view view;
    struct ls_document *document = server(LS_FEW_TASKS - 1);
    show(&view, document);
    assert_int_equal(count(&view, LS_LANE_TASK), LS_FEW_TASKS);
    assert_int_equal(count(&view, LS_LANE_CROWD), 0);
    check_places(&view);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_tracks__of_many_those_that_waited_have_lanes(void **state)
{
    struct ls_view view;
    struct ls_document *document = server(100);
    show(&view, document);
    check_places(&view);
    /* 10 were held up; the timer is no crowd by itself. */
    assert_int_equal(count(&view, LS_LANE_TASK), 11);
    assert_int_equal(first(&view, LS_LANE_TASKS)->n, 101);
    assert_int_equal(first(&view, LS_LANE_CROWD)->n, 90);
    for (uint32_t t = 0; t < 100; t++) {
        uint32_t lane = view.tracks->lane_of_task[t];
        assert_int_equal(view.tracks->items[lane].kind,
                         t % 10 ? LS_LANE_CROWD : LS_LANE_TASK);
    }
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_tracks__what_is_selected_comes_out(void **state)
{
    struct ls_view view;
    struct ls_document *document = server(100);
    show(&view, document);
    ls_view_select(&view, (struct ls_thing){LS_THING_TASK, 33, LS_NONE, 0});
    uint32_t lane = view.tracks->lane_of_task[33];
    assert_int_equal(view.tracks->items[lane].kind, LS_LANE_TASK);
    assert_int_equal(first(&view, LS_LANE_CROWD)->n, 89);
    check_places(&view);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_tracks__crowds_unfold_and_fold(void **state)
{
    struct ls_view view;
    struct ls_document *document = server(100);
    show(&view, document);
    uint32_t crowd = first(&view, LS_LANE_CROWD)->index;
    ls_view_fold(&view, LS_LANE_CROWD, crowd);
    assert_int_equal(count(&view, LS_LANE_TASK), 101);
    assert_true(first(&view, LS_LANE_CROWD)->open);
    check_places(&view);
    ls_view_select(&view, (struct ls_thing){LS_THING_TASK, 33, LS_NONE, 0});
    ls_view_act(&view, LS_ACTION_FOLD);
    assert_false(first(&view, LS_LANE_CROWD)->open);
    assert_int_equal(count(&view, LS_LANE_TASK), 1);
    ls_view_act(&view, LS_ACTION_FOLD_ALL);
    assert_int_equal(count(&view, LS_LANE_TASK), 101);
    ls_view_act(&view, LS_ACTION_FOLD_ALL);
    assert_int_equal(count(&view, LS_LANE_TASK), 11);
    check_places(&view);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_tracks__tasks_in_the_order_wanted(void **state)
{
    struct ls_view view;
    struct ls_document *document = server(10);
    show(&view, document);
    const struct ls_trace *trace = document->trace;
    for (int order = LS_ORDER_START; order < LS_ORDERS; order++) {
        ls_view_act(&view, LS_ACTION_ORDER);
        assert_int_equal(view.folds.order, order);
        check_places(&view);
        uint32_t last = LS_NONE;
        for (uint32_t i = 0; i < view.tracks->n; i++) {
            if (view.tracks->items[i].kind != LS_LANE_TASK)
                continue;
            uint32_t task = view.tracks->items[i].index;
            const struct ls_task *t = &trace->tasks[task];
            const struct ls_task *l =
                &trace->tasks[last == LS_NONE ? task : last];
            const int64_t *weight = document->crowds->weight_ns;
            if (order == LS_ORDER_START)
                assert_true(t->begin_ns >= l->begin_ns);
            else if (order == LS_ORDER_LONGEST)
                assert_true(t->end_ns - t->begin_ns <= l->end_ns - l->begin_ns);
            else
                assert_true(last == LS_NONE || weight[task] <= weight[last]);
            last = task;
        }
    }
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_tracks__processes_are_groups(void **state)
{
    struct ls_view view;
    struct ls_document *document = fixture_sample("unmodified.json");
    show(&view, document);
    check_places(&view);
    /* The server; sh has nothing, curl only polled. */
    assert_int_equal(count(&view, LS_LANE_PROCESS), 1);
    assert_int_equal(first(&view, LS_LANE_QUIET)->n, 2);
    assert_int_equal(count(&view, LS_LANE_POOL), 1);
    assert_int_equal(count(&view, LS_LANE_IDLE), 0);
    ls_view_fold(&view, LS_LANE_QUIET, 0);
    assert_int_equal(count(&view, LS_LANE_PROCESS), 3);
    const struct ls_lane *idle = first(&view, LS_LANE_IDLE);
    assert_int_equal(idle->n, 1);
    assert_false(idle->open);
    uint32_t curl = idle->index, before = count(&view, LS_LANE_THREAD);
    ls_view_fold(&view, LS_LANE_IDLE, curl);
    assert_int_equal(count(&view, LS_LANE_THREAD), before + 1);
    check_places(&view);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_tracks__a_closed_process_opens_for_what_is_selected(
    void **state)
{
    struct ls_view view;
    struct ls_document *document = fixture_sample("unmodified.json");
    show(&view, document);
    uint32_t process = first(&view, LS_LANE_PROCESS)->index;
    uint32_t all = view.tracks->n;
    ls_view_fold(&view, LS_LANE_PROCESS, process);
    assert_int_equal(view.tracks->n, 2);
    check_places(&view);
    ls_view_select(&view, (struct ls_thing){LS_THING_TASK, 1, LS_NONE, 0});
    assert_int_equal(view.tracks->n, all);
    /* A slice of a thread that only polled, too. */
    const struct ls_trace *trace = document->trace;
    for (uint32_t t = 0; t < trace->n_threads; t++) {
        if (!ls_tracks_is_idle(&trace->threads[t]))
            continue;
        ls_view_select(&view, (struct ls_thing){LS_THING_SLICE, t, 0, 0});
        uint32_t lane = view.tracks->lane_of_thread[t];
        assert_int_equal(view.tracks->items[lane].kind, LS_LANE_THREAD);
    }
    ls_view_destroy(&view);
    ls_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tracks__few_tasks_all_have_lanes),
        cmocka_unit_test(test_tracks__of_many_those_that_waited_have_lanes),
        cmocka_unit_test(test_tracks__what_is_selected_comes_out),
        cmocka_unit_test(test_tracks__crowds_unfold_and_fold),
        cmocka_unit_test(test_tracks__tasks_in_the_order_wanted),
        cmocka_unit_test(test_tracks__processes_are_groups),
        cmocka_unit_test(
            test_tracks__a_closed_process_opens_for_what_is_selected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
