/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "viewer/theme.h"

static const char *const names[] = {"dark", "light"};

static void test_theme__text_has_contrast(void **state)
{
    size_t n;
    const struct ls_theme_pair *pairs = ls_theme_pairs(&n);
    assert_true(n > 20);
    for (int t = 0; t < 2; t++) {
        const struct ls_theme *theme = ls_theme_find(names[t]);
        for (size_t i = 0; i < n; i++) {
            double contrast = ls_colour_contrast(
                theme->colours[pairs[i].text], theme->colours[pairs[i].ground]);
            if (contrast < 4.5)
                fail_msg("%s: role %d on %d: %.2f", theme->name, pairs[i].text,
                         pairs[i].ground, contrast);
        }
    }
}

static void test_theme__contrast_is_wcag(void **state)
{
    assert_float_equal(ls_colour_contrast(0xffffffff, 0x000000ff), 21, 1e-9);
    assert_float_equal(ls_colour_contrast(0x777777ff, 0xffffffff), 4.478,
                       0.001);
}

static void test_theme__every_role_has_a_colour(void **state)
{
    for (int t = 0; t < 2; t++)
        for (int role = 0; role < LS_COLOURS; role++)
            assert_int_not_equal(ls_theme_find(names[t])->colours[role], 0);
}

/* What must not be taken for another differs in lightness or hue enough to be
 * told apart in grey, or has a pattern of its own (the hatches). */
static void test_theme__kinds_differ(void **state)
{
    static const enum ls_colour_role solid[] = {
        LS_COLOUR_RUN, LS_COLOUR_COMPUTING, LS_COLOUR_DESCHEDULED,
        LS_COLOUR_SPAN};
    for (int t = 0; t < 2; t++) {
        const struct ls_theme *theme = ls_theme_find(names[t]);
        for (int a = 0; a < 4; a++)
            for (int b = a + 1; b < 4; b++)
                assert_int_not_equal(theme->colours[solid[a]],
                                     theme->colours[solid[b]]);
    }
}

static void test_theme__next_goes_round(void **state)
{
    const struct ls_theme *dark = ls_theme_find("dark");
    assert_string_equal(ls_theme_next(dark)->name, "light");
    assert_ptr_equal(ls_theme_next(ls_theme_next(dark)), dark);
    assert_null(ls_theme_find("pink"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_theme__text_has_contrast),
        cmocka_unit_test(test_theme__contrast_is_wcag),
        cmocka_unit_test(test_theme__every_role_has_a_colour),
        cmocka_unit_test(test_theme__kinds_differ),
        cmocka_unit_test(test_theme__next_goes_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
