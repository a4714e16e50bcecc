/* SPDX-License-Identifier: MIT */
/* What the kernel says of a thread: its line, and a child that stands still. */
#include "tracer/collector/sight.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tracer/collector/syscalls.h"

static void test_sight__a_thread_that_runs(void **state)
{
    struct ls_sight sight;
    assert_true(ls_sight_parse("running\n", &sight));
    assert_int_equal(sight.state, LS_SIGHT_RUNNING);
    assert_int_equal(sight.syscall, -1);
    assert_int_equal(sight.sp, 0);
}

static void test_sight__a_system_call(void **state)
{
    struct ls_sight sight;
    assert_true(ls_sight_parse(
        "35 0x7ffe10 0x0 0x1 0x2 0x3 0x4 0x7ffe0008 0x55aa\n", &sight));
    assert_int_equal(sight.state, LS_SIGHT_BLOCKED);
    assert_int_equal(sight.syscall, 35);
    assert_int_equal(sight.args[0], 0x7ffe10);
    assert_int_equal(sight.args[5], 4);
    assert_int_equal(sight.sp, 0x7ffe0008);
    assert_int_equal(sight.pc, 0x55aa);
}

static void test_sight__a_page_fault(void **state)
{
    struct ls_sight sight;
    assert_true(ls_sight_parse("-1 0x7ffe0008 0x55aa\n", &sight));
    assert_int_equal(sight.state, LS_SIGHT_FAULT);
    assert_int_equal(sight.syscall, -1);
    assert_int_equal(sight.sp, 0x7ffe0008);
    assert_int_equal(sight.pc, 0x55aa);
}

static void test_sight__lines_that_make_no_sense(void **state)
{
    static const char *const lines[] = {
        "",
        "\n",
        "runnin",
        "35\n",
        "35 0x1 0x2\n",
        "-1\n",
        "-1 0x1\n",
        "-1 0x1 0x2 0x3\n",
        "35 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8 0x9\n",
        "35 0x1 0x2 0x3 0x4 0x5 0x6 0x7 zero\n",
        "35  0x1 0x2 0x3 0x4 0x5 0x6 0x7 \n",
        "x 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8\n",
        "99999999999999999999 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8\n",
        "35 0x1ffffffffffffffffff 0x2 0x3 0x4 0x5 0x6 0x7 0x8\n",
    };
    struct ls_sight sight;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (ls_sight_parse(lines[i], &sight))
            fail_msg("taken for good: %s", lines[i]);
}

/* A child that reads of a pipe into which nobody writes. */
static pid_t start_reader(int pipes[2])
{
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        syscall(SYS_read, pipes[0], &byte, 1);
        _exit(0);
    }
    struct ls_sight sight = {.syscall = -1};
    for (int i = 0; i < 5000 && sight.syscall != SYS_read; i++) {
        assert_int_equal(ls_sight_look(pid, pid, &sight), 0);
        usleep(1000);
    }
    return pid;
}

static void end_reader(pid_t pid, const int pipes[2])
{
    close(pipes[0]);
    close(pipes[1]);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void test_sight__a_child_that_waits(void **state)
{
    struct ls_sight sight, glance;
    struct ls_usage usage;
    int pipes[2];
    static unsigned char bytes[16384];
    pid_t pid = start_reader(pipes);
    assert_int_equal(ls_sight_look(pid, pid, &sight), 0);
    assert_int_equal(sight.state, LS_SIGHT_BLOCKED);
    assert_string_equal(ls_syscall_name(sight.syscall), "read");
    assert_true(ls_syscall_has_fd(sight.syscall));
    assert_int_equal(sight.args[0], pipes[0]);
    assert_int_equal(ls_sight_glance(pid, pid, &glance), 0);
    assert_int_equal(glance.state, LS_SIGHT_BLOCKED);
    assert_true(ls_sight_copy(pid, pid, &sight, bytes, sizeof bytes) > 256);
    assert_int_equal(ls_sight_usage(pid, pid, &usage), 0);
    /* It is elsewhere than it was: */
    sight.pc++;
    assert_int_equal(ls_sight_copy(pid, pid, &sight, bytes, sizeof bytes),
                     -EAGAIN);
    sight.sp = 8;
    assert_int_equal(ls_sight_copy(pid, pid, &sight, bytes, sizeof bytes),
                     -EFAULT);
    end_reader(pid, pipes);
}

/* Nobody is looked at by a wrong number. */
static void test_sight__a_thread_of_another_process(void **state)
{
    struct ls_sight sight;
    struct ls_usage usage;
    int pipes[2];
    pid_t pid = start_reader(pipes);
    assert_int_equal(ls_sight_look(getpid(), pid, &sight), -ESRCH);
    assert_int_equal(ls_sight_usage(getpid(), pid, &usage), -ESRCH);
    assert_int_equal(ls_sight_glance(99999999, 1, &sight), -ESRCH);
    end_reader(pid, pipes);
}

static void test_sight__files(void **state)
{
    char path[300];
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    assert_false(ls_sight_file(getpid(), pipes[0], path, sizeof path));
    FILE *file = fopen("/proc/self/status", "r");
    assert_true(ls_sight_file(getpid(), fileno(file), path, sizeof path));
    assert_memory_equal(path, "/proc/", 6);
    fclose(file);
    assert_false(ls_sight_file(getpid(), 12345, path, sizeof path));
    close(pipes[0]);
    close(pipes[1]);
}

static void test_sight__names_of_system_calls(void **state)
{
    assert_string_equal(ls_syscall_name(SYS_clock_nanosleep),
                        "clock_nanosleep");
    assert_string_equal(ls_syscall_name(SYS_futex), "futex");
    assert_null(ls_syscall_name(-1));
    assert_null(ls_syscall_name(1000000));
    assert_false(ls_syscall_has_fd(SYS_futex));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sight__a_thread_that_runs),
        cmocka_unit_test(test_sight__a_system_call),
        cmocka_unit_test(test_sight__a_page_fault),
        cmocka_unit_test(test_sight__lines_that_make_no_sense),
        cmocka_unit_test(test_sight__a_child_that_waits),
        cmocka_unit_test(test_sight__a_thread_of_another_process),
        cmocka_unit_test(test_sight__files),
        cmocka_unit_test(test_sight__names_of_system_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
