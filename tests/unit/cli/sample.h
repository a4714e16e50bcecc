#ifndef LS_TESTS_UNIT_CLI_SAMPLE_H
#define LS_TESTS_UNIT_CLI_SAMPLE_H
/* SPDX-License-Identifier: MIT */
/*
 * sample.h - small traces for the tests of what is rendered.
 *
 *     struct sample sample;
 *     sample_load(&sample, "gather");               // tests/data/gather.json
 *     sample_parse(&sample, SAMPLE_HEAD SAMPLE_TURN(0, 5) SAMPLE_TAIL);
 *     sample_free(&sample);
 *
 * Units: milliseconds in the macros.
 * Ownership: the sample's.
 * Errors: assertions.
 * Threads: one.
 */
#include "cli/names.h"
#include "cli/text.h"

#include "analysis/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sample {
    struct ls_trace *trace;
    struct ls_names names;
};

#define SAMPLE_HEAD                                                            \
    "[\n{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":\"loopscope_trace\","       \
    "\"args\":{\"format\":1,\"writer\":\"0.1.0\"}}\n"                          \
    ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":\"process_name\","            \
    "\"args\":{\"name\":\"sample\"}}\n"                                        \
    ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":\"loopscope_loop\","          \
    "\"args\":{\"name\":\"main\",\"kind\":\"libuv\"}}\n"
#define SAMPLE_TAIL                                                            \
    ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":\"loopscope_end\",\"args\":"  \
    "{\"events\":1,\"lost\":0,\"late\":0}}\n]\n"

/* An event of the loop's thread, and one of a task; AT is "1.000" (us). */
#define SAMPLE_SLICE(ph, at, name, cat)                                        \
    ",{\"ph\":\"" ph "\",\"ts\":" at ",\"pid\":7,\"tid\":7,\"name\":\"" name   \
    "\",\"cat\":\"" cat "\"}\n"
#define SAMPLE_TASK(ph, at, id, name, event, label, more)                      \
    ",{\"ph\":\"" ph "\",\"ts\":" at ",\"pid\":7,\"tid\":100000000" id         \
    ",\"id\":\"0x" id "\",\"name\":\"" name                                    \
    "\",\"cat\":\"task\",\"args\":{\"event\":\"" event "\",\"label\":\"" label \
    "\",\"loop\":7" more "}}\n"

/* Two loops with a turn each: 60 ms of "main", 80 ms of "other". */
#define SAMPLE_TURN(ph, at, tid, more)                                         \
    ",{\"ph\":\"" ph "\",\"ts\":" at ",\"pid\":7,\"tid\":" tid                 \
    ",\"name\":\"turn\",\"cat\":\"turn\"" more "}\n"
#define SAMPLE_COMPUTED(ns)                                                    \
    ",\"args\":{\"cpu_ns\":" ns ",\"blocked_ns\":0,\"descheduled_ns\":0}"
#define SAMPLE_TWO_LOOPS                                                       \
    SAMPLE_HEAD                                                                \
    ",{\"ph\":\"M\",\"pid\":7,\"tid\":8,\"name\":"                             \
    "\"loopscope_loop\",\"args\":{\"name\":\"other\"}}\n" SAMPLE_TURN(         \
        "B", "0.000", "7", "") SAMPLE_TURN("B", "0.000", "8", "")              \
        SAMPLE_TURN("E", "60000.000", "7", SAMPLE_COMPUTED("60000000"))        \
            SAMPLE_TURN("E", "80000.000", "8", SAMPLE_COMPUTED("80000000"))    \
                SAMPLE_TAIL

static inline void sample_use(struct sample *sample, enum ls_load_status status)
{
    assert_int_equal(status, LS_LOAD_OK);
    ls_names_init(&sample->names, sample->trace);
}

static inline void sample_load(struct sample *sample, const char *name)
{
    char path[512];
    struct ls_load_result how;
    snprintf(path, sizeof(path), LS_SOURCE_DIR "/tests/data/%s.json", name);
    sample_use(sample, ls_trace_load(path, NULL, &sample->trace, &how));
}

static inline void sample_parse(struct sample *sample, const char *text)
{
    struct ls_load_result how;
    sample_use(sample,
               ls_trace_parse(text, strlen(text), NULL, &sample->trace, &how));
}

static inline void sample_free(struct sample *sample)
{
    ls_names_destroy(&sample->names);
    ls_trace_free(sample->trace);
}

/* Compares and destroys. */
static inline void expect_text(struct ls_text *text, const char *expected)
{
    assert_false(text->failed);
    assert_string_equal(ls_text_get(text), expected);
    ls_text_destroy(text);
}

#endif
