/* SPDX-License-Identifier: MIT */
#include "bad_input.h"

#include "shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

const char *const unusable_inputs[] = {
    "missing.json", "folder", "empty.json", "random.json", "other.json", NULL};

const char *const damaged_inputs[] = {"cut.json",   "order.json", "deep.json",
                                      "range.json", "utf8.json",  NULL};

/* A trace of one turn and two tasks, with MIDDLE between its events. */
static void write_trace(const char *name, const char *middle, const char *end)
{
    char *text = calloc(1, 16384);
    assert_non_null(text);
    int n = snprintf(
        text, 16384,
        "[\n"
        "{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":\"loopscope_trace\","
        "\"args\":{\"format\":1,\"writer\":\"0.1.0\"}}\n"
        ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":\"loopscope_loop\","
        "\"args\":{\"name\":\"main\",\"kind\":\"libuv\"}}\n"
        ",{\"ph\":\"B\",\"ts\":10.000,\"pid\":7,\"tid\":7,\"name\":\"turn\","
        "\"cat\":\"turn\"}\n"
        "%s"
        ",{\"ph\":\"E\",\"ts\":900.000,\"pid\":7,\"tid\":7,\"name\":\"turn\","
        "\"cat\":\"turn\"}\n"
        "%s",
        middle, end);
    assert_in_range(n, 1, 16383);
    shell_write(name, text, (size_t)n);
    free(text);
}

#define END                                                                    \
    ",{\"ph\":\"M\",\"pid\":7,\"tid\":7,\"name\":\"loopscope_end\",\"args\":"  \
    "{\"events\":5,\"lost\":0,\"late\":0}}\n]\n"
#define MARK                                                                   \
    "\"pid\":7,\"tid\":7,\"name\":\"note\",\"cat\":\"span\",\"s\":\"t\""

static void write_deep(void)
{
    char middle[1024] = ",{\"ph\":\"i\",\"ts\":20.000," MARK ",\"args\":";
    size_t n = strlen(middle);
    memset(middle + n, '[', 200);
    memset(middle + n + 200, ']', 200);
    strcpy(middle + n + 400, "}\n");
    write_trace("deep.json", middle, END);
}

void bad_input_make(void)
{
    unsigned char noise[4096];
    uint32_t x = 2463534242; /* xorshift: the same noise every time */
    for (size_t i = 0; i < sizeof(noise); i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        noise[i] = (unsigned char)x;
    }
    mkdir("folder", 0777);
    shell_write("empty.json", "", 0);
    shell_write("random.json", noise, sizeof(noise));
    shell_write("other.json", "{\"answer\": 42}\n", 15);
    write_trace("cut.json", "", ",{\"ph\":\"B\",\"ts\":950.000,\"pid\":7,\"na");
    write_trace("order.json",
                ",{\"ph\":\"i\",\"ts\":500.000," MARK "}\n"
                ",{\"ph\":\"i\",\"ts\":100.000," MARK "}\n",
                END);
    write_deep();
    write_trace("range.json", ",{\"ph\":\"i\",\"ts\":1e300," MARK "}\n", END);
    write_trace("utf8.json",
                ",{\"ph\":\"i\",\"ts\":20.000,\"pid\":7,\"tid\":7,\"name\":"
                "\"no\xff\xc3te\",\"cat\":\"span\",\"s\":\"t\"}\n",
                END);
}
