#ifndef LS_CLI_CELLS_H
#define LS_CLI_CELLS_H
/* SPDX-License-Identifier: MIT */
/*
 * cells.h - a stretch of time cut into equal cells, and what each of them
 * shows: where several things happen in one cell the more telling one wins.
 *
 *     struct ls_cells cells;
 *     ls_cells_init(&cells, begin_ns, end_ns, 60);
 *     ls_cells_paint(&cells, from_ns, to_ns, LS_CELL_RUNNING);
 *     ls_cells_render(&cells, &text, &style);
 *     ls_cells_destroy(&cells);
 *
 * Units: nanoseconds of the trace.
 * Ownership: the caller's, to be destroyed.
 * Errors: false from init when there is no memory.
 * Threads: one.
 */
#include "style.h"

#include <stdint.h>

/* In the order of telling: a higher one is painted over a lower one. */
enum ls_cell {
    LS_CELL_EMPTY,
    LS_CELL_AWAITING,
    LS_CELL_RUNNING,
    LS_CELL_BLOCKING
};

struct ls_cells {
    int64_t begin_ns, end_ns;
    int n;
    uint8_t *items; /* enum ls_cell */
};

bool ls_cells_init(struct ls_cells *cells, int64_t begin_ns, int64_t end_ns,
                   int n);

/* Every cell that FROM..TO touches; an empty stretch touches one. */
void ls_cells_paint(struct ls_cells *cells, int64_t from_ns, int64_t to_ns,
                    enum ls_cell cell);

void ls_cells_clear(struct ls_cells *cells);

/* The cell in which AT lies, held within the row. */
int ls_cells_at(const struct ls_cells *cells, int64_t at_ns);

void ls_cells_render(const struct ls_cells *cells, struct ls_text *text,
                     const struct ls_style *style);

/* Round times since the row's begin under their cells, in at most COLUMNS, and
 * a line end. */
void ls_cells_render_axis(const struct ls_cells *cells, struct ls_text *text,
                          int columns);

void ls_cells_destroy(struct ls_cells *cells);

#endif
