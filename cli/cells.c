/* SPDX-License-Identifier: MIT */
#include "cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ls_cells_init(struct ls_cells *cells, int64_t begin_ns, int64_t end_ns,
                   int n)
{
    *cells = (struct ls_cells){begin_ns, end_ns, n < 1 ? 1 : n, NULL};
    if (cells->end_ns <= begin_ns)
        cells->end_ns = begin_ns + 1;
    cells->items = calloc((size_t)cells->n, 1);
    return cells->items;
}

void ls_cells_destroy(struct ls_cells *cells)
{
    free(cells->items);
    cells->items = NULL;
}

void ls_cells_clear(struct ls_cells *cells)
{
    memset(cells->items, LS_CELL_EMPTY, (size_t)cells->n);
}

int ls_cells_at(const struct ls_cells *cells, int64_t at_ns)
{
    if (at_ns <= cells->begin_ns)
        return 0;
    if (at_ns >= cells->end_ns)
        return cells->n - 1;
    /* exact: time times cells may not fit 64 bits */
    unsigned __int128 part = (unsigned __int128)(at_ns - cells->begin_ns);
    uint64_t span = (uint64_t)(cells->end_ns - cells->begin_ns);
    return (int)(part * (unsigned)cells->n / span);
}

void ls_cells_paint(struct ls_cells *cells, int64_t from_ns, int64_t to_ns,
                    enum ls_cell cell)
{
    int first = ls_cells_at(cells, from_ns);
    int last = to_ns > from_ns ? ls_cells_at(cells, to_ns - 1) : first;
    for (int i = first; i <= last; i++)
        if (cells->items[i] < cell)
            cells->items[i] = (uint8_t)cell;
}

static const struct {
    enum ls_glyph glyph;
    enum ls_ink ink;
} looks[] = {
    [LS_CELL_AWAITING] = {LS_GLYPH_AWAITING, LS_INK_AWAITING},
    [LS_CELL_RUNNING] = {LS_GLYPH_RUNNING, LS_INK_RUNNING},
    [LS_CELL_BLOCKING] = {LS_GLYPH_BLOCKING, LS_INK_BLOCKING},
};

void ls_cells_render(const struct ls_cells *cells, struct ls_text *text,
                     const struct ls_style *style)
{
    int before = LS_CELL_EMPTY;
    for (int i = 0; i < cells->n; i++) {
        int cell = cells->items[i];
        if (cell != before && before != LS_CELL_EMPTY)
            ls_style_ink(text, style, LS_INK_PLAIN);
        if (cell != before && cell != LS_CELL_EMPTY)
            ls_style_ink(text, style, looks[cell].ink);
        before = cell;
        ls_text_add(text, cell == LS_CELL_EMPTY
                              ? " "
                              : ls_style_glyph(style, looks[cell].glyph));
    }
    if (before != LS_CELL_EMPTY)
        ls_style_ink(text, style, LS_INK_PLAIN);
}

/* A label as "0s", "0.5s", "250ms": all of one axis in the same unit. */
static void label(char *text, size_t n_text, int64_t at_ns, int64_t step_ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
    size_t i = 0;
    while (i < 3 && step_ns < units[i].ns / 10)
        i++;
    bool whole = at_ns % units[i].ns == 0;
    snprintf(text, n_text, "%.*f%s", whole ? 0 : 1,
             (double)at_ns / (double)units[i].ns, units[i].name);
}

static int64_t next_step(int64_t step)
{
    int64_t power = 1;
    while (step / power >= 10)
        power *= 10;
    return step / power == 2 ? power * 5 : step * 2; /* 1, 2, 5, 10 */
}

/* The smallest of 1, 2, 5, 10, ... that leaves room between labels. */
static int64_t find_step(const struct ls_cells *cells)
{
    int64_t span = cells->end_ns - cells->begin_ns;
    int64_t step = 1;
    char last[32];
    for (;;) {
        label(last, sizeof(last), span / step * step, step);
        double columns = (double)step / (double)span * cells->n;
        double wanted = (double)strlen(last) + 4;
        if (columns >= (wanted < 10 ? 10 : wanted) || step > INT64_MAX / 10)
            return step;
        step = next_step(step);
    }
}

void ls_cells_render_axis(const struct ls_cells *cells, struct ls_text *text,
                          int columns)
{
    int64_t step = find_step(cells);
    int column = 0;
    int64_t span = cells->end_ns - cells->begin_ns;
    for (int64_t at = 0; at <= span; at += step) {
        char mark[32];
        label(mark, sizeof(mark), at, step);
        int where = ls_cells_at(cells, cells->begin_ns + at);
        if (where + (int)strlen(mark) > columns)
            break;
        ls_text_add_char(text, ' ', (size_t)(where - column));
        ls_text_add(text, mark);
        column = where + (int)strlen(mark);
    }
    ls_text_add_char(text, '\n', 1);
}
