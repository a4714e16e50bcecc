/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "picture.h"

static const char *const samples[] = {"gather.json", "bad_example.json",
                                      "killed.json", "unmodified.json"};
enum { N_SAMPLES = sizeof(samples) / sizeof(samples[0]) };

struct shown {
    struct ls_document *document;
    struct ls_view view;
};

static void show(struct shown *s, const char *sample)
{
    s->document = fixture_sample(sample);
    picture_start(&s->view, s->document, 1280, 720);
}

static void hide(struct shown *s)
{
    ls_view_destroy(&s->view);
    ls_document_free(s->document);
}

static void expect(const struct ls_view *view, const char *text)
{
    if (!picture_text(view, text))
        fail_msg("%s is not to be seen", text);
}

static void test_pane__every_tab_is_legible_everywhere(void **state)
{
    static const float sizes[][2] = {
        {1280, 720}, {1920, 1080}, {700, 800}, {500, 420}, {320, 200}};
    for (int i = 0; i < N_SAMPLES; i++)
        for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
            struct ls_document *document = fixture_sample(samples[i]);
            struct ls_view view;
            picture_start(&view, document, sizes[k][0], sizes[k][1]);
            for (int t = 0; t < 2 * LS_TABS; t++) {
                ls_view_show_tab(&view, (enum ls_tab)(t % LS_TABS));
                ls_view_draw(&view);
                picture_check(&view);
                picture_check_contrast(&view);
                if (t == LS_TABS - 1)
                    view.theme = ls_theme_next(view.theme);
            }
            ls_view_destroy(&view);
            ls_document_free(document);
        }
}

/* Where there are few lanes the pane takes what they leave; never all. */
static void test_pane__few_lanes_leave_it_room(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    const struct ls_layout *l = &s.view.layout;
    assert_true(s.view.tracks->height < 250);
    assert_true(l->pane.h > 250);
    assert_true(l->lanes.h >= s.view.tracks->height);
    ls_view_resize(&s.view, 1280, 300, 1);
    assert_true(l->pane.h == 0);
    hide(&s);
}

static void test_pane__is_shown_and_hidden_and_dragged(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_view *view = &s.view;
    picture_key(view, 'b', 0);
    assert_true(view->layout.pane.h == 0);
    picture_key(view, '3', 0);
    assert_true(view->layout.pane.h > 0);
    assert_int_equal(view->pane.tab, LS_TAB_HISTOGRAM);
    float before = view->layout.pane.h;
    struct ls_input in = {.kind = LS_INPUT_PRESS,
                          .x = 300,
                          .y = view->layout.pane.y,
                          .button = LS_BUTTON_LEFT,
                          .clicks = 1};
    ls_view_input(view, &in);
    in.kind = LS_INPUT_MOVE;
    in.y -= 50;
    ls_view_input(view, &in);
    in.kind = LS_INPUT_RELEASE;
    ls_view_input(view, &in);
    assert_float_equal(view->layout.pane.h, before + 50, 0.5);
    hide(&s);
}

static void test_pane__a_turn_is_the_loops_cycle(void **state)
{
    struct shown s;
    show(&s, "unmodified.json");
    static const char *const steps[] = {"1  poll: wait for events",
                                        "2  I/O callbacks",
                                        "3  check",
                                        "4  closing",
                                        "5  timers",
                                        "6  pending",
                                        "7  idle",
                                        "8  prepare"};
    ls_view_act(&s.view, LS_ACTION_TAB_DETAILS);
    ls_view_draw(&s.view);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        expect(&s.view, steps[i]);
    /* each step below the one before, and an arrow back to the first */
    for (size_t i = 1; i < sizeof(steps) / sizeof(steps[0]); i++)
        assert_true(picture_text(&s.view, steps[i])->rect.y >
                    picture_text(&s.view, steps[i - 1])->rect.y);
    int arrows = 0;
    for (size_t i = 0; i < s.view.list.n; i++)
        arrows += s.view.list.items[i].kind == LS_DRAW_TRIANGLE_LEFT;
    assert_int_equal(arrows, 1);
    hide(&s);
}

/* The times of the steps are those of the turn that is selected. */
static void test_pane__the_cycle_is_of_what_is_selected(void **state)
{
    struct shown s;
    show(&s, "unmodified.json");
    const struct ls_loop *loop = &s.document->trace->loops[0];
    const struct ls_cycle *cycle = &s.view.cycle;
    assert_true(cycle->has && cycle->chosen);
    assert_int_equal(cycle->slice, loop->turns[1]);
    assert_int_equal(cycle->turn.phases[LS_PHASE_IO].n, 2);
    /* a callback in a turn stands for it */
    ls_view_select(&s.view, (struct ls_thing){LS_THING_SLICE, loop->thread,
                                              loop->turns[1] + 2, 0});
    assert_int_equal(cycle->slice, loop->turns[1]);
    /* nothing selected: the longest */
    ls_view_select(&s.view, (struct ls_thing){0});
    assert_true(cycle->has && !cycle->chosen);
    assert_int_equal(cycle->slice, loop->turns[1]);
    hide(&s);
}

static void test_pane__timeline_tells_events_and_leads_to_them(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    picture_click(&s.view, "Timeline");
    assert_int_equal(s.view.pane.tab, LS_TAB_TIMELINE);
    expect(&s.view, "starts");
    const struct ls_telling *t = ls_view_telling(&s.view);
    uint32_t blocks = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        blocks += t->items[i].kind == LS_TOLD_BLOCK;
        if (i > 0)
            assert_true(t->items[i].at_ns >= t->items[i - 1].at_ns);
    }
    assert_int_equal(blocks, 1);
    s.view.pane.scroll_px[LS_TAB_TIMELINE] = 100;
    ls_view_draw(&s.view);
    picture_click(&s.view, "hits await (sleep)");
    assert_int_equal(s.view.selected.kind, LS_THING_TASK);
    assert_int_not_equal(s.view.selected.sub, LS_NONE);
    hide(&s);
}

static void add_turn(struct fixture_text *text, double at_ms, double took_ms)
{
    fixture_add(text,
                ",{\"ph\":\"B\",\"ts\":%.3f,\"pid\":1,\"tid\":1,\"name\":"
                "\"turn\",\"cat\":\"turn\"}\n,{\"ph\":\"E\",\"ts\":%.3f,"
                "\"pid\":1,\"tid\":1,\"name\":\"turn\",\"cat\":\"turn\"}\n",
                at_ms * 1000, (at_ms + took_ms) * 1000);
}

/* A thousand turns of 1 ms; each hundredth is of 2 ms, the last of 30 ms. */
static struct ls_document *many_turns(void)
{
    struct fixture_text text = {0};
    fixture_add(&text, "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                       "\"loopscope_loop\",\"args\":{\"name\":\"main\","
                       "\"kind\":\"libuv\"}}\n");
    for (int i = 0; i < 1000; i++)
        add_turn(&text, i * 40, i == 999 ? 30 : i % 100 == 0 ? 2 : 1);
    fixture_add(&text, "]\n");
    struct ls_document *document = fixture_document(text.chars);
    free(text.chars);
    return document;
}

static void test_pane__histogram_counts_all(void **state)
{
    struct ls_document *document = many_turns();
    struct ls_subject s = ls_subject_get(document, 0);
    assert_int_equal(s.kind, LS_SUBJECT_TURNS);
    struct ls_histogram *h =
        ls_histogram_make(document, &s, INT64_MIN, INT64_MAX);
    assert_int_equal(h->n, 1000);
    assert_int_equal(h->summary.p50_ns, 1000000);
    assert_int_equal(h->summary.p99_ns, 2000000);
    assert_int_equal(h->summary.max_ns, 30000000);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < h->n_buckets; i++)
        sum += h->buckets[i];
    assert_int_equal(sum, 1000);
    assert_int_equal(h->items[0].took_ns, 30000000);
    assert_int_equal(ls_histogram_below(h, 2000000), 1);
    assert_int_equal(ls_histogram_below(h, 1999999), 11);
    for (uint32_t i = 0; i < h->n; i++) {
        uint32_t b = ls_histogram_bucket(h, h->items[i].took_ns);
        assert_true(h->items[i].took_ns >= ls_histogram_edge_ns(h, b) - 1);
        assert_true(h->items[i].took_ns <= ls_histogram_edge_ns(h, b + 1) + 1);
    }
    /* without the items it is the same */
    struct ls_histogram *sketch = ls_histogram_of_turns(document, 0);
    assert_int_equal(sketch->n_buckets, h->n_buckets);
    assert_int_equal(sketch->most, h->most);
    assert_memory_equal(sketch->buckets, h->buckets, sizeof(h->buckets));
    assert_int_equal(sketch->summary.p99_ns, h->summary.p99_ns);
    assert_null(sketch->items);
    ls_histogram_free(sketch);
    ls_histogram_free(h);
    /* only those that begin in the stretch */
    h = ls_histogram_make(document, &s, 0, 39 * 1000000);
    assert_int_equal(h->n, 1);
    ls_histogram_free(h);
    ls_document_free(document);
}

static void drag(struct ls_view *view, float x0, float x1, float y)
{
    struct ls_input in = {.kind = LS_INPUT_PRESS,
                          .x = x0,
                          .y = y,
                          .button = LS_BUTTON_LEFT,
                          .clicks = 1};
    ls_view_input(view, &in);
    in.kind = LS_INPUT_MOVE;
    in.x = x1;
    ls_view_input(view, &in);
    in.kind = LS_INPUT_RELEASE;
    ls_view_input(view, &in);
    ls_view_draw(view);
}

static void test_pane__histogram_filters_and_finds_the_worst(void **state)
{
    struct ls_document *document = many_turns();
    struct ls_view view;
    picture_start(&view, document, 1600, 900);
    ls_view_act(&view, LS_ACTION_TAB_HISTOGRAM);
    ls_view_draw(&view);
    expect(&view, "turns of main: own time of 1");
    expect(&view, "p50 1 ms");
    struct ls_rect bars = view.pane.bars;
    /* a drag over the right half: what took long */
    drag(&view, bars.x + bars.w / 2, bars.x + bars.w - 1, bars.y + 5);
    assert_true(view.pane.has_filter);
    expect(&view, "1 from ");
    picture_check(&view);
    /* a click at the right end: the worst of all */
    drag(&view, bars.x + bars.w - 2, bars.x + bars.w - 2, bars.y + 5);
    assert_int_equal(view.selected.kind, LS_THING_SLICE);
    const struct ls_slice *turn = &document->trace->threads[view.selected.index]
                                       .slices[view.selected.sub];
    assert_int_equal(turn->end_ns - turn->begin_ns, 30000000);
    assert_true(view.begin_ns <= turn->begin_ns && view.end_ns >= turn->end_ns);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_pane__range_counts_what_is_inside(void **state)
{
    struct ls_document *document = many_turns();
    /* from the middle of the first turn of 2 ms through the second one */
    struct ls_interval *i = ls_interval_make(document, 1000000, 41000000);
    assert_int_equal(i->n_turns, 2);
    assert_int_equal(i->turns_ns, 2000000);
    assert_int_equal(i->longest_ns, 2000000);
    assert_int_equal(i->lived_ns, 40000000);
    ls_interval_free(i);
    ls_document_free(document);
}

static void test_pane__range_follows_the_selected_one(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    ls_view_act(&s.view, LS_ACTION_TAB_RANGE);
    ls_view_draw(&s.view);
    expect(&s.view, "The whole trace");
    struct ls_rect lanes = s.view.layout.lanes;
    drag(&s.view, lanes.x + 20, lanes.x + 400, lanes.y + lanes.h - 10);
    assert_true(s.view.has_range);
    expect(&s.view, "The range");
    const struct ls_interval *i = ls_view_interval(&s.view);
    assert_int_equal(i->begin_ns, s.view.range_begin_ns);
    assert_int_equal(i->end_ns, s.view.range_end_ns);
    assert_true(i->n_rows > 0);
    expect(&s.view, "sleep()");
    hide(&s);
}

static void test_pane__flame_shares_out_own_time(void **state)
{
    struct shown s;
    show(&s, "unmodified.json");
    struct ls_flame *f = ls_flame_make(s.document, INT64_MIN, INT64_MAX);
    assert_true(f->n > 3 && f->n_stalls >= 1);
    for (uint32_t i = 0; i < f->n; i++) {
        int64_t below = f->nodes[i].own_ns;
        for (uint32_t c = f->nodes[i].first_child; c != LS_NONE;
             c = f->nodes[c].next) {
            assert_int_equal(f->nodes[c].parent, i);
            below += f->nodes[c].ns;
        }
        assert_int_equal(below, f->nodes[i].ns);
    }
    ls_flame_free(f);
    hide(&s);
}

static void test_pane__flame_zooms_into_a_function(void **state)
{
    struct shown s;
    show(&s, "unmodified.json");
    ls_view_act(&s.view, LS_ACTION_TAB_FLAME);
    s.view.pane.height_px = 420;
    ls_view_relayout(&s.view);
    ls_view_draw(&s.view);
    ls_view_select(&s.view, (struct ls_thing){0});
    ls_view_draw(&s.view);
    picture_click(&s.view, "hash_body");
    uint32_t root = s.view.pane.flame_root;
    assert_int_not_equal(root, 0);
    const struct ls_frame *frame =
        &s.document->trace->frames[s.view.pane.flame->nodes[root].frame];
    assert_string_equal(ls_trace_string(s.document->trace, frame->function),
                        "hash_body");
    picture_check(&s.view);
    picture_click(&s.view, "all stalls");
    assert_int_equal(s.view.pane.flame_root, 0);
    hide(&s);
}

static void test_pane__findings_as_a_table(void **state)
{
    struct shown s;
    show(&s, "unmodified.json");
    ls_view_select(&s.view, (struct ls_thing){0});
    ls_view_act(&s.view, LS_ACTION_TAB_FINDINGS);
    ls_view_draw(&s.view);
    expect(&s.view, "who waited");
    struct ls_rect area = s.view.pane.area;
    drag(&s.view, area.x + 50, area.x + 50, area.y + 10);
    assert_int_equal(s.view.selected.kind, LS_THING_FINDING);
    assert_int_equal(s.view.selected.index, 0);
    hide(&s);
}

static void test_pane__steps_through_a_tasks_story(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    const struct ls_trace *trace = s.document->trace;
    ls_view_select(&s.view, (struct ls_thing){LS_THING_TASK, 0, LS_NONE, 0});
    const struct ls_task *task = &trace->tasks[0];
    assert_true(task->n_stretches > 2);
    for (uint32_t i = 0; i < task->n_stretches; i++) {
        picture_key(&s.view, ']', 0);
        assert_int_equal(s.view.selected.sub, task->first_stretch + i);
    }
    picture_key(&s.view, ']', 0); /* there is no more */
    assert_int_equal(s.view.selected.sub,
                     task->first_stretch + task->n_stretches - 1);
    picture_key(&s.view, '[', 0);
    assert_int_equal(s.view.selected.sub,
                     task->first_stretch + task->n_stretches - 2);
    hide(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pane__every_tab_is_legible_everywhere),
        cmocka_unit_test(test_pane__few_lanes_leave_it_room),
        cmocka_unit_test(test_pane__is_shown_and_hidden_and_dragged),
        cmocka_unit_test(test_pane__a_turn_is_the_loops_cycle),
        cmocka_unit_test(test_pane__the_cycle_is_of_what_is_selected),
        cmocka_unit_test(test_pane__timeline_tells_events_and_leads_to_them),
        cmocka_unit_test(test_pane__histogram_counts_all),
        cmocka_unit_test(test_pane__histogram_filters_and_finds_the_worst),
        cmocka_unit_test(test_pane__range_counts_what_is_inside),
        cmocka_unit_test(test_pane__range_follows_the_selected_one),
        cmocka_unit_test(test_pane__flame_shares_out_own_time),
        cmocka_unit_test(test_pane__flame_zooms_into_a_function),
        cmocka_unit_test(test_pane__findings_as_a_table),
        cmocka_unit_test(test_pane__steps_through_a_tasks_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
