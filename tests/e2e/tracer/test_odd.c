/* SPDX-License-Identifier: MIT */
/* Sequences that are legal and seldom: programs/odd.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "traced.h"

static void run_case(struct traced *t, const char *name)
{
    traced_run(t, "odd", name, NULL, 0);
    assert_string_equal(t->run.out, "");
    traced_load(t);
    assert_true(t->trace->health.complete);
}

/* The longest turn of the only loop. */
static const struct ls_slice *longest_turn(const struct traced *t)
{
    const struct ls_slice *longest = NULL;
    assert_int_equal(t->trace->n_loops, 1);
    const struct ls_loop *loop = &t->trace->loops[0];
    const struct ls_thread *thread = &t->trace->threads[loop->thread];
    for (uint32_t i = 0; i < loop->n_turns; i++) {
        const struct ls_slice *turn = &thread->slices[loop->turns[i]];
        if (!longest ||
            turn->end_ns - turn->begin_ns > longest->end_ns - longest->begin_ns)
            longest = turn;
    }
    assert_non_null(longest);
    return longest;
}

/* What the calls in it used is the turn's too. */
static void test_odd__a_turn_with_calls_keeps_its_computing(void **state)
{
    struct traced t = {0};
    run_case(&t, "mixed");
    const struct ls_detail *detail = ls_trace_detail(t.trace, longest_turn(&t));
    assert_non_null(detail);
    assert_in_range(detail->cause.cpu_ns, 60000000, 90000000);
    assert_in_range(detail->cause.blocked_ns, 38000000, 80000000);
    traced_free(&t);
}

/* A loop that hangs, and a thread that notices and gives up. */
static void test_odd__a_turn_lasts_until_the_exit(void **state)
{
    struct traced t = {0};
    run_case(&t, "exiting");
    const struct ls_slice *turn = longest_turn(&t);
    assert_in_range(turn->end_ns - turn->begin_ns, 100000000, 10000000000);
    traced_free(&t);
}

/* A call on one of those costs next to nothing. */
static void test_odd__what_does_not_block_is_known(void **state)
{
    struct traced t = {0};
    traced_run(&t, "unblocked", NULL, NULL, 0);
    assert_string_equal(t.run.out, "");
    traced_free(&t);
}

static void test_odd__descriptors_of_the_program_stay_open(void **state)
{
    struct traced t = {0};
    run_case(&t, "closing_all");
    traced_free(&t);
}

/* WORD stands in what the program said when it could not open a trace. */
static void fails_with(const char *name, const char *const *env,
                       const char *word)
{
    struct traced t = {0};
    traced_run(&t, "odd", name, env, 1);
    if (!strstr(t.run.out, word))
        fail_msg("\"%s\" is not in: %s", word, t.run.out);
    assert_null(strstr(t.run.out, "patience"));
    traced_free(&t);
}

static void test_odd__files_that_may_not_be_large(void **state)
{
    fails_with("limited", NULL, "File too large");
}

static void test_odd__a_collector_that_ends_at_once(void **state)
{
    const char *env[] = {"LOOPSCOPE_COLLECTOR=/bin/false", NULL};
    fails_with("mixed", env, "/bin/false ended at once");
}

/* A program that sleeps stands in for a collector that is too slow. */
static void test_odd__signals_do_not_shorten_the_patience(void **state)
{
    struct traced t;
    char script[400], env[512];
    traced_prepare(&t);
    snprintf(script, sizeof script, "%s/slow", t.folder);
    FILE *file = fopen(script, "w");
    assert_non_null(file);
    fputs("#!/bin/sh\nexec sleep 15\n", file);
    fclose(file);
    assert_int_equal(chmod(script, 0700), 0);
    snprintf(env, sizeof env, "LOOPSCOPE_COLLECTOR=%s", script);
    fails_with("interrupted", (const char *[]){env, NULL}, "within 10 s");
    traced_free(&t);
}

/* What runs with more rights than its caller runs nothing of the caller's. */
static void test_odd__a_set_user_id_program_ignores_path(void **state)
{
    struct traced t;
    struct statvfs fs;
    char program[400], command[800], env[512];
    traced_prepare(&t);
    if (geteuid() != 0 || statvfs(t.folder, &fs) < 0 ||
        (fs.f_flag & ST_NOSUID)) {
        remove_folder(t.folder);
        skip();
    }
    snprintf(program, sizeof program, "%s/odd", t.folder);
    snprintf(command, sizeof command,
             "cd '%s' && cp '%s/e2e_tracer_odd' odd && chown 65534 odd && "
             "chmod 4755 odd && mkdir path && "
             "ln -s /bin/false path/loopscope-collector",
             t.folder, LS_PROGRAMS);
    assert_int_equal(system(command), 0);
    snprintf(env, sizeof env, "PATH=%s/path", t.folder);
    const char *argv[] = {program, t.path, "mixed", NULL};
    run_program(&t.run, &(struct run_how){.argv = argv,
                                          .env = (const char *[]){env, NULL}});
    assert_null(strstr(t.run.out, "ended at once"));
    snprintf(command, sizeof command, "rm -r '%s/path'", t.folder);
    assert_int_equal(system(command), 0);
    traced_free(&t);
}

static void unload(const char *kind)
{
    struct traced t = {0};
    char plugin[512];
    snprintf(plugin, sizeof plugin, "%s/e2e_tracer_plugin_%s", LS_PROGRAMS,
             kind);
    traced_run(&t, "unloading", plugin, NULL, 0);
    traced_load(&t);
    assert_true(t.trace->health.complete);
    assert_int_equal(t.trace->n_marks, 1);
    traced_free(&t);
}

/* Its threads end after the library that recorded in them. */
static void test_odd__a_library_that_is_unloaded(void **state)
{
    unload("loopscope");
    unload("loopscope_shared");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_odd__a_turn_with_calls_keeps_its_computing),
        cmocka_unit_test(test_odd__a_turn_lasts_until_the_exit),
        cmocka_unit_test(test_odd__a_library_that_is_unloaded),
        cmocka_unit_test(test_odd__what_does_not_block_is_known),
        cmocka_unit_test(test_odd__descriptors_of_the_program_stay_open),
        cmocka_unit_test(test_odd__files_that_may_not_be_large),
        cmocka_unit_test(test_odd__a_collector_that_ends_at_once),
        cmocka_unit_test(test_odd__signals_do_not_shorten_the_patience),
        cmocka_unit_test(test_odd__a_set_user_id_program_ignores_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
