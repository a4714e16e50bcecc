/* SPDX-License-Identifier: MIT */
/* The table of names, from both sides. */
#include "tracer/collector/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session.h"
#include "tracer/loopscope.h"
#include "tracer/record/name.h"

static struct ls_shared *shared;
static struct ls_names *names;

static int open_names(void **state)
{
    shared = test_session_open(0);
    ls_name_give_first(shared);
    names = calloc(1, sizeof *names);
    names->shared = shared;
    return 0;
}

static int close_names(void **state)
{
    ls_names_destroy(names);
    free(names);
    test_session_close();
    return 0;
}

static void expect_name(uint32_t id, const char *expected)
{
    struct ls_json name = ls_names_get(names, id);
    assert_int_equal(name.n, strlen(expected));
    assert_memory_equal(name.text, expected, name.n);
}

static void test_names__come_out_as_json(void **state)
{
    expect_name(ls_name("brew"), "\"brew\"");
    expect_name(ls_name("say \"hi\"\n"), "\"say \\\"hi\\\"\\n\"");
    expect_name(ls_name("bad \xff"), "\"bad \xef\xbf\xbd\"");
}

static void test_names__are_given_once(void **state)
{
    ls_name_id brew = ls_name("brew"), pour = ls_name("pour");
    assert_int_not_equal(brew, pour);
    assert_int_equal(ls_name("brew"), brew);
    assert_int_equal(ls_name("pour"), pour);
    assert_ptr_equal(ls_names_get(names, brew).text,
                     ls_names_get(names, brew).text);
}

static void test_names__the_empty_name_is_0(void **state)
{
    assert_int_equal(ls_name(""), 0);
    assert_int_equal(ls_name(NULL), 0);
    expect_name(0, "\"\"");
}

static void test_names__another_session_begins_anew(void **state)
{
    ls_name("one");
    ls_name_id brew = ls_name("brew");
    memset((void *)shared->header.name_at, 0, sizeof shared->header.name_at);
    atomic_store(&shared->header.n_names, LS_NAME_FULL);
    atomic_store(&shared->header.n_name_bytes, 0);
    ls_name_give_first(shared);
    test_session_renew();
    assert_int_not_equal(ls_name("brew"), brew);
    expect_name(ls_name("brew"), "\"brew\"");
}

static void test_names__too_many_share_one(void **state)
{
    char text[16];
    for (int i = 0; i < LS_N_NAMES - 2; i++) {
        snprintf(text, sizeof text, "n%d", i);
        assert_int_not_equal(ls_name(text), LS_NAME_FULL);
    }
    assert_int_equal(ls_name("one more"), LS_NAME_FULL);
    expect_name(LS_NAME_FULL, "\"(too many names)\"");
    expect_name(ls_name("n0"), "\"n0\""); /* what was there is still found */
    expect_name(LS_N_NAMES - 1, "\"n65533\"");
}

static void test_names__too_many_bytes_share_one(void **state)
{
    char *text = calloc(1, LS_NAME_BYTES + 1);
    memset(text, 'x', LS_NAME_BYTES - 100);
    assert_int_not_equal(ls_name(text), LS_NAME_FULL);
    memset(text, 'y', LS_NAME_BYTES - 100);
    assert_int_equal(ls_name(text), LS_NAME_FULL);
    memset(text, 'z', LS_NAME_BYTES);
    assert_int_equal(ls_name(text), LS_NAME_FULL);
    assert_int_not_equal(ls_name("short"), LS_NAME_FULL);
    free(text);
}

static void test_names__what_is_not_there_is_a_question_mark(void **state)
{
    expect_name(5, "\"?\"");
    expect_name(LS_N_NAMES, "\"?\"");
    expect_name(UINT32_MAX, "\"?\"");
    /* and once it is there, it is known */
    char text[] = "a";
    for (; ls_name(text) < 5; text[0]++)
        ;
    expect_name(5, "\"d\"");
}

static void test_names__a_broken_table_is_not_followed(void **state)
{
    atomic_store(&shared->header.name_at[7], UINT32_MAX);
    expect_name(7, "\"?\"");
    atomic_store(&shared->header.name_at[7], LS_NAME_BYTES + 1);
    expect_name(7, "\"?\"");
    /* a text without an end */
    memset(shared->names + LS_NAME_BYTES - 10, 'x', 10);
    atomic_store(&shared->header.name_at[7], LS_NAME_BYTES - 9);
    expect_name(7, "\"?\"");
}

#define NAMES_TEST(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_names, close_names)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMES_TEST(test_names__come_out_as_json),
        NAMES_TEST(test_names__are_given_once),
        NAMES_TEST(test_names__the_empty_name_is_0),
        NAMES_TEST(test_names__another_session_begins_anew),
        NAMES_TEST(test_names__too_many_share_one),
        NAMES_TEST(test_names__too_many_bytes_share_one),
        NAMES_TEST(test_names__what_is_not_there_is_a_question_mark),
        NAMES_TEST(test_names__a_broken_table_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
