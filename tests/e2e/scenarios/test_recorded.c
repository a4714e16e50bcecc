/* SPDX-License-Identifier: MIT */
/* The recorded traces (traces/, by scripts/record-traces) are whole, are those
 * of today's examples, and say nothing of the machine that recorded them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "tests/support/scenario.h"

static const struct recorded {
    const char *trace;
    int exit_status; /* of `loopscope check` */
    bool any_order;  /* threads, or timers too close for a real machine */
    bool odd_tasks;  /* not over, which is what it is about; or they arose by
                        themselves and run inside each other */
} recorded[] = {
    {"bad_example", 1, false, false},
    {"brew_chai", 0, false, false},
    {"coffee_async", 0, false, false},
    {"coffee_blocking", 1, false, false},
    {"db_then_api", 0, false, false},
    {"downloads", 0, false, false},
    {"gather", 0, false, false},
    {"gather_failure", 0, false, false},
    {"interleaving", 0, false, false},
    {"one_at_a_time", 0, false, false},
    {"responsive_ui", 0, false, false},
    {"sequential_awaits", 0, false, false},
    {"task_a_b", 0, false, false},
    {"timeline", 0, false, false},
    {"two_requests_async", 0, false, false},
    {"two_requests_sync", 1, false, false},
    {"never_awaited", 0, false, true},
    {"lost_wake", 0, true, true}, /* it says on stderr what is left */
    {"await_cycle", 1, true, true},
    {"fire_and_forget", 0, false, false},
    {"responsive_ui_blocking", 1, true, false}, /* not the program's name */
    {"chess_master", 0, true, false},
    {"concurrent", 0, true, false},
    {"cpu_in_pool", 0, true, false},
    {"cpu_on_loop", 1, false, false},
    {"golden_rule", 1, true, false},
    {"golden_rule_async", 0, true, false},
    {"parallel", 0, true, false},
    {"task_per_request_200", 0, true, false},
    {"thread_per_request", 0, true, false},
    {"webhooks", 0, true, false},
    {"fetch_urls", 0, true, false},
    {"well_structured", 0, true, false},
    {"http_server", 1, true, false},
    {"expiring_sessions", 0, true, true},
    {"expiring_sessions_queue", 0, true, true},
    {"late_frames", 0, true, true},
    {"late_frames_in_pool", 0, true, true},
    {"full_pool", 0, true, true},
    {"full_pool_threads", 0, true, true},
    {"forgotten_timers", 0, true, true},
    {"forgotten_timers_close", 0, true, true},
    {"leaky_server", 0, true, true},
    {"leaky_server_close", 0, true, true},
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
        if (recorded[i].odd_tasks)
            continue;
        open_recorded(&s, recorded[i].trace);
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

static void test_recorded__happened_as_the_examples_run(void **state)
{
    for (size_t i = 0; i < N_RECORDED; i++) {
        struct scenario then, now;
        if (recorded[i].any_order)
            continue;
        open_recorded(&then, recorded[i].trace);
        scenario_run(&now, VIRTUAL_TIME, recorded[i].trace, NULL);
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
        snprintf(path, sizeof path, "traces/%s.json", recorded[i].trace);
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
        open_recorded(&s, recorded[i].trace);
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
