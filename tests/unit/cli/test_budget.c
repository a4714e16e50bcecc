/* SPDX-License-Identifier: MIT */
#include "cli/budget.h"

#include "sample.h"

/* One loop with one turn of so many microseconds of 100 ms. */
#define TURN(us, ns)                                                           \
    SAMPLE_HEAD SAMPLE_TURN("B", "0.000", "7", "")                             \
        SAMPLE_TURN("E", us, "7", SAMPLE_COMPUTED(ns)) SAMPLE_TAIL

#define HELD_BACK                                                              \
    ",\"args\":{\"cpu_ns\":30000000,\"blocked_ns\":0,\"descheduled_ns\":"      \
    "60000000}"

static void measure(struct ls_budgets *budgets, const char *const *texts,
                    size_t n)
{
    struct sample samples[4];
    const struct ls_trace *traces[5] = {NULL};
    for (size_t i = 0; i < n; i++) {
        sample_parse(&samples[i], texts[i]);
        traces[i] = samples[i].trace;
    }
    assert_true(ls_budgets_measure(budgets, traces, n + 1, 50000000));
    for (size_t i = 0; i < n; i++)
        sample_free(&samples[i]);
}

static void set(struct ls_budgets *budgets, const char *text)
{
    struct ls_text error = {0};
    if (!ls_budgets_set(budgets, text, &error))
        fail_msg("%s", ls_text_get(&error));
}

static void test_budget__the_worst_loop_counts(void **state)
{
    static const char *const two[] = {SAMPLE_TWO_LOOPS};
    struct ls_budgets budgets = {0};
    set(&budgets, "max-turn=79ms");
    set(&budgets, "p99-turn=80ms");
    set(&budgets, "total-blocking=20ms");
    measure(&budgets, two, 1);
    assert_true(budgets.of[LS_MEASURE_MAX_TURN].value == 80e6);
    assert_true(budgets.of[LS_MEASURE_TOTAL_BLOCKING].value == 30e6);
    assert_true(ls_budget_is_over(&budgets.of[LS_MEASURE_MAX_TURN]));
    assert_false(ls_budget_is_over(&budgets.of[LS_MEASURE_P99_TURN]));
    assert_true(ls_budget_is_over(&budgets.of[LS_MEASURE_TOTAL_BLOCKING]));
    assert_false(ls_budget_is_over(&budgets.of[LS_MEASURE_UTILISATION]));
    assert_true(ls_budgets_are_over(&budgets));
}

static void test_budget__of_several_traces_the_median(void **state)
{
    static const char *const runs[] = {
        TURN("90000.000", "90000000"), TURN("10000.000", "10000000"),
        TURN("30000.000", "30000000"), TURN("50000.000", "50000000")};
    struct ls_budgets budgets = {0};
    set(&budgets, "max-turn=30ms");
    measure(&budgets, runs, 3);
    assert_true(budgets.of[LS_MEASURE_MAX_TURN].value == 30e6);
    measure(&budgets, runs, 4); /* the lower one of the middle */
    assert_true(budgets.of[LS_MEASURE_MAX_TURN].value == 30e6);
    assert_int_equal(budgets.of[LS_MEASURE_MAX_TURN].n_traces, 4);
    assert_false(ls_budgets_are_over(&budgets));
}

/* 30 ms of own time in a turn of 90 ms, and a pause of 30 ms before the next
 * one: the 60 ms that the machine took are not the program's. */
static void test_budget__a_busy_machine_is_no_utilisation(void **state)
{
    static const char *const busy[] = {
        SAMPLE_HEAD SAMPLE_TURN("B", "0.000", "7", "")
            SAMPLE_TURN("E", "90000.000", "7", HELD_BACK)
                SAMPLE_TURN("B", "120000.000", "7", "")
                    SAMPLE_TURN("E", "120000.000", "7", SAMPLE_COMPUTED("0"))
                        SAMPLE_TAIL};
    struct ls_budgets budgets = {0};
    set(&budgets, "utilisation=50%");
    measure(&budgets, busy, 1);
    assert_true(budgets.of[LS_MEASURE_UTILISATION].value == 0.5);
    assert_false(ls_budgets_are_over(&budgets));
}

static void test_budget__without_a_loop_nothing_is_over(void **state)
{
    struct ls_budgets budgets = {0};
    struct ls_text said = {0};
    set(&budgets, "max-turn=0");
    measure(&budgets, NULL, 0);
    assert_false(ls_budgets_are_over(&budgets));
    ls_budget_tell(&budgets, LS_MEASURE_MAX_TURN, &said);
    expect_text(&said, "max-turn was not measured: there is no loop");
}

static void test_budget__shares_have_two_spellings(void **state)
{
    static const struct {
        const char *text;
        double limit;
    } cases[] = {
        {"80%", 0.8}, {"0.8", 0.8}, {"100%", 1}, {"1", 1}, {".5", 0.5}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ls_budgets budgets = {0};
        struct ls_text text = {0};
        ls_text_addf(&text, "utilisation=%s", cases[i].text);
        set(&budgets, ls_text_get(&text));
        assert_true(budgets.of[LS_MEASURE_UTILISATION].limit == cases[i].limit);
        ls_text_destroy(&text);
    }
}

static void test_budget__mistakes_say_what_is_wanted(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"max-trun=1", "wants a known measure (the nearest is max-turn)"},
        {"max-turn", "wants max-turn=VALUE, a time such as 50ms"},
        {"max-turn=-1", "wants max-turn=VALUE, a time such as 50ms"},
        {"utilisation=80",
         "wants utilisation=VALUE, a share such as 80% or 0.8"},
        {"utilisation=.",
         "wants utilisation=VALUE, a share such as 80% or 0.8"},
        {"utilisation=0.1.2",
         "wants utilisation=VALUE, a share such as 80% or 0.8"},
        {"utilisation=5 %",
         "wants utilisation=VALUE, a share such as 80% or 0.8"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ls_budgets budgets = {0};
        struct ls_text error = {0};
        assert_false(ls_budgets_set(&budgets, cases[i].text, &error));
        assert_false(ls_budgets_any(&budgets));
        expect_text(&error, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_budget__the_worst_loop_counts),
        cmocka_unit_test(test_budget__of_several_traces_the_median),
        cmocka_unit_test(test_budget__a_busy_machine_is_no_utilisation),
        cmocka_unit_test(test_budget__without_a_loop_nothing_is_over),
        cmocka_unit_test(test_budget__shares_have_two_spellings),
        cmocka_unit_test(test_budget__mistakes_say_what_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
