/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "picture.h"
#include "viewer/draw.h"

static const char *const samples[] = {"gather.json", "bad_example.json",
                                      "killed.json", "unmodified.json"};
enum { N_SAMPLES = sizeof(samples) / sizeof(samples[0]) };

static void test_draw__text_never_overlaps_nor_is_cut(void **state)
{
    static const float sizes[][2] = {{1280, 720}, {1600, 1000}, {800, 500},
                                     {500, 300},  {320, 200},   {2600, 700}};
    for (int i = 0; i < N_SAMPLES; i++) {
        struct ls_document *document = fixture_sample(samples[i]);
        for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
            struct ls_view view;
            picture_start(&view, document, sizes[k][0], sizes[k][1]);
            picture_check(&view);
            for (uint32_t t = 0; t < document->trace->n_tasks; t++) {
                ls_view_select(&view,
                               (struct ls_thing){LS_THING_TASK, t, LS_NONE, 0});
                picture_check(&view);
            }
            ls_view_destroy(&view);
        }
        ls_document_free(document);
    }
}

static void test_draw__text_is_right_at_any_zoom(void **state)
{
    uint32_t seed = 5;
    for (int i = 0; i < N_SAMPLES; i++) {
        struct ls_document *document = fixture_sample(samples[i]);
        struct ls_view view;
        picture_start(&view, document, 1280, 720);
        for (int k = 0; k < 150; k++) {
            seed = seed * 1664525 + 1013904223;
            double at = (seed >> 8) / 16777216.0;
            seed = seed * 1664525 + 1013904223;
            double part = pow(10, -6.0 * (seed >> 8) / 16777216.0);
            double length = (double)document->trace->end_ns * part;
            double begin = at * (double)document->trace->end_ns - length / 2;
            ls_view_set_window(&view, (int64_t)begin,
                               (int64_t)(begin + length));
            picture_check(&view);
        }
        ls_view_destroy(&view);
        ls_document_free(document);
    }
}

static int count_in_lanes(const struct ls_view *view, enum ls_draw_kind kind)
{
    int n = 0;
    for (size_t i = 0; i < view->list.n; i++) {
        const struct ls_draw *item = &view->list.items[i];
        struct ls_rect both = ls_rect_clip(item->rect, view->layout.lanes);
        n += item->kind == kind && both.w > 0 && both.h > 0;
    }
    return n;
}

static void test_draw__bad_example_shows_the_stall(void **state)
{
    struct ls_document *document = fixture_sample("bad_example.json");
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    /* The turn, the call in it, and the task that made it. */
    assert_int_equal(count_in_lanes(&view, LS_DRAW_HATCH), 3);
    /* The ticker, held up. */
    assert_int_equal(count_in_lanes(&view, LS_DRAW_HATCH_BACK), 1);
    assert_non_null(
        picture_text(&view, "BLOCKED 2.00 s  sleep()  bad_example.c:31"));
    assert_non_null(picture_text(&view, "ready, held up 1.50 s"));
    assert_non_null(picture_text(&view, "Stalled once."));
    assert_non_null(picture_text(&view, "Who waited"));
    assert_non_null(picture_text(&view, "What to do"));
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_draw__gather_waits_together(void **state)
{
    struct ls_document *document = fixture_sample("gather.json");
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    assert_int_equal(count_in_lanes(&view, LS_DRAW_HATCH), 0);
    assert_int_equal(count_in_lanes(&view, LS_DRAW_HATCH_BACK), 0);
    assert_int_equal(count_in_lanes(&view, LS_DRAW_DASHED), 4);
    assert_non_null(picture_text(&view, "gather of 3"));
    assert_non_null(picture_text(&view, "Nothing stalled the loop."));
    assert_non_null(picture_text(&view, "brew Masala"));
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_draw__a_kill_shows_the_open_call(void **state)
{
    struct ls_document *document = fixture_sample("killed.json");
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    assert_non_null(picture_text(&view, "sleep() has not returned"));
    assert_non_null(picture_text(&view, "cut off"));
    ls_view_destroy(&view);
    ls_document_free(document);
}

/* However far away, nothing that happened is thinner than two pixels. */
static void test_draw__a_stall_shows_its_samples(void **state)
{
    struct ls_document *document = fixture_sample("unmodified.json");
    struct ls_view view;
    picture_start(&view, document, 1600, 900);
    static const char *const texts[] = {
        "Where it was",  "hash_body",   "83 %",    "at most 84 ms",
        "on_connection", "loop server", "pid 100", "pool 103"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (!picture_text(&view, texts[i]))
            fail_msg("%s is not to be seen", texts[i]);
    /* what only waited now and then has no lane */
    assert_null(picture_text(&view, "110"));
    /* the same for the turn that it is in */
    const struct ls_loop *loop = &document->trace->loops[0];
    ls_view_select(&view, (struct ls_thing){LS_THING_SLICE, loop->thread,
                                            loop->turns[1], 0});
    ls_view_draw(&view);
    assert_non_null(picture_text(&view, "Where it was"));
    assert_int_equal(view.tree.weight, 6);
    ls_view_select(&view, (struct ls_thing){LS_THING_SLICE, loop->thread,
                                            loop->turns[0], 0});
    ls_view_draw(&view);
    assert_null(picture_text(&view, "Where it was"));
    ls_view_destroy(&view);
    ls_document_free(document);
}

/* What a click on a turn, a callback, a sample or a crowd tells. */
static void test_draw__details_of_what_is_selected(void **state)
{
    struct ls_document *document = fixture_sample("unmodified.json");
    struct ls_view view;
    picture_start(&view, document, 1600, 1000);
    const struct ls_loop *loop = &document->trace->loops[0];
    uint32_t turn = loop->turns[1];
    const struct ls_thread *thread = &document->trace->threads[loop->thread];
    const struct {
        struct ls_thing thing;
        const char *texts[4];
    } rows[] = {
        {{LS_THING_SLICE, loop->thread, turn, 0},
         {"This turn", "io   2 callbacks", "outside of callbacks",
          "Who waited"}},
        {{LS_THING_SLICE, loop->thread, turn + 2, 0},
         {"on_read", "read, io", "connection 127.0.0.1:5001", "Asked for in"}},
        {{LS_THING_SAMPLE, 0, 0, 0},
         {"sample", "running", "2 ms", "hash_step"}},
        {{LS_THING_CROWD, 0, 0, 0},
         {"connection", "2 tasks", "Who waited longest", "85 ms"}},
    };
    assert_string_equal(
        ls_trace_string(document->trace, thread->slices[turn + 2].name),
        "on_read");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ls_view_select(&view, rows[i].thing);
        picture_check(&view);
        for (int k = 0; k < 4; k++)
            if (!picture_text(&view, rows[i].texts[k]))
                fail_msg("%zu: %s is not to be seen", i, rows[i].texts[k]);
    }
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void point_at(struct ls_view *view, uint8_t kind)
{
    for (size_t i = view->n_hits; i > 0; i--) {
        struct ls_rect r = view->hits[i - 1].rect;
        float x = r.x + r.w / 2, y = r.y + r.h / 2;
        struct ls_thing thing = ls_view_hit(view, x, y);
        if (thing.kind != kind)
            continue;
        view->pointer_inside = true;
        view->pointer_x = x;
        view->pointer_y = y;
        return;
    }
    fail_msg("nothing of kind %u to point at", kind);
}

static void test_draw__tooltips(void **state)
{
    struct ls_document *document = fixture_sample("unmodified.json");
    struct ls_view view;
    picture_start(&view, document, 1600, 1000);
    ls_view_whole(&view);
    ls_view_fold_thing(&view, &(struct ls_thing){LS_THING_CROWD, 0, 0, 0});
    ls_view_draw(&view);
    point_at(&view, LS_THING_SAMPLE);
    ls_view_draw(&view);
    assert_non_null(picture_text(&view, "blocked in read, /run/app/config"));
    point_at(&view, LS_THING_CROWD);
    ls_view_draw(&view);
    assert_non_null(picture_text(&view, "of them here"));
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_draw__nothing_vanishes(void **state)
{
    struct ls_document *document = fixture_sample("gather.json");
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    ls_colour run = ls_view_colour(&view, LS_COLOUR_RUN);
    int runs = 0;
    for (size_t i = 0; i < view.list.n; i++) {
        const struct ls_draw *item = &view.list.items[i];
        if (item->kind != LS_DRAW_RECT || item->colour != run ||
            !ls_rect_has(view.layout.lanes, item->rect.x, item->rect.y))
            continue;
        assert_true(item->rect.w >= 1.9f);
        runs++;
    }
    assert_true(runs >= 8);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void add_loop(struct fixture_text *text)
{
    fixture_add(text, "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                      "\"loopscope_loop\",\"args\":{\"name\":\"main\","
                      "\"kind\":\"libuv\"}}\n");
}

static struct ls_document *finish(struct fixture_text *text)
{
    fixture_add(text, "]\n");
    struct ls_document *document = fixture_document(text->chars);
    free(text->chars);
    return document;
}

/* A picture costs what can be seen of it, however much there is. */
static void check_cost(struct ls_document *document)
{
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    assert_true(view.list.n < 12000);
    assert_true(view.n_hits < 12000);
    picture_check_texts(&view);
    ls_view_scroll(&view, view.tracks->height / 2);
    ls_view_draw(&view);
    assert_true(view.list.n < 12000);
    ls_view_act(&view, LS_ACTION_ZOOM_IN_FAST);
    ls_view_scroll(&view, 1e12);
    picture_check(&view);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_draw__a_hundred_thousand_tasks(void **state)
{
    struct fixture_text text = {0};
    add_loop(&text);
    for (int i = 0; i < 100000; i++)
        fixture_add(&text,
                    ",{\"ph\":\"b\",\"ts\":%d.000,\"pid\":1,\"tid\":%d,"
                    "\"id\":\"0x%x\",\"name\":\"k%d\",\"cat\":\"task\","
                    "\"args\":{\"event\":\"start\",\"loop\":1}}\n",
                    i, 1000000001 + i, i + 1, i);
    check_cost(finish(&text));
}

static void test_draw__a_hundred_thousand_threads(void **state)
{
    struct fixture_text text = {0};
    fixture_add(&text, "[\n");
    for (int i = 0; i < 100000; i++)
        fixture_add(&text,
                    "%s{\"ph\":\"X\",\"ts\":%d,\"dur\":5,\"pid\":1,"
                    "\"tid\":%d,\"name\":\"work\"}\n",
                    i ? "," : "", i, i + 1);
    check_cost(finish(&text));
}

static void test_draw__a_hundred_thousand_slices(void **state)
{
    struct fixture_text text = {0};
    fixture_add(&text, "[\n");
    for (int i = 0; i < 100000; i++)
        fixture_add(&text,
                    "%s{\"ph\":\"X\",\"ts\":%d,\"dur\":5,\"pid\":1,"
                    "\"tid\":1,\"name\":\"work\"}\n",
                    i ? "," : "", i * 10);
    check_cost(finish(&text));
}

static void test_draw__names_of_a_megabyte(void **state)
{
    struct fixture_text text = {0};
    char *name = malloc(1 << 20);
    memset(name, 'n', 1 << 20);
    name[(1 << 20) - 1] = 0;
    add_loop(&text);
    fixture_add(&text,
                ",{\"ph\":\"B\",\"ts\":1.000,\"pid\":1,\"tid\":1,\"name\":"
                "\"%s\",\"cat\":\"span\"}\n"
                ",{\"ph\":\"b\",\"ts\":2.000,\"pid\":1,\"tid\":1000000001,"
                "\"id\":\"0x1\",\"name\":\"%s\",\"cat\":\"task\",\"args\":{"
                "\"event\":\"start\",\"label\":\"%s\",\"loop\":1}}\n"
                ",{\"ph\":\"E\",\"ts\":9.000,\"pid\":1,\"tid\":1,\"name\":"
                "\"%s\",\"cat\":\"span\"}\n",
                name, name, name, name);
    free(name);
    check_cost(finish(&text));
}

static void test_draw__names_that_are_no_text(void **state)
{
    struct fixture_text text = {0};
    add_loop(&text);
    fixture_add(&text,
                ",{\"ph\":\"B\",\"ts\":1.000,\"pid\":1,\"tid\":1,\"name\":"
                "\"a\\u0000b\\u001b[2J\\n\\t\\u202e\u05d0\u05d1\",\"cat\":"
                "\"span\"}\n"
                ",{\"ph\":\"E\",\"ts\":9.000,\"pid\":1,\"tid\":1,\"name\":"
                "\"x\",\"cat\":\"span\"}\n");
    struct ls_document *document = finish(&text);
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    picture_check(&view);
    for (size_t i = 0; i < view.list.n; i++) {
        if (view.list.items[i].kind != LS_DRAW_TEXT)
            continue;
        const char *p = ls_drawlist_text(&view.list, &view.list.items[i]);
        for (; *p; p++)
            assert_true((unsigned char)*p >= ' ');
    }
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_draw__counters_and_marks(void **state)
{
    struct fixture_text text = {0};
    add_loop(&text);
    for (int i = 0; i < 1000; i++)
        fixture_add(&text,
                    ",{\"ph\":\"C\",\"ts\":%d.000,\"pid\":1,\"tid\":1,"
                    "\"name\":\"queue\",\"cat\":\"span\",\"args\":{\"value\":"
                    "%d}}\n",
                    i * 10, i == 500 ? 1000 : i % 7 - 3);
    fixture_add(&text, ",{\"ph\":\"i\",\"ts\":9995.000,\"pid\":1,\"tid\":1,"
                       "\"name\":\"here\",\"cat\":\"span\",\"s\":\"t\","
                       "\"args\":{\"text\":\"why\"}}\n");
    struct ls_document *document = finish(&text);
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    picture_check(&view);
    assert_int_equal(count_in_lanes(&view, LS_DRAW_TRIANGLE_DOWN), 1);
    assert_non_null(picture_text(&view, "queue"));
    assert_non_null(picture_text(&view, "max 1000"));
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_draw__help_names_every_action(void **state)
{
    struct ls_document *document = fixture_sample("gather.json");
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    view.help = true;
    ls_view_draw(&view);
    for (int a = 1; a < LS_ACTIONS; a++) {
        const struct ls_action_info *info = ls_action_get((enum ls_action)a);
        if (info->help)
            assert_non_null(picture_text(&view, info->help));
    }
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_draw__loading_says_what(void **state)
{
    struct ls_view view;
    ls_view_init(&view, &fixture_metrics);
    view.loading = true;
    view.progress = 0.5f;
    strcpy(view.loading_name, "big.json");
    ls_view_draw(&view);
    assert_non_null(picture_text(&view, "Loading big.json"));
    assert_non_null(picture_text(&view, "Esc cancels"));
    ls_view_destroy(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draw__text_never_overlaps_nor_is_cut),
        cmocka_unit_test(test_draw__text_is_right_at_any_zoom),
        cmocka_unit_test(test_draw__bad_example_shows_the_stall),
        cmocka_unit_test(test_draw__gather_waits_together),
        cmocka_unit_test(test_draw__a_kill_shows_the_open_call),
        cmocka_unit_test(test_draw__a_stall_shows_its_samples),
        cmocka_unit_test(test_draw__details_of_what_is_selected),
        cmocka_unit_test(test_draw__tooltips),
        cmocka_unit_test(test_draw__nothing_vanishes),
        cmocka_unit_test(test_draw__a_hundred_thousand_tasks),
        cmocka_unit_test(test_draw__a_hundred_thousand_threads),
        cmocka_unit_test(test_draw__a_hundred_thousand_slices),
        cmocka_unit_test(test_draw__names_of_a_megabyte),
        cmocka_unit_test(test_draw__names_that_are_no_text),
        cmocka_unit_test(test_draw__counters_and_marks),
        cmocka_unit_test(test_draw__help_names_every_action),
        cmocka_unit_test(test_draw__loading_says_what),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
