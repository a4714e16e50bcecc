/* SPDX-License-Identifier: MIT */
#include "judged.h"

#define EXE                                                                    \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_process\","       \
    "\"args\":{\"exe\":\"/home/me/prog\"}}\n"

static void test_findings__the_line_that_blocked(void **state)
{
    struct judged j = judge(load_sample("bad_example.json"), NULL);
    const struct ls_finding *f = &j.findings->items[0];
    const struct ls_trace *t = j.trace;
    assert_int_equal(f->rule, LS_RULE_BLOCKING_CALL);
    assert_int_equal(f->severity, LS_SEVERITY_ERROR);
    assert_int_equal(f->class, LS_CLASS_BLOCKED);
    assert_string_equal(f->message,
                        "sleep() blocked the loop for 2000.0 ms in "
                        "bad_example, bad_example.c:31; 1 task waited");
    assert_non_null(strstr(f->advice, "uv_timer_start"));
    assert_int_equal(t->frames[f->location].line, 31);
    assert_string_equal(name_of(t, t->tasks[f->task].kind), "bad_example");
    assert_int_equal(f->n_waiters, 1);
    assert_int_equal(f->waiters[0].task, 0);
    assert_int_equal(f->waiters[0].held_up_ns, 1501200000);
    assert_int_equal(f->waited_ns, 1501200000);
    /* one stretch, one finding: no stall beside it */
    assert_null(find(j, LS_RULE_STALL));
    assert_int_equal(find(j, LS_RULE_TASK_FAILED)->severity, LS_SEVERITY_NOTE);
    assert_int_equal(j.findings->n_errors, 1);
    drop(j);
}

static void test_findings__good_traces_are_clean(void **state)
{
    struct judged j = judge(load_sample("gather.json"), NULL);
    assert_int_equal(j.findings->n, 0);
    drop(j);
}

static void test_findings__descheduled_never_fails(void **state)
{
    struct judged j = judge(
        load_text(OURS LOOP SLICE("B", "1.000", "turn", "turn", "")
                      SLICE("B", "2.000", "sleep", "blocking", "")
                          SLICE("E", "900000.000", "sleep", "blocking",
                                MEASURED("10", "5000000", "894990000"))
                              SLICE("E", "900001.000", "turn", "turn",
                                    MEASURED("1000000", "5000000", "894000000"))
                                  END),
        NULL);
    const struct ls_finding *f = find(j, LS_RULE_DESCHEDULED);
    assert_int_equal(j.findings->n, 1);
    assert_int_equal(f->severity, LS_SEVERITY_NOTE);
    assert_int_equal(f->class, LS_CLASS_DESCHEDULED);
    assert_string_equal(f->message, "the machine did not run the loop's thread "
                                    "for 894.0 ms of a turn of 900.0 ms");
    drop(j);
}

static void test_findings__a_stall_is_the_callbacks(void **state)
{
    struct judged j = judge(
        load_text(
            OURS LOOP SLICE("B", "1.000", "turn", "turn",
                            "") SLICE("B", "2.000", "on_small", "callback", "")
                SLICE("E", "3002.000", "on_small", "callback",
                      "") SLICE("B", "4000.000", "on_big", "callback", "")
                    SLICE("E", "84000.000", "on_big", "callback", "")
                        SLICE("E", "84001.000", "turn", "turn",
                              MEASURED("81000000", "1000000", "2000000")) END),
        NULL);
    const struct ls_finding *f = find(j, LS_RULE_STALL);
    assert_int_equal(j.findings->n, 1);
    assert_int_equal(f->severity, LS_SEVERITY_ERROR);
    assert_int_equal(f->class, LS_CLASS_COMPUTING);
    assert_string_equal(name_of(j.trace, f->callback), "on_big");
    assert_int_equal(f->own_ns, 78000000); /* less what was descheduled */
    assert_string_equal(f->message,
                        "on_big computed for 78.0 ms without giving way");
    drop(j);
}

static void test_findings__equal_ones_merge(void **state)
{
#define CALL(from, to, blocked)                                                \
    SLICE("B", from ".000", "turn", "turn", "")                                \
    SLICE("B", from ".000", "read", "blocking", "")                            \
    SLICE("E", to ".000", "read", "blocking", MEASURED("0", blocked, "0"))     \
    SLICE("E", to ".001", "turn", "turn", MEASURED("0", blocked, "0"))
    struct judged j =
        judge(load_text(OURS LOOP CALL("1", "20001", "20000000")
                            CALL("30000", "90000", "60000000")
                                CALL("100000", "130000", "30000000") END),
              NULL);
    const struct ls_finding *f = find(j, LS_RULE_BLOCKING_CALL);
    assert_int_equal(f->count, 3);
    assert_int_equal(f->severity, LS_SEVERITY_ERROR);
    assert_int_equal(f->start_ns, 30000000);
    assert_int_equal(f->total_own_ns, 110000000);
    assert_string_equal(f->message, "read() blocked the loop for 60.0 ms; 3 "
                                    "times, 110.0 ms in all");
    drop(j);
}

static void test_findings__prints_do_not_depend_on_times(void **state)
{
    struct judged a =
        judge(load_text(OURS LOOP CALL("1", "20001", "20000000") END), NULL);
    struct judged b =
        judge(load_text(OURS LOOP CALL("500", "90000", "80000000") END), NULL);
    assert_int_equal(strlen(a.findings->items[0].fingerprint), 16);
    assert_string_equal(a.findings->items[0].fingerprint,
                        b.findings->items[0].fingerprint);
    drop(a);
    drop(b);
}

static void test_findings__severities_can_be_set(void **state)
{
    struct ls_judge_options options;
    ls_judge_defaults(&options);
    options.severity[LS_RULE_BLOCKING_CALL] = LS_SEVERITY_NOTE;
    struct judged j = judge(
        load_text(OURS LOOP CALL("1", "90001", "90000000") END), &options);
    assert_int_equal(j.findings->items[0].severity, LS_SEVERITY_NOTE);
    drop(j);
    options.severity[LS_RULE_BLOCKING_CALL] = LS_SEVERITY_OFF;
    j = judge(load_text(OURS LOOP CALL("1", "90001", "90000000") END),
              &options);
    assert_null(find(j, LS_RULE_BLOCKING_CALL));
    drop(j);
    ls_judge_defaults(&options);
    options.warn_ns = options.fail_ns = 100000000;
    j = judge(load_text(OURS LOOP CALL("1", "90001", "90000000") END),
              &options);
    assert_int_equal(j.findings->n, 0);
    drop(j);
}

static void test_findings__calls_outside_turns_are_silent(void **state)
{
    struct judged j = judge(
        load_text(OURS LOOP SLICE("B", "1.000", "sleep", "blocking", "")
                      SLICE("E", "90000.000", "sleep", "blocking",
                            MEASURED("0", "89000000", "0"))
                          SLICE("B", "91000.000", "turn", "turn", "")
                              SLICE("E", "91001.000", "turn", "turn", "") END),
        NULL);
    assert_int_equal(j.findings->n, 0);
    drop(j);
}

static void test_findings__killed_inside_a_call(void **state)
{
    struct judged j =
        judge(load_text(OURS LOOP EXE SLICE("B", "1.000", "turn", "turn", "")
                            SLICE("B", "2.000", "read", "blocking", "") //
                        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                        "\"loopscope_end\",\"args\":{\"events\":5,\"lost\":0,"
                        "\"late\":0,\"exit\":[1],\"end_us\":800002}}\n]\n"),
              NULL);
    const struct ls_finding *f = find(j, LS_RULE_BLOCKING_CALL);
    assert_int_equal(f->severity, LS_SEVERITY_ERROR);
    assert_int_equal(f->class, LS_CLASS_UNKNOWN);
    assert_string_equal(f->message,
                        "read() blocked the loop for 800.0 ms, and was still "
                        "in it when the program ended");
    assert_null(find(j, LS_RULE_STALL));
    drop(j);
}

/* What was not measured may have been the machine: a warning at most. */
static void test_findings__unmeasured_is_a_warning_at_most(void **state)
{
    struct judged j =
        judge(load_text(OURS LOOP SLICE("B", "1.000", "turn", "turn", "")
                            SLICE("E", "900000.000", "turn", "turn", "") END),
              NULL);
    assert_int_equal(find(j, LS_RULE_STALL)->severity, LS_SEVERITY_WARNING);
    assert_int_equal(find(j, LS_RULE_STALL)->class, LS_CLASS_UNKNOWN);
    drop(j);
}

static void test_findings__the_place_is_the_programs_own(void **state)
{
#define FRAME(function, file, module)                                          \
    "{\"function\":\"" function "\",\"file\":\"" file                          \
    "\",\"line\":7,\"module\":\"" module "\"}"
    struct judged j = judge(
        load_text(
            OURS LOOP EXE //
            ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
            "\"loopscope_stack\",\"args\":{\"id\":1,\"frames\":"
            "[" FRAME("read", "read.c", "/lib/x86_64-linux-gnu/libc.so.6") "," FRAME("hook", "/x/tracer/preload/reads.c", "/home/me/prog") "," FRAME(
                "uv__fs_read", "fs.c",
                "/home/me/prog") "," FRAME("load"
                                           "_"
                                           "use"
                                           "r",
                                           "/src"
                                           "/"
                                           "user"
                                           ".c",
                                           "/hom"
                                           "e/"
                                           "me/"
                                           "pro"
                                           "g") "," FRAME("mai"
                                                          "n",
                                                          "/src"
                                                          "/mai"
                                                          "n.c",
                                                          "/hom"
                                                          "e/"
                                                          "me/"
                                                          "pro"
                                                          "g") "]}}\n" SLICE("B",
                                                                             "1"
                                                                             "."
                                                                             "0"
                                                                             "0"
                                                                             "0",
                                                                             "t"
                                                                             "u"
                                                                             "r"
                                                                             "n",
                                                                             "t"
                                                                             "u"
                                                                             "r"
                                                                             "n",
                                                                             "")
                SLICE("B", "2.000", "read", "blocking", "")
                    SLICE("E", "60000.000", "read", "blocking",
                          ",\"args\":{\"cpu_ns\":0,\"blocked_ns\":"
                          "59000000,\"descheduled_ns\":0,\"fd_kind\":"
                          "\"file\",\"stack\":1}")
                        SLICE("E", "60001.000", "turn", "turn", "") END),
        NULL);
    const struct ls_finding *f = find(j, LS_RULE_BLOCKING_CALL);
    assert_string_equal(name_of(j.trace, j.trace->frames[f->location].function),
                        "load_user");
    assert_non_null(strstr(f->message, "in load_user, user.c:7"));
    assert_non_null(strstr(f->advice, "uv_fs_read"));
    drop(j);
}

/* A callback that ends with a jump to what blocked is not on the stack; the
 * line of uv_run() is not where it happened. */
static void test_findings__who_runs_the_loop_is_no_place(void **state)
{
    struct judged j = judge(
        load_text(
            OURS LOOP EXE
            ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_stack\","
            "\"args\":{\"id\":1,\"frames\":["
            "{\"module\":\"/usr/lib/libuv.so.1\",\"offset\":\"0xbcbd\"}"
            "," FRAME("uv_run", "core.c", "/usr/lib/libuv.so.1") "," FRAME(
                "main", "/src/main.c",
                "/home/me/prog") "]}}\n" SLICE("B", "1.000", "turn", "turn", "")
                SLICE("B", "2.000", "usleep", "blocking", "")
                    SLICE("E", "60000.000", "usleep", "blocking",
                          ",\"args\":{\"cpu_ns\":0,\"blocked_ns\":59000000,"
                          "\"descheduled_ns\":0,\"stack\":1}")
                        SLICE("E", "60001.000", "turn", "turn", "") END),
        NULL);
    const struct ls_finding *f = find(j, LS_RULE_BLOCKING_CALL);
    assert_int_equal(f->location, LS_NONE);
    assert_string_equal(f->message, "usleep() blocked the loop for 59.0 ms");
    drop(j);
}

/* Code that the program made while it ran is its own, but for what its engine
 * made for itself. */
static void test_findings__the_place_is_in_code_that_was_made(void **state)
{
    struct judged j = judge(
        load_text(
            OURS LOOP EXE
            ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_stack\","
            "\"args\":{\"id\":1,\"frames\":["
            "{\"module\":\"[jit]\"},"
            "{\"function\":\"RegExp:x+\",\"module\":\"[jit]\"},"
            "{\"function\":\"Builtin:Call\",\"module\":\"[jit]\"}"
            "," FRAME("emit", "node:events", "[jit]") "," FRAME(
                "render", "/srv/page.js",
                "[jit]") "]}}\n" SLICE("B", "1.000", "turn", "turn", "")
                SLICE("B", "2.000", "usleep", "blocking", "")
                    SLICE("E", "60000.000", "usleep", "blocking",
                          ",\"args\":{\"cpu_ns\":0,\"blocked_ns\":59000000,"
                          "\"descheduled_ns\":0,\"stack\":1}")
                        SLICE("E", "60001.000", "turn", "turn", "") END),
        NULL);
    const struct ls_finding *f = find(j, LS_RULE_BLOCKING_CALL);
    assert_string_equal(f->message, "usleep() blocked the loop for 59.0 ms in "
                                    "render, page.js:7");
    drop(j);
}

static void test_findings__turns_of_two_loops_do_not_merge(void **state)
{
#define OTHER(ph, ts, more)                                                    \
    ",{\"ph\":\"" ph "\",\"ts\":" ts ",\"pid\":1,\"tid\":2,"                   \
    "\"name\":\"turn\",\"cat\":\"turn\"" more "}\n"
    struct judged j = judge(
        load_text(OURS LOOP
                  ",{\"ph\":\"M\",\"pid\":1,\"tid\":2,\"name\":"
                  "\"loopscope_loop\",\"args\":{\"name\":\"other\"}}\n" SLICE(
                      "B", "1.000", "turn", "turn", "") OTHER("B", "2.000", "")
                      SLICE("E", "60000.000", "turn", "turn",
                            MEASURED("59000000", "0", "999000"))
                          OTHER("E", "70000.000",
                                MEASURED("69000000", "0", "998000")) END),
        NULL);
    assert_int_equal(j.findings->n, 2);
    assert_string_equal(j.findings->items[0].message,
                        "a turn of the loop \"other\" computed for 69.0 ms "
                        "without giving way");
    assert_string_equal(j.findings->items[1].message,
                        "a turn of the loop \"main\" computed for 59.0 ms "
                        "without giving way");
    drop(j);
}

/* Who waited for the program did not wait for the machine. */
static void test_findings__the_lesser_part_held_nobody_up(void **state)
{
    struct judged j = judge(
        load_text(OURS LOOP TASK("b", "1.000", "0x1", "brew", "start", "") TASK(
            "b", "2.000", "0x1", "sleep", "await",
            ",\"due_us\":20000.000") SLICE("B", "10000.000", "turn", "turn", "")
                      SLICE("E", "90000.000", "turn", "turn",
                            MEASURED("60000000", "0", "20000000"))
                          TASK("e", "90001.000", "0x1", "sleep", "resume", "")
                              TASK("e", "90002.000", "0x1", "brew", "finish",
                                   "") END),
        NULL);
    assert_int_equal(find(j, LS_RULE_STALL)->n_waiters, 1);
    assert_int_equal(find(j, LS_RULE_DESCHEDULED)->n_waiters, 0);
    drop(j);
}

static void test_findings__never_finished_needs_the_whole_trace(void **state)
{
#define OPEN_TASK                                                              \
    OURS TASK("b", "1.000", "0x1", "brew", "start", "")                        \
        TASK("b", "2000.000", "0x1", "sleep", "await", "")                     \
            SLICE("B", "3000.000", "a", "span", "")                            \
                SLICE("E", "4000.000", "a", "span", "")
    struct judged j = judge(load_text(OPEN_TASK END), NULL);
    assert_string_equal(find(j, LS_RULE_NEVER_FINISHED)->message,
                        "the task \"brew\" (L) never finished: it awaited "
                        "\"sleep\" for the last 2.0 ms");
    assert_int_equal(j.findings->n, 1);
    drop(j);
    j = judge(load_text(OPEN_TASK), NULL);
    assert_null(find(j, LS_RULE_NEVER_FINISHED));
    assert_non_null(
        strstr(find(j, LS_RULE_TRACE_HEALTH)->message, "not enough data"));
    drop(j);
    j = judge(load_text(OPEN_TASK ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,"
                                  "\"name\":\"loopscope_end\",\"args\":{"
                                  "\"exit\":[1]}}\n]"),
              NULL);
    assert_int_equal(j.findings->n, 0); /* killed: it could not finish */
    drop(j);
}

/* From its largest size on a trace has no events of tasks. */
static void test_findings__a_limited_trace_judges_no_tasks(void **state)
{
    struct judged j =
        judge(load_text(OPEN_TASK
                        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                        "\"loopscope_limit\",\"args\":{\"max_bytes\":9,"
                        "\"from_us\":1500001.0,\"turn_ns\":10000000}}\n" END),
              NULL);
    assert_int_equal(j.findings->n, 1);
    assert_int_equal(j.findings->n_notes, 1);
    assert_string_equal(find(j, LS_RULE_TRACE_HEALTH)->message,
                        "the trace reached its largest size after 1.5 s; from "
                        "then on only long turns were recorded, and tasks are "
                        "not judged");
    drop(j);
}

static void test_findings__unbalanced(void **state)
{
    struct judged j = judge(
        load_text(OURS TASK("b", "1.000", "0x1", "brew", "start", "") TASK(
            "n", "2.000", "0x1", "x", "resume", ",\"stray\":true")
                      TASK("e", "3.000", "0x1", "brew", "finish", "") END),
        NULL);
    assert_string_equal(find(j, LS_RULE_UNBALANCED_TASK)->message,
                        "the task \"brew\" (L) was resumed without awaiting");
    drop(j);
}

static void test_findings__health(void **state)
{
    struct judged j =
        judge(load_text(OURS //
                        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                        "\"loopscope_process\",\"args\":{\"hooks_missing\":"
                        "[\"read\"]}}\n,{\"ph\":\"Q\n" //
                        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                        "\"loopscope_end\",\"args\":{\"lost\":5,\"late\":2,"
                        "\"unregistered\":3}}\n]"),
              NULL);
    assert_int_equal(j.findings->n, 5);
    assert_int_equal(j.findings->n_warnings, 4);
    assert_int_equal(j.findings->n_notes, 1);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(j.findings->items[i].rule, LS_RULE_TRACE_HEALTH);
    drop(j);
}

static void test_findings__a_newer_format_is_told(void **state)
{
    struct judged j =
        judge(load_text("[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                        "\"loopscope_trace\",\"args\":{\"format\":2}}\n" END),
              NULL);
    assert_string_equal(find(j, LS_RULE_TRACE_HEALTH)->message,
                        "the trace has format 2 and this loopscope knows "
                        "format 1: what is new in it was not judged");
    drop(j);
}

static void test_findings__classes(void **state)
{
    static const struct {
        struct ls_cause cause;
        enum ls_class class;
    } cases[] = {{{80, 20, 0}, LS_CLASS_COMPUTING},
                 {{20, 80, 999}, LS_CLASS_BLOCKED},
                 {{50, 50, 0}, LS_CLASS_MIXED},
                 {{1, 1, 90}, LS_CLASS_DESCHEDULED},
                 {{LS_UNKNOWN, 0, 0}, LS_CLASS_UNKNOWN}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(ls_cause_class(&cases[i].cause, 50), cases[i].class);
}

static void test_findings__every_rule_says_what_it_is(void **state)
{
    for (int i = 0; i < LS_RULES; i++) {
        const struct ls_rule_info *info = ls_rule_get((enum ls_rule)i);
        assert_true(*info->name && *info->summary && *info->level);
        assert_true(*info->evidence && *info->guard && *info->advice);
        assert_int_equal(ls_rule_find(info->name), i);
    }
    assert_int_equal(ls_rule_find("no-such-rule"), -1);
    assert_string_equal(ls_severity_name(LS_SEVERITY_ERROR), "error");
    assert_string_equal(ls_class_name(LS_CLASS_MIXED), "mixed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings__the_line_that_blocked),
        cmocka_unit_test(test_findings__good_traces_are_clean),
        cmocka_unit_test(test_findings__descheduled_never_fails),
        cmocka_unit_test(test_findings__a_stall_is_the_callbacks),
        cmocka_unit_test(test_findings__equal_ones_merge),
        cmocka_unit_test(test_findings__prints_do_not_depend_on_times),
        cmocka_unit_test(test_findings__severities_can_be_set),
        cmocka_unit_test(test_findings__calls_outside_turns_are_silent),
        cmocka_unit_test(test_findings__killed_inside_a_call),
        cmocka_unit_test(test_findings__unmeasured_is_a_warning_at_most),
        cmocka_unit_test(test_findings__the_place_is_the_programs_own),
        cmocka_unit_test(test_findings__who_runs_the_loop_is_no_place),
        cmocka_unit_test(test_findings__the_place_is_in_code_that_was_made),
        cmocka_unit_test(test_findings__turns_of_two_loops_do_not_merge),
        cmocka_unit_test(test_findings__the_lesser_part_held_nobody_up),
        cmocka_unit_test(test_findings__never_finished_needs_the_whole_trace),
        cmocka_unit_test(test_findings__a_limited_trace_judges_no_tasks),
        cmocka_unit_test(test_findings__unbalanced),
        cmocka_unit_test(test_findings__health),
        cmocka_unit_test(test_findings__a_newer_format_is_told),
        cmocka_unit_test(test_findings__classes),
        cmocka_unit_test(test_findings__every_rule_says_what_it_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
