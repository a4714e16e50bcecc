/* SPDX-License-Identifier: MIT */
/*
 * test_format.c - the check of traces refuses what it must refuse: each row
 * breaks one rule in a good trace, and names the complaint that has to come.
 */
#define _GNU_SOURCE /* asprintf */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GATHER LS_SOURCE_DIR "/tests/data/gather.json"
#define UNMODIFIED LS_SOURCE_DIR "/tests/data/unmodified.json"
#define BAD LS_SOURCE_DIR "/tests/data/bad_example.json"

/* In the trace FILE, the first FIND after the first AFTER becomes REPLACE. */
static const struct broken {
    const char *file, *after, *find, *replace, *complaint;
} broken[] = {
    /* the file */
    {GATHER, "", "[\n{", "[{", "the first line is not ["},
    {GATHER, "", "\n]\n", "\n", "the last line is not ]"},
    {GATHER, "", "\n]\n", "\n]\n{}\n", "a line after the closing bracket"},
    {GATHER, "", "\n]\n", "\n]\n{}\n", "something follows the array"},
    {GATHER, "", "\n]\n", "\n,{}\n]\n", "an event without pid and tid"},
    {GATHER, "", "\n,{\"ph\":\"B\"", "\n{\"ph\":\"B\"", "begin with a comma"},
    {GATHER, "", "\n,{\"ph\":\"B\"", "\n\n,{\"ph\":\"B\"", "with a comma"},
    {GATHER, "", "\n,{\"ph\":\"B\"", "\n,{\"ph\":", "key ph has no value"},
    {GATHER, "", ",\"cat\":\"turn\"}", "", "not one whole event"},
    /* the text of a line */
    {GATHER, "", "\"ts\":0.000", "\"ts\": 0.000", "white space"},
    {GATHER, "", "\"ts\":0.000", "\"ts\":0.00", "exactly three decimals"},
    {GATHER, "", "\"ts\":0.000", "\"ts\":0", "exactly three decimals"},
    {GATHER, "", "\"ts\":1000.000", "\"ts\":1e3", "exactly three decimals"},
    {GATHER, "", "\"ts\":1000.000", "\"ts\":01000.000", "no JSON"},
    {GATHER, "", "\"ts\":1000.000", "\"ts\":-1.000", "three decimals"},
    {GATHER, "due_us", "2001140.0", "2001140.", "no JSON"},
    {GATHER, "due_us", "2001140.0", "NaN", "no JSON"},
    {GATHER, "ts", "\"pid\":41", "\"pid\":0", "no integer of at least 1"},
    {GATHER, "ts", "\"tid\":41", "\"tid\":\"41\"", "no integer of at least"},
    {GATHER, "ts", "\"pid\":41", "\"pid\":4.1", "no integer of at least 1"},
    {GATHER, "", "Masala", "Mas\xe4la", "not UTF-8"},
    {GATHER, "", "Masala", "\xc0\xafMasala", "not UTF-8"},
    {GATHER, "", "Masala", "Mas\xed\xa0\x80la", "not UTF-8"},
    {GATHER, "", "Masala", "Mas\tala", "a raw control character"},
    {GATHER, "", "Masala", "Mas\\ala", "the line is no JSON"},
    {GATHER, "", "\"ts\":0.000,\"pid\":41", "\"pid\":41,\"ts\":0.000",
     "key ts stands after pid"},
    {GATHER, "0.000", "\"pid\":41", "\"pid\":41,\"pid\":41",
     "key pid stands after pid"},
    {GATHER, "0.000", "\"cat\":\"turn\"", "\"cat\":\"turn\",\"x\":1",
     "no such key"},
    {GATHER, "", "\"by\":\"0x1\"", "\"by\":\"0x1\",\"by\":\"0x1\"",
     "key by stands twice"},
    /* an event */
    {GATHER, "", "\"ph\":\"B\"", "\"ph\":\"X\"", "no such ph"},
    {GATHER, "", "\"ph\":\"M\",", "\"ph\":\"M\",\"ts\":0.000,", "M with ts"},
    {GATHER, "0.000", ",\"cat\":\"turn\"", "", "B without cat"},
    {GATHER, "0.000", "\"name\":\"turn\"", "\"name\":7", "without a name"},
    {GATHER, "", ",\"id\":\"0x1\"", "", "b without id"},
    {GATHER, "", "\"cat\":\"turn\"", "\"cat\":\"round\"", "no such cat"},
    {GATHER, "", "\"ts\":1160.000", "\"ts\":1139.999", "earlier than the"},
    {BAD, "2001200", "cpu_ns\":30000", "cpu_ns\":\"30000\"", "nanoseconds"},
    {BAD, "", "\"ph\":\"B\",\"ts\":1100.000", "\"ph\":\"i\",\"ts\":1100.000",
     "i without s"},
    {BAD, "", "\"ph\":\"B\",\"ts\":1100.000", "\"ph\":\"C\",\"ts\":1100.000",
     "a counter without args.value"},
    /* slices */
    {GATHER, "1050", "\"name\":\"main\"", "\"name\":\"brew\"", "ends the B"},
    {GATHER, "1050", "\"cat\":\"task\"", "\"cat\":\"span\"", "ends the B"},
    {GATHER, "", "\"ts\":1050.000", "\"ts\":1000.000", "is not later than"},
    {GATHER, "", "\"ph\":\"E\"", "\"ph\":\"B\"", "is never ended"},
    {GATHER, "", "\"ph\":\"B\"", "\"ph\":\"E\"", "without a B"},
    {GATHER, "\"ts\":0.000", "turn\",\"cat\":\"turn", "main\",\"cat\":\"turn",
     "a turn with the name main"},
    {GATHER, "B\",\"ts\":1000.000", "main\",\"cat\":\"task",
     "turn\",\"cat\":\"turn", "a turn inside a turn"},
    {BAD, "\"ts\":0.000", "turn\",\"cat\":\"turn", "sleep\",\"cat\":\"blocking",
     "is not inside a turn"},
    {BAD, "2001200", "\"cpu_ns\":30000", "\"cpu_ns\":30001", "of the cause"},
    {BAD, "2001200", "\"cpu_ns\":30000,", "", "one of its three parts"},
    {GATHER, "", ",\"args\":{\"task\":\"0x1\"}", "", "without its task"},
    {GATHER, "", "{\"task\":\"0x1\"}", "{\"task\":\"0x9\"}", "has not started"},
    {GATHER, "1260.000", "\"task\":\"0x4\"", "\"task\":\"0x1\"", "its task a"},
    /* tasks */
    {GATHER, "", "\"id\":\"0x1\"", "\"id\":\"0x01\"", "is no id"},
    {GATHER, "", "\"id\":\"0x1\"", "\"id\":\"1\"", "is no id"},
    {GATHER, "", "\"id\":\"0x1\"", "\"id\":1", "is no id"},
    {GATHER, "1100", "\"id\":\"0x2\"", "\"id\":\"0x1\"", "was used before"},
    {GATHER, "1100", "1000000002", "1000000001", "lives on this lane"},
    {GATHER, "1140", "1000000002", "1000000009", "began on lane 1000000002"},
    {GATHER, "1100", "1000000002", "42", "which is no lane"},
    {GATHER, "1000", "\"start\"", "\"begin\"", "args.event begin"},
    {GATHER, "1000", "\"event\":\"start\",", "", "args.event (none)"},
    {GATHER, "1000", "\"loop\":41", "\"loop\":\"41\"", "args.loop is no"},
    {GATHER, "1000", "\"label\":\"\"", "\"label\":1", "args.label is no"},
    {GATHER, "", "\"due_us\":2001140.0", "\"due_us\":true", "due_us is no"},
    {GATHER, "", "\"by\":\"0x1\"", "\"by\":1", "args.by is no"},
    {GATHER, "", "[\"0x2\",", "[2,", "args.on has what is no"},
    {GATHER, "", "[\"0x2\",\"0x3\",\"0x4\"]", "\"0x2\"", "args.on is no"},
    {GATHER, "2001520", "\"resume\"", "\"finish\"", "finishes inside its"},
    {GATHER, "2001590.000,\"pid\":41,\"tid\":1", "brew", "tea",
     "finishes as a tea, but started as a brew"},
    {GATHER, "2001520", "\"name\":\"sleep\"", "\"name\":\"read\"",
     "it resumes from read, but awaits sleep"},
    {GATHER, "2001590.000,\"pid\":41,\"tid\":1", "finish", "resume",
     "it resumes without an await"},
    {GATHER, "2001790", "\"ready\"", "\"await\"", "await with ph n"},
    {GATHER, "2001790", "\"ph\":\"e\"", "\"ph\":\"n\"", "resume with ph n"},
    {GATHER, "2001850", ",\"outcome\":\"ok\"", "", "without an outcome"},
    {GATHER, "2001850", "\"outcome\":\"ok\"", "\"outcome\":\"good\"",
     "without an outcome"},
    {GATHER, "2001850.000,\"pid\":41,\"tid\":1", "\"finish\"",
     "\"finish\",\"stray\":true", "finish with ph e"},
    /* metadata */
    {GATHER, "", "\"name\":\"loopscope_trace\"", "\"name\":\"thread_name\"",
     "the first event is not loopscope_trace"},
    {GATHER, "\n,", "\"name\":\"process_name\"", "\"name\":\"loopscope_trace\"",
     "is not the first event"},
    {GATHER, "", "\"format\":1", "\"format\":2", "args.format is not 1"},
    {GATHER, "", ",\"writer\":\"0.1.0\"", "", "without args.writer"},
    {GATHER, "", "29.123456789Z", "29.123Z", "no UTC time"},
    {GATHER, "", "\"clock\":\"tsc\"", "\"clock\":\"sun\"", "no such clock"},
    {GATHER, "", "\"name\":\"loopscope_loop\"", "\"name\":\"loopscope_sloop\"",
     "no such metadata"},
    {GATHER, "", "\"name\":\"loopscope_process\"", "\"name\":\"process_name\"",
     "has no loopscope_process yet"},
    {GATHER, "", "\"events\":43", "\"events\":42", "counts 42 events"},
    {GATHER, "", "loopscope_end", "loopscope_lost",
     "there is no loopscope_end"},
    {GATHER, "", "loopscope_end", "loopscope_lost", "without args.records"},
    {GATHER, "", "loopscope_process", "loopscope_end", "an event after"},
    {BAD, "", "\"id\":2,\"frames\"", "\"id\":1,\"frames\"", "is defined on"},
    {BAD, "", "{\"stack\":1}", "{\"stack\":7}", "refers to stack 7"},
    {BAD, "", "\"line\":31", "\"lime\":31", "a frame has no key lime"},
    {BAD, "", "\"line\":31", "\"line\":0", "line is no line"},
    {BAD, "", "\"0x2345\"", "\"2345\"", "no hexadecimal number"},
    {UNMODIFIED, "", "{\"kind\":\"libuv\"}", "{\"kind\":\"kqueue\"}",
     "no such kind of loop: kqueue"},
    {UNMODIFIED, "", "{\"kind\":\"libuv\"}", "{}", "no such kind of loop"},
    {UNMODIFIED, "", "\"samples\":7", "\"examples\":7", "without args.samples"},
    {UNMODIFIED, "", "\"what\":\"callbacks\"", "\"what\":\"sun\"",
     "what was not seen is not said"},
    {UNMODIFIED, "", "\"pid\":90,\"tid\":90,\"name\":\"loopscope_synopsis",
     "\"pid\":91,\"tid\":90,\"name\":\"loopscope_synopsis",
     "a process that is not there"},
    /* callbacks, samples, the pool */
    {UNMODIFIED, "", "\"phase\":\"io\"", "\"phase\":\"poll\"",
     "args.phase of a callback is not"},
    {UNMODIFIED, "", "\"registered\":1", "\"registered\":99",
     "refers to stack 99"},
    {UNMODIFIED, "", "\"status\":\"ECONNRESET\"", "\"status\":104",
     "args.status of a callback is not"},
    {UNMODIFIED, "\"on_read\"", "\"task\":\"0x1\"", "\"task\":\"0x9\"",
     "args.task of a callback is not"},
    {UNMODIFIED, "\"on_read\"",
     "\"kind\":", "\"sort\":", "a callback with ph B has no args.sort"},
    {UNMODIFIED, "", "\"state\":\"running\"", "\"state\":\"asleep\"",
     "args.state of a sample is not"},
    {UNMODIFIED, "", "{\"state\":\"running\",", "{", "without its state"},
    {UNMODIFIED, "", "\"weight\":2", "\"weight\":1", "a weight that is none"},
    {UNMODIFIED, "", "\"sample\",\"cat\"", "\"example\",\"cat\"",
     "a sample is an i with the name sample"},
    {UNMODIFIED, "", "\"tid\":100,\"name\":\"sample\"",
     "\"tid\":7,\"name\":\"sample\"", "a sample outside of turns"},
    {UNMODIFIED, "", "\"fd_kind\":\"pipe\"", "\"fd_kind\":\"hose\"",
     "args.fd_kind of a sample is not"},
    {UNMODIFIED, "", "\"sync\":true", "\"sync\":false",
     "args.sync of a blocking is not"},
    {UNMODIFIED, "", "\"submitted_us\":221000.0", "\"submitted_us\":\"then\"",
     "args.submitted_us of a pool is not"},
    {UNMODIFIED, "290100", "\"callback\",\"args\":{\"kind\":\"work\"",
     "\"pool\",\"args\":{\"kind\":\"work\"", "work of the pool inside a turn"},
    {UNMODIFIED, "", "\"auto\":true", "\"auto\":1", "args.auto is not true"},
};

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;

    assert_non_null(file);
    assert_int_not_equal(getdelim(&text, &size, '\0', file), -1);
    fclose(file);
    return text;
}

/* The text with a row's change made in it. */
static char *mutate(const char *text, const struct broken *row)
{
    const char *from = strstr(text, row->after);
    char *changed;

    assert_non_null(from);
    from = strstr(from, row->find);
    if (from == NULL)
        fail_msg("'%s' is not in %s after '%s'", row->find, row->file,
                 row->after);
    assert_true(asprintf(&changed, "%.*s%s%s", (int)(from - text), text,
                         row->replace, from + strlen(row->find)) > 0);
    return changed;
}

struct heard {
    const char *complaint;
    bool found;
    char all[4096];
};

static void listen(void *arg, size_t line, const char *text)
{
    struct heard *heard = arg;
    size_t n = strlen(heard->all);

    heard->found = heard->found || strstr(text, heard->complaint);
    snprintf(heard->all + n, sizeof(heard->all) - n, "\n  %zu: %s", line, text);
}

static void test_format__refuses_each_broken_rule(void **state)
{
    size_t n_unheard = 0;

    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        struct heard heard = {.complaint = broken[i].complaint};
        struct format_check check = {.complain = listen, .arg = &heard};
        char *text = read_text(broken[i].file);
        char *changed = mutate(text, &broken[i]);

        format_check_text(&check, changed, strlen(changed));
        if (!heard.found) {
            print_error("'%s' for '%s': '%s' expected, but heard%s\n",
                        broken[i].replace, broken[i].find, broken[i].complaint,
                        heard.all[0] ? heard.all : " nothing");
            n_unheard++;
        }
        free(changed);
        free(text);
    }
    assert_int_equal(n_unheard, 0);
}

static void test_format__refuses_every_cut(void **state)
{
    char *text = read_text(GATHER);
    size_t n = strlen(text);

    /* without its last newline it is still whole */
    for (size_t cut = 0; cut < n - 1; cut += cut < 200 ? 1 : 37) {
        struct format_check check = {.complain = NULL};
        format_check_text(&check, text, cut);
        assert_true(check.n_complaints > 0);
    }
    free(text);
}

/* What is in memory behind a text is none of it. */
static void test_format__reads_no_further(void **state)
{
    struct format_check check = {.complain = NULL};
    char *text = read_text(GATHER);

    format_check_text(&check, text, strlen(text) - 1);
    assert_int_equal(check.n_complaints, 0);
    free(text);
}

static void test_format__takes_an_unended_slice_of_a_killed_process(
    void **state)
{
    static const struct broken killed = {BAD, "", "\"late\":0",
                                         "\"late\":0,\"exit\":[52]", ""};
    struct format_check check = {.complain = NULL};
    char *text = read_text(BAD);
    char *cut = strstr(text, ",{\"ph\":\"E\",\"ts\":2001300.000");
    char *rest = strchr(cut, '\n') + 1;

    memmove(cut, rest, strlen(rest) + 1);
    char *end = strstr(text, "\"events\":24");
    assert_non_null(end);
    end[strlen("\"events\":2")] = '3';
    format_check_text(&check, text, strlen(text));
    assert_int_equal(check.n_complaints, 1);

    char *changed = mutate(text, &killed);
    format_check_text(&check, changed, strlen(changed));
    assert_int_equal(check.n_complaints, 0);
    free(changed);
    free(text);
}

static void test_format__takes_the_samples(void **state)
{
    static const char *const files[] = {GATHER, BAD, UNMODIFIED};

    for (size_t i = 0; i < 3; i++) {
        struct format_check check = {.complain = NULL};
        char *text = read_text(files[i]);
        format_check_text(&check, text, strlen(text));
        assert_int_equal(check.n_complaints, 0);
        assert_true(check.n_events > 20);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format__takes_the_samples),
        cmocka_unit_test(
            test_format__takes_an_unended_slice_of_a_killed_process),
        cmocka_unit_test(test_format__refuses_each_broken_rule),
        cmocka_unit_test(test_format__refuses_every_cut),
        cmocka_unit_test(test_format__reads_no_further),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
