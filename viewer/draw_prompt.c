/* SPDX-License-Identifier: MIT */
/* What is being asked: a field, and below it a list or what came of it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viewer/draw.h"
#include "viewer/format.h"

#define WIDE_PX 620
#define HEAD_PX 34
#define FIELD_PX 30
#define ROW_PX 24
#define LIST_ROWS 14

static void draw_field(struct ls_view *view, struct ls_rect box)
{
    const struct ls_field *field = &view->prompt.field;
    ls_draw_rect(&view->list, box, ls_view_colour(view, LS_COLOUR_GROUND));
    ls_draw_outline(&view->list, box, ls_view_colour(view, LS_COLOUR_NOTE));
    struct ls_rect inner = {box.x + 8, box.y, box.w - 16, box.h};
    char before[LS_FIELD_BYTES];
    memcpy(before, field->text, field->cursor);
    before[field->cursor] = 0;
    /* A long text is shown from where the cursor still is in sight. */
    const char *from = field->text, *start = before;
    float x = ls_text_width(view->metrics, LS_FONT_TEXT, start, 1e6f);
    while (x > inner.w - 4 && *start) {
        do
            start++;
        while (((unsigned char)*start & 0xc0) == 0x80);
        x = ls_text_width(view->metrics, LS_FONT_TEXT, start, 1e6f);
    }
    from += start - before;
    ls_draw_text(&view->list, LS_FONT_TEXT,
                 ls_view_colour(view, LS_COLOUR_TEXT), inner, LS_ALIGN_LEFT,
                 from);
    ls_draw_rect(
        &view->list,
        (struct ls_rect){floorf(inner.x + x), box.y + 6, 1, box.h - 12},
        ls_view_colour(view, LS_COLOUR_TEXT));
}

static void draw_action(struct ls_view *view, enum ls_action action,
                        struct ls_rect row)
{
    char name[64];
    enum ls_action first = action;
    while (!ls_action_get(first)->help)
        first--;
    ls_prompt_action(action, name, sizeof(name));
    ls_draw_cell(view, LS_FONT_TEXT, LS_COLOUR_TEXT, &row, 160, LS_ALIGN_LEFT,
                 name);
    ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_DIM, &row, row.w - 150,
                 LS_ALIGN_LEFT, ls_action_get(first)->help);
    ls_draw_cell(view, LS_FONT_SMALL, LS_COLOUR_DIM, &row, 130, LS_ALIGN_RIGHT,
                 ls_action_get(first)->shown);
}

static void draw_entry(struct ls_view *view, const struct ls_entry *entry,
                       struct ls_rect row)
{
    char text[300], size[LS_FORMAT_MAX];
    snprintf(text, sizeof(text), "%s%s", entry->name,
             entry->is_folder ? "/" : "");
    ls_draw_cell(view, entry->is_folder ? LS_FONT_BOLD : LS_FONT_TEXT,
                 LS_COLOUR_TEXT, &row, row.w - 110, LS_ALIGN_LEFT, text);
    if (entry->is_folder)
        return;
    snprintf(text, sizeof(text), "%s KiB",
             ls_format_count(size, (uint64_t)(entry->size + 1023) / 1024));
    ls_draw_cell(view, LS_FONT_MONO, LS_COLOUR_DIM, &row, 100, LS_ALIGN_RIGHT,
                 text);
}

static void draw_choice(struct ls_view *view, const void *arg, uint32_t i,
                        struct ls_rect row)
{
    const struct ls_prompt *p = &view->prompt;
    const struct ls_rect *area = arg;
    if (i == p->chosen)
        ls_draw_rect(&view->list, row, ls_view_colour(view, LS_COLOUR_RAISED));
    ls_view_add_hit(view, ls_rect_clip(row, *area),
                    (struct ls_thing){LS_THING_CHOICE, i, 0, 0});
    struct ls_rect inner = {row.x + 10, row.y, row.w - 20, row.h};
    if (p->kind == LS_PROMPT_PALETTE)
        draw_action(view, (enum ls_action)p->choices[i], inner);
    else
        draw_entry(view, &p->browser.items[p->choices[i]], inner);
}

static void draw_choices(struct ls_view *view, struct ls_rect area)
{
    struct ls_prompt *p = &view->prompt;
    float top = (float)p->chosen * ROW_PX;
    if (p->scroll_px > top)
        p->scroll_px = top;
    if (p->scroll_px < top + ROW_PX - area.h)
        p->scroll_px = top + ROW_PX - area.h;
    ls_draw_rows(view, &(struct ls_rows){.area = area,
                                         .n = p->n_choices,
                                         .row_px = ROW_PX,
                                         .scroll_px = &p->scroll_px,
                                         .draw = draw_choice,
                                         .arg = &area});
}

/* What came of it so far: "3 of 17", or why nothing did. */
static void tell_state(const struct ls_view *view, char *text, size_t n_text)
{
    const struct ls_prompt *p = &view->prompt;
    const struct ls_search *s = view->search;
    char a[LS_FORMAT_MAX], b[LS_FORMAT_MAX];
    if (*p->why)
        snprintf(text, n_text, "%s", p->why);
    else if (p->kind == LS_PROMPT_SEARCH && s && s->at != LS_NONE &&
             strcmp(p->field.text, view->searched) == 0)
        snprintf(text, n_text, "%s of %s", ls_format_count(a, s->at + 1),
                 ls_format_count(b, s->n_all));
    else if (p->kind == LS_PROMPT_OPEN || p->kind == LS_PROMPT_COMPARE)
        snprintf(text, n_text, "%s", p->browser.folder);
    else
        *text = 0;
}

static const char *hint_of(const struct ls_prompt *p)
{
    return p->kind == LS_PROMPT_SEARCH ? "Enter next, Shift+Enter previous"
           : p->kind == LS_PROMPT_NOTE ? "Enter keeps it; empty: none"
                                       : "Enter; Esc leaves it";
}

static struct ls_rect sheet_of(const struct ls_view *view)
{
    struct ls_rect window = view->layout.window;
    float h = HEAD_PX + FIELD_PX + 32;
    if (ls_prompt_has_list(&view->prompt))
        h += LIST_ROWS * ROW_PX + 6;
    float w = fminf(WIDE_PX, window.w - 16);
    h = fminf(h, window.h - 16);
    /* High up, where it hides few lanes. */
    float y = fminf(view->layout.ruler.y + view->layout.ruler.h + 4,
                    window.h - h - 8);
    return (struct ls_rect){floorf((window.w - w) / 2), fmaxf(y, 8), w, h};
}

void ls_draw_prompt(struct ls_view *view)
{
    struct ls_prompt *p = &view->prompt;
    struct ls_rect sheet = sheet_of(view);
    char text[LS_BROWSER_PATH + 64];
    if (ls_prompt_has_list(p))
        ls_draw_rect(&view->list, view->layout.window,
                     ls_view_colour(view, LS_COLOUR_SHADE));
    ls_draw_rect(&view->list, sheet, ls_view_colour(view, LS_COLOUR_PANEL));
    ls_draw_outline(&view->list, sheet, ls_view_colour(view, LS_COLOUR_DIM));
    ls_view_add_hit(view, sheet, (struct ls_thing){LS_THING_PROMPT, 0, 0, 0});
    ls_draw_clip(&view->list, sheet);
    struct ls_rect head = {sheet.x + 14, sheet.y + 2, sheet.w - 28,
                           HEAD_PX - 4};
    float w = ls_draw_text(&view->list, LS_FONT_SMALL,
                           ls_view_colour(view, LS_COLOUR_DIM), head,
                           LS_ALIGN_RIGHT, hint_of(p));
    head.w = fmaxf(head.w - w - 12, 0);
    ls_draw_text(&view->list, LS_FONT_BOLD,
                 ls_view_colour(view, LS_COLOUR_TEXT), head, LS_ALIGN_LEFT,
                 ls_prompt_title((enum ls_prompt_kind)p->kind));
    struct ls_rect field = {sheet.x + 14, sheet.y + HEAD_PX, sheet.w - 28,
                            FIELD_PX};
    draw_field(view, field);
    ls_draw_clip(&view->list, sheet);
    tell_state(view, text, sizeof(text));
    struct ls_rect state = {field.x, field.y + field.h + 4, field.w, 22};
    ls_draw_text(
        &view->list, LS_FONT_SMALL,
        ls_view_colour(view, *p->why ? LS_COLOUR_WARNING : LS_COLOUR_DIM),
        state, LS_ALIGN_LEFT, text);
    if (ls_prompt_has_list(p)) {
        struct ls_rect list = {field.x, state.y + state.h + 2, field.w, 0};
        list.h = fmaxf(sheet.y + sheet.h - list.y - 8, 0);
        draw_choices(view, list);
    }
    ls_draw_clip(&view->list, view->layout.window);
}
