/* SPDX-License-Identifier: MIT */
/* Opening, closing, and everything that can be in the way. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "traced.h"

static void test_open__a_trace_and_nothing_else(void **state)
{
    struct traced t = {0};
    struct stat st;
    traced_run(&t, "opening", NULL, NULL, 0);
    assert_string_equal(t.run.out, "");
    assert_string_equal(t.run.err, "");
    assert_int_equal(stat(t.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    traced_load(&t);
    assert_true(t.trace->health.complete);
    assert_int_equal(t.trace->n_marks, 1);
    assert_string_equal(traced_string(&t, t.trace->marks[0].text), "world");
    traced_free(&t);
}

static void test_open__again_after_close(void **state)
{
    struct traced t = {0};
    traced_run(&t, "opening", "again", NULL, 0);
    strcat(t.path, ".2");
    traced_load(&t);
    assert_true(t.trace->health.complete);
    assert_int_equal(t.trace->n_marks, 1);
    assert_string_equal(traced_string(&t, t.trace->marks[0].name), "hello");
    traced_free(&t);
}

static void test_open__silenced(void **state)
{
    struct traced t = {0};
    const char *env[] = {"LOOPSCOPE=off", NULL};
    traced_run(&t, "opening", "again", env, 0);
    assert_int_equal(access(t.path, F_OK), -1);
    traced_free(&t);
}

/* WORD stands in what the program said. */
static void fails_with(struct traced *t, const char *const *env,
                       const char *word)
{
    traced_run(t, "opening", NULL, env, 1);
    if (!strstr(t->run.out, word))
        fail_msg("\"%s\" is not in: %s", word, t->run.out);
    traced_free(t);
}

/* An installation that was moved: bin is in PATH, the collector in libexec. The
 * program stands alone, so that there is none beside it. */
static void test_open__collector_of_a_moved_prefix(void **state)
{
    struct traced t;
    char command[2048], path[512];
    traced_prepare(&t);
    snprintf(command, sizeof command,
             "mkdir -p '%s/p/bin' '%s/p/libexec' '%s/alone' && "
             "cp '%s/e2e_tracer_opening' '%s/alone/' && "
             "ln -s '%s' '%s/p/libexec/loopscope-collector'",
             t.folder, t.folder, t.folder, LS_PROGRAMS, t.folder, LS_COLLECTOR,
             t.folder);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "PATH=%s/p/bin:/usr/bin:/bin", t.folder);
    snprintf(path, sizeof path, "%s/alone/e2e_tracer_opening", t.folder);
    run_program(&t.run,
                &(struct run_how){.argv = (const char *[]){path, t.path, NULL},
                                  .env = (const char *[]){command, NULL}});
    assert_string_equal(t.run.out, "");
    assert_int_equal(t.run.exit_status, 0);
    snprintf(command, sizeof command, "rm -r '%s/p' '%s/alone'", t.folder,
             t.folder);
    assert_int_equal(system(command), 0);
    traced_load(&t);
    assert_int_equal(t.trace->n_marks, 1);
    traced_free(&t);
}

static void test_open__no_collector(void **state)
{
    struct traced t = {0};
    const char *env[] = {"LOOPSCOPE_COLLECTOR=/nowhere/collector", NULL};
    fails_with(&t, env, "LOOPSCOPE_COLLECTOR=/nowhere/collector: No such file");
}

static void test_open__collector_that_is_no_program(void **state)
{
    struct traced t = {0};
    char script[400], env[512];
    traced_prepare(&t);
    snprintf(script, sizeof script, "%s/broken", t.folder);
    int fd = open(script, O_CREAT | O_WRONLY, 0700);
    assert_int_equal(write(fd, "\x7f", 1), 1);
    close(fd);
    snprintf(env, sizeof env, "LOOPSCOPE_COLLECTOR=%s", script);
    fails_with(&t, (const char *[]){env, NULL}, "Exec format error");
}

static void test_open__folder_that_is_not_there(void **state)
{
    struct traced t;
    traced_prepare(&t);
    snprintf(t.path, sizeof t.path, "%s/no/trace.json", t.folder);
    fails_with(&t, NULL, "No such file or directory");
}

static void test_open__symbolic_link(void **state)
{
    struct traced t;
    traced_prepare(&t);
    assert_int_equal(symlink("/etc/hostname", t.path), 0);
    fails_with(&t, NULL, "it is a symbolic link");
}

static void test_open__pipe(void **state)
{
    struct traced t;
    traced_prepare(&t);
    assert_int_equal(mkfifo(t.path, 0600), 0);
    fails_with(&t, NULL, "no regular file");
}

static void test_open__trace_that_is_being_written(void **state)
{
    struct traced t;
    char text[8] = "";
    traced_prepare(&t);
    int fd = open(t.path, O_CREAT | O_RDWR, 0600);
    assert_int_equal(write(fd, "old", 3), 3);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    traced_run(&t, "opening", NULL, NULL, 1);
    assert_non_null(strstr(t.run.out, "another collector is writing it"));
    assert_int_equal(pread(fd, text, 3, 0), 3); /* left alone */
    assert_string_equal(text, "old");
    close(fd);
    traced_free(&t);
}

static void test_open__compressed(void **state)
{
    struct traced t;
    unsigned char magic[2];
    traced_prepare(&t);
    strcat(t.path, ".gz");
    traced_run(&t, "opening", NULL, NULL, 0);
    int fd = open(t.path, O_RDONLY);
    assert_int_equal(read(fd, magic, 2), 2);
    assert_int_equal(magic[0], 0x1f);
    assert_int_equal(magic[1], 0x8b);
    close(fd);
    traced_load(&t);
    assert_int_equal(t.trace->n_marks, 1);
    traced_free(&t);
}

/* More than any collector can write: dropped, counted, told. */
static void test_open__flood_is_counted(void **state)
{
    enum { N = 3000000 };
    struct traced t = {0};
    traced_run(&t, "flooding", "3000000", NULL, 0);
    traced_load(&t);
    const struct ls_counter *counter = traced_counter(&t, "flood");
    assert_true(t.trace->health.complete);
    assert_true(t.trace->health.n_lost > 0);
    assert_int_equal(counter->n_points + t.trace->health.n_lost, N);
    assert_string_equal(
        traced_string(&t, t.trace->marks[t.trace->n_marks - 1].name), "last");
    traced_free(&t);
}

/* wait(), SIGCHLD and descriptors as without loopscope; forked children are in
 * the trace. */
static void test_open__children_of_the_program(void **state)
{
    struct traced t = {0};
    traced_run(&t, "forking", NULL, NULL, 0);
    assert_string_equal(t.run.out,
                        "children 3\nSIGCHLD own\nopen 0\nclose 0\n");
    traced_load(&t);
    assert_int_equal(t.trace->n_processes, 4);
    assert_int_equal(t.trace->n_tasks, 4);
    for (uint32_t i = 0; i < t.trace->n_tasks; i++)
        assert_int_equal(t.trace->tasks[i].state, LS_TASK_OK);
    assert_true(t.trace->health.complete);
    traced_free(&t);
}

/* The program is gone, though its process lives: the trace ends. */
static void test_open__program_that_executes_another(void **state)
{
    struct traced t = {0};
    traced_run(&t, "executing", NULL, NULL, 0);
    traced_load(&t);
    assert_true(t.trace->health.complete);
    assert_int_equal(t.trace->n_marks, 1);
    traced_free(&t);
}

/* libuv before loopscope on the link line: its functions are not hooked, and
 * the trace says which; the turns are there all the same. */
static void test_open__wrong_link_order_is_told(void **state)
{
    struct traced t = {0};
    traced_run(&t, "wrong_order", NULL, NULL, 0);
    traced_load(&t);
    const char *missing =
        traced_string(&t, t.trace->processes[0].hooks_missing);
    assert_ptr_equal(strstr(missing, "uv_sleep, uv_run, uv_timer_start, "),
                     missing);
    assert_non_null(strstr(missing, "uv_fs_open"));
    assert_int_equal(t.trace->n_loops, 4);
    assert_true(t.trace->loops[0].n_turns > 2);
    traced_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open__a_trace_and_nothing_else),
        cmocka_unit_test(test_open__again_after_close),
        cmocka_unit_test(test_open__silenced),
        cmocka_unit_test(test_open__collector_of_a_moved_prefix),
        cmocka_unit_test(test_open__no_collector),
        cmocka_unit_test(test_open__collector_that_is_no_program),
        cmocka_unit_test(test_open__folder_that_is_not_there),
        cmocka_unit_test(test_open__symbolic_link),
        cmocka_unit_test(test_open__pipe),
        cmocka_unit_test(test_open__trace_that_is_being_written),
        cmocka_unit_test(test_open__compressed),
        cmocka_unit_test(test_open__flood_is_counted),
        cmocka_unit_test(test_open__children_of_the_program),
        cmocka_unit_test(test_open__program_that_executes_another),
        cmocka_unit_test(test_open__wrong_link_order_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
