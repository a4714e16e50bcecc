/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/finding.h"

struct judged {
    struct ls_trace *trace;
    struct ls_findings *findings;
};

static struct judged judge(struct ls_trace *trace)
{
    struct judged j = {trace, ls_findings_judge(trace, NULL)};
    assert_non_null(j.findings);
    return j;
}

static void drop(struct judged j)
{
    ls_findings_free(j.findings);
    ls_trace_free(j.trace);
}

static const char *function_at(struct judged j, uint32_t frame)
{
    assert_int_not_equal(frame, LS_NONE);
    return name_of(j.trace, j.trace->frames[frame].function);
}

static const struct ls_finding *find(struct judged j, const char *callback,
                                     enum ls_rule rule)
{
    for (size_t i = 0; i < j.findings->n; i++)
        if (j.findings->items[i].rule == rule &&
            strcmp(name_of(j.trace, j.findings->items[i].callback), callback) ==
                0)
            return &j.findings->items[i];
    fail_msg("no finding of %s", callback);
    return NULL;
}

static void test_looks__what_most_samples_share(void **state)
{
    struct judged j = judge(load_sample("unmodified.json"));
    const struct ls_finding *f = find(j, "on_read", LS_RULE_STALL);
    assert_int_equal(f->severity, LS_SEVERITY_ERROR);
    assert_int_equal(f->class, LS_CLASS_COMPUTING);
    assert_int_equal(f->n_samples, 6);
    assert_string_equal(function_at(j, f->location), "hash_body");
    assert_int_equal(j.trace->frames[f->location].line, 140);
    assert_int_equal(f->call, 0);
    assert_string_equal(function_at(j, f->registered), "on_connection");
    assert_string_equal(f->message,
                        "on_read computed for 83.5 ms without giving way in "
                        "hash_body, parse.c:140; up to 2 tasks waited");
    drop(j);
}

static void test_looks__the_tree_of_the_samples(void **state)
{
    static const struct {
        const char *function;
        uint32_t weight;
        uint16_t depth;
    } rows[] = {{"on_read", 6, 0},
                {"hash_body", 5, 1},
                {"hash_step", 4, 2},
                {"copy_body", 1, 1},
                {"memcpy", 1, 2}};
    struct judged j = judge(load_sample("unmodified.json"));
    const struct ls_finding *f = find(j, "on_read", LS_RULE_STALL);
    assert_int_equal(f->tree.n, 5);
    for (size_t i = 0; i < f->tree.n; i++) {
        assert_string_equal(function_at(j, f->tree.rows[i].frame),
                            rows[i].function);
        assert_int_equal(f->tree.rows[i].weight, rows[i].weight);
        assert_int_equal(f->tree.rows[i].depth, rows[i].depth);
    }
    drop(j);
}

static void test_looks__the_call_that_no_hook_named(void **state)
{
    struct judged j = judge(load_sample("unmodified.json"));
    const struct ls_finding *f = find(j, "on_timer", LS_RULE_STALL);
    assert_int_equal(f->class, LS_CLASS_BLOCKED);
    assert_string_equal(name_of(j.trace, f->call), "fread");
    assert_false(f->is_syscall);
    assert_string_equal(name_of(j.trace, f->target), "/run/app/config");
    assert_string_equal(f->message,
                        "on_timer waited in fread() for 33.6 ms without giving "
                        "way in load_config, config.c:17");
    drop(j);
}

static void test_looks__a_synchronous_call_of_libuv(void **state)
{
    struct judged j = judge(load_sample("unmodified.json"));
    const struct ls_finding *f = find(j, "on_timer", LS_RULE_SYNC_UV_CALL);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_string_equal(f->message,
                        "uv_fs_stat() without a callback kept the loop for "
                        "14.9 ms in check_file, config.c:44");
    assert_non_null(strstr(f->advice, "a callback"));
    drop(j);
}

/* However short it was: it is what it is. */
static void test_looks__a_short_synchronous_call_is_a_warning(void **state)
{
    struct judged j =
        judge(load_text(OURS LOOP SLICE("B", "1.000", "turn", "turn", "") SLICE(
            "B", "2.000", "uv_fs_stat", "blocking", ",\"args\":{\"sync\":true}")
                            SLICE("E", "302.000", "uv_fs_stat", "blocking",
                                  MEASURED("100000", "200000", "0"))
                                SLICE("E", "400.000", "turn", "turn", "") END));
    assert_int_equal(j.findings->n, 1);
    const struct ls_finding *f = find(j, "", LS_RULE_SYNC_UV_CALL);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_int_equal(f->own_ns, 300000);
    drop(j);
}

static void test_looks__who_waited_at_most(void **state)
{
    struct judged j = judge(load_sample("unmodified.json"));
    const struct ls_finding *f = find(j, "on_read", LS_RULE_STALL);
    assert_int_equal(f->n_waiters, 2);
    assert_int_equal(f->n_at_most, 1);
    /* a socket: from the stall's begin; but by no more than its own time */
    assert_true(f->waiters[0].at_most);
    assert_int_equal(f->duration_ns, 83990000);
    assert_int_equal(f->waiters[0].held_up_ns, 83490000);
    /* a timer: from its due time on */
    assert_false(f->waiters[1].at_most);
    assert_int_equal(f->waiters[1].held_up_ns, 64000000);
    drop(j);
}

/* A task that was held up twice in one stall is one, and waited for both; who
 * waited for less than 0.1 ms is none. */
#define NEW(id) TASK("b", "0.100", id, "t", "start", "")

static void test_looks__who_waited_twice_and_who_hardly(void **state)
{
    struct judged j = judge(load_text(
        OURS LOOP NEW("0x1") NEW("0x2") NEW("0x3") SLICE(
            "B", "1.000", "turn", "turn",
            "") TASK("b", "2.000", "0x2", "x", "await",
                     "") TASK("n", "60001.000", "0x2", "x", "ready",
                              "") TASK("b", "2.000", "0x3", "x", "await", "")
            TASK("n", "60001.001", "0x3", "x", "ready",
                 "") TASK("b", "3.000", "0x1", "x", "await",
                          "") TASK("n", "10000.000", "0x1", "x", "ready", "")
                TASK("e", "20000.000", "0x1", "x", "resume",
                     "") TASK("b", "20001.000", "0x1", "x", "await", "")
                    TASK("n", "40000.000", "0x1", "x", "ready",
                         "") TASK("e", "50000.000", "0x1", "x", "resume", "")
                        SLICE("E", "60101.000", "turn", "turn",
                              MEASURED("60100000", "0", "0"))
                            SLICE("B", "60102.000", "turn", "turn", "") TASK(
                                "e", "60103.000", "0x2", "x", "resume", "")
                                TASK("e", "60103.000", "0x3", "x", "resume", "")
                                    SLICE("E", "60104.000", "turn", "turn", "")
                                        END));
    const struct ls_finding *f = find(j, "", LS_RULE_STALL);
    assert_int_equal(f->n_waiters, 2);
    assert_int_equal(f->waiters[0].task, 0);
    assert_int_equal(f->waiters[0].held_up_ns, 20000000);
    assert_int_equal(f->waiters[1].task, 1);
    assert_int_equal(f->waiters[1].held_up_ns, 100000);
    assert_int_equal(f->waited_ns, 20100000);
    drop(j);
}

static void test_looks__a_server_that_ends_is_not_unfinished(void **state)
{
    struct judged j = judge(load_text(
        OURS LOOP //
            TASK("b", "1.000", "0x1", "connection", "start", ",\"auto\":true")
                TASK("b", "2.000", "0x1", "read", "await", "") TASK(
                    "n", "3.000", "0x1", "read", "resume", ",\"stray\":true")
                    SLICE("B", "3000.000", "turn", "turn", "")
                        SLICE("E", "4000.000", "turn", "turn", "") END));
    assert_int_equal(j.findings->n, 0);
    drop(j);
}

#define SAMPLE(ts, args)                                                       \
    SLICE("i", ts, "sample", "sample", ",\"s\":\"t\",\"args\":{" args "}")
#define KILLED                                                                 \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\",\"args\":{" \
    "\"events\":5,\"lost\":0,\"late\":0,\"exit\":[1],\"end_us\":90000}}\n]\n"

/* A turn that the program died in was not measured: its samples decide. */
static void test_looks__an_open_turn_is_judged_by_its_samples(void **state)
{
    static const struct {
        const char *sample;
        enum ls_class class;
        enum ls_severity severity;
        int64_t own_ns;
    } cases[] = {
        {SAMPLE("80000.000", "\"state\":\"running\""), LS_CLASS_COMPUTING,
         LS_SEVERITY_WARNING, 89999000},
        {SAMPLE("80000.000", "\"state\":\"blocked\",\"syscall\":\"futex\""),
         LS_CLASS_BLOCKED, LS_SEVERITY_ERROR, 89999000},
        {SAMPLE("80000.000",
                "\"state\":\"running\",\"cpu_ns\":70000000,\"blocked_ns\":0,"
                "\"descheduled_ns\":9999000"),
         LS_CLASS_COMPUTING, LS_SEVERITY_ERROR, 70000000}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[2048];
        snprintf(text, sizeof(text), "%s%s%s",
                 OURS LOOP SLICE("B", "1.000", "turn", "turn", ""),
                 cases[i].sample, KILLED);
        struct judged j = judge(load_text(text));
        const struct ls_finding *f = find(j, "", LS_RULE_STALL);
        assert_int_equal(f->class, cases[i].class);
        assert_int_equal(f->severity, cases[i].severity);
        assert_int_equal(f->own_ns, cases[i].own_ns);
        drop(j);
    }
}

/* The program ended by itself, and its trace goes on with another's. */
static void test_looks__a_loop_that_was_left_is_no_stall(void **state)
{
    struct judged j = judge(load_text(OURS LOOP SLICE(
        "B", "1.000", "turn", "turn",
        "") ",{\"ph\":\"B\",\"ts\":900000.000,\"pid\":2,\"tid\":2,\"name\":"
            "\"a\",\"cat\":\"span\"}\n"
            ",{\"ph\":\"E\",\"ts\":900001.000,\"pid\":2,\"tid\":2,\"name\":"
            "\"a\",\"cat\":\"span\"}\n" END));
    assert_int_equal(j.trace->n_loops, 1);
    assert_int_equal(j.findings->n, 0);
    drop(j);
}

/* OWN_NS of computing behind the last poll, and then exit(). */
static size_t findings_at_the_exit(const char *own_ns, const char *end_us)
{
    char text[2048];
    snprintf(text, sizeof text,
             OURS LOOP SLICE("B", "1.000", "turn", "turn", "")
                 SLICE("E", "%s", "turn", "turn",
                       ",\"args\":{\"cpu_ns\":%s,\"blocked_ns\":0,"
                       "\"descheduled_ns\":0,\"exit\":true}") END,
             end_us, own_ns);
    struct judged j = judge(load_text(text));
    size_t n = j.findings->n;
    drop(j);
    return n;
}

static void test_looks__the_end_of_a_program_is_no_stall(void **state)
{
    assert_int_equal(findings_at_the_exit("30000000", "30001.000"), 0);
    assert_int_equal(findings_at_the_exit("60000000", "60001.000"), 1);
}

static void test_looks__a_system_call_without_a_stack(void **state)
{
    struct judged j = judge(load_text(
        OURS LOOP SLICE("B", "1.000", "turn", "turn", "")
            SAMPLE("20000.000", "\"state\":\"blocked\",\"syscall\":\"futex\"")
                SLICE("E", "60001.000", "turn", "turn",
                      MEASURED("0", "60000000", "0")) END));
    assert_string_equal(j.findings->items[0].message,
                        "a turn of the loop \"main\" waited in futex (system "
                        "call) for 60.0 ms without giving way");
    assert_int_equal(j.findings->items[0].tree.n, 0);
    drop(j);
}

/* What lies in a call that is reported itself says nothing of the rest. */
static void test_looks__samples_of_calls_are_the_calls(void **state)
{
#define STACK(id, function)                                                    \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_stack\","         \
    "\"args\":{\"id\":" id ",\"frames\":[{\"function\":\"" function            \
    "\",\"file\":\"/src/a.c\",\"line\":3,\"module\":\"/home/me/prog\"}]}}\n"
    struct judged j = judge(load_text(
        OURS LOOP STACK("1", "sleeps") STACK("2", "computes")
            SLICE("B", "1.000", "turn", "turn",
                  "") SLICE("B", "2.000", "usleep", "blocking", "")
                SAMPLE("10000.000", "\"state\":\"blocked\",\"stack\":1,"
                                    "\"weight\":9")
                    SLICE("E", "60000.000", "usleep", "blocking",
                          MEASURED("0", "59998000", "0"))
                        SAMPLE("80000.000", "\"state\":\"running\","
                                            "\"stack\":2")
                            SLICE("E", "90001.000", "turn", "turn",
                                  MEASURED("30000000", "60000000", "0")) END));
    const struct ls_finding *f = find(j, "", LS_RULE_STALL);
    assert_int_equal(f->n_samples, 1);
    assert_string_equal(function_at(j, f->location), "computes");
    f = find(j, "", LS_RULE_BLOCKING_CALL);
    assert_int_equal(f->n_samples, 9);
    assert_string_equal(function_at(j, f->location), "sleeps");
    drop(j);
}

/* The machine did not run the program when it was killed in a turn. */
static void test_looks__an_open_turn_that_was_descheduled(void **state)
{
    struct judged j = judge(load_text(
        OURS LOOP SLICE("B", "1.000", "turn", "turn", "")
            SAMPLE("80000.000", "\"state\":\"running\",\"cpu_ns\":60000000,"
                                "\"blocked_ns\":0,\"descheduled_ns\":19999000")
                KILLED));
    const struct ls_finding *f = find(j, "", LS_RULE_DESCHEDULED);
    assert_int_equal(f->cause.descheduled_ns, 19999000);
    drop(j);
}

/* 25 ms of computing and 25 ms of sleep are 50 ms for those who wait. */
static void test_looks__a_turn_that_is_too_long_in_pieces(void **state)
{
    struct judged j = judge(load_text(
        OURS LOOP STACK("1", "sleeps") STACK("2", "computes")
            SLICE("B", "1.000", "turn", "turn",
                  "") SAMPLE("20000.000", "\"state\":\"running\",\"stack\":2")
                SLICE("B", "26000.000", "usleep", "blocking", "")
                    SAMPLE("40000.000", "\"state\":\"blocked\","
                                        "\"stack\":1,\"weight\":9")
                        SLICE("E", "51000.000", "usleep", "blocking",
                              MEASURED("0", "25000000", "0"))
                            SLICE("E", "51001.000", "turn", "turn",
                                  MEASURED("26000000", "25000000", "0")) END));
    assert_int_equal(j.findings->n, 1);
    const struct ls_finding *f = find(j, "", LS_RULE_STALL);
    assert_int_equal(f->severity, LS_SEVERITY_ERROR);
    assert_int_equal(f->class, LS_CLASS_MIXED);
    assert_int_equal(f->own_ns, 51000000);
    assert_int_equal(f->n_samples, 10);
    assert_string_equal(function_at(j, f->location), "sleeps");
    drop(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looks__what_most_samples_share),
        cmocka_unit_test(test_looks__the_tree_of_the_samples),
        cmocka_unit_test(test_looks__the_call_that_no_hook_named),
        cmocka_unit_test(test_looks__a_synchronous_call_of_libuv),
        cmocka_unit_test(test_looks__a_short_synchronous_call_is_a_warning),
        cmocka_unit_test(test_looks__who_waited_at_most),
        cmocka_unit_test(test_looks__who_waited_twice_and_who_hardly),
        cmocka_unit_test(test_looks__a_server_that_ends_is_not_unfinished),
        cmocka_unit_test(test_looks__an_open_turn_is_judged_by_its_samples),
        cmocka_unit_test(test_looks__a_loop_that_was_left_is_no_stall),
        cmocka_unit_test(test_looks__the_end_of_a_program_is_no_stall),
        cmocka_unit_test(test_looks__a_system_call_without_a_stack),
        cmocka_unit_test(test_looks__samples_of_calls_are_the_calls),
        cmocka_unit_test(test_looks__an_open_turn_that_was_descheduled),
        cmocka_unit_test(test_looks__a_turn_that_is_too_long_in_pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
