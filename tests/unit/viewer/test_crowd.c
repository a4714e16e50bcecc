/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "fixture.h"

static uint32_t seed = 7;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % n;
}

/* N tasks of KINDS kinds that live from their number on for LIFE us at most;
 * each awaits something that is due at once, and is held up till its end. */
static struct ls_document *tasks(int n, int kinds, int life)
{
    struct fixture_text text = {0};
    int at = 0;
    fixture_add(&text, "[\n{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":"
                       "\"loopscope_loop\",\"args\":{\"kind\":\"libuv\"}}\n");
    for (int i = 0; i < n; i++) {
        int end = at + 2 + (int)dice((uint32_t)life);
        fixture_add(&text,
                    ",{\"ph\":\"b\",\"ts\":%d.000,\"pid\":1,\"tid\":%d,"
                    "\"id\":\"0x%x\",\"name\":\"kind%d\",\"cat\":\"task\","
                    "\"args\":{\"event\":\"start\",\"loop\":1}}\n"
                    ",{\"ph\":\"b\",\"ts\":%d.500,\"pid\":1,\"tid\":%d,"
                    "\"id\":\"0x%x\",\"name\":\"sleep\",\"cat\":\"task\","
                    "\"args\":{\"event\":\"await\",\"due_us\":%d.5,"
                    "\"loop\":1}}\n"
                    ",{\"ph\":\"e\",\"ts\":%d.000,\"pid\":1,\"tid\":%d,"
                    "\"id\":\"0x%x\",\"name\":\"sleep\",\"cat\":\"task\","
                    "\"args\":{\"event\":\"resume\",\"loop\":1}}\n"
                    ",{\"ph\":\"e\",\"ts\":%d.500,\"pid\":1,\"tid\":%d,"
                    "\"id\":\"0x%x\",\"name\":\"kind%d\",\"cat\":\"task\","
                    "\"args\":{\"event\":\"finish\",\"outcome\":\"ok\","
                    "\"loop\":1}}\n",
                    at, 1000000001 + i, i + 1, i % kinds, at, 1000000001 + i,
                    i + 1, at, end, 1000000001 + i, i + 1, end, 1000000001 + i,
                    i + 1, i % kinds);
        at += (int)dice(2000);
    }
    fixture_add(&text, "]\n");
    struct ls_document *document = fixture_document(text.chars);
    free(text.chars);
    return document;
}

static void test_crowd__every_task_is_in_one(void **state)
{
    struct ls_document *document = tasks(300, 7, 50000);
    const struct ls_crowds *crowds = document->crowds;
    assert_int_equal(crowds->n, 7);
    uint32_t n = 0;
    for (uint32_t c = 0; c < crowds->n; c++) {
        const struct ls_crowd *crowd = &crowds->items[c];
        assert_int_equal(crowd->first, n);
        n += crowd->n;
        for (uint32_t i = 0; i < crowd->n; i++) {
            uint32_t task = crowds->members[crowd->first + i];
            assert_int_equal(crowds->crowd_of[task], c);
            assert_int_equal(document->trace->tasks[task].kind, crowd->kind);
            assert_true(i == 0 || crowds->members[crowd->first + i - 1] < task);
        }
    }
    assert_int_equal(n, 300);
    ls_document_free(document);
}

static void test_crowd__too_many_kinds_share_one(void **state)
{
    struct ls_document *document = tasks(300, 100, 5000);
    const struct ls_crowds *crowds = document->crowds;
    assert_int_equal(crowds->n, LS_CROWD_KINDS);
    for (uint32_t c = 0; c < crowds->n; c++)
        assert_int_equal(crowds->items[c].mixed, c + 1 == LS_CROWD_KINDS);
    assert_int_equal(crowds->items[LS_CROWD_KINDS - 1].n,
                     300 - 3 * (LS_CROWD_KINDS - 1));
    ls_document_free(document);
}

/* The same, counted one by one. */
static void test_crowd__counts_are_exact(void **state)
{
    struct ls_document *document = tasks(200, 3, 90000);
    const struct ls_crowds *crowds = document->crowds;
    const struct ls_trace *trace = document->trace;
    for (int k = 0; k < 500; k++) {
        uint32_t c = dice(crowds->n), alive = 0, held = 0;
        int64_t begin = (int64_t)dice(400000) * 1000;
        int64_t end = begin + 1 + (int64_t)dice(k % 2 ? 30000 : 3) * 1000;
        const struct ls_crowd *crowd = &crowds->items[c];
        for (uint32_t i = 0; i < crowd->n; i++) {
            uint32_t t = crowds->members[crowd->first + i];
            const struct ls_task *task = &trace->tasks[t];
            alive += task->begin_ns < end && task->end_ns >= begin;
            for (uint32_t s = 0; s < task->n_stretches; s++) {
                const struct ls_stretch *stretch =
                    &trace->stretches[task->first_stretch + s];
                int64_t held_ns = ls_stretch_held_up_ns(stretch);
                held += held_ns >= document->judged.warn_ns &&
                        stretch->end_ns - held_ns < end &&
                        stretch->end_ns >= begin;
            }
        }
        assert_int_equal(ls_crowd_alive(crowds, c, begin, end), alive);
        assert_int_equal(ls_crowd_held(crowds, c, begin, end), held);
    }
    ls_document_free(document);
}

static void test_crowd__the_top_waited_longest(void **state)
{
    struct ls_document *document = tasks(400, 2, 90000);
    const struct ls_crowds *crowds = document->crowds;
    for (uint32_t c = 0; c < crowds->n; c++) {
        const struct ls_crowd *crowd = &crowds->items[c];
        assert_int_equal(crowd->n_top, LS_CROWD_TOP);
        int64_t least = crowds->weight_ns[crowd->top[LS_CROWD_TOP - 1]];
        uint32_t longer = 0;
        for (uint32_t i = 0; i < crowd->n; i++)
            longer +=
                crowds->weight_ns[crowds->members[crowd->first + i]] > least;
        assert_true(longer < LS_CROWD_TOP);
        for (uint32_t i = 1; i < LS_CROWD_TOP; i++)
            assert_true(crowds->weight_ns[crowd->top[i - 1]] >=
                        crowds->weight_ns[crowd->top[i]]);
    }
    ls_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crowd__every_task_is_in_one),
        cmocka_unit_test(test_crowd__too_many_kinds_share_one),
        cmocka_unit_test(test_crowd__counts_are_exact),
        cmocka_unit_test(test_crowd__the_top_waited_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
