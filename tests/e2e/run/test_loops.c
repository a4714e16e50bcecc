/* SPDX-License-Identifier: MIT */
/* Which threads of unmodified programs are loops, in which processes, and how
 * many turns they have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/cli/shell.h"

#define RUN LS_COMMAND " run -o t.json -- " LS_PROGRAMS "/"

/* Lines of the trace that have both texts in them. */
static int count(const char *trace, const char *one, const char *other)
{
    int n = 0;
    for (const char *line = trace; *line;) {
        const char *end = strchrnul(line, '\n');
        const char *a = memmem(line, (size_t)(end - line), one, strlen(one));
        const char *b =
            memmem(line, (size_t)(end - line), other, strlen(other));
        n += a && b;
        line = *end ? end + 1 : end;
    }
    return n;
}

static char *run(const char *line)
{
    struct outcome o = shell_run(line);
    if (o.status != 0 || *o.out || *o.err)
        fail_msg("%s: %d\n%s%s", line, o.status, o.out, o.err);
    char *trace = shell_read("t.json");
    assert_non_null(trace);
    assert_int_equal(count(trace, "\"loopscope_end\"", "\"lost\":0"), 1);
    return trace;
}

static int begins(const char *trace)
{
    return count(trace, "\"ph\":\"B\"", "\"name\":\"turn\"");
}

static int ends(const char *trace)
{
    return count(trace, "\"ph\":\"E\"", "\"name\":\"turn\"");
}

/* A turn in which a process ends by itself is ended with it. */
static const struct {
    const char *how;
    int n_loops, n_turns, n_processes;
    const char *has; /* or NULL */
} ways[] = {
    {"once", 1, 1, 1, "\"usleep\""},
    {"one-after-another", 2, 8, 1, NULL},
    {"nested", 1, 4, 1, "\"epoll_wait\",\"cat\":\"blocking\""},
    {"sleeping", 0, 0, 1, NULL},
    {"looking", 0, 0, 1, NULL},
    {"poll-then-epoll", 2, 5, 1, "\"kind\":\"epoll\""},
    {"threads", 200, 600, 1, NULL},
    {"prefork", 4, 15, 4, NULL},
    {"bare-forks", 1, 4, 1, NULL},
    {"spawning", 1, 4, 2, NULL},
    {"executing", 2, 4, 2, "\"image\":1"},
    {"daemonising", 1, 6, 1, NULL},
    {"many", 300, 600, 301, NULL},
};

static void test_loops__of_every_kind(void **state)
{
    char line[512];
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        snprintf(line, sizeof line, RUN "e2e_run_polling %s", ways[i].how);
        char *trace = run(line);
        int n_loops = count(trace, "\"loopscope_loop\"", "");
        int n_processes = count(trace, "\"loopscope_process\"", "");
        bool has = !ways[i].has || strstr(trace, ways[i].has);
        if (n_loops != ways[i].n_loops || begins(trace) != ways[i].n_turns ||
            ends(trace) != ways[i].n_turns ||
            n_processes != ways[i].n_processes || !has)
            fail_msg("%s: %d loops, %d turns, %d of them whole, %d processes, "
                     "%s\n%s",
                     ways[i].how, n_loops, begins(trace), ends(trace),
                     n_processes, has ? "" : ways[i].has, trace);
        free(trace);
    }
}

/* A vfork()ed child's clocks do not become its parent's, which has computed
 * 40 ms before its loop, and waits in it for the child. */
static void test_loops__a_vfork_leaves_the_measures_alone(void **state)
{
    char *trace = run(RUN "e2e_run_polling spawning");
    long long most = 0;
    for (const char *at = trace; (at = strstr(at, "\"cpu_ns\":")); at++) {
        long long cpu = strtoll(at + strlen("\"cpu_ns\":"), NULL, 10);
        most = cpu > most ? cpu : most;
    }
    assert_in_range(most, 0, 15000000);
    free(trace);
}

/* Simplest asyncio: one poll, then it blocks. */
static void test_loops__asyncio(void **state)
{
    static const char program[] = "import asyncio, time\n"
                                  "async def main():\n"
                                  "    time.sleep(0.05)\n"
                                  "asyncio.run(main())\n";
    shell_write("a.py", program, sizeof program - 1);
    char *trace = run(LS_COMMAND " run -o t.json -- /usr/bin/python3 -S a.py");
    assert_int_equal(count(trace, "\"loopscope_loop\"", "epoll"), 1);
    assert_true(count(trace, "nanosleep", "\"blocking\"") >= 2);
    assert_int_equal(begins(trace), ends(trace)); /* it closes its loop */
    /* The first stack is whole, through a library that was loaded late. */
    assert_int_equal(count(trace, "_asyncio.", "__libc_start"), 1);
    free(trace);
}

/* ---- joining ------------------------------------------------------------ */

/* One trace, each turn once, the names from ls_open() on; the archive's copy
 * takes over from the preloaded one, which ends the turn. */
static void check_linked(const char *line, int n_turns)
{
    char *trace = run(line);
    if (begins(trace) != n_turns || ends(trace) != n_turns)
        fail_msg("%s: %d turns\n%s", line, begins(trace), trace);
    assert_true(count(trace, "\"brew\"", "\"task\"") >= 2);
    assert_non_null(strstr(trace, "Masala"));
    assert_null(shell_read("loopscope.json"));
    free(trace);
}

/* Where Python stood in a call that blocked, in a coroutine's callee; and in
 * one of the standard library, which is not the place. */
static void test_loops__lines_of_python(void **state)
{
    static const char program[] = "import asyncio, time, threading\n"
                                  "\n"
                                  "def stir():\n"
                                  "    time.sleep(0.06)\n"
                                  "\n"
                                  "async def caf\303\251():\n"
                                  "    await asyncio.sleep(0.02)\n"
                                  "    stir()\n"
                                  "    threading.Event().wait(\n"
                                  "        0.05)\n"
                                  "\n"
                                  "asyncio.run(caf\303\251())\n";
    struct outcome o = shell_run("/usr/bin/python3.11 -V");
    if (o.status != 0)
        skip();
    shell_write("b.py", program, sizeof program - 1);
    char *trace =
        run(LS_COMMAND " run -o t.json -- /usr/bin/python3.11 -S b.py");
    assert_int_equal(count(trace, "\"function\":\"stir\"", "\"line\":4,"), 1);
    free(trace);
    o = shell_run(LS_COMMAND " check --format json t.json | tr -d '[:space:]'");
    const char *const places[] = {
        "\"location\":{\"function\":\"stir\",\"file\":\"b.py\",\"line\":4}",
        "\"location\":{\"function\":\"caf\303\251\",\"file\":\"b.py\","
        "\"line\":9}"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (!strstr(o.out, places[i]))
            fail_msg("no %s in %s", places[i], o.out);
}

static void test_loops__linked_programs_join(void **state)
{
    check_linked(RUN "e2e_run_linked_loopscope_shared", 9);
    check_linked(RUN "e2e_run_linked_loopscope", 9);
}

/* Without `run` all is as it was, in a trace of their own. */
static void test_loops__linked_programs_alone(void **state)
{
    static const char *const kinds[] = {"loopscope", "loopscope_shared"};
    char line[512];
    for (size_t i = 0; i < 2; i++) {
        snprintf(line, sizeof line,
                 "LOOPSCOPE_COLLECTOR=" LS_COLLECTOR " " LS_PROGRAMS
                 "/e2e_run_linked_%s",
                 kinds[i]);
        struct outcome o = shell_run(line);
        if (o.status != 0)
            fail_msg("%s: %d\n%s%s", line, o.status, o.out, o.err);
        char *trace = shell_read("loopscope.json");
        assert_non_null(trace);
        assert_int_equal(begins(trace), 4);
        assert_non_null(strstr(trace, "Masala"));
        free(trace);
        shell_run("rm loopscope.json");
    }
}

/* Whatever the variable says, the program runs, and nothing is said. */
static void test_loops__a_session_that_is_none(void **state)
{
    static const char *const says[] = {
        "",
        "1",
        ":",
        "1:2",
        "::",
        "1:2:",
        "-1:3:0",
        "99999999:3:00",
        "1:2:0123456789abcdef0123456789abcdef",
        "$$:0:0123456789abcdef0123456789abcdef",
        "$$:0:00000000000000000000000000000000",
        "$$:8:0123456789abcdef0123456789abcdef",
        "$$:9:0123456789abcdef0123456789abcdef",
        "$$:7:0123456789abcdef0123456789abcdefg",
        "$$:99999999999:0123456789abcdef0123456789abcdef",
        "../../etc/passwd:1:0123456789abcdef0123456789abcdef",
    };
    char line[1024];
    shell_run("mkfifo fifo; truncate -s 270630912 large; echo x > small");
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
        snprintf(line, sizeof line,
                 "exec 7< large 8< small 9<> fifo; LOOPSCOPE_SESSION=\"%s\" "
                 "LD_PRELOAD=" LS_LIBRARY " " LS_PROGRAMS
                 "/e2e_run_polling once",
                 says[i]);
        struct outcome o = shell_run(line);
        if (o.status != 0 || *o.out || *o.err)
            fail_msg("%s: %d\n%s%s", line, o.status, o.out, o.err);
    }
}

static void test_loops__switched_off(void **state)
{
    char *trace = run("LOOPSCOPE=off " RUN "e2e_run_polling once");
    assert_int_equal(begins(trace), 0);
    assert_int_equal(count(trace, "\"loopscope_process\"", ""), 0);
    free(trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loops__of_every_kind),
        cmocka_unit_test(test_loops__a_vfork_leaves_the_measures_alone),
        cmocka_unit_test(test_loops__asyncio),
        cmocka_unit_test(test_loops__lines_of_python),
        cmocka_unit_test(test_loops__linked_programs_join),
        cmocka_unit_test(test_loops__linked_programs_alone),
        cmocka_unit_test(test_loops__a_session_that_is_none),
        cmocka_unit_test(test_loops__switched_off),
    };
    return cmocka_run_group_tests(tests, shell_open, shell_close);
}
