/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "fixture.h"
#include "viewer/draw.h"

struct shown {
    struct ls_document *document;
    struct ls_view view;
};

static void show(struct shown *s, struct ls_document *document)
{
    s->document = document;
    ls_view_init(&s->view, &fixture_metrics);
    ls_view_resize(&s->view, 1280, 720, 1);
    ls_view_show(&s->view, document);
    ls_view_draw(&s->view);
}

static void hide(struct shown *s)
{
    ls_view_destroy(&s->view);
    ls_document_free(s->document);
}

static void test_view__opens_on_the_worst_stall(void **state)
{
    struct shown s;
    show(&s, fixture_sample("bad_example.json"));
    assert_int_equal(s.view.selected.kind, LS_THING_FINDING);
    assert_int_equal(s.view.selected.index, 0);
    const struct ls_finding *f = &s.document->findings->items[0];
    assert_true(s.view.begin_ns <= f->start_ns);
    assert_true(s.view.end_ns >= f->start_ns + f->duration_ns);
    hide(&s);
}

static void test_view__opens_on_the_whole_without_a_stall(void **state)
{
    struct shown s;
    show(&s, fixture_sample("gather.json"));
    assert_int_equal(s.view.selected.kind, LS_THING_NONE);
    assert_true(s.view.begin_ns <= s.document->trace->begin_ns);
    assert_true(s.view.end_ns >= s.document->trace->end_ns);
    hide(&s);
}

static void test_view__zoom_keeps_the_time_at_the_pointer(void **state)
{
    struct shown s;
    show(&s, fixture_sample("gather.json"));
    struct ls_view *view = &s.view;
    ls_view_set_window(view, 500000000, 1500000000);
    for (int i = 0; i < 60; i++) {
        float x =
            view->layout.lanes.x + view->layout.lanes.w * (float)(i % 10) / 10;
        int64_t before = ls_view_ns(view, x);
        ls_view_zoom(view, i % 2 ? 0.7 : 1.2, x);
        int64_t off = ls_view_ns(view, x) - before;
        int64_t pixel = (view->end_ns - view->begin_ns) / 700 + 2;
        assert_true(llabs(off) <= pixel);
    }
    hide(&s);
}

static void test_view__window_stays_in_the_trace(void **state)
{
    struct shown s;
    show(&s, fixture_sample("gather.json"));
    struct ls_view *view = &s.view;
    int64_t first, last;
    ls_view_extent(view, &first, &last);
    for (int i = 0; i < 50; i++)
        ls_view_act(view, LS_ACTION_ZOOM_IN_FAST);
    int64_t least = view->end_ns - view->begin_ns;
    assert_true(least > 0 && least <= 1000);
    ls_view_set_window(view, first, first + least);
    ls_view_pan(view, -1e6);
    assert_int_equal(view->begin_ns, first);
    assert_int_equal(view->end_ns - view->begin_ns, least);
    ls_view_set_window(view, last - 2 * least, last - least);
    for (int i = 0; i < 3; i++)
        ls_view_pan(view, 1e9);
    assert_int_equal(view->end_ns, last);
    for (int i = 0; i < 80; i++)
        ls_view_act(view, LS_ACTION_ZOOM_OUT_FAST);
    assert_int_equal(view->begin_ns, first);
    assert_int_equal(view->end_ns, last);
    hide(&s);
}

static void test_view__centuries_do_not_overflow(void **state)
{
    struct shown s;
    show(&s,
         fixture_document("[{\"ph\":\"X\",\"ts\":9e15,\"dur\":5,\"pid\":1,"
                          "\"tid\":1,\"name\":\"a\"},{\"ph\":\"X\",\"ts\":1,"
                          "\"dur\":9e15,\"pid\":1,\"tid\":2,\"name\":\"b\"}]"));
    for (uint32_t t = 0; t < s.document->trace->n_threads; t++) {
        ls_view_select(&s.view, (struct ls_thing){LS_THING_SLICE, t, 0, 0});
        for (int a = 1; a < LS_ACTIONS; a++) {
            ls_view_act(&s.view, (enum ls_action)a);
            ls_view_draw(&s.view);
            assert_true(s.view.end_ns > s.view.begin_ns);
        }
        ls_view_act(&s.view, LS_ACTION_WHOLE);
        for (int i = 0; i < 90; i++)
            ls_view_act(&s.view, LS_ACTION_ZOOM_OUT_FAST);
        ls_view_draw(&s.view);
    }
    hide(&s);
}

static void test_view__findings_go_round(void **state)
{
    struct shown s;
    show(&s, fixture_sample("bad_example.json"));
    size_t n = s.document->findings->n;
    assert_true(n >= 2);
    for (size_t i = 1; i <= n; i++) {
        ls_view_act(&s.view, LS_ACTION_NEXT_FINDING);
        assert_int_equal(s.view.selected.index, i % n);
    }
    ls_view_act(&s.view, LS_ACTION_PREVIOUS_FINDING);
    assert_int_equal(s.view.selected.index, n - 1);
    ls_view_select(&s.view, (struct ls_thing){0});
    ls_view_act(&s.view, LS_ACTION_PREVIOUS_FINDING);
    assert_int_equal(s.view.selected.index, n - 1);
    hide(&s);
}

static void test_view__focus_centres_then_fits(void **state)
{
    struct shown s;
    show(&s, fixture_sample("gather.json"));
    struct ls_view *view = &s.view;
    const struct ls_trace *trace = s.document->trace;
    struct ls_thing thing = {LS_THING_SLICE, trace->loops[0].thread,
                             trace->loops[0].turns[1], 0};
    ls_view_select(view, thing);
    ls_view_set_window(view, 0, 100000000);
    ls_view_act(view, LS_ACTION_FOCUS);
    int64_t begin, end;
    assert_true(ls_view_time_of(view, &thing, &begin, &end));
    assert_int_equal(view->end_ns - view->begin_ns, 100000000);
    assert_true(view->begin_ns <= begin && view->end_ns >= end);
    ls_view_act(view, LS_ACTION_FOCUS);
    assert_true(view->end_ns - view->begin_ns < 2 * (end - begin));
    assert_true(view->begin_ns <= begin && view->end_ns >= end);
    hide(&s);
}

static void test_view__slices_step_along_the_lane(void **state)
{
    struct shown s;
    show(&s, fixture_sample("gather.json"));
    struct ls_view *view = &s.view;
    const struct ls_loop *loop = &s.document->trace->loops[0];
    ls_view_select(view, (struct ls_thing){LS_THING_SLICE, loop->thread,
                                           loop->turns[0], 0});
    ls_view_act(view, LS_ACTION_NEXT_SLICE);
    assert_int_equal(view->selected.sub, loop->turns[1]);
    ls_view_act(view, LS_ACTION_NEXT_SLICE);
    assert_int_equal(view->selected.sub, loop->turns[1]);
    ls_view_act(view, LS_ACTION_PREVIOUS_SLICE);
    assert_int_equal(view->selected.sub, loop->turns[0]);
    const struct ls_task *task = &s.document->trace->tasks[1];
    ls_view_select(view, (struct ls_thing){LS_THING_TASK, 1, LS_NONE, 0});
    for (uint32_t i = 0; i < task->n_stretches + 3; i++)
        ls_view_act(view, LS_ACTION_NEXT_SLICE);
    assert_int_equal(view->selected.sub,
                     task->first_stretch + task->n_stretches - 1);
    ls_view_act(view, LS_ACTION_PREVIOUS_SLICE);
    assert_int_equal(view->selected.sub,
                     task->first_stretch + task->n_stretches - 2);
    hide(&s);
}

static void test_view__escape_clears_one_thing_at_a_time(void **state)
{
    struct shown s;
    show(&s, fixture_sample("bad_example.json"));
    struct ls_view *view = &s.view;
    ls_view_act(view, LS_ACTION_HELP);
    ls_view_notice(view, LS_NOTICE_INFO, "saved");
    view->has_range = true;
    ls_view_act(view, LS_ACTION_CLEAR);
    assert_false(view->help);
    assert_int_equal(view->notice, LS_NOTICE_INFO);
    ls_view_act(view, LS_ACTION_CLEAR);
    assert_int_equal(view->notice, LS_NOTICE_NONE);
    assert_true(view->has_range);
    ls_view_act(view, LS_ACTION_CLEAR);
    assert_false(view->has_range);
    assert_int_equal(view->selected.kind, LS_THING_FINDING);
    ls_view_act(view, LS_ACTION_CLEAR);
    assert_int_equal(view->selected.kind, LS_THING_NONE);
    view->loading = true;
    ls_view_act(view, LS_ACTION_CLEAR);
    assert_int_equal(view->wish, LS_WISH_CANCEL);
    hide(&s);
}

/* What an action may change, in one number. */
static uint64_t state_of(const struct ls_view *v)
{
    uint64_t sum = (uint64_t)v->begin_ns * 31 + (uint64_t)v->end_ns * 17;
    sum = sum * 31 + (uint64_t)v->scroll_px;
    sum = sum * 31 + v->selected.kind * 7u + v->selected.index * 5u +
          v->selected.sub;
    sum = sum * 31 + (uint64_t)(v->theme->name[0]) + v->tracks->n * 13u;
    sum = sum * 31 + v->prompt.kind * 3u + (uint64_t)v->measure.n;
    sum = sum * 31 + v->folds.n_pinned * 3u + v->no_grid * 5u +
          v->no_arrows * 7u + v->paused * 3u + v->what_if;
    sum = sum * 31 + v->pane.tab * 3u + (uint64_t)v->layout.pane.h;
    return sum * 31 + v->help * 2u + v->wish * 3u + v->notice * 11u;
}

static struct ls_document *many_tasks(int n)
{
    struct fixture_text text = {0};
    fixture_add(&text, "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,"
                       "\"name\":\"loopscope_loop\",\"args\":{\"name\":"
                       "\"main\",\"kind\":\"libuv\"}}\n");
    for (int i = 0; i < n; i++)
        fixture_add(&text,
                    ",{\"ph\":\"b\",\"ts\":%d.000,\"pid\":1,\"tid\":%d,"
                    "\"id\":\"0x%x\",\"name\":\"kind\",\"cat\":\"task\","
                    "\"args\":{\"event\":\"start\",\"label\":\"\","
                    "\"loop\":1}}\n",
                    i, 1000000001 + i, i + 1);
    fixture_add(&text,
                ",{\"ph\":\"B\",\"ts\":%d.000,\"pid\":1,\"tid\":1,"
                "\"name\":\"turn\",\"cat\":\"turn\"}\n]\n",
                n + 1);
    struct ls_document *document = fixture_document(text.chars);
    free(text.chars);
    return document;
}

static void test_view__every_action_does_something(void **state)
{
    struct shown s;
    show(&s, many_tasks(200));
    struct ls_view *view = &s.view;
    ls_view_fold_all(view);
    for (int a = 1; a < LS_ACTIONS; a++) {
        view->wish = LS_WISH_NONE;
        view->help = false;
        ls_view_set_window(view, 50000, 60000);
        view->scroll_px = 1000;
        ls_view_select(
            view,
            (struct ls_thing){LS_THING_TASK, 60,
                              s.document->trace->tasks[60].first_stretch, 0});
        if (a >= LS_ACTION_NEXT_STEP && a <= LS_ACTION_PREVIOUS_SLICE)
            view->selected.sub = LS_NONE;
        ls_prompt_close(&view->prompt);
        view->measure.n = a == LS_ACTION_CLEAR_MARKS;
        view->folds.n_hidden = a == LS_ACTION_SHOW_HIDDEN;
        view->folds.hidden[0] = (struct ls_lane_id){LS_LANE_TASK, 3};
        ls_view_make_tracks(view);
        ls_view_search(view, "kind");
        view->pane.tab = LS_TAB_RANGE;
        if (a == LS_ACTION_TAB_RANGE)
            view->pane.tab = LS_TAB_DETAILS;
        uint64_t before = state_of(view);
        ls_view_act(view, (enum ls_action)a);
        if (state_of(view) == before)
            fail_msg("%s did nothing", ls_action_get((enum ls_action)a)->name);
    }
    hide(&s);
}

/* A trace of N turns, a task in each. */
static struct ls_document *grown(int n)
{
    struct fixture_text text = {0};
    fixture_add(&text, "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,"
                       "\"name\":\"loopscope_loop\",\"args\":{\"name\":"
                       "\"main\",\"kind\":\"libuv\"}}\n");
    for (int i = 0; i < n; i++)
        fixture_add(&text,
                    ",{\"ph\":\"B\",\"ts\":%d000.000,\"pid\":1,\"tid\":1,"
                    "\"name\":\"turn\",\"cat\":\"turn\"}\n"
                    ",{\"ph\":\"b\",\"ts\":%d100.000,\"pid\":1,"
                    "\"tid\":%d,\"id\":\"0x%x\",\"name\":\"kind\","
                    "\"cat\":\"task\",\"args\":{\"event\":\"start\","
                    "\"label\":\"\",\"loop\":1}}\n"
                    ",{\"ph\":\"E\",\"ts\":%d500.000,\"pid\":1,\"tid\":1,"
                    "\"name\":\"turn\",\"cat\":\"turn\"}\n",
                    i, i, 1000000001 + i, i + 1, i);
    struct ls_document *document = fixture_document(text.chars);
    free(text.chars);
    return document;
}

static void test_view__a_trace_that_grows(void **state)
{
    struct shown s;
    show(&s, grown(20));
    struct ls_view *view = &s.view;
    ls_view_act(view, LS_ACTION_TAB_FLAME);
    ls_view_select(view, (struct ls_thing){LS_THING_TASK, 3, LS_NONE, 0});
    struct ls_document *next = grown(40);
    ls_view_update(view, next);
    ls_document_free(s.document);
    s.document = next;
    /* it was all of it, and is so still */
    assert_true(view->end_ns >= next->trace->end_ns);
    assert_true(view->begin_ns <= next->trace->begin_ns);
    assert_int_equal(view->selected.kind, LS_THING_TASK);
    assert_int_equal(view->selected.index, 3);
    assert_int_equal(view->pane.tab, LS_TAB_FLAME);
    /* at the end the window goes along */
    int64_t end = next->trace->end_ns;
    ls_view_set_window(view, end - 5000000, end);
    next = grown(60);
    ls_view_update(view, next);
    ls_document_free(s.document);
    s.document = next;
    assert_int_equal(view->end_ns - view->begin_ns, 5000000);
    assert_int_equal(view->end_ns, next->trace->end_ns);
    /* elsewhere it stays */
    ls_view_set_window(view, 3000000, 6000000);
    next = grown(80);
    ls_view_update(view, next);
    ls_document_free(s.document);
    s.document = next;
    assert_int_equal(view->begin_ns, 3000000);
    assert_int_equal(view->end_ns, 6000000);
    ls_view_draw(view);
    hide(&s);
}

static void test_view__actions_without_a_trace_are_harmless(void **state)
{
    struct ls_view view;
    ls_view_init(&view, &fixture_metrics);
    for (int a = 0; a < LS_ACTIONS; a++) {
        ls_view_act(&view, (enum ls_action)a);
        ls_view_draw(&view);
        assert_true(view.list.n > 0);
    }
    ls_view_destroy(&view);
}

static void test_view__the_loop_stays_above_its_tasks(void **state)
{
    struct shown s;
    show(&s, many_tasks(200));
    struct ls_view *view = &s.view;
    ls_view_fold_all(view);
    uint32_t loop = s.view.tracks->lane_of_thread[0];
    assert_int_equal(ls_view_pinned(view), LS_NONE);
    for (uint32_t task = 0; task < 200; task += 13) {
        ls_view_select(view,
                       (struct ls_thing){LS_THING_TASK, task, LS_NONE, 0});
        const struct ls_lane *lane =
            &s.view.tracks->items[s.view.tracks->lane_of_task[task]];
        uint32_t pinned = ls_view_pinned(view);
        double top = view->scroll_px;
        if (pinned != LS_NONE) {
            assert_int_equal(pinned, loop);
            top += s.view.tracks->items[loop].h;
        }
        assert_true(lane->y >= top);
        assert_true(lane->y + lane->h <=
                    view->scroll_px + view->layout.lanes.h);
    }
    assert_int_equal(ls_view_pinned(view), loop);
    hide(&s);
}

static void test_view__scroll_has_ends(void **state)
{
    struct shown s;
    show(&s, many_tasks(200));
    ls_view_fold_all(&s.view);
    ls_view_scroll(&s.view, -100);
    assert_true(s.view.scroll_px == 0);
    ls_view_scroll(&s.view, 1e9);
    double most =
        s.view.tracks->height + LS_LANE_GAP_PX - s.view.layout.lanes.h;
    assert_true(s.view.scroll_px == most);
    /* What is selected comes into sight. */
    ls_view_select(&s.view, (struct ls_thing){LS_THING_TASK, 0, LS_NONE, 0});
    const struct ls_lane *lane =
        &s.view.tracks->items[s.view.tracks->lane_of_task[0]];
    assert_true(s.view.scroll_px <= lane->y);
    hide(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_view__opens_on_the_worst_stall),
        cmocka_unit_test(test_view__opens_on_the_whole_without_a_stall),
        cmocka_unit_test(test_view__zoom_keeps_the_time_at_the_pointer),
        cmocka_unit_test(test_view__window_stays_in_the_trace),
        cmocka_unit_test(test_view__centuries_do_not_overflow),
        cmocka_unit_test(test_view__findings_go_round),
        cmocka_unit_test(test_view__focus_centres_then_fits),
        cmocka_unit_test(test_view__slices_step_along_the_lane),
        cmocka_unit_test(test_view__escape_clears_one_thing_at_a_time),
        cmocka_unit_test(test_view__every_action_does_something),
        cmocka_unit_test(test_view__a_trace_that_grows),
        cmocka_unit_test(test_view__actions_without_a_trace_are_harmless),
        cmocka_unit_test(test_view__the_loop_stays_above_its_tasks),
        cmocka_unit_test(test_view__scroll_has_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
