#ifndef LS_TEST_VIEWER_FIXTURE_H
#define LS_TEST_VIEWER_FIXTURE_H
/* SPDX-License-Identifier: MIT */
/*
 * fixture.h - what the viewer's tests share: cmocka, glyphs of known width,
 * documents from text or from tests/data.
 *
 * Units: glyphs are 7 pixels wide (6 in LS_FONT_SMALL), lines 16 high.
 * Ownership: free documents with ls_document_free().
 * Errors: a test that cannot go on fails. Threads: one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "viewer/document.h"
#include "viewer/drawlist.h"

extern const struct ls_metrics fixture_metrics;

struct ls_document *fixture_document(const char *text);

/* One of tests/data: "gather.json". */
struct ls_document *fixture_sample(const char *name);

/* A growing text, to make traces with. */
struct fixture_text {
    char *chars;
    size_t n, room;
};

void fixture_add(struct fixture_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
