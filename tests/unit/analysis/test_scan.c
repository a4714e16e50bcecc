/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/scan.h"

static enum ls_scan_status scan(const char *text, struct ls_scan *found)
{
    return ls_scan(text, text + strlen(text), found);
}

static void test_scan__finds_the_end(void **state)
{
    struct ls_scan found;
    assert_int_equal(scan("{\"a\":{\"b\":[1,{}]},\"c\":\"}\\\"\"} ,{}", &found),
                     LS_SCAN_WHOLE);
    assert_int_equal(found.n, 28);
}

static void test_scan__says_where_the_file_ends(void **state)
{
    struct ls_scan found;
    assert_int_equal(scan("{\"a\":", &found), LS_SCAN_SHORT);
    assert_false(found.in_string);
    assert_int_equal(scan("{\"a\":\"b\\\"", &found), LS_SCAN_SHORT);
    assert_true(found.in_string);
}

static void test_scan__a_broken_line_costs_itself_only(void **state)
{
    struct ls_scan found;
    const char *broken[] = {
        "{\"ph\":\"B\",\"na\n,{\"ph\":\"E\"}",     /* in a string */
        "{\"ph\":\"B\",\"ts\":1\n,{\"ph\":\"E\"}", /* in an object */
        "{\"args\":[1,2\n,{\"ph\":\"E\"}",         /* in an array */
        "{\"ph\":\"B\"]\n,{\"ph\":\"E\"}"};        /* the wrong bracket */
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        assert_int_equal(scan(broken[i], &found), LS_SCAN_BROKEN);
        const char *rest = broken[i] + found.n;
        rest += strspn(rest, "\n,");
        assert_string_equal(rest, "{\"ph\":\"E\"}");
    }
}

static void test_scan__deep_nesting_is_found_whole(void **state)
{
    char text[2 * 1000 + 1];
    struct ls_scan found;
    memset(text, '[', 1000);
    memset(text + 1000, ']', 1000);
    text[2000] = '\0';
    assert_int_equal(scan(text, &found), LS_SCAN_DEEP);
    assert_int_equal(found.n, 2000);
    text[LS_SCAN_MAX_DEPTH] = '\0';
    memset(text + LS_SCAN_MAX_DEPTH, ']', LS_SCAN_MAX_DEPTH);
    assert_int_equal(scan(text, &found), LS_SCAN_WHOLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan__finds_the_end),
        cmocka_unit_test(test_scan__says_where_the_file_ends),
        cmocka_unit_test(test_scan__a_broken_line_costs_itself_only),
        cmocka_unit_test(test_scan__deep_nesting_is_found_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
