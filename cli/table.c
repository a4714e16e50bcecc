/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "label.h"

#include <string.h>

#define MAX_COLUMNS 16
#define GAP 2
#define MIN_FIRST 8

void ls_table_add(struct ls_table *table, const char *cell)
{
    ls_text_add_bytes(&table->cells, cell, strlen(cell) + 1);
    table->n_cells++;
}

static void measure(const struct ls_table *table, const struct ls_style *style,
                    int widths[MAX_COLUMNS])
{
    for (size_t i = 0; i < table->n_columns; i++)
        widths[i] = ls_label_columns(style, table->columns[i].title);
    const char *cell = ls_text_get(&table->cells);
    for (size_t i = 0; i < table->n_cells; i++, cell += strlen(cell) + 1) {
        int columns = ls_label_columns(style, cell);
        int *width = &widths[i % table->n_columns];
        *width = columns > *width ? columns : *width;
    }
}

/* What all columns but the first take; a width of 0 is a column left out. */
static int others(const struct ls_table *table, const int *widths)
{
    int sum = 0;
    for (size_t i = 1; i < table->n_columns; i++)
        sum += widths[i] ? widths[i] + GAP : 0;
    return sum;
}

static void drop_lightest(const struct ls_table *table, int *widths)
{
    size_t lightest = 0;
    for (size_t i = 1; i < table->n_columns; i++)
        if (widths[i] && (!lightest || table->columns[i].weight <
                                           table->columns[lightest].weight))
            lightest = i;
    widths[lightest] = 0;
}

static void fit(const struct ls_table *table, int width, int *widths)
{
    int first = widths[0] < width / 3 ? widths[0] : width / 3;
    first = first < MIN_FIRST ? MIN_FIRST : first;
    while (others(table, widths) > 0 && first + others(table, widths) > width)
        drop_lightest(table, widths);
    int room = width - others(table, widths);
    widths[0] = widths[0] < room ? widths[0] : room;
}

/* Without the spaces of empty cells. */
static void end_row(struct ls_text *text)
{
    size_t n = text->n;
    while (n && text->data[n - 1] == ' ')
        n--;
    ls_text_cut(text, n);
    ls_text_add_char(text, '\n', 1);
}

static const char *add_row(const struct ls_table *table, struct ls_text *text,
                           const struct ls_style *style, const int *widths,
                           const char *cells)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        const char *cell = cells ? cells : table->columns[i].title;
        if (i == 0) {
            ls_label_fit(text, style, cell, widths[0]);
        } else if (widths[i]) {
            ls_text_add_char(text, ' ', GAP);
            ls_label_fit_right(text, style, cell, widths[i]);
        }
        cells = cells ? cells + strlen(cells) + 1 : NULL;
    }
    end_row(text);
    return cells;
}

void ls_table_render(const struct ls_table *table, struct ls_text *text,
                     const struct ls_style *style)
{
    int widths[MAX_COLUMNS];
    measure(table, style, widths);
    fit(table, style->width, widths);
    ls_style_ink(text, style, LS_INK_STRONG);
    add_row(table, text, style, widths, NULL);
    ls_style_ink(text, style, LS_INK_PLAIN);
    const char *cells = ls_text_get(&table->cells);
    for (size_t i = 0; i < table->n_cells; i += table->n_columns)
        cells = add_row(table, text, style, widths, cells);
}

void ls_table_destroy(struct ls_table *table)
{
    ls_text_destroy(&table->cells);
    table->n_cells = 0;
}
