/* SPDX-License-Identifier: MIT */
/* Which lanes there are: what is folded, and in which order tasks come. */
#include <stdio.h>
#include <string.h>

#include "viewer/view.h"

/* So many of those that waited get lanes when a finding is selected. */
#define BROUGHT_WAITERS 11

/* Without memory the lanes stay as they are. */
void ls_view_make_tracks(struct ls_view *view)
{
    const struct ls_document *document = view->document;
    struct ls_tracks *tracks =
        ls_tracks_make(document->index, document->crowds, &view->folds);
    if (!tracks) {
        ls_view_notice(view, LS_NOTICE_WARNING, "not enough memory");
        return;
    }
    ls_tracks_free(view->tracks);
    view->tracks = tracks;
    ls_view_scroll(view, 0);
}

int ls_view_lay_out(struct ls_view *view, const struct ls_document *document)
{
    ls_folds_destroy(&view->folds);
    ls_tracks_free(view->tracks);
    view->tracks = NULL;
    if (!document)
        return 0;
    if (ls_folds_init(&view->folds, document->crowds) != 0)
        return -1;
    view->tracks =
        ls_tracks_make(document->index, document->crowds, &view->folds);
    return view->tracks ? 0 : -1;
}

static void flip(uint8_t *fold, bool is_open)
{
    *fold = is_open ? LS_FOLD_CLOSED : LS_FOLD_OPEN;
}

/* The state of a group; NULL: lanes of that kind do not fold. */
static uint8_t *fold_of(struct ls_view *view, enum ls_lane_kind kind,
                        uint32_t index)
{
    switch (kind) {
    case LS_LANE_PROCESS:
        return &view->folds.process[index];
    case LS_LANE_IDLE:
        return &view->folds.idle[index];
    case LS_LANE_CROWD:
        return &view->folds.crowd[index];
    case LS_LANE_QUIET:
        return &view->folds.quiet;
    default:
        return NULL;
    }
}

static uint32_t heading_of(const struct ls_view *view, enum ls_lane_kind kind,
                           uint32_t index)
{
    const struct ls_tracks *tracks = view->tracks;
    if (kind == LS_LANE_PROCESS)
        return tracks->lane_of_process[index];
    if (kind == LS_LANE_CROWD)
        return tracks->lane_of_crowd[index];
    for (uint32_t i = 0; i < tracks->n; i++)
        if (tracks->items[i].kind == kind && tracks->items[i].index == index)
            return i;
    return LS_NONE;
}

void ls_view_fold(struct ls_view *view, enum ls_lane_kind kind, uint32_t index)
{
    uint8_t *fold = fold_of(view, kind, index);
    uint32_t lane = fold ? heading_of(view, kind, index) : LS_NONE;
    if (lane == LS_NONE)
        return;
    flip(fold, view->tracks->items[lane].open);
    ls_view_make_tracks(view);
}

/* A task's crowd: if it is unfolded or its tasks simply have lanes, it is
 * folded. */
static void fold_crowd(struct ls_view *view, uint32_t crowd)
{
    uint32_t lane = view->tracks->lane_of_crowd[crowd];
    flip(&view->folds.crowd[crowd],
         lane == LS_NONE || view->tracks->items[lane].open);
    view->folds.n_brought = 0;
    ls_view_make_tracks(view);
}

static void fold_process(struct ls_view *view, uint32_t thread)
{
    if (thread < view->document->trace->n_threads && view->tracks->many)
        ls_view_fold(view, LS_LANE_PROCESS,
                     view->document->trace->threads[thread].process);
}

void ls_view_fold_thing(struct ls_view *view, const struct ls_thing *thing)
{
    const struct ls_document *document = view->document;
    if (!document)
        return;
    switch ((enum ls_thing_kind)thing->kind) {
    case LS_THING_TASK:
        fold_crowd(view, document->crowds->crowd_of[thing->index]);
        break;
    case LS_THING_CROWD:
        fold_crowd(view, thing->index);
        break;
    case LS_THING_SLICE:
        fold_process(view, thing->index);
        break;
    case LS_THING_SAMPLE:
        fold_process(view, document->trace->samples[thing->index].thread);
        break;
    case LS_THING_FINDING:
        fold_process(view, document->findings->items[thing->index].thread);
        break;
    default:
        break;
    }
}

/* True if something was left to unfold. */
static bool unfold_all(struct ls_view *view)
{
    struct ls_folds *folds = &view->folds;
    const struct ls_tracks *tracks = view->tracks;
    uint32_t n_processes = view->document->trace->n_processes;
    bool changed = false;
    for (uint32_t i = 0; i < tracks->n; i++)
        changed |= fold_of(view, (enum ls_lane_kind)tracks->items[i].kind,
                           tracks->items[i].index) &&
                   !tracks->items[i].open;
    memset(folds->process, LS_FOLD_OPEN, n_processes);
    memset(folds->idle, LS_FOLD_OPEN, n_processes);
    folds->quiet = LS_FOLD_OPEN;
    for (uint32_t i = 0; i < tracks->n; i++)
        if (tracks->items[i].kind == LS_LANE_CROWD)
            folds->crowd[tracks->items[i].index] = LS_FOLD_OPEN;
    return changed;
}

void ls_view_fold_all(struct ls_view *view)
{
    if (!view->document)
        return;
    struct ls_folds *folds = &view->folds;
    if (!unfold_all(view)) {
        uint32_t n_processes = view->document->trace->n_processes;
        memset(folds->process, LS_FOLD_USUAL, n_processes);
        memset(folds->idle, LS_FOLD_USUAL, n_processes);
        memset(folds->crowd, LS_FOLD_USUAL, view->document->crowds->n);
        folds->quiet = LS_FOLD_USUAL;
    }
    ls_view_make_tracks(view);
}

void ls_view_reorder(struct ls_view *view)
{
    static const char *const told[] = {
        [LS_ORDER_START] = "Tasks by start",
        [LS_ORDER_WAITED] = "Tasks by how long they waited, longest first",
        [LS_ORDER_LONGEST] = "Tasks by length, longest first",
        [LS_ORDER_CAUSED] = "Tasks by how long others waited for them"};
    if (!view->document)
        return;
    uint8_t *order = &view->folds.order;
    *order = *order + 1 < LS_ORDERS ? *order + 1 : LS_ORDER_START;
    ls_view_make_tracks(view);
    ls_view_notice(view, LS_NOTICE_INFO, told[*order]);
}

static bool has_lane(const struct ls_view *view, uint32_t task)
{
    uint32_t lane = view->tracks->lane_of_task[task];
    return lane != LS_NONE && view->tracks->items[lane].kind == LS_LANE_TASK;
}

/* Gives a task a lane of its own; true if it had none. */
static bool bring(struct ls_view *view, uint32_t task)
{
    struct ls_folds *folds = &view->folds;
    if (task >= view->document->trace->n_tasks || has_lane(view, task))
        return false;
    for (uint32_t i = 0; i < folds->n_brought; i++)
        if (folds->brought[i] == task)
            return false;
    if (folds->n_brought == LS_BROUGHT)
        folds->n_brought = 0;
    folds->brought[folds->n_brought++] = task;
    return true;
}

/* The task of a finding and those that waited, instead of what was brought
 * for another one; true if that makes a difference. */
static bool bring_waiters(struct ls_view *view, const struct ls_finding *f)
{
    struct ls_folds *folds = &view->folds;
    uint32_t tasks[BROUGHT_WAITERS + 1], n = 0;
    if (f->task < view->document->trace->n_tasks)
        tasks[n++] = f->task;
    for (uint32_t i = 0; i < f->n_waiters && i < BROUGHT_WAITERS; i++)
        tasks[n++] = f->waiters[i].task;
    if (n == folds->n_brought &&
        memcmp(tasks, folds->brought, n * sizeof(*tasks)) == 0)
        return false;
    memcpy(folds->brought, tasks, n * sizeof(*tasks));
    folds->n_brought = n;
    return true;
}

static bool open_process(struct ls_view *view, uint32_t process)
{
    if (process >= view->document->trace->n_processes)
        return false;
    uint8_t *fold = &view->folds.process[process];
    uint32_t lane = view->tracks->lane_of_process[process];
    bool changed = *fold == LS_FOLD_CLOSED;
    *fold = changed ? LS_FOLD_OPEN : *fold;
    if (lane == LS_NONE || view->tracks->items[lane].kind != LS_LANE_QUIET)
        return changed;
    view->folds.quiet = LS_FOLD_OPEN;
    return true;
}

static bool open_thread(struct ls_view *view, uint32_t thread)
{
    const struct ls_trace *trace = view->document->trace;
    if (thread >= trace->n_threads)
        return false;
    uint32_t process = trace->threads[thread].process;
    bool changed = open_process(view, process);
    if (!ls_tracks_is_idle(&trace->threads[thread]) ||
        view->folds.idle[process] == LS_FOLD_OPEN)
        return changed;
    view->folds.idle[process] = LS_FOLD_OPEN;
    return true;
}

void ls_view_reveal(struct ls_view *view, const struct ls_thing *thing)
{
    const struct ls_document *document = view->document;
    const struct ls_trace *trace = document->trace;
    const struct ls_finding *f;
    bool changed = false;
    switch ((enum ls_thing_kind)thing->kind) {
    case LS_THING_TASK:
        changed = open_process(view, trace->tasks[thing->index].process);
        changed |= bring(view, thing->index);
        break;
    case LS_THING_SLICE:
        changed = open_thread(view, thing->index);
        break;
    case LS_THING_SAMPLE:
        changed = open_thread(view, trace->samples[thing->index].thread);
        break;
    case LS_THING_FINDING:
        f = &document->findings->items[thing->index];
        changed = open_thread(view, f->thread);
        changed |= bring_waiters(view, f);
        break;
    default:
        break;
    }
    if (changed)
        ls_view_make_tracks(view);
}

/* The lane of what is selected, as the user sees it. */
static bool lane_selected(const struct ls_view *view, struct ls_lane_id *id)
{
    uint32_t lane =
        view->document ? ls_view_lane_of(view, &view->selected) : LS_NONE;
    if (lane == LS_NONE)
        return false;
    *id = (struct ls_lane_id){view->tracks->items[lane].kind,
                              view->tracks->items[lane].index};
    return true;
}

static bool is_same(struct ls_lane_id a, struct ls_lane_id b)
{
    return a.kind == b.kind && a.index == b.index;
}

/* In the list, or (if it was) out of it; false: it is full. */
static bool toggle(struct ls_lane_id *list, uint32_t *n, struct ls_lane_id id)
{
    for (uint32_t i = 0; i < *n; i++) {
        if (!is_same(list[i], id))
            continue;
        memmove(list + i, list + i + 1, (--*n - i) * sizeof(*list));
        return true;
    }
    if (*n == LS_SINGLED_OUT)
        return false;
    list[(*n)++] = id;
    return true;
}

static void single_out(struct ls_view *view, struct ls_lane_id *list,
                       uint32_t *n)
{
    struct ls_lane_id id;
    if (!lane_selected(view, &id)) {
        ls_view_notice(view, LS_NOTICE_INFO,
                       "select something in a lane first");
        return;
    }
    if (!toggle(list, n, id))
        ls_view_notice(view, LS_NOTICE_INFO, "no more lanes than that");
    ls_view_make_tracks(view);
}

void ls_view_pin(struct ls_view *view)
{
    if (!view->document)
        return;
    single_out(view, view->folds.pinned, &view->folds.n_pinned);
    uint32_t lane = ls_view_lane_of(view, &view->selected);
    if (lane != LS_NONE && view->folds.n_pinned > 0)
        view->scroll_px = 0;
}

void ls_view_hide(struct ls_view *view)
{
    if (view->document)
        single_out(view, view->folds.hidden, &view->folds.n_hidden);
}

void ls_view_show_hidden(struct ls_view *view)
{
    if (!view->document)
        return;
    view->folds.n_hidden = 0;
    ls_pattern_destroy(&view->folds.filter);
    *view->filtered = 0;
    ls_view_make_tracks(view);
}

bool ls_view_filter_lanes(struct ls_view *view, const char *text, char *why)
{
    struct ls_pattern pattern;
    if (!ls_pattern_compile(&pattern, text, why))
        return false;
    ls_pattern_destroy(&view->folds.filter);
    view->folds.filter = pattern;
    snprintf(view->filtered, sizeof(view->filtered), "%s", text);
    ls_view_make_tracks(view);
    return true;
}
