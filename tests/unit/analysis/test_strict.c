/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/strict.h"

static void test_strict__what_everybody_takes(void **state)
{
    static const char *const good[] = {
        "{\"a\":0,\"b\":[-1,1.5,1e3,-0.25E-2,10],\"c\":null}",
        "{\n\t\"a\\\"\\u0001\": true}", "{\"01\":\"1.\"}"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(ls_strict_is_json(good[i], strlen(good[i])));
}

static void test_strict__what_only_cjson_takes(void **state)
{
    static const char *const bad[] = {
        "[01]",       "[-]",        "[1.]",     "[1.e5]", "[1e]",
        "[1e+]",      "[+1]",       "[1.2.3]",  "[--1]",  "[-01]",
        "[\"a\tb\"]", "[\"a\nb\"]", "[\x01 1]", "[\"a"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (ls_strict_is_json(bad[i], strlen(bad[i])))
            fail_msg("taken: %s", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strict__what_everybody_takes),
        cmocka_unit_test(test_strict__what_only_cjson_takes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
