/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "fixture.h"
#include "viewer/draw.h"
#include "viewer/input.h"

struct shown {
    struct ls_document *document;
    struct ls_view view;
};

static void show(struct shown *s, const char *sample)
{
    s->document = fixture_sample(sample);
    ls_view_init(&s->view, &fixture_metrics);
    ls_view_resize(&s->view, 1280, 720, 1);
    ls_view_show(&s->view, s->document);
    ls_view_draw(&s->view);
}

static void hide(struct shown *s)
{
    ls_view_destroy(&s->view);
    ls_document_free(s->document);
}

static void give(struct ls_view *view, struct ls_input in)
{
    ls_view_input(view, &in);
    ls_view_draw(view);
}

/* A point of the lanes, as parts of their width and height. */
static struct ls_input at(const struct ls_view *view, enum ls_input_kind kind,
                          float x, float y)
{
    struct ls_rect l = view->layout.lanes;
    return (struct ls_input){.kind = kind,
                             .x = l.x + l.w * x,
                             .y = l.y + l.h * y,
                             .button = LS_BUTTON_LEFT,
                             .clicks = 1};
}

/* The middle of the last hit of KIND. */
static struct ls_input on(const struct ls_view *view, enum ls_thing_kind kind,
                          enum ls_input_kind input)
{
    for (size_t i = view->n_hits; i > 0; i--) {
        const struct ls_hit *hit = &view->hits[i - 1];
        if (hit->thing.kind == kind)
            return (struct ls_input){.kind = input,
                                     .x = hit->rect.x + hit->rect.w / 2,
                                     .y = hit->rect.y + hit->rect.h / 2,
                                     .button = LS_BUTTON_LEFT,
                                     .clicks = 1};
    }
    fail_msg("nothing of kind %d is in the picture", kind);
    return (struct ls_input){0};
}

static void click(struct ls_view *view, struct ls_input where)
{
    where.kind = LS_INPUT_PRESS;
    give(view, where);
    where.kind = LS_INPUT_RELEASE;
    give(view, where);
}

static void test_input__wheel_zooms_at_the_pointer(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_input in = at(&s.view, LS_INPUT_WHEEL, 0.25f, 0.9f);
    in.dy = 3;
    int64_t before = ls_view_ns(&s.view, in.x);
    int64_t length = s.view.end_ns - s.view.begin_ns;
    give(&s.view, in);
    assert_true(s.view.end_ns - s.view.begin_ns < length * 6 / 10);
    assert_true(llabs(ls_view_ns(&s.view, in.x) - before) <= length / 700);
    hide(&s);
}

static void test_input__shift_wheel_pans(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    ls_view_set_window(&s.view, 500000000, 700000000);
    struct ls_input in = at(&s.view, LS_INPUT_WHEEL, 0.25f, 0.9f);
    in.dy = -1;
    in.key.mods = LS_MOD_SHIFT;
    give(&s.view, in);
    assert_int_equal(s.view.end_ns - s.view.begin_ns, 200000000);
    assert_true(s.view.begin_ns > 500000000);
    hide(&s);
}

static void test_input__wheel_over_labels_scrolls(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    ls_view_resize(&s.view, 1280, 260, 1);
    ls_view_draw(&s.view);
    int64_t begin = s.view.begin_ns;
    struct ls_input in = {.kind = LS_INPUT_WHEEL,
                          .x = 20,
                          .y = s.view.layout.labels.y + 10,
                          .dy = -1};
    give(&s.view, in);
    assert_true(s.view.scroll_px > 0);
    assert_int_equal(s.view.begin_ns, begin);
    hide(&s);
}

static void test_input__left_drag_measures(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    give(&s.view, at(&s.view, LS_INPUT_PRESS, 0.7f, 0.9f));
    give(&s.view, at(&s.view, LS_INPUT_MOVE, 0.4f, 0.9f));
    give(&s.view, at(&s.view, LS_INPUT_RELEASE, 0.4f, 0.9f));
    assert_true(s.view.has_range);
    int64_t begin = s.view.range_begin_ns, end = s.view.range_end_ns;
    assert_true(begin < end);
    ls_view_act(&s.view, LS_ACTION_FOCUS);
    assert_true(llabs(s.view.begin_ns - begin) < 3000000);
    assert_true(llabs(s.view.end_ns - end) < 3000000);
    hide(&s);
}

static void test_input__right_drag_moves(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    ls_view_set_window(&s.view, 500000000, 700000000);
    struct ls_input in = at(&s.view, LS_INPUT_PRESS, 0.5f, 0.9f);
    in.button = LS_BUTTON_RIGHT;
    int64_t held = ls_view_ns(&s.view, in.x);
    give(&s.view, in);
    for (int i = 1; i <= 5; i++) {
        in = at(&s.view, LS_INPUT_MOVE, 0.5f - 0.05f * (float)i, 0.9f);
        give(&s.view, in);
        /* The time under the pointer is held. */
        assert_true(llabs(ls_view_ns(&s.view, in.x) - held) < 2000000);
    }
    in.kind = LS_INPUT_RELEASE;
    give(&s.view, in);
    assert_int_equal(s.view.drag, LS_DRAG_NONE);
    assert_false(s.view.has_range);
    hide(&s);
}

static void test_input__click_selects_and_elsewhere_clears(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    click(&s.view, on(&s.view, LS_THING_SLICE, LS_INPUT_PRESS));
    assert_int_equal(s.view.selected.kind, LS_THING_SLICE);
    click(&s.view, on(&s.view, LS_THING_TASK, LS_INPUT_PRESS));
    assert_int_equal(s.view.selected.kind, LS_THING_TASK);
    click(&s.view, at(&s.view, LS_INPUT_PRESS, 0.5f, 0.95f));
    assert_int_equal(s.view.selected.kind, LS_THING_NONE);
    hide(&s);
}

static void test_input__a_finding_jumps_to_its_time(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    ls_view_select(&s.view, (struct ls_thing){0});
    ls_view_set_window(&s.view, 1000000, 2000000);
    ls_view_draw(&s.view);
    struct ls_input in = {.x = s.view.findings_area.x + 40,
                          .y = s.view.findings_area.y + 10,
                          .button = LS_BUTTON_LEFT,
                          .clicks = 1};
    click(&s.view, in);
    assert_int_equal(s.view.selected.kind, LS_THING_FINDING);
    assert_int_equal(s.view.selected.index, 0);
    assert_true(s.view.end_ns > 2000000000);
    hide(&s);
}

static void test_input__double_click_zooms_to_it(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_input in = on(&s.view, LS_THING_SLICE, LS_INPUT_PRESS);
    click(&s.view, in);
    in.clicks = 2;
    click(&s.view, in);
    assert_true(s.view.end_ns - s.view.begin_ns < 10000000);
    hide(&s);
}

static void test_input__overview_moves_the_window(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    ls_view_set_window(&s.view, 0, 100000000);
    ls_view_draw(&s.view);
    struct ls_rect o = s.view.layout.overview, l = s.view.layout.lanes;
    struct ls_input in = {.kind = LS_INPUT_PRESS,
                          .x = l.x + l.w * 0.5f,
                          .y = o.y + 20,
                          .button = LS_BUTTON_LEFT};
    give(&s.view, in);
    assert_true(s.view.begin_ns < 1000700000 && s.view.end_ns > 1000700000);
    in.kind = LS_INPUT_MOVE;
    in.x = l.x + l.w * 0.75f;
    give(&s.view, in);
    assert_true(s.view.begin_ns > 1300000000);
    in.kind = LS_INPUT_RELEASE;
    give(&s.view, in);
    assert_int_equal(s.view.drag, LS_DRAG_NONE);
    hide(&s);
}

static void test_input__keys_go_through_the_table(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_input in = {.kind = LS_INPUT_KEY, .key = {'?', 0}};
    assert_true(ls_view_input(&s.view, &in));
    assert_true(s.view.help);
    in.key.code = 'n'; /* any key with a meaning closes the help */
    assert_true(ls_view_input(&s.view, &in));
    assert_false(s.view.help);
    in.key.code = 'j';
    assert_false(ls_view_input(&s.view, &in));
    hide(&s);
}

static void test_input__leaving_hides_the_pointer(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    size_t without = s.view.list.n;
    give(&s.view, on(&s.view, LS_THING_TASK, LS_INPUT_MOVE));
    assert_true(s.view.list.n > without);
    give(&s.view, (struct ls_input){.kind = LS_INPUT_LEAVE});
    assert_int_equal(s.view.list.n, without);
    hide(&s);
}

/* Anything at all, at any place and in any order, is drawn. */
static void test_input__survives_random_hands(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    uint32_t seed = 7;
    for (int i = 0; i < 3000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t a = seed >> 8;
        struct ls_input in = {.kind = (enum ls_input_kind)(a % 6),
                              .x = (float)(a % 1400) - 50,
                              .y = (float)(a / 1400 % 800) - 40,
                              .dy = (float)(a % 7) - 3,
                              .button = (enum ls_button)(1 + a % 3),
                              .clicks = 1 + (int)(a % 2)};
        const struct ls_action_info *info =
            ls_action_get((enum ls_action)(1 + a % (LS_ACTIONS - 1)));
        in.key = info->keys[0];
        give(&s.view, in);
        assert_true(s.view.end_ns > s.view.begin_ns);
        assert_false(s.view.list.failed);
    }
    hide(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_input__wheel_zooms_at_the_pointer),
        cmocka_unit_test(test_input__shift_wheel_pans),
        cmocka_unit_test(test_input__wheel_over_labels_scrolls),
        cmocka_unit_test(test_input__left_drag_measures),
        cmocka_unit_test(test_input__right_drag_moves),
        cmocka_unit_test(test_input__click_selects_and_elsewhere_clears),
        cmocka_unit_test(test_input__a_finding_jumps_to_its_time),
        cmocka_unit_test(test_input__double_click_zooms_to_it),
        cmocka_unit_test(test_input__overview_moves_the_window),
        cmocka_unit_test(test_input__keys_go_through_the_table),
        cmocka_unit_test(test_input__leaving_hides_the_pointer),
        cmocka_unit_test(test_input__survives_random_hands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
