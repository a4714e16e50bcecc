/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "analysis/diff.h"
#include "picture.h"
#include "viewer/pair.h"

struct both {
    struct ls_document *first, *second;
    struct ls_pair pair;
};

static void open_both(struct both *b, float w, float h)
{
    b->first = fixture_sample("gather.json");
    b->second = fixture_sample("bad_example.json");
    ls_pair_init(&b->pair, &fixture_metrics);
    ls_pair_resize(&b->pair, w, h, 1);
    ls_view_show(&b->pair.top, b->first);
    ls_pair_show(&b->pair, b->second);
    ls_pair_draw(&b->pair);
    ls_pair_draw(&b->pair);
}

static void close_both(struct both *b)
{
    ls_pair_destroy(&b->pair);
    ls_document_free(b->first);
    ls_document_free(b->second);
}

static void check_linked(const struct ls_pair *p)
{
    assert_int_equal(p->bottom.begin_ns, p->top.begin_ns + p->shift_ns);
    assert_int_equal(p->bottom.end_ns, p->top.end_ns + p->shift_ns);
    assert_ptr_equal(p->bottom.theme, p->top.theme);
}

static void test_pair__both_are_legible(void **state)
{
    static const float sizes[][2] = {{1280, 720}, {1920, 1080}, {600, 500}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct both b;
        open_both(&b, sizes[i][0], sizes[i][1]);
        picture_check_texts(&b.pair.top);
        picture_check_contrast(&b.pair.top);
        assert_non_null(picture_text(&b.pair.top, "gather.json"));
        assert_true(sizes[i][0] < 1000 ||
                    picture_text(&b.pair.top, "bad_example.json"));
        /* the one is above the other */
        for (size_t k = 0; k < b.pair.top.list.n; k++)
            assert_true(b.pair.top.list.items[k].rect.y < sizes[i][1]);
        close_both(&b);
    }
}

static void send(struct ls_pair *pair, struct ls_input in)
{
    ls_pair_input(pair, &in);
    ls_pair_draw(pair);
}

static void test_pair__zoom_and_theme_are_linked(void **state)
{
    struct both b;
    open_both(&b, 1280, 720);
    struct ls_pair *p = &b.pair;
    check_linked(p);
    int64_t before = p->top.end_ns - p->top.begin_ns;
    send(p, (struct ls_input){
                .kind = LS_INPUT_WHEEL, .x = 500, .y = 200, .dy = 3});
    assert_true(p->top.end_ns - p->top.begin_ns < before);
    check_linked(p);
    /* the same below, with the pointer and with keys */
    before = p->top.end_ns - p->top.begin_ns;
    send(p, (struct ls_input){
                .kind = LS_INPUT_WHEEL, .x = 500, .y = 560, .dy = 3});
    assert_true(p->in_bottom);
    assert_true(p->top.end_ns - p->top.begin_ns < before);
    check_linked(p);
    send(p, (struct ls_input){.kind = LS_INPUT_KEY, .key = {'t', 0}});
    assert_string_equal(p->top.theme->name, "light");
    send(p, (struct ls_input){.kind = LS_INPUT_KEY, .key = {'0', 0}});
    check_linked(p);
    close_both(&b);
}

static void test_pair__is_aligned_at_what_is_selected(void **state)
{
    struct both b;
    open_both(&b, 1280, 720);
    struct ls_pair *p = &b.pair;
    ls_view_select(&p->top, (struct ls_thing){0});
    send(p, (struct ls_input){.kind = LS_INPUT_KEY, .key = {'l', 0}});
    assert_int_equal(p->top.notice, LS_NOTICE_INFO); /* nothing is */
    ls_view_select(&p->top, (struct ls_thing){LS_THING_TASK, 2, LS_NONE, 0});
    ls_view_select(&p->bottom, (struct ls_thing){LS_THING_TASK, 1, LS_NONE, 0});
    send(p, (struct ls_input){.kind = LS_INPUT_KEY, .key = {'l', 0}});
    int64_t above = b.first->trace->tasks[2].begin_ns;
    int64_t below = b.second->trace->tasks[1].begin_ns;
    assert_int_equal(p->shift_ns, below - above);
    check_linked(p);
    assert_float_equal(ls_view_x(&p->top, above), ls_view_x(&p->bottom, below),
                       0.01);
    close_both(&b);
}

static void test_pair__differences_lead_to_both_sides(void **state)
{
    struct both b;
    open_both(&b, 1280, 900);
    struct ls_pair *p = &b.pair;
    assert_true(p->diff->n[LS_DIFF_NEW] > 0);
    assert_non_null(picture_text(&p->top, "Differences"));
    const struct ls_draw *row = picture_text(&p->top, "new");
    assert_non_null(row);
    ls_view_select(&p->bottom, (struct ls_thing){0});
    /* the heading says "new" too: its list begins below */
    struct ls_rect area = p->bottom.findings_area;
    send(p, (struct ls_input){.kind = LS_INPUT_PRESS,
                              .x = area.x + 40,
                              .y = p->top.height + area.y + 10,
                              .button = LS_BUTTON_LEFT,
                              .clicks = 1});
    assert_int_equal(p->bottom.selected.kind, LS_THING_FINDING);
    const struct ls_finding *f =
        &b.second->findings->items[p->bottom.selected.index];
    assert_ptr_equal(f, p->diff->findings[0].is);
    check_linked(p);
    close_both(&b);
}

static void test_pair__alone_again_is_as_before(void **state)
{
    struct both b;
    open_both(&b, 1280, 720);
    ls_pair_show(&b.pair, NULL);
    ls_pair_draw(&b.pair);
    assert_false(b.pair.has_bottom);
    assert_true(b.pair.top.height == 720);
    assert_true(b.pair.top.layout.overview.h > 0);
    assert_null(picture_text(&b.pair.top, "bad_example.json"));
    int64_t first, last;
    ls_view_extent(&b.pair.top, &first, &last);
    assert_true(last < b.first->trace->end_ns * 2);
    close_both(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pair__both_are_legible),
        cmocka_unit_test(test_pair__zoom_and_theme_are_linked),
        cmocka_unit_test(test_pair__is_aligned_at_what_is_selected),
        cmocka_unit_test(test_pair__differences_lead_to_both_sides),
        cmocka_unit_test(test_pair__alone_again_is_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
