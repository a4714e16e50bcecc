/* SPDX-License-Identifier: MIT */
#include "judged.h"

#define STACK                                                                  \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_stack\","         \
    "\"args\":{\"id\":7,\"frames\":[{\"function\":\"ask\",\"file\":\"/s/a.c\"" \
    ",\"line\":30,\"module\":\"/home/me/prog\"}]}}\n"
#define EXE                                                                    \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_process\","       \
    "\"args\":{\"exe\":\"/home/me/prog\"}}\n"
#define MARK(ts, name, args)                                                   \
    ",{\"ph\":\"i\",\"ts\":" ts ",\"pid\":1,\"tid\":1,\"name\":\"" name        \
    "\",\"cat\":\"handle\",\"s\":\"t\",\"args\":{" args "}}\n"
#define CLOSE(ts, loop, open)                                                  \
    MARK(ts, "loop_close", "\"uv_loop\":\"0x" loop "\"" open)
#define LEFT(ts, kind)                                                         \
    MARK(ts, kind, "\"callback\":\"on_timeout\",\"registered\":7")
#define TURN(from, to, inside)                                                 \
    SLICE("B", from, "turn", "turn", "")                                       \
    inside SLICE("E", to, "turn", "turn", "")

static void expect(const char *text, uint32_t count)
{
    struct judged j = judge(load_text(text), NULL);
    const struct ls_finding *f = find(j, LS_RULE_HANDLE_LEAK);
    assert_int_equal(f ? f->count : 0, count);
    drop(j);
}

static void test_handles__left_open(void **state)
{
    struct judged j = judge(
        load_text(OURS LOOP EXE STACK TURN("1.000", "2.000", "")
                      CLOSE("3.000", "10", ",\"open\":2") LEFT("3.001", "timer")
                          LEFT("3.002", "timer") END),
        NULL);
    const struct ls_finding *f = find(j, LS_RULE_HANDLE_LEAK);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_int_equal(f->count, 2);
    assert_int_equal(f->start_ns, 3000);
    assert_string_equal(name_of(j.trace, f->target), "timer");
    assert_string_equal(f->message,
                        "2 handles (timer) were still open when their loop was "
                        "closed: on_timeout, asked for in ask, a.c:30");
    assert_non_null(strstr(f->advice, "uv_close()"));
    drop(j);
}

static void test_handles__of_two_kinds_are_two(void **state)
{
    struct judged j = judge(load_text(OURS LOOP TURN("1.000", "2.000", "")
                                          CLOSE("3.000", "10", ",\"open\":2")
                                              LEFT("3.001", "timer")
                                                  MARK("3.002", "tcp", "") END),
                            NULL);
    assert_int_equal(j.findings->n, 2);
    drop(j);
}

/* Programs ask whether there is something left, close it, and try again. */
static void test_handles__the_last_try_counts(void **state)
{
    expect(OURS LOOP CLOSE("3.000", "10", ",\"open\":1") LEFT("3.001", "timer")
               CLOSE("4.000", "10", "") END,
           0);
    expect(OURS LOOP CLOSE("3.000", "10", ",\"open\":2") LEFT("3.001", "timer")
               LEFT("3.002", "timer") CLOSE("4.000", "10", ",\"open\":1")
                   LEFT("4.001", "timer") END,
           1);
    /* another loop of the same thread is another's affair */
    expect(OURS LOOP CLOSE("3.000", "10", ",\"open\":1") LEFT("3.001", "timer")
               CLOSE("4.000", "20", "") END,
           1);
}

/* They were closed, but the loop was not tried again. */
static void test_handles__closed_afterwards(void **state)
{
#define CLOSED                                                                 \
    TURN("5.000", "6.000",                                                     \
         SLICE("B", "5.100", "on_close", "callback",                           \
               ",\"args\":{\"kind\":\"close\",\"phase\":\"closing\"}")         \
             SLICE("E", "5.200", "on_close", "callback", ""))
    expect(OURS LOOP TURN("1.000", "2.000", "")
               CLOSE("3.000", "10", ",\"open\":1") LEFT("3.001", "timer")
                   CLOSED END,
           0);
    expect(OURS LOOP TURN("1.000", "2.000", "")
               CLOSE("3.000", "10", ",\"open\":2") LEFT("3.001", "timer")
                   LEFT("3.002", "timer") CLOSED END,
           2);
#undef CLOSED
}

#define ENDS(args)                                                             \
    ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","           \
    "\"args\":{\"events\":9," args "}}\n]\n"

static void test_handles__needs_the_whole_trace(void **state)
{
#define BUSY                                                                   \
    OURS LOOP TURN("1.000", "2.000", "") CLOSE("3.000", "10", ",\"open\":1")   \
        LEFT("3.001", "timer")
    expect(BUSY ENDS("\"lost\":0,\"late\":0"), 1);
    expect(BUSY ENDS("\"lost\":1,\"late\":0"), 0);
    expect(BUSY ENDS("\"lost\":0,\"late\":0,\"exit\":[1]"), 0);
    expect(BUSY, 0);
#undef BUSY
}

/* So many connections become idle in each third of 90 ms, and stay so. */
static void expect_growth(int first, int second, int third, const char *what,
                          const char *after, uint32_t count)
{
    const int n[] = {first, second, third};
    struct script s;
    int id = 1;
    script_open(&s);
    fputs(OURS LOOP TURN("1.000", "2.000", ""), s.out);
    for (int w = 0; w < 3; w++)
        for (int i = 0; i < n[w]; i++, id++) {
            int at = 2 + w * 30000 + i * 10;
            fprintf(s.out,
                    TASK("b", "%d.000", "0x%x", "connection", "start",
                         ",\"auto\":true")
                        TASK("b", "%d.000", "0x%x", "%s", "await", ""),
                    at, id, at, id, what);
            if (*after)
                fprintf(s.out,
                        TASK("e", "%d.000", "0x%x", "%s", "resume", "")
                            TASK("e", "%d.000", "0x%x", "connection", "finish",
                                 ",\"outcome\":\"ok\""),
                        at + 5, id, what, at + 5, id);
        }
    fputs(TURN("90000.000", "90001.000", "") END, s.out);
    struct judged j = judge(script_load(&s), NULL);
    const struct ls_finding *f = find(j, LS_RULE_HANDLE_LEAK);
    assert_int_equal(f ? f->count : 0, count);
    if (f) {
        assert_non_null(strstr(f->message, "streams (connection) have nothing "
                                           "to wait for"));
        assert_non_null(strstr(f->advice, "UV_EOF"));
    }
    drop(j);
}

static void test_handles__pile_up_while_it_runs(void **state)
{
    expect_growth(5, 6, 7, "nothing", "", 18);
    expect_growth(4, 9, 9, "nothing", "", 0);
    expect_growth(9, 4, 9, "nothing", "", 0);
    expect_growth(9, 9, 4, "nothing", "", 0);
}

/* Connections that wait for something are clients, and those that were closed
 * are gone. */
static void test_handles__clients_are_no_leak(void **state)
{
    expect_growth(9, 9, 9, "read", "", 0);
    expect_growth(9, 9, 9, "nothing", "closed", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_handles__left_open),
        cmocka_unit_test(test_handles__of_two_kinds_are_two),
        cmocka_unit_test(test_handles__the_last_try_counts),
        cmocka_unit_test(test_handles__closed_afterwards),
        cmocka_unit_test(test_handles__needs_the_whole_trace),
        cmocka_unit_test(test_handles__pile_up_while_it_runs),
        cmocka_unit_test(test_handles__clients_are_no_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
