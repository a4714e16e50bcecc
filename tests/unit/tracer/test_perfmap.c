/* SPDX-License-Identifier: MIT */
/* Names of code that a process makes, as programs write them, and as they had
 * better not. The files are this test's own: /tmp/perf-PID.map. */
#include "tracer/collector/perfmap.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct ls_perfmap map;
static char path[64];

static int open_map(void **state)
{
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    unlink(path);
    ls_perfmap_init(&map, getpid());
    return 0;
}

static int close_map(void **state)
{
    ls_perfmap_destroy(&map);
    unlink(path);
    return 0;
}

static void append_n(const char *text, size_t n)
{
    FILE *file = fopen(path, "ae");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void append(const char *text)
{
    append_n(text, strlen(text));
}

static void expect(uint64_t pc, const char *name)
{
    const char *found = ls_perfmap_find(&map, pc);
    assert_string_equal(found ? found : "(none)", name);
}

/* ---- lines -------------------------------------------------------------- */

static void parse(const char *text)
{
    ls_perfmap_parse(&map, text, strlen(text));
}

static void test_perfmap__a_line(void **state)
{
    parse("7fec54005b80 30c JS:^busy /tmp/a b.js:1:21\n0x10 0x8 trace 7\n");
    expect(0x7fec54005b80, "JS:^busy /tmp/a b.js:1:21");
    expect(0x7fec54005b80 + 0x30b, "JS:^busy /tmp/a b.js:1:21");
    expect(0x7fec54005b80 + 0x30c, "(none)");
    expect(0x7fec54005b7f, "(none)");
    expect(0x17, "trace 7");
    expect(0, "(none)");
    expect(UINT64_MAX, "(none)");
}

static void test_perfmap__what_comes_later_wins(void **state)
{
    parse("1000 100 old\n1080 10 new\n1000 20 newest\n");
    expect(0x1000, "newest");
    expect(0x1020, "old");
    expect(0x108f, "new");
    expect(0x1090, "old");
}

static void test_perfmap__a_line_that_is_not_whole_waits(void **state)
{
    const char text[] = "1000 10 a\n2000 10 b";
    assert_int_equal(ls_perfmap_parse(&map, text, sizeof text - 1), 10);
    expect(0x1000, "a");
    expect(0x2000, "(none)");
    assert_int_equal(ls_perfmap_parse(&map, "", 0), 0);
}

static void test_perfmap__lines_that_make_no_sense(void **state)
{
    static const char *const lines[] = {
        "",
        " ",
        "\n",
        "1000",
        "1000 ",
        "1000 10",
        "1000 10 ",
        " 1000 10 a",
        "1000  10 a",
        "1000\t10\ta",
        "xyz 10 a",
        "1000 xyz a",
        "0x 10 a",
        "1000 0x a",
        "-1000 10 a",
        "1000 0 empty",
        "11112222333344445 10 too many digits",
        "1000 100000000 longer than 4 GiB",
        "1000 ffffffffffffffff goes round",
        "fffffffffffffff0 100 goes round",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        parse(lines[i]);
        parse("\n");
        char line[128];
        snprintf(line, sizeof line, "%s\n", lines[i]);
        parse(line);
        assert_int_equal(map.n, 0);
    }
    parse("1000 10 good\n");
    expect(0x1000, "good");
}

static void test_perfmap__names_are_cut(void **state)
{
    char line[2000] = "1000 10 ";
    memset(line + 8, 'x', 1000);
    strcpy(line + 1008, "\n");
    parse(line);
    assert_int_equal(strlen(ls_perfmap_find(&map, 0x1000)), LS_PERFMAP_NAME);
}

static void test_perfmap__random_bytes(void **state)
{
    static const char likely[] = "0123456789abcdef  \n\nxJS:~ /:\xff";
    unsigned long seed = 1;
    for (int round = 0; round < 300; round++) {
        char bytes[512];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 6364136223846793005ul + 1442695040888963407ul;
            bytes[i] = likely[(seed >> 40) % (sizeof likely)];
        }
        char *exact = malloc(sizeof bytes); /* the sanitizer watches its end */
        memcpy(exact, bytes, sizeof bytes);
        size_t used = ls_perfmap_parse(&map, exact, sizeof bytes);
        assert_true(used <= sizeof bytes);
        free(exact);
    }
    struct ls_perfmap_place place;
    for (size_t i = 0; i < map.n; i++) {
        assert_true(map.sizes[i] > 0);
        ls_perfmap_explain(map.text + map.names[i], &place);
        assert_true(strlen(place.function) <= LS_PERFMAP_NAME);
    }
}

/* ---- files -------------------------------------------------------------- */

static void test_perfmap__is_read_as_it_grows(void **state)
{
    assert_false(ls_perfmap_refresh(&map)); /* not there */
    append("1000 10 a\n2000 1");
    assert_true(ls_perfmap_refresh(&map));
    expect(0x1000, "a");
    expect(0x2000, "(none)");
    assert_false(ls_perfmap_refresh(&map));
    append("0 b\n");
    assert_true(ls_perfmap_refresh(&map));
    expect(0x2000, "b");
    assert_int_equal(map.n, 2);
    ls_perfmap_rest(&map);
    expect(0x2000, "(none)");
    assert_true(ls_perfmap_refresh(&map));
    expect(0x2000, "b");
}

static void test_perfmap__another_file(void **state)
{
    append("1000 10 a\n2000 10 b\n");
    assert_true(ls_perfmap_refresh(&map));
    assert_int_equal(truncate(path, 0), 0);
    append("1000 10 c\n");
    assert_true(ls_perfmap_refresh(&map));
    expect(0x1000, "c");
    expect(0x2000, "(none)");
}

static void test_perfmap__a_line_longer_than_any_is_skipped(void **state)
{
    size_t n = 200 * 1024;
    char *line = malloc(n);
    memset(line, '1', n);
    append_n(line, n);
    append("\n1000 10 a\n");
    ls_perfmap_refresh(&map);
    expect(0x1000, "a");
    free(line);
}

static void test_perfmap__too_many_lines(void **state)
{
    static const char line[] = "1000 10 x\n";
    enum { TIMES = 4096, LINE = sizeof line - 1 };
    char *block = malloc((size_t)TIMES * LINE);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(block + i * LINE, line, LINE);
    for (int i = 0; i <= LS_PERFMAP_LINES / TIMES; i++)
        append_n(block, (size_t)TIMES * LINE);
    free(block);
    assert_true(ls_perfmap_refresh(&map));
    assert_int_equal(map.n, LS_PERFMAP_LINES);
    assert_true(map.is_cut);
    append("2000 10 more\n");
    assert_false(ls_perfmap_refresh(&map));
}

/* The size is what a program can make up for nothing. */
static void test_perfmap__too_large_a_file(void **state)
{
    append("1000 10 a\n");
    assert_int_equal(truncate(path, (off_t)LS_PERFMAP_BYTES * 1024), 0);
    assert_true(ls_perfmap_refresh(&map));
    assert_true(map.is_cut);
    assert_true(map.n_read <= LS_PERFMAP_BYTES + 64 * 1024);
    expect(0x1000, "a");
}

static void test_perfmap__no_plain_file(void **state)
{
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(ls_perfmap_refresh(&map)); /* and does not wait */
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(ls_perfmap_refresh(&map));
    rmdir(path);
    char other[] = "/tmp/perf-test-XXXXXX";
    int fd = mkstemp(other);
    assert_int_equal(write(fd, "1000 10 a\n", 10), 10);
    assert_int_equal(symlink(other, path), 0);
    assert_false(ls_perfmap_refresh(&map));
    assert_null(ls_perfmap_find(&map, 0x1000));
    close(fd);
    unlink(other);
}

static void test_perfmap__somebody_elses_file(void **state)
{
    if (geteuid() != 0)
        skip(); /* nobody else can give files away */
    append("1000 10 a\n");
    assert_int_equal(chown(path, 65534, 65534), 0);
    assert_false(ls_perfmap_refresh(&map));
    assert_int_equal(chown(path, 0, 0), 0);
    assert_true(ls_perfmap_refresh(&map));
}

/* Of a process that had this number before. */
static void test_perfmap__a_file_older_than_the_process(void **state)
{
    append("1000 10 a\n");
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_false(ls_perfmap_refresh(&map));
    expect(0x1000, "(none)");
    append("2000 10 b\n");
    assert_true(ls_perfmap_refresh(&map));
    expect(0x1000, "a");
}

static void test_perfmap__no_such_process(void **state)
{
    ls_perfmap_destroy(&map);
    ls_perfmap_init(&map, 99999999);
    assert_false(ls_perfmap_refresh(&map));
}

/* ---- JavaScript --------------------------------------------------------- */

static void expect_place(const char *name, const char *function,
                         const char *file, int line)
{
    struct ls_perfmap_place place;
    ls_perfmap_explain(name, &place);
    assert_string_equal(place.function, function);
    assert_string_equal(place.file, file);
    assert_int_equal(place.line, line);
}

static void test_perfmap__names_say_more(void **state)
{
    expect_place("JS:*busy /srv/page.js:12:5", "busy", "/srv/page.js", 12);
    expect_place("JS:~busy /my app/a b.js:1:2", "busy", "/my app/a b.js", 1);
    expect_place("JS:^get size /a.js:7:1", "get size", "/a.js", 7);
    expect_place("LazyCompile:*f node:fs:3:4", "f", "node:fs", 3);
    expect_place("Eval:~ /a.js:1:1", "(anonymous)", "/a.js", 1);
    expect_place("JS:*f file:///srv/a.mjs:2:9", "f", "/srv/a.mjs", 2);
    expect_place("JS:~f REPL1:1:2", "f", "REPL1", 1);
    expect_place("JS:*f", "f", "", 0);
    expect_place("JS:*f /a.js", "f /a.js", "", 0);
    expect_place("JS:", "(anonymous)", "", 0);
    expect_place("JS: :1:1", "(anonymous)", "", 1);
    expect_place("JS:~f /a:99999999999999999999:1", "f", "/a", 0);
    expect_place("Builtin:JSEntry", "Builtin:JSEntry", "", 0);
    expect_place("Lcom/foo/Bar;::baz", "Lcom/foo/Bar;::baz", "", 0);
    expect_place("", "", "", 0);
    expect_place("py::A.f.<locals>.g:/a b.py", "A.f.<locals>.g", "/a b.py", 0);
    expect_place("py::f:<frozen a:b>", "f", "<frozen a:b>", 0);
    expect_place("py::f", "f", "", 0);
}

#define PERFMAP_TEST(test)                                                     \
    cmocka_unit_test_setup_teardown(test, open_map, close_map)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PERFMAP_TEST(test_perfmap__a_line),
        PERFMAP_TEST(test_perfmap__what_comes_later_wins),
        PERFMAP_TEST(test_perfmap__a_line_that_is_not_whole_waits),
        PERFMAP_TEST(test_perfmap__lines_that_make_no_sense),
        PERFMAP_TEST(test_perfmap__names_are_cut),
        PERFMAP_TEST(test_perfmap__random_bytes),
        PERFMAP_TEST(test_perfmap__is_read_as_it_grows),
        PERFMAP_TEST(test_perfmap__another_file),
        PERFMAP_TEST(test_perfmap__a_line_longer_than_any_is_skipped),
        PERFMAP_TEST(test_perfmap__too_many_lines),
        PERFMAP_TEST(test_perfmap__too_large_a_file),
        PERFMAP_TEST(test_perfmap__no_plain_file),
        PERFMAP_TEST(test_perfmap__somebody_elses_file),
        PERFMAP_TEST(test_perfmap__a_file_older_than_the_process),
        PERFMAP_TEST(test_perfmap__no_such_process),
        PERFMAP_TEST(test_perfmap__names_say_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
