/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

static void test_load__gather(void **state)
{
    struct ls_trace *t = load_sample("gather.json");
    assert_int_equal(n_troubles(t), 0);
    assert_true(t->health.ours && t->health.complete);
    assert_int_equal(t->n_events, 43);
    assert_int_equal(t->end_ns, 2001900000);
    assert_int_equal(t->n_loops, 1);
    assert_int_equal(t->loops[0].n_turns, 2);
    assert_int_equal(t->n_tasks, 4);
    assert_string_equal(name_of(t, t->tasks[1].label), "Masala");
    const struct ls_stretch *gather = &t->stretches[t->tasks[0].first_stretch];
    assert_int_equal(t->tasks[0].n_stretches, 3);
    assert_string_equal(name_of(t, gather[1].what), "gather");
    assert_int_equal(gather[1].n_on, 3);
    assert_int_equal(t->awaited[gather[1].first_on + 2], 3);
    assert_int_equal(ls_stretch_held_up_ns(&gather[1]), 10000);
    ls_trace_free(t);
}

static void test_load__bad_example(void **state)
{
    struct ls_trace *t = load_sample("bad_example.json");
    const struct ls_thread *thread = &t->threads[0];
    assert_int_equal(thread->n_slices, 5);
    const struct ls_slice *call = &thread->slices[3];
    assert_int_equal(call->kind, LS_SLICE_BLOCKING);
    assert_int_equal(call->depth, 2);
    const struct ls_detail *detail = ls_trace_detail(t, call);
    assert_int_equal(detail->cause.blocked_ns, 1999990000);
    assert_int_equal(t->stacks[detail->stack].n_frames, 4); /* the E's */
    assert_string_equal(name_of(t, t->processes[0].libuv), "1.44.2");
    assert_int_equal(t->tasks[0].state, LS_TASK_FAILED);
    assert_string_equal(name_of(t, t->tasks[0].reason), "late");
    ls_trace_free(t);
}

static void test_load__killed_in_a_call(void **state)
{
    struct ls_trace *t = load_sample("killed.json");
    const struct ls_slice *slices = t->threads[0].slices;
    assert_false(t->health.complete);
    assert_int_equal(slices[0].flags, LS_SLICE_OPEN);
    assert_int_equal(slices[3].flags, LS_SLICE_OPEN);
    assert_int_equal(slices[2].detail, 1); /* the task, from its state */
    assert_int_equal(t->tasks[1].state, LS_TASK_OPEN);
    assert_int_equal(t->stretches[t->tasks[0].first_stretch + 1].open, 1);
    ls_trace_free(t);
}

static void test_load__every_array_form(void **state)
{
#define A "{\"ph\":\"B\",\"ts\":1.000,\"pid\":1,\"tid\":1,\"name\":\"a\"}"
#define B "{\"ph\":\"E\",\"ts\":2.000,\"pid\":1,\"tid\":1,\"name\":\"a\"}"
    static const char *const forms[] = {
        "[\n" A "\n," B "\n]\n",
        "[" A "," B "]",
        "[\n" A ",\n" B ",\n]",
        "\xef\xbb\xbf [ " A " , " B " ] ",
        "[\r\n" A "\r\n," B "\r\n]\r\n",
        "{\"traceEvents\":[" A "," B "]}",
        "{\"a\":{\"traceEvents\":[{}]},\"traceEvents\":[" A ",\n" B
        "],\"b\":\"]}\"}",
        "[{\n \"ph\": \"B\",\n \"ts\": 1,\n \"pid\": 1, \"tid\": 1,\n "
        "\"name\": \"a\"\n},\n{\n \"ph\": \"E\", \"ts\": 2,\n \"pid\": 1, "
        "\"tid\": 1 } ]"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct ls_trace *t = load_text(forms[i]);
        assert_int_equal(n_troubles(t), 0);
        assert_int_equal(t->n_events, 2);
        assert_int_equal(t->threads[0].n_slices, 1);
        assert_int_equal(t->threads[0].slices[0].end_ns, 2000);
        assert_false(t->health.ours);
        assert_true(t->health.complete);
        ls_trace_free(t);
    }
#undef A
#undef B
}

static void test_load__packed_is_the_same(void **state)
{
    char path[] = "/tmp/test_load.XXXXXX.json.gz";
    struct ls_load_result result;
    struct ls_trace *t;
    int fd = mkstemps(path, 8);
    gzFile out = gzdopen(fd, "wb");
    gzputs(out, OURS SLICE("B", "1.000", "turn", "turn", "")
                    SLICE("E", "2.000", "turn", "turn", "") END);
    gzclose(out);
    assert_int_equal(ls_trace_load(path, NULL, &t, &result), LS_LOAD_OK);
    assert_int_equal(t->threads[0].n_slices, 1);
    assert_true(t->health.complete);
    ls_trace_free(t);
    unlink(path);
}

static void test_load__says_that_it_is_being_written(void **state)
{
    char path[] = "/tmp/test_load.XXXXXX";
    struct ls_load_result result;
    struct ls_trace *t;
    FILE *out = fdopen(mkstemp(path), "w");
    fputs(OURS, out);
    fflush(out);
    assert_int_equal(flock(fileno(out), LOCK_EX), 0);
    assert_int_equal(ls_trace_load(path, NULL, &t, &result), LS_LOAD_OK);
    assert_true(t->health.being_written);
    ls_trace_free(t);
    fclose(out);
    unlink(path);
}

struct watched {
    int n;
    int cancel_at;
    uint64_t total;
};

static bool on_progress(void *arg, uint64_t done, uint64_t total)
{
    struct watched *watched = arg;
    watched->total = total;
    assert_true(done <= total);
    return ++watched->n != watched->cancel_at;
}

static void test_load__progress_and_cancel(void **state)
{
    const char *text = OURS END;
    struct watched watched = {0};
    struct ls_load_options options = {.progress = on_progress, .arg = &watched};
    struct ls_load_result result;
    struct ls_trace *t;
    assert_int_equal(ls_trace_parse(text, strlen(text), &options, &t, &result),
                     LS_LOAD_OK);
    assert_in_range(watched.n, 1, 3);
    assert_int_equal(watched.total, strlen(text));
    ls_trace_free(t);
    watched = (struct watched){.cancel_at = 1};
    assert_int_equal(ls_trace_parse(text, strlen(text), &options, &t, &result),
                     LS_LOAD_CANCELLED);
    assert_null(t);
    assert_string_equal(result.text, "loading was cancelled");
}

/* More than one window, and an event longer than a window. */
static void test_load__large(void **state)
{
    enum { N = 20000, LONG = 3 << 20 };
    char *text = malloc(N * 200 + LONG + 1000);
    size_t n = (size_t)sprintf(text, OURS LOOP);
    for (int i = 0; i < N; i++)
        n += (size_t)sprintf(text + n,
                             SLICE("B", "%d.000", "turn", "turn", "")
                                 SLICE("E", "%d.500", "turn", "turn", ""),
                             i, i);
    n += (size_t)sprintf(text + n,
                         ",{\"ph\":\"i\",\"ts\":%d.000,\"pid\":1,"
                         "\"tid\":1,\"name\":\"m\",\"s\":\"t\","
                         "\"args\":{\"text\":\"",
                         N);
    memset(text + n, 'x', LONG);
    n += LONG;
    n += (size_t)sprintf(text + n, "\"}}\n" END);
    struct ls_trace *t = load_bytes(text, n);
    assert_int_equal(n_troubles(t), 0);
    assert_int_equal(t->loops[0].n_turns, N);
    assert_int_equal(strlen(name_of(t, t->marks[0].text)), LONG);
    assert_int_equal(t->n_bytes, n);
    ls_trace_free(t);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load__gather),
        cmocka_unit_test(test_load__bad_example),
        cmocka_unit_test(test_load__killed_in_a_call),
        cmocka_unit_test(test_load__every_array_form),
        cmocka_unit_test(test_load__packed_is_the_same),
        cmocka_unit_test(test_load__says_that_it_is_being_written),
        cmocka_unit_test(test_load__progress_and_cancel),
        cmocka_unit_test(test_load__large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
