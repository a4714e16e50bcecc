/* SPDX-License-Identifier: MIT */
/* The recorded traces (traces/, by scripts/record-traces) are whole, are those
 * of today's examples, and say nothing of the machine that recorded them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "tests/support/scenario.h"

static const struct {
    const char *example;
    int exit_status; /* of `loopscope check` */
} recorded[] = {
    {"bad_example", 1},     {"brew_chai", 0},      {"coffee_async", 0},
    {"coffee_blocking", 1}, {"db_then_api", 0},    {"downloads", 0},
    {"gather", 0},          {"gather_failure", 0}, {"one_at_a_time", 0},
    {"task_a_b", 0},        {"timeline", 0},       {"http_server", 1},
};

#define N_RECORDED (sizeof recorded / sizeof *recorded)

static void open_recorded(struct scenario *s, const char *example)
{
    struct ls_load_result how;
    *s = (struct scenario){0};
    snprintf(s->trace_path, sizeof s->trace_path, "%s/traces/%s.json",
             LS_SOURCE_DIR, example);
    if (ls_trace_load(s->trace_path, NULL, &s->trace, &how) != LS_LOAD_OK)
        fail_msg("%s: %s", s->trace_path, how.text);
}

static void test_recorded__are_sound(void **state)
{
    for (size_t i = 0; i < N_RECORDED; i++) {
        struct scenario s;
        open_recorded(&s, recorded[i].example);
        scenario_assert_sound(&s);
        ls_trace_free(s.trace);
    }
}

/* The story without its times: what is left is the order. */
static char *order_of(const struct scenario *s)
{
    char *story = scenario_story(s);
    char *to = story;
    for (char *line = story; *line;) {
        char *end = strchr(line, '\n') + 1;
        line = strchr(line, ' ') + 1;
        size_t n = (size_t)(end - line);
        memmove(to, line, n);
        to += n;
        line = end;
    }
    *to = '\0';
    return story;
}

/* All but the server, whose clients are a thread of their own. */
static void test_recorded__happened_as_the_examples_run(void **state)
{
    for (size_t i = 0; i < N_RECORDED - 1; i++) {
        struct scenario then, now;
        open_recorded(&then, recorded[i].example);
        scenario_run(&now, VIRTUAL_TIME, recorded[i].example, NULL);
        char *order_then = order_of(&then), *order_now = order_of(&now);
        assert_string_equal(order_then, order_now);
        free(order_then);
        free(order_now);
        ls_trace_free(then.trace);
        scenario_free(&now);
    }
}

static void test_recorded__are_judged_as_they_should(void **state)
{
    for (size_t i = 0; i < N_RECORDED; i++) {
        char path[400];
        struct run run;
        snprintf(path, sizeof path, "traces/%s.json", recorded[i].example);
        const char *argv[] = {LS_COMMAND, "check", path, NULL};
        run_program(&run,
                    &(struct run_how){.argv = argv, .folder = LS_SOURCE_DIR});
        assert_int_equal(run.exit_status, recorded[i].exit_status);
        run_free(&run);
    }
}

static void test_recorded__name_no_place_of_the_machine(void **state)
{
    for (size_t i = 0; i < N_RECORDED; i++) {
        struct scenario s;
        open_recorded(&s, recorded[i].example);
        const struct ls_process *process = &s.trace->processes[0];
        assert_int_not_equal(ls_trace_string(s.trace, process->exe)[0], '/');
        for (uint32_t k = 0; k < s.trace->n_frames; k++) {
            const char *file =
                ls_trace_string(s.trace, s.trace->frames[k].file);
            assert_int_not_equal(*file, '/');
        }
        ls_trace_free(s.trace);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded__are_sound),
        cmocka_unit_test(test_recorded__happened_as_the_examples_run),
        cmocka_unit_test(test_recorded__are_judged_as_they_should),
        cmocka_unit_test(test_recorded__name_no_place_of_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
