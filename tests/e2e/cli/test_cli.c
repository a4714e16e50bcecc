/* SPDX-License-Identifier: MIT */
#include "bad_input.h"
#include "shell.h"

#include <cJSON.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const commands[] = {"report",  "check", "diff", "view",
                                       "recover", "rules", NULL};

static struct outcome run(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static struct outcome run(const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    return shell_run(line);
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("'%s' is in:\n%s", part, text);
}

/* One line on standard error that begins as all of ours do. */
static void assert_one_line(struct outcome outcome)
{
    if (count_lines(outcome.err) != 1 ||
        strncmp(outcome.err, "loopscope: ", 11) != 0)
        fail_msg("not one line: '%s'", outcome.err);
}

/* Bytes are enough where the text is ASCII. */
static void assert_narrow(const char *text, size_t width)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        if (n > width)
            fail_msg("wider than %zu: '%.*s'", width, (int)n, text);
        text += n + (text[n] == '\n');
    }
}

/* ---- command line ---- */

static void test_cli__help_has_real_invocations(void **state)
{
    for (int i = 0; commands[i]; i++) {
        struct outcome o = run("$LS %s --help", commands[i]);
        char example[64];
        snprintf(example, sizeof(example), "\n  loopscope %s ", commands[i]);
        assert_int_equal(o.status, 0);
        assert_string_equal(o.err, "");
        assert_contains(o.out, "Usage: loopscope ");
        assert_contains(o.out, "\nExit status");
        assert_contains(strstr(o.out, "\nExamples:\n"), example);
        assert_narrow(o.out, 80);
    }
    struct outcome o = run("$LS --help");
    assert_int_equal(o.status, 0);
    for (int i = 0; commands[i]; i++)
        assert_contains(o.out, commands[i]);
    assert_narrow(o.out, 80);
}

static void test_cli__version_is_a_line(void **state)
{
    struct outcome o = run("$LS --version");
    assert_int_equal(o.status, 0);
    assert_int_equal(strncmp(o.out, "loopscope ", 10), 0);
    assert_int_equal(count_lines(o.out), 1);
}

static void test_cli__mistakes_are_one_line(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"$LS", "a command is missing"},
        {"$LS reprot x", "nearest is report"},
        {"$LS --versoin", "nearest is --version"},
        {"$LS compare a b", "unknown command compare"},
        {"$LS export x", "unknown command export"},
        {"$LS doctor x", "takes no argument"},
        {"$LS report", "wants one trace"},
        {"$LS report a b", "wants one trace"},
        {"$LS report --wdith 3 a", "nearest is --width"},
        {"$LS report --width 5 a", "wants columns"},
        {"$LS report --color maybe a", "wants always, never or auto"},
        {"$LS check", "wants a trace"},
        {"$LS check --fail soon a", "wants a time"},
        {"$LS check --format html a", "wants text, json, junit, sarif or"},
        {"$LS check --rule stal=off a", "nearest is stall"},
        {"$LS check --rule stall=bad a", "wants NAME=error"},
        {"$LS check --baselin x a", "nearest is --baseline"},
        {"$LS check --budget max-trun=1 a", "nearest is max-turn"},
        {"$LS check --budget max-turn=soon a", "wants max-turn=VALUE"},
        {"$LS recover -o", "wants a value"},
        {"$LS rules blocking-cal", "nearest is blocking-call"},
        {"$LS view --size 10 a", "wants pixels"},
        {"$LS view --range 2s..1s a", "wants two times"},
        {"$LS view --select finding:0 a", "wants finding:N"},
        {"$LS view --theme blue a", "wants light or dark"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct outcome o = shell_run(cases[i].line);
        assert_int_equal(o.status, 2);
        assert_string_equal(o.out, "");
        assert_one_line(o);
        assert_contains(o.err, cases[i].says);
    }
}

/* Its own mistakes must not be taken for the program's. */
static void test_cli__mistakes_of_run_have_a_status_of_their_own(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"$LS run", "wants a program"},
        {"$LS run --", "wants a program"},
        {"$LS run --outptu x true", "nearest is --output"},
        {"$LS run --threshold soon true", "wants a time"},
        {"$LS run --max-size much true", "wants a size"},
        {"$LS run --max-size 1T true", "wants a size"},
        {"$LS run --max-size 0 true", "wants a size"},
        {"$LS run -o '' true", "wants a file"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct outcome o = shell_run(cases[i].line);
        assert_int_equal(o.status, 125);
        assert_string_equal(o.out, "");
        assert_one_line(o);
        assert_contains(o.err, cases[i].says);
    }
}

/* ---- bad input ---- */

static void test_cli__unusable_input_is_one_line(void **state)
{
    static const char *const readers[] = {"report", "check", "recover"};
    for (size_t c = 0; c < 3; c++) {
        for (int i = 0; unusable_inputs[i]; i++) {
            struct outcome o = run("$LS %s %s", readers[c], unusable_inputs[i]);
            char start[64];
            snprintf(start, sizeof(start),
                     "loopscope: %s: ", unusable_inputs[i]);
            assert_int_equal(o.status, 2);
            assert_string_equal(o.out, "");
            assert_one_line(o);
            assert_contains(o.err, start);
            assert_contains(o.err, "; "); /* what to do */
        }
    }
}

static void test_cli__damaged_input_is_told_as_far_as_it_is_good(void **state)
{
    for (int i = 0; damaged_inputs[i]; i++) {
        struct outcome o = run("$LS report %s", damaged_inputs[i]);
        assert_int_equal(o.status, 0);
        assert_one_line(o);
        assert_contains(o.err, "line ");
        assert_contains(o.err, "byte ");
        assert_contains(o.out, "Nothing stalled the loop");
        assert_contains(o.out, "loop");
    }
}

static void test_cli__damaged_input_is_judged(void **state)
{
    for (int i = 0; damaged_inputs[i]; i++) {
        struct outcome o = run("$LS check --format json %s", damaged_inputs[i]);
        assert_int_equal(o.status, 0);
        assert_one_line(o);
        assert_contains(o.out, "\"trace-health\"");
    }
}

static void test_cli__damaged_input_is_recovered(void **state)
{
    for (int i = 0; damaged_inputs[i]; i++) {
        struct outcome o = run("$LS recover -o whole.json %s && cat whole.json",
                               damaged_inputs[i]);
        assert_int_equal(o.status, 0);
        assert_one_line(o);
        cJSON *whole = cJSON_ParseWithOpts(o.out, NULL, true);
        assert_non_null(whole);
        cJSON_Delete(whole);
        remove("whole.json");
    }
}

static void test_cli__an_unreadable_file_is_named(void **state)
{
    if (geteuid() == 0)
        skip(); /* root may read everything */
    shell_write("secret.json", "[\n]\n", 4);
    assert_int_equal(chmod("secret.json", 0), 0);
    struct outcome o = run("$LS report secret.json");
    assert_int_equal(o.status, 2);
    assert_one_line(o);
}

/* ---- output that fails ---- */

static void assert_device(const char *path)
{
    struct stat status;
    if (stat(path, &status) || !S_ISCHR(status.st_mode))
        fail_msg("%s is no device on this machine", path);
}

static void test_cli__a_full_disk_is_one_line(void **state)
{
    static const char *const lines[] = {
        "$LS report $DATA/gather.json >/dev/full",
        "$LS check $DATA/gather.json >/dev/full",
        "$LS rules >/dev/full",
        "$LS --help >/dev/full",
        "$LS --version >/dev/full",
        "$LS check -o /dev/full $DATA/gather.json",
    };
    assert_device("/dev/full");
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct outcome o = shell_run(lines[i]);
        assert_int_equal(o.status, 2);
        assert_one_line(o);
        assert_contains(o.err, "No space left");
    }
    assert_device("/dev/full"); /* and no file has taken its place */
}

static void test_cli__a_reader_that_left_is_one_line(void **state)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    struct outcome o = shell_run_to(ends[1], "$LS report $DATA/gather.json");
    close(ends[1]);
    assert_int_equal(o.status, 2);
    assert_one_line(o);
    assert_contains(o.err, "Broken pipe");
}

static void test_cli__closed_descriptors_harm_no_file(void **state)
{
    struct outcome o = run("$LS report $DATA/gather.json >&-");
    assert_int_equal(o.status, 2);
    assert_one_line(o);
    o = run("$LS recover -o closed.json $DATA/killed.json >&- 2>&-");
    assert_int_equal(o.status, 0);
    char *recovered = shell_read("closed.json");
    assert_non_null(recovered);
    assert_lacks(recovered, "loopscope: ");
    free(recovered);
}

/* ---- report ---- */

static void test_cli__report_draws_the_brews(void **state)
{
    struct outcome o = run("$LS report --width 40 $DATA/gather.json");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "");
    assert_contains(o.out, "Nothing stalled the loop");
    assert_contains(o.out, "Masala |█─────────────────────────────█|\n"
                           "Green  |█─────────────────────────────█|\n"
                           "Ginger |█─────────────────────────────█|\n"
                           "loop   |█                             █|\n"
                           "        0s");
    assert_contains(o.out, "█ running ─ awaiting ▓ blocking the loop");
    assert_contains(o.out, "EVENT LOOP TIMELINE:\nTime 1ms:");
}

static void test_cli__report_names_the_line_that_blocked(void **state)
{
    struct outcome o = run("$LS report --width 200 $DATA/bad_example.json");
    assert_int_equal(o.status, 0);
    assert_contains(o.out,
                    "The loop stalled once: sleep() blocked it for 2000 ms in "
                    "bad_example, bad_example.c:31. 1 task waited.");
}

static void test_cli__report_is_ascii_in_a_plain_locale(void **state)
{
    struct outcome o = run("LC_ALL=C $LS report $DATA/bad_example.json");
    assert_int_equal(o.status, 0);
    for (const char *at = o.out; *at; at++)
        assert_in_range((unsigned char)*at, '\n', '~');
    assert_contains(o.out, "# running - awaiting ! blocking the loop");
    assert_narrow(o.out, 80);
}

static void test_cli__report_fits_every_width(void **state)
{
    static const char *const samples[] = {"gather", "bad_example", "killed"};
    static const int widths[] = {20, 40, 80, 200};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 4; j++) {
            struct outcome o = run("LC_ALL=C $LS report --width %d "
                                   "$DATA/%s.json",
                                   widths[j], samples[i]);
            assert_int_equal(o.status, 0);
            assert_narrow(o.out, (size_t)widths[j]);
        }
    }
}

static void test_cli__colour_only_where_it_is_wanted(void **state)
{
    struct outcome o = run("$LS report $DATA/gather.json");
    assert_lacks(o.out, "\033");
    o = run("$LS report --color always $DATA/gather.json");
    assert_contains(o.out, "\033[");
}

static void test_cli__report_says_that_it_was_killed(void **state)
{
    struct outcome o = run("$LS report --width 200 $DATA/killed.json");
    assert_int_equal(o.status, 0);
    assert_one_line(o);
    assert_contains(o.out, "inside sleep() in bad_example, bad_example.c:31");
}

/* ---- check ---- */

static cJSON *get(cJSON *object, const char *key)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!item)
        fail_msg("no key '%s'", key);
    return item;
}

static void test_cli__check_fails_a_blocking_call(void **state)
{
    struct outcome o = run("$LS check --format json $DATA/bad_example.json");
    assert_int_equal(o.status, 1);
    cJSON *root = cJSON_ParseWithOpts(o.out, NULL, true);
    assert_non_null(root);
    assert_int_equal(get(root, "version")->valueint, 1);
    assert_string_equal(get(root, "verdict")->valuestring, "fail");
    cJSON *finding = cJSON_GetArrayItem(get(root, "findings"), 0);
    assert_non_null(finding);
    assert_string_equal(get(finding, "rule")->valuestring, "blocking-call");
    assert_string_equal(get(finding, "severity")->valuestring, "error");
    assert_string_equal(get(finding, "call")->valuestring, "sleep");
    assert_string_equal(get(get(finding, "task"), "name")->valuestring,
                        "bad_example");
    assert_int_equal(get(finding, "loop")->valueint, 52);
    cJSON *location = get(finding, "location");
    assert_string_equal(get(location, "function")->valuestring, "bad_example");
    assert_string_equal(get(location, "file")->valuestring,
                        "/home/you/src/examples/bad_example.c");
    assert_int_equal(get(location, "line")->valueint, 31);
    cJSON *cause = get(finding, "cause");
    assert_string_equal(get(cause, "class")->valuestring, "blocked");
    assert_int_equal(get(cause, "blocked_ns")->valuedouble, 1999990000);
    assert_true(cJSON_GetArraySize(get(finding, "stack")) >= 1);
    assert_true(cJSON_IsFalse(get(finding, "suppressed")));
    cJSON_Delete(root);
}

static void test_cli__check_text_begins_with_the_verdict(void **state)
{
    struct outcome o = run("LC_ALL=C $LS check $DATA/bad_example.json");
    assert_int_equal(o.status, 1);
    assert_int_equal(strncmp(o.out, "fail: ", 6), 0);
    assert_contains(o.out, "bad_example.c:31");
    assert_narrow(o.out, 80);
    o = run("$LS check $DATA/gather.json");
    assert_int_equal(o.status, 0);
    assert_int_equal(strncmp(o.out, "pass: ", 6), 0);
}

static void test_cli__check_says_that_it_was_killed(void **state)
{
    struct outcome o = run("$LS check $DATA/killed.json");
    assert_contains(o.out,
                    "had been in a turn for 1.1 ms, inside sleep() in\n");
}

static void test_cli__check_thresholds_and_levels_decide(void **state)
{
    assert_int_equal(run("$LS check --fail 3s $DATA/bad_example.json").status,
                     0);
    assert_int_equal(
        run("$LS check --rule blocking-call=note $DATA/bad_example.json")
            .status,
        0);
    assert_int_equal(run("$LS check --fail 3s --rule task-failed=error "
                         "$DATA/bad_example.json")
                         .status,
                     1);
}

static void test_cli__check_worst_trace_decides(void **state)
{
    shell_write("quiet.json",
                "[\n{\"ph\":\"B\",\"ts\":1,\"pid\":1,\"tid\":1,\"name\":\"x\"}"
                "\n,{\"ph\":\"E\",\"ts\":2,\"pid\":1,\"tid\":1,\"name\":\"x\"}"
                "\n]\n",
                strlen("[\n{\"ph\":\"B\",\"ts\":1,\"pid\":1,\"tid\":1,\"name\":"
                       "\"x\"}\n,{\"ph\":\"E\",\"ts\":2,\"pid\":1,\"tid\":1,"
                       "\"name\":\"x\"}\n]\n"));
    struct outcome o = run("$LS check --format json quiet.json");
    assert_int_equal(o.status, 3);
    assert_contains(o.out, "\"nothing-traced\"");
    assert_int_equal(run("$LS check $DATA/gather.json quiet.json").status, 3);
    assert_int_equal(run("$LS check quiet.json $DATA/bad_example.json").status,
                     1);
    assert_int_equal(
        run("$LS check missing.json $DATA/bad_example.json").status, 2);
}

static void test_cli__check_json_is_there_for_the_unusable(void **state)
{
    struct outcome o = run("$LS check --format json missing.json");
    assert_int_equal(o.status, 2);
    assert_one_line(o);
    cJSON *root = cJSON_ParseWithOpts(o.out, NULL, true);
    assert_non_null(root);
    assert_string_equal(get(root, "verdict")->valuestring, "unusable");
    assert_int_equal(cJSON_GetArraySize(get(root, "findings")), 0);
    cJSON_Delete(root);
}

static void test_cli__check_writes_files_whole_or_not(void **state)
{
    shell_write("verdict.txt", "old", 3);
    struct outcome o = run("$LS check -o verdict.txt $DATA/gather.json");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.out, "");
    char *text = shell_read("verdict.txt");
    assert_int_equal(strncmp(text, "pass: ", 6), 0);
    free(text);
    o = run("$LS check -o nowhere/verdict.txt $DATA/gather.json");
    assert_int_equal(o.status, 2);
    assert_one_line(o);
    o = run("ulimit -f 0; $LS check -o verdict.txt $DATA/bad_example.json");
    assert_int_equal(o.status, 2);
    assert_int_equal(run("ls verdict.txt.*").status, 2); /* nothing is left */
    text = shell_read("verdict.txt");
    assert_int_equal(strncmp(text, "pass: ", 6), 0);
    free(text);
}

/* ---- recover, rules, view ---- */

static void test_cli__recover_writes_beside_and_never_over(void **state)
{
    struct outcome o = run("cp $DATA/killed.json k.json; $LS recover k.json");
    assert_int_equal(o.status, 0);
    assert_one_line(o);
    assert_string_equal(o.out, "");
    assert_int_equal(run("cmp k.json $DATA/killed.json").status, 0);
    char *whole = shell_read("k.recovered.json");
    assert_non_null(whole);
    cJSON *root = cJSON_ParseWithOpts(whole, NULL, true);
    assert_true(cJSON_IsArray(root));
    cJSON_Delete(root);
    o = run("$LS recover k.json");
    assert_int_equal(o.status, 2);
    assert_one_line(o);
    assert_contains(o.err, "k.recovered.json: ");
    char *still = shell_read("k.recovered.json");
    assert_string_equal(still, whole);
    free(still);
    free(whole);
    o = run("gzip -k k.json && rm k.recovered.json && $LS recover k.json.gz");
    assert_int_equal(o.status, 0);
    assert_int_equal(access("k.recovered.json", F_OK), 0);
    o = run("$LS recover -o nowhere/x.json k.json");
    assert_int_equal(o.status, 2);
    assert_one_line(o);
}

static void test_cli__rules_lists_and_explains(void **state)
{
    struct outcome o = run("LC_ALL=C $LS rules");
    assert_int_equal(o.status, 0);
    assert_contains(o.out, "\nstall ");
    assert_contains(o.out, "\nsequential-awaits  "); /* the longest name */
    assert_contains(o.out, "trace-health");
    assert_narrow(o.out, 80);
    o = run("LC_ALL=C $LS rules blocking-call");
    assert_int_equal(o.status, 0);
    assert_contains(o.out, "\nEvidence\n");
    assert_contains(o.out, "\nWhat to do\n");
    assert_narrow(o.out, 80);
}

static void test_cli__view_hands_over_what_it_checked(void **state)
{
    struct outcome o = run("PATH=/nowhere $LS view x.json");
    assert_int_equal(o.status, 127);
    assert_one_line(o);
    run("mkdir path; printf '#!/bin/sh\\necho \"in PATH:\" \"$@\"; exit 5\\n'"
        " >path/loopscope-view; chmod +x path/loopscope-view");
    o = run("PATH=$PWD/path:$PATH $LS view --range=1..2s -- -x.json");
    assert_int_equal(o.status, 5);
    assert_string_equal(o.out, "in PATH: --range 1..2s ./-x.json\n");
    run("sed 's/in PATH/beside/' path/loopscope-view >bin/loopscope-view; "
        "chmod +x bin/loopscope-view");
    o = run("PATH=$PWD/path:$PATH $LS view x.json --png a.png --theme dark");
    assert_int_equal(o.status, 5);
    assert_string_equal(o.out, "beside: --png a.png --theme dark x.json\n");
}

static int open_all(void **state)
{
    shell_open(state);
    bad_input_make();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cli__help_has_real_invocations),
        cmocka_unit_test(test_cli__version_is_a_line),
        cmocka_unit_test(test_cli__mistakes_are_one_line),
        cmocka_unit_test(test_cli__mistakes_of_run_have_a_status_of_their_own),
        cmocka_unit_test(test_cli__unusable_input_is_one_line),
        cmocka_unit_test(test_cli__damaged_input_is_told_as_far_as_it_is_good),
        cmocka_unit_test(test_cli__damaged_input_is_judged),
        cmocka_unit_test(test_cli__damaged_input_is_recovered),
        cmocka_unit_test(test_cli__an_unreadable_file_is_named),
        cmocka_unit_test(test_cli__a_full_disk_is_one_line),
        cmocka_unit_test(test_cli__a_reader_that_left_is_one_line),
        cmocka_unit_test(test_cli__closed_descriptors_harm_no_file),
        cmocka_unit_test(test_cli__report_draws_the_brews),
        cmocka_unit_test(test_cli__report_names_the_line_that_blocked),
        cmocka_unit_test(test_cli__report_is_ascii_in_a_plain_locale),
        cmocka_unit_test(test_cli__report_fits_every_width),
        cmocka_unit_test(test_cli__colour_only_where_it_is_wanted),
        cmocka_unit_test(test_cli__report_says_that_it_was_killed),
        cmocka_unit_test(test_cli__check_fails_a_blocking_call),
        cmocka_unit_test(test_cli__check_text_begins_with_the_verdict),
        cmocka_unit_test(test_cli__check_says_that_it_was_killed),
        cmocka_unit_test(test_cli__check_thresholds_and_levels_decide),
        cmocka_unit_test(test_cli__check_worst_trace_decides),
        cmocka_unit_test(test_cli__check_json_is_there_for_the_unusable),
        cmocka_unit_test(test_cli__check_writes_files_whole_or_not),
        cmocka_unit_test(test_cli__recover_writes_beside_and_never_over),
        cmocka_unit_test(test_cli__rules_lists_and_explains),
        cmocka_unit_test(test_cli__view_hands_over_what_it_checked),
    };
    return cmocka_run_group_tests(tests, open_all, shell_close);
}
