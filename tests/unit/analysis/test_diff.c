/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/diff.h"

#include <inttypes.h>

#define MS INT64_C(1000000)

struct made {
    struct ls_side was, is;
    struct ls_diff *diff;
};

static struct ls_side judge(struct ls_trace *trace)
{
    struct ls_side side = {trace, ls_findings_judge(trace, NULL)};
    assert_non_null(side.findings);
    return side;
}

static struct made make(struct ls_trace *was, struct ls_trace *is)
{
    struct made made = {judge(was), judge(is), NULL};
    made.diff = ls_diff_make(&made.was, &made.is);
    assert_non_null(made.diff);
    return made;
}

static void drop(struct made made)
{
    ls_diff_free(made.diff);
    ls_findings_free((struct ls_findings *)made.was.findings);
    ls_findings_free((struct ls_findings *)made.is.findings);
    ls_trace_free((struct ls_trace *)made.was.trace);
    ls_trace_free((struct ls_trace *)made.is.trace);
}

/* Turns of MS milliseconds of own time each, in which a call `name` blocks. */
static struct ls_trace *blocking(const char *name, const int *ms, size_t n)
{
    char *text = calloc(1, 64 + n * 1024 + sizeof(OURS LOOP END));
    char *at = text + sprintf(text, "%s", OURS LOOP);
    int64_t us = 1000;
    for (size_t i = 0; i < n; i++) {
        at += sprintf(
            at,
            ",{\"ph\":\"B\",\"ts\":%" PRId64
            ",\"pid\":1,\"tid\":1,\"name\":\"turn\",\"cat\":\"turn\"}\n"
            ",{\"ph\":\"B\",\"ts\":%" PRId64
            ",\"pid\":1,\"tid\":1,\"name\":\"%s\",\"cat\":\"blocking\"}\n",
            us, us, name);
        us += ms[i] * 1000;
        for (int end = 0; end < 2; end++)
            at += sprintf(at,
                          ",{\"ph\":\"E\",\"ts\":%" PRId64
                          ",\"pid\":1,\"tid\":1,\"name\":\"%s\",\"cat\":\"%s\","
                          "\"args\":{\"cpu_ns\":0,\"blocked_ns\":%d000000,"
                          "\"descheduled_ns\":0}}\n",
                          us, end ? "turn" : name, end ? "turn" : "blocking",
                          ms[i]);
        us += 1000;
    }
    sprintf(at, "%s", END);
    struct ls_trace *trace = load_text(text);
    free(text);
    return trace;
}

static struct ls_trace *one(const char *name, int ms)
{
    return blocking(name, &ms, 1);
}

static const struct ls_diff_time *time_of(const struct ls_diff *diff,
                                          enum ls_timing_kind kind,
                                          const char *name)
{
    for (size_t i = 0; i < diff->n_times; i++)
        if (diff->times[i].kind == kind && !strcmp(diff->times[i].name, name))
            return &diff->times[i];
    fail_msg("no time of %s", name);
    return NULL;
}

/* ---- findings ---- */

static void expect_one(struct ls_trace *was, struct ls_trace *is,
                       enum ls_diff_change change, size_t n_errors)
{
    struct made made = make(was, is);
    assert_int_equal(made.diff->n_findings, 1);
    assert_int_equal(made.diff->findings[0].change, change);
    assert_int_equal(made.diff->n[change], 1);
    assert_int_equal(made.diff->n_errors, n_errors);
    assert_int_equal(!made.diff->findings[0].was, change == LS_DIFF_NEW);
    assert_int_equal(!made.diff->findings[0].is, change == LS_DIFF_GONE);
    drop(made);
}

static void test_diff__findings_by_change(void **state)
{
    expect_one(one("read", 1), one("read", 60), LS_DIFF_NEW, 1);
    expect_one(one("read", 1), one("read", 20), LS_DIFF_NEW, 0);
    expect_one(one("read", 60), one("read", 200), LS_DIFF_WORSE, 1);
    expect_one(one("read", 12), one("read", 30), LS_DIFF_WORSE, 0);
    expect_one(one("read", 60), one("read", 80), LS_DIFF_SAME, 0);
    expect_one(one("read", 49), one("read", 51), LS_DIFF_SAME, 0);
    expect_one(one("read", 200), one("read", 60), LS_DIFF_BETTER, 0);
    expect_one(one("read", 60), one("read", 1), LS_DIFF_GONE, 0);
}

static void test_diff__one_goes_another_comes(void **state)
{
    struct made made = make(one("read", 60), one("write", 60));
    assert_int_equal(made.diff->n_findings, 2);
    assert_int_equal(made.diff->findings[0].change, LS_DIFF_NEW);
    assert_int_equal(made.diff->findings[1].change, LS_DIFF_GONE);
    assert_int_equal(made.diff->n_errors, 1);
    drop(made);
}

static void test_diff__with_itself_nothing_is_different(void **state)
{
    static const char *const samples[] = {"bad_example.json", "gather.json",
                                          "unmodified.json", "killed.json"};
    for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
        struct made made =
            make(load_sample(samples[i]), load_sample(samples[i]));
        assert_int_equal(made.diff->n[LS_DIFF_SAME], made.diff->n_findings);
        for (size_t k = 0; k < made.diff->n_times; k++) {
            assert_int_equal(made.diff->times[k].change, LS_DIFF_SAME);
            assert_int_equal(made.diff->times[k].change_ns, 0);
        }
        drop(made);
    }
}

static void test_diff__what_is_accepted_is_not_compared(void **state)
{
    struct made made = make(one("read", 1), one("read", 60));
    struct ls_findings *is = (struct ls_findings *)made.is.findings;
    ls_diff_free(made.diff);
    is->items[0].standing = LS_STANDING_SUPPRESSED;
    made.diff = ls_diff_make(&made.was, &made.is);
    assert_int_equal(made.diff->n_findings, 0);
    drop(made);
}

/* The machine's doing in one run says nothing of the other. */
static void test_diff__descheduled_is_left_out(void **state)
{
    struct ls_trace *is =
        load_text(OURS LOOP SLICE("B", "1.000", "turn", "turn", "")
                      SLICE("E", "900001.000", "turn", "turn",
                            MEASURED("10", "5000", "899994990")) END);
    struct made made = make(one("read", 1), is);
    assert_int_equal(made.is.findings->n, 1);
    assert_int_equal(made.diff->n_findings, 0);
    drop(made);
}

/* ---- times ---- */

static void expect_time(const int *was, const int *is, size_t n,
                        enum ls_diff_change change, int64_t change_ms)
{
    struct made made = make(blocking("read", was, n), blocking("read", is, n));
    const struct ls_diff_time *time =
        time_of(made.diff, LS_TIMING_CALL, "read");
    assert_int_equal(time->change, change);
    assert_int_equal(time->change_ns, change_ms * MS);
    assert_int_equal(time->was.count, n);
    assert_int_equal(time_of(made.diff, LS_TIMING_TURN, "main")->change,
                     change);
    drop(made);
}

static void test_diff__times_are_marked_beyond_their_spread(void **state)
{
    static const int low[] = {4, 5, 5, 6, 5, 4, 6, 5};
    static const int high[] = {8, 9, 9, 8, 10, 9, 8, 9};
    static const int wide[] = {1, 9, 2, 8, 1, 9, 2, 9};
    static const int few_more[] = {5, 6, 6, 7, 6, 5, 7, 6};
    expect_time(low, high, 8, LS_DIFF_WORSE, 4);
    expect_time(high, low, 8, LS_DIFF_BETTER, -4);
    expect_time(low, few_more, 8, LS_DIFF_SAME, 1);
    expect_time(low, wide, 8, LS_DIFF_SAME, -3);
    expect_time(low, high, 4, LS_DIFF_SAME, 3); /* too few to tell */
}

static void test_diff__times_on_one_side(void **state)
{
    struct made made = make(one("read", 1), one("write", 2));
    const struct ls_diff_time *gone =
        time_of(made.diff, LS_TIMING_CALL, "read");
    const struct ls_diff_time *new =
        time_of(made.diff, LS_TIMING_CALL, "write");
    assert_int_equal(gone->change, LS_DIFF_GONE);
    assert_int_equal(gone->is.count, 0);
    assert_int_equal(gone->was.p50_ns, 1 * MS);
    assert_int_equal(new->change, LS_DIFF_NEW);
    assert_int_equal(new->was.count, 0);
    assert_true(new < gone);
    drop(made);
}

static void test_diff__of_empty_traces(void **state)
{
    struct made made = make(load_text(OURS END), load_text(OURS END));
    assert_int_equal(made.diff->n_findings, 0);
    assert_int_equal(made.diff->n_times, 0);
    drop(made);
    ls_diff_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diff__findings_by_change),
        cmocka_unit_test(test_diff__one_goes_another_comes),
        cmocka_unit_test(test_diff__with_itself_nothing_is_different),
        cmocka_unit_test(test_diff__what_is_accepted_is_not_compared),
        cmocka_unit_test(test_diff__descheduled_is_left_out),
        cmocka_unit_test(test_diff__times_are_marked_beyond_their_spread),
        cmocka_unit_test(test_diff__times_on_one_side),
        cmocka_unit_test(test_diff__of_empty_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
