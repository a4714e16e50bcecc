/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

struct canvas {
    struct ls_drawlist list;
};

static int set_up(void **state)
{
    struct canvas *canvas = calloc(1, sizeof(*canvas));
    ls_drawlist_init(&canvas->list);
    ls_drawlist_reset(&canvas->list, &fixture_metrics);
    *state = canvas;
    return 0;
}

static int tear_down(void **state)
{
    struct canvas *canvas = *state;
    ls_drawlist_destroy(&canvas->list);
    free(canvas);
    return 0;
}

static const char *drawn(struct ls_drawlist *list, float width,
                         const char *text)
{
    size_t before = list->n;
    float w =
        ls_draw_text(list, LS_FONT_TEXT, 0xff,
                     (struct ls_rect){0, 0, width, 20}, LS_ALIGN_LEFT, text);
    assert_true(w <= width);
    return list->n == before
               ? NULL
               : ls_drawlist_text(list, &list->items[list->n - 1]);
}

static struct ls_rect last(const struct ls_drawlist *list)
{
    return list->items[list->n - 1].rect;
}

static void test_drawlist__neighbours_of_one_colour_are_one(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    ls_draw_rect(list, (struct ls_rect){10, 0, 2, 20}, 0xff0000ff);
    ls_draw_rect(list, (struct ls_rect){10, 21, 2, 1}, 0x888888ff);
    ls_draw_rect(list, (struct ls_rect){12, 0, 3, 20}, 0xff0000ff);
    ls_draw_rect(list, (struct ls_rect){12, 21, 3, 1}, 0x888888ff);
    assert_int_equal(list->n, 2);
    assert_true(list->items[0].rect.w == 5 && last(list).w == 5);
    /* Another colour, height or place is another box. */
    ls_draw_rect(list, (struct ls_rect){15, 0, 1, 20}, 0x00ff00ff);
    ls_draw_rect(list, (struct ls_rect){16, 0, 1, 10}, 0x00ff00ff);
    ls_draw_rect(list, (struct ls_rect){18, 0, 1, 10}, 0x00ff00ff);
    assert_int_equal(list->n, 5);
}

static void test_drawlist__what_lies_between_stays_between(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    ls_draw_rect(list, (struct ls_rect){0, 0, 10, 10}, 0xff0000ff);
    ls_draw_rect(list, (struct ls_rect){5, 0, 10, 10}, 0x00ff00ff);
    ls_draw_rect(list, (struct ls_rect){10, 0, 10, 10}, 0xff0000ff);
    assert_int_equal(list->n, 3);
    ls_draw_clip(list, (struct ls_rect){0, 0, 5, 5});
    ls_draw_rect(list, (struct ls_rect){20, 0, 10, 10}, 0xff0000ff);
    assert_int_equal(list->n, 5);
}

static void test_drawlist__fits_or_has_an_ellipsis(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    assert_string_equal(drawn(list, 70, "0123456789"), "0123456789");
    assert_string_equal(drawn(list, 69, "0123456789"), "01234567\u2026");
    assert_string_equal(drawn(list, 14, "0123456789"), "0\u2026");
    assert_null(drawn(list, 13, "0123456789"));
    assert_string_equal(drawn(list, 7, "0"), "0");
    assert_null(drawn(list, 100, ""));
    assert_string_equal(drawn(list, 42, "abc  defghi"), "abc\u2026");
}

static void test_drawlist__shows_no_controls(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    assert_string_equal(drawn(list, 700, "a\tb\nc\x1b[31md\x7f"),
                        "a b c [31md ");
    assert_string_equal(drawn(list, 700, "a\u202eb\u200f\u2066c\ufeff"), "abc");
    assert_string_equal(drawn(list, 700, "\u05d0\u05d1 ok"), "\u05d0\u05d1 ok");
}

static void test_drawlist__broken_utf8_is_replaced(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    assert_string_equal(drawn(list, 700,
                              "a\xff"
                              "b\xe2\x82"),
                        "a\ufffd"
                        "b\ufffd\ufffd");
    assert_string_equal(drawn(list, 700, "\xc0\xaf\xed\xa0\x80"),
                        "\ufffd\ufffd\ufffd\ufffd\ufffd");
}

static void test_drawlist__long_text_costs_what_fits(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    char *text = malloc(1 << 20);
    memset(text, 'x', (1 << 20) - 1);
    text[(1 << 20) - 1] = 0;
    assert_int_equal(strlen(drawn(list, 210, text)), 29 + 3);
    assert_true(ls_text_width(&fixture_metrics, LS_FONT_TEXT, text, 300) ==
                300);
    /* Invisible letters have no width, but do not make it endless either. */
    for (size_t i = 0; i + 3 < 1 << 20; i += 3)
        memcpy(text + i, "\u200b", 3);
    assert_null(drawn(list, 210, text));
    assert_true(list->n_chars < 4096);
    free(text);
}

static void test_drawlist__aligns_inside_the_box(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    struct ls_rect box = {10, 10, 100, 20};
    ls_draw_text(list, LS_FONT_TEXT, 0xff, box, LS_ALIGN_RIGHT, "abcd");
    assert_true(list->items[0].rect.x == 82);
    assert_true(list->items[0].rect.y == 12);
    ls_draw_text(list, LS_FONT_TEXT, 0xff, box, LS_ALIGN_CENTRE, "abcd");
    assert_true(list->items[1].rect.x == 46);
}

static void test_drawlist__labels_stand_on_their_ground(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    struct ls_rect box = {10, 10, 60, 20};
    ls_draw_label(list, LS_FONT_TEXT, 0xff, 0xaaff, box, LS_ALIGN_CENTRE,
                  "abcdefghijkl");
    assert_int_equal(list->n, 2);
    struct ls_rect ground = list->items[0].rect, text = list->items[1].rect;
    assert_int_equal(list->items[0].kind, LS_DRAW_RECT);
    assert_true(ground.x >= box.x && ground.x + ground.w <= box.x + box.w);
    assert_true(text.x > ground.x && text.x + text.w < ground.x + ground.w);
}

static void test_drawlist__wraps_at_blanks(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    float h =
        ls_draw_wrapped(list, LS_FONT_TEXT, 0xff, (struct ls_rect){0, 0, 70, 0},
                        3, "one two three four five six seven");
    assert_true(h == 48);
    assert_int_equal(list->n, 3);
    assert_string_equal(ls_drawlist_text(list, &list->items[0]), "one two");
    assert_string_equal(ls_drawlist_text(list, &list->items[1]), "three four");
    assert_string_equal(ls_drawlist_text(list, &list->items[2]),
                        "five six\u2026");
}

static void test_drawlist__wraps_words_too_long(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    ls_draw_wrapped(list, LS_FONT_TEXT, 0xff, (struct ls_rect){0, 0, 35, 0}, 9,
                    "abcdefghijkl");
    assert_int_equal(list->n, 3);
    assert_string_equal(ls_drawlist_text(list, &list->items[0]), "abcde");
    ls_draw_wrapped(list, LS_FONT_TEXT, 0xff, (struct ls_rect){0, 0, 3, 0}, 9,
                    "no room at all");
    assert_int_equal(list->n, 3);
}

static void test_drawlist__nothing_is_drawn_without_area(void **state)
{
    struct ls_drawlist *list = &((struct canvas *)*state)->list;
    ls_draw_rect(list, (struct ls_rect){0, 0, 0, 5}, 0xff);
    ls_draw_rect(list, (struct ls_rect){0, 0, 5, -1}, 0xff);
    ls_draw_hatch(list, (struct ls_rect){0, 0, 0, 5}, 0xff, 0xff, true);
    ls_draw_dashed(list, (struct ls_rect){0, 0, 0, 1}, 0xff);
    assert_int_equal(list->n, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_drawlist__neighbours_of_one_colour_are_one),
        T(test_drawlist__what_lies_between_stays_between),
        T(test_drawlist__fits_or_has_an_ellipsis),
        T(test_drawlist__shows_no_controls),
        T(test_drawlist__broken_utf8_is_replaced),
        T(test_drawlist__long_text_costs_what_fits),
        T(test_drawlist__aligns_inside_the_box),
        T(test_drawlist__labels_stand_on_their_ground),
        T(test_drawlist__wraps_at_blanks),
        T(test_drawlist__wraps_words_too_long),
        T(test_drawlist__nothing_is_drawn_without_area),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
