/* SPDX-License-Identifier: MIT */
/*
 * The table of programs/: each call that waited is in the trace with its name,
 * its line and what it was about, blocked for as long as the program itself
 * saw; those that did not wait are not. And nothing else about them changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "analysis/trace.h"
#include "tests/support/run.h"

enum { MOST_ROWS = 400, PATIENCE_S = 120 };

static const int64_t tolerance_ns = 2000000;
static const int64_t least_ns = 1000000; /* of a call that waited */

struct row {
    char waits[8], id[64], call[64], kind[16], target[64], file[512];
    long blocked_ns, result;
    int error;
};

struct rows {
    char folder[256], path[320];
    struct run run;
    struct row rows[MOST_ROWS];
    int n;
    struct ls_trace *trace;
};

/* ---- running ------------------------------------------------------------ */

/* One field of a line, which may be empty. */
static void take_field(const char **at, char *to, size_t n)
{
    size_t length = strcspn(*at, "\t\n");
    assert_true(length < n);
    memcpy(to, *at, length);
    to[length] = '\0';
    *at += length + 1;
}

static void take_row(const char *line, struct row *row)
{
    const char *at = line;
    take_field(&at, row->waits, sizeof row->waits);
    take_field(&at, row->id, sizeof row->id);
    take_field(&at, row->call, sizeof row->call);
    take_field(&at, row->kind, sizeof row->kind);
    take_field(&at, row->target, sizeof row->target);
    take_field(&at, row->file, sizeof row->file);
    assert_int_equal(
        sscanf(at, "%ld %ld %d", &row->blocked_ns, &row->result, &row->error),
        3);
}

static void take_rows(struct rows *rows)
{
    const char *line = rows->run.out;
    for (; *line; line += strcspn(line, "\n") + 1) {
        if (strncmp(line, "waits\t", 6) != 0 &&
            strncmp(line, "quiet\t", 6) != 0)
            fail_msg("the program said: %s", line);
        assert_true(rows->n < MOST_ROWS);
        take_row(line, &rows->rows[rows->n++]);
    }
    assert_true(rows->n > 100);
}

/* WORDS: the command, with room for the trace's path where it is NULL. */
static void run_rows(struct rows *rows, const char *const *words, size_t n)
{
    /* The command may be built with ASan, which wants to come first. */
    static const char *const env[] = {
        "LD_PRELOAD=" LS_SLOW, "ASAN_OPTIONS=verify_asan_link_order=0", NULL};
    const char *argv[8] = {NULL};
    memset(rows, 0, sizeof *rows);
    temporary_folder(rows->folder, sizeof rows->folder);
    snprintf(rows->path, sizeof rows->path, "%s/trace.json", rows->folder);
    for (size_t i = 0; i < n; i++)
        argv[i] = words[i] ? words[i] : rows->path;
    run_program(&rows->run, &(struct run_how){.argv = argv,
                                              .env = env,
                                              .folder = rows->folder,
                                              .limit_s = PATIENCE_S});
    assert_string_equal(rows->run.err, "");
    assert_int_equal(rows->run.exit_status, 0);
    take_rows(rows);
}

static void load(struct rows *rows)
{
    struct ls_load_result how;
    if (ls_trace_load(rows->path, NULL, &rows->trace, &how) != LS_LOAD_OK)
        fail_msg("%s: %s", rows->path, how.text);
}

static void release(struct rows *rows)
{
    ls_trace_free(rows->trace);
    run_free(&rows->run);
    remove_folder(rows->folder);
}

/* ---- what is in the trace ----------------------------------------------- */

static const char *string(const struct rows *rows, ls_string string)
{
    return ls_trace_string(rows->trace, string);
}

/* The frame of in_<id>() in a call's stack, or NULL. */
static const struct ls_frame *frame_of(const struct rows *rows,
                                       const struct row *row, uint32_t stack)
{
    char function[80];
    snprintf(function, sizeof function, "in_%s", row->id);
    if (stack == LS_NONE)
        return NULL;
    const struct ls_stack *s = &rows->trace->stacks[stack];
    for (uint32_t i = 0; i < s->n_frames; i++) {
        const struct ls_frame *frame = &rows->trace->frames[s->first_frame + i];
        if (strcmp(string(rows, frame->function), function) == 0)
            return frame;
    }
    return NULL;
}

/* The calls on the loop's thread below in_<id>(); *FOUND is the longest. */
static int find(const struct rows *rows, const struct row *row,
                const struct ls_slice **found)
{
    const struct ls_thread *thread =
        &rows->trace->threads[rows->trace->loops[0].thread];
    int n = 0;
    *found = NULL;
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (slice->kind != LS_SLICE_BLOCKING)
            continue;
        const struct ls_detail *detail = ls_trace_detail(rows->trace, slice);
        if (!detail || !frame_of(rows, row, detail->stack))
            continue;
        n++;
        if (!*found || slice->end_ns - slice->begin_ns >
                           (*found)->end_ns - (*found)->begin_ns)
            *found = slice;
    }
    return n;
}

static int trouble(const struct row *row, const char *what, const char *is)
{
    print_error("%s: %s: %s\n", row->id, what, is);
    return 1;
}

static int check_place(const struct rows *rows, const struct row *row,
                       const struct ls_detail *detail)
{
    char marker[128], is[64];
    const struct ls_frame *frame = frame_of(rows, row, detail->stack);
    snprintf(marker, sizeof marker, "WAITS(%s,", row->id);
    const char *file = strstr(row->file, "tests/e2e/");
    int line = line_of(file ? file : row->file, marker);
    snprintf(is, sizeof is, "%u instead of %d", frame->line, line);
    return (int)frame->line != line ? trouble(row, "line", is) : 0;
}

static int check_time(const struct row *row, const struct ls_detail *detail)
{
    char is[96];
    const struct ls_cause *cause = &detail->cause;
    int64_t off = cause->blocked_ns - row->blocked_ns;
    snprintf(is, sizeof is, "cpu %.2f blocked %.2f, it says %.2f ms",
             (double)cause->cpu_ns / 1e6, (double)cause->blocked_ns / 1e6,
             (double)row->blocked_ns / 1e6);
    if (off < -tolerance_ns || off > tolerance_ns)
        return trouble(row, "blocked", is);
    int64_t own = cause->cpu_ns + cause->blocked_ns;
    return cause->blocked_ns < own * 8 / 10 ? trouble(row, "class", is) : 0;
}

static int check_waiting(const struct rows *rows, const struct row *row)
{
    const struct ls_slice *slice;
    int n = find(rows, row, &slice);
    if (n == 0)
        return trouble(row, row->call, "not there");
    const struct ls_detail *detail = ls_trace_detail(rows->trace, slice);
    int wrong = 0;
    if (strcmp(string(rows, slice->name), row->call) != 0)
        wrong += trouble(row, "name", string(rows, slice->name));
    if (strcmp(string(rows, detail->fd_kind), row->kind) != 0)
        wrong += trouble(row, "kind", string(rows, detail->fd_kind));
    const char *target = string(rows, detail->target);
    if (!strstr(target, row->target))
        wrong += trouble(row, "target", target);
    if (row->blocked_ns < least_ns)
        wrong += trouble(row, row->call, "did not wait");
    return wrong + check_place(rows, row, detail) + check_time(row, detail);
}

/* A busy machine may take the CPU away in the middle of one: that is no
 * waiting. */
static int check_quiet(const struct rows *rows, const struct row *row)
{
    const struct ls_slice *slice;
    if (find(rows, row, &slice) == 0)
        return 0;
    const struct ls_detail *detail = ls_trace_detail(rows->trace, slice);
    if (detail->cause.blocked_ns < least_ns)
        return 0;
    return trouble(row, "is there", string(rows, slice->name));
}

static void check_rows(const struct rows *rows)
{
    int wrong = 0;
    for (int i = 0; i < rows->n; i++) {
        const struct row *row = &rows->rows[i];
        wrong += strcmp(row->waits, "quiet") == 0 ? check_quiet(rows, row)
                                                  : check_waiting(rows, row);
    }
    assert_int_equal(wrong, 0);
}

/* ---- tests -------------------------------------------------------------- */

static const char *const untraced[] = {LS_ROWS};
static const char *const linked[] = {LS_ROWS_LINKED, NULL};
static const char *const preloaded[] = {LS_LOOPSCOPE, "run", "-o",
                                        NULL,         "--",  LS_ROWS};

static void check(const char *const *words, size_t n)
{
    static struct rows rows;
    run_rows(&rows, words, n);
    load(&rows);
    check_rows(&rows);
    release(&rows);
}

static void test_calls__of_a_linked_program(void **state)
{
    check(linked, sizeof linked / sizeof linked[0]);
}

static void test_calls__of_an_unmodified_program(void **state)
{
    check(preloaded, sizeof preloaded / sizeof preloaded[0]);
}

/* Results and errno of each row, with the hooks and without. */
static void test_calls__behave_as_without(void **state)
{
    static struct rows without, with;
    int wrong = 0;
    run_rows(&without, untraced, 1);
    run_rows(&with, preloaded, sizeof preloaded / sizeof preloaded[0]);
    assert_int_equal(without.n, with.n);
    for (int i = 0; i < with.n; i++) {
        const struct row *a = &without.rows[i], *b = &with.rows[i];
        assert_string_equal(a->id, b->id);
        if (a->result != b->result)
            wrong += trouble(a, "result", "not the same");
        if (a->error != b->error)
            wrong += trouble(a, "errno", "not the same");
    }
    assert_int_equal(wrong, 0);
    release(&without);
    release(&with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls__of_a_linked_program),
        cmocka_unit_test(test_calls__of_an_unmodified_program),
        cmocka_unit_test(test_calls__behave_as_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
