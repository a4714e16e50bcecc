/* SPDX-License-Identifier: MIT */
/* Source files by the folder in which they were compiled. */
#include "tracer/collector/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *folder, const char *file, const char *expected)
{
    char path[LS_SOURCE_PATH];
    assert_string_equal(ls_source_path(folder, file, path), expected);
}

static void test_source__a_file_beside_the_folder(void **state)
{
    expect("/home/u/tea/build", "../src/tea.c", "/home/u/tea/src/tea.c");
    expect("/home/u/tea", "tea.c", "/home/u/tea/tea.c");
    expect("/home/u/tea/", "./src//tea.c", "/home/u/tea/src/tea.c");
    expect("/home/u/./tea/../tea", "..tea.c", "/home/u/tea/..tea.c");
    expect("/", "tea.c", "/tea.c");
    expect("/a", "../../../tea.c", "/tea.c");
}

/* Debian's: -ffile-prefix-map made the folder a relative one. */
static void test_source__what_is_not_known_stays(void **state)
{
    expect("./csu", "../csu/libc-start.c", "../csu/libc-start.c");
    expect(NULL, "../tea.c", "../tea.c");
    expect("", "../tea.c", "../tea.c");
    expect("/home/u", "/usr/include/uv.h", "/usr/include/uv.h");
}

static void test_source__a_path_that_is_too_long_stays(void **state)
{
    static char folder[LS_SOURCE_PATH + 8];
    memset(folder, 'a', sizeof(folder) - 1);
    folder[0] = '/';
    expect(folder, "tea.c", "tea.c");
    folder[LS_SOURCE_PATH - 6] = '\0';
    expect(folder, "tea.c", "tea.c");
    folder[LS_SOURCE_PATH - 7] = '\0';
    char path[LS_SOURCE_PATH];
    assert_int_equal(strlen(ls_source_path(folder, "tea.c", path)),
                     LS_SOURCE_PATH - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source__a_file_beside_the_folder),
        cmocka_unit_test(test_source__what_is_not_known_stays),
        cmocka_unit_test(test_source__a_path_that_is_too_long_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
