/* SPDX-License-Identifier: MIT */
/* A program that is run by loopscope behaves as without: what it prints, how it
 * ends, and what it finds around itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "same.h"
#include "tests/e2e/cli/shell.h"

/* Each is given to `sh -c` behind $RUN, which is nothing or ours. */
static const char *const lines[] = {
    /* how it ends */
    "$RUN true",
    "$RUN false",
    "$RUN sh -c 'exit 255'",
    "{ $RUN sh -c 'kill -TERM $$'; } 2> shell; exit $?",
    "{ $RUN sh -c 'kill -SEGV $$'; } 2> shell; exit $?",
    "{ $RUN sh -c 'kill -KILL $$'; } 2> shell; exit $?",
    "{ $RUN sh -c 'kill -PIPE $$'; } 2> shell; exit $?",
    "yes | $RUN head -3",
    "$RUN yes | head -3",

    /* what it prints */
    "$RUN sh -c 'echo out; echo err >&2; exit 3'",
    "echo in | $RUN cat",
    "$RUN cat < /dev/null",
    "echo in | $RUN sh -c 'read -r x; echo \"$x\"; cat'; echo after",
    "$RUN /bin/echo -n -e a b --help -- c",

    /* what it allows itself */
    "$RUN " LS_PROGRAMS "/e2e_run_confined filter",
    "$RUN " LS_PROGRAMS "/e2e_run_confined strict",
    "$RUN sh -c 'ulimit -v 240000; " LS_PROGRAMS "/e2e_run_numbers; "
    "ulimit -v'",
    "$RUN sh -c 'ulimit -n 40; " LS_PROGRAMS "/e2e_run_numbers'",

    /* what waits for a thread of its own while it is loaded */
    "$RUN timeout 20 " LS_PROGRAMS "/e2e_run_waiting " LS_PROGRAMS
    "/e2e_run_waits",

    /* what it finds */
    "$RUN ls -1 /proc/self/fd",
    "$RUN sh -c 'ls -1 /proc/self/fd; readlink /proc/self/fd/1'",
    "$RUN ls -1 /proc/self/fd <&- ",
    "$RUN ls -1 /proc/self/fd 2>&-",
    "$RUN ls -1 /proc/self/fd <&- 2>&-",
    "$RUN sh -c 'exit 7' <&- >&- 2>&-",
    "exec 7<&0 9>&1; $RUN ls -1 /proc/self/fd",
    "$RUN sh -c 'ulimit -Sa; ulimit -Ha'",
    "ulimit -S -n 99; ulimit -S -c 0; ulimit -S -t 77; $RUN sh -c 'ulimit -Sa'",
    "$RUN grep -E '^(Umask|Groups|Sig[PBIC]|Shd|Cap|NoNew|Seccomp)' "
    "/proc/self/status",
    "trap '' INT HUP TERM CHLD PIPE XFSZ TSTP; "
    "$RUN grep ^Sig[PBIC] /proc/self/status",
    "trap '' CHLD; $RUN sh -c 'exit 6'",
    "nohup $RUN grep ^Sig[PBIC] /proc/self/status",
    "umask 027; $RUN sh -c umask",
    "cd /; $RUN pwd",
    "nice -n 5 $RUN nice",
    "$RUN cat /proc/self/oom_score_adj",
    "$RUN sh -c 'echo $0 $#' a b",
    "PATH=/nowhere::/usr/bin:/bin; $RUN sh -c 'echo found'",
    "$RUN sh -c 'ps -o sid= -p $$; ps -o tty= -p $$'",
    "env -i $RUN /usr/bin/env | grep -vE "
    "'^(LOOPSCOPE_|ASAN_|LD_PRELOAD|RUN|LS)'",
    "$RUN env | grep -vE '^(LOOPSCOPE_SESSION|LD_PRELOAD|ASAN_OPTIONS|RUN)='",
    "DEBUGINFOD_URLS=http://nowhere LD_AUDIT= $RUN env | grep -E "
    "'^(DEB|LD_AU)'",
    "printf 'echo no interpreter; exit 8\\n' > script; chmod +x script; "
    "$RUN ./script",
    "printf '#!/bin/sh -e\\necho $0 $1; false; true\\n' > s2; chmod +x s2; "
    "$RUN ./s2 x",
};

static void test_transparent__the_same_as_without(void **state)
{
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_same(lines[i]);
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

/* Ours comes first, and only what is needed is added. */
static void test_transparent__what_is_added_to_the_environment(void **state)
{
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0:color=never", 1);
    struct outcome o =
        shell_run("LD_PRELOAD=libm.so.6 " RUN_IT " env | sort > with; "
                  "LD_PRELOAD=libm.so.6 env | sort > without; "
                  "diff without with | grep '^[<>]' | grep -v ' _='");
    unsetenv("ASAN_OPTIONS");
    assert_contains(o.out, "/libloopscope.so");
    assert_contains(o.out, ":libm.so.6\n");
    assert_contains(o.out, "> LOOPSCOPE_SESSION=");
    assert_contains(o.out, "> ASAN_OPTIONS=verify_asan_link_order=0:color="
                           "never:verify_asan_link_order=0\n");
    assert_int_equal(count_lines(o.out), 5);
}

/* ---- what cannot be run ------------------------------------------------- */

static void test_transparent__failures_have_their_status(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *says;
    } cases[] = {
        {RUN_IT " no-such-program", 127, "no-such-program: No such file"},
        {RUN_IT " ./nowhere/program", 127, "No such file"},
        {RUN_IT " ''", 127, "No such file"},
        {RUN_IT " /etc/passwd", 126, "/etc/passwd: Permission denied"},
        {RUN_IT " /tmp", 126, "/tmp: Permission denied"},
        {"printf '#!/nowhere/sh\\n' > bad; chmod +x bad; " RUN_IT " ./bad", 127,
         "./bad: No such file"},
        {LS_COMMAND " run -o nowhere/t.json true", 125, "cannot create"},
        {"ln -sf real link.json; " LS_COMMAND " run -o link.json true", 125,
         "symbolic link"},
        {LS_COMMAND " run -o /dev/null true", 125, "no regular file"},
        {"ulimit -f 100; " RUN_IT " true", 125, "ulimit -f"},
        {"LOOPSCOPE_LIBRARY=/nowhere " RUN_IT " true", 125,
         "LOOPSCOPE_LIBRARY=/nowhere"},
        {"LOOPSCOPE_COLLECTOR=/nowhere " RUN_IT " true", 125,
         "LOOPSCOPE_COLLECTOR=/nowhere"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcome o = shell_run(cases[i].line);
        if (o.status != cases[i].status)
            fail_msg("%s: %d\n%s", cases[i].line, o.status, o.err);
        assert_string_equal(o.out, "");
        assert_contains(o.err, cases[i].says);
        assert_int_equal(count_lines(o.err), 1);
    }
}

/* LD_PRELOAD knows no quotes: a link without spaces stands for it, and is gone
 * afterwards. */
static void test_transparent__a_library_in_a_path_with_spaces(void **state)
{
    struct outcome o = shell_run(
        "mkdir -p 'a b'; library=$(" RUN_IT " env | sed -n "
        "'s/^LD_PRELOAD=//p'); cp $library 'a b/libloopscope.so.0'; "
        "export LOOPSCOPE_LIBRARY=$PWD/'a b/libloopscope.so.0'; link=$(" RUN_IT
        " env | sed -n 's/^LD_PRELOAD=//p'); echo \"${link#/tmp/}\"; "
        "ls \"${link%/*}\" 2>&1; grep -c loopscope_synopsis t.json");
    assert_string_equal(o.err, "");
    assert_contains(o.out, "loopscope-");
    assert_contains(o.out, "No such file");
    assert_contains(o.out, "\n1\n");
}

/* A typing error does not cost the trace of yesterday. */
static void test_transparent__no_program_no_trace(void **state)
{
    struct outcome o = shell_run("echo old > t.json; " RUN_IT " no-such; "
                                 "cat t.json");
    assert_string_equal(o.out, "old\n");
    o = shell_run("rm -f t.json; printf '#!/nowhere\\n' > bad; "
                  "chmod +x bad; " RUN_IT " ./bad; ls t.json");
    assert_string_equal(o.out, "");
}

static void test_transparent__the_trace_is_its_users_alone(void **state)
{
    struct stat st;
    shell_run("umask 0; rm -f t.json; " RUN_IT " true");
    assert_int_equal(stat("t.json", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* The memory is, too: a program sees it as its parent's descriptor. */
static void test_transparent__so_is_the_memory(void **state)
{
    struct outcome o =
        shell_run(RUN_IT " sh -c 'stat -L -c %a /proc/$PPID/fd/$(echo "
                         "$LOOPSCOPE_SESSION | cut -d: -f2)'");
    assert_string_equal(o.out, "600\n");
}

/* ---- kinds of programs -------------------------------------------------- */

static void test_transparent__a_static_program_is_named(void **state)
{
    struct outcome o = shell_run(RUN_IT " " LS_PROGRAMS "/e2e_run_static & "
                                        "sleep 0.5; kill -TERM $!; wait $!");
    assert_int_equal(o.status, 5);
    assert_string_equal(o.out, "ready\nTERM 0\n");
    assert_contains(o.err, "/e2e_run_static is statically linked");
    assert_int_equal(count_lines(o.err), 1);
}

/* It could not even say so by way of libc. */
static void test_transparent__linked_with_no_libc_behind_us(void **state)
{
    struct outcome o = shell_run(LS_PROGRAMS "/e2e_run_linked_static t.json");
    assert_int_equal(o.status, 127);
    assert_contains(o.err, "needs libc as a shared library (no -static)");
    assert_int_equal(count_lines(o.err), 1);
}

static void test_transparent__a_set_uid_program_is_named(void **state)
{
    if (geteuid() != 0)
        skip();
    struct outcome o = shell_run(
        "chmod 755 . ; cp /usr/bin/id suid; chown nobody suid; chmod 4755 "
        "suid; " RUN_IT " ./suid -u; ./suid -un");
    assert_int_equal(o.status, 0);
    assert_contains(o.err, "./suid runs as another user");
    assert_int_equal(count_lines(o.err), 1);
    assert_contains(o.out, "nobody");
}

/* ---- check -------------------------------------------------------------- */

static void test_transparent__check_follows(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *says;
    } cases[] = {
        {"run --check -o t.json true", 3, "nothing-traced: t.json"},
        {"run --check -o t.json sh -c 'exit 9'", 9, "nothing-traced: t.json"},
        {"run --check --format json -o t.json true", 3,
         "\"verdict\":\t\"nothing-traced\""},
        {"run --check -o t.json nothing-there", 127, "No such file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[512];
        snprintf(line, sizeof line, "%s %s", LS_COMMAND, cases[i].line);
        struct outcome o = shell_run(line);
        assert_int_equal(o.status, cases[i].status);
        assert_string_equal(o.out, "");
        assert_contains(o.err, cases[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transparent__the_same_as_without),
        cmocka_unit_test(test_transparent__what_is_added_to_the_environment),
        cmocka_unit_test(test_transparent__failures_have_their_status),
        cmocka_unit_test(test_transparent__a_library_in_a_path_with_spaces),
        cmocka_unit_test(test_transparent__no_program_no_trace),
        cmocka_unit_test(test_transparent__the_trace_is_its_users_alone),
        cmocka_unit_test(test_transparent__so_is_the_memory),
        cmocka_unit_test(test_transparent__a_static_program_is_named),
        cmocka_unit_test(test_transparent__linked_with_no_libc_behind_us),
        cmocka_unit_test(test_transparent__a_set_uid_program_is_named),
        cmocka_unit_test(test_transparent__check_follows),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
