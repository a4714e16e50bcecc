/* SPDX-License-Identifier: MIT */
/* Programs that are hard on whoever looks on, and hard surroundings: they
 * behave as without, and are in the trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "same.h"
#include "tests/e2e/cli/shell.h"

#define HOSTILE LS_PROGRAMS "/e2e_run_hostile"
#define BETWEEN LS_PROGRAMS "/e2e_run_between.so"
#define AUDITS LS_PROGRAMS "/e2e_run_audits.so"

static void test_hostile__what_a_program_does(void **state)
{
    static const char *const lines[] = {
        "$RUN " HOSTILE " signals", "$RUN " HOSTILE " cancel",
        "$RUN " HOSTILE " jumps",   "$RUN " HOSTILE " forks",
        "$RUN " HOSTILE " vforks",  "$RUN " HOSTILE " spawns",
        "$RUN " HOSTILE " late",    "$RUN " HOSTILE " no-descriptors",
        "$RUN " HOSTILE " chroot",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_same(lines[i]);
}

/* Our memory is not what keeps a program from locking its own. */
static void test_hostile__may_lock_as_much_as_without(void **state)
{
    const char *program =
        geteuid() == 0 ? "setpriv --bounding-set=-ipc_lock " HOSTILE : HOSTILE;
    char line[600];
    snprintf(line, sizeof line, "ulimit -l 6000; $RUN %s locked", program);
    assert_same(line);
    assert_string_equal(shell_run(line).out, "mlockall 0\n");
}

/* The command may be built with ASan, which wants to come first. */
#define FIRST "ASAN_OPTIONS=verify_asan_link_order=0 "

/* The user's own library, before ours and behind it. */
static void test_hostile__what_is_preloaded_besides(void **state)
{
    static const char *const lines[] = {
        FIRST "LD_PRELOAD=" BETWEEN " $RUN " HOSTILE " signals",
        FIRST "LD_PRELOAD=" BETWEEN " $RUN " HOSTILE " forks",
        "$RUN sh -c 'ODD_FSTAT=1 LD_PRELOAD=" BETWEEN ":$LD_PRELOAD " HOSTILE
        " forks'",
        "$RUN sh -c 'LD_PRELOAD=$LD_PRELOAD:" BETWEEN " " HOSTILE " cancel'",
        "$RUN env LD_AUDIT=" AUDITS " " HOSTILE " cancel",
        "LD_BIND_NOW=1 $RUN " HOSTILE " spawns",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_same(lines[i]);
        if (shell_run("grep -q '\"cat\":\"turn\"' t.json").status != 0)
            fail_msg("nothing is traced: %s", lines[i]);
    }
    assert_same("$RUN env -i " HOSTILE " forks"); /* ours is gone, too */
}

/* 0: there is such a command. */
static int missing(const char *command)
{
    char line[80];
    snprintf(line, sizeof line, "command -v %s > command", command);
    return shell_run(line).status;
}

static void test_hostile__under_a_debugger(void **state)
{
    if (missing("gdb"))
        skip();
    assert_same("$RUN gdb -q -nx -batch -ex run --args " HOSTILE
                " jumps 2> gdb | grep jumped");
}

static void test_hostile__under_valgrind(void **state)
{
    if (missing("valgrind"))
        skip();
    assert_same("$RUN valgrind -q " HOSTILE " spawns");
}

/* In namespaces of its own, where that is permitted. */
static void test_hostile__no_room_for_temporary_files(void **state)
{
    static const char *const lines[] = {
        "TMPDIR=/nowhere $RUN " HOSTILE " vforks",
        "unshare -m sh -c 'mount -t tmpfs -o ro none /dev/shm && $RUN " HOSTILE
        " vforks'",
        "unshare -m sh -c 'mount -t tmpfs -o size=4k none /dev/shm && "
        "head -c 9999 /dev/zero 2> full > /dev/shm/x; $RUN " HOSTILE " vforks'",
    };
    int n = geteuid() == 0 && shell_run("unshare -m true").status == 0 ? 3 : 1;
    for (int i = 0; i < n; i++)
        assert_same(lines[i]);
}

/* All of it is recorded: storm and cancelled calls leave a trace that is
 * whole. */
static void test_hostile__the_trace_is_whole(void **state)
{
    static const char *const cases[] = {"signals", "cancel", "jumps", "forks"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[600];
        snprintf(line, sizeof line,
                 RUN_IT " " HOSTILE " %s > out; " LS_COMMAND
                        " check --fail 1000s t.json > said",
                 cases[i]);
        struct outcome o = shell_run(line);
        if (o.status != 0)
            fail_msg("%s: %d\n%s%s", cases[i], o.status, o.out, o.err);
        o = shell_run("grep -c '\"cat\":\"turn\"' t.json");
        assert_int_equal(o.status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile__what_a_program_does),
        cmocka_unit_test(test_hostile__may_lock_as_much_as_without),
        cmocka_unit_test(test_hostile__what_is_preloaded_besides),
        cmocka_unit_test(test_hostile__under_a_debugger),
        cmocka_unit_test(test_hostile__under_valgrind),
        cmocka_unit_test(test_hostile__no_room_for_temporary_files),
        cmocka_unit_test(test_hostile__the_trace_is_whole),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
