#ifndef LS_ANALYSIS_WALK_H
#define LS_ANALYSIS_WALK_H
/* SPDX-License-Identifier: MIT */
/*
 * walk.h - walk through a trace file from event to event.
 *
 * Knows the array form, the object form, and what may lie between events; an
 * event itself is bytes to it. What is broken is told and left out, and the
 * walk goes on. Not for what events mean.
 *
 *     struct ls_walk walk = {.source = &source, .event = on_event, ...};
 *     ls_walk_all(&walk);
 *
 * Units: bytes and lines of the unpacked file.
 * Ownership: the bytes that callbacks get are the source's window: valid
 *     until they return.
 * Errors: told by the trouble callback; `no_memory` when there is none.
 * Threads: one.
 */
#include "source.h"
#include "trace.h"

struct ls_walk {
    struct ls_source *source;
    void *arg;

    /* An event that may be read in passing: END is the window's. Returns its
     * length, 0: find the extent and call `event`. May be NULL. */
    size_t (*quick)(void *arg, const char *at, const char *end);
    /* An event, from brace to brace. */
    void (*event)(void *arg, const char *at, size_t n);
    /* A member of the object around the events, from the key's quote to the
     * end of its value. NULL: members are skipped without being kept. */
    void (*member)(void *arg, const char *at, size_t n);
    /* At the walk's line and place. */
    void (*trouble)(void *arg, enum ls_trouble_kind kind, const char *text);
    /* After each reading; sets `stopped` to end the walk. May be NULL. */
    void (*progress)(void *arg);

    uint64_t line; /* from 1 */
    size_t at;     /* in the window */
    size_t pin;    /* what the window must keep; SIZE_MAX: nothing */
    bool stopped;
    bool no_memory;
    bool is_object; /* the object form */
    bool was_cut;   /* the end is missing: it was told */
};

/* Where the walk is, in the file. */
uint64_t ls_walk_place(const struct ls_walk *walk);

void ls_walk_all(struct ls_walk *walk);

#endif
