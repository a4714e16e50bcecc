/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/recover.h"

#include <cjson/cJSON.h>
#include <unistd.h>
#include <zlib.h>

static char folder[] = "/tmp/test_recover.XXXXXX";
static char in_path[64], out_path[64];

static int make_folder(void **state)
{
    if (!mkdtemp(folder))
        return -1;
    snprintf(in_path, sizeof(in_path), "%s/in.json", folder);
    snprintf(out_path, sizeof(out_path), "%s/out.json", folder);
    return 0;
}

static int remove_folder(void **state)
{
    unlink(in_path);
    unlink(out_path);
    return rmdir(folder);
}

static void write_input(const char *text, size_t n)
{
    FILE *out = fopen(in_path, "wb");
    assert_int_equal(fwrite(text, 1, n, out), n);
    fclose(out);
}

static char *read_output(void)
{
    char *text = calloc(1, 1 << 20);
    FILE *in = fopen(out_path, "rb");
    assert_non_null(in);
    assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
    fclose(in);
    return text;
}

/* The output of recovering N bytes of TEXT: strict JSON. */
static char *recover(const char *text, size_t n, struct ls_recover_result *how)
{
    write_input(text, n);
    unlink(out_path);
    assert_int_equal(ls_trace_recover(in_path, out_path, how), LS_RECOVER_OK);
    char *out = read_output();
    cJSON *json = cJSON_ParseWithOpts(out, NULL, 1);
    assert_non_null(json);
    cJSON_Delete(json);
    return out;
}

static const char whole[] = OURS LOOP //
    SLICE("B", "1.000", "turn", "turn", "")
        TASK("b", "2.000", "0x1", "brew", "start", "") SLICE("B", "2.000",
                                                             "brew", "task", "")
            SLICE("E", "3.000", "brew", "task", ",\"args\":{\"task\":\"0x1\"}")
                TASK("b", "3.000", "0x1", "sleep", "await", "")
                    SLICE("B", "4.000", "a \\\"b\\\"", "span", "");

static void test_recover__closes_what_is_open(void **state)
{
    struct ls_recover_result how;
    char *out = recover(whole, sizeof(whole) - 1, &how);
    assert_memory_equal(out, whole, sizeof(whole) - 1);
    assert_string_equal(
        out + sizeof(whole) - 1,
        ",{\"ph\":\"E\",\"ts\":4.001,\"pid\":1,\"tid\":1,\"name\":\"a "
        "\\\"b\\\"\",\"cat\":\"span\",\"args\":{\"recovered\":true}}\n"
        ",{\"ph\":\"E\",\"ts\":4.001,\"pid\":1,\"tid\":1,\"name\":\"turn\","
        "\"cat\":\"turn\",\"args\":{\"recovered\":true}}\n"
        ",{\"ph\":\"e\",\"ts\":4.001,\"pid\":1,\"tid\":1000000001,\"id\":"
        "\"0x1\",\"name\":\"sleep\",\"cat\":\"task\",\"args\":{\"event\":"
        "\"resume\",\"label\":\"L\",\"loop\":1,\"recovered\":true}}\n"
        ",{\"ph\":\"e\",\"ts\":4.001,\"pid\":1,\"tid\":1000000001,\"id\":"
        "\"0x1\",\"name\":\"brew\",\"cat\":\"task\",\"args\":{\"event\":"
        "\"finish\",\"label\":\"L\",\"loop\":1,\"recovered\":true}}\n"
        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","
        "\"args\":{\"events\":13,\"lost\":0,\"late\":0,\"recovered\":true}}\n"
        "]\n");
    assert_int_equal(how.n_kept, 8);
    assert_int_equal(how.n_closed, 4);
    assert_int_equal(how.n_dropped, 0);
    struct ls_trace *t = load_text(out);
    assert_int_equal(n_troubles(t), 0);
    assert_false(t->health.complete);
    assert_int_equal(t->tasks[0].state, LS_TASK_OPEN);
    assert_int_equal(t->threads[0].slices[0].flags, LS_SLICE_OPEN);
    ls_trace_free(t);
    free(out);
}

/* Wherever it is cut: JSON, nothing whole is lost, nothing is left open. */
static void test_recover__cut_anywhere(void **state)
{
    for (size_t cut = strlen(OURS); cut < sizeof(whole) - 1; cut += 3) {
        struct ls_recover_result how;
        char *out = recover(whole, cut, &how);
        const char *end = whole + cut;
        while (*end != '\n' || end[-1] != '}' || end - whole > (long)cut)
            end--;
        assert_memory_equal(out, whole, (size_t)(end - whole));
        free(out);
    }
}

static void test_recover__a_whole_trace_stays_as_it_is(void **state)
{
    struct ls_recover_result how;
    static const char text[] = OURS LOOP SLICE("B", "1.000", "t", "turn", "")
        SLICE("E", "2.000", "t", "turn", "") END;
    char *out = recover(text, sizeof(text) - 1, &how);
    assert_string_equal(out, text);
    assert_int_equal(how.n_closed, 0);
    free(out);
}

static void test_recover__ends_come_before_the_writers_end(void **state)
{
    struct ls_recover_result how;
    static const char text[] = OURS SLICE("B", "1.000", "t", "turn", "") //
        ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","
        "\"args\":{\"events\":3,\"exit\":[1]}}\n]\n";
    char *out = recover(text, sizeof(text) - 1, &how);
    assert_true(strstr(out, "\"ph\":\"E\"") < strstr(out, "loopscope_end"));
    assert_null(strstr(strstr(out, "loopscope_end"), "recovered"));
    free(out);
}

static void test_recover__drops_what_is_broken(void **state)
{
    struct ls_recover_result how;
    static const char text[] =
        OURS ",{\"ph\":\"B\",\"ts\":0.5,\"na\n,{\"ph\":\"i\",\"ts\":1,"
             "\"name\":\"a\xff\"}\n,{\"ph\":\"i\",\"ts\":1e400}\n";
    char *out = recover(text, sizeof(text) - 1, &how);
    assert_int_equal(how.n_dropped, 2);
    assert_int_equal(how.n_kept, 2);
    assert_non_null(strstr(out, "a\xef\xbf\xbd"));
    free(out);
}

static void test_recover__an_object_stays_one(void **state)
{
    struct ls_recover_result how;
    static const char text[] =
        "{\"otherData\":{\"v\":[1,2]},\"traceEvents\":[{\"ph\":\"B\",\"ts\":1,"
        "\"pid\":1,\"tid\":1,\"name\":\"a\"},{\"ph\":\"X\",\"ts\":2,\"du";
    char *out = recover(text, sizeof(text) - 1, &how);
    assert_memory_equal(out, "{\"traceEvents\":[", 16);
    assert_non_null(strstr(out, "],\"otherData\":{\"v\":[1,2]}}"));
    assert_non_null(strstr(out, "{\"ph\":\"E\",\"ts\":1.001,"));
    assert_null(strstr(out, "loopscope_end")); /* not ours */
    free(out);
}

static void test_recover__packed_input(void **state)
{
    struct ls_recover_result how;
    gzFile packed = gzopen(in_path, "wb");
    gzwrite(packed, whole, sizeof(whole) - 1);
    gzclose(packed);
    unlink(out_path);
    assert_int_equal(ls_trace_recover(in_path, out_path, &how), LS_RECOVER_OK);
    assert_int_equal(how.n_kept, 8);
    char *out = read_output();
    assert_memory_equal(out, whole, sizeof(whole) - 1);
    free(out);
}

static void test_recover__says_why_not(void **state)
{
    struct ls_recover_result how;
    write_input("hello", 5);
    unlink(out_path);
    assert_int_equal(ls_trace_recover("/nowhere", out_path, &how),
                     LS_RECOVER_UNREADABLE);
    assert_string_equal(how.text, "does not exist");
    assert_int_equal(ls_trace_recover(in_path, out_path, &how),
                     LS_RECOVER_NO_TRACE);
    assert_int_equal(access(out_path, F_OK), -1); /* nothing is left behind */
    assert_int_equal(ls_trace_recover(in_path, in_path, &how),
                     LS_RECOVER_EXISTS);
    assert_int_equal(ls_trace_recover(in_path, "/nowhere/out.json", &how),
                     LS_RECOVER_UNWRITABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recover__closes_what_is_open),
        cmocka_unit_test(test_recover__cut_anywhere),
        cmocka_unit_test(test_recover__a_whole_trace_stays_as_it_is),
        cmocka_unit_test(test_recover__ends_come_before_the_writers_end),
        cmocka_unit_test(test_recover__drops_what_is_broken),
        cmocka_unit_test(test_recover__an_object_stays_one),
        cmocka_unit_test(test_recover__packed_input),
        cmocka_unit_test(test_recover__says_why_not)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
