#ifndef LS_ANALYSIS_SORTED_H
#define LS_ANALYSIS_SORTED_H
/* SPDX-License-Identifier: MIT */
/*
 * sorted.h - keeps events until all are there, and gives them back by time.
 *
 * For traces whose threads or tasks are not in order in the file: those of
 * other tools, mostly. Costs some 80 bytes an event, so not for those of our
 * own. Metadata, marks and counters need no order and do not come here.
 *
 *     struct ls_sorted *sorted = ls_sorted_new();
 *     while (next(&event)) ls_sorted_add(sorted, &event, line, byte);
 *     status = ls_sorted_replay(sorted, model);
 *     ls_sorted_free(sorted);
 *
 * Units: int64 nanoseconds.
 * Ownership: events are copied.
 * Errors: false or LS_MODEL_NO_MEMORY when there is no memory.
 * Threads: one.
 */
#include "model.h"

struct ls_sorted;

struct ls_sorted *ls_sorted_new(void);

/* Whether events of this phase need to come here. */
bool ls_sorted_wants(char ph);

bool ls_sorted_add(struct ls_sorted *sorted, const struct ls_event *event,
                   uint64_t line, uint64_t byte);

/* Add all to MODEL: by time, in the file's order where that is equal, but X
 * that begin together the longest first. */
enum ls_model_status ls_sorted_replay(struct ls_sorted *sorted,
                                      struct ls_model *model);

void ls_sorted_free(struct ls_sorted *sorted);

#endif
