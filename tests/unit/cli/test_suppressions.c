/* SPDX-License-Identifier: MIT */
#include "cli/suppressions.h"

#include "found.h"

/* Whether LINE accepts the finding of found.h. */
static bool accepts(const char *line)
{
    struct found found;
    struct ls_suppressions s = {0};
    struct ls_text error = {0};
    found_open(&found);
    if (!ls_suppressions_parse(&s, line, &error))
        fail_msg("%s", ls_text_get(&error));
    ls_suppressions_apply(&s, found.sample.trace, &found.findings);
    const bool accepted = found.items[0].standing == LS_STANDING_SUPPRESSED;
    assert_int_equal(found.findings.n_errors, accepted ? 0 : 1);
    assert_int_equal(found.findings.n_accepted, accepted ? 1 : 0);
    assert_int_equal(ls_suppressions_unused(&s), s.n - (accepted ? 1 : 0));
    ls_suppressions_destroy(&s);
    found_close(&found);
    return accepted;
}

static void test_suppressions__functions_are_call_or_place(void **state)
{
    assert_true(accepts("function:sleep"));
    assert_true(accepts("function:bad_example"));
    assert_true(accepts("function:bad_*"));
    assert_true(accepts("function:s?ee[p]"));
    assert_false(accepts("function:main")); /* deeper in the stack */
    assert_false(accepts("function:slee"));
}

static void test_suppressions__stacks_contain_text(void **state)
{
    assert_true(accepts("stack-contains:main"));
    assert_true(accepts("stack-contains:support/co.c"));
    assert_true(accepts("stack-contains:libuv.so"));
    assert_false(accepts("stack-contains:main*"));
}

static void test_suppressions__rules_are_whole_names(void **state)
{
    assert_true(accepts("rule:blocking-call"));
    assert_false(accepts("rule:stall"));
}

static void test_suppressions__comments_and_spaces_do_not_matter(void **state)
{
    assert_true(accepts("# function:x\n\n   \r\n\t function: sleep \t\r\n"));
    assert_false(accepts("# function:sleep\n"));
    assert_false(accepts(""));
}

static void test_suppressions__mistakes_have_a_line(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"\n\nfunctoin:x", "3: unknown kind 'functoin'; the nearest is "
                           "function"},
        {"rule:stal", "1: unknown rule 'stal'; the nearest is stall"},
        {"sleep", "1: wants KIND:PATTERN, such as function:NAME, not 'sleep'"},
        {"rule:stall\nfunction: ", "2: nothing stands after 'function:'"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ls_suppressions s = {0};
        struct ls_text error = {0};
        assert_false(ls_suppressions_parse(&s, cases[i].text, &error));
        expect_text(&error, cases[i].says);
        ls_suppressions_destroy(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suppressions__functions_are_call_or_place),
        cmocka_unit_test(test_suppressions__stacks_contain_text),
        cmocka_unit_test(test_suppressions__rules_are_whole_names),
        cmocka_unit_test(test_suppressions__comments_and_spaces_do_not_matter),
        cmocka_unit_test(test_suppressions__mistakes_have_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
