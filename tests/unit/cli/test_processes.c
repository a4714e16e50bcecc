/* SPDX-License-Identifier: MIT */
#include "cli/processes.h"

#include "found.h"

static const struct ls_style wide = {.width = 200};

/* What RENDER makes of tests/data/NAME.json is EXPECTED. */
static void expect(const char *name,
                   void (*render)(const struct ls_story *, struct ls_text *,
                                  const struct ls_style *),
                   const char *expected)
{
    struct sample sample;
    struct ls_text text = {0};
    sample_load(&sample, name);
    const struct ls_story story = {sample.trace, &sample.names, NULL, "x"};
    render(&story, &text, &wide);
    expect_text(&text, expected);
    sample_free(&sample);
}

static void test_processes__each_with_a_loop_and_the_others(void **state)
{
    expect("unmodified", ls_processes_render,
           "  server (100), sh -> server: 1 loop, 4 turns; killed, or left by "
           "_exit(); server -p 80\n"
           "  2 processes without a loop: sh, curl\n");
}

static void test_processes__one_alone_is_in_the_header(void **state)
{
    expect("gather", ls_processes_render, "");
}

static void test_processes__what_was_not_seen(void **state)
{
    expect(
        "unmodified", ls_synopsis_render,
        "Seen: 4 turns, 6 callbacks, 1 blocking call, 7 samples.\n"
        "Not seen: callbacks of server (100): what the program queues inside "
        "itself is not seen.\n");
    expect("gather", ls_synopsis_render, "");
}

static void test_processes__what_polled_is_named(void **state)
{
    struct sample sample;
    struct ls_text line = {0};
    sample_load(&sample, "unmodified");
    const struct ls_story story = {sample.trace, &sample.names, NULL, "x"};
    ls_processes_add_pollers(&story, &line);
    expect_text(&line, " curl (110) waited in poll 3 times: a loop goes on for "
                       "at least 10 turns and 2 s.");
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_processes__each_with_a_loop_and_the_others),
        cmocka_unit_test(test_processes__one_alone_is_in_the_header),
        cmocka_unit_test(test_processes__what_was_not_seen),
        cmocka_unit_test(test_processes__what_polled_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
