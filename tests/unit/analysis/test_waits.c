/* SPDX-License-Identifier: MIT */
/* The rules about awaits that come to nothing, or to too much: what triggers
 * each, and what keeps it from crying wolf. */
#include "loaded.h"

#include "analysis/finding.h"

static struct ls_trace *trace;
static struct ls_findings *findings;

static void judge_loaded(struct ls_trace *loaded)
{
    trace = loaded;
    findings = ls_findings_judge(trace, NULL);
    assert_non_null(findings);
}

static void judge(const char *text)
{
    judge_loaded(load_text(text));
}

static void drop(void)
{
    ls_findings_free(findings);
    ls_trace_free(trace);
}

/* The only finding of RULE, or NULL. */
static const struct ls_finding *find(enum ls_rule rule)
{
    const struct ls_finding *found = NULL;
    for (size_t i = 0; i < findings->n; i++) {
        if (findings->items[i].rule != rule)
            continue;
        assert_null(found);
        found = &findings->items[i];
    }
    return found;
}

/* One of the rules about awaits; and nothing else says why it never ended. */
static void expect_alone(void)
{
    size_t n = 0;
    for (size_t i = 0; i < findings->n; i++) {
        enum ls_rule rule = findings->items[i].rule;
        n += (rule >= LS_RULE_NEVER_AWAITED &&
              rule <= LS_RULE_SEQUENTIAL_AWAITS) ||
             rule == LS_RULE_NEVER_FINISHED;
    }
    assert_int_equal(n, 1);
}

static void expect_none(const char *text, enum ls_rule rule)
{
    judge(text);
    const struct ls_finding *f = find(rule);
    if (f)
        fail_msg("%s", f->message);
    drop();
}

static void expect(const char *text, enum ls_rule rule, const char *message)
{
    judge(text);
    const struct ls_finding *f = find(rule);
    assert_non_null(f);
    assert_string_equal(f->message, message);
    assert_string_not_equal(f->advice, "");
    /* one thing, one finding */
    assert_null(find(LS_RULE_NEVER_FINISHED));
    drop();
}

#define START(ts, id, name, more) TASK("b", ts, id, name, "start", more)
#define MADE(ts, id, name, more)                                               \
    START(ts, id, name, more) TASK("b", ts, id, "first run", "await", "")
#define AWAIT(ts, id, what, more) TASK("b", ts, id, what, "await", more)
#define ON(ids) ",\"on\":[" ids "]"
#define BY(id) ",\"by\":\"" id "\""
#define READY(ts, id, what) TASK("n", ts, id, what, "ready", "")
#define RESUME(ts, id, what) TASK("e", ts, id, what, "resume", "")
#define FINISH_AS(ts, id, name, outcome)                                       \
    TASK("e", ts, id, name, "finish", ",\"outcome\":\"" outcome "\"")
#define FINISH(ts, id, name) FINISH_AS(ts, id, name, "ok")
#define TURN(from, to)                                                         \
    SLICE("B", from, "turn", "turn", "") SLICE("E", to, "turn", "turn", "")
#define LAST_TURN(from, to)                                                    \
    SLICE("B", from, "turn", "turn", "")                                       \
    SLICE("E", to, "turn", "turn", ",\"args\":{\"ran_out\":true}")
#define ENDS(how)                                                              \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","           \
    "\"args\":{\"events\":9,\"lost\":0,\"late\":0" how "}}\n]\n"
#define UNTIL(us) ENDS(",\"end_us\":" us)
#define KILLED(us) ENDS(",\"exit\":[1],\"end_us\":" us)
#define ALIVE(us) ENDS(",\"alive\":[1],\"end_us\":" us)
#define CUT ""

/* ---- never-awaited ------------------------------------------------------ */

#define MAIN_MAKES(child)                                                      \
    OURS LOOP START("1.000", "0x1", "main", "")                                \
        MADE("2.000", "0x2", child, BY("0x1"))

static void test_waits__made_and_never_started(void **state)
{
    expect(MAIN_MAKES("brew") FINISH("9.000", "0x1", "main") END,
           LS_RULE_NEVER_AWAITED,
           "the task \"brew\" (L) was made and never started, by \"main\" (L)");
    /* nobody made it: it was made outside of tasks */
    expect(OURS LOOP MADE("2.000", "0x2", "brew", "") END,
           LS_RULE_NEVER_AWAITED,
           "the task \"brew\" (L) was made and never started");
}

static void test_waits__who_may_still_start_it(void **state)
{
    /* main is not over */
    expect_none(MAIN_MAKES("brew") END, LS_RULE_NEVER_AWAITED);
    /* but it cannot either when the loop has nothing left */
    expect(MAIN_MAKES("brew") AWAIT("3.000", "0x1", "task", ON("\"0x2\""))
               LAST_TURN("3.500", "4.000") END,
           LS_RULE_NEVER_AWAITED,
           "the task \"brew\" (L) was made and never started, by \"main\" (L)"
           "; 1 task waits behind it");
    /* it was started: the program ended too soon */
    expect_none(MAIN_MAKES("brew") READY("3.000", "0x2", "first run")
                    FINISH("9.000", "0x1", "main") END,
                LS_RULE_NEVER_AWAITED);
    /* it ran */
    expect_none(MAIN_MAKES("brew") RESUME("3.000", "0x2", "first run")
                    FINISH("9.000", "0x1", "main") END,
                LS_RULE_NEVER_AWAITED);
    /* it is not needed after all */
    expect_none(MAIN_MAKES("brew") RESUME("3.000", "0x2", "first run")
                    FINISH_AS("3.000", "0x2", "brew", "cancelled")
                        FINISH("9.000", "0x1", "main") END,
                LS_RULE_NEVER_AWAITED);
    expect_none(MAIN_MAKES("brew") FINISH("9.000", "0x1", "main")
                    KILLED("10.000"),
                LS_RULE_NEVER_AWAITED);
    expect_none(MAIN_MAKES("brew") FINISH("9.000", "0x1", "main")
                    ALIVE("10.000"),
                LS_RULE_NEVER_AWAITED);
    expect_none(MAIN_MAKES("brew") FINISH("9.000", "0x1", "main") CUT,
                LS_RULE_NEVER_AWAITED);
}

/* main makes `audit`, and awaits `order`: so it does say what it awaits. */
#define FORGETS(by, more, audit_ends)                                          \
    OURS LOOP START("1.000", "0x1", "main", "")                                \
        START("2.000", "0x2", "audit", by)                                     \
            more AWAIT("3.000", "0x2", "sleep", "")                            \
                START("4.000", "0x3", "order", BY("0x1"))                      \
                    AWAIT("5.000", "0x1", "task", ON("\"0x3\""))               \
                        FINISH("6.000", "0x3", "order")                        \
                            RESUME("7.000", "0x1", "task") audit_ends
#define OUTLIVES(outcome)                                                      \
    FINISH("8.000", "0x1", "main")                                             \
    RESUME("88.000", "0x2", "sleep")                                           \
    FINISH_AS("88.000", "0x2", "audit", outcome)
#define DETACH TASK("n", "2.500", "0x2", "audit", "detach", "")

static void test_waits__nobody_waited_for_its_result(void **state)
{
    expect(FORGETS(BY("0x1"), "", OUTLIVES("ok")) END, LS_RULE_NEVER_AWAITED,
           "nobody waited for the task \"audit\" (L): \"main\" (L), which made "
           "it, was over 80 us before it");
    expect(FORGETS(BY("0x1"), "", OUTLIVES("failed")) END,
           LS_RULE_NEVER_AWAITED,
           "nobody waited for the task \"audit\" (L): \"main\" (L), which made "
           "it, was over 80 us before it");
}

static void test_waits__fire_and_forget(void **state)
{
    /* declared */
    expect_none(FORGETS(BY("0x1"), DETACH, OUTLIVES("ok")) END,
                LS_RULE_NEVER_AWAITED);
    /* a task of nobody's: an event's */
    expect_none(FORGETS("", "", OUTLIVES("ok")) END, LS_RULE_NEVER_AWAITED);
    /* its maker lived on, and may have taken the result */
    expect_none(FORGETS(BY("0x1"), "",
                        RESUME("8.000", "0x2", "sleep")
                            FINISH("8.000", "0x2", "audit")
                                FINISH("9.000", "0x1", "main")) END,
                LS_RULE_NEVER_AWAITED);
    /* it was cancelled, or its maker was: somebody cares */
    expect_none(FORGETS(BY("0x1"), "", OUTLIVES("cancelled")) END,
                LS_RULE_NEVER_AWAITED);
    expect_none(FORGETS(BY("0x1"), "",
                        FINISH_AS("8.000", "0x1", "main", "cancelled")
                            RESUME("88.000", "0x2", "sleep")
                                FINISH("88.000", "0x2", "audit")) END,
                LS_RULE_NEVER_AWAITED);
    /* somebody else awaits it */
    expect_none(FORGETS(BY("0x1"), "",
                        START("7.500", "0x4", "other", "")
                            AWAIT("7.600", "0x4", "task", ON("\"0x2\""))
                                OUTLIVES("ok") RESUME("90.000", "0x4", "task")
                                    FINISH("91.000", "0x4", "other")) END,
                LS_RULE_NEVER_AWAITED);
    /* the trace is cut off: the await may be behind the cut */
    expect_none(FORGETS(BY("0x1"), "", OUTLIVES("ok")) CUT,
                LS_RULE_NEVER_AWAITED);
    /* automatic tasks are operations, not promises */
    expect_none(FORGETS(BY("0x1") ",\"auto\":true", "", OUTLIVES("ok")) END,
                LS_RULE_NEVER_AWAITED);
    /* no task of this program ever says which tasks it awaits */
    expect_none(OURS LOOP START("1.000", "0x1", "main", "")
                    START("2.000", "0x2", "audit", BY("0x1"))
                        AWAIT("3.000", "0x2", "sleep", "") OUTLIVES("ok") END,
                LS_RULE_NEVER_AWAITED);
}

/* ---- lost-wake ---------------------------------------------------------- */

#define WAITS(more)                                                            \
    OURS LOOP START("1.000", "0x1", "order", "")                               \
        AWAIT("2.000", "0x1", "query", more)

static void test_waits__the_loop_has_nothing_left(void **state)
{
    expect(WAITS("") LAST_TURN("3.000", "4000.000") END, LS_RULE_LOST_WAKE,
           "the task \"order\" (L) awaits \"query\" in vain: the loop ended "
           "because nothing was left that could resume it");
    judge(WAITS("") LAST_TURN("3.000", "4000.000") END);
    const struct ls_finding *f = find(LS_RULE_LOST_WAKE);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_int_equal(f->start_ns, 2000);
    assert_int_equal(f->duration_ns, 3998000);
    drop();
}

static void test_waits__what_may_still_resume_it(void **state)
{
    /* uv_run() was stopped: something was left, a listening socket perhaps */
    expect_none(WAITS("") TURN("3.000", "4000.000") END, LS_RULE_LOST_WAKE);
    /* it ran out once, but was run again */
    expect_none(WAITS("") LAST_TURN("3.000", "4.000") TURN("5.000", "6.000")
                    END,
                LS_RULE_LOST_WAKE);
    expect_none(WAITS("") LAST_TURN("3.000", "4.000") KILLED("9.000"),
                LS_RULE_LOST_WAKE);
    expect_none(WAITS("") LAST_TURN("3.000", "4.000") ALIVE("9.000"),
                LS_RULE_LOST_WAKE);
    expect_none(WAITS("") LAST_TURN("3.000", "4.000") CUT, LS_RULE_LOST_WAKE);
    /* it has a time, and it was ready */
    expect_none(WAITS(",\"due_us\":9000.000") LAST_TURN("3.000", "4.000") END,
                LS_RULE_LOST_WAKE);
    expect_none(WAITS("") READY("3.500", "0x1", "query")
                    LAST_TURN("3.600", "4.000") END,
                LS_RULE_LOST_WAKE);
    /* an operation of libuv's is no promise of the program's */
    expect_none(OURS LOOP START("1.000", "0x1", "timer", ",\"auto\":true")
                    AWAIT("2.000", "0x1", "timer", "")
                        LAST_TURN("3.000", "4.000") END,
                LS_RULE_LOST_WAKE);
    /* it awaits a task that this trace does not have */
    expect_none(WAITS(ON("\"0x77\"")) LAST_TURN("3.000", "4.000") END,
                LS_RULE_LOST_WAKE);
}

#define OTHER_LOOP                                                             \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":2,\"name\":\"loopscope_loop\","          \
    "\"args\":{\"kind\":\"libuv\"}}\n"
#define OTHER_TURN(more)                                                       \
    ",{\"ph\":\"B\",\"ts\":5.000,\"pid\":1,\"tid\":2,\"name\":\"turn\","       \
    "\"cat\":\"turn\"}\n"                                                      \
    ",{\"ph\":\"E\",\"ts\":6.000,\"pid\":1,\"tid\":2,\"name\":\"turn\","       \
    "\"cat\":\"turn\"" more "}\n"

/* It may yet finish: the program went on when the recording was over. */
static void test_waits__a_program_that_goes_on(void **state)
{
    judge(WAITS("") TURN("3.000", "4000.000") END);
    assert_non_null(find(LS_RULE_NEVER_FINISHED));
    drop();
    expect_none(WAITS("") TURN("3.000", "4000.000") ALIVE("9000.000"),
                LS_RULE_NEVER_FINISHED);
}

static void test_waits__another_loop_may_resume_it(void **state)
{
    expect_none(WAITS("") OTHER_LOOP LAST_TURN("3.000", "4.000") OTHER_TURN("")
                    END,
                LS_RULE_LOST_WAKE);
    judge(WAITS("") OTHER_LOOP LAST_TURN("3.000", "4.000")
              OTHER_TURN(",\"args\":{\"ran_out\":true}") END);
    assert_non_null(find(LS_RULE_LOST_WAKE));
    drop();
}

/* `main` awaits a task that was over 3 us after the trace's begin. Its loop
 * polls next at 100 us. */
#define ONE_IS_OVER                                                            \
    OURS LOOP SLICE("B", "0.500", "turn", "turn", "")                          \
        START("1.000", "0x1", "main", "") START("1.500", "0x2", "brew", "")    \
            AWAIT("2.000", "0x1", "task", ON("\"0x2\""))                       \
                FINISH("3.000", "0x2", "brew")                                 \
                    SLICE("E", "100.000", "turn", "turn", "")

static void test_waits__all_that_it_awaits_is_over(void **state)
{
    expect(ONE_IS_OVER UNTIL("100100.000"), LS_RULE_LOST_WAKE,
           "the task \"main\" (L) awaits \"task\" in vain: what it awaits was "
           "over 100.1 ms before the end, and nobody resumed it");
    /* killed, because it hung: the same */
    expect(ONE_IS_OVER KILLED("100100.000"), LS_RULE_LOST_WAKE,
           "the task \"main\" (L) awaits \"task\" in vain: what it awaits was "
           "over 100.1 ms before the end, and nobody resumed it");
}

static void test_waits__it_may_be_about_to_be_resumed(void **state)
{
    /* looked at once */
    expect_none(ONE_IS_OVER UNTIL("100099.000"), LS_RULE_LOST_WAKE);
    /* it was ready */
    expect_none(ONE_IS_OVER READY("101.000", "0x1", "task") UNTIL("100100.000"),
                LS_RULE_LOST_WAKE);
    /* its loop has not polled yet */
    expect_none(
        OURS LOOP SLICE("B", "0.500", "turn", "turn", "")
            START("1.000", "0x1", "main", "") START("1.500", "0x2", "brew", "")
                AWAIT("2.000", "0x1", "task", ON("\"0x2\""))
                    FINISH("3.000", "0x2", "brew") KILLED("900000.000"),
        LS_RULE_LOST_WAKE);
    expect_none(ONE_IS_OVER CUT, LS_RULE_LOST_WAKE);
    /* one of two is not over, and runs */
    expect_none(
        OURS LOOP SLICE("B", "0.500", "turn", "turn", "")
            START("1.000", "0x1", "main", "") START("1.500", "0x2", "brew", "")
                START("1.600", "0x3", "brew", "")
                    AWAIT("2.000", "0x1", "gather", ON("\"0x2\",\"0x3\""))
                        FINISH("3.000", "0x2", "brew")
                            SLICE("E", "100.000", "turn", "turn", "")
                                UNTIL("900000.000"),
        LS_RULE_LOST_WAKE);
}

/* The wait graph: main awaits two, each of which awaits `order`. */
static void test_waits__who_waits_behind_it(void **state)
{
    judge(OURS LOOP START("1.000", "0x1", "main", "")
              START("1.100", "0x2", "left", "")
                  START("1.200", "0x3", "right", "")
                      START("1.300", "0x4", "order", "")
                          AWAIT("2.000", "0x1", "gather", ON("\"0x2\",\"0x3\""))
                              AWAIT("2.100", "0x2", "task", ON("\"0x4\""))
                                  AWAIT("2.200", "0x3", "task", ON("\"0x4\""))
                                      AWAIT("2.300", "0x4", "query", "")
                                          LAST_TURN("3.000", "4.000") END);
    const struct ls_finding *f = find(LS_RULE_LOST_WAKE);
    expect_alone();
    assert_int_equal(f->task, 3);
    assert_int_equal(f->n_chain, 3);
    assert_int_equal(f->chain[0], 1);
    assert_int_equal(f->chain[1], 2);
    assert_int_equal(f->chain[2], 0);
    assert_non_null(strstr(f->message, "; 3 tasks wait behind it"));
    drop();
}

/* ---- await-cycle -------------------------------------------------------- */

#define RING(more_2)                                                           \
    OURS LOOP START("1.000", "0x1", "pot", "")                                 \
        START("1.100", "0x2", "lid", "") START("1.200", "0x3", "cup", "")      \
            AWAIT("2.000", "0x1", "task", ON("\"0x2\""))                       \
                AWAIT("3.000", "0x2", "task", more_2)

static void test_waits__tasks_await_each_other(void **state)
{
    static const char text[] = RING(ON("\"0x1\""))
        AWAIT("4.000", "0x3", "task", ON("\"0x1\"")) UNTIL("9.000");
    expect(text, LS_RULE_AWAIT_CYCLE,
           "2 tasks await each other in a ring: \"pot\" (L) -> \"lid\" (L) -> "
           "\"pot\" (L)");
    judge(text);
    const struct ls_finding *f = find(LS_RULE_AWAIT_CYCLE);
    assert_int_equal(f->severity, LS_SEVERITY_ERROR);
    assert_int_equal(f->n_chain, 2);
    assert_int_equal(f->chain[0], 0);
    assert_int_equal(f->chain[1], 1);
    assert_int_equal(f->start_ns, 3000); /* when it was closed */
    assert_int_equal(f->duration_ns, 6000);
    expect_alone(); /* the third is behind it */
    drop();
    /* it hung, and was killed: still a ring */
    expect(RING(ON("\"0x1\"")) AWAIT("4.000", "0x3", "task", ON("\"0x1\""))
               KILLED("9.000"),
           LS_RULE_AWAIT_CYCLE,
           "2 tasks await each other in a ring: \"pot\" (L) -> \"lid\" (L) -> "
           "\"pot\" (L)");
}

static void test_waits__a_task_awaits_itself(void **state)
{
    expect(WAITS(ON("\"0x1\"")) END, LS_RULE_AWAIT_CYCLE,
           "the task \"order\" (L) awaits itself");
}

static void test_waits__no_ring(void **state)
{
    /* a row */
    expect_none(RING(ON("\"0x3\"")) END, LS_RULE_AWAIT_CYCLE);
    /* one of what it awaits still runs */
    expect_none(RING(ON("\"0x1\",\"0x3\"")) END, LS_RULE_AWAIT_CYCLE);
    /* a time limit breaks it */
    expect_none(RING(ON("\"0x1\"") ",\"due_us\":900.000") END,
                LS_RULE_AWAIT_CYCLE);
    expect_none(RING(ON("\"0x1\"")) READY("4.000", "0x1", "task") END,
                LS_RULE_AWAIT_CYCLE);
    expect_none(RING(ON("\"0x1\",\"0x77\"")) END, LS_RULE_AWAIT_CYCLE);
    expect_none(RING(ON("\"0x1\"")) CUT, LS_RULE_AWAIT_CYCLE);
    /* it was broken */
    expect_none(RING(ON("\"0x1\"")) RESUME("4.000", "0x1", "task") END,
                LS_RULE_AWAIT_CYCLE);
}

/* Of the same kinds, wherever they begin. */
static void test_waits__equal_rings_are_one_finding(void **state)
{
    judge(OURS LOOP START("1.000", "0x1", "pot", "")
              START("1.100", "0x2", "lid", "") START("1.200", "0x3", "lid", "")
                  START("1.300", "0x4", "pot", "") AWAIT("2.000", "0x1", "task",
                                                         ON("\"0x2\""))
                      AWAIT("3.000", "0x2", "task", ON("\"0x1\""))
                          AWAIT("4.000", "0x3", "task", ON("\"0x4\""))
                              AWAIT("5.000", "0x4", "task", ON("\"0x3\"")) END);
    assert_int_equal(find(LS_RULE_AWAIT_CYCLE)->count, 2);
    drop();
}

/* A million tasks in one ring, and no stack runs over; a row to its side. */
static void test_waits__a_very_long_ring(void **state)
{
    enum { N = 1000000, ROW = 1000 };
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    fputs(OURS LOOP, out);
    for (int i = 0; i < N + ROW; i++)
        fprintf(out,
                TASK("b", "1.000", "0x%x", "link", "start", "")
                    TASK("b", "2.000", "0x%x", "task", "await", ON("\"0x%x\"")),
                i + 1, i + 1,
                i == N - 1 ? 1
                : i == N   ? 7
                           : i + 2 - 2 * (i > N));
    fputs(END, out);
    fclose(out);
    struct ls_load_result result;
    struct ls_trace *loaded;
    assert_int_equal(ls_trace_parse(text, n, NULL, &loaded, &result),
                     LS_LOAD_OK);
    free(text);
    judge_loaded(loaded);
    const struct ls_finding *f = find(LS_RULE_AWAIT_CYCLE);
    expect_alone();
    assert_int_equal(f->n_chain, N);
    assert_int_equal(f->chain[N - 1], N - 1);
    drop();
}

/* ---- sequential-awaits -------------------------------------------------- */

/* `main` awaits a brew of 20 ms, and then another, made by BY_2. */
#define IN_A_ROW(by_2, second, awaits)                                         \
    OURS LOOP START("1.000", "0x1", "main", "")                                \
        START("2.000", "0x2", "brew", BY("0x1"))                               \
            AWAIT("3.000", "0x1", "task", ON("\"0x2\""))                       \
                FINISH("20003.000", "0x2", "brew")                             \
                    RESUME("20003.000", "0x1", "task")                         \
                        START(second, "0x3", "brew", by_2)                     \
                            AWAIT(awaits, "0x1", "task", ON("\"0x3\""))
#define THEN(at)                                                               \
    FINISH(at, "0x3", "brew")                                                  \
    RESUME(at, "0x1", "task") FINISH(at, "0x1", "main") END

static void test_waits__one_after_the_other(void **state)
{
    judge(IN_A_ROW(BY("0x1"), "20100.000", "20103.000") THEN("35103.000"));
    const struct ls_finding *f = find(LS_RULE_SEQUENTIAL_AWAITS);
    assert_non_null(f);
    expect_alone();
    assert_int_equal(f->severity, LS_SEVERITY_NOTE);
    assert_int_equal(f->saved_ns, 15000000);
    assert_int_equal(f->n_awaits, 2);
    assert_int_equal(f->n_chain, 2);
    assert_int_equal(f->chain[0], 1);
    assert_int_equal(f->chain[1], 2);
    assert_string_equal(f->message,
                        "the task \"main\" (L) awaited \"brew\" (L) and "
                        "\"brew\" (L) one after the other: together they would "
                        "take 15.0 ms less, if none needs the result of one "
                        "before it");
    drop();
}

static void test_waits__not_to_be_overlapped(void **state)
{
    /* 0.2 ms after the first, main had something to do with it */
    expect_none(IN_A_ROW(BY("0x1"), "20100.000", "20203.000") THEN("35203.000"),
                LS_RULE_SEQUENTIAL_AWAITS);
    /* it would save 10 ms, not more */
    expect_none(IN_A_ROW(BY("0x1"), "20100.000", "20103.000") THEN("30103.000"),
                LS_RULE_SEQUENTIAL_AWAITS);
    judge(IN_A_ROW(BY("0x1"), "20100.000", "20103.000") THEN("30103.001"));
    assert_non_null(find(LS_RULE_SEQUENTIAL_AWAITS));
    drop();
    /* somebody else made it */
    expect_none(IN_A_ROW("", "20100.000", "20103.000") THEN("35103.000"),
                LS_RULE_SEQUENTIAL_AWAITS);
    /* it ran beside the first already */
    expect_none(OURS LOOP START("1.000", "0x1", "main", "")
                    START("2.000", "0x2", "brew", BY("0x1"))
                        START("2.100", "0x3", "brew", BY("0x1"))
                            AWAIT("3.000", "0x1", "task", ON("\"0x2\""))
                                FINISH("20003.000", "0x2", "brew")
                                    RESUME("20003.000", "0x1", "task")
                                        AWAIT("20004.000", "0x1", "task",
                                              ON("\"0x3\"")) THEN("35103.000"),
                LS_RULE_SEQUENTIAL_AWAITS);
    /* what it awaits in itself may need what was before it */
    expect_none(OURS LOOP START("1.000", "0x1", "main", "")
                    AWAIT("3.000", "0x1", "query", "")
                        RESUME("20003.000", "0x1", "query")
                            AWAIT("20004.000", "0x1", "call", "")
                                RESUME("40004.000", "0x1", "call")
                                    FINISH("40004.000", "0x1", "main") END,
                LS_RULE_SEQUENTIAL_AWAITS);
}

/* The loop computed for 6 of the second's 15 ms: a gather would too. */
static void test_waits__what_is_computed_is_not_saved(void **state)
{
    expect_none(IN_A_ROW(BY("0x1"), "20100.000", "20103.000")
                    TURN("21000.000", "27000.000") THEN("35103.000"),
                LS_RULE_SEQUENTIAL_AWAITS);
    judge(IN_A_ROW(BY("0x1"), "20100.000", "20103.000")
              TURN("21000.000", "25000.000") THEN("35103.000"));
    const struct ls_finding *f = find(LS_RULE_SEQUENTIAL_AWAITS);
    assert_non_null(f);
    assert_int_equal(f->saved_ns, 11000000);
    drop();
}

/* Made beforehand, but started only after the first was over. */
static void test_waits__made_before_started_after(void **state)
{
    judge(OURS LOOP START("1.000", "0x1", "main", "") MADE("2.000", "0x2",
                                                           "brew", BY("0x1"))
              MADE("2.100", "0x3", "brew", BY("0x1")) READY("2.500", "0x2",
                                                            "first run")
                  AWAIT("3.000", "0x1", "task", ON("\"0x2\""))
                      RESUME("4.000", "0x2", "first run")
                          FINISH("20003.000", "0x2", "brew")
                              RESUME("20003.000", "0x1", "task")
                                  READY("20003.500", "0x3", "first run") AWAIT(
                                      "20004.000", "0x1", "task", ON("\"0x3\""))
                                      RESUME("20005.000", "0x3", "first run")
                                          THEN("35004.000"));
    assert_non_null(find(LS_RULE_SEQUENTIAL_AWAITS));
    drop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits__made_and_never_started),
        cmocka_unit_test(test_waits__who_may_still_start_it),
        cmocka_unit_test(test_waits__nobody_waited_for_its_result),
        cmocka_unit_test(test_waits__fire_and_forget),
        cmocka_unit_test(test_waits__the_loop_has_nothing_left),
        cmocka_unit_test(test_waits__what_may_still_resume_it),
        cmocka_unit_test(test_waits__a_program_that_goes_on),
        cmocka_unit_test(test_waits__another_loop_may_resume_it),
        cmocka_unit_test(test_waits__all_that_it_awaits_is_over),
        cmocka_unit_test(test_waits__it_may_be_about_to_be_resumed),
        cmocka_unit_test(test_waits__who_waits_behind_it),
        cmocka_unit_test(test_waits__tasks_await_each_other),
        cmocka_unit_test(test_waits__a_task_awaits_itself),
        cmocka_unit_test(test_waits__no_ring),
        cmocka_unit_test(test_waits__equal_rings_are_one_finding),
        cmocka_unit_test(test_waits__a_very_long_ring),
        cmocka_unit_test(test_waits__one_after_the_other),
        cmocka_unit_test(test_waits__not_to_be_overlapped),
        cmocka_unit_test(test_waits__what_is_computed_is_not_saved),
        cmocka_unit_test(test_waits__made_before_started_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
