/* SPDX-License-Identifier: MIT */
/* Stalls that no hook sees: who caused them is in the samples. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "analysis/trace.h"
#include "tests/support/run.h"

#define MS INT64_C(1000000)
#define SOURCE "tests/e2e/watchdog/programs/stalling.c"

struct stalled {
    char folder[256], path[320], program[512];
    struct ls_trace *trace;
};

static void prepare(struct stalled *s, const char *variant)
{
    memset(s, 0, sizeof *s);
    temporary_folder(s->folder, sizeof s->folder);
    chmod(s->folder, 0777);
    snprintf(s->path, sizeof s->path, "%s/trace.json", s->folder);
    snprintf(s->program, sizeof s->program, "%s/e2e_watchdog_%s", LS_PROGRAMS,
             variant);
}

static void load(struct stalled *s)
{
    struct ls_load_result how;
    if (ls_trace_load(s->path, NULL, &s->trace, &how) != LS_LOAD_OK)
        fail_msg("%s: %s", s->path, how.text);
}

static void run_it(struct stalled *s, const char *kind, const char *ms,
                   const char *collector)
{
    char variable[600];
    struct run run;
    snprintf(variable, sizeof variable, "LOOPSCOPE_COLLECTOR=%s", collector);
    run_program(&run,
                &(struct run_how){.argv = (const char *[]){s->program, s->path,
                                                           kind, ms, NULL},
                                  .env = (const char *[]){variable, NULL},
                                  .limit_s = 60});
    assert_string_equal(run.err, "");
    assert_int_equal(run.exit_status, 0);
    run_free(&run);
    load(s);
}

static void run_stall(struct stalled *s, const char *variant, const char *kind)
{
    prepare(s, variant);
    run_it(s, kind, "200", LS_COLLECTOR);
}

static void finish(struct stalled *s)
{
    ls_trace_free(s->trace);
    remove_folder(s->folder);
}

static const char *string(const struct stalled *s, ls_string id)
{
    return ls_trace_string(s->trace, id);
}

static const struct ls_frame *find_frame(const struct stalled *s,
                                         const struct ls_sample *sample,
                                         const char *function)
{
    if (sample->stack == LS_NONE)
        return NULL;
    const struct ls_stack *stack = &s->trace->stacks[sample->stack];
    for (uint32_t i = 0; i < stack->n_frames; i++) {
        const struct ls_frame *frame =
            &s->trace->frames[stack->first_frame + i];
        if (strcmp(string(s, frame->function), function) == 0)
            return frame;
    }
    return NULL;
}

/* The sample whose stack has FUNCTION; of those in STATE. */
static const struct ls_sample *find_sample(const struct stalled *s,
                                           enum ls_sample_state state,
                                           const char *function)
{
    for (uint32_t i = 0; i < s->trace->n_samples; i++) {
        const struct ls_sample *sample = &s->trace->samples[i];
        if (sample->state == state && find_frame(s, sample, function))
            return sample;
    }
    fail_msg("none of %u samples is in %s", s->trace->n_samples, function);
    return NULL;
}

static int64_t weight_of(const struct stalled *s, enum ls_sample_state state)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < s->trace->n_samples; i++)
        if (s->trace->samples[i].state == state)
            sum += s->trace->samples[i].weight;
    return sum;
}

/* ---- what is seen ------------------------------------------------------- */

static void test_stalls__computing_in_inlined_functions(void **state)
{
    struct stalled s;
    run_stall(&s, "stalling", "spin");
    const struct ls_sample *sample =
        find_sample(&s, LS_SAMPLE_RUNNING, "innermost");
    const struct ls_frame *inner = find_frame(&s, sample, "innermost");
    const struct ls_frame *middle = find_frame(&s, sample, "middle");
    const struct ls_frame *outer = find_frame(&s, sample, "stall_spin");
    int line = line_of(SOURCE, "/* spin: innermost */");
    assert_true(inner && middle && outer && find_frame(&s, sample, "main"));
    assert_true(inner->inlined && middle->inlined && !outer->inlined);
    assert_in_range(inner->line, line - 1, line);
    assert_int_equal(middle->line, line_of(SOURCE, "/* spin: middle */"));
    assert_int_equal(outer->line, line_of(SOURCE, "/* spin: outer */"));
    assert_in_range(s.trace->n_samples, 10, 60);
    finish(&s);
}

static void expect_raw(const char *variant, const char *above)
{
    struct stalled s;
    run_stall(&s, variant, "raw");
    const struct ls_sample *sample =
        find_sample(&s, LS_SAMPLE_BLOCKED, "stall_raw");
    assert_string_equal(string(&s, sample->syscall), "nanosleep");
    assert_non_null(find_frame(&s, sample, above));
    assert_non_null(find_frame(&s, sample, "main"));
    assert_true(weight_of(&s, LS_SAMPLE_BLOCKED) >= 100);
    finish(&s);
}

static void test_stalls__a_system_call_without_libc(void **state)
{
    expect_raw("stalling", "on_stall");
}

/* Its frames hang on a register of which nothing is known. */
static void test_stalls__frames_by_frame_pointer(void **state)
{
    expect_raw("stalling_plain", "on_stall");
}

static void test_stalls__names_as_people_write_them(void **state)
{
    struct stalled s;
    run_stall(&s, "stalling_plain", "mangled");
    find_sample(&s, LS_SAMPLE_BLOCKED, "tea::brew");
    finish(&s);
}

static void test_stalls__whatever_it_computes(void **state)
{
    static const char *const kinds[][2] = {{"spinlock", "stall_spinlock"},
                                           {"fault", "stall_fault"},
                                           {"timers", "on_zero_timer"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct stalled s;
        run_stall(&s, "stalling", kinds[i][0]);
        find_sample(&s, LS_SAMPLE_RUNNING, kinds[i][1]);
        finish(&s);
    }
}

static void test_stalls__a_hooked_call_tells_of_itself(void **state)
{
    struct stalled s;
    run_stall(&s, "stalling", "usleep");
    for (uint32_t i = 0; i < s.trace->n_samples; i++)
        assert_null(find_frame(&s, &s.trace->samples[i], "stall_usleep"));
    finish(&s);
}

static void test_stalls__two_loops_at_once(void **state)
{
    struct stalled s;
    run_stall(&s, "stalling", "two");
    uint32_t n[2] = {0};
    assert_int_equal(s.trace->n_loops, 2);
    for (uint32_t i = 0; i < s.trace->n_samples; i++)
        n[s.trace->samples[i].thread == s.trace->loops[1].thread]++;
    assert_true(n[0] >= 5 && n[1] >= 5);
    find_sample(&s, LS_SAMPLE_BLOCKED, "stall_raw");
    find_sample(&s, LS_SAMPLE_RUNNING, "innermost");
    finish(&s);
}

static void test_stalls__a_long_one_has_tens_of_samples(void **state)
{
    struct stalled s;
    prepare(&s, "stalling");
    run_it(&s, "both", "2000", LS_COLLECTOR);
    assert_in_range(s.trace->n_samples, 15, 80);
    assert_in_range(weight_of(&s, LS_SAMPLE_RUNNING), 1000, 2300);
    assert_true(weight_of(&s, LS_SAMPLE_BLOCKED) >= 1700);
    finish(&s);
}

static void test_stalls__no_symbols_but_build_id_and_offset(void **state)
{
    struct stalled s;
    run_stall(&s, "stalling_stripped", "raw");
    char *text = read_text(s.path);
    const char *frame = strstr(text, "e2e_watchdog_stalling_stripped\",\"off");
    assert_non_null(frame);
    const char *id = strstr(frame, "\"build_id\":\"");
    assert_true(id && id - frame < 100);
    free(text);
    finish(&s);
}

/* ---- killed ------------------------------------------------------------- */

static pid_t start(const struct stalled *s, const char *kind)
{
    int pipes[2];
    char line[32];
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        setenv("LOOPSCOPE_COLLECTOR", LS_COLLECTOR, 1);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(pipes[1], 1);
        execl(s->program, s->program, s->path, kind, "60000", NULL);
        _exit(127);
    }
    close(pipes[1]);
    assert_true(read(pipes[0], line, sizeof line) > 0); /* it begins */
    close(pipes[0]);
    return pid;
}

/* The collector is over when it lets go of the trace. */
static void kill_and_load(struct stalled *s, pid_t pid)
{
    usleep(600000);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    int fd = open(s->path, O_RDONLY);
    assert_int_equal(flock(fd, LOCK_SH), 0);
    close(fd);
    load(s);
}

static void test_stalls__killed_while_it_computes(void **state)
{
    struct stalled s;
    prepare(&s, "stalling");
    kill_and_load(&s, start(&s, "spin"));
    find_sample(&s, LS_SAMPLE_RUNNING, "innermost");
    /* From outside it is known how the turn was spent that never ended. */
    const struct ls_cause *cause =
        &s.trace->samples[s.trace->n_samples - 1].cause;
    int64_t seen = cause->cpu_ns + cause->blocked_ns + cause->descheduled_ns;
    assert_in_range(seen, 300 * MS, 60000 * MS);
    assert_true(cause->cpu_ns > 10 * cause->blocked_ns);
    finish(&s);
}

static void test_stalls__killed_in_a_call(void **state)
{
    struct stalled s;
    prepare(&s, "stalling");
    kill_and_load(&s, start(&s, "usleep"));
    const struct ls_sample *sample =
        find_sample(&s, LS_SAMPLE_BLOCKED, "stall_usleep");
    assert_string_equal(string(&s, sample->syscall), "clock_nanosleep");
    finish(&s);
}

/* ---- what is forbidden -------------------------------------------------- */

static void expect_no_stacks(const struct stalled *s)
{
    assert_in_range(weight_of(s, LS_SAMPLE_BLOCKED), 100, 100000);
    assert_in_range(weight_of(s, LS_SAMPLE_RUNNING), 100, 100000);
    for (uint32_t i = 0; i < s->trace->n_samples; i++)
        assert_int_equal(s->trace->samples[i].stack, LS_NONE);
    /* Why not is said, for those that wait and those that run. */
    assert_true(s->trace->n_unseen >= 2);
}

static void test_stalls__what_seccomp_refuses(void **state)
{
    struct stalled s;
    prepare(&s, "stalling");
    run_it(&s, "both", "200", LS_PROGRAMS "/e2e_watchdog_refusing");
    expect_no_stacks(&s);
    const struct ls_sample *sample = &s.trace->samples[0];
    assert_string_equal(string(&s, sample->syscall), "nanosleep");
    finish(&s);
}

/* Root may look at everything, so it is done as nobody. */
static void test_stalls__a_program_that_made_itself_unreadable(void **state)
{
    enum { NOBODY = 65534 };
    struct stalled s;
    int status;
    prepare(&s, "stalling");
    pid_t pid = fork();
    if (pid == 0) {
        setenv("LOOPSCOPE_COLLECTOR", LS_COLLECTOR, 1);
        if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
            _exit(126);
        execl(s.program, s.program, s.path, "unreadable", "200", NULL);
        _exit(errno == EACCES ? 125 : 127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 125) {
        remove_folder(s.folder);
        skip(); /* this tree may not be read by nobody */
    }
    assert_int_equal(status, 0);
    load(&s);
    expect_no_stacks(&s);
    finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stalls__computing_in_inlined_functions),
        cmocka_unit_test(test_stalls__a_system_call_without_libc),
        cmocka_unit_test(test_stalls__frames_by_frame_pointer),
        cmocka_unit_test(test_stalls__names_as_people_write_them),
        cmocka_unit_test(test_stalls__whatever_it_computes),
        cmocka_unit_test(test_stalls__a_hooked_call_tells_of_itself),
        cmocka_unit_test(test_stalls__two_loops_at_once),
        cmocka_unit_test(test_stalls__a_long_one_has_tens_of_samples),
        cmocka_unit_test(test_stalls__no_symbols_but_build_id_and_offset),
        cmocka_unit_test(test_stalls__killed_while_it_computes),
        cmocka_unit_test(test_stalls__killed_in_a_call),
        cmocka_unit_test(test_stalls__what_seccomp_refuses),
        cmocka_unit_test(test_stalls__a_program_that_made_itself_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
