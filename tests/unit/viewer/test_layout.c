/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "viewer/layout.h"

static void check_inside(struct ls_rect inner, struct ls_rect outer)
{
    assert_true(inner.w >= 0 && inner.h >= 0);
    assert_true(inner.x >= outer.x && inner.y >= outer.y);
    assert_true(inner.x + inner.w <= outer.x + outer.w);
    assert_true(inner.y + inner.h <= outer.y + outer.h);
}

static void check_apart(struct ls_rect a, struct ls_rect b)
{
    struct ls_rect both = ls_rect_clip(a, b);
    assert_true(both.w <= 0 || both.h <= 0);
}

static void check_size(float w, float h, bool banner)
{
    struct ls_layout l = ls_layout_make(w, h, banner, false, 0);
    const struct ls_rect areas[] = {l.header, l.banner, l.overview, l.ruler,
                                    l.labels, l.lanes,  l.panel,    l.status};
    enum { N = sizeof(areas) / sizeof(areas[0]) };
    for (int a = 0; a < N; a++) {
        if (areas[a].w == 0 && areas[a].h == 0)
            continue;
        check_inside(areas[a], l.window);
        for (int b = 0; b < a; b++)
            check_apart(areas[a], areas[b]);
    }
}

static void test_layout__areas_never_overlap(void **state)
{
    for (int w = 1; w < 4000; w += 37)
        for (int h = 1; h < 2200; h += 53) {
            check_size((float)w, (float)h, false);
            check_size((float)w, (float)h, true);
        }
}

static void test_layout__a_narrow_window_has_no_panel(void **state)
{
    assert_true(ls_layout_make(600, 400, false, false, 0).panel.w == 0);
    assert_true(ls_layout_make(1280, 720, false, false, 0).panel.w >= 300);
}

static void test_layout__a_banner_takes_room(void **state)
{
    struct ls_layout without = ls_layout_make(1280, 720, false, false, 0);
    struct ls_layout with = ls_layout_make(1280, 720, true, false, 0);
    assert_true(without.banner.h == 0 && with.banner.h > 0);
    assert_true(with.overview.y == without.overview.y + with.banner.h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout__areas_never_overlap),
        cmocka_unit_test(test_layout__a_narrow_window_has_no_panel),
        cmocka_unit_test(test_layout__a_banner_takes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
