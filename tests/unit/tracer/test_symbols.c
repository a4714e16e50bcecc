/* SPDX-License-Identifier: MIT */
/*
 * The way of a stack from the hook that copies it (record/call.c) by way of a
 * ring to the frames in the trace, with this test's own functions.
 */
#include "tracer/collector/symbols.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cJSON.h>
#include <cmocka.h>

#include "session.h"
#include "tracer/collector/cursor.h"
#include "tracer/collector/maps.h"
#include "tracer/record/call.h"
#include "tracer/record/session.h"

#define NOINLINE __attribute__((noinline))
#define INLINE __attribute__((always_inline)) static inline

static struct ls_shared *shared;
static struct ls_symbols *symbols;
static char names_path[64]; /* of code that is made */

/* The copy that the hook made last. */
static struct ls_call_more more;
static struct ls_stack_copy stack;
static unsigned char bytes[LS_CHUNK_BYTES];

static int open_symbols(void **state)
{
    shared = test_session_open(4);
    snprintf(names_path, sizeof names_path, "/tmp/perf-%d.map", (int)getpid());
    unlink(names_path);
    symbols = ls_symbols_new(getpid());
    assert_non_null(symbols);
    return 0;
}

static int close_symbols(void **state)
{
    ls_symbols_free(symbols);
    test_session_close();
    return 0;
}

/* ---- the program -------------------------------------------------------- */

static int pour_line, brew_line, serve_line;

/* A call that has lasted twice the threshold. */
static NOINLINE void hook(void)
{
    struct ls_call_scope scope;
    ls_call_begin(&scope, LS_CALL_SLEEP, -1, __builtin_return_address(0));
    scope.begin -= 2 * ls_session_threshold_ticks();
    ls_call_end(&scope);
}

/* No compiler makes a jump of a call that something follows. */
#define AFTER __asm__ volatile("")

INLINE void pour(void)
{
    hook(), pour_line = __LINE__;
    AFTER;
}

static NOINLINE void brew(int n)
{
    volatile char cup[200]; /* a frame that is not all too small */
    cup[n] = 1;
    pour(), brew_line = __LINE__;
    cup[n] = (char)(cup[n] + 1);
}

static NOINLINE void serve(int n)
{
    brew(n), serve_line = __LINE__;
    AFTER;
}

/* ---- the collector ------------------------------------------------------ */

/* What the hook has recorded, as the collector finds it in the ring. */
static void take_copy(void)
{
    struct ls_cursor cursor;
    const struct ls_record *record;
    static unsigned char all[LS_CHUNK_BYTES];
    ls_cursor_init(&cursor, shared, ls_recorder.ring);
    ls_cursor_refresh(&cursor);
    assert_true(ls_cursor_peek(&cursor, &record));
    assert_int_equal(record->type, LS_RECORD_CALL);
    assert_int_equal(record->name, LS_CALL_SLEEP);
    size_t n = ls_cursor_more(&cursor, all, sizeof all);
    assert_int_equal(n, record->n_more * sizeof *record);
    memcpy(&more, all, sizeof more);
    assert_int_equal(more.n_stack_more, record->n_more - 1);
    stack = (struct ls_stack_copy){.call_pc = more.pc, .bytes = bytes};
    memcpy(&stack.registers, all + sizeof more, sizeof stack.registers);
    size_t n_head = sizeof more + sizeof stack.registers;
    stack.n_bytes = n - n_head;
    memcpy(bytes, all + n_head, stack.n_bytes);
}

static NOINLINE void copy_own_stack(void)
{
    ls_recorder.turn_begin = 1;
    serve(5);
    ls_recorder.turn_begin = 0;
    take_copy();
}

static cJSON *frames_of(struct ls_text *text)
{
    ls_text_add_bytes(text, "", 1);
    assert_false(text->failed);
    cJSON *frames = cJSON_ParseWithOpts(text->bytes, NULL, 1);
    assert_true(cJSON_IsArray(frames));
    ls_text_destroy(text);
    return frames;
}

static cJSON *unwind(void)
{
    struct ls_text text = {0};
    ls_symbols_unwind(symbols, &stack, &text);
    return frames_of(&text);
}

static const char *string_of(const cJSON *frame, const char *key)
{
    const char *string =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(frame, key));
    return string ? string : "(absent)";
}

static void expect_frame(const cJSON *frames, int i, const char *function,
                         int line, bool inlined)
{
    const cJSON *frame = cJSON_GetArrayItem(frames, i);
    assert_string_equal(string_of(frame, "function"), function);
    const char *file = strrchr(string_of(frame, "file"), '/');
    assert_string_equal(file ? file : "(absent)", "/test_symbols.c");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(frame, "line");
    assert_true(cJSON_IsNumber(number));
    if (line > 0)
        assert_int_equal(number->valueint, line);
    assert_int_equal(
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(frame, "inlined")),
        inlined);
    assert_non_null(strstr(string_of(frame, "module"), "unit_tracer_symbols"));
    assert_memory_equal(string_of(frame, "offset"), "0x", 2);
}

static void test_symbols__own_stack(void **state)
{
    copy_own_stack();
    cJSON *frames = unwind();
    expect_frame(frames, 0, "pour", pour_line, true);
    expect_frame(frames, 1, "brew", brew_line, false);
    expect_frame(frames, 2, "serve", serve_line, false);
    expect_frame(frames, 3, "copy_own_stack", 0, false);
    expect_frame(frames, 4, "test_symbols__own_stack", 0, false);
    /* and so on, to the begin of the program */
    int n = cJSON_GetArraySize(frames);
    bool in_main = false;
    for (int i = 5; i < n; i++)
        in_main |= strcmp(string_of(cJSON_GetArrayItem(frames, i), "function"),
                          "main") == 0;
    assert_true(in_main);
    cJSON_Delete(frames);
}

static void test_symbols__the_same_twice(void **state)
{
    copy_own_stack();
    cJSON *first = unwind();
    cJSON *second = unwind();
    assert_true(cJSON_Compare(first, second, 1));
    cJSON_Delete(first);
    cJSON_Delete(second);
}

static void test_symbols__the_place_alone(void **state)
{
    copy_own_stack();
    struct ls_text text = {0};
    ls_symbols_place(symbols, more.pc, &text);
    cJSON *frames = frames_of(&text);
    expect_frame(frames, 0, "pour", pour_line, true);
    expect_frame(frames, 1, "brew", brew_line, false);
    assert_int_equal(cJSON_GetArraySize(frames), 2);
    cJSON_Delete(frames);
}

static void test_symbols__a_function_without_lines(void **state)
{
    struct ls_text text = {0};
    ls_symbols_place(symbols, (uint64_t)(uintptr_t)&getenv + 1, &text);
    cJSON *frames = frames_of(&text);
    const cJSON *frame = cJSON_GetArrayItem(frames, 0);
    assert_int_equal(cJSON_GetArraySize(frames), 1);
    assert_memory_equal(string_of(frame, "offset"), "0x", 2);
    assert_string_not_equal(string_of(frame, "module"), "(absent)");
    cJSON_Delete(frames);
}

static void expect_place(uint64_t pc, const char *expected)
{
    struct ls_text text = {0};
    ls_symbols_place(symbols, pc, &text);
    ls_text_add_bytes(&text, "", 1);
    assert_string_equal(text.bytes, expected);
    ls_text_destroy(&text);
}

static void test_symbols__nowhere(void **state)
{
    expect_place(0, "[]");
    expect_place(1, "[{}]");
    expect_place(UINT64_MAX, "[{}]");
}

static void test_symbols__no_such_process(void **state)
{
    ls_symbols_free(symbols);
    symbols = ls_symbols_new(99999999);
    assert_non_null(symbols);
    expect_place((uint64_t)(uintptr_t)&hook, "[{}]");
    copy_own_stack();
    cJSON *frames = unwind();
    assert_int_equal(cJSON_GetArraySize(frames), 1);
    cJSON_Delete(frames);
    ls_symbols_free(NULL);
}

/* The program's address of frame I: its offset and where the module begins,
 * by way of frame 1, in which the call was. */
static uint64_t address_of(const cJSON *frames, int i)
{
    uint64_t call =
        strtoull(string_of(cJSON_GetArrayItem(frames, 1), "offset"), NULL, 16);
    return more.pc - call +
           strtoull(string_of(cJSON_GetArrayItem(frames, i), "offset"), NULL,
                    16);
}

static void test_symbols__frames_of_hooks_are_left_out(void **state)
{
    copy_own_stack();
    cJSON *frames = unwind();
    stack.hooks_begin = address_of(frames, 2);
    stack.hooks_end = stack.hooks_begin + 1;
    cJSON_Delete(frames);
    frames = unwind();
    expect_frame(frames, 0, "pour", pour_line, true);
    expect_frame(frames, 1, "brew", brew_line, false);
    expect_frame(frames, 2, "copy_own_stack", 0, false);
    cJSON_Delete(frames);
}

static void test_symbols__a_call_that_is_not_found_is_still_a_place(
    void **state)
{
    copy_own_stack();
    stack.registers.sp = 16; /* nothing leads anywhere */
    cJSON *frames = unwind();
    expect_frame(frames, 0, "pour", pour_line, true);
    expect_frame(frames, 1, "brew", brew_line, false);
    cJSON_Delete(frames);
}

/* The copy ends in the middle: what can be known is. */
static void test_symbols__a_stack_that_is_cut(void **state)
{
    copy_own_stack();
    size_t n_all = stack.n_bytes;
    cJSON *whole = unwind();
    for (size_t n = 0; n <= n_all; n += n < 2048 ? 64 : 4096) {
        stack.n_bytes = n;
        cJSON *frames = unwind();
        int n_frames = cJSON_GetArraySize(frames);
        assert_in_range(n_frames, 1, cJSON_GetArraySize(whole));
        expect_frame(frames, 0, "pour", pour_line, true);
        cJSON_Delete(frames);
    }
    cJSON_Delete(whole);
}

/* ---- code that was made ------------------------------------------------- */

static void *map_page(int protection)
{
    void *page =
        mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    return page;
}

static void say_name(const void *code, const char *name)
{
    FILE *file = fopen(names_path, "ae");
    assert_non_null(file);
    fprintf(file, "%lx 100 %s\n", (unsigned long)(uintptr_t)code, name);
    assert_int_equal(fclose(file), 0);
}

static void test_symbols__code_that_was_made(void **state)
{
    unsigned char *page = map_page(PROT_READ | PROT_EXEC);
    uint64_t pc = (uint64_t)(uintptr_t)page + 5;
    expect_place(pc, "[{\"module\":\"[jit]\"}]");
    say_name(page, "JS:*render /srv/page.js:12:5");
    expect_place(pc, "[{\"function\":\"render\",\"file\":\"/srv/page.js\","
                     "\"line\":12,\"module\":\"[jit]\"}]");
    say_name(page, "moved\"\x1b[31m\xff"); /* newer; and hostile */
    expect_place(pc, "[{\"function\":\"moved\\\"\\u001b[31m\xef\xbf\xbd\","
                     "\"module\":\"[jit]\"}]");
    unlink(names_path);
    munmap(page, 4096);
}

static void test_symbols__what_is_no_code_has_no_module(void **state)
{
    unsigned char *page = map_page(PROT_READ);
    uint64_t pc = (uint64_t)(uintptr_t)page + 5;
    expect_place(pc, "[{}]");
    /* But if it has a name: it is being written just now. */
    say_name(page, "brewed");
    expect_place(pc, "[{\"function\":\"brewed\",\"module\":\"[jit]\"}]");
    unlink(names_path);
    munmap(page, 4096);
}

/* Between the mappings of a file, as V8 makes it: it is none of the file's. */
static void test_symbols__made_between_a_files_mappings(void **state)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    unsigned char *all = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    assert_ptr_not_equal(all, MAP_FAILED);
    assert_ptr_equal(mmap(all + 4096, 4096, PROT_READ | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
                     all + 4096);
    expect_place((uint64_t)(uintptr_t)all + 4096 + 5,
                 "[{\"module\":\"[jit]\"}]");
    munmap(all, 3 * 4096);
    close(fd);
}

/* The pages of a function once more, elsewhere: as V8 does with its own. */
static void test_symbols__a_part_of_the_program_mapped_again(void **state)
{
    struct ls_maps maps = {0};
    bool changed;
    uint64_t pc = (uint64_t)(uintptr_t)&brew;
    assert_true(ls_maps_read(&maps, getpid(), &changed));
    const struct ls_mapping *m = ls_maps_at(&maps, pc);
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    unsigned char *again = mmap(NULL, m->end - m->begin, PROT_READ | PROT_EXEC,
                                MAP_PRIVATE, fd, (off_t)m->offset);
    assert_ptr_not_equal(again, MAP_FAILED);
    struct ls_text text = {0};
    ls_symbols_place(symbols, (uint64_t)(uintptr_t)again + (pc - m->begin) + 5,
                     &text);
    cJSON *frames = frames_of(&text);
    expect_frame(frames, 0, "brew", 0, false);
    struct ls_text first = {0};
    ls_symbols_place(symbols, pc + 5, &first);
    cJSON *same = frames_of(&first);
    assert_true(cJSON_Compare(frames, same, 1));
    cJSON_Delete(frames);
    cJSON_Delete(same);
    munmap(again, m->end - m->begin);
    close(fd);
    ls_maps_destroy(&maps);
}

/* ---- hostile ------------------------------------------------------------ */

static uint64_t random_state;

static uint64_t dice(uint64_t n)
{
    random_state =
        random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (random_state >> 33) % n;
}

/* A word that may lead somewhere: code, the stack, or nothing at all. */
static uint64_t odd_word(const struct ls_registers *was)
{
    switch (dice(5)) {
    case 0:
        return was->pc + dice(4096) - 2048;
    case 1:
        return was->sp + dice(stack.n_bytes + 64) - 32;
    case 2:
        return (uint64_t)(uintptr_t)&hook + dice(1024);
    case 3:
        return dice(3) - 1;
    default:
        return random_state;
    }
}

static void damage(const struct ls_registers *was, const unsigned char *whole)
{
    memcpy(bytes, whole, stack.n_bytes);
    stack.registers = *was;
    uint64_t n_words = stack.n_bytes / sizeof(uint64_t);
    for (uint64_t n = dice(200); n > 0; n--) {
        uint64_t word = odd_word(was);
        uint64_t at = dice(dice(2) ? n_words : n_words < 64 ? n_words : 64);
        memcpy(bytes + at * sizeof word, &word, sizeof word);
    }
    uint64_t *registers = (uint64_t *)&stack.registers;
    for (uint64_t n = dice(4); n > 0; n--)
        registers[dice(sizeof stack.registers / sizeof *registers)] =
            odd_word(was);
}

static void test_symbols__hostile_stacks(void **state)
{
    enum { CASES = 400, MOST_FRAMES = 1000 };
    static unsigned char whole[sizeof bytes];
    copy_own_stack();
    struct ls_registers was = stack.registers;
    memcpy(whole, bytes, stack.n_bytes);
    time_t begin = time(NULL);
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        random_state = seed;
        damage(&was, whole);
        cJSON *frames = unwind();
        assert_in_range(cJSON_GetArraySize(frames), 1, MOST_FRAMES);
        cJSON_Delete(frames);
    }
    assert_true(time(NULL) - begin < 30);
}

static void test_symbols__random_bytes(void **state)
{
    copy_own_stack();
    for (uint64_t seed = 1; seed <= 100; seed++) {
        random_state = seed;
        for (size_t i = 0; i < stack.n_bytes; i++)
            bytes[i] = (unsigned char)dice(256);
        cJSON *frames = unwind();
        assert_in_range(cJSON_GetArraySize(frames), 1, 1000);
        cJSON_Delete(frames);
    }
}

#define SYMBOLS_TEST(test)                                                     \
    cmocka_unit_test_setup_teardown(test, open_symbols, close_symbols)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SYMBOLS_TEST(test_symbols__own_stack),
        SYMBOLS_TEST(test_symbols__the_same_twice),
        SYMBOLS_TEST(test_symbols__the_place_alone),
        SYMBOLS_TEST(test_symbols__a_function_without_lines),
        SYMBOLS_TEST(test_symbols__nowhere),
        SYMBOLS_TEST(test_symbols__no_such_process),
        SYMBOLS_TEST(test_symbols__frames_of_hooks_are_left_out),
        SYMBOLS_TEST(test_symbols__a_call_that_is_not_found_is_still_a_place),
        SYMBOLS_TEST(test_symbols__a_stack_that_is_cut),
        SYMBOLS_TEST(test_symbols__code_that_was_made),
        SYMBOLS_TEST(test_symbols__what_is_no_code_has_no_module),
        SYMBOLS_TEST(test_symbols__made_between_a_files_mappings),
        SYMBOLS_TEST(test_symbols__a_part_of_the_program_mapped_again),
        SYMBOLS_TEST(test_symbols__hostile_stacks),
        SYMBOLS_TEST(test_symbols__random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
