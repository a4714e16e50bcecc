#ifndef LS_VIEWER_VIEW_H
#define LS_VIEWER_VIEW_H
/* SPDX-License-Identifier: MIT */
/*
 * view.h - the state of the window: which trace, which stretch of its time,
 * what is selected and pointed at.
 *
 * Input changes it (input.h), draw.h makes the picture of it. Not for
 * anything that has to do with SDL, files or threads: what the state wants
 * done outside it leaves in `wish`.
 *
 *     struct ls_view view;
 *     ls_view_init(&view, &metrics);
 *     ls_view_resize(&view, 1280, 720, 1);
 *     ls_view_show(&view, document);
 *     ls_view_act(&view, LS_ACTION_ZOOM_IN);
 *     ls_view_draw(&view);           -> view.list
 *     ls_view_destroy(&view);
 *
 * Units: logical pixels; nanoseconds.
 * Ownership: the document stays the caller's and has to outlive its being
 *     shown; list and hits are the view's.
 * Errors: none.
 * Threads: one at a time.
 */
#include "viewer/actions.h"
#include "viewer/arrows.h"
#include "viewer/document.h"
#include "viewer/drawlist.h"
#include "viewer/layout.h"
#include "viewer/notes.h"
#include "viewer/pane.h"
#include "viewer/prompt.h"
#include "viewer/search.h"
#include "viewer/snippet.h"
#include "viewer/tracks.h"
#include "viewer/turn.h"
#include "viewer/whatif.h"

enum ls_thing_kind {
    LS_THING_NONE,
    LS_THING_FINDING, /* index: finding */
    LS_THING_SLICE,   /* index: thread, sub: slice */
    LS_THING_TASK,    /* index: task, sub: stretch or LS_NONE */
    LS_THING_MARK,    /* index: mark */
    LS_THING_POINT,   /* index: counter, sub: point */
    LS_THING_SAMPLE,  /* index: sample */
    LS_THING_NOTE,    /* index: note */
    LS_THING_CROWD,   /* index: crowd; of a bar sub: how many were held up,
                         count: how many there were */
    LS_THING_FOLD,    /* a heading; index: enum ls_lane_kind, sub: its index */
    LS_THING_LABELS,  /* the places that only take wheel and drag */
    LS_THING_LANES,
    LS_THING_OVERVIEW,
    LS_THING_FINDINGS,
    LS_THING_DETAILS,
    LS_THING_PANE,      /* its content */
    LS_THING_PANE_EDGE, /* its upper edge, which can be dragged */
    LS_THING_TAB,       /* index: enum ls_tab */
    LS_THING_SUBJECT,   /* what a histogram can be of; index: which */
    LS_THING_BARS,      /* of the histogram */
    LS_THING_NODE,      /* index: of the flame */
    LS_THING_TOLD,      /* index: of the timeline */
    LS_THING_PROMPT,    /* the sheet of a question */
    LS_THING_CHOICE,    /* index: a row of its list */
    LS_THING_DIFF       /* index: a finding of the differences */
};

/* What is selected, or lies under the pointer. */
struct ls_thing {
    uint8_t kind; /* enum ls_thing_kind */
    uint32_t index, sub;
    uint32_t count; /* how many the box stands for; 0 or 1: one */
};

struct ls_hit {
    struct ls_rect rect;
    struct ls_thing thing;
};

enum ls_drag {
    LS_DRAG_NONE,
    LS_DRAG_RANGE,
    LS_DRAG_PAN,
    LS_DRAG_OVERVIEW,
    LS_DRAG_PANE,  /* its upper edge */
    LS_DRAG_FILTER /* lengths in the histogram */
};

enum ls_notice { LS_NOTICE_NONE, LS_NOTICE_INFO, LS_NOTICE_WARNING };

/* What the state wants from outside; cleared by whoever does it. */
enum ls_wish {
    LS_WISH_NONE,
    LS_WISH_PICTURE,
    LS_WISH_SVG,
    LS_WISH_OPEN,    /* wish_path */
    LS_WISH_COMPARE, /* the same, as the second one */
    LS_WISH_ALIGN,   /* of a pair: see pair.h */
    LS_WISH_ALONE,
    LS_WISH_QUIT,
    LS_WISH_CANCEL
};

/* Those who waited during something. */
struct ls_waits {
    struct ls_waiter *items; /* longest first */
    uint32_t n, n_at_most;
    int64_t total_ns;
};

/* Two moments and the time between them. */
struct ls_measure {
    int n; /* how many are set: 0, 1, 2 */
    int64_t a_ns, b_ns;
};

/* The turn that is drawn as the loop's cycle. */
struct ls_cycle {
    bool has;
    bool chosen; /* by what is selected; else it is the longest of all */
    uint32_t thread, slice;
    struct ls_turn turn;
};

struct ls_diff;
struct ls_overview;

struct ls_view {
    const struct ls_document *document; /* NULL: nothing is open */
    const struct ls_theme *theme;
    const struct ls_metrics *metrics;
    float width, height, scale;
    struct ls_layout layout; /* as of the last change of size or banner */

    bool compact;    /* without overview: it is one of two */
    bool has_extent; /* the time that can be reached is not the trace's */
    int64_t extent_begin_ns, extent_end_ns;
    const struct ls_diff *diff; /* to another trace; borrowed; NULL: none */

    struct ls_folds folds;    /* of the document */
    struct ls_tracks *tracks; /* the lanes that follow; NULL: no document */

    int64_t begin_ns, end_ns; /* the window; end > begin */
    double scroll_px;         /* of the lanes */
    float findings_scroll_px, details_scroll_px;
    float findings_height_px, details_height_px; /* as last drawn, in all */
    struct ls_rect findings_area, details_area;  /* as last drawn */

    struct ls_thing selected;
    bool has_range;
    int64_t range_begin_ns, range_end_ns; /* begin <= end */

    bool pointer_inside;
    float pointer_x, pointer_y;
    enum ls_drag drag;
    float drag_x, drag_y;  /* where it began */
    bool dragged;          /* it has moved: no click any more */
    int64_t drag_ns;       /* the time, there */
    int64_t drag_begin_ns; /* the window, then */
    double drag_scroll_px;

    bool help;
    enum ls_notice notice;
    char notice_text[512];
    bool loading;
    bool follows, paused; /* a trace that grows */
    float progress;       /* 0..1; below 0: not known */
    char loading_name[256];
    enum ls_wish wish;
    char wish_path[LS_BROWSER_PATH];

    struct ls_prompt prompt;  /* what is being asked, if anything is */
    struct ls_search *search; /* NULL: nothing was searched */
    char searched[LS_FIELD_BYTES], filtered[LS_FIELD_BYTES];
    struct ls_measure measure;
    struct ls_notes notes; /* of the document */
    bool no_grid;

    struct ls_snippet snippet; /* of the selected finding */
    /* Of the selected slice: samples, phases, who waited meanwhile. */
    struct ls_tree tree;
    bool has_turn;
    struct ls_turn turn;
    struct ls_waits waits;
    struct ls_cycle cycle;
    struct ls_arrows arrows;
    bool no_arrows;
    struct ls_ghosts ghosts; /* of the selected finding */
    bool what_if;            /* they are shown */
    struct ls_pane pane;

    struct ls_drawlist list;
    struct ls_hit *hits; /* of the last picture, in painting order */
    size_t n_hits, hits_room;
    struct ls_lod_box *boxes; /* scratch for queries */
    size_t boxes_room;
    struct ls_overview *overview; /* heights of the overview, kept */
};

void ls_view_init(struct ls_view *view, const struct ls_metrics *metrics);
void ls_view_destroy(struct ls_view *view);

void ls_view_resize(struct ls_view *view, float width, float height,
                    float scale);

/* Shows DOCUMENT (NULL: none) from the start: its worst stall selected and in
 * view, else the whole of it. */
void ls_view_show(struct ls_view *view, const struct ls_document *document);

/* Shows what the same trace has become: window, tab and (as far as it is still
 * the same thing) selection stay; at the end it stays at the end. */
void ls_view_update(struct ls_view *view, const struct ls_document *document);

void ls_view_act(struct ls_view *view, enum ls_action action);

void ls_view_notice(struct ls_view *view, enum ls_notice kind,
                    const char *text);

/* What can be reached instead of the trace's time. */
void ls_view_set_extent(struct ls_view *view, int64_t begin_ns, int64_t end_ns);
/* The window; kept inside the trace and its margin, and not too short. */
void ls_view_set_window(struct ls_view *view, int64_t begin_ns, int64_t end_ns);
/* Longer by FACTOR (< 1: shorter), what lies at X stays there. */
void ls_view_zoom(struct ls_view *view, double factor, float x);
void ls_view_pan(struct ls_view *view, double part_of_window);
void ls_view_scroll(struct ls_view *view, double by_px);
void ls_view_whole(struct ls_view *view);

/* Unfolds or folds the lanes of a kind that does (tracks.h). */
void ls_view_fold(struct ls_view *view, enum ls_lane_kind kind, uint32_t index);
/* What THING belongs to. */
void ls_view_fold_thing(struct ls_view *view, const struct ls_thing *thing);
/* Everything; folds it again if nothing is left to unfold. */
void ls_view_fold_all(struct ls_view *view);
/* The next order of tasks. */
void ls_view_reorder(struct ls_view *view);
/* Unfolds what hides THING, and gives the tasks of a finding lanes. */
void ls_view_reveal(struct ls_view *view, const struct ls_thing *thing);
/* Folds and lanes of another document; -1 without memory. */
int ls_view_lay_out(struct ls_view *view, const struct ls_document *document);

/* The lane in which THING is drawn, or LS_NONE. */
uint32_t ls_view_lane_of(const struct ls_view *view,
                         const struct ls_thing *thing);
/* The lanes again, after something about them has changed. */
void ls_view_make_tracks(struct ls_view *view);

/* The loop's lane that stays at the top because it, or the tasks that are in
 * sight there, are scrolled away from under it; LS_NONE: none does. */
uint32_t ls_view_pinned(const struct ls_view *view);

/* Selects THING and scrolls its lane into sight; of a finding the tasks that
 * waited. */
void ls_view_select(struct ls_view *view, struct ls_thing thing);
/* Looks up what the details of what is selected show. */
void ls_view_look(struct ls_view *view);
/* Moves the window so that what is selected is in view; fits it if it is. */
void ls_view_focus(struct ls_view *view);
/* Fits it at once. */
void ls_view_fit(struct ls_view *view);

/* The time that THING covers; false if it has none. */
bool ls_view_time_of(const struct ls_view *view, const struct ls_thing *thing,
                     int64_t *begin_ns, int64_t *end_ns);

/* Between a time and an x in the lanes. */
float ls_view_x(const struct ls_view *view, int64_t at_ns);
int64_t ls_view_ns(const struct ls_view *view, float x);

/* The whole trace with its margin: the overview's axis. */
void ls_view_extent(const struct ls_view *view, int64_t *begin_ns,
                    int64_t *end_ns);

/* Asks: opens a prompt. */
void ls_view_ask(struct ls_view *view, enum ls_prompt_kind kind);
/* A key while something is asked; false: it means nothing there. */
bool ls_view_prompt_key(struct ls_view *view, struct ls_key key);
/* Text that was typed into it. */
void ls_view_type(struct ls_view *view, const char *text);
/* The answer is that row of the list. */
void ls_view_choose(struct ls_view *view, uint32_t choice);

/* What has a name that matches; false: nothing, prompt.why says it. */
bool ls_view_search(struct ls_view *view, const char *text);
/* The next (or, BY -1, the previous) that was found. */
void ls_view_search_step(struct ls_view *view, int by);

/* Sets the first or the second of two moments. */
void ls_view_mark(struct ls_view *view);

/* Only lanes whose name matches ("": all); false: no pattern, see WHY. */
bool ls_view_filter_lanes(struct ls_view *view, const char *text, char *why);
/* The lane of what is selected comes to the top; again: back. */
void ls_view_pin(struct ls_view *view);
/* It is not shown any more; and all are again, without a filter. */
void ls_view_hide(struct ls_view *view);
void ls_view_show_hidden(struct ls_view *view);

/* The stretch of time that the pane tells of: the range, else the trace. */
void ls_view_span(const struct ls_view *view, int64_t *begin_ns,
                  int64_t *end_ns);
/* Shows a tab, and the pane if it was hidden. */
void ls_view_show_tab(struct ls_view *view, enum ls_tab tab);
/* Shows or hides the pane. */
void ls_view_flip_pane(struct ls_view *view);
/* How high the pane is to be, from its upper edge at Y of the window. */
void ls_view_drag_pane(struct ls_view *view, float y);
/* The lengths from X0 to X1 of the histogram; none if they are the same. */
void ls_view_filter(struct ls_view *view, float x0, float x1);
/* A press on THING of the pane; true if it meant something. */
bool ls_view_press_pane(struct ls_view *view, const struct ls_thing *thing,
                        float x);
/* The lanes' and the pane's share of the window. */
void ls_view_relayout(struct ls_view *view);

/* What the pane has to know, found out when it is first asked for; NULL
 * without memory. */
const struct ls_histogram *ls_view_histogram(struct ls_view *view);
const struct ls_histogram *ls_view_turns(struct ls_view *view, uint32_t loop);
const struct ls_flame *ls_view_flame(struct ls_view *view);
const struct ls_telling *ls_view_telling(struct ls_view *view);
const struct ls_interval *ls_view_interval(struct ls_view *view);

/* The thing at X, Y of the last picture. */
struct ls_thing ls_view_hit(const struct ls_view *view, float x, float y);
void ls_view_add_hit(struct ls_view *view, struct ls_rect rect,
                     struct ls_thing thing);

#endif
