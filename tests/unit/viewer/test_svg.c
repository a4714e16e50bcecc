/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "viewer/svg.h"

static char *svg_of(const struct ls_view *view)
{
    char *text = NULL;
    size_t n = 0;
    FILE *file = open_memstream(&text, &n);
    assert_non_null(file);
    assert_int_equal(
        ls_svg_write(file, &view->list, view->width, view->height, 2), 0);
    fclose(file);
    return text;
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, part)) != NULL; p += strlen(part))
        n++;
    return n;
}

static void test_svg__text_stays_text(void **state)
{
    struct ls_document *document = fixture_sample("bad_example.json");
    struct ls_view view;
    picture_start(&view, document, 1280, 720);
    char *svg = svg_of(&view);
    assert_ptr_equal(strstr(svg, "<svg xmlns="), svg);
    assert_non_null(strstr(svg, "width=\"2560\" height=\"1440\""));
    assert_non_null(strstr(svg, ">ready, held up 1.50 s</text>"));
    size_t texts = 0, clips = 0;
    for (size_t i = 0; i < view.list.n; i++) {
        texts += view.list.items[i].kind == LS_DRAW_TEXT;
        clips += view.list.items[i].kind == LS_DRAW_CLIP;
    }
    assert_int_equal(count(svg, "</text>"), texts);
    assert_int_equal(count(svg, "</clipPath>"), clips);
    /* every group is closed */
    assert_int_equal(count(svg, "<g "), count(svg, "</g>"));
    free(svg);
    ls_view_destroy(&view);
    ls_document_free(document);
}

static void test_svg__names_are_no_markup(void **state)
{
    struct ls_view view;
    ls_view_init(&view, &fixture_metrics);
    ls_drawlist_reset(&view.list, &fixture_metrics);
    struct ls_rect box = {10, 10, 600, 20};
    ls_draw_text(&view.list, LS_FONT_TEXT, 0xffffffff, box, LS_ALIGN_LEFT,
                 "</text><script>&\x1b\"");
    ls_draw_hatch(&view.list, box, 0xff0000ff, 0x00ff00ff, true);
    ls_draw_hatch(&view.list, box, 0xff0000ff, 0x00ff00ff, true);
    ls_draw_hatch(&view.list, box, 0xff0000ff, 0x00ff00ff, false);
    ls_draw_rect(&view.list, box, 0x12345680);
    char *svg = svg_of(&view);
    assert_null(strstr(svg, "<script>"));
    assert_non_null(strstr(svg, "&lt;/text&gt;&lt;script&gt;&amp; "));
    assert_int_equal(count(svg, "<pattern "), 2);
    assert_non_null(strstr(svg, "fill=\"#123456\" fill-opacity=\"0.502\""));
    free(svg);
    ls_view_destroy(&view);
}

static void test_svg__a_full_disk_is_told(void **state)
{
    struct ls_view view;
    ls_view_init(&view, &fixture_metrics);
    ls_view_draw(&view);
    FILE *file = fopen("/dev/full", "w");
    assert_non_null(file);
    assert_int_equal(ls_svg_write(file, &view.list, view.width, view.height, 1),
                     -1);
    fclose(file);
    ls_view_destroy(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_svg__text_stays_text),
        cmocka_unit_test(test_svg__names_are_no_markup),
        cmocka_unit_test(test_svg__a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
