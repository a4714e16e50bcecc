/* SPDX-License-Identifier: MIT */
#include "judged.h"

/* A turn of N callbacks, EACH so long (us), then REST us of nothing, of which
 * the machine took DESCHEDULED. Every third is on_tick, the others on_read. */
struct many {
    int n, each_us, rest_us, descheduled_us;
    bool unmeasured;
    const char *only; /* all have this name */
    int first_us;     /* the first one's length, if not EACH */
};

static void add_turn(struct script *s, int64_t at_us, const struct many *m)
{
    int64_t us = at_us + 1;
    fprintf(s->out, SLICE("B", "%lld.000", "turn", "turn", ""),
            (long long)at_us);
    for (int i = 0; i < m->n; i++) {
        const char *name = m->only ? m->only : i % 3 ? "on_read" : "on_tick";
        fprintf(s->out, SLICE("B", "%lld.000", "%s", "callback", ""),
                (long long)us, name);
        us += i == 0 && m->first_us ? m->first_us : m->each_us;
        fprintf(s->out, SLICE("E", "%lld.000", "%s", "callback", ""),
                (long long)us, name);
    }
    us += m->rest_us;
    fprintf(s->out,
            ",{\"ph\":\"E\",\"ts\":%lld.000,\"pid\":1,\"tid\":1,"
            "\"name\":\"turn\",\"cat\":\"turn\"",
            (long long)us);
    if (!m->unmeasured)
        fprintf(s->out, MEASURED("%lld", "0", "%lld"),
                (long long)(us - at_us - m->descheduled_us) * 1000,
                (long long)m->descheduled_us * 1000);
    fputs("}\n", s->out);
}

static struct judged judge_turn(const struct many *m,
                                const struct ls_judge_options *options)
{
    struct script s;
    script_open(&s);
    fputs(OURS LOOP, s.out);
    add_turn(&s, 1, m);
    fputs(END, s.out);
    return judge(script_load(&s), options);
}

#define JUDGE(...) judge_turn(&(struct many){__VA_ARGS__}, NULL)

static void test_long_turn__the_callbacks_that_add_up(void **state)
{
    struct judged j = JUDGE(.n = 30, .each_us = 2000);
    const struct ls_finding *f = find(j, LS_RULE_LONG_TURN);
    assert_int_equal(j.findings->n, 1);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_int_equal(f->class, LS_CLASS_COMPUTING);
    assert_int_equal(f->n_parts, 30);
    assert_int_equal(f->n_shares, 2);
    assert_string_equal(name_of(j.trace, f->shares[0].name), "on_read");
    assert_int_equal(f->shares[0].count, 20);
    assert_int_equal(f->shares[0].total_ns, 40000000);
    assert_string_equal(name_of(j.trace, f->shares[1].name), "on_tick");
    assert_string_equal(f->message,
                        "a turn of the loop \"main\" took 60.0 ms in 30 short "
                        "parts: on_read 20 times (40.0 ms), on_tick 10 times "
                        "(20.0 ms)");
    assert_non_null(strstr(f->advice, "uv_idle_start"));
    assert_non_null(strstr(f->advice, "uv_queue_work"));
    drop(j);
}

/* From 50 ms of own time on, and no earlier. */
static void test_long_turn__takes_as_long_as_fail(void **state)
{
    struct judged j = JUDGE(.n = 49, .each_us = 1000, .rest_us = 998);
    assert_int_equal(j.findings->n, 0);
    drop(j);
    j = JUDGE(.n = 49, .each_us = 1000, .rest_us = 999);
    assert_non_null(find(j, LS_RULE_LONG_TURN));
    drop(j);
    struct ls_judge_options options;
    ls_judge_defaults(&options);
    options.fail_ns = 100000000;
    j = judge_turn(&(struct many){.n = 60, .each_us = 1000}, &options);
    assert_int_equal(j.findings->n, 0);
    drop(j);
}

/* What the machine did is not the turn's. */
static void test_long_turn__is_of_own_time(void **state)
{
    struct judged j = JUDGE(.n = 30, .each_us = 2000, .descheduled_us = 11000);
    assert_null(find(j, LS_RULE_LONG_TURN));
    assert_int_equal(j.findings->n_warnings, 0);
    drop(j);
}

/* The parts are not measured: each loses its share. */
static void test_long_turn__parts_are_of_own_time(void **state)
{
    struct judged j = JUDGE(.n = 60, .each_us = 2000, .descheduled_us = 60000);
    const struct ls_finding *f = find(j, LS_RULE_LONG_TURN);
    int64_t sum = f->shares[0].total_ns + f->shares[1].total_ns;
    assert_in_range(sum, 59900000, f->own_ns);
    drop(j);
}

/* One callback over 10 ms is what is to be told. */
static void test_long_turn__no_part_is_long(void **state)
{
    struct judged j = JUDGE(.n = 30, .each_us = 2000, .first_us = 9999);
    assert_non_null(find(j, LS_RULE_LONG_TURN));
    drop(j);
    j = JUDGE(.n = 30, .each_us = 2000, .first_us = 10000);
    assert_null(find(j, LS_RULE_LONG_TURN));
    assert_int_equal(find(j, LS_RULE_STALL)->severity, LS_SEVERITY_ERROR);
    drop(j);
}

/* What its parts do not explain is a stall of the turn. */
static void test_long_turn__is_the_sum_of_its_parts(void **state)
{
    struct judged j = JUDGE(.n = 41, .each_us = 1000, .rest_us = 9999);
    assert_non_null(find(j, LS_RULE_LONG_TURN));
    drop(j);
    j = JUDGE(.n = 40, .each_us = 1000, .rest_us = 10999);
    assert_null(find(j, LS_RULE_LONG_TURN));
    assert_string_equal(find(j, LS_RULE_STALL)->message,
                        "a turn of the loop \"main\" computed for 51.0 ms "
                        "without giving way");
    drop(j);
    /* nor where the rest alone is over the limit */
    j = JUDGE(.n = 300, .each_us = 1000, .rest_us = 50000);
    assert_int_equal(find(j, LS_RULE_STALL)->severity, LS_SEVERITY_ERROR);
    drop(j);
}

static void test_long_turn__needs_a_measure(void **state)
{
    struct judged j = JUDGE(.n = 30, .each_us = 2000, .unmeasured = true);
    assert_null(find(j, LS_RULE_LONG_TURN));
    assert_int_equal(find(j, LS_RULE_STALL)->severity, LS_SEVERITY_WARNING);
    drop(j);
}

/* One part is not many, however little of it is known to be its own. */
static void test_long_turn__has_several_parts(void **state)
{
    struct judged j = JUDGE(.n = 1, .each_us = 173000, .rest_us = 41999,
                            .descheduled_us = 164900);
    assert_null(find(j, LS_RULE_LONG_TURN));
    assert_non_null(find(j, LS_RULE_STALL));
    drop(j);
}

/* A call that has a finding of its own is taken off, and the rest is no longer
 * the sum of parts that are known. */
static void test_long_turn__not_beside_a_call(void **state)
{
    struct judged j = judge(
        load_text(OURS LOOP SLICE("B", "1.000", "turn", "turn",
                                  "") SLICE("B", "2.000", "a", "callback", "")
                      SLICE("B", "3.000", "read", "blocking",
                            "") SLICE("E", "60003.000", "read", "blocking",
                                      MEASURED("0", "60000000", "0"))
                          SLICE("E", "69000.000", "a", "callback", "")
                              SLICE("E", "120001.000", "turn", "turn",
                                    MEASURED("60000000", "60000000", "0")) END),
        NULL);
    assert_null(find(j, LS_RULE_LONG_TURN));
    assert_non_null(find(j, LS_RULE_BLOCKING_CALL));
    drop(j);
}

/* Turns of one loop merge; those of another callback do not. */
static void test_long_turn__merges_by_what_adds_up(void **state)
{
    struct script s;
    script_open(&s);
    fputs(OURS LOOP, s.out);
    const struct many reads = {.n = 60, .each_us = 1000, .only = "on_read"};
    const struct many ticks = {.n = 80, .each_us = 1000, .only = "on_tick"};
    add_turn(&s, 1, &reads);
    add_turn(&s, 100000, &reads);
    add_turn(&s, 200000, &ticks);
    fputs(END, s.out);
    struct judged j = judge(script_load(&s), NULL);
    assert_int_equal(j.findings->n, 2);
    assert_int_equal(j.findings->items[0].count, 1);
    assert_int_equal(j.findings->items[1].count, 2);
    assert_string_equal(j.findings->items[1].message,
                        "a turn of the loop \"main\" took 60.0 ms in 60 short "
                        "parts: on_read 60 times (60.0 ms); 2 times, 120.0 ms "
                        "in all");
    drop(j);
}

/* What is inside a callback is the callback's. */
static void test_long_turn__counts_the_outermost(void **state)
{
#define PART(from, to)                                                         \
    SLICE("B", from ".000", "outer", "callback", "")                           \
    SLICE("B", from ".500", "inner", "callback", "")                           \
    SLICE("E", to ".000", "inner", "callback", "")                             \
    SLICE("E", to ".500", "outer", "callback", "")
    struct judged j = judge(
        load_text(OURS LOOP SLICE("B", "1.000", "turn", "turn", "")
                      PART("2", "9000") PART("9001", "18000")
                          PART("18001", "27000") PART("27001", "36000")
                              PART("36001", "45000") PART("45001", "54000")
                                  SLICE("E", "55001.000", "turn", "turn",
                                        MEASURED("55000000", "0", "0")) END),
        NULL);
    const struct ls_finding *f = find(j, LS_RULE_LONG_TURN);
    assert_int_equal(f->n_shares, 1);
    assert_int_equal(f->shares[0].count, 6);
    assert_string_equal(name_of(j.trace, f->shares[0].name), "outer");
    drop(j);
#undef PART
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_turn__the_callbacks_that_add_up),
        cmocka_unit_test(test_long_turn__takes_as_long_as_fail),
        cmocka_unit_test(test_long_turn__is_of_own_time),
        cmocka_unit_test(test_long_turn__parts_are_of_own_time),
        cmocka_unit_test(test_long_turn__no_part_is_long),
        cmocka_unit_test(test_long_turn__is_the_sum_of_its_parts),
        cmocka_unit_test(test_long_turn__needs_a_measure),
        cmocka_unit_test(test_long_turn__has_several_parts),
        cmocka_unit_test(test_long_turn__not_beside_a_call),
        cmocka_unit_test(test_long_turn__merges_by_what_adds_up),
        cmocka_unit_test(test_long_turn__counts_the_outermost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
