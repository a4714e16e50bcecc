/* SPDX-License-Identifier: MIT */
#include "cli/github.h"

#include "gated.h"

static void expect(struct gated *gated, const char *expected)
{
    struct ls_text text = {0};
    ls_github_render(&gated->gate, &gated->style, &text);
    expect_text(&text, expected);
}

#define FIRST                                                                  \
    "::error "                                                                 \
    "file=examples/bad_example.c,line=31,title=blocking-call::sleep() "        \
    "blocked the loop for 2000 ms in bad_example, bad_example.c:31%0AUse a "   \
    "timer.%0Abad.json\n"

static void test_github__findings_are_annotations(void **state)
{
    struct gated gated;
    gated_open(&gated);
    found_add_bare(&gated.found);
    gated_settle(&gated);
    expect(&gated, FIRST "::warning title=trace-health::3 records were "
                         "lost%0Abad.json\n"
                         "loopscope: fail\n");
    gated_close(&gated);
}

static void test_github__commands_cannot_be_forged(void **state)
{
    static char message[] = "100%\r\n::error::x\x1b[0m,\xff";
    struct gated gated;
    gated_open(&gated);
    found_add_bare(&gated.found);
    gated.found.findings.items = gated.found.items + 1;
    gated.found.findings.n = 1;
    gated.found.items[1].message = message;
    gated_settle(&gated);
    expect(&gated, "::warning title=trace-health::100%25%0D%0A::error::x?[0m,"
                   "\uFFFD%0Abad.json\nloopscope: pass\n");
    gated_close(&gated);
}

static void test_github__properties_escape_more(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.style.folder = "/home";
    gated.judged[0].path = "/home/a,b:c.json";
    struct ls_text text = {0};
    ls_github_render(&gated.gate, &gated.style, &text);
    assert_non_null(strstr(ls_text_get(&text), "%0Aa,b:c.json\n"));
    assert_non_null(
        strstr(ls_text_get(&text), "file=you/src/examples/bad_example.c,"));
    ls_text_destroy(&text);
    gated_close(&gated);
}

static void test_github__what_is_accepted_is_silent(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.found.items[0].standing = LS_STANDING_SUPPRESSED;
    gated_settle(&gated);
    expect(&gated, "loopscope: pass\n");
    gated_close(&gated);
}

static void test_github__trouble_and_budgets_are_errors(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.gate.n = 2;
    gated_set_budget(&gated);
    expect(&gated, FIRST "::error title=unusable::no,ne.json: there is no such "
                         "file\n"
                         "::error title=budget::max-turn is 62 ms, over the "
                         "budget of 50 ms (the median of 3 traces)\n"
                         "loopscope: unusable\n");
    gated_close(&gated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_github__findings_are_annotations),
        cmocka_unit_test(test_github__commands_cannot_be_forged),
        cmocka_unit_test(test_github__properties_escape_more),
        cmocka_unit_test(test_github__what_is_accepted_is_silent),
        cmocka_unit_test(test_github__trouble_and_budgets_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
