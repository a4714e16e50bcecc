/* SPDX-License-Identifier: MIT */
/* Many processes, and traces that cannot become what they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/e2e/cli/shell.h"

#define RUN_IT LS_COMMAND " run -o t.json --"

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

/* How often a line with all of the parts stands in the trace. */
static int count_in_trace(const char *part, const char *other)
{
    int n = 0;
    char *text = shell_read("t.json");
    assert_non_null(text);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        n += strstr(line, part) && strstr(line, other);
    free(text);
    return n;
}

#define PROCESS "\"name\":\"loopscope_process\""

static void test_processes__all_of_a_script(void **state)
{
    struct outcome o = shell_run(
        RUN_IT " sh -c 'true; ls / > /dev/null; sed -n 1p /etc/passwd | "
               "wc -l; /bin/true; env -i /bin/echo alone; exit 6'");
    assert_int_equal(o.status, 6);
    assert_string_equal(o.out, "1\nalone\n");
    assert_string_equal(o.err, "");
    /* and the shell's forks, until they execute */
    assert_true(count_in_trace(PROCESS, "[\"sh\",\"-c\"") >= 1);
    assert_int_equal(count_in_trace(PROCESS, "[\"ls\",\"/\"]"), 1);
    assert_int_equal(count_in_trace(PROCESS, "[\"sed\",\"-n\""), 1);
    assert_int_equal(count_in_trace(PROCESS, "[\"wc\",\"-l\"]"), 1);
    assert_int_equal(count_in_trace(PROCESS, "[\"/bin/true\"]"), 1);
    assert_int_equal(count_in_trace(PROCESS, "[\"env\",\"-i\""), 1);
}

static void test_processes__a_chain_of_executions(void **state)
{
    struct outcome o =
        shell_run(RUN_IT " sh -c 'exec env nice -n 1 sh -c \"exit 12\"'");
    assert_int_equal(o.status, 12);
    static const char *const images[] = {"[\"env\",", "[\"nice\",",
                                         "\"-c\",\"exit 12\"]"};
    for (int i = 0; i < 3; i++) {
        char image[32];
        snprintf(image, sizeof image, "\"image\":%d", i + 1);
        assert_int_equal(count_in_trace(images[i], image), 1);
    }
}

/* Short ones, three hundred of them, and as many at once. */
static void test_processes__many(void **state)
{
    struct outcome o = shell_run(
        RUN_IT " sh -c 'i=0; while [ $i -lt 300 ]; do /bin/sleep 0.5 & "
               "i=$((i + 1)); done; wait; echo all'");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.out, "all\n");
    assert_int_equal(count_in_trace(PROCESS, "[\"/bin/sleep\",\"0.5\"]"), 300);
    o = shell_run(RUN_IT " sh -c 'i=0; while [ $i -lt 300 ]; do /bin/true; "
                         "i=$((i + 1)); done; echo all'");
    assert_string_equal(o.out, "all\n");
    assert_int_equal(count_in_trace(PROCESS, "[\"/bin/true\"]"), 300);
}

/* Loopscope waits for it, and has the program's status. */
static void test_processes__a_daemon_is_followed(void **state)
{
    struct outcome o = shell_run(
        RUN_IT " " LS_PROGRAMS "/e2e_run_daemon done 600; s=$?; cat done | "
               "tail -1; grep -c loopscope_end t.json; exit $s");
    assert_int_equal(o.status, 4);
    assert_string_equal(o.out, "done\n1\n");
}

/* It cannot write, and the program does not notice. */
static void test_processes__a_full_disk(void **state)
{
    if (access("/dev/full", W_OK) != 0 || geteuid() != 0)
        skip();
    struct outcome o = shell_run(
        "mkdir full && mount -t tmpfs -o size=64k none full || exit "
        "77; " LS_COMMAND
        " run -o full/t.json -- sh -c 'i=0; while [ $i -lt 400 ]; do "
        "/bin/true; i=$((i + 1)); done; echo fine; exit 3'; s=$?; " LS_COMMAND
        " report full/t.json > report; tail -c 3 full/t.json; umount full; "
        "exit $s");
    if (o.status == 77)
        skip();
    assert_int_equal(o.status, 3);
    assert_string_equal(o.out, "fine\n\n]\n");
    assert_contains(o.err, "loopscope: full/t.json: the trace ends early: No "
                           "space left");
}

static void test_processes__a_limit_of_size(void **state)
{
    struct outcome o = shell_run(
        LS_COMMAND " run --max-size 50K -o t.json -- /usr/bin/python3 -c '\n"
                   "import asyncio, time\n"
                   "async def main():\n"
                   "    for i in range(6000):\n"
                   "        await asyncio.sleep(0)\n"
                   "    await asyncio.sleep(0.1)\n"
                   "    time.sleep(0.06)\n"
                   "    await asyncio.sleep(0.1)\n"
                   "asyncio.run(main())'");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "");
    assert_int_equal(count_in_trace("loopscope_limit", "\"max_bytes\":51200"),
                     1);
    assert_int_equal(
        count_in_trace("\"name\":\"clock_nanosleep\"", "\"ph\":\"B\""), 1);
}

static void test_processes__a_synopsis_of_each(void **state)
{
    shell_run(RUN_IT " sh -c '/bin/true; exit 0'");
    assert_int_equal(count_in_trace("loopscope_synopsis", "\"loops\":0"), 2);
    shell_run(RUN_IT " /usr/bin/python3 -c 'import asyncio; "
                     "asyncio.run(asyncio.sleep(0.1))'");
    assert_int_equal(count_in_trace("loopscope_synopsis", "\"loops\":1"), 1);
}

/* ---- doctor ------------------------------------------------------------- */

static void test_processes__the_doctor_tries(void **state)
{
    struct outcome o = shell_run(LS_COMMAND " doctor");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "");
    assert_contains(o.out, "ok       preloading  programs can be traced by ");
    assert_contains(o.out, "ok       memory ");
    assert_contains(o.out, "Programs can be traced here");
    o = shell_run(
        "LOOPSCOPE_LIBRARY=/lib/x86_64-linux-gnu/libm.so.6 " LS_COMMAND
        " doctor");
    assert_int_equal(o.status, 1);
    assert_contains(o.out, "missing  preloading ");
    assert_contains(o.out, "did not join the session");
    o = shell_run("ulimit -f 100; " LS_COMMAND " doctor | cat");
    assert_contains(o.out, "missing  memory ");
    assert_contains(o.out, "do: ulimit -f unlimited");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_processes__all_of_a_script),
        cmocka_unit_test(test_processes__a_chain_of_executions),
        cmocka_unit_test(test_processes__many),
        cmocka_unit_test(test_processes__a_daemon_is_followed),
        cmocka_unit_test(test_processes__a_full_disk),
        cmocka_unit_test(test_processes__a_limit_of_size),
        cmocka_unit_test(test_processes__a_synopsis_of_each),
        cmocka_unit_test(test_processes__the_doctor_tries),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
