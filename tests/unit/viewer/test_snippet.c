/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "viewer/snippet.h"

static char path[64];

static void write_file(const char *text)
{
    strcpy(path, "/tmp/ls-snippet-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void test_snippet__around_the_line(void **state)
{
    write_file("int f(void)\n{\n    a();\n\n    sleep(2);\n    b();\n}\n");
    struct ls_snippet s;
    ls_snippet_read(&s, path, 5);
    assert_int_equal(s.first, 3);
    assert_int_equal(s.n, 5);
    assert_string_equal(s.lines[0], "    a();");
    assert_string_equal(s.lines[4], "}");
    ls_snippet_read(&s, path, 1);
    assert_int_equal(s.first, 1);
    assert_string_equal(s.lines[0], "int f(void)");
    ls_snippet_read(&s, path, 7);
    assert_int_equal(s.first + (uint32_t)s.n, 8);
    unlink(path);
}

static void test_snippet__takes_shared_indentation_away(void **state)
{
    write_file("        a\n\t\tb\n            c\n        d\n        e\n");
    struct ls_snippet s;
    ls_snippet_read(&s, path, 3);
    assert_string_equal(s.lines[0], "a");
    assert_string_equal(s.lines[1], "b");
    assert_string_equal(s.lines[2], "    c");
    unlink(path);
}

static void test_snippet__nothing_where_there_is_nothing(void **state)
{
    struct ls_snippet s;
    ls_snippet_read(&s, "/nowhere/at/all.c", 3);
    assert_int_equal(s.n, 0);
    ls_snippet_read(&s, "/tmp", 3);
    assert_int_equal(s.n, 0);
    ls_snippet_read(&s, "", 3);
    assert_int_equal(s.n, 0);
    write_file("one\ntwo\n");
    ls_snippet_read(&s, path, 90);
    assert_int_equal(s.n, 0);
    ls_snippet_read(&s, path, 3);
    assert_int_equal(s.n, 0);
    unlink(path);
}

/* Opening a FIFO would wait for a writer that never comes. */
static void test_snippet__does_not_wait_on_a_fifo(void **state)
{
    write_file("");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    struct ls_snippet s;
    ls_snippet_read(&s, path, 1);
    assert_int_equal(s.n, 0);
    unlink(path);
}

static void test_snippet__long_lines_are_cut(void **state)
{
    char text[3000];
    memset(text, 'x', sizeof(text));
    strcpy(text + 2000, "\nsecond\n");
    write_file(text);
    struct ls_snippet s;
    ls_snippet_read(&s, path, 2);
    assert_int_equal(s.n, 2);
    assert_int_equal(strlen(s.lines[0]), LS_SNIPPET_BYTES - 1);
    assert_string_equal(s.lines[1], "second");
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snippet__around_the_line),
        cmocka_unit_test(test_snippet__takes_shared_indentation_away),
        cmocka_unit_test(test_snippet__nothing_where_there_is_nothing),
        cmocka_unit_test(test_snippet__does_not_wait_on_a_fifo),
        cmocka_unit_test(test_snippet__long_lines_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
