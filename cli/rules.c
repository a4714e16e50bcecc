/* SPDX-License-Identifier: MIT */
/* `loopscope rules`: what each rule means, its evidence, what to do. */
#include "command.h"
#include "label.h"
#include "nearest.h"
#include "output.h"
#include "table.h"
#include "terminal.h"

#include "analysis/finding.h"

#include <string.h>
#include <unistd.h>

#define NAME_COLUMNS 19 /* the longest, and two */

static const struct ls_option options[] = {
    {.name = NULL},
};

static void list(struct ls_text *text, const struct ls_style *style)
{
    for (int i = 0; i < LS_RULES; i++) {
        const struct ls_rule_info *rule = ls_rule_get((enum ls_rule)i);
        ls_style_ink(text, style, LS_INK_STRONG);
        ls_label_fit(text, style, rule->name, NAME_COLUMNS);
        ls_style_ink(text, style, LS_INK_PLAIN);
        ls_label_wrap(text, style, rule->summary, NAME_COLUMNS);
    }
    ls_text_add(text, "\n");
    ls_label_wrap(text, style,
                  "`loopscope rules NAME` shows a rule's page; `loopscope "
                  "check --rule NAME=LEVEL` sets its level.",
                  0);
}

static void add_section(struct ls_text *text, const struct ls_style *style,
                        const char *title, const char *words)
{
    ls_style_ink(text, style, LS_INK_STRONG);
    ls_text_addf(text, "\n%s\n", title);
    ls_style_ink(text, style, LS_INK_PLAIN);
    ls_text_add(text, "  ");
    ls_label_wrap(text, style, words, 2);
}

static void page(const struct ls_rule_info *rule, struct ls_text *text,
                 const struct ls_style *style)
{
    struct ls_text line = {0};
    ls_text_addf(&line, "%s: %s", rule->name, rule->summary);
    ls_label_wrap(text, style, ls_text_get(&line), 2);
    ls_text_destroy(&line);
    add_section(text, style, "Level", rule->level);
    add_section(text, style, "Evidence", rule->evidence);
    add_section(text, style, "Guard", rule->guard);
    add_section(text, style, "What to do", rule->advice);
}

static int unknown(const struct ls_command *self, const char *name)
{
    struct ls_nearest nearest = ls_nearest_to(name);
    for (int i = 0; i < LS_RULES; i++)
        ls_nearest_try(&nearest, ls_rule_get((enum ls_rule)i)->name);
    return ls_command_misused(self, "unknown rule %s; the nearest is %s", name,
                              nearest.name);
}

static int run(const struct ls_command *self, struct ls_line line)
{
    int status;
    if (!ls_command_parse(self, options, &line, NULL, &status))
        return status;
    if (line.n > 1)
        return ls_command_misused(self, "wants one name, not %d", line.n);
    int rule = line.n ? ls_rule_find(line.items[0]) : -1;
    if (line.n && rule < 0)
        return unknown(self, line.items[0]);
    struct ls_terminal terminal;
    ls_terminal_init(&terminal, STDOUT_FILENO, LS_COLOR_AUTO);
    struct ls_text text = {0};
    if (line.n)
        page(ls_rule_get((enum ls_rule)rule), &text, &terminal.style);
    else
        list(&text, &terminal.style);
    bool good = ls_output_text(&text);
    ls_text_destroy(&text);
    return good ? LS_EXIT_OK : LS_EXIT_TROUBLE;
}

static const char help[] =
    "Usage: loopscope rules [NAME]\n"
    "\n"
    "Lists the rules that findings come from. With NAME: what triggers the\n"
    "rule, what keeps it from crying wolf, and what to do.\n"
    "\n"
    "Options:\n"
    "  -h, --help  this text\n"
    "\n"
    "Exit status: 0; 2 there is no such rule, or the text could not be\n"
    "written.\n"
    "\n"
    "Examples:\n"
    "  loopscope rules\n"
    "  loopscope rules blocking-call\n";

const struct ls_command ls_rules_command = {
    .name = "rules",
    .summary = "what each rule means, its evidence, what to do",
    .help = help,
    .run = run,
};
