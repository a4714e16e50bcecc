/* SPDX-License-Identifier: MIT */
/* Questions: what opens them, what keys do in them, what the answer does. */
#include <stdio.h>
#include <string.h>

#include "viewer/view.h"

#define PAGE 10

/* The moment that a mark or note is about: under the pointer, else the
 * beginning of what is selected, else the middle. */
static int64_t moment_of(const struct ls_view *view)
{
    struct ls_rect lanes = view->layout.lanes;
    int64_t begin_ns, end_ns;
    if (view->pointer_inside && view->pointer_x >= lanes.x &&
        view->pointer_x < lanes.x + lanes.w &&
        view->pointer_y < lanes.y + lanes.h)
        return ls_view_ns(view, view->pointer_x);
    if (ls_view_time_of(view, &view->selected, &begin_ns, &end_ns) &&
        begin_ns >= view->begin_ns && begin_ns <= view->end_ns)
        return begin_ns;
    return view->begin_ns + (view->end_ns - view->begin_ns) / 2;
}

void ls_view_mark(struct ls_view *view)
{
    struct ls_measure *m = &view->measure;
    int64_t at_ns = moment_of(view);
    if (m->n == 1) {
        m->b_ns = at_ns;
        m->n = 2;
        return;
    }
    m->a_ns = at_ns;
    m->n = 1;
}

static void open_browser(struct ls_view *view, enum ls_prompt_kind kind)
{
    char folder[LS_BROWSER_PATH] = ".", why[LS_BROWSER_WHY];
    const char *path = view->document ? view->document->path : "";
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(folder, sizeof(folder), "%.*s",
                 slash == path ? 1 : (int)(slash - path), path);
    if (!ls_browser_read(&view->prompt.browser, folder, why) &&
        !ls_browser_read(&view->prompt.browser, ".", why))
        ls_view_notice(view, LS_NOTICE_WARNING, why);
    else
        ls_prompt_open(&view->prompt, kind, "");
}

static void open_note(struct ls_view *view)
{
    const char *text = "";
    view->prompt.at_ns = moment_of(view);
    if (view->selected.kind == LS_THING_NOTE &&
        view->selected.index < view->notes.n) {
        view->prompt.at_ns = view->notes.items[view->selected.index].at_ns;
        text = view->notes.items[view->selected.index].text;
    }
    ls_prompt_open(&view->prompt, LS_PROMPT_NOTE, text);
}

void ls_view_ask(struct ls_view *view, enum ls_prompt_kind kind)
{
    view->help = false;
    if (kind == LS_PROMPT_OPEN)
        open_browser(view, kind);
    else if (kind == LS_PROMPT_PALETTE)
        ls_prompt_open(&view->prompt, kind, "");
    else if (!view->document)
        return;
    else if (kind == LS_PROMPT_COMPARE)
        open_browser(view, kind);
    else if (kind == LS_PROMPT_NOTE)
        open_note(view);
    else
        ls_prompt_open(&view->prompt, kind,
                       kind == LS_PROMPT_SEARCH ? view->searched
                                                : view->filtered);
}

static void go_to(struct ls_view *view, const struct ls_found *found)
{
    static const uint8_t kinds[] = {[LS_FOUND_TASK] = LS_THING_TASK,
                                    [LS_FOUND_SLICE] = LS_THING_SLICE,
                                    [LS_FOUND_MARK] = LS_THING_MARK,
                                    [LS_FOUND_FINDING] = LS_THING_FINDING};
    struct ls_thing thing = {kinds[found->kind], found->index, found->sub, 0};
    int64_t begin_ns, end_ns;
    view->has_range = false;
    ls_view_select(view, thing);
    if (ls_view_time_of(view, &thing, &begin_ns, &end_ns) &&
        (begin_ns > view->end_ns || end_ns < view->begin_ns))
        ls_view_focus(view);
}

void ls_view_search_step(struct ls_view *view, int by)
{
    struct ls_search *s = view->search;
    if (!s || s->n == 0)
        return;
    if (s->at == LS_NONE)
        s->at = ls_search_after(s, view->begin_ns);
    else
        s->at = (uint32_t)(((int64_t)s->at + by + s->n) % s->n);
    go_to(view, &s->items[s->at]);
}

bool ls_view_search(struct ls_view *view, const char *text)
{
    struct ls_pattern pattern;
    char *why = view->prompt.why;
    ls_search_free(view->search);
    view->search = NULL;
    snprintf(view->searched, sizeof(view->searched), "%s", text);
    *why = 0;
    if (!*text || !ls_pattern_compile(&pattern, text, why))
        return false;
    view->search = ls_search_make(view->document, &pattern);
    ls_pattern_destroy(&pattern);
    if (!view->search)
        snprintf(why, LS_BROWSER_WHY, "not enough memory");
    else if (view->search->n == 0)
        snprintf(why, LS_BROWSER_WHY, "nothing of that name");
    return view->search && view->search->n > 0;
}

/* The same pattern again goes on to the next. */
static void answer_search(struct ls_view *view, int by)
{
    const char *text = view->prompt.field.text;
    if (!view->search || strcmp(view->searched, text) != 0)
        ls_view_search(view, text);
    ls_view_search_step(view, by);
}

static void answer_note(struct ls_view *view)
{
    char why[LS_NOTES_WHY];
    if (!ls_notes_write(&view->notes, view->prompt.at_ns,
                        view->prompt.field.text, why))
        ls_view_notice(view, LS_NOTICE_WARNING, why);
    if (view->selected.kind == LS_THING_NOTE)
        view->selected = (struct ls_thing){0};
    ls_prompt_close(&view->prompt);
}

/* Into a folder, or a wish to open the file. */
static void answer_file(struct ls_view *view)
{
    struct ls_prompt *p = &view->prompt;
    char path[LS_BROWSER_PATH];
    if (p->chosen >= p->n_choices ||
        !ls_browser_path(&p->browser, p->choices[p->chosen], path))
        return;
    if (p->browser.items[p->choices[p->chosen]].is_folder) {
        if (ls_browser_read(&p->browser, path, p->why))
            ls_prompt_open(p, (enum ls_prompt_kind)p->kind, "");
        return;
    }
    snprintf(view->wish_path, sizeof(view->wish_path), "%s", path);
    view->wish = p->kind == LS_PROMPT_OPEN ? LS_WISH_OPEN : LS_WISH_COMPARE;
    ls_prompt_close(p);
}

static void answer_palette(struct ls_view *view)
{
    struct ls_prompt *p = &view->prompt;
    if (p->chosen >= p->n_choices)
        return;
    enum ls_action action = (enum ls_action)p->choices[p->chosen];
    ls_prompt_close(p);
    ls_view_act(view, action);
}

static void answer(struct ls_view *view, bool back)
{
    switch ((enum ls_prompt_kind)view->prompt.kind) {
    case LS_PROMPT_SEARCH:
        answer_search(view, back ? -1 : 1);
        break;
    case LS_PROMPT_FILTER:
        if (ls_view_filter_lanes(view, view->prompt.field.text,
                                 view->prompt.why))
            ls_prompt_close(&view->prompt);
        break;
    case LS_PROMPT_NOTE:
        answer_note(view);
        break;
    case LS_PROMPT_PALETTE:
        answer_palette(view);
        break;
    case LS_PROMPT_OPEN:
    case LS_PROMPT_COMPARE:
        answer_file(view);
        break;
    case LS_PROMPT_NONE:
        break;
    }
}

void ls_view_choose(struct ls_view *view, uint32_t choice)
{
    view->prompt.chosen = choice;
    answer(view, false);
}

void ls_view_type(struct ls_view *view, const char *text)
{
    ls_field_put(&view->prompt.field, text);
    ls_prompt_list(&view->prompt);
}

static int step_of(uint32_t code)
{
    return code == LS_KEY_UP          ? -1
           : code == LS_KEY_DOWN      ? 1
           : code == LS_KEY_PAGE_UP   ? -PAGE
           : code == LS_KEY_PAGE_DOWN ? PAGE
                                      : 0;
}

bool ls_view_prompt_key(struct ls_view *view, struct ls_key key)
{
    struct ls_prompt *p = &view->prompt;
    enum ls_action action = ls_action_of_key(key);
    if (key.code == LS_KEY_ESCAPE)
        ls_prompt_close(p);
    else if (key.code == LS_KEY_ENTER)
        answer(view, key.mods & LS_MOD_SHIFT);
    else if (step_of(key.code) && ls_prompt_has_list(p))
        ls_prompt_move(p, step_of(key.code));
    else if (ls_field_key(&p->field, key))
        ls_prompt_list(p);
    else if (action == LS_ACTION_QUIT || action == LS_ACTION_PICTURE ||
             action == LS_ACTION_SVG || action == LS_ACTION_SEARCH_NEXT ||
             action == LS_ACTION_SEARCH_PREVIOUS)
        ls_view_act(view, action);
    else
        return false;
    return true;
}
