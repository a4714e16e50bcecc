/* SPDX-License-Identifier: MIT */
/* Maps as the kernel writes them, of programs that make code, and broken. */
#include "tracer/collector/maps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What node maps: its program, code that it makes, its builtins once more near
 * that, and a library. */
static const char node[] =
    "00400000-00b6f000 r--p 00000000 fe:00 2478      /usr/bin/node\n"
    "00b6f000-00b71000 r-xp 0076f000 fe:00 2478      /usr/bin/node\n"
    "00b72000-025fe000 r-xp 00772000 fe:00 2478      /usr/bin/node\n"
    "02601000-0563a000 r--p 02201000 fe:00 2478      /usr/bin/node\n"
    "0563e000-0565d000 rw-p 0523d000 fe:00 2478      /usr/bin/node\n"
    "0565d000-05680000 rw-p 00000000 00:00 0 \n"
    "06000000-06100000 rw-p 00000000 00:00 0         [heap]\n"
    "7fec54003000-7fec5403f000 rwxp 00000000 00:00 0 \n"
    "7fec60000000-7fec60001000 r-xp 00000000 00:00 0 [anon:v8]\n"
    "7fec61000000-7fec61001000 r-xs 00000000 00:01 9 /memfd:jit (deleted)\n"
    "7fec73e40000-7fec73fd2000 r-xp 014c4000 fe:00 2478  /usr/bin/node\n"
    "7fec7b73e000-7fec7b764000 r--p 00000000 fe:00 3328   /lib/libc.so.6\n"
    "7fec7b764000-7fec7b8ba000 r-xp 00026000 fe:00 3328   /lib/libc.so.6\n"
    "7fec7bcf6000-7fec7bcf8000 r-xp 00000000 00:00 0      [vdso]\n";

static struct ls_maps maps;

static int take(const char *text)
{
    return ls_maps_take(&maps, strdup(text)) ? 0 : -1;
}

static int take_node(void **state)
{
    return take(node);
}

static int destroy(void **state)
{
    ls_maps_destroy(&maps);
    return 0;
}

static bool is_file(uint64_t address)
{
    const struct ls_mapping *m = ls_maps_at(&maps, address);
    return m && ls_mapping_is_file(m);
}

static void test_maps__addresses(void **state)
{
    assert_int_equal(maps.n, 14);
    assert_null(ls_maps_at(&maps, 0));
    assert_null(ls_maps_at(&maps, 0x3fffff));
    assert_int_equal(ls_maps_at(&maps, 0x400000)->begin, 0x400000);
    assert_int_equal(ls_maps_at(&maps, 0xb6efff)->begin, 0x400000);
    assert_true(ls_maps_at(&maps, 0xb6f000)->executable);
    assert_false(ls_maps_at(&maps, 0x400000)->executable);
    assert_null(ls_maps_at(&maps, 0xb71000));
    assert_null(ls_maps_at(&maps, 0x10000000));
    assert_null(ls_maps_at(&maps, UINT64_MAX));
}

static void test_maps__what_is_made_is_of_no_file(void **state)
{
    assert_true(is_file(0xb6f000));
    assert_true(is_file(0x7fec73e40000));
    assert_true(is_file(0x7fec7b764000));
    assert_false(is_file(0x5660000));
    assert_false(is_file(0x6000000));
    assert_false(is_file(0x7fec54003000));
    assert_false(is_file(0x7fec60000000));
    assert_false(is_file(0x7fec61000000));
    assert_false(is_file(0x7fec7bcf6000));
}

static void test_maps__builtins_that_are_mapped_again(void **state)
{
    /* file offset 0x14c4000 + 0x712e */
    assert_int_equal(ls_maps_origin(&maps, 0x7fec73e4712e),
                     0xb72000 + 0x14c4000 + 0x712e - 0x772000);
    uint64_t same[] = {0x400010,       0xb6f010,       0x2601010,
                       0x7fec7b764010, 0x7fec54003010, 0x10000000};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_int_equal(ls_maps_origin(&maps, same[i]), same[i]);
}

/* dlmopen() loads a library twice: each is whole. */
static void test_maps__two_whole_copies(void **state)
{
    take("10000000-10001000 r--p 00000000 fe:00 7 /lib/a b.so\n"
         "10001000-10002000 r-xp 00001000 fe:00 7 /lib/a b.so\n"
         "10003000-10004000 r--p 00000000 fe:00 7 /lib/a b.so\n"
         "10004000-10005000 r-xp 00001000 fe:00 7 /lib/a b.so");
    assert_int_equal(maps.n, 4);
    assert_int_equal(ls_maps_origin(&maps, 0x10001800), 0x10001800);
    assert_int_equal(ls_maps_origin(&maps, 0x10004800), 0x10004800);
}

/* The whole one may lie above; another file of that path is another file. */
static void test_maps__a_part_below_the_whole(void **state)
{
    take("10000000-10001000 r-xp 00001000 fe:00 7 /bin/a\n"
         "20000000-20001000 r--p 00000000 fe:00 8 /bin/a\n"
         "20001000-20002000 r-xp 00001000 fe:00 8 /bin/a\n"
         "90000000-90001000 r--p 00000000 fe:00 7 /bin/a\n"
         "90001000-90002000 r-xp 00001000 fe:00 7 /bin/a\n");
    assert_int_equal(ls_maps_origin(&maps, 0x10000010), 0x90001010);
    take("10000000-10001000 r-xp 00001000 fe:00 7 /bin/a\n");
    assert_int_equal(ls_maps_origin(&maps, 0x10000010), 0x10000010);
}

static void test_maps__broken_lines(void **state)
{
    take("\n\nhello\n-\n1-\n2-1 r-xp 0 0 0 /a\n1000-2000\n1000-2000 r-\n"
         "1000-2000 r-xp\n1000-2000 r-xp 0\n"
         "3000-4000 r-xp 0 0 0 /a\n"
         "5000-6000 r-xp 0 0\n6000-7000 r-xp 0 ");
    assert_non_null(ls_maps_at(&maps, 0x3000));
    assert_true(is_file(0x3000));
    assert_false(is_file(0x5000));
    assert_false(is_file(0x6000));
    take("");
    assert_int_equal(maps.n, 0);
    assert_null(ls_maps_at(&maps, 0x3000));
}

static void test_maps__of_this_process(void **state)
{
    bool changed;
    assert_true(ls_maps_read(&maps, getpid(), &changed));
    assert_true(changed);
    assert_true(is_file((uint64_t)(uintptr_t)&destroy));
    assert_false(is_file((uint64_t)(uintptr_t)&changed));
    assert_false(ls_maps_read(&maps, 99999999, &changed));
    assert_false(changed);
    assert_true(maps.n > 0);
}

#define MAPS_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, take_node, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MAPS_TEST(test_maps__addresses),
        MAPS_TEST(test_maps__what_is_made_is_of_no_file),
        MAPS_TEST(test_maps__builtins_that_are_mapped_again),
        MAPS_TEST(test_maps__two_whole_copies),
        MAPS_TEST(test_maps__a_part_below_the_whole),
        MAPS_TEST(test_maps__broken_lines),
        MAPS_TEST(test_maps__of_this_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
