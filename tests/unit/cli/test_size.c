/* SPDX-License-Identifier: MIT */
#include "cli/size.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_size__units(void **state)
{
    static const struct {
        const char *text;
        uint64_t n;
    } cases[] = {
        {"0", 0},
        {"65536", 65536},
        {"1K", 1024},
        {"500M", UINT64_C(500) << 20},
        {"2G", UINT64_C(2) << 30},
        {"18446744073709551615", UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t n = 1;
        assert_true(ls_size_parse(cases[i].text, &n));
        assert_int_equal(n, cases[i].n);
    }
}

static void test_size__what_is_none(void **state)
{
    static const char *const texts[] = {"",
                                        "K",
                                        "-1",
                                        "1T",
                                        "1k",
                                        "1 K",
                                        "1KB",
                                        "1.5G",
                                        "18446744073709551616",
                                        "18446744073709551615K"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint64_t n = 7;
        assert_false(ls_size_parse(texts[i], &n));
        assert_int_equal(n, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_size__units),
        cmocka_unit_test(test_size__what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
