/* SPDX-License-Identifier: MIT */
/* What a user types, and what is kept of it: fields, patterns, notes, the
 * window's place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "viewer/field.h"
#include "viewer/follow.h"
#include "viewer/notes.h"
#include "viewer/pattern.h"
#include "viewer/place.h"

static void key(struct ls_field *field, uint32_t code)
{
    assert_true(ls_field_key(field, (struct ls_key){code, 0}));
}

static void test_typed__a_field_is_edited_by_code_points(void **state)
{
    struct ls_field f;
    ls_field_set(&f, "a\u00e4\u20acz");
    key(&f, LS_KEY_LEFT);
    key(&f, LS_KEY_BACKSPACE);
    assert_string_equal(f.text, "a\u00e4z");
    key(&f, LS_KEY_LEFT);
    key(&f, LS_KEY_DELETE);
    assert_string_equal(f.text, "az");
    ls_field_put(&f, "\n\tb\x7f");
    assert_string_equal(f.text, "abz");
    key(&f, LS_KEY_HOME);
    key(&f, LS_KEY_BACKSPACE); /* nothing before it */
    key(&f, LS_KEY_END);
    key(&f, LS_KEY_DELETE); /* nor behind */
    assert_string_equal(f.text, "abz");
    assert_false(ls_field_key(&f, (struct ls_key){LS_KEY_F1, 0}));
    assert_true(ls_field_key(&f, (struct ls_key){'u', LS_MOD_CTRL}));
    assert_string_equal(f.text, "");
}

static void test_typed__a_field_has_an_end(void **state)
{
    struct ls_field f;
    ls_field_set(&f, "");
    for (int i = 0; i < 1000; i++)
        ls_field_put(&f, "abc");
    assert_true(f.n < sizeof(f.text));
    assert_int_equal(strlen(f.text), f.n);
}

static bool takes(const char *pattern)
{
    struct ls_pattern p;
    char why[LS_PATTERN_WHY] = "";
    bool taken = ls_pattern_compile(&p, pattern, why);
    assert_true(taken || *why);
    ls_pattern_destroy(&p);
    return taken;
}

static bool finds(const char *pattern, const char *text)
{
    struct ls_pattern p;
    char why[LS_PATTERN_WHY];
    assert_true(ls_pattern_compile(&p, pattern, why));
    bool found = ls_pattern_matches(&p, text);
    ls_pattern_destroy(&p);
    return found;
}

static void test_typed__patterns_match(void **state)
{
    assert_true(finds("", "anything"));
    assert_true(finds("get .*[0-9]$", "GET /a/1"));
    assert_false(finds("Get", "GET /a/1")); /* a capital means itself */
    assert_true(finds("a{2,3}b", "xaab"));
    assert_false(finds("^b", "ab"));
}

static void test_typed__patterns_have_bounds(void **state)
{
    assert_false(takes("("));
    assert_false(takes("(a*)\\1"));
    assert_false(takes("a{1000}"));
    assert_false(takes("((a{60}){60}){60}"));
    assert_true(takes("\\\\1\\(\\."));
    char many[400];
    memset(many, 'a', sizeof(many) - 1);
    many[sizeof(many) - 1] = 0;
    assert_false(takes(many));
    /* a megabyte of text costs no more than its beginning */
    char *text = malloc(1 << 20);
    memset(text, 'a', 1 << 20);
    memcpy(text + (1 << 20) - 5, "end", 4);
    assert_true(finds("^a+", text));
    assert_false(finds("end", text));
    free(text);
}

static char folder[] = "/tmp/loopscope-typed-XXXXXX";

static int set_up(void **state)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

static void put_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void get_file(const char *name, char *text, size_t n_text)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, n_text - 1, file)] = 0;
    fclose(file);
}

static void test_typed__notes_come_back(void **state)
{
    char trace[128], why[LS_NOTES_WHY], text[512];
    struct ls_notes notes = {0}, again = {0};
    snprintf(trace, sizeof(trace), "%s/kept.json", folder);
    assert_true(ls_notes_read(&notes, trace, why));
    assert_int_equal(notes.n, 0);
    assert_true(ls_notes_write(&notes, 200, "later", why));
    assert_true(ls_notes_write(&notes, 100, "earlier", why));
    assert_true(ls_notes_write(&notes, 200, "much later", why));
    assert_true(ls_notes_write(&notes, 300, "not needed", why));
    assert_true(ls_notes_write(&notes, 300, "", why));
    assert_true(ls_notes_read(&again, trace, why));
    assert_int_equal(again.n, 2);
    assert_int_equal(again.items[0].at_ns, 100);
    assert_string_equal(again.items[0].text, "earlier");
    assert_string_equal(again.items[1].text, "much later");
    get_file("kept.json.notes", text, sizeof(text));
    assert_ptr_equal(strstr(text, "loopscope notes 1\n"), text);
    ls_notes_destroy(&notes);
    ls_notes_destroy(&again);
}

static void test_typed__foreign_files_stay_as_they_are(void **state)
{
    char trace[128], why[LS_NOTES_WHY] = "", text[64], path[160], to[160];
    struct ls_notes notes = {0};
    put_file("foreign.json.notes", "my shopping list\n");
    snprintf(trace, sizeof(trace), "%s/foreign.json", folder);
    assert_false(ls_notes_read(&notes, trace, why));
    assert_non_null(strstr(why, "is no file of notes"));
    assert_false(ls_notes_write(&notes, 1, "milk", why));
    get_file("foreign.json.notes", text, sizeof(text));
    assert_string_equal(text, "my shopping list\n");
    /* nor is written through a link */
    put_file("target", "loopscope notes 1\n");
    snprintf(path, sizeof(path), "%s/link.json.notes", folder);
    snprintf(to, sizeof(to), "%s/target", folder);
    assert_int_equal(symlink(to, path), 0);
    snprintf(trace, sizeof(trace), "%s/link.json", folder);
    ls_notes_read(&notes, trace, why);
    assert_false(ls_notes_write(&notes, 1, "milk", why));
    get_file("target", text, sizeof(text));
    assert_string_equal(text, "loopscope notes 1\n");
    ls_notes_destroy(&notes);
}

static void test_typed__broken_notes_do_no_harm(void **state)
{
    char trace[128], why[LS_NOTES_WHY];
    struct ls_notes notes = {0};
    put_file("odd.json.notes", "loopscope notes 1\nrubbish\n12\tgood\n\n"
                               "99999999999999999999\tfar\n13 no tab\n14\tcut");
    snprintf(trace, sizeof(trace), "%s/odd.json", folder);
    assert_true(ls_notes_read(&notes, trace, why));
    assert_int_equal(notes.n, 2);
    assert_string_equal(notes.items[1].text, "cut");
    ls_notes_destroy(&notes);
}

static void test_typed__the_place_comes_back(void **state)
{
    struct ls_place place = {10, -20, 800, 600, true, "light"}, again;
    char path[4096], state_home[128];
    snprintf(state_home, sizeof(state_home), "%s/state", folder);
    setenv("XDG_STATE_HOME", state_home, 1);
    assert_false(ls_place_read(&again));
    assert_true(ls_place_write(&place));
    assert_true(ls_place_read(&again));
    assert_int_equal(again.x, 10);
    assert_int_equal(again.y, -20);
    assert_int_equal(again.w, 800);
    assert_int_equal(again.h, 600);
    assert_true(again.maximized);
    assert_string_equal(again.theme, "light");
    assert_true(ls_place_path(path, sizeof(path)));
    assert_non_null(strstr(path, "/state/loopscope/window"));
    /* relative ones are to be ignored, the specification says */
    setenv("XDG_STATE_HOME", "relative", 1);
    setenv("HOME", folder, 1);
    assert_true(ls_place_path(path, sizeof(path)));
    assert_non_null(strstr(path, "/.local/state/loopscope/window"));
}

static void test_typed__odd_places_are_none(void **state)
{
    struct ls_place place;
    assert_false(ls_place_parse(&place, ""));
    assert_false(ls_place_parse(&place, "something else 1 2 3 4 5"));
    assert_false(ls_place_parse(&place, "loopscope window 1 0 0 1 1 0 dark"));
    assert_false(
        ls_place_parse(&place, "loopscope window 1 0 0 99999 800 0 dark"));
    assert_false(ls_place_parse(&place, "loopscope window 1 0 0 800"));
    assert_true(ls_place_parse(&place, "loopscope window 1 0 0 800 600 0\n"));
    assert_string_equal(place.theme, "");
}

static void test_typed__a_file_that_grows(void **state)
{
    struct ls_follow f = {.next_ms = 0};
    char path[128];
    put_file("growing.json", "[");
    snprintf(path, sizeof(path), "%s/growing.json", folder);
    ls_follow_begin(&f, path, 1000);
    ls_follow_end(&f, 1010);
    assert_false(ls_follow_grown(&f, 5000)); /* it has not */
    put_file("growing.json", "[\n");
    assert_false(ls_follow_grown(&f, 1100)); /* too early */
    assert_true(ls_follow_grown(&f, 1600));
    /* what takes long to read is read more seldom */
    ls_follow_begin(&f, path, 2000);
    put_file("growing.json", "[\n\n");
    ls_follow_end(&f, 12000);
    assert_false(ls_follow_grown(&f, 41000));
    assert_true(ls_follow_grown(&f, 42000));
    unlink(path);
    assert_false(ls_follow_grown(&f, 50000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed__a_field_is_edited_by_code_points),
        cmocka_unit_test(test_typed__a_field_has_an_end),
        cmocka_unit_test(test_typed__patterns_match),
        cmocka_unit_test(test_typed__patterns_have_bounds),
        cmocka_unit_test(test_typed__notes_come_back),
        cmocka_unit_test(test_typed__foreign_files_stay_as_they_are),
        cmocka_unit_test(test_typed__broken_notes_do_no_harm),
        cmocka_unit_test(test_typed__the_place_comes_back),
        cmocka_unit_test(test_typed__odd_places_are_none),
        cmocka_unit_test(test_typed__a_file_that_grows),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
