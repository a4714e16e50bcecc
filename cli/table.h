#ifndef LS_CLI_TABLE_H
#define LS_CLI_TABLE_H
/* SPDX-License-Identifier: MIT */
/*
 * table.h - rows of cells in aligned columns that fit the width: where they do
 * not, the least important columns are left out, then the first is cut.
 *
 *     static const struct ls_column columns[] = {
 *         {"tasks (ms)", 9}, {"count", 8}, {"p90", 1}};
 *     struct ls_table table = {.columns = columns, .n_columns = 3};
 *     ls_table_add(&table, "brew"); ls_table_add(&table, "3"); ...
 *     ls_table_render(&table, &text, &style);
 *     ls_table_destroy(&table);
 *
 * Units: columns of a terminal.
 * Ownership: cells are copied.
 * Errors: as in text.h.
 * Threads: one table, one thread.
 */
#include "style.h"

struct ls_column {
    const char *title;
    int weight; /* the lowest is left out first; the first column never is */
};

struct ls_table {
    const struct ls_column *columns;
    size_t n_columns;
    struct ls_text cells; /* one after the other, each with its NUL */
    size_t n_cells;
};

/* The next cell, row by row. The first column is text, all others figures. */
void ls_table_add(struct ls_table *table, const char *cell);

void ls_table_render(const struct ls_table *table, struct ls_text *text,
                     const struct ls_style *style);

void ls_table_destroy(struct ls_table *table);

#endif
