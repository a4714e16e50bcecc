/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/event.h"

#include "tests/fuzz/trace_dump.h"

/* A line with room behind it, as the source's window has. */
static char window[4096];
static struct ls_event event;

static const char *parse_fast(const char *line)
{
    static struct ls_id_list ids;
    size_t n = strlen(line);
    memset(window, 0, sizeof(window));
    memcpy(window, line, n);
    ids.n = 0;
    const char *after = ls_event_parse_fast(window, window + n, &ids, &event);
    free(ids.at);
    ids = (struct ls_id_list){0};
    return after ? line + (after - window) : NULL;
}

#define HEAD "{\"ph\":\"B\",\"ts\":12.345,\"pid\":41,\"tid\":42,"

static void test_event__fast_reads_what_we_write(void **state)
{
    const char *line =
        "{\"ph\":\"b\",\"ts\":1050.001,\"pid\":41,\"tid\":1000000001,\"id\":"
        "\"0x2a\",\"name\":\"sleep\",\"cat\":\"task\",\"args\":{\"event\":"
        "\"await\",\"label\":\"Masala\",\"loop\":41,\"due_us\":2001140.5}}";
    assert_ptr_equal(parse_fast(line), line + strlen(line));
    assert_int_equal(event.ph, 'b');
    assert_int_equal(event.ts_ns, 1050001);
    assert_int_equal(event.pid, 41);
    assert_int_equal(event.tid, 1000000001);
    assert_true(event.has_id);
    assert_int_equal(event.id, 42);
    assert_true(ls_text_is(event.name, "sleep"));
    assert_true(ls_text_is(event.cat, "task"));
    assert_true(ls_text_is(ls_event_text(&event, LS_ARG_LABEL), "Masala"));
    assert_int_equal(event.arg[LS_ARG_LOOP].integer, 41);
    assert_int_equal(event.arg[LS_ARG_DUE].integer, 2001140500);
    assert_false(ls_event_has(&event, LS_ARG_BY));
}

/* Numbers of every length, texts of every length with something special at
 * every place: taken or not, both paths read the same. */
static void check_paths(const char *ts, const char *name)
{
    char text[512], *fast, *slow;
    int n = snprintf(text, sizeof(text),
                     "[\n{\"ph\":\"B\",\"ts\":%s,\"pid\":41,\"tid\":42,"
                     "\"name\":\"%s\",\"cat\":\"span\",\"args\":{\"stack\":"
                     "%.9s}}\n]\n",
                     ts, name, ts);
    if (!trace_paths_agree(text, (size_t)n, &fast, &slow))
        fail_msg("%s\nfast:\n%s\nslow:\n%s", text, fast, slow);
    free(fast);
    free(slow);
}

static void test_event__paths_agree_on_every_length(void **state)
{
    static const char digits[] = "98765432109876543210";
    static const char *const special[] = {
        "", "\\n", "\xc3\xa9", "\xc3", "\x7f", "\xf0\x9f\x90\x8c", "\x1f"};
    char number[64], name[128];
    for (int n = 1; n <= 18; n++)
        for (int part = 0; part <= 4; part++) {
            snprintf(number, sizeof(number), "%.*s%s%.*s", n, digits,
                     part ? "." : "", part, digits);
            check_paths(number, "name");
        }
    for (int n = 0; n <= 40; n++)
        for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
            snprintf(name, sizeof(name), "%.*s%s%.*s", n,
                     "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
                     special[i], 40 - n, "0123456789012345678901234567890123");
            check_paths("12.345", name);
        }
}

static void test_event__fast_takes_good_utf8(void **state)
{
    const char *line = HEAD "\"name\":\"caf\xc3\xa9 \xd0\xb4\xd0\xb0 "
                            "\xe2\x82\xac\",\"cat\":\"span\"}";
    assert_ptr_equal(parse_fast(line), line + strlen(line));
    assert_int_equal(event.name.n, 14);
}

static void test_event__fast_stops_after_its_object(void **state)
{
    const char *line = HEAD "\"name\":\"a name\",\"cat\":\"span\"}"
                            ",{\"ph\":\"E\"}               ";
    const char *after = parse_fast(line);
    assert_non_null(after);
    assert_int_equal(*after, ',');
}

/* Each is JSON that means the same or more to cJSON: not for the fast one. */
static void test_event__fast_refuses_what_it_does_not_know(void **state)
{
    static const char *const lines[] = {
        "{ \"ph\":\"B\",\"ts\":12.345,\"pid\":41,\"tid\":42,\"name\":\"abc\"}",
        "{\"ts\":12.345,\"ph\":\"B\",\"pid\":41,\"tid\":42,\"name\":\"abcd\"}",
        "{\"ph\":\"B\",\"ts\":1e3,\"pid\":41,\"tid\":42,\"name\":\"abcdefgh\"}",
        "{\"ph\":\"B\",\"ts\":-1.000,\"pid\":41,\"tid\":42,\"name\":"
        "\"abcdef\"}",
        "{\"ph\":\"B\",\"ts\":1.2345,\"pid\":41,\"tid\":42,\"name\":"
        "\"abcdef\"}",
        "{\"ph\":\"B\",\"ts\":1234567890123.0,\"pid\":41,\"tid\":42,\"name\":"
        "\"a\"}",
        "{\"ph\":\"X\",\"ts\":1.000,\"pid\":41,\"tid\":42,\"name\":\"abcdef\"}",
        "{\"ph\":\"C\",\"ts\":1.000,\"pid\":41,\"tid\":42,\"name\":\"abc\","
        "\"args\":{\"value\":1,\"loop\":2}}",
        "{\"ph\":\"M\",\"pid\":41,\"tid\":42,\"name\":\"thread_name\",\"args\":"
        "{}}",
        HEAD "\"name\":\"caf\\u00e9 au lait\"}",
        HEAD "\"name\":\"caf\xc3 au lait\"}",
        HEAD "\"name\":\"caf\xc3\xa9\\n au lait\"}",
        HEAD "\"name\":\"caf\xc3\xa9 au lait",
        HEAD "\"name\":\"tab\there and more\"}",
        HEAD "\"name\":\"not closed, and more",
        HEAD "\"name\":\"a\",\"name\":\"abcdefghi\"}",
        HEAD "\"name\":\"a\",\"args\":{\"loop\":1,\"loop\":2}}",
        HEAD "\"name\":\"a\",\"args\":{\"unknown\":1,\"b\":2}}",
        HEAD "\"name\":\"a\",\"args\":{\"loop\":\"41\"}}",
        HEAD "\"name\":\"a\",\"args\":{\"loop\":1234567890123456}}",
        HEAD "\"name\":\"a\",\"args\":{\"task\":\"42\"}}",
        HEAD "\"name\":\"a\",\"args\":{\"loop\":41}",
        HEAD "\"name\":\"abcdefghijklmnop\",}"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (parse_fast(lines[i]))
            fail_msg("taken: %s", lines[i]);
}

static void test_event__no_prefix_of_a_line_is_taken(void **state)
{
    char line[] = HEAD "\"name\":\"read\",\"cat\":\"blocking\",\"args\":{"
                       "\"cpu_ns\":1,\"blocked_ns\":2,\"descheduled_ns\":3}}";
    size_t n = strlen(line);
    assert_non_null(parse_fast(line));
    while (n-- > 0) {
        line[n] = '\0';
        assert_null(parse_fast(line));
    }
}

static enum ls_trouble_kind parse_slow(struct ls_slow *slow, const char *line)
{
    return ls_event_parse_slow(slow, line, strlen(line), &event);
}

static void test_event__slow_says_what_is_wrong(void **state)
{
    static const struct {
        const char *line;
        enum ls_trouble_kind kind;
        const char *why;
    } cases[] = {
        {"{\"ts\":1}", LS_TROUBLE_EVENT, "ph is missing"},
        {"{\"ph\":\"begin\",\"ts\":1}", LS_TROUBLE_EVENT,
         "ph is not one letter"},
        {"{\"ph\":\"B\"}", LS_TROUBLE_EVENT, "ts is missing"},
        {"{\"ph\":\"B\",\"ts\":\"1.2.3\"}", LS_TROUBLE_EVENT,
         "ts is no number"},
        {"{\"ph\":\"B\",\"ts\":\"soon\"}", LS_TROUBLE_EVENT, "ts is no number"},
        {"{\"ph\":\"B\",\"ts\":null}", LS_TROUBLE_EVENT, "ts is no number"},
        {"{\"ph\":\"B\",\"ts\":-1}", LS_TROUBLE_NUMBER, "ts is negative"},
        {"{\"ph\":\"B\",\"ts\":1e400}", LS_TROUBLE_NUMBER,
         "ts is out of range"},
        {"{\"ph\":\"B\",\"ts\":9300000000000000}", LS_TROUBLE_NUMBER,
         "ts is out of range"},
        {"{\"ph\":\"X\",\"ts\":9e15,\"dur\":9e15}", LS_TROUBLE_NUMBER,
         "dur is out of range"},
        {"{\"ph\":\"B\",\"ts\":1,\"pid\":[]}", LS_TROUBLE_EVENT,
         "pid or tid is no number"},
        {"{\"ph\":\"B\",\"ts\":1,\"tid\":1e300}", LS_TROUBLE_NUMBER,
         "pid or tid is out of range"},
        {"{\"ph\":\"B\",\"ts\":1,\"args\":{\"fd\":1e999}}", LS_TROUBLE_NUMBER,
         "a number in args is out of range"},
        {"{\"ph\":\"B\",\"ts\":1,}", LS_TROUBLE_SYNTAX, "is no JSON"},
        {"{\"ph\" \"B\"}", LS_TROUBLE_SYNTAX, "is no JSON"}};
    struct ls_slow slow = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(parse_slow(&slow, cases[i].line), cases[i].kind);
        assert_string_equal(slow.why, cases[i].why);
    }
    ls_slow_destroy(&slow);
}

static void test_event__slow_reads_any_shape(void **state)
{
    struct ls_slow slow = {0};
    assert_int_equal(
        parse_slow(&slow, "{ \"args\": {\"label\": \"caf\\u00e9\", \"label\": "
                          "\"no\", \"zzz\": [1]},\n \"name\": \"n\", \"tid\": "
                          "\"12\", \"pid\": \"GPU\", \"ts\": 1.5e3, \"dur\": "
                          "0.25, \"ph\": \"X\", \"id\": 7 }"),
        LS_TROUBLE_KINDS);
    assert_int_equal(event.ts_ns, 1500000);
    assert_int_equal(event.dur_ns, 250);
    assert_int_equal(event.tid, 12);
    assert_true(event.pid >= 2000000000);
    assert_int_equal(event.id, 7);
    assert_true(ls_text_is(ls_event_text(&event, LS_ARG_LABEL), "caf\xc3\xa9"));
    ls_slow_destroy(&slow);
}

static void test_event__slow_replaces_bad_text(void **state)
{
    struct ls_slow slow = {0};
    const char line[] = "{\"ph\":\"B\",\"ts\":1,\"name\":\"a\xff\0b\"}";
    assert_int_equal(ls_event_parse_slow(&slow, line, sizeof(line) - 1, &event),
                     LS_TROUBLE_KINDS);
    assert_true(slow.replaced);
    assert_true(ls_text_is(event.name, "a\xef\xbf\xbd\xef\xbf\xbd"
                                       "b"));
    ls_slow_destroy(&slow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event__fast_reads_what_we_write),
        cmocka_unit_test(test_event__paths_agree_on_every_length),
        cmocka_unit_test(test_event__fast_takes_good_utf8),
        cmocka_unit_test(test_event__fast_stops_after_its_object),
        cmocka_unit_test(test_event__fast_refuses_what_it_does_not_know),
        cmocka_unit_test(test_event__no_prefix_of_a_line_is_taken),
        cmocka_unit_test(test_event__slow_says_what_is_wrong),
        cmocka_unit_test(test_event__slow_reads_any_shape),
        cmocka_unit_test(test_event__slow_replaces_bad_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
