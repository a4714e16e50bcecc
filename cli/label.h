#ifndef LS_CLI_LABEL_H
#define LS_CLI_LABEL_H
/* SPDX-License-Identifier: MIT */
/*
 * label.h - strings from a trace, made fit for a terminal: nothing in them can
 * move the cursor, and their width in columns is known.
 *
 *     ls_label_add(&text, &style, name);           // cleaned
 *     ls_label_fit(&text, &style, name, 12);       // and exactly 12 columns
 *     ls_label_wrap(&text, &style, sentence, 4);   // and in lines
 *
 * Units: columns (East Asian characters take two, combining ones none).
 * Ownership: everything is copied.
 * Errors: as in text.h. Broken UTF-8 is shown as control characters are.
 * Threads: any.
 */
#include "style.h"

/* Add STRING with every control character and broken byte replaced; in an
 * ASCII style every other character too, by `?`. */
void ls_label_add(struct ls_text *text, const struct ls_style *style,
                  const char *string);

/* The columns that ls_label_add() of STRING takes. */
int ls_label_columns(const struct ls_style *style, const char *string);

/* Add STRING in exactly COLUMNS: filled with spaces, or cut with an ellipsis.
 */
void ls_label_fit(struct ls_text *text, const struct ls_style *style,
                  const char *string, int columns);

/* The same to the right of the field. */
void ls_label_fit_right(struct ls_text *text, const struct ls_style *style,
                        const char *string, int columns);

/*
 * Add STRING and a line end, broken at spaces so that no line is wider than
 * the style. The text's last line may have something on it already; lines
 * after the first are indented by HANG. A word that fits no line is cut.
 */
void ls_label_wrap(struct ls_text *text, const struct ls_style *style,
                   const char *string, int hang);

#endif
