/* SPDX-License-Identifier: MIT */
/*
 * Everything of libuv that takes a callback (programs/asks.c says what it asked
 * for): called as often as without loopscope, and in the trace with its kind,
 * its name and the line where it was asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "analysis/trace.h"
#include "tests/support/run.h"

enum { LEAST_ROWS = 60, N_CONNECT_CALLS = 1 };

struct traced {
    char folder[256], path[320];
    struct run run;
    struct ls_trace *trace;
};

static void run_traced(struct traced *t, const char *const *argv)
{
    struct ls_load_result how;
    run_program(&t->run, &(struct run_how){.argv = argv, .limit_s = 120});
    if (t->run.exit_status != 0)
        print_error("%s%s\n", t->run.out, t->run.err);
    assert_int_equal(t->run.exit_status, 0);
    if (ls_trace_load(t->path, NULL, &t->trace, &how) != LS_LOAD_OK)
        fail_msg("%s: %s", t->path, how.text);
}

static void prepare(struct traced *t)
{
    memset(t, 0, sizeof *t);
    temporary_folder(t->folder, sizeof t->folder);
    snprintf(t->path, sizeof t->path, "%s/trace.json", t->folder);
}

static void run_unmodified(struct traced *t)
{
    prepare(t);
    const char *argv[] = {LS_COMMAND, "run",   "-o", t->path,
                          "--",       LS_ASKS, NULL};
    run_traced(t, argv);
}

static void run_linked(struct traced *t, const char *program)
{
    prepare(t);
    const char *argv[] = {program, t->path, NULL};
    run_traced(t, argv);
}

static void clean(struct traced *t)
{
    ls_trace_free(t->trace);
    run_free(&t->run);
    remove_folder(t->folder);
}

/* ---- rows --------------------------------------------------------------- */

static const char *text(const struct traced *t, ls_string s)
{
    return ls_trace_string(t->trace, s);
}

static uint32_t line_of_stack(const struct traced *t, uint32_t stack)
{
    if (stack == LS_NONE || t->trace->stacks[stack].n_frames == 0)
        return 0;
    return t->trace->frames[t->trace->stacks[stack].first_frame].line;
}

/* A callback slice may be cut by a poll inside it; here none polls. */
static int count(const struct traced *t, const char *kind, const char *name,
                 uint32_t line)
{
    int n = 0;
    for (uint32_t i = 0; i < t->trace->n_threads; i++) {
        const struct ls_thread *thread = &t->trace->threads[i];
        for (uint32_t k = 0; k < thread->n_slices; k++) {
            const struct ls_slice *slice = &thread->slices[k];
            const struct ls_callback *c = ls_trace_callback(t->trace, slice);
            n += slice->kind == LS_SLICE_CALLBACK && c &&
                 strcmp(text(t, slice->name), name) == 0 &&
                 strcmp(text(t, c->kind), kind) == 0 && c->operation > 0 &&
                 line_of_stack(t, c->registered) == line;
        }
    }
    return n;
}

/* The archive is without these (tracer/preload/uv_lone.c). */
enum hooks { ALL_HOOKS, OF_THE_ARCHIVE };

static bool is_lone(const char *kind)
{
    return strcmp(kind, "getnameinfo") == 0 || strcmp(kind, "random") == 0;
}

/* The callbacks of one connection are asked for one by another: only the first
 * of them is on the row's line. */
static void check_row(const struct traced *t, const char *row, enum hooks of)
{
    char kind[40], name[40];
    int line, n;
    assert_int_equal(sscanf(row, "%39s %39s %d %d", kind, name, &line, &n), 4);
    if (strcmp(name, "on_connect") == 0)
        n = N_CONNECT_CALLS;
    if (of == OF_THE_ARCHIVE && is_lone(kind))
        n = 0;
    int found = count(t, kind, name, (uint32_t)line);
    if (found != n)
        fail_msg("%s %s, asked in line %d: %d calls in the trace, not %d", kind,
                 name, line, found, n);
}

static void check_rows(const struct traced *t, enum hooks of)
{
    int n = 0;
    for (const char *row = t->run.out; *row; row += strcspn(row, "\n") + 1, n++)
        check_row(t, row, of);
    assert_true(n >= LEAST_ROWS);
}

static void test_libuv__every_callback_of_an_unmodified_program(void **state)
{
    struct traced t;
    run_unmodified(&t);
    check_rows(&t, ALL_HOOKS);
    clean(&t);
}

/* Two copies of the hooks in one process: only the program's own records. */
static void test_libuv__every_callback_of_a_linked_program_under_run(
    void **state)
{
    static const char *const programs[] = {LS_ASKS_LINKED, LS_ASKS_SHARED};
    static const enum hooks hooks[] = {OF_THE_ARCHIVE, ALL_HOOKS};
    for (int i = 0; i < 2; i++) {
        struct traced t;
        prepare(&t);
        const char *argv[] = {LS_COMMAND, "run",       "-o",     t.path,
                              "--",       programs[i], "unused", NULL};
        run_traced(&t, argv);
        check_rows(&t, hooks[i]);
        clean(&t);
    }
}

static void test_libuv__every_callback_of_a_linked_program(void **state)
{
    struct traced t;
    run_linked(&t, LS_ASKS_LINKED);
    check_rows(&t, OF_THE_ARCHIVE);
    clean(&t);
    run_linked(&t, LS_ASKS_SHARED);
    check_rows(&t, ALL_HOOKS);
    assert_int_equal(t.trace->processes[0].hooks_missing, 0);
    clean(&t);
}

/* What libuv has is not lost to hooks of the same name. */
static void test_libuv__a_static_one_is_whole(void **state)
{
    static const char *const programs[] = {
        LS_PROGRAMS "/e2e_libuv_lone_loopscope",
        LS_PROGRAMS "/e2e_libuv_lone_loopscope_shared"};
    if (access(programs[0], X_OK) < 0)
        skip(); /* there is none here to link with */
    for (int i = 0; i < 2; i++) {
        struct traced t;
        run_linked(&t, programs[i]);
        assert_string_equal(t.run.out, "0\n0\nrandom 0\n0\n127.0.0.1 80 0\n");
        clean(&t);
    }
}

/* ---- more of the same trace --------------------------------------------- */

static const struct ls_slice *find_slice(const struct traced *t,
                                         enum ls_slice_kind kind,
                                         const char *name)
{
    for (uint32_t i = 0; i < t->trace->n_threads; i++) {
        const struct ls_thread *thread = &t->trace->threads[i];
        for (uint32_t k = 0; k < thread->n_slices; k++)
            if (thread->slices[k].kind == kind &&
                strcmp(text(t, thread->slices[k].name), name) == 0)
                return &thread->slices[k];
    }
    fail_msg("no %s in the trace", name);
    return NULL;
}

static void test_libuv__work_is_one_operation_with_its_callback(void **state)
{
    struct traced t;
    run_unmodified(&t);
    const struct ls_slice *work = find_slice(&t, LS_SLICE_POOL, "do_work");
    const struct ls_slice *done =
        find_slice(&t, LS_SLICE_CALLBACK, "on_work_done");
    const struct ls_callback *w = ls_trace_callback(t.trace, work);
    const struct ls_callback *d = ls_trace_callback(t.trace, done);
    assert_int_equal(w->operation, d->operation);
    assert_int_equal(w->task, d->task);
    assert_true(w->submitted_ns <= work->begin_ns);
    assert_true(work->end_ns - work->begin_ns >= 1000000);
    assert_true(work->end_ns <= done->begin_ns);
    clean(&t);
}

static void test_libuv__without_a_callback_it_is_a_blocking_call(void **state)
{
    struct traced t;
    run_unmodified(&t);
    const struct ls_slice *open =
        find_slice(&t, LS_SLICE_BLOCKING, "uv_fs_open");
    const struct ls_detail *detail = ls_trace_detail(t.trace, open);
    assert_true(detail->sync);
    assert_string_equal(text(&t, detail->target), "fifo");
    assert_true(detail->cause.blocked_ns > 20000000);
    clean(&t);
}

static const struct ls_task *find_task(const struct traced *t, const char *kind,
                                       const char *label)
{
    for (uint32_t i = 0; i < t->trace->n_tasks; i++) {
        const struct ls_task *task = &t->trace->tasks[i];
        if (strcmp(text(t, task->kind), kind) == 0 &&
            strcmp(text(t, task->label), label) == 0)
            return task;
    }
    fail_msg("no task %s %s", kind, label);
    return NULL;
}

static void test_libuv__tasks_arise_by_themselves(void **state)
{
    static const struct {
        const char *kind, *label;
        enum ls_task_state state;
    } expected[] = {
        {"timer", "on_timer", LS_TASK_OK},
        {"async", "on_async", LS_TASK_OK},
        {"signal", "USR1", LS_TASK_OK},
        {"process", "sh", LS_TASK_OK},
        {"fs_event", ".", LS_TASK_CANCELLED}, /* stopped, the first time */
        {"connection", "nothing here", LS_TASK_FAILED},
        {"fs_mkdir", "dir", LS_TASK_OK},
        {"getaddrinfo", "127.0.0.1", LS_TASK_OK},
        {"work", "on_work_done", LS_TASK_OK},
    };
    struct traced t;
    run_unmodified(&t);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct ls_task *task =
            find_task(&t, expected[i].kind, expected[i].label);
        if (task->state != expected[i].state)
            fail_msg("%s %s ended as %d", expected[i].kind, expected[i].label,
                     task->state);
        assert_true(task->flags & LS_TASK_AUTO);
    }
    for (uint32_t i = 0; i < t.trace->n_tasks; i++) {
        assert_int_equal(t.trace->tasks[i].flags, LS_TASK_AUTO);
        if (t.trace->tasks[i].state == LS_TASK_OPEN)
            fail_msg("%s %s has no end", text(&t, t.trace->tasks[i].kind),
                     text(&t, t.trace->tasks[i].label));
    }
    clean(&t);
}

static void test_libuv__the_trace_obeys_its_format(void **state)
{
    struct traced t;
    struct run run = {0};
    run_unmodified(&t);
    const char *argv[] = {LS_CHECK_FORMAT, t.path, NULL};
    run_program(&run, &(struct run_how){.argv = argv});
    if (run.exit_status != 0)
        print_error("%s", run.err);
    assert_int_equal(run.exit_status, 0);
    run_free(&run);
    clean(&t);
}

/* How many slices are called that. */
static int count_named(const struct traced *t, const char *name)
{
    int n = 0;
    for (uint32_t i = 0; i < t->trace->n_threads; i++) {
        const struct ls_thread *thread = &t->trace->threads[i];
        for (uint32_t k = 0; k < thread->n_slices; k++)
            n += thread->slices[k].kind == LS_SLICE_CALLBACK &&
                 strcmp(text(t, thread->slices[k].name), name) == 0;
    }
    return n;
}

/* Each is one slice, which ends before uv_run() begins again. */
static void test_libuv__callbacks_that_are_left_by_a_jump(void **state)
{
    struct traced t;
    prepare(&t);
    const char *argv[] = {LS_COMMAND, "run", "-o",
                          t.path,     "--",  LS_PROGRAMS "/e2e_libuv_jumps",
                          NULL};
    run_traced(&t, argv);
    assert_int_equal(count_named(&t, "jump_out"), 10);
    assert_int_equal(count_named(&t, "jump_out_of_call"), 10);
    assert_int_equal(count_named(&t, "block"), 1);
    clean(&t);
}

/* A libuv that only a module sees: nothing of it is global. */
static void test_libuv__loaded_by_a_module(void **state)
{
    struct traced t;
    prepare(&t);
    const char *argv[] = {LS_COMMAND, "run",    "-o",      t.path,
                          "--",       LS_LOADS, LS_LOADED, NULL};
    run_traced(&t, argv);
    find_slice(&t, LS_SLICE_CALLBACK, "on_timer_of_module");
    clean(&t);
}

/* As a person reads them, on stacks and on callbacks alike. */
static void test_libuv__names_of_cxx(void **state)
{
    struct traced t;
    if (!LS_NAMED[0])
        skip(); /* there is no compiler for it */
    prepare(&t);
    const char *argv[] = {LS_COMMAND, "run",    "-o", t.path,
                          "--",       LS_NAMED, NULL};
    run_traced(&t, argv);
    find_slice(&t, LS_SLICE_CALLBACK, "shop::Kettle<uv_timer_s>::boiled");
    find_slice(&t, LS_SLICE_CALLBACK, "shop::Kettle<uv_timer_s>::closed");
    for (uint32_t i = 0; i < t.trace->n_threads; i++)
        for (uint32_t k = 0; k < t.trace->threads[i].n_slices; k++)
            assert_memory_not_equal(
                text(&t, t.trace->threads[i].slices[k].name), "_Z", 2);
    clean(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_libuv__every_callback_of_an_unmodified_program),
        cmocka_unit_test(test_libuv__every_callback_of_a_linked_program),
        cmocka_unit_test(
            test_libuv__every_callback_of_a_linked_program_under_run),
        cmocka_unit_test(test_libuv__a_static_one_is_whole),
        cmocka_unit_test(test_libuv__work_is_one_operation_with_its_callback),
        cmocka_unit_test(test_libuv__without_a_callback_it_is_a_blocking_call),
        cmocka_unit_test(test_libuv__tasks_arise_by_themselves),
        cmocka_unit_test(test_libuv__the_trace_obeys_its_format),
        cmocka_unit_test(test_libuv__callbacks_that_are_left_by_a_jump),
        cmocka_unit_test(test_libuv__loaded_by_a_module),
        cmocka_unit_test(test_libuv__names_of_cxx),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
