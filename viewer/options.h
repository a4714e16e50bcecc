#ifndef LS_VIEWER_OPTIONS_H
#define LS_VIEWER_OPTIONS_H
/* SPDX-License-Identifier: MIT */
/*
 * options.h - the command line of loopscope-view.
 *
 *     struct ls_options options;
 *     char why[128];
 *     if (!ls_options_parse(argc, argv, &options, why)) usage error
 *     if (!ls_options_apply(&options, &view, why)) no such finding or task
 *
 * Units: logical pixels; nanoseconds. Ownership: borrows argv.
 * Errors: false, with one line in WHY. Threads: any.
 */
#include "viewer/view.h"

#define LS_OPTIONS_WHY 200

struct ls_options {
    bool help, version;
    bool follow;        /* shows the trace again when it has grown */
    const char *trace;  /* NULL: none */
    const char *second; /* to be compared with it; NULL: none */
    const char *png;    /* NULL: none */
    const char *svg;    /* the same; neither: a window */
    int width, height;  /* of the picture in device pixels; 0: not said */
    double scale;       /* 0: not said */
    bool has_range;
    int64_t range_begin_ns, range_end_ns;
    bool has_tab;
    int tab;            /* enum ls_tab */
    const char *select; /* NULL: what is worst */
    const char *theme;  /* NULL: dark */
};

bool ls_options_parse(int argc, char **argv, struct ls_options *options,
                      char why[LS_OPTIONS_WHY]);

/* Range and selection, when the document is shown. */
bool ls_options_apply(const struct ls_options *options, struct ls_view *view,
                      char why[LS_OPTIONS_WHY]);

/* "50ms", "1.5s", "200us", "7ns"; a bare number is ms. *END is behind it. */
bool ls_options_time(const char *text, int64_t *ns, const char **end);

extern const char ls_options_help[];

#endif
