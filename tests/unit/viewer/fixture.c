/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float advance(void *arg, enum ls_font font, uint32_t codepoint)
{
    return font == LS_FONT_SMALL ? 6 : 7;
}

const struct ls_metrics fixture_metrics = {.advance = advance,
                                           .height = {16, 16, 16, 16, 16}};

struct ls_document *fixture_document(const char *text)
{
    struct ls_trace *trace = NULL;
    struct ls_load_result how;
    assert_int_equal(ls_trace_parse(text, strlen(text), NULL, &trace, &how),
                     LS_LOAD_OK);
    struct ls_document *document = ls_document_make("made/up.json", trace);
    assert_non_null(document);
    return document;
}

struct ls_document *fixture_sample(const char *name)
{
    char path[512], why[LS_DOCUMENT_WHY];
    snprintf(path, sizeof(path), "%s/tests/data/%s", LS_SOURCE_DIR, name);
    struct ls_document *document = NULL;
    assert_int_equal(ls_document_open(path, NULL, &document, why), LS_LOAD_OK);
    return document;
}

void fixture_add(struct fixture_text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (text->n + (size_t)n + 1 > text->room) {
        text->room = (text->room + (size_t)n + 1) * 2;
        text->chars = realloc(text->chars, text->room);
        assert_non_null(text->chars);
    }
    vsnprintf(text->chars + text->n, (size_t)n + 1, format, again);
    text->n += (size_t)n;
    va_end(again);
    va_end(args);
}
