/* SPDX-License-Identifier: MIT */
#include "tracer/collector/text.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REPLACED "\xef\xbf\xbd"

/* So that running out of memory can be tested under ASan. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void expect_text(struct ls_text *text, const char *expected)
{
    assert_false(text->failed);
    ls_text_add_bytes(text, "", 1);
    assert_string_equal(text->bytes, expected);
    ls_text_destroy(text);
}

static void expect_json_n(const char *string, size_t n, const char *expected)
{
    struct ls_text text = {0};
    ls_text_add_string_n(&text, string, n);
    expect_text(&text, expected);
}

static void expect_json(const char *string, const char *expected)
{
    expect_json_n(string, strlen(string), expected);
}

static void test_text__strings_are_quoted(void **state)
{
    expect_json("", "\"\"");
    expect_json("brew", "\"brew\"");
    expect_json("say \"hi\"", "\"say \\\"hi\\\"\"");
    expect_json("C:\\tmp", "\"C:\\\\tmp\"");
    expect_json("a/b", "\"a/b\"");
}

static void test_text__control_characters_are_escaped(void **state)
{
    expect_json("a\nb\tc", "\"a\\nb\\tc\"");
    expect_json("\r\b\f\x01\x1f\x7f",
                "\"\\u000d\\u0008\\u000c\\u0001\\u001f\\u007f\"");
    expect_json_n("a\0b", 3, "\"a\\u0000b\"");
}

static void test_text__utf8_stays(void **state)
{
    /* the first and the last character of each length */
    expect_json("\xc2\x80\xdf\xbf", "\"\xc2\x80\xdf\xbf\"");
    expect_json("\xe0\xa0\x80\xef\xbf\xbf", "\"\xe0\xa0\x80\xef\xbf\xbf\"");
    expect_json("\xed\x9f\xbf\xee\x80\x80", "\"\xed\x9f\xbf\xee\x80\x80\"");
    expect_json("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
                "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"");
}

static void test_text__bytes_that_are_no_utf8_are_replaced(void **state)
{
    expect_json("a\xff"
                "b",
                "\"a" REPLACED "b\"");
    expect_json("\x80", "\"" REPLACED "\"");
    expect_json("\xc0\xaf", "\"" REPLACED REPLACED "\""); /* overlong */
    expect_json("\xe0\x9f\xbf", "\"" REPLACED REPLACED REPLACED "\"");
    expect_json("\xf0\x8f\xbf\xbf",
                "\"" REPLACED REPLACED REPLACED REPLACED "\"");
    expect_json("\xf4\x90\x80\x80", /* beyond U+10FFFF */
                "\"" REPLACED REPLACED REPLACED REPLACED "\"");
    expect_json("\xf5", "\"" REPLACED "\"");
}

static void test_text__surrogates_are_replaced(void **state)
{
    expect_json("\xed\xa0\x80", "\"" REPLACED REPLACED REPLACED "\"");
    expect_json("\xed\xbf\xbf", "\"" REPLACED REPLACED REPLACED "\"");
}

static void test_text__cut_sequences_are_replaced(void **state)
{
    expect_json("\xc3", "\"" REPLACED "\"");
    expect_json("\xe2\x82", "\"" REPLACED REPLACED "\"");
    expect_json("\xe2\x82x", "\"" REPLACED REPLACED "x\"");
    expect_json("\xe2\"", "\"" REPLACED "\\\"\"");
    /* whole in memory, but not in the length given */
    expect_json_n("\xe2\x82\xac", 2, "\"" REPLACED REPLACED "\"");
}

static void test_text__a_megabyte_in_one_string(void **state)
{
    enum { N = 1 << 20 };
    char *string = malloc(N);
    for (int i = 0; i < N; i++)
        string[i] = "abcdefg\n"[i % 8];
    struct ls_text text = {0};
    ls_text_add_string_n(&text, string, N);
    assert_int_equal(text.n, N + N / 8 + 2);
    assert_memory_equal(text.bytes + text.n - 10, "abcdefg\\n\"", 10);
    ls_text_destroy(&text);
    free(string);
}

static void expect_time(int64_t ns, const char *expected)
{
    struct ls_text text = {0};
    ls_text_add_time(&text, ns);
    expect_text(&text, expected);
}

static void test_text__times_have_three_decimals(void **state)
{
    expect_time(0, "0.000");
    expect_time(1, "0.001");
    expect_time(999, "0.999");
    expect_time(1000, "1.000");
    expect_time(12345, "12.345");
    expect_time(1000000000, "1000000.000");
    expect_time(-1, "-0.001");
    expect_time(-12345, "-12.345");
    expect_time(INT64_MAX, "9223372036854775.807");
    expect_time(INT64_MIN, "-9223372036854775.808");
}

static void test_text__integers(void **state)
{
    struct ls_text text = {0};
    const int64_t all[] = {0, 7, -7, 100, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        ls_text_add_int(&text, all[i]);
        ls_text_add(&text, " ");
    }
    expect_text(&text, "0 7 -7 100 9223372036854775807 -9223372036854775808 ");
}

/* Around every power of ten, as the C library prints it. */
static void test_text__integers_of_every_length(void **state)
{
    for (uint64_t power = 1;; power *= 10) {
        for (int64_t off = -1; off <= 1; off++) {
            char expected[64];
            struct ls_text text = {0};
            int64_t value = (int64_t)(power + (uint64_t)off);
            ls_text_add_int(&text, value);
            ls_text_add(&text, " ");
            ls_text_add_int(&text, -value);
            ls_text_add(&text, " ");
            ls_text_add_hex(&text, (uint64_t)value);
            snprintf(expected, sizeof expected, "%lld %lld \"0x%llx\"",
                     (long long)value, -(long long)value, (long long)value);
            expect_text(&text, expected);
        }
        if (power == UINT64_C(1000000000000000000))
            break;
    }
}

static void test_text__hex_is_a_string(void **state)
{
    struct ls_text text = {0};
    ls_text_add_hex(&text, 0);
    ls_text_add_hex(&text, 42);
    ls_text_add_hex(&text, UINT64_MAX);
    expect_text(&text, "\"0x0\"\"0x2a\"\"0xffffffffffffffff\"");
}

static void test_text__doubles_read_back_the_same(void **state)
{
    const double all[] = {0.0,         1.0,         -1.0,     0.1,     1.0 / 3,
                          1e21,        123456789.0, 2.5e-300, DBL_MAX, DBL_MIN,
                          DBL_EPSILON, 0x1p-1074,   -DBL_MAX};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct ls_text text = {0};
        ls_text_add_double(&text, all[i]);
        ls_text_add_bytes(&text, "", 1);
        assert_true(strtod(text.bytes, NULL) == all[i]);
        ls_text_destroy(&text);
    }
}

static void test_text__short_doubles_are_written_short(void **state)
{
    struct ls_text text = {0};
    ls_text_add_double(&text, 0.1);
    ls_text_add(&text, " ");
    ls_text_add_double(&text, 42);
    expect_text(&text, "0.1 42");
}

static void test_text__grows_and_keeps_what_is_there(void **state)
{
    struct ls_text text = {0};
    for (int i = 0; i < 100000; i++)
        ls_text_add_int(&text, i % 10);
    assert_int_equal(text.n, 100000);
    assert_true(text.capacity >= text.n);
    assert_true(text.capacity <= 2 * text.n);
    for (size_t i = 0; i < text.n; i++)
        assert_int_equal(text.bytes[i], '0' + i % 10);
    ls_text_destroy(&text);
    assert_null(text.bytes);
}

static void test_text__nothing_added_is_no_failure(void **state)
{
    struct ls_text text = {0};
    ls_text_add(&text, "");
    assert_int_equal(text.n, 0);
    expect_text(&text, "");
}

static void test_text__without_memory_it_stays_as_it_was(void **state)
{
    struct ls_text text = {0};
    ls_text_add(&text, "kept");
    assert_null(ls_text_reserve(&text, (size_t)1 << 60));
    assert_true(text.failed);
    assert_int_equal(text.n, 4);
    assert_memory_equal(text.bytes, "kept", 4);
    ls_text_destroy(&text);
    assert_false(text.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__strings_are_quoted),
        cmocka_unit_test(test_text__control_characters_are_escaped),
        cmocka_unit_test(test_text__utf8_stays),
        cmocka_unit_test(test_text__bytes_that_are_no_utf8_are_replaced),
        cmocka_unit_test(test_text__surrogates_are_replaced),
        cmocka_unit_test(test_text__cut_sequences_are_replaced),
        cmocka_unit_test(test_text__a_megabyte_in_one_string),
        cmocka_unit_test(test_text__times_have_three_decimals),
        cmocka_unit_test(test_text__integers),
        cmocka_unit_test(test_text__integers_of_every_length),
        cmocka_unit_test(test_text__hex_is_a_string),
        cmocka_unit_test(test_text__doubles_read_back_the_same),
        cmocka_unit_test(test_text__short_doubles_are_written_short),
        cmocka_unit_test(test_text__grows_and_keeps_what_is_there),
        cmocka_unit_test(test_text__nothing_added_is_no_failure),
        cmocka_unit_test(test_text__without_memory_it_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
