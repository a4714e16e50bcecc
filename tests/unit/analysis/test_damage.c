/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TURN                                                                   \
    SLICE("B", "1.000", "turn", "turn", "")                                    \
    SLICE("E", "2.000", "turn", "turn", "")

/* Loads TEXT and expects one trouble of KIND, told as TOLD. */
static struct ls_trace *load_damaged(const char *text, size_t n,
                                     enum ls_trouble_kind kind,
                                     const char *told)
{
    char line[256];
    struct ls_trace *t = load_bytes(text, n);
    assert_true(t->health.troubles[kind].n > 0);
    assert_string_equal(ls_trace_trouble(t, line, sizeof(line)), told);
    return t;
}

static void test_damage__cut_inside_a_string(void **state)
{
    const char *text = OURS TURN ",{\"ph\":\"B\",\"ts\":3.000,\"pid\":1,\"ti";
    struct ls_trace *t = load_damaged(
        text, strlen(text), LS_TROUBLE_CUT,
        "cut off at line 5, byte 224: inside a string; loaded up to there");
    assert_int_equal(t->threads[0].n_slices, 1);
    assert_int_equal(n_troubles(t), 1);
    assert_false(t->health.complete);
    ls_trace_free(t);
}

/* Wherever it is cut, what came before is there. */
static void test_damage__cut_anywhere(void **state)
{
    const char *text =
        OURS LOOP TURN TASK("b", "3.000", "0x1", "brew", "start", "") END;
    size_t n = strlen(text);
    for (size_t cut = strlen(OURS); cut < n; cut++) {
        struct ls_trace *t = load_bytes(text, cut);
        uint64_t whole = 0;
        for (size_t i = 0; i + 1 < cut; i++)
            whole += text[i] == '}' && text[i + 1] == '\n';
        whole += text[cut - 1] == '}' && text[cut] == '\n';
        assert_int_equal(t->n_events, whole);
        if (cut < n - 1)
            assert_int_equal(t->health.troubles[LS_TROUBLE_CUT].n, 1);
        ls_trace_free(t);
    }
}

static void test_damage__a_broken_line_is_left_out(void **state)
{
    const char *text = OURS ",{\"ph\":\"B\",\"ts\":0.500,\"pid\":1,\"na\n" TURN
                            ",{\"ph\":\"B\",\"ts\":\n" END;
    struct ls_trace *t = load_damaged(
        text, strlen(text), LS_TROUBLE_SYNTAX,
        "broken at line 3, byte 92: a string that does not end; left out");
    assert_int_equal(t->health.troubles[LS_TROUBLE_SYNTAX].n, 2);
    assert_int_equal(t->threads[0].n_slices, 1);
    assert_true(t->health.complete);
    ls_trace_free(t);
}

static void test_damage__out_of_order_is_sorted_in(void **state)
{
    const char *text = OURS SLICE("B", "1.000", "a", "span", "")
        SLICE("E", "9.000", "a", "span", "")
            SLICE("B", "2.000", "b", "span", "")
                SLICE("E", "3.000", "b", "span", "") END;
    struct ls_trace *t =
        load_damaged(text, strlen(text), LS_TROUBLE_ORDER,
                     "out of order at line 5, byte 218: an event earlier than "
                     "the one before; sorted in");
    assert_int_equal(t->threads[0].slices[1].parent, 0);
    assert_int_equal(t->threads[0].slices[0].end_ns, 9000);
    ls_trace_free(t);
}

static void test_damage__late_events_stand_at_their_true_time(void **state)
{
    struct ls_trace *t = load_text(
        OURS SLICE("B", "1.000", "a", "span", "") SLICE("E", "9.000", "a",
                                                        "span", "")
            SLICE("B", "10.000", "b", "span", ",\"args\":{\"true_us\":2.000}")
                SLICE("E", "10.001", "b", "span",
                      ",\"args\":{\"true_us\":3.000}") END);
    assert_int_equal(n_troubles(t), 0);
    assert_int_equal(t->threads[0].slices[1].begin_ns, 2000);
    assert_int_equal(t->threads[0].slices[1].parent, 0);
    ls_trace_free(t);
}

static void test_damage__deep_nesting(void **state)
{
    char text[2000], deep[401];
    memset(deep, '[', 200);
    memset(deep + 200, ']', 200);
    deep[400] = '\0';
    int n = snprintf(text, sizeof(text),
                     OURS ",{\"ph\":\"i\",\"ts\":0.500,\"pid\":1,\"tid\":1,"
                          "\"name\":\"m\",\"args\":{\"x\":%s}}\n" TURN END,
                     deep);
    struct ls_trace *t = load_damaged(
        text, (size_t)n, LS_TROUBLE_DEPTH,
        "too deep at line 3, byte 92: is nested too deeply; left out");
    assert_int_equal(t->n_marks, 0);
    assert_int_equal(t->threads[0].n_slices, 1);
    ls_trace_free(t);
}

static void test_damage__numbers_out_of_range(void **state)
{
    static const struct {
        const char *ts, *told;
    } cases[] = {
        {"1e400", "bad number at line 3, byte 92: ts is out of range; left "
                  "out"},
        {"-5", "bad number at line 3, byte 92: ts is negative; left out"},
        {"9300000000000000.000",
         "bad number at line 3, byte 92: ts is out of range; left out"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1000];
        int n = snprintf(text, sizeof(text),
                         OURS ",{\"ph\":\"i\",\"ts\":%s,\"pid\":1,\"tid\":1,"
                              "\"name\":\"m\"}\n" TURN END,
                         cases[i].ts);
        struct ls_trace *t =
            load_damaged(text, (size_t)n, LS_TROUBLE_NUMBER, cases[i].told);
        assert_int_equal(t->n_marks, 0);
        assert_int_equal(t->end_ns, 2000);
        ls_trace_free(t);
    }
}

static void test_damage__invalid_text_is_replaced(void **state)
{
    const char text[] = OURS ",{\"ph\":\"i\",\"ts\":0.500,\"pid\":1,\"tid\":1,"
                             "\"name\":\"a\xff\0b\"}\n" TURN END;
    struct ls_trace *t =
        load_damaged(text, sizeof(text) - 1, LS_TROUBLE_TEXT,
                     "bad text at line 3, byte 92: invalid UTF-8; replaced");
    assert_string_equal(name_of(t, t->marks[0].name),
                        "a\xef\xbf\xbd\xef\xbf\xbd"
                        "b");
    ls_trace_free(t);
}

static void test_damage__not_events(void **state)
{
    const char *text = "[1,\"two\",[3],null," //
                       "{\"ts\":1},{\"ph\":\"B\",\"ts\":\"x\"},\n"
                       "{\"ph\":\"i\",\"ts\":1,\"name\":\"m\"}]";
    struct ls_trace *t =
        load_damaged(text, strlen(text), LS_TROUBLE_EVENT,
                     "no event at line 1, byte 1: is no object; left out");
    assert_int_equal(t->health.troubles[LS_TROUBLE_EVENT].n, 6);
    assert_int_equal(t->n_marks, 1);
    ls_trace_free(t);
}

static void test_damage__an_end_without_a_begin(void **state)
{
    struct ls_trace *t = load_text(
        "[\n{\"ph\":\"B\",\"ts\":1.000,\"pid\":1,\"tid\":1,\"name\":"
        "\"leaf\",\"cat\":\"span\"}\n" SLICE("E", "2.000", "leaf", "span", "")
            SLICE("E", "3.000", "inner", "span", "")
                SLICE("B", "4.000", "more", "span", "")
                    SLICE("E", "5.000", "more", "span", "")
                        SLICE("E", "6.000", "turn", "turn", "") "]");
    const struct ls_slice *s = t->threads[0].slices;
    assert_int_equal(t->health.troubles[LS_TROUBLE_PAIR].n, 2);
    assert_int_equal(t->threads[0].n_slices, 4);
    assert_string_equal(name_of(t, s[0].name), "turn");
    assert_int_equal(s[0].flags, LS_SLICE_CUT);
    assert_int_equal(s[0].begin_ns, 1000);
    assert_int_equal(s[1].parent, 0);
    assert_int_equal(s[2].parent, 1); /* the leaf */
    assert_int_equal(s[3].parent, 0); /* after the inner one had ended */
    assert_int_equal(s[3].depth, 1);
    assert_int_equal(t->n_loops, 1);
    ls_trace_free(t);
}

static void no_trace(const char *text, size_t n, const char *why)
{
    struct ls_load_result result;
    struct ls_trace *t;
    assert_int_equal(ls_trace_parse(text, n, NULL, &t, &result),
                     LS_LOAD_NO_TRACE);
    assert_null(t);
    assert_string_equal(result.text, why);
}

static void test_damage__no_trace_at_all(void **state)
{
    static const char *const others[] = {
        "{}",
        "[]",
        "{\"name\":\"package\",\"version\":\"1.0\"}",
        "[1,2,3]",
        "\"text\"",
        "hello",
        "{\"traceEvents\":[]}",
        "{\"traceEvents\":7}",
        "[{\"name\":\"a\"}]",
        "\n\n",
        "{",
        "[",
        "{\"a"};
    const char *why = "is no trace: there is no event in it";
    no_trace("", 0, "is empty");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        no_trace(others[i], strlen(others[i]), why);
    char noise[5000];
    uint32_t x = 7;
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)((x = x * 1664525 + 1013904223) >> 24);
    no_trace(noise, sizeof(noise), why);
}

static void unreadable(const char *path, const char *why)
{
    struct ls_load_result result;
    struct ls_trace *t;
    assert_int_equal(ls_trace_load(path, NULL, &t, &result),
                     LS_LOAD_UNREADABLE);
    assert_string_equal(result.text, why);
}

static void test_damage__no_file_at_all(void **state)
{
    char path[] = "/tmp/test_damage.XXXXXX";
    unreadable("/nowhere/at/all.json", "does not exist");
    unreadable("/tmp", "is a directory");
    unreadable("/dev/zero", "is not a regular file");
    close(mkstemp(path));
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    unreadable(path, "is not a regular file");
    unlink(path);
}

/* Inputs made to be slow: all within a second, though some are megabytes. */
static void test_damage__no_quadratic_time(void **state)
{
    enum { N = 2 << 20 };
    static const struct {
        const char *head, *unit;
    } cases[] = {{"[", "{\"ph\":\"B\"\n"},
                 {"[{\"ph\":\"i\",\"ts\":1,\"name\":\"", "x"},
                 {"[", "{"},
                 {"[", "["},
                 {"[{\"ph\":\"i\",\"ts\":1},", "{\"a\":\"\\"},
                 {"[", "{\"ph\":\"b\",\"ts\":1,\"id\":1,\"name\":\"a\"},\n"},
                 {"[", "{\"ph\":\"B\",\"ts\":1.000,\"pid\":1,\"tid\":1,"
                       "\"name\":\"a\"}\n"},
                 {"[", "{\"ph\":\"E\",\"ts\":1.000,\"pid\":1,\"tid\":1,"
                       "\"name\":\"a\"}\n"},
                 {"{\"a\":", "{\"traceEvents\":"}};
    char *text = malloc(N);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ls_load_result result;
        struct ls_trace *t;
        size_t n = strlen(cases[i].head), unit = strlen(cases[i].unit);
        memcpy(text, cases[i].head, n);
        for (; n + unit < N; n += unit)
            memcpy(text + n, cases[i].unit, unit);
        clock_t from = clock();
        if (ls_trace_parse(text, n, NULL, &t, &result) == LS_LOAD_OK)
            ls_trace_free(t);
        /* Under the sanitizers, on a busy machine: seconds, not minutes. */
        assert_true((double)(clock() - from) / CLOCKS_PER_SEC < 8.0);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damage__cut_inside_a_string),
        cmocka_unit_test(test_damage__cut_anywhere),
        cmocka_unit_test(test_damage__a_broken_line_is_left_out),
        cmocka_unit_test(test_damage__out_of_order_is_sorted_in),
        cmocka_unit_test(test_damage__late_events_stand_at_their_true_time),
        cmocka_unit_test(test_damage__deep_nesting),
        cmocka_unit_test(test_damage__numbers_out_of_range),
        cmocka_unit_test(test_damage__invalid_text_is_replaced),
        cmocka_unit_test(test_damage__not_events),
        cmocka_unit_test(test_damage__an_end_without_a_begin),
        cmocka_unit_test(test_damage__no_trace_at_all),
        cmocka_unit_test(test_damage__no_file_at_all),
        cmocka_unit_test(test_damage__no_quadratic_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
