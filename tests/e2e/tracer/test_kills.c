/* SPDX-License-Identifier: MIT */
/* Programs that are killed: what they recorded before is there. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "analysis/recover.h"
#include "traced.h"

/* Start PROGRAM TRACE [EXTRA] with its standard output in *OUT. */
static pid_t start(const struct traced *t, const char *program,
                   const char *extra, int *out)
{
    char path[512];
    int pipes[2];
    snprintf(path, sizeof path, "%s/e2e_tracer_%s", LS_PROGRAMS, program);
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pipes[1], 1);
        close(pipes[0]);
        execl(path, path, t->path, extra, NULL);
        _exit(127);
    }
    close(pipes[1]);
    *out = pipes[0];
    return pid;
}

static void sleep_us(long us)
{
    struct timespec left = {.tv_sec = us / 1000000,
                            .tv_nsec = us % 1000000 * 1000};
    nanosleep(&left, NULL);
}

/* The collector is nobody's child: it is over when it lets go of the trace. */
static void await_collector(const struct traced *t)
{
    int fd = open(t->path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_SH), 0);
    close(fd);
}

static void kill_and_wait(const struct traced *t, pid_t pid, int signal_number)
{
    int status;
    kill(pid, signal_number);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    await_collector(t);
}

static uint64_t *map_count(const struct traced *t, char *path, size_t n_path)
{
    snprintf(path, n_path, "%s/count", t->folder);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, 8), 0);
    uint64_t *count = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(count != MAP_FAILED);
    close(fd);
    return count;
}

static void check_counted(struct traced *t, uint64_t count)
{
    traced_load(t);
    assert_int_equal(t->trace->health.n_lost, 0);
    assert_int_equal(t->trace->n_processes, 1);
    assert_true(t->trace->processes[0].killed);
    const struct ls_counter *counter = traced_counter(t, "n");
    /* One more may have been recorded than was counted. */
    assert_in_range(counter->n_points, count, count + 1);
    for (uint32_t i = 0; i < counter->n_points; i++)
        assert_true(counter->points[i].value == i + 1);
}

static void kill_counted(int signal_number, long after_us)
{
    struct traced t;
    char path[400];
    int out;
    traced_prepare(&t);
    volatile uint64_t *count = map_count(&t, path, sizeof path);
    pid_t pid = start(&t, "counted", path, &out);
    while (*count == 0)
        sleep_us(1000);
    sleep_us(after_us);
    kill_and_wait(&t, pid, signal_number);
    check_counted(&t, *count);
    munmap((void *)count, 8);
    close(out);
    traced_free(&t);
}

static void test_kills__no_record_is_missing(void **state)
{
    static const int signals[] = {SIGKILL, SIGSEGV, SIGABRT, SIGTERM};
    for (int i = 0; i < 12; i++)
        kill_counted(signals[i % 4], 700 + i * 4999);
}

static void start_stall(struct traced *t, pid_t *pid, int *out)
{
    char line[32] = "";
    traced_prepare(t);
    *pid = start(t, "stalled", NULL, out);
    assert_true(read(*out, line, sizeof line - 1) > 0);
    assert_string_equal(line, "sleeping\n");
    sleep_us(200000);
}

static const struct ls_slice *find_slice(const struct traced *t, uint8_t kind,
                                         const char *name)
{
    const struct ls_thread *thread =
        &t->trace->threads[t->trace->loops[0].thread];
    for (uint32_t i = thread->n_slices; i > 0; i--)
        if (thread->slices[i - 1].kind == kind &&
            strcmp(traced_string(t, thread->slices[i - 1].name), name) == 0)
            return &thread->slices[i - 1];
    fail_msg("no slice %s", name);
    return NULL;
}

/* The open turn, the call in it, where it was called, and whose task it is. */
static void check_stall(const struct traced *t)
{
    assert_int_equal(t->trace->n_loops, 1);
    const struct ls_slice *turn = find_slice(t, LS_SLICE_TURN, "turn");
    const struct ls_slice *call = find_slice(t, LS_SLICE_BLOCKING, "sleep");
    assert_true(turn->flags & LS_SLICE_OPEN);
    assert_true(call->flags & LS_SLICE_OPEN);
    const struct ls_detail *detail = ls_trace_detail(t->trace, call);
    assert_non_null(detail);
    assert_int_not_equal(detail->stack, LS_NONE);
    const struct ls_frame *frame =
        &t->trace->frames[t->trace->stacks[detail->stack].first_frame];
    assert_string_equal(traced_string(t, frame->function), "sleep_too_long");
    assert_int_equal(frame->line, line_of("tests/e2e/tracer/programs/stalled.c",
                                          "/* the stall */"));
    const struct ls_task *task = &t->trace->tasks[t->trace->n_tasks - 1];
    assert_string_equal(traced_string(t, task->label), "Snow White");
    assert_int_equal(task->state, LS_TASK_OPEN);
}

static void test_kills__the_stall_is_visible(void **state)
{
    struct traced t;
    pid_t pid;
    int out;
    start_stall(&t, &pid, &out);
    kill_and_wait(&t, pid, SIGKILL);
    traced_load(&t);
    check_stall(&t);
    /* It lasted until the program was killed, 200 ms after its begin. */
    const struct ls_slice *call = find_slice(&t, LS_SLICE_BLOCKING, "sleep");
    assert_in_range(call->end_ns - call->begin_ns, 200000000, 60000000000);
    close(out);
    traced_free(&t);
}

/* A trace that is still being written is readable, and says so. */
static void test_kills__a_running_trace_is_readable(void **state)
{
    struct traced t;
    pid_t pid;
    int out;
    start_stall(&t, &pid, &out);
    traced_load(&t);
    assert_true(t.trace->health.being_written);
    assert_false(t.trace->health.complete);
    check_stall(&t);
    kill_and_wait(&t, pid, SIGKILL);
    close(out);
    traced_free(&t);
}

/* Cut where a reader would see it at that time, and recovered. */
static void test_kills__recover_makes_it_whole(void **state)
{
    struct traced t;
    struct ls_recover_result how;
    char copy[320], whole[sizeof t.path], command[1024];
    pid_t pid;
    int out;
    start_stall(&t, &pid, &out);
    snprintf(copy, sizeof copy, "%.250s/copy.json", t.folder);
    snprintf(whole, sizeof whole, "%.250s/whole.json", t.folder);
    snprintf(command, sizeof command, "cp '%s' '%s'", t.path, copy);
    assert_int_equal(system(command), 0);
    kill_and_wait(&t, pid, SIGKILL);
    assert_int_equal(ls_trace_recover(copy, whole, &how), LS_RECOVER_OK);
    memcpy(t.path, whole, sizeof t.path);
    traced_load(&t);
    assert_true(t.trace->health.ours);
    assert_int_equal(t.trace->health.troubles[LS_TROUBLE_CUT].n, 0);
    assert_int_equal(t.trace->n_tasks, 2);
    close(out);
    traced_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kills__no_record_is_missing),
        cmocka_unit_test(test_kills__the_stall_is_visible),
        cmocka_unit_test(test_kills__a_running_trace_is_readable),
        cmocka_unit_test(test_kills__recover_makes_it_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
