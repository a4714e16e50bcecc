/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cJSON.h>
#include <cmocka.h>

#include "tracer/loopscope.h"

void test_trace_folder(struct test_trace *trace, const char *name)
{
    *trace = (struct test_trace){.writer = {.fd = -1}};
    snprintf(trace->folder, sizeof trace->folder, "/tmp/ls_test_XXXXXX");
    assert_non_null(mkdtemp(trace->folder));
    snprintf(trace->path, sizeof trace->path, "%s/%s", trace->folder, name);
}

void test_trace_open(struct test_trace *trace, const char *name)
{
    test_trace_folder(trace, name);
    assert_int_equal(ls_writer_open(&trace->writer, trace->path), LS_OK);
    trace->emit.writer = &trace->writer;
}

void test_trace_close(struct test_trace *trace)
{
    ls_writer_close(&trace->writer);
    assert_int_equal(trace->writer.error, LS_OK);
    test_trace_read(trace);
}

void test_trace_read(struct test_trace *trace)
{
    struct ls_text text = {0};
    int n;
    gzFile file = gzopen(trace->path, "rb"); /* reads what is plain, too */
    assert_non_null(file);
    while ((n = gzread(file, ls_text_reserve(&text, 65536), 65536)) > 0)
        text.n += (size_t)n;
    assert_int_equal(n, 0);
    assert_int_equal(gzclose(file), Z_OK);
    trace->n_text = text.n;
    ls_text_add_bytes(&text, "", 1);
    free(trace->text);
    trace->text = trace->next = text.bytes;
    if (strncmp(trace->next, "[\n", 2) == 0)
        trace->next += 2;
}

const char *test_trace_next(struct test_trace *trace)
{
    char *line = trace->next;
    if (*line == ']' || *line == '\0')
        return NULL;
    char *end = strchr(line, '\n');
    assert_non_null(end);
    *end = '\0';
    trace->next = end + 1;
    return *line == ',' ? line + 1 : line;
}

void test_trace_expect(struct test_trace *trace, const char *line)
{
    const char *is = test_trace_next(trace);
    assert_string_equal(is ? is : "(the trace ends)", line);
}

void test_trace_expect_end(struct test_trace *trace)
{
    assert_string_equal(trace->next, "]\n");
}

int test_trace_count(const struct test_trace *trace)
{
    const char *end;
    const cJSON *event;
    cJSON *all = cJSON_ParseWithOpts(trace->text, &end, 1);
    if (!all)
        fail_msg("not JSON at byte %zu: %.60s", (size_t)(end - trace->text),
                 end);
    assert_true(cJSON_IsArray(all));
    cJSON_ArrayForEach(event, all) assert_true(cJSON_IsObject(event));
    int n = cJSON_GetArraySize(all);
    cJSON_Delete(all);
    return n;
}

void test_trace_destroy(struct test_trace *trace)
{
    if (trace->writer.fd >= 0)
        ls_writer_close(&trace->writer);
    free(trace->text);
    unlink(trace->path);
    assert_int_equal(rmdir(trace->folder), 0);
}
