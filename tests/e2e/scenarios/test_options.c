/* SPDX-License-Identifier: MIT */
/* What all examples share: options, speed, and errors that are said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/run.h"

#define PROGRAM LS_EXAMPLES "/brew_chai"

/* Run brew_chai in FOLDER with the virtual clock; ENV may be NULL. */
static void brew(struct run *run, const char *folder, const char *env,
                 const char *option, const char *argument)
{
    const char *argv[] = {PROGRAM, option, argument, NULL};
    const char *all[] = {"LD_PRELOAD=" LS_VCLOCK,
                         "LOOPSCOPE_COLLECTOR=" LS_COLLECTOR, env, NULL};
    run_program(run,
                &(struct run_how){.argv = argv, .env = all, .folder = folder});
}

static void assert_refused(const char *env, const char *option,
                           const char *argument, int status, const char *said)
{
    char folder[256];
    struct run run;
    temporary_folder(folder, sizeof folder);
    brew(&run, folder, env, option, argument);
    assert_int_equal(run.exit_status, status);
    assert_string_equal(run.out, "");
    assert_non_null(strstr(run.err, said));
    assert_ptr_equal(strchr(run.err, '\n'), run.err + strlen(run.err) - 1);
    run_free(&run);
    remove_folder(folder);
}

static void test_options__help(void **state)
{
    struct run run;
    brew(&run, NULL, NULL, "--help", NULL);
    assert_int_equal(run.exit_status, 0);
    assert_non_null(strstr(run.out, "Usage: brew_chai [-o TRACE]"));
    assert_non_null(strstr(run.out, "LS_EXAMPLE_SPEED"));
    assert_string_equal(run.err, "");
    run_free(&run);
}

static void test_options__trace_goes_where_it_is_said(void **state)
{
    char folder[256], path[300];
    struct run run;
    temporary_folder(folder, sizeof folder);
    brew(&run, folder, NULL, "-o", "here.json");
    assert_int_equal(run.exit_status, 0);
    snprintf(path, sizeof path, "%s/here.json", folder);
    assert_int_equal(access(path, R_OK), 0);
    snprintf(path, sizeof path, "%s/brew_chai.json", folder);
    assert_int_not_equal(access(path, F_OK), 0);
    run_free(&run);
    remove_folder(folder);
}

static void test_options__wrong_ones_are_refused(void **state)
{
    assert_refused(NULL, "--fast", NULL, 2, "--fast is not an option");
    assert_refused(NULL, "-o", NULL, 2, "-o needs an argument");
    assert_refused("LS_EXAMPLE_SPEED=x", NULL, NULL, 2, "LS_EXAMPLE_SPEED=x");
    assert_refused("LS_EXAMPLE_SPEED=0", NULL, NULL, 2, "not a number");
}

static void test_options__trace_that_cannot_be_written(void **state)
{
    assert_refused(NULL, "-o", "/nowhere/at/all.json", 1, "brew_chai: ");
}

static void test_options__loopscope_can_be_off(void **state)
{
    char folder[256], path[300];
    struct run run;
    temporary_folder(folder, sizeof folder);
    brew(&run, folder, "LOOPSCOPE=off", NULL, NULL);
    assert_int_equal(run.exit_status, 0);
    assert_string_equal(run.out, "Brewing chai...\nChai is ready.\n");
    assert_string_equal(run.err, "");
    snprintf(path, sizeof path, "%s/brew_chai.json", folder);
    assert_int_not_equal(access(path, F_OK), 0);
    run_free(&run);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options__help),
        cmocka_unit_test(test_options__trace_goes_where_it_is_said),
        cmocka_unit_test(test_options__wrong_ones_are_refused),
        cmocka_unit_test(test_options__trace_that_cannot_be_written),
        cmocka_unit_test(test_options__loopscope_can_be_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
