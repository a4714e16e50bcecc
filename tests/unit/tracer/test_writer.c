/* SPDX-License-Identifier: MIT */
#include "tracer/collector/writer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "trace.h"
#include "tracer/loopscope.h"

static void write_event(struct ls_writer *writer, int i)
{
    struct ls_text *line = ls_writer_begin(writer);
    ls_text_add(line, "{\"i\":");
    ls_text_add_int(line, i);
    ls_text_add(line, "}");
    ls_writer_end(writer);
}

static void expect_file(struct test_trace *trace, const char *expected)
{
    test_trace_read(trace);
    assert_string_equal(trace->text, expected);
}

static void test_writer__one_event_a_line(void **state)
{
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    for (int i = 0; i < 3; i++)
        write_event(&trace.writer, i);
    assert_int_equal(trace.writer.n_events, 3);
    ls_writer_close(&trace.writer);
    expect_file(&trace, "[\n{\"i\":0}\n,{\"i\":1}\n,{\"i\":2}\n]\n");
    assert_int_equal(test_trace_count(&trace), 3);
    test_trace_destroy(&trace);
}

static void test_writer__a_trace_without_events_is_json(void **state)
{
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    ls_writer_close(&trace.writer);
    test_trace_read(&trace);
    assert_int_equal(test_trace_count(&trace), 0);
    test_trace_destroy(&trace);
}

static void test_writer__what_is_flushed_can_be_read(void **state)
{
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    write_event(&trace.writer, 0);
    write_event(&trace.writer, 1);
    ls_writer_flush(&trace.writer);
    expect_file(&trace, "[\n{\"i\":0}\n,{\"i\":1}");
    write_event(&trace.writer, 2);
    ls_writer_close(&trace.writer);
    expect_file(&trace, "[\n{\"i\":0}\n,{\"i\":1}\n,{\"i\":2}\n]\n");
    test_trace_destroy(&trace);
}

static void test_writer__a_new_file_is_the_owner_s_alone(void **state)
{
    struct test_trace trace;
    struct stat st;
    mode_t before = umask(0);
    test_trace_open(&trace, "t.json");
    umask(before);
    assert_int_equal(stat(trace.path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    test_trace_close(&trace);
    test_trace_destroy(&trace);
}

static void test_writer__an_old_file_is_replaced(void **state)
{
    struct test_trace trace;
    struct stat st;
    test_trace_folder(&trace, "t.json");
    int fd = open(trace.path, O_CREAT | O_WRONLY, 0644);
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(write(fd, "something longer than a trace", 29), 29);
    close(fd);
    assert_int_equal(ls_writer_open(&trace.writer, trace.path), LS_OK);
    ls_writer_close(&trace.writer);
    assert_int_equal(stat(trace.path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    expect_file(&trace, "[\n\n]\n");
    test_trace_destroy(&trace);
}

static void expect_refused(struct test_trace *trace, int error, const char *why)
{
    assert_int_equal(ls_writer_open(&trace->writer, trace->path), error);
    assert_non_null(strstr(trace->writer.text, trace->path));
    if (!strstr(trace->writer.text, why))
        fail_msg("it says: %s", trace->writer.text);
    assert_int_equal(trace->writer.fd, -1);
}

static void test_writer__a_symbolic_link_is_refused(void **state)
{
    struct test_trace trace;
    char other[160];
    test_trace_folder(&trace, "t.json");
    snprintf(other, sizeof other, "%s/other", trace.folder);
    int fd = open(other, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, "precious", 8), 8);
    close(fd);
    assert_int_equal(symlink(other, trace.path), 0);
    expect_refused(&trace, LS_ETRACE, "symbolic link");
    unlink(trace.path);
    assert_int_equal(rename(other, trace.path), 0);
    expect_file(&trace, "precious");
    test_trace_destroy(&trace);
}

static void test_writer__a_folder_is_refused(void **state)
{
    struct test_trace trace;
    test_trace_folder(&trace, "t.json");
    assert_int_equal(mkdir(trace.path, 0700), 0);
    expect_refused(&trace, LS_ETRACE, "directory");
    rmdir(trace.path);
    test_trace_destroy(&trace);
}

static void test_writer__a_fifo_is_refused_at_once(void **state)
{
    struct test_trace trace;
    test_trace_folder(&trace, "t.json");
    assert_int_equal(mkfifo(trace.path, 0600), 0);
    expect_refused(&trace, LS_ETRACE, "no regular file");
    test_trace_destroy(&trace);
}

static void test_writer__a_folder_that_is_not_there_is_told(void **state)
{
    struct test_trace trace;
    test_trace_folder(&trace, "none/t.json");
    expect_refused(&trace, LS_ETRACE, "No such file");
    test_trace_destroy(&trace);
}

static void test_writer__a_second_one_leaves_the_first_alone(void **state)
{
    struct test_trace trace, second;
    test_trace_open(&trace, "t.json");
    write_event(&trace.writer, 0);
    ls_writer_flush(&trace.writer);
    memcpy(&second, &trace, sizeof second);
    expect_refused(&second, LS_EBUSY, "another collector");
    write_event(&trace.writer, 1);
    ls_writer_close(&trace.writer);
    expect_file(&trace, "[\n{\"i\":0}\n,{\"i\":1}\n]\n");
    /* and when it is closed, the file is free again */
    assert_int_equal(ls_writer_open(&second.writer, second.path), LS_OK);
    ls_writer_close(&second.writer);
    test_trace_destroy(&trace);
}

static void set_limit(rlim_t n_bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = n_bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Events 0, 1, 2, ... without a gap; how many. */
static int expect_first_events(struct test_trace *trace)
{
    const char *line;
    char expected[32];
    int n = 0;
    test_trace_read(trace);
    int n_all = test_trace_count(trace);
    for (; (line = test_trace_next(trace)) && *line; n++) {
        snprintf(expected, sizeof expected, "{\"i\":%d}", n);
        assert_string_equal(line, expected);
    }
    assert_int_equal(n, n_all);
    return n;
}

/* Write more than fits, with a flush every FLUSH events. */
static int fill(rlim_t n_bytes, int flush)
{
    struct test_trace trace;
    set_limit(n_bytes);
    test_trace_open(&trace, "t.json");
    for (int i = 0; i < 100; i++) {
        write_event(&trace.writer, i);
        if (i % flush == flush - 1)
            ls_writer_flush(&trace.writer);
    }
    ls_writer_close(&trace.writer);
    set_limit(RLIM_INFINITY);
    assert_int_equal(trace.writer.error, LS_ETRACE);
    assert_non_null(strstr(trace.writer.text, "File too large"));
    int n = expect_first_events(&trace);
    test_trace_destroy(&trace);
    return n;
}

/* Wherever the file becomes full: in an event, between two, at a flush. */
static void test_writer__a_full_file_is_whole_json(void **state)
{
    static const int flushes[] = {1, 3, 1000};
    signal(SIGXFSZ, SIG_IGN);
    for (size_t f = 0; f < sizeof flushes / sizeof flushes[0]; f++) {
        for (rlim_t n_bytes = 20; n_bytes < 80; n_bytes++) {
            int n = fill(n_bytes, flushes[f]);
            /* no more was given up than the end needs */
            assert_true((rlim_t)n >= (n_bytes - 5) / 10 - 1);
        }
    }
}

static void test_writer__events_after_an_error_are_counted(void **state)
{
    struct test_trace trace;
    signal(SIGXFSZ, SIG_IGN);
    set_limit(100);
    test_trace_open(&trace, "t.json");
    for (int i = 0; i < 20; i++)
        write_event(&trace.writer, i);
    ls_writer_flush(&trace.writer);
    assert_int_equal(trace.writer.error, LS_ETRACE);
    for (int i = 0; i < 7; i++)
        write_event(&trace.writer, i);
    assert_int_equal(trace.writer.n_unwritten, 7);
    ls_writer_close(&trace.writer);
    set_limit(RLIM_INFINITY);
    test_trace_destroy(&trace);
}

static void test_writer__more_than_a_buffer(void **state)
{
    enum { N = 100000 };
    struct test_trace trace;
    test_trace_open(&trace, "t.json");
    for (int i = 0; i < N; i++)
        write_event(&trace.writer, i);
    ls_writer_close(&trace.writer);
    assert_int_equal(trace.writer.error, LS_OK);
    assert_int_equal(expect_first_events(&trace), N);
    test_trace_destroy(&trace);
}

static void test_writer__gzip_reads_back(void **state)
{
    enum { N = 100000 };
    struct test_trace trace;
    unsigned char magic[2];
    test_trace_open(&trace, "t.json.gz");
    for (int i = 0; i < N; i++)
        write_event(&trace.writer, i);
    test_trace_close(&trace);
    int fd = open(trace.path, O_RDONLY);
    assert_int_equal(read(fd, magic, 2), 2);
    close(fd);
    assert_memory_equal(magic, "\x1f\x8b", 2);
    assert_int_equal(expect_first_events(&trace), N);
    test_trace_destroy(&trace);
}

static void test_writer__a_full_gzip_file_is_told(void **state)
{
    struct test_trace trace;
    signal(SIGXFSZ, SIG_IGN);
    set_limit(1000);
    test_trace_open(&trace, "t.json.gz");
    for (int i = 0; i < 100000; i++)
        write_event(&trace.writer, i);
    ls_writer_close(&trace.writer);
    set_limit(RLIM_INFINITY);
    assert_int_equal(trace.writer.error, LS_ETRACE);
    test_trace_destroy(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writer__one_event_a_line),
        cmocka_unit_test(test_writer__a_trace_without_events_is_json),
        cmocka_unit_test(test_writer__what_is_flushed_can_be_read),
        cmocka_unit_test(test_writer__a_new_file_is_the_owner_s_alone),
        cmocka_unit_test(test_writer__an_old_file_is_replaced),
        cmocka_unit_test(test_writer__a_symbolic_link_is_refused),
        cmocka_unit_test(test_writer__a_folder_is_refused),
        cmocka_unit_test(test_writer__a_fifo_is_refused_at_once),
        cmocka_unit_test(test_writer__a_folder_that_is_not_there_is_told),
        cmocka_unit_test(test_writer__a_second_one_leaves_the_first_alone),
        cmocka_unit_test(test_writer__a_full_file_is_whole_json),
        cmocka_unit_test(test_writer__events_after_an_error_are_counted),
        cmocka_unit_test(test_writer__more_than_a_buffer),
        cmocka_unit_test(test_writer__gzip_reads_back),
        cmocka_unit_test(test_writer__a_full_gzip_file_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
