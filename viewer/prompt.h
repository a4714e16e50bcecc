#ifndef LS_VIEWER_PROMPT_H
#define LS_VIEWER_PROMPT_H
/* SPDX-License-Identifier: MIT */
/*
 * prompt.h - a question that is being answered by typing: what to search,
 * which action to do, which file to open, what to note.
 *
 * A field, and for some a list of what matches it. Not for what the answer
 * does (view_prompt.c) nor how it looks (draw_prompt.c).
 *
 *     struct ls_prompt prompt = {0};
 *     ls_prompt_open(&prompt, LS_PROMPT_PALETTE, "");
 *     ls_prompt_list(&prompt);        -> prompt.choices, by the text
 *     ls_prompt_destroy(&prompt);
 *
 * Units: none.
 * Ownership: owns its list.
 * Errors: a list without memory is empty.
 * Threads: one at a time.
 */
#include "viewer/browser.h"
#include "viewer/field.h"

enum ls_prompt_kind {
    LS_PROMPT_NONE,
    LS_PROMPT_SEARCH,
    LS_PROMPT_FILTER, /* lanes by name */
    LS_PROMPT_NOTE,
    LS_PROMPT_PALETTE, /* of actions; from here on there is a list */
    LS_PROMPT_OPEN,    /* a trace */
    LS_PROMPT_COMPARE  /* a second one */
};

struct ls_prompt {
    uint8_t kind; /* enum ls_prompt_kind */
    struct ls_field field;
    uint32_t *choices; /* actions, or entries of the browser, that match */
    uint32_t n_choices;
    uint32_t chosen; /* of them */
    float scroll_px;
    int64_t at_ns;            /* NOTE: what it is about */
    char why[LS_BROWSER_WHY]; /* why the answer was not taken; "" */
    struct ls_browser browser;
};

void ls_prompt_open(struct ls_prompt *prompt, enum ls_prompt_kind kind,
                    const char *text);
/* Makes the list anew: those in which every word of the text occurs. */
void ls_prompt_list(struct ls_prompt *prompt);
void ls_prompt_move(struct ls_prompt *prompt, int by);
void ls_prompt_close(struct ls_prompt *prompt);
void ls_prompt_destroy(struct ls_prompt *prompt);

bool ls_prompt_has_list(const struct ls_prompt *prompt);
const char *ls_prompt_title(enum ls_prompt_kind kind);

/* "next finding", from an action's name. */
void ls_prompt_action(enum ls_action action, char *text, size_t n_text);

#endif
