/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "picture.h"

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

static void type(struct ls_view *view, const char *text)
{
    struct ls_input in = {.kind = LS_INPUT_TEXT};
    snprintf(in.text, sizeof(in.text), "%s", text);
    ls_view_input(view, &in);
    ls_view_draw(view);
}

static void expect(const struct ls_view *view, const char *text)
{
    if (!picture_text(view, text))
        fail_msg("%s is not to be seen", text);
}

static void test_prompt__search_goes_on_and_back(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_view *view = &s.view;
    picture_key(view, 'f', LS_MOD_CTRL);
    assert_int_equal(view->prompt.kind, LS_PROMPT_SEARCH);
    type(view, "^brew (mas|gin)");
    picture_key(view, LS_KEY_ENTER, 0);
    assert_int_equal(view->selected.kind, LS_THING_TASK);
    assert_int_equal(view->selected.index, 1);
    expect(view, "1 of 2");
    picture_check(view);
    picture_check_contrast(view);
    picture_key(view, LS_KEY_ENTER, 0);
    assert_int_equal(view->selected.index, 3);
    expect(view, "2 of 2");
    picture_key(view, LS_KEY_ENTER, LS_MOD_SHIFT);
    assert_int_equal(view->selected.index, 1);
    picture_key(view, LS_KEY_ESCAPE, 0);
    assert_int_equal(view->prompt.kind, LS_PROMPT_NONE);
    /* F3 goes on without asking, and round */
    picture_key(view, LS_KEY_F3, 0);
    picture_key(view, LS_KEY_F3, 0);
    assert_int_equal(view->selected.index, 1);
    picture_key(view, LS_KEY_F3, LS_MOD_SHIFT);
    assert_int_equal(view->selected.index, 3);
    hide(&s);
}

static void test_prompt__search_says_why_not(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    picture_key(&s.view, '/', 0);
    type(&s.view, "(");
    picture_key(&s.view, LS_KEY_ENTER, 0);
    assert_true(*s.view.prompt.why);
    picture_key(&s.view, 'u', LS_MOD_CTRL);
    type(&s.view, "no such thing");
    picture_key(&s.view, LS_KEY_ENTER, 0);
    expect(&s.view, "nothing of that name");
    assert_int_equal(s.view.selected.kind, LS_THING_NONE);
    hide(&s);
}

static void test_prompt__search_finds_calls_and_findings(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    assert_true(ls_view_search(&s.view, "^sleep$"));
    uint32_t calls = 0;
    for (uint32_t i = 0; i < s.view.search->n; i++)
        calls += s.view.search->items[i].kind == LS_FOUND_SLICE;
    assert_int_equal(calls, 1);
    assert_true(ls_view_search(&s.view, "blocking-call"));
    assert_int_equal(s.view.search->items[0].kind, LS_FOUND_FINDING);
    hide(&s);
}

/* Letters are text while something is asked, and keys again afterwards. */
static void test_prompt__keys_are_not_actions(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    const struct ls_theme *theme = s.view.theme;
    picture_key(&s.view, '/', 0);
    picture_key(&s.view, 't', 0);
    assert_ptr_equal(s.view.theme, theme);
    picture_key(&s.view, LS_KEY_ESCAPE, 0);
    picture_key(&s.view, 't', 0);
    assert_ptr_not_equal(s.view.theme, theme);
    hide(&s);
}

/* The letter that opens a prompt would be the first one in it. */
static void test_prompt__no_plain_letter_asks(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    for (int a = 1; a < LS_ACTIONS; a++) {
        ls_view_act(&s.view, (enum ls_action)a);
        bool asks = s.view.prompt.kind != LS_PROMPT_NONE;
        ls_prompt_close(&s.view.prompt);
        const struct ls_key *keys = ls_action_get((enum ls_action)a)->keys;
        for (int k = 0; k < LS_ACTION_KEYS && asks; k++)
            assert_false(keys[k].code >= 'a' && keys[k].code <= 'z' &&
                         !(keys[k].mods & LS_MOD_CTRL));
    }
    hide(&s);
}

static void test_prompt__palette_finds_every_action(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    char name[64];
    for (int a = 1; a < LS_ACTIONS; a++) {
        if (a == LS_ACTION_PALETTE)
            continue;
        ls_view_ask(&s.view, LS_PROMPT_PALETTE);
        ls_prompt_action((enum ls_action)a, name, sizeof(name));
        ls_view_type(&s.view, name);
        bool found = false;
        for (uint32_t i = 0; i < s.view.prompt.n_choices; i++)
            found |= s.view.prompt.choices[i] == (uint32_t)a;
        assert_true(found);
        ls_prompt_close(&s.view.prompt);
    }
    hide(&s);
}

static void test_prompt__palette_does_what_is_chosen(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    picture_key(&s.view, 'p', LS_MOD_CTRL);
    picture_check(&s.view);
    picture_check_contrast(&s.view);
    type(&s.view, "histo");
    assert_int_equal(s.view.prompt.n_choices, 2); /* by name, and by help */
    picture_click(&s.view, "tab histogram");
    assert_int_equal(s.view.pane.tab, LS_TAB_HISTOGRAM);
    assert_int_equal(s.view.prompt.kind, LS_PROMPT_NONE);
    picture_key(&s.view, ':', 0);
    type(&s.view, "theme");
    picture_key(&s.view, LS_KEY_ENTER, 0);
    assert_string_equal(s.view.theme->name, "light");
    hide(&s);
}

static void test_prompt__filter_leaves_what_matches(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    uint32_t n = s.view.tracks->n;
    picture_key(&s.view, 'l', LS_MOD_CTRL);
    type(&s.view, "green|ginger");
    picture_key(&s.view, LS_KEY_ENTER, 0);
    assert_int_equal(s.view.tracks->n, n - 2);
    assert_null(picture_text(&s.view, "brew Masala"));
    expect(&s.view, "brew Green");
    picture_check(&s.view);
    picture_key(&s.view, 'h', LS_MOD_SHIFT);
    assert_int_equal(s.view.tracks->n, n);
    hide(&s);
}

static void check_order(const struct ls_tracks *tracks)
{
    double y = 0;
    for (uint32_t i = 0; i < tracks->n; i++) {
        assert_true(tracks->items[i].y >= y - 0.01);
        y = tracks->items[i].y + tracks->items[i].h;
    }
    assert_true(tracks->height >= y - 0.01);
}

static void test_prompt__lanes_are_pinned_and_hidden(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    uint32_t n = s.view.tracks->n;
    ls_view_select(&s.view, (struct ls_thing){LS_THING_TASK, 3, LS_NONE, 0});
    picture_key(&s.view, 'p', 0);
    assert_int_equal(s.view.tracks->items[0].kind, LS_LANE_TASK);
    assert_int_equal(s.view.tracks->items[0].index, 3);
    assert_int_equal(s.view.tracks->n, n);
    assert_int_equal(s.view.tracks->lane_of_task[3], 0);
    check_order(s.view.tracks);
    picture_check(&s.view);
    picture_key(&s.view, 'p', 0);
    assert_int_equal(s.view.tracks->items[0].kind, LS_LANE_LOOP);
    picture_key(&s.view, 'h', 0);
    assert_int_equal(s.view.tracks->n, n - 1);
    assert_int_equal(s.view.tracks->lane_of_task[3], LS_NONE);
    check_order(s.view.tracks);
    picture_check(&s.view);
    picture_key(&s.view, 'h', LS_MOD_SHIFT);
    assert_int_equal(s.view.tracks->n, n);
    hide(&s);
}

static void test_prompt__the_order_by_waiting_caused(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    while (s.view.folds.order != LS_ORDER_CAUSED)
        picture_key(&s.view, 'o', 0);
    expect(&s.view, "by waiting caused");
    /* the one that slept comes before all others */
    uint32_t guilty = s.document->findings->items[0].task;
    uint32_t lane = s.view.tracks->lane_of_task[guilty];
    for (uint32_t t = 0; t < s.document->trace->n_tasks; t++)
        assert_true(s.view.tracks->lane_of_task[t] >= lane);
    hide(&s);
}

static void test_prompt__marks_measure(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_view *view = &s.view;
    struct ls_rect lanes = view->layout.lanes;
    struct ls_input in = {.kind = LS_INPUT_MOVE,
                          .x = ls_view_x(view, 500000000),
                          .y = lanes.y + 40};
    ls_view_input(view, &in);
    picture_key(view, 'm', 0);
    in.x = ls_view_x(view, 1500000000);
    ls_view_input(view, &in);
    picture_key(view, 'm', 0);
    assert_int_equal(view->measure.n, 2);
    expect(view, "A to B 1");
    expect(view, "A");
    picture_check(view);
    picture_check_contrast(view);
    picture_key(view, 'm', 0); /* begins again */
    assert_int_equal(view->measure.n, 1);
    picture_key(view, 'm', LS_MOD_SHIFT);
    assert_int_equal(view->measure.n, 0);
    hide(&s);
}

static void test_prompt__the_browser_opens_traces(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    picture_key(&s.view, 'o', LS_MOD_CTRL);
    assert_int_equal(s.view.prompt.kind, LS_PROMPT_OPEN);
    expect(&s.view, "../");
    type(&s.view, "bad_ex");
    assert_int_equal(s.view.prompt.n_choices, 1);
    picture_check(&s.view);
    picture_check_contrast(&s.view);
    picture_key(&s.view, LS_KEY_ENTER, 0);
    assert_int_equal(s.view.wish, LS_WISH_OPEN);
    assert_non_null(strstr(s.view.wish_path, "/tests/data/bad_example.json"));
    /* a folder is gone into */
    picture_key(&s.view, 'o', LS_MOD_CTRL);
    picture_key(&s.view, LS_KEY_ENTER, 0);
    assert_int_equal(s.view.prompt.kind, LS_PROMPT_OPEN);
    expect(&s.view, "data/");
    hide(&s);
}

static char folder[] = "/tmp/loopscope-notes-XXXXXX";

static void test_prompt__a_note_is_kept_beside_the_trace(void **state)
{
    struct shown s;
    char path[128], notes[160], text[256];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/a.json", folder);
    snprintf(notes, sizeof(notes), "%s.notes", path);
    s.document = fixture_sample("gather.json");
    free(s.document->path);
    s.document->path = strdup(path);
    s.document->name = s.document->path;
    picture_start(&s.view, s.document, 1280, 720);
    ls_view_select(&s.view, (struct ls_thing){LS_THING_TASK, 1, LS_NONE, 0});
    picture_key(&s.view, 'n', LS_MOD_CTRL);
    type(&s.view, "here it begins");
    picture_key(&s.view, LS_KEY_ENTER, 0);
    assert_int_equal(s.view.notes.n, 1);
    picture_check(&s.view);
    FILE *file = fopen(notes, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    fclose(file);
    assert_string_equal(text, "loopscope notes 1\n1100000\there it begins\n");
    /* another window sees it */
    struct ls_view other;
    picture_start(&other, s.document, 1280, 720);
    assert_int_equal(other.notes.n, 1);
    assert_string_equal(other.notes.items[0].text, "here it begins");
    ls_view_destroy(&other);
    /* selected, it is changed; without text it goes */
    ls_view_select(&s.view, (struct ls_thing){LS_THING_NOTE, 0, 0, 0});
    ls_view_draw(&s.view);
    expect(&s.view, "here it begins");
    picture_key(&s.view, 'n', LS_MOD_CTRL);
    picture_key(&s.view, 'u', LS_MOD_CTRL);
    picture_key(&s.view, LS_KEY_ENTER, 0);
    assert_int_equal(s.view.notes.n, 0);
    hide(&s);
    unlink(notes);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prompt__search_goes_on_and_back),
        cmocka_unit_test(test_prompt__search_says_why_not),
        cmocka_unit_test(test_prompt__search_finds_calls_and_findings),
        cmocka_unit_test(test_prompt__keys_are_not_actions),
        cmocka_unit_test(test_prompt__no_plain_letter_asks),
        cmocka_unit_test(test_prompt__palette_finds_every_action),
        cmocka_unit_test(test_prompt__palette_does_what_is_chosen),
        cmocka_unit_test(test_prompt__filter_leaves_what_matches),
        cmocka_unit_test(test_prompt__lanes_are_pinned_and_hidden),
        cmocka_unit_test(test_prompt__the_order_by_waiting_caused),
        cmocka_unit_test(test_prompt__marks_measure),
        cmocka_unit_test(test_prompt__the_browser_opens_traces),
        cmocka_unit_test(test_prompt__a_note_is_kept_beside_the_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
