#ifndef LS_TESTS_SUPPORT_SARIF_SHAPE_H
#define LS_TESTS_SUPPORT_SARIF_SHAPE_H
/* SPDX-License-Identifier: MIT */
/*
 * sarif_shape.h - whether a document has the shape that SARIF 2.1.0 asks for.
 *
 * Not the published JSON schema, but what the standard's text says of the
 * objects that loopscope writes (sections in sarif_shape.c): which properties
 * they may have, which they must, of what type, and which strings are allowed.
 * Anything else is refused.
 *
 *     char why[200];
 *     if (!sarif_shape_is_good(root, why))
 *         fail_msg("%s", why);
 *
 * Units: none.
 * Ownership: borrows the document.
 * Errors: false, and WHY says where: "runs[0].results: ...".
 * Threads: any.
 */
#include <cJSON.h>
#include <stdbool.h>

#define SARIF_SHAPE_WHY 200

bool sarif_shape_is_good(const cJSON *root, char why[SARIF_SHAPE_WHY]);

#endif
