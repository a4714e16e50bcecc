#ifndef LS_VIEWER_HISTOGRAM_H
#define LS_VIEWER_HISTOGRAM_H
/* SPDX-License-Identifier: MIT */
/*
 * histogram.h - how long the things of one name took, and where the worst of
 * them are.
 *
 * Costs a walk over the threads or tasks: made once, not per picture. Not for
 * how it looks (draw_histogram.c).
 *
 *     struct ls_subject s = ls_subject_get(document, 0);
 *     struct ls_histogram *h = ls_histogram_make(document, &s, 0, INT64_MAX);
 *     printf("p99 %lld\n", (long long)h->summary.p99_ns);
 *     ls_histogram_free(h);
 *
 * Units: nanoseconds.
 * Ownership: the caller's.
 * Errors: NULL without memory.
 * Threads: constant once made.
 */
#include "viewer/document.h"

enum ls_subject_kind {
    LS_SUBJECT_TURNS,  /* own time of a loop's turns; index: loop */
    LS_SUBJECT_TASKS,  /* start to finish; index: row of the statistics */
    LS_SUBJECT_SLICES, /* callbacks, spans, calls; index: the same */
    LS_SUBJECT_NONE
};

struct ls_subject {
    uint8_t kind; /* enum ls_subject_kind */
    uint32_t index;
};

/* Loops first, then tasks and callbacks, those that took longest first. */
uint32_t ls_subjects_count(const struct ls_document *document);
struct ls_subject ls_subject_get(const struct ls_document *document,
                                 uint32_t i);
/* "turns of main", "brew", "on_read" */
void ls_subject_name(const struct ls_document *document,
                     const struct ls_subject *subject, char *text,
                     size_t n_text);
/* "own time", "tasks", "callbacks" */
const char *ls_subject_what(const struct ls_document *document,
                            const struct ls_subject *subject);
struct ls_summary ls_subject_summary(const struct ls_document *document,
                                     const struct ls_subject *subject);

/* One of the things counted. */
struct ls_counted {
    int64_t took_ns;
    uint32_t index, sub; /* thread and slice; or task and LS_NONE */
};

#define LS_BUCKETS 40

struct ls_histogram {
    struct ls_subject subject;
    struct ls_summary summary;
    struct ls_counted *items; /* all of them, the longest first */
    uint32_t n;
    uint32_t n_buckets;    /* 0: there is nothing */
    double low_ns, factor; /* bucket i begins at low * factor^i */
    uint32_t buckets[LS_BUCKETS];
    uint32_t most; /* in one bucket */
};

/* Those that begin between BEGIN and END. */
struct ls_histogram *ls_histogram_make(const struct ls_document *document,
                                       const struct ls_subject *subject,
                                       int64_t begin_ns, int64_t end_ns);
/* Of all turns of a loop (ROW of the statistics), without the items: what that
 * needs is already known, so nothing is sorted. */
struct ls_histogram *ls_histogram_of_turns(const struct ls_document *document,
                                           uint32_t row);
void ls_histogram_free(struct ls_histogram *histogram);

/* The bucket of a length, and where one begins. */
uint32_t ls_histogram_bucket(const struct ls_histogram *histogram,
                             int64_t took_ns);
int64_t ls_histogram_edge_ns(const struct ls_histogram *histogram, uint32_t i);

/* The first of the items that is not longer than NS; n if none. */
uint32_t ls_histogram_below(const struct ls_histogram *histogram, int64_t ns);

#endif
