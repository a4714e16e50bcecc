/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "fixture.h"
#include "viewer/explain.h"

static void test_explain__bad_example(void **state)
{
    struct ls_document *document = fixture_sample("bad_example.json");
    assert_true(document->stalled);
    assert_string_equal(
        document->verdict,
        "Stalled once. Worst: sleep() blocked the loop for 2.00 s in "
        "bad_example, bad_example.c:31. 1 task waited.");
    ls_document_free(document);
}

static void test_explain__gather(void **state)
{
    struct ls_document *document = fixture_sample("gather.json");
    assert_false(document->stalled);
    assert_string_equal(document->verdict, "Nothing stalled the loop.");
    ls_document_free(document);
}

/* What a cut trace does not show is not denied. */
static void test_explain__killed(void **state)
{
    struct ls_document *document = fixture_sample("killed.json");
    assert_false(document->stalled);
    const char *start = "Nothing stalled the loop up to where the trace ends.";
    assert_memory_equal(document->verdict, start, strlen(start));
    assert_true(strlen(document->trouble) > 0);
    ls_document_free(document);
}

static void test_explain__no_loop(void **state)
{
    struct ls_document *document = fixture_document(
        "[{\"ph\":\"X\",\"ts\":1,\"dur\":5,\"pid\":1,\"tid\":1,"
        "\"name\":\"work\"}]");
    assert_string_equal(document->verdict, "No event loop in this trace.");
    ls_document_free(document);
}

static void test_explain__awaits(void **state)
{
    struct ls_document *document = fixture_sample("gather.json");
    const struct ls_trace *trace = document->trace;
    char text[80];
    int gathers = 0, sleeps = 0;
    for (uint32_t i = 0; i < trace->n_stretches; i++) {
        if (trace->stretches[i].kind != LS_STRETCH_AWAIT)
            continue;
        ls_explain_await(trace, &trace->stretches[i], text, sizeof(text));
        gathers += strcmp(text, "gather of 3") == 0;
        sleeps += strcmp(text, "sleep") == 0;
    }
    assert_int_equal(gathers, 1);
    assert_int_equal(sleeps, 3);
    ls_explain_task(trace, 1, text, sizeof(text));
    assert_string_equal(text, "brew Masala");
    ls_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explain__bad_example),
        cmocka_unit_test(test_explain__gather),
        cmocka_unit_test(test_explain__killed),
        cmocka_unit_test(test_explain__no_loop),
        cmocka_unit_test(test_explain__awaits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
