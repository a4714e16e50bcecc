/* SPDX-License-Identifier: MIT */
#include "judged.h"

/* Turns of a loop, one every CYCLE us and so long. Of each hundred so many come
 * after a poll that had an event, or that may wait. */
struct spin {
    int n, cycle, turn;
    int with_event, may_wait;
    const char *kind; /* of on_idle, which every turn calls; NULL: none does */
    int pause_after;  /* turns, after which the loop waits for a second */
    const char *loop; /* its kind; NULL: libuv */
};

static void add_turn(struct script *s, const struct spin *spin, int i,
                     long long at)
{
    bool waits = i % 100 < spin->may_wait || (i && i == spin->pause_after);
    bool event = i % 100 >= 100 - spin->with_event;
    const char *poll = waits   ? ""
                       : event ? ",\"args\":{\"nowait\":true,\"events\":1}"
                               : ",\"args\":{\"nowait\":true,\"events\":0}";
    fprintf(s->out, SLICE("B", "%lld.000", "turn", "turn", ""), at);
    if (spin->kind) {
        fprintf(s->out,
                SLICE("B", "%lld.100", "on_idle", "callback",
                      ",\"args\":{\"kind\":\"%s\",\"phase\":\"idle\"}")
                    SLICE("E", "%lld.200", "on_idle", "callback", ""),
                at, spin->kind, at);
    }
    fprintf(s->out, SLICE("E", "%lld.000", "turn", "turn", "%s"),
            at + spin->turn, poll);
}

static struct judged judge_spin(const struct spin *spin)
{
    struct script s;
    long long at = 1;
    script_open(&s);
    fputs(OURS, s.out);
    fprintf(s.out,
            ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_loop\","
            "\"args\":{\"name\":\"main\",\"kind\":\"%s\"}}\n",
            spin->loop ? spin->loop : "libuv");
    for (int i = 0; i < spin->n; i++) {
        if (spin->pause_after && i == spin->pause_after)
            at += 1000000;
        add_turn(&s, spin, i, at);
        at += spin->cycle;
    }
    fputs(END, s.out);
    return judge(script_load(&s), NULL);
}

#define JUDGE(...) judge_spin(&(struct spin){__VA_ARGS__})

static void expect(struct judged j, bool found)
{
    assert_int_equal(find(j, LS_RULE_SPINNING) != NULL, found);
    drop(j);
}

static void test_spinning__the_idle_handle(void **state)
{
    struct judged j =
        JUDGE(.n = 1200, .cycle = 900, .turn = 50, .kind = "idle");
    const struct ls_finding *f = find(j, LS_RULE_SPINNING);
    assert_int_equal(j.findings->n, 1);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_string_equal(name_of(j.trace, f->callback), "on_idle");
    assert_string_equal(f->message,
                        "the loop \"main\" polled 1112 times in 1000.0 ms "
                        "without waiting, for nothing: each time it called "
                        "on_idle (idle)");
    assert_non_null(strstr(f->advice, "uv_idle_stop()"));
    drop(j);
}

static void test_spinning__other_ways_out(void **state)
{
    struct judged j =
        JUDGE(.n = 1200, .cycle = 900, .turn = 50, .kind = "timer");
    assert_non_null(
        strstr(find(j, LS_RULE_SPINNING)->advice, "give it a period"));
    drop(j);
    j = JUDGE(.n = 1200, .cycle = 900, .turn = 50);
    assert_non_null(strstr(find(j, LS_RULE_SPINNING)->advice, "UV_RUN_NOWAIT"));
    assert_int_equal(find(j, LS_RULE_SPINNING)->callback, 0);
    drop(j);
    j = JUDGE(.n = 1200, .cycle = 900, .turn = 50, .loop = "epoll");
    assert_null(strstr(find(j, LS_RULE_SPINNING)->advice, "uv_"));
    drop(j);
}

/* Four windows of 250 ms in a row. */
static void test_spinning__lasts_for_a_second(void **state)
{
    expect(JUDGE(.n = 1113, .cycle = 900, .turn = 50), true);
    expect(JUDGE(.n = 1112, .cycle = 900, .turn = 50), false);
    expect(JUDGE(.n = 2000, .cycle = 900, .turn = 50, .pause_after = 1000),
           false);
    expect(JUDGE(.n = 2300, .cycle = 900, .turn = 50, .pause_after = 1150),
           true);
}

static void test_spinning__two_stretches_are_one_finding(void **state)
{
    struct judged j =
        JUDGE(.n = 3000, .cycle = 900, .turn = 50, .pause_after = 1200);
    const struct ls_finding *f = find(j, LS_RULE_SPINNING);
    assert_int_equal(f->count, 2);
    assert_true(f->start_ns > 2000000000); /* the longer one */
    drop(j);
}

/* Over 90 % of the polls. */
static void test_spinning__hardly_any_event(void **state)
{
    expect(JUDGE(.n = 1200, .cycle = 900, .turn = 50, .with_event = 8), true);
    expect(JUDGE(.n = 1200, .cycle = 900, .turn = 50, .with_event = 12), false);
}

/* What waits is not counted, and a tenth of the time must not be waited. */
static void test_spinning__does_not_wait(void **state)
{
    expect(JUDGE(.n = 1200, .cycle = 900, .turn = 50, .may_wait = 8), true);
    expect(JUDGE(.n = 1200, .cycle = 900, .turn = 50, .may_wait = 12), false);
}

/* 0.1 ms of work in each turn is work. */
static void test_spinning__work_that_gives_way_is_none(void **state)
{
    expect(JUDGE(.n = 1200, .cycle = 900, .turn = 100), true);
    expect(JUDGE(.n = 1200, .cycle = 900, .turn = 101), false);
}

/* 100 polls in 250 ms, at least. */
static void test_spinning__is_often(void **state)
{
    expect(JUDGE(.n = 500, .cycle = 2500, .turn = 50), true);
    expect(JUDGE(.n = 500, .cycle = 2520, .turn = 50), false);
}

/* A trace that does not say how its polls waited. */
static void test_spinning__needs_the_polls(void **state)
{
    expect(JUDGE(.n = 1200, .cycle = 900, .turn = 50, .may_wait = 100), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spinning__the_idle_handle),
        cmocka_unit_test(test_spinning__other_ways_out),
        cmocka_unit_test(test_spinning__lasts_for_a_second),
        cmocka_unit_test(test_spinning__two_stretches_are_one_finding),
        cmocka_unit_test(test_spinning__hardly_any_event),
        cmocka_unit_test(test_spinning__does_not_wait),
        cmocka_unit_test(test_spinning__work_that_gives_way_is_none),
        cmocka_unit_test(test_spinning__is_often),
        cmocka_unit_test(test_spinning__needs_the_polls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
