/* SPDX-License-Identifier: MIT */
#include "loaded.h"

static const struct ls_stretch *stretch(const struct ls_trace *t, uint32_t task,
                                        uint32_t i)
{
    assert_true(i < t->tasks[task].n_stretches);
    return &t->stretches[t->tasks[task].first_stretch + i];
}

static void test_model__a_life_is_a_row_without_gaps(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP                                                        //
            TASK("b", "1.000", "0x1", "brew", "start", "")               //
        TASK("b", "2.000", "0x1", "sleep", "await", ",\"due_us\":5.000") //
        TASK("b", "3.000", "0x2", "fetch", "start", ",\"by\":\"0x1\"")   //
        TASK("e", "4.000", "0x2", "fetch", "finish",
             ",\"outcome\":\"failed\",\"reason\":\"refused\"") //
        TASK("e", "7.000", "0x1", "sleep", "resume", "")       //
        TASK("e", "9.000", "0x1", "brew", "finish",
             ",\"outcome\":\"cancelled\"") END);
    assert_int_equal(t->n_tasks, 2);
    assert_int_equal(t->tasks[0].n_stretches, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(stretch(t, 0, i)->kind,
                         i == 1 ? LS_STRETCH_AWAIT : LS_STRETCH_RUN);
    assert_int_equal(stretch(t, 0, 1)->ready_ns, 5000);
    assert_int_equal(ls_stretch_held_up_ns(stretch(t, 0, 1)), 2000);
    assert_int_equal(t->tasks[0].state, LS_TASK_CANCELLED);
    assert_int_equal(t->tasks[1].by, 0);
    assert_int_equal(t->tasks[1].state, LS_TASK_FAILED);
    assert_string_equal(name_of(t, t->tasks[1].reason), "refused");
    assert_int_equal(ls_trace_find_task(t, 2), 1);
    assert_int_equal(ls_trace_find_task(t, 3), LS_NONE);
    assert_int_equal(ls_trace_task_number(t, 1), 2);
    assert_int_equal(t->tasks[0].flags | t->tasks[1].flags, 0);
    ls_trace_free(t);
}

static void test_model__a_due_time_that_never_came_is_no_ready_time(
    void **state)
{
    struct ls_trace *t = load_text(
        OURS //
            TASK("b", "1.000", "0x1", "brew", "start", "") TASK(
                "b", "2.000", "0x1", "sleep", "await", ",\"due_us\":1008.000")
                TASK("e", "7.000", "0x1", "sleep", "resume", "") END);
    assert_int_equal(stretch(t, 0, 1)->ready_ns, LS_UNKNOWN);
    assert_int_equal(ls_stretch_held_up_ns(stretch(t, 0, 1)), 0);
    ls_trace_free(t);
}

static void test_model__a_timer_may_come_within_its_step(void **state)
{
    struct ls_trace *t = load_text(
        OURS //
            TASK("b", "1.000", "0x1", "brew", "start", "") TASK(
                "b", "2.000", "0x1", "sleep", "await", ",\"due_us\":1006.000")
                TASK("e", "7.000", "0x1", "sleep", "resume", "") END);
    assert_int_equal(stretch(t, 0, 1)->ready_ns, 7000);
    assert_int_equal(ls_stretch_held_up_ns(stretch(t, 0, 1)), 0);
    ls_trace_free(t);
}

static void test_model__what_ready_said_counts(void **state)
{
    struct ls_trace *t = load_text(
        OURS //
            TASK("b", "1.000", "0x1", "brew", "start",
                 "") TASK("b", "2.000", "0x1", "work", "await", "")
                TASK("n", "3.000", "0x1", "work", "ready", "")
                    TASK("n", "4.000", "0x1", "work", "ready", "")
                        TASK("e", "7.000", "0x1", "work", "resume", "") END);
    assert_int_equal(stretch(t, 0, 1)->ready_ns, 3000);
    ls_trace_free(t);
}

static void test_model__made_before_it_runs(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP //
            TASK("b", "1.000", "0x1", "main", "start", "")
                TASK("b", "2.000", "0x2", "brew", "start", ",\"by\":\"0x1\"")
                    TASK("b", "2.000", "0x2", "first run", "await", "")
                        TASK("b", "5.000", "0x1", "gather", "await",
                             ",\"on\":[\"0x2\",\"0x99\"]")
                            TASK("e", "6.000", "0x2", "first run", "resume", "")
                                END);
    assert_int_equal(t->tasks[1].flags, LS_TASK_MADE);
    assert_int_equal(t->tasks[0].flags, 0); /* no overlap: it did not run */
    assert_int_equal(t->tasks[1].n_stretches, 2);
    assert_int_equal(stretch(t, 1, 0)->kind, LS_STRETCH_AWAIT);
    assert_int_equal(stretch(t, 0, 1)->n_on, 1);
    assert_int_equal(t->awaited[stretch(t, 0, 1)->first_on], 1);
    ls_trace_free(t);
}

static void test_model__two_at_once_overlap(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP //
            TASK("b", "1.000", "0x1", "a", "start",
                 "") TASK("b", "2.000", "0x2", "b", "start", "")
                TASK("e", "3.000", "0x1", "a", "finish", "")
                    TASK("b", "4.000", "0x3", "c", "start", "")
                        TASK("e", "5.000", "0x2", "b", "finish", "")
                            TASK("e", "5.000", "0x3", "c", "finish", "") END);
    assert_int_equal(t->tasks[0].flags, LS_TASK_OVERLAP);
    assert_int_equal(t->tasks[1].flags, LS_TASK_OVERLAP);
    ls_trace_free(t);
}

static void test_model__one_inside_another_is_no_overlap(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP //
            TASK("b", "1.000", "0x1", "a", "start",
                 "") TASK("b", "2.000", "0x2", "b", "start", "")
                TASK("b", "3.000", "0x3", "c", "start", "")
                    TASK("e", "4.000", "0x3", "c", "finish", "")
                        TASK("b", "5.000", "0x2", "sleep", "await", "")
                            TASK("e", "6.000", "0x1", "a", "finish", "") END);
    for (uint32_t i = 0; i < t->n_tasks; i++)
        assert_int_equal(t->tasks[i].flags, 0);
    ls_trace_free(t);
}

static void test_model__strays_by_themselves_and_as_told(void **state)
{
    struct ls_trace *t = load_text(
        OURS //
            TASK("b", "1.000", "0x1", "a", "start", "")
                TASK("e", "2.000", "0x1", "x", "resume", "")
                    TASK("b", "3.000", "0x1", "y", "await", "")
                        TASK("b", "4.000", "0x1", "z", "await", "")
                            TASK("e", "5.000", "0x1", "a", "finish", "")
                                TASK("e", "6.000", "0x1", "a", "finish", "")
                                    TASK("b", "7.000", "0x2", "b", "start", "")
                                        TASK("n", "8.000", "0x2", "x", "resume",
                                             ",\"stray\":true")
                                            TASK("e", "9.000", "0x3", "c",
                                                 "finish", "") END);
    assert_int_equal(t->tasks[0].flags, LS_TASK_RESUME_STRAY |
                                            LS_TASK_AWAIT_STRAY |
                                            LS_TASK_FINISH_TWICE);
    assert_int_equal(t->tasks[0].end_ns, 5000);
    assert_int_equal(t->tasks[1].flags, LS_TASK_RESUME_STRAY);
    assert_int_equal(t->tasks[2].flags, LS_TASK_NO_START);
    assert_string_equal(name_of(t, t->tasks[2].kind), "c");
    ls_trace_free(t);
}

static void test_model__run_slices_point_to_their_tasks(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP //
            TASK("b", "1.000", "0x1", "brew", "start",
                 "") SLICE("B", "1.000", "brew", "task", "")
                SLICE("E", "2.000", "brew", "task",
                      ",\"args\":{\"task\":\"0x1\"}")
                    TASK("b", "2.000", "0x1", "sleep", "await", "")
                        TASK("b", "3.000", "0x2", "brew", "start", "")
                            SLICE("B", "3.000", "brew", "task", "")
                                SLICE("B", "4.000", "leaf", "span", "") END);
    const struct ls_slice *s = t->threads[0].slices;
    assert_int_equal(s[0].detail, 0);
    assert_int_equal(s[1].detail, 1); /* open: whoever runs there */
    assert_int_equal(s[1].flags, LS_SLICE_OPEN);
    assert_null(ls_trace_detail(t, &s[0]));
    ls_trace_free(t);
}

static void test_model__stacks_may_come_after_their_use(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP //
            SLICE("B", "1.000", "turn", "turn", "") SLICE(
                "B", "2.000", "read", "blocking", ",\"args\":{\"stack\":9}")
                SLICE("E", "3.000", "read", "blocking",
                      ",\"args\":{\"cpu_ns\":1,\"blocked_ns\":998,"
                      "\"descheduled_ns\":1,\"fd\":3,\"fd_kind\":\"file\"}")
                    SLICE("E", "4.000", "turn", "turn", "") //
        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_stack\","
        "\"args\":{\"id\":9,\"frames\":[{\"function\":\"f\",\"file\":\"f.c\","
        "\"line\":3,\"module\":\"/bin/f\",\"offset\":\"0x1f\",\"inlined\":"
        "true}]}}\n" END);
    const struct ls_detail *d = ls_trace_detail(t, &t->threads[0].slices[1]);
    assert_int_equal(d->stack, 0);
    assert_int_equal(t->frames[0].line, 3);
    assert_int_equal(t->frames[0].offset, 0x1f);
    assert_true(t->frames[0].inlined);
    assert_int_equal(d->fd, 3);
    assert_string_equal(name_of(t, d->fd_kind), "file");
    assert_int_equal(ls_slice_own_ns(t, &t->threads[0].slices[1]), 999);
    assert_int_equal(ls_slice_own_ns(t, &t->threads[0].slices[0]), 3000);
    ls_trace_free(t);
}

/* The build-id is told once for the frames that lack names for it. */
static void test_model__modules_that_lack_names(void **state)
{
    static const bool lacks[] = {false, true, false, true, false};
    struct ls_trace *t = load_text(
        OURS ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_stack\","
             "\"args\":{\"id\":9,\"frames\":["
             "{\"function\":\"f\",\"module\":\"/bin/a\",\"build_id\":\"aa\"},"
             "{\"module\":\"/bin/a\",\"offset\":\"0x1f\",\"build_id\":\"aa\"},"
             "{\"module\":\"/bin/a\",\"offset\":\"0x2f\",\"build_id\":\"aa\"},"
             "{\"module\":\"/bin/b\",\"offset\":\"0x3f\",\"build_id\":\"bb\"},"
             "{\"module\":\"/bin/c\",\"offset\":\"0x4f\"}]}}\n" END);
    assert_int_equal(t->n_frames, 5);
    for (uint32_t i = 0; i < t->n_frames; i++)
        assert_int_equal(ls_stack_lacks_names(t, &t->stacks[0], i), lacks[i]);
    assert_string_equal(name_of(t, t->frames[3].build_id), "bb");
    ls_trace_free(t);
}

static void test_model__searching_a_window(void **state)
{
    struct ls_trace *t = load_text(
        OURS //
            SLICE("B", "1.000", "turn", "turn", "")
                SLICE("B", "2.000", "a", "span", "")
                    SLICE("E", "3.000", "a", "span", "")
                        SLICE("E", "6.000", "turn", "turn", "")
                            SLICE("B", "8.000", "turn", "turn", "")
                                SLICE("E", "9.000", "turn", "turn", "") END);
    const struct ls_thread *thread = &t->threads[0];
    static const struct {
        int64_t at_ns;
        uint32_t slice, turn;
    } cases[] = {{0, 0, 0},    {1500, 0, 0}, {5999, 0, 0}, {6000, 2, 1},
                 {7000, 2, 1}, {8500, 2, 1}, {9000, 3, 2}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(ls_thread_first_slice(thread, cases[i].at_ns),
                         cases[i].slice);
        assert_int_equal(ls_loop_first_turn(t, &t->loops[0], cases[i].at_ns),
                         cases[i].turn);
    }
    ls_trace_free(t);
}

static void test_model__what_metadata_says(void **state)
{
    struct ls_trace *t = load_text(
        OURS //
        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_process\","
        "\"args\":{\"command\":[\"./a\",\"-o\",\"x\"],\"exe\":\"/bin/a\","
        "\"parent\":7,\"hooks_missing\":[\"read\",\"poll\"]}}\n"
        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_lost\","
        "\"args\":{\"records\":12,\"from_us\":1.0,\"to_us\":2.0}}\n" //
        SLICE("B", "1.000", "turn", "turn", "")                      //
        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","
        "\"args\":{\"events\":5,\"lost\":3,\"late\":4,\"exit\":[1],"
        "\"end_us\":80}}\n]\n");
    assert_string_equal(name_of(t, t->processes[0].command), "./a -o x");
    assert_string_equal(name_of(t, t->processes[0].hooks_missing),
                        "read, poll");
    assert_int_equal(t->processes[0].parent, 7);
    assert_true(t->processes[0].killed);
    assert_int_equal(t->health.n_lost, 12);
    assert_int_equal(t->health.n_late, 4);
    assert_int_equal(t->threads[0].slices[0].end_ns, 80000);
    ls_trace_free(t);
}

#define AT(ph, pid, tid, ts, name, cat, more)                                  \
    ",{\"ph\":\"" ph "\",\"ts\":" ts ",\"pid\":" pid ",\"tid\":" tid           \
    ",\"name\":\"" name "\",\"cat\":\"" cat "\"" more "}\n"
#define META(pid, tid, name, args)                                             \
    ",{\"ph\":\"M\",\"pid\":" pid ",\"tid\":" tid ",\"name\":\"" name          \
    "\",\"args\":{" args "}}\n"
#define STACK1(id, function)                                                   \
    META("1", "1", "loopscope_stack",                                          \
         "\"id\":" id ",\"frames\":[{\"function\":\"" function "\"}]")

/* A trace with a thread that polls by KIND, for N turns of GAP us each. */
static struct ls_trace *load_polls(const char *kind, int n, int gap_us)
{
    static char text[8192];
    int at = snprintf(
        text, sizeof(text),
        OURS META("1", "1", "loopscope_loop", "\"name\":\"\",\"kind\":\"%s\""),
        kind);
    for (int i = 0; i < n; i++)
        at += snprintf(text + at, sizeof(text) - (size_t)at,
                       AT("B", "1", "1", "%d.000", "turn", "turn", "")
                           AT("E", "1", "1", "%d.000", "turn", "turn", ""),
                       1 + i * gap_us, 1 + i * gap_us + 1000);
    snprintf(text + at, sizeof(text) - (size_t)at, END);
    return load_text(text);
}

static void test_model__a_loop_by_poll_goes_on(void **state)
{
    static const struct {
        const char *kind;
        int n, gap_us;
        bool is_loop;
    } cases[] = {{"poll", 10, 300000, true},    {"poll", 9, 300000, false},
                 {"poll", 10, 100000, false},   {"select", 12, 250000, true},
                 {"select", 2, 9000000, false}, {"epoll", 1, 1, true},
                 {"libuv", 1, 1, true},         {"", 1, 1, true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ls_trace *t =
            load_polls(cases[i].kind, cases[i].n, cases[i].gap_us);
        assert_int_equal(t->n_loops, cases[i].is_loop);
        assert_string_equal(name_of(t, t->threads[0].polled),
                            cases[i].is_loop ? "" : cases[i].kind);
        if (cases[i].is_loop)
            assert_string_equal(name_of(t, t->loops[0].kind), cases[i].kind);
        else
            assert_int_equal(t->threads[0].loop, LS_NONE);
        ls_trace_free(t);
    }
}

static void test_model__samples_of_a_thread(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP //
            SLICE("B", "1.000", "turn", "turn", "")
                SLICE("i", "5.000", "sample", "sample",
                      ",\"s\":\"t\",\"args\":{\"state\":\"blocked\",\"stack\":"
                      "7,\"syscall\":\"futex\",\"weight\":3}")
                    SLICE("i", "6.000", "sample", "sample",
                          ",\"s\":\"t\",\"args\":{\"state\":\"running\","
                          "\"true_us\":4.000}")
                        SLICE("E", "9.000", "turn", "turn", "")
                            STACK1("7", "deep") END);
    assert_int_equal(t->n_samples, 2);
    assert_int_equal(t->n_marks, 0);
    assert_int_equal(t->samples[0].at_ns, 4000);
    assert_int_equal(t->samples[0].stack, LS_NONE);
    assert_int_equal(t->samples[0].weight, 1);
    assert_int_equal(t->samples[1].weight, 3);
    assert_int_equal(t->samples[1].stack, 0);
    assert_int_equal(t->samples[1].state, LS_SAMPLE_BLOCKED);
    assert_string_equal(name_of(t, t->samples[1].syscall), "futex");
    assert_int_equal(ls_trace_first_sample(t, 4001), 1);
    ls_trace_free(t);
}

static void test_model__what_is_known_of_a_callback(void **state)
{
    struct ls_trace *t = load_text(
        OURS LOOP //
            TASK("b", "0.500", "0x2", "connection", "start", ",\"auto\":true")
                SLICE("B", "1.000", "turn", "turn", "")
                    SLICE("B", "2.000", "on_read", "callback",
                          ",\"args\":{\"kind\":\"read\",\"phase\":\"io\","
                          "\"task\":\"0x2\",\"operation\":41,\"status\":"
                          "\"ECONNRESET\",\"registered\":7}")
                        SLICE("E", "3.000", "on_read", "callback", "")
                            SLICE("E", "4.000", "turn", "turn", "")
                                STACK1("7", "listen_here") END);
    const struct ls_slice *slice = &t->threads[t->loops[0].thread].slices[1];
    const struct ls_callback *c = ls_trace_callback(t, slice);
    assert_non_null(c);
    assert_null(ls_trace_detail(t, slice));
    assert_null(ls_trace_callback(t, slice - 1));
    assert_string_equal(name_of(t, c->kind), "read");
    assert_string_equal(name_of(t, c->phase), "io");
    assert_string_equal(name_of(t, c->status), "ECONNRESET");
    assert_int_equal(c->operation, 41);
    assert_int_equal(c->task, 0);
    assert_int_equal(c->registered, 0);
    assert_int_equal(t->tasks[0].flags, LS_TASK_AUTO);
    ls_trace_free(t);
}

static void test_model__a_process_that_executes(void **state)
{
    struct ls_trace *t = load_text(
        OURS META("5", "5", "process_name", "\"name\":\"sh\"")
            META("5", "5", "loopscope_process", "\"exe\":\"/bin/sh\"")
                META("5", "5", "process_name", "\"name\":\"make\"")
                    META("5", "5", "loopscope_process",
                         "\"exe\":\"/bin/make\",\"image\":1")
                        META("5", "5", "loopscope_synopsis",
                             "\"loops\":0,\"unseen\":[{\"what\":\"stacks\","
                             "\"why\":\"no\"},{\"what\":\"stacks\",\"why\":"
                             "\"no\"}]") END);
    const struct ls_process *p = &t->processes[0];
    assert_int_equal(p->pid, 5);
    assert_string_equal(name_of(t, p->name), "make");
    assert_string_equal(name_of(t, p->images), "sh -> make");
    assert_int_equal(t->n_images, 2);
    assert_string_equal(name_of(t, t->images[0].exe), "/bin/sh");
    assert_int_equal(t->n_unseen, 1);
    assert_string_equal(name_of(t, t->unseen[0].what), "stacks");
    assert_string_equal(name_of(t, t->unseen[0].why), "no");
    ls_trace_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model__a_life_is_a_row_without_gaps),
        cmocka_unit_test(
            test_model__a_due_time_that_never_came_is_no_ready_time),
        cmocka_unit_test(test_model__a_timer_may_come_within_its_step),
        cmocka_unit_test(test_model__what_ready_said_counts),
        cmocka_unit_test(test_model__made_before_it_runs),
        cmocka_unit_test(test_model__two_at_once_overlap),
        cmocka_unit_test(test_model__strays_by_themselves_and_as_told),
        cmocka_unit_test(test_model__run_slices_point_to_their_tasks),
        cmocka_unit_test(test_model__stacks_may_come_after_their_use),
        cmocka_unit_test(test_model__modules_that_lack_names),
        cmocka_unit_test(test_model__searching_a_window),
        cmocka_unit_test(test_model__what_metadata_says),
        cmocka_unit_test(test_model__one_inside_another_is_no_overlap),
        cmocka_unit_test(test_model__a_loop_by_poll_goes_on),
        cmocka_unit_test(test_model__samples_of_a_thread),
        cmocka_unit_test(test_model__what_is_known_of_a_callback),
        cmocka_unit_test(test_model__a_process_that_executes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
