/* SPDX-License-Identifier: MIT */
#include "judged.h"

/* A timer that is asked for in a first turn, at 100 us, and its loop. Times are
 * in us. */
struct drift {
    int due, fired;
    int from, to; /* the turn in which on_read runs, until the timer's */
    int descheduled;
    int again;        /* it all happens again after so long */
    int times;        /* so often; 0: once, and the timer is over */
    const char *runs; /* instead of on_read */
    bool unmeasured, named, lost, ready;
};

#define ASKED 100

static void event(struct script *s, char ph, long long us, const char *name,
                  const char *event, const char *more)
{
    fprintf(s->out,
            ",{\"ph\":\"%c\",\"ts\":%lld.000,\"pid\":1,\"tid\":1000000001,"
            "\"id\":\"0x1\",\"name\":\"%s\",\"cat\":\"task\",\"args\":{"
            "\"event\":\"%s\",\"label\":\"on_tick\",\"loop\":1%s}}\n",
            ph, us, name, event, more);
}

static void slice(struct script *s, char ph, long long us, const char *name,
                  const char *cat, const char *args)
{
    fprintf(s->out,
            ",{\"ph\":\"%c\",\"ts\":%lld.000,\"pid\":1,\"tid\":1,"
            "\"name\":\"%s\",\"cat\":\"%s\"%s}\n",
            ph, us, name, cat, args);
}

static void await(struct script *s, long long us, long long due_us)
{
    char due[64];
    snprintf(due, sizeof(due), ",\"due_us\":%lld.000", due_us);
    event(s, 'b', us, "timer", "await", due);
}

/* The turn with on_read in it, and the timer's callback at its end. */
static void add_turn(struct script *s, const struct drift *d, long long at)
{
    char measured[128] = "";
    if (!d->unmeasured)
        snprintf(measured, sizeof(measured), MEASURED("%d", "0", "%d"),
                 (d->to - d->from - d->descheduled) * 1000,
                 d->descheduled * 1000);
    slice(s, 'B', at + d->from, "turn", "turn", "");
    const char *name = d->runs ? d->runs : "on_read";
    slice(s, 'B', at + d->from, name, "callback", "");
    slice(s, 'E', at + d->fired, name, "callback", "");
    if (d->ready)
        event(s, 'n', at + d->due + 1, "timer", "ready", "");
    event(s, 'e', at + d->fired, "timer", "resume", "");
    if (d->times)
        await(s, at + d->fired + 1, at + d->again + d->due);
    else
        event(s, 'e', at + d->fired + 1, "timer", "finish",
              ",\"outcome\":\"ok\"");
    slice(s, 'E', at + d->to, "turn", "turn", measured);
}

static struct judged judge_drift(const struct drift *d,
                                 const struct ls_judge_options *options)
{
    struct script s;
    script_open(&s);
    fputs(OURS LOOP, s.out);
    slice(&s, 'B', 1, "turn", "turn", "");
    event(&s, 'b', ASKED, "timer", "start", d->named ? "" : ",\"auto\":true");
    await(&s, ASKED, d->due);
    slice(&s, 'E', ASKED + 1, "turn", "turn", "");
    for (int i = 0; i < (d->times ? d->times : 1); i++)
        add_turn(&s, d, i * (long long)d->again);
    fprintf(s.out,
            ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","
            "\"args\":{\"events\":9,\"lost\":%d,\"late\":0}}\n]\n",
            d->lost);
    return judge(script_load(&s), options);
}

#define JUDGE(...) judge_drift(&(struct drift){__VA_ARGS__}, NULL)

/* 9 ms of on_read are no stall; the limit for a period of 16 ms is 8 ms. */
static void test_timer_drift__who_delayed_it(void **state)
{
    struct judged j =
        JUDGE(.due = 20100, .fired = 31000, .from = 20000, .to = 31500);
    const struct ls_finding *f = find(j, LS_RULE_TIMER_DRIFT);
    assert_non_null(f);
    assert_int_equal(f->start_ns, 20100000);
    assert_int_equal(f->duration_ns, 10900000);
    assert_int_equal(f->own_ns, 10900000);
    assert_int_equal(f->period_ns, 20000000);
    assert_string_equal(name_of(j.trace, f->callback), "on_read");
    assert_string_equal(name_of(j.trace, f->shares[0].name), "on_read");
    drop(j);
}

/* What a stall tells is a note here; what nothing else tells, a warning. */
static void test_timer_drift__a_warning_where_no_stall_tells(void **state)
{
    struct judged j =
        JUDGE(.due = 20100, .fired = 31000, .from = 20000, .to = 31500);
    const struct ls_finding *f = find(j, LS_RULE_TIMER_DRIFT);
    assert_non_null(find(j, LS_RULE_STALL));
    assert_int_equal(f->severity, LS_SEVERITY_NOTE);
    assert_non_null(strstr(f->advice, "a finding of its own"));
    drop(j);
    struct ls_judge_options options;
    ls_judge_defaults(&options);
    options.warn_ns = 12000000;
    j = judge_drift(
        &(struct drift){
            .due = 20100, .fired = 40000, .from = 28100, .to = 40050},
        &options);
    assert_null(find(j, LS_RULE_STALL));
    assert_null(find(j, LS_RULE_TIMER_DRIFT)); /* once, and below 12 ms */
    drop(j);
    options.warn_ns = 11900000;
    j = judge_drift(
        &(struct drift){
            .due = 20100, .fired = 40000, .from = 28100, .to = 40000},
        &options);
    f = find(j, LS_RULE_TIMER_DRIFT);
    assert_int_equal(f->severity, LS_SEVERITY_NOTE);
    drop(j);
}

/* Three turns of 5.3 ms, of which none is a stall. */
static void test_timer_drift__what_is_small_is_told_if_it_is_often(void **state)
{
    struct judged j = JUDGE(.due = 8100, .fired = 13200, .from = 8000,
                            .to = 13300, .again = 13100, .times = 3);
    const struct ls_finding *f = find(j, LS_RULE_TIMER_DRIFT);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_int_equal(f->count, 3);
    assert_int_equal(j.findings->n, 1);
    assert_string_equal(f->message,
                        "the timer on_tick, due after 8.0 ms, came 5.1 ms "
                        "late: meanwhile the loop was in on_read (5.1 ms); 3 "
                        "times, 15.3 ms in all");
    assert_non_null(strstr(f->advice, "Have on_read do less"));
    assert_non_null(strstr(f->advice, "uv_queue_work"));
    drop(j);
    j = JUDGE(.due = 8100, .fired = 13200, .from = 8000, .to = 13300,
              .again = 13100, .times = 2);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

static void test_timer_drift__late_by_5_ms(void **state)
{
    struct judged j = JUDGE(.due = 8000, .fired = 13000, .from = 8000,
                            .to = 13300, .again = 13100, .times = 3);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
    j = JUDGE(.due = 8000, .fired = 13001, .from = 8000, .to = 13300,
              .again = 13100, .times = 3);
    assert_non_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

static void test_timer_drift__late_by_half_the_period(void **state)
{
    struct judged j =
        JUDGE(.due = 40100, .fired = 60100, .from = 30100, .to = 60200);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
    j = JUDGE(.due = 40100, .fired = 60101, .from = 30100, .to = 60200);
    assert_non_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

/* A poll that came back late is the machine's. */
static void test_timer_drift__late_wake_ups_do_not_count(void **state)
{
    struct judged j =
        JUDGE(.due = 20100, .fired = 40000, .from = 39000, .to = 40001);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

static void test_timer_drift__descheduled_time_does_not_count(void **state)
{
    struct judged j = JUDGE(.due = 20100, .fired = 40100, .from = 20000,
                            .to = 40200, .descheduled = 10000);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
    j = JUDGE(.due = 20100, .fired = 40100, .from = 20000, .to = 40200,
              .descheduled = 9999);
    const struct ls_finding *f = find(j, LS_RULE_TIMER_DRIFT);
    assert_int_equal(f->own_ns, 10001000);
    assert_non_null(strstr(f->message, "came 20.0 ms late (10.0 ms of that "
                                       "through turns of the loop)"));
    drop(j);
}

static void test_timer_drift__needs_a_measure_and_all_records(void **state)
{
    struct judged j = JUDGE(.due = 20100, .fired = 40100, .from = 20000,
                            .to = 40200, .unmeasured = true);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
    j = JUDGE(.due = 20100, .fired = 40100, .from = 20000, .to = 40200,
              .lost = true);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

/* What the awaited said of itself is not a timer's due time. */
static void test_timer_drift__is_of_due_times(void **state)
{
    struct judged j = JUDGE(.due = 20100, .fired = 40100, .from = 20000,
                            .to = 40200, .ready = true);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

static void test_timer_drift__not_by_its_like(void **state)
{
    struct judged j = JUDGE(.due = 20100, .fired = 40100, .from = 20000,
                            .to = 40200, .runs = "on_tick");
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

/* The loop's first turn is its start-up. */
static void test_timer_drift__start_up_is_silent(void **state)
{
    struct judged j =
        judge(load_text(OURS LOOP SLICE("B", "1.000", "turn", "turn", "") TASK(
                  "b", "2.000", "0x1", "timer", "start",
                  ",\"auto\":true") TASK("b", "2.000", "0x1", "timer", "await",
                                         ",\"due_us\":1000.000")
                            TASK("e", "40000.000", "0x1", "timer", "resume", "")
                                TASK("e", "40001.000", "0x1", "timer", "finish",
                                     ",\"outcome\":\"ok\"")
                                    SLICE("E", "40002.000", "turn", "turn",
                                          MEASURED("40001000", "0", "0")) END),
              NULL);
    assert_null(find(j, LS_RULE_TIMER_DRIFT));
    drop(j);
}

/* A task's own sleep is known by the task. */
static void test_timer_drift__of_a_named_task(void **state)
{
    struct judged j = JUDGE(.due = 20100, .fired = 40100, .from = 20000,
                            .to = 40200, .named = true);
    const struct ls_finding *f = find(j, LS_RULE_TIMER_DRIFT);
    assert_non_null(strstr(f->message, "the task \"timer\" (on_tick), due "
                                       "after 20.0 ms, came 20.0 ms late"));
    drop(j);
}

/* 20 timers that one turn delays are told once, and parts are not counted for
 * each of them. */
static void test_timer_drift__timers_of_one_turn_merge(void **state)
{
    struct script s;
    script_open(&s);
    fputs(OURS LOOP, s.out);
    slice(&s, 'B', 1, "turn", "turn", "");
    slice(&s, 'E', 9, "turn", "turn", "");
    for (int i = 0; i < 20; i++)
        fprintf(s.out,
                TASK("b", "10.000", "0x%x", "timer", "start", ",\"auto\":true")
                    TASK("b", "10.000", "0x%x", "timer", "await",
                         ",\"due_us\":10010.000"),
                i + 1, i + 1);
    slice(&s, 'B', 10000, "turn", "turn", "");
    slice(&s, 'B', 10000, "on_read", "callback", "");
    slice(&s, 'E', 19000, "on_read", "callback", "");
    for (int i = 0; i < 20; i++)
        fprintf(s.out,
                TASK("e", "19000.000", "0x%x", "timer", "resume", "")
                    TASK("e", "19000.000", "0x%x", "timer", "finish",
                         ",\"outcome\":\"ok\""),
                i + 1, i + 1);
    slice(&s, 'E', 19900, "turn", "turn", MEASURED("9900000", "0", "0"));
    fputs(END, s.out);
    struct judged j = judge(script_load(&s), NULL);
    const struct ls_finding *f = find(j, LS_RULE_TIMER_DRIFT);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_int_equal(f->count, 20);
    assert_int_equal(f->total_own_ns, 20 * INT64_C(8990000));
    assert_int_equal(f->shares[0].count, 1);
    drop(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timer_drift__who_delayed_it),
        cmocka_unit_test(test_timer_drift__a_warning_where_no_stall_tells),
        cmocka_unit_test(
            test_timer_drift__what_is_small_is_told_if_it_is_often),
        cmocka_unit_test(test_timer_drift__late_by_5_ms),
        cmocka_unit_test(test_timer_drift__late_by_half_the_period),
        cmocka_unit_test(test_timer_drift__late_wake_ups_do_not_count),
        cmocka_unit_test(test_timer_drift__descheduled_time_does_not_count),
        cmocka_unit_test(test_timer_drift__needs_a_measure_and_all_records),
        cmocka_unit_test(test_timer_drift__is_of_due_times),
        cmocka_unit_test(test_timer_drift__not_by_its_like),
        cmocka_unit_test(test_timer_drift__start_up_is_silent),
        cmocka_unit_test(test_timer_drift__of_a_named_task),
        cmocka_unit_test(test_timer_drift__timers_of_one_turn_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
