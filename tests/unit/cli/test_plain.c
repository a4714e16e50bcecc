/* SPDX-License-Identifier: MIT */
#include "cli/plain.h"

#include "gated.h"

static void expect(struct gated *gated, const char *expected)
{
    struct ls_text text = {0};
    ls_plain_render(&gated->gate, &gated->style, &text);
    expect_text(&text, expected);
}

static void test_plain__what_is_accepted_is_counted(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated.found.items[0].standing = LS_STANDING_SUPPRESSED;
    gated_settle(&gated);
    expect(&gated, "pass: bad.json (1 suppressed)\n"
                   "Apart from what is accepted: Nothing stalled the loop.\n");
    gated.found.items[0].standing = LS_STANDING_KNOWN;
    expect(&gated, "pass: bad.json (1 in the baseline)\n"
                   "Apart from what is accepted: Nothing stalled the loop.\n");
    gated_close(&gated);
}

static void test_plain__budgets_begin_with_their_verdict(void **state)
{
    struct gated gated;
    gated_open(&gated);
    gated_set_budget(&gated);
    gated.gate.judged = gated.judged + 1;
    expect(&gated,
           "fail: max-turn is 62 ms, over the budget of 50 ms (the median of 3 "
           "traces)\n"
           "pass: utilisation is 25 %, within the budget of 50 % (the median "
           "of 3 traces)\n"
           "\n"
           "unusable: no,ne.json: there is no such file\n");
    gated_close(&gated);
}

static void test_plain__unused_suppressions_are_named(void **state)
{
    struct gated gated;
    struct ls_suppressions suppressions = {0};
    struct ls_text error = {0};
    gated_open(&gated);
    assert_true(ls_suppressions_parse(&suppressions,
                                      "function:sleep\nrule:stall\n", &error));
    ls_suppressions_apply(&suppressions, gated.found.sample.trace,
                          &gated.found.findings);
    gated_settle(&gated);
    gated.gate.suppressions = &suppressions;
    expect(&gated, "pass: bad.json (1 suppressed)\n"
                   "Apart from what is accepted: Nothing stalled the loop.\n"
                   "\n"
                   "Suppressions that nothing matched:\n"
                   "  line 2: rule:stall\n");
    ls_suppressions_destroy(&suppressions);
    gated_close(&gated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain__what_is_accepted_is_counted),
        cmocka_unit_test(test_plain__budgets_begin_with_their_verdict),
        cmocka_unit_test(test_plain__unused_suppressions_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
