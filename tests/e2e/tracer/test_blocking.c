/* SPDX-License-Identifier: MIT */
/* Every hooked call that blocks: named, with its place, and judged blocked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "traced.h"

static const char *const calls[] = {
    "usleep", "nanosleep", "clock_nanosleep", "uv_sleep", "read",  "readv",
    "recv",   "recvfrom",  "recvmsg",         "poll",     "ppoll", "select",
};

static const struct ls_detail *find_call(const struct traced *t,
                                         const char *name, int *n)
{
    const struct ls_thread *thread =
        &t->trace->threads[t->trace->loops[0].thread];
    const struct ls_detail *found = NULL;
    for (uint32_t i = 0; i < thread->n_slices; i++) {
        const struct ls_slice *slice = &thread->slices[i];
        if (slice->kind != LS_SLICE_BLOCKING ||
            strcmp(traced_string(t, slice->name), name) != 0)
            continue;
        found = ls_trace_detail(t->trace, slice);
        (*n)++;
    }
    return found;
}

/* The function that the call stands in is on its stack; innermost, or under
 * a helper. */
static int stack_has(const struct traced *t, uint32_t stack,
                     const char *function)
{
    const struct ls_stack *s = &t->trace->stacks[stack];
    for (uint32_t i = 0; i < s->n_frames && i < 3; i++)
        if (strcmp(
                traced_string(t, t->trace->frames[s->first_frame + i].function),
                function) == 0)
            return 1;
    return 0;
}

/* _start is written in assembly and has no line, whatever lies beside it. */
static void check_start(const struct traced *t, uint32_t stack)
{
    const struct ls_stack *s = &t->trace->stacks[stack];
    const struct ls_frame *last =
        &t->trace->frames[s->first_frame + s->n_frames - 1];
    assert_string_equal(traced_string(t, last->function), "_start");
    assert_string_equal(traced_string(t, last->file), "");
    assert_int_equal(last->line, 0);
}

static void check_call(const struct traced *t, const char *name)
{
    char function[64];
    int n = 0;
    const struct ls_detail *detail = find_call(t, name, &n);
    print_message("%s: %d\n", name, n);
    assert_int_equal(n, 1);
    assert_non_null(detail);
    /* Own time: what the machine took away does not count. */
    int64_t own = detail->cause.cpu_ns + detail->cause.blocked_ns;
    assert_in_range(own + detail->cause.descheduled_ns, 55000000, 10000000000);
    assert_true(detail->cause.blocked_ns > own * 8 / 10);
    assert_int_not_equal(detail->stack, LS_NONE);
    snprintf(function, sizeof function, "in_%s", name);
    assert_true(stack_has(t, detail->stack, function));
    check_start(t, detail->stack);
    if (strncmp(name, "re", 2) == 0)
        assert_string_equal(traced_string(t, detail->fd_kind),
                            strncmp(name, "recv", 4) ? "pipe" : "socket");
}

static void test_blocking__every_call_is_named(void **state)
{
    struct traced t = {0};
    traced_run(&t, "reading", NULL, NULL, 0);
    assert_string_equal(t.run.out, ""); /* errno was left alone */
    traced_load(&t);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        check_call(&t, calls[i]);
    assert_string_equal(traced_string(&t, t.trace->processes[0].hooks_missing),
                        "");
    traced_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocking__every_call_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
