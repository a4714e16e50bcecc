/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* strcasestr */
#include "viewer/prompt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const titles[] = {
    [LS_PROMPT_NONE] = "",
    [LS_PROMPT_SEARCH] = "Search by regular expression",
    [LS_PROMPT_FILTER] = "Only lanes whose name matches",
    [LS_PROMPT_NOTE] = "Note",
    [LS_PROMPT_PALETTE] = "Do",
    [LS_PROMPT_OPEN] = "Open",
    [LS_PROMPT_COMPARE] = "Compare with"};

const char *ls_prompt_title(enum ls_prompt_kind kind)
{
    return titles[kind];
}

bool ls_prompt_has_list(const struct ls_prompt *prompt)
{
    return prompt->kind >= LS_PROMPT_PALETTE;
}

void ls_prompt_action(enum ls_action action, char *text, size_t n_text)
{
    snprintf(text, n_text, "%s", ls_action_get(action)->name);
    for (char *p = text; *p; p++)
        if (*p == '-')
            *p = ' ';
}

/* Is every word of TEXT in NAME, whatever its case? */
static bool has_words(const char *name, const char *text)
{
    char word[LS_FIELD_BYTES];
    while (*text) {
        text += strspn(text, " ");
        size_t n = strcspn(text, " ");
        memcpy(word, text, n);
        word[n] = 0;
        if (!strcasestr(name, word))
            return false;
        text += n;
    }
    return true;
}

static bool matches(const struct ls_prompt *prompt, uint32_t i)
{
    char name[64];
    if (prompt->kind != LS_PROMPT_PALETTE)
        return has_words(prompt->browser.items[i].name, prompt->field.text);
    const struct ls_action_info *info = ls_action_get((enum ls_action)i);
    ls_prompt_action((enum ls_action)i, name, sizeof(name));
    return i != LS_ACTION_NONE && i != LS_ACTION_PALETTE &&
           (has_words(name, prompt->field.text) ||
            (info->help && has_words(info->help, prompt->field.text)));
}

void ls_prompt_list(struct ls_prompt *prompt)
{
    uint32_t n = prompt->kind == LS_PROMPT_PALETTE ? (uint32_t)LS_ACTIONS
                                                   : prompt->browser.n;
    prompt->n_choices = prompt->chosen = 0;
    prompt->scroll_px = 0;
    if (!ls_prompt_has_list(prompt))
        return;
    uint32_t *choices =
        realloc(prompt->choices, (n + (size_t)1) * sizeof(*choices));
    if (!choices)
        return;
    prompt->choices = choices;
    for (uint32_t i = 0; i < n; i++)
        if (matches(prompt, i))
            choices[prompt->n_choices++] = i;
}

void ls_prompt_open(struct ls_prompt *prompt, enum ls_prompt_kind kind,
                    const char *text)
{
    prompt->kind = (uint8_t)kind;
    *prompt->why = 0;
    ls_field_set(&prompt->field, text);
    ls_prompt_list(prompt);
}

void ls_prompt_move(struct ls_prompt *prompt, int by)
{
    int64_t to = (int64_t)prompt->chosen + by;
    if (to >= 0 && to < prompt->n_choices)
        prompt->chosen = (uint32_t)to;
}

void ls_prompt_close(struct ls_prompt *prompt)
{
    prompt->kind = LS_PROMPT_NONE;
    prompt->n_choices = 0;
}

void ls_prompt_destroy(struct ls_prompt *prompt)
{
    free(prompt->choices);
    ls_browser_destroy(&prompt->browser);
    memset(prompt, 0, sizeof(*prompt));
}
