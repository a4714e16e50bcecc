/* SPDX-License-Identifier: MIT */
/* Frames of CPython, as they stand in memory: here in this test's own, made by
 * hand, whole and broken. (tests/e2e/run reads a real interpreter's.) */
#include "tracer/collector/python.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- lines -------------------------------------------------------------- */

/* co_linetable and co_lines() of a function with loops, a call over three
 * lines, a comprehension and try/finally; 0: no line. */
static const unsigned char table[] = {
    128, 0,   216, 7,   8,   240, 0,   4,  5,   17,  221, 17,  22,  144, 113,
    145, 24,  148, 24,  240, 0,   3,   9,  17,  240, 0,   3,   9,   17,  136,
    65,  221, 12,  13,  136, 97,  224, 14, 15,  241, 5,   2,   13,  17,  244,
    0,   2,   13,  17,  240, 0,   2,   13, 17,  240, 0,   2,   13,  17,  240,
    6,   4,   5,   12,  240, 2,   1,   13, 19,  240, 0,   1,   13,  19,  152,
    1,   240, 0,   1,   13,  19,  241, 0,  1,   13,  19,  244, 0,   1,   13,
    19,  136, 1,   245, 6,   0,   9,   10, 137, 3,   140, 3,   136, 3,   136,
    3,   248, 141, 1,   137, 3,   140, 3,  136, 3,   136, 3,   248, 248, 248,
    224, 8,   9,   240, 3,   1,   5,   11};
enum { FIRST = 2 };
static const int lines[] = {
    2,  3,  3,  4,  4,  4,  4,  4,  4,  4,  4,  4, 4,  4,  4,  4,  4,  4,
    4,  4,  5,  5,  5,  5,  5,  5,  5,  7,  5,  5, 5,  5,  5,  5,  5,  5,
    5,  8,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9, 9,  9,  12, 12, 12, 12,
    12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 0, 12, 12, 12, 12, 12, 12,
    12, 12, 12, 12, 12, 12, 12, 12, 12, 0,  0,  0, 14, 13};

static void test_python__lines_as_the_interpreter_has_them(void **state)
{
    enum { N = sizeof lines / sizeof *lines };
    for (int i = 0; i < N; i++)
        assert_int_equal(ls_python_line(table, sizeof table, FIRST, i),
                         lines[i]);
    assert_int_equal(ls_python_line(table, sizeof table, FIRST, N), 0);
    assert_int_equal(ls_python_line(table, 0, FIRST, 0), 0);
}

static void test_python__tables_that_make_no_sense(void **state)
{
    unsigned long seed = 1;
    for (int round = 0; round < 2000; round++) {
        size_t n = (size_t)round % 70;
        unsigned char *bytes = malloc(n ? n : 1); /* watched at its end */
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005ul + 1442695040888963407ul;
            bytes[i] = (unsigned char)(seed >> 40);
        }
        for (int unit = 0; unit < 100; unit += 7)
            assert_true(ls_python_line(bytes, n, round, unit) >= 0);
        free(bytes);
    }
}

/* ---- memory ------------------------------------------------------------- */

/* Words at the places that CPython 3.11 has them at, in bytes / 8. */
static uint64_t runtime[8], interpreter[4], threads[2][24], cframes[2][3];
static uint64_t frames[3][10], codes[2][30], names[3][40], linetable[40];
static uint64_t types[3];

static struct ls_python python;

static uint64_t at(const void *thing)
{
    return (uint64_t)(uintptr_t)thing;
}

static void make_text(uint64_t *name, const char *text)
{
    name[1] = at(&types[1]);
    name[2] = strlen(text);
    name[4] = 1 << 2 | 1 << 5 | 1 << 6; /* a byte each, compact, ASCII */
    strcpy((char *)&name[6], text);
}

static void make_code(uint64_t *code, uint64_t *name)
{
    int first = FIRST;
    code[1] = at(&types[0]);
    memcpy((char *)code + 72, &first, sizeof first);
    code[14] = at(names[2]);
    code[16] = at(name);
    code[17] = at(linetable);
}

static void make_frame(int i, int code, int unit, const void *previous,
                       bool is_entry)
{
    frames[i][4] = at(codes[code]);
    frames[i][6] = at(previous);
    frames[i][7] = at(codes[code]) + 184 + 2 * (uint64_t)unit;
    ((char *)frames[i])[68] = is_entry;
}

static int make(void **state)
{
    python = (struct ls_python){.pid = getpid(),
                                .runtime = at(runtime),
                                .code_type = at(&types[0]),
                                .text_type = at(&types[1])};
    runtime[5] = at(interpreter);
    interpreter[2] = at(threads[0]);
    threads[0][1] = at(threads[1]); /* the next */
    threads[1][1] = 0;
    threads[0][20] = 41;
    threads[1][20] = 42;
    threads[1][7] = at(cframes[1]);
    cframes[1][1] = at(frames[0]);
    make_text(names[0], "stir");
    make_text(names[1], "brew\"\x1b");
    make_text(names[2], "/srv/kitchen.py");
    linetable[2] = sizeof table;
    memcpy(&linetable[4], table, sizeof table);
    make_code(codes[0], names[0]);
    make_code(codes[1], names[1]);
    make_frame(0, 0, 20, frames[1], false);
    make_frame(1, 1, 27, frames[2], true);
    make_frame(2, 1, 65, NULL, true); /* where there is no line */
    return 0;
}

static void expect(int tid, const char *expected)
{
    struct ls_text text = {0};
    ls_text_add(&text, "[");
    bool is_there = ls_python_stack(&python, tid, &text);
    ls_text_add_bytes(&text, "", 1);
    assert_int_equal(is_there, expected != NULL);
    assert_string_equal(text.bytes + 1, expected ? expected : "");
    ls_text_destroy(&text);
}

#define PLACE(function)                                                        \
    "{\"function\":\"" function "\",\"file\":"                                 \
    "\"/srv/kitchen.py\""
#define END ",\"module\":\"[python]\"}"

static void test_python__a_stack(void **state)
{
    expect(42, PLACE("stir") ",\"line\":5" END "," PLACE(
                   "brew\\\"\\u001b") ",\"line\":7" END
                                      "\n" PLACE("brew\\\"\\u001b") END);
    expect(41, NULL); /* it runs nothing */
    expect(43, NULL); /* it is no thread of Python's */
}

static void test_python__text_of_any_width(void **state)
{
    static const uint16_t two[] = {0x73, 0x20ac};
    names[0][2] = 2;
    names[0][4] = 2 << 2 | 1 << 5;
    memcpy(&names[0][9], two, sizeof two);
    make_frame(0, 0, 20, NULL, true);
    expect(42, PLACE("s\xe2\x82\xac") ",\"line\":5" END);
    static const uint32_t four[] = {0x1f375, 0xffffffff, 0xd800};
    names[0][2] = 3;
    names[0][4] = 4 << 2 | 1 << 5;
    memcpy(&names[0][9], four, sizeof four);
    struct ls_text text = {0};
    assert_true(ls_python_stack(&python, 42, &text));
    assert_non_null(memmem(text.bytes, text.n, "\xf0\x9f\x8d\xb5", 4));
    ls_text_destroy(&text);
}

static void test_python__long_names_are_cut(void **state)
{
    static uint64_t name[600];
    memset(name, 'x', sizeof name);
    name[1] = at(&types[1]);
    name[2] = 4000;
    name[4] = 1 << 2 | 1 << 5 | 1 << 6;
    codes[0][16] = at(name);
    struct ls_text text = {0};
    assert_true(ls_python_stack(&python, 42, &text));
    assert_true(text.n < 1500);
    ls_text_destroy(&text);
}

/* Frames in a circle end. */
static void test_python__a_circle(void **state)
{
    make_frame(1, 1, 27, frames[0], true);
    threads[1][1] = at(threads[0]);
    struct ls_text text = {0};
    assert_true(ls_python_stack(&python, 42, &text));
    assert_true(text.n < 64 * 1500);
    assert_true(text.bytes[text.n - 1] == '}');
    ls_text_destroy(&text);
    expect(43, NULL);
}

/* Every word of it in turn, by words that lead nowhere, or elsewhere. */
static void test_python__broken_memory(void **state)
{
    static const uint64_t words[] = {
        0, 1, 8, UINT64_MAX, UINT64_MAX - 7, UINT64_C(1) << 47};
    const struct {
        uint64_t *begin;
        size_t n;
    } parts[] = {{runtime, 8},        {interpreter, 4},    {&threads[0][0], 48},
                 {&cframes[0][0], 6}, {&frames[0][0], 30}, {&codes[0][0], 60},
                 {&names[0][0], 18},  {&names[2][0], 18},  {linetable, 6}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t k = 0; k < parts[i].n; k++)
            for (size_t w = 0; w <= sizeof words / sizeof *words; w++) {
                struct ls_text text = {0};
                bool by_self = w == sizeof words / sizeof *words;
                uint64_t was = parts[i].begin[k];
                parts[i].begin[k] = by_self ? at(parts[i].begin) : words[w];
                bool is_there = ls_python_stack(&python, 42, &text);
                assert_true(is_there || text.n == 0);
                ls_text_destroy(&text);
                parts[i].begin[k] = was;
            }
}

static void test_python__other_programs(void **state)
{
    struct ls_text text = {0};
    ls_python_look(&python, getpid());
    assert_int_equal(python.runtime, 0);
    assert_false(ls_python_stack(&python, getpid(), &text));
    ls_python_look(&python, 99999999);
    assert_false(ls_python_stack(&python, 99999999, &text));
    ls_text_destroy(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_python__lines_as_the_interpreter_has_them),
        cmocka_unit_test(test_python__tables_that_make_no_sense),
        cmocka_unit_test_setup(test_python__a_stack, make),
        cmocka_unit_test_setup(test_python__text_of_any_width, make),
        cmocka_unit_test_setup(test_python__long_names_are_cut, make),
        cmocka_unit_test_setup(test_python__a_circle, make),
        cmocka_unit_test_setup(test_python__broken_memory, make),
        cmocka_unit_test_setup(test_python__other_programs, make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
