/* SPDX-License-Identifier: MIT */
/*
 * Traces that nobody would record: they open in linear time, and each picture
 * of them costs little, whatever is in them. Judged by own processor time, with
 * room for the sanitizers; what is not linear exceeds it by far.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture.h"
#include "viewer/draw.h"

enum { MOST_OPEN_MS = 8000, MOST_PICTURE_MS = 100 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void draw(struct ls_view *view)
{
    double least = MOST_PICTURE_MS + 1;
    for (int i = 0; i < 3 && least > MOST_PICTURE_MS; i++) {
        double from = now_ms();
        ls_view_draw(view);
        double took = now_ms() - from;
        least = took < least ? took : least;
    }
    assert_false(view->list.failed);
    assert_true(least <= MOST_PICTURE_MS);
}

static void look_around(struct ls_view *view)
{
    ls_view_whole(view);
    draw(view);
    for (int i = 0; i < 12; i++) {
        ls_view_zoom(view, 0.2, 700);
        ls_view_pan(view, i % 2 ? 0.3 : -0.2);
        draw(view);
    }
    ls_view_whole(view);
    for (int i = 0; i < 4; i++) {
        ls_view_scroll(view, 5000);
        draw(view);
    }
    ls_view_act(view, LS_ACTION_NEXT_FINDING);
    draw(view);
}

/* Opens TEXT, which is freed, and looks around in it, folded and unfolded. */
static void open_and_look(struct fixture_text *text)
{
    double from = now_ms();
    struct ls_document *document = fixture_document(text->chars);
    assert_true(now_ms() - from <= MOST_OPEN_MS);
    struct ls_view view;
    ls_view_init(&view, &fixture_metrics);
    ls_view_resize(&view, 1920, 1080, 1);
    ls_view_show(&view, document);
    look_around(&view);
    ls_view_act(&view, LS_ACTION_FOLD_ALL);
    look_around(&view);
    ls_view_destroy(&view);
    ls_document_free(document);
    free(text->chars);
}

static void test_hostile__lanes_without_end(void **state)
{
    struct fixture_text text = {0};
    for (int i = 0; i < 100000; i++)
        fixture_add(&text,
                    "%s{\"ph\":\"B\",\"ts\":%d,\"pid\":1,\"tid\":%d,\"name\":"
                    "\"x\"}\n",
                    i ? "," : "[", i, i + 1);
    open_and_look(&text);
}

static void test_hostile__processes_without_end(void **state)
{
    struct fixture_text text = {0};
    for (int i = 0; i < 100000; i++)
        fixture_add(&text,
                    "%s{\"ph\":\"X\",\"ts\":%d,\"dur\":5,\"pid\":%d,\"tid\":1,"
                    "\"name\":\"x\"}\n",
                    i ? "," : "[", i, i + 1);
    open_and_look(&text);
}

static void test_hostile__kinds_of_tasks_without_end(void **state)
{
    struct fixture_text text = {0};
    for (int i = 0; i < 50000; i++)
        fixture_add(&text,
                    "%s{\"ph\":\"b\",\"ts\":%d,\"pid\":1,\"tid\":%d,\"id\":"
                    "\"0x%x\",\"name\":\"kind %d\",\"cat\":\"task\",\"args\":{"
                    "\"event\":\"start\",\"label\":\"label %d\",\"loop\":1}}\n",
                    i ? "," : "[", i, 1000000001 + i, i + 1, i, i);
    open_and_look(&text);
}

static void test_hostile__a_billion_seconds(void **state)
{
    struct fixture_text text = {0};
    fixture_add(&text,
                "[{\"ph\":\"X\",\"ts\":1,\"dur\":1e15,\"pid\":1,\"tid\":1,"
                "\"name\":\"long\"}\n"
                ",{\"ph\":\"B\",\"ts\":5,\"pid\":1,\"tid\":2,\"name\":\"turn\","
                "\"cat\":\"turn\"}\n"
                ",{\"ph\":\"E\",\"ts\":1e15,\"pid\":1,\"tid\":2,\"name\":"
                "\"turn\",\"cat\":\"turn\"}\n"
                ",{\"ph\":\"B\",\"ts\":9e15,\"pid\":1,\"tid\":2,\"name\":"
                "\"turn\",\"cat\":\"turn\"}\n]\n");
    open_and_look(&text);
}

static void test_hostile__names_of_a_megabyte(void **state)
{
    enum { N = 1000000 };
    struct fixture_text text = {0};
    char *name = malloc(N + 1);
    assert_non_null(name);
    for (int i = 0; i < 8; i++) {
        memset(name, 'a' + i, N);
        name[N] = 0;
        fixture_add(&text,
                    "%s{\"ph\":\"X\",\"ts\":%d,\"dur\":9,\"pid\":1,\"tid\":1,"
                    "\"name\":\"%s\",\"cat\":\"%s\"}\n",
                    i ? "," : "[", i * 10, name, name);
    }
    free(name);
    open_and_look(&text);
}

static void test_hostile__text_of_all_kinds(void **state)
{
    static const char *const names[] = {"\u05e9\u05dc\u05d5\u05dd",
                                        "\u0645\u0631\u062d\u0628\u0627",
                                        "e\u0301\u0301\u0301\u0301",
                                        "\u202eevil\u202c",
                                        "a\\u0000b",
                                        "tab\\there\\nand there",
                                        "\u200b\u200b",
                                        "\U0001f469\u200d\U0001f469",
                                        "\\u001b[31mred",
                                        "\xff\xfe\xed\xa0\x80",
                                        "\\ud83d lone surrogate",
                                        "\x7f"};
    struct fixture_text text = {0};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        fixture_add(&text,
                    "%s{\"ph\":\"X\",\"ts\":%zu,\"dur\":9,\"pid\":1,\"tid\":1,"
                    "\"name\":\"%s\"}\n",
                    i ? "," : "[", i * 10, names[i]);
    open_and_look(&text);
}

static void test_hostile__turns_inside_turns(void **state)
{
    struct fixture_text text = {0};
    for (int i = 0; i < 60000; i++)
        fixture_add(&text,
                    "%s{\"ph\":\"B\",\"ts\":%d,\"pid\":1,\"tid\":1,\"name\":"
                    "\"turn\",\"cat\":\"turn\"}\n",
                    i ? "," : "[", i);
    open_and_look(&text);
}

/* A day in which one turn took 60 ms, at full zoom-out. */
static void test_hostile__the_stall_of_a_day_is_seen(void **state)
{
    enum { TURNS = 86400 };
    struct fixture_text text = {0};
    for (int i = 0; i < TURNS; i++) {
        int us = i == 54321 ? 60000 : 100;
        fixture_add(&text,
                    "%s{\"ph\":\"B\",\"ts\":%d000000.000,\"pid\":1,\"tid\":1,"
                    "\"name\":\"turn\",\"cat\":\"turn\"}\n"
                    ",{\"ph\":\"E\",\"ts\":%d%06d.000,\"pid\":1,\"tid\":1,"
                    "\"name\":\"turn\",\"cat\":\"turn\",\"args\":{\"cpu_ns\":"
                    "%d000,\"blocked_ns\":0,\"descheduled_ns\":0}}\n",
                    i ? "," : "[", i, i, us, us);
    }
    struct ls_document *document = fixture_document(text.chars);
    free(text.chars);
    struct ls_view view;
    ls_view_init(&view, &fixture_metrics);
    ls_view_resize(&view, 1280, 720, 1);
    ls_view_show(&view, document);
    ls_view_act(&view, LS_ACTION_CLEAR); /* nothing is selected */
    ls_view_whole(&view);
    ls_view_draw(&view);
    float x = ls_view_x(&view, INT64_C(54321030000000));
    uint32_t colour = ls_view_colour(&view, LS_COLOUR_COMPUTING);
    int n_lane = 0, n_overview = 0;
    for (size_t i = 0; i < view.list.n; i++) {
        const struct ls_draw *item = &view.list.items[i];
        if (item->kind != LS_DRAW_RECT || item->colour != colour ||
            item->rect.x > x + 2 || item->rect.x + item->rect.w < x - 2)
            continue;
        n_lane += item->rect.y >= view.layout.lanes.y;
        n_overview += item->rect.y < view.layout.lanes.y;
    }
    assert_true(n_lane >= 1 && n_overview >= 1);
    ls_view_destroy(&view);
    ls_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile__lanes_without_end),
        cmocka_unit_test(test_hostile__processes_without_end),
        cmocka_unit_test(test_hostile__kinds_of_tasks_without_end),
        cmocka_unit_test(test_hostile__a_billion_seconds),
        cmocka_unit_test(test_hostile__names_of_a_megabyte),
        cmocka_unit_test(test_hostile__text_of_all_kinds),
        cmocka_unit_test(test_hostile__turns_inside_turns),
        cmocka_unit_test(test_hostile__the_stall_of_a_day_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
