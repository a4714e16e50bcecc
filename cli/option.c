/* SPDX-License-Identifier: MIT */
#include "option.h"

#include "nearest.h"

#include <string.h>

struct parser {
    const struct ls_option *table;
    struct ls_line *line;
    int at; /* the argument after the current one */
    void *settings;
    struct ls_text *error;
};

static const struct ls_option *find_long(const struct ls_option *table,
                                         const char *name, size_t n)
{
    for (; table->name; table++)
        if (!strncmp(table->name, name, n) && !table->name[n])
            return table;
    return NULL;
}

static const struct ls_option *find_letter(const struct ls_option *table,
                                           char letter)
{
    for (; table->name; table++)
        if (table->letter == letter)
            return table;
    return NULL;
}

static enum ls_parsed unknown(struct parser *p, const char *argument, size_t n)
{
    struct ls_text name = {0};
    ls_text_add_bytes(&name, argument, n);
    const char *bare = ls_text_get(&name);
    struct ls_nearest nearest = ls_nearest_to(bare + strspn(bare, "-"));
    for (const struct ls_option *o = p->table; o->name; o++)
        ls_nearest_try(&nearest, o->name);
    ls_nearest_try(&nearest, "help");
    ls_text_addf(p->error, "unknown option %s; the nearest is --%s", bare,
                 nearest.name);
    ls_text_destroy(&name);
    return LS_PARSED_WRONG;
}

/* VALUE is what stands in the same argument, or NULL. */
static enum ls_parsed apply(struct parser *p, const struct ls_option *option,
                            const char *value)
{
    if (!option->value && value) {
        ls_text_addf(p->error, "--%s takes no value", option->name);
        return LS_PARSED_WRONG;
    }
    if (option->value && !value) {
        if (p->at >= p->line->n) {
            ls_text_addf(p->error, "--%s wants a value: %s", option->name,
                         option->value);
            return LS_PARSED_WRONG;
        }
        value = p->line->items[p->at++];
    }
    struct ls_text why = {0};
    bool good = option->set(p->settings, value, &why);
    if (!good)
        ls_text_addf(p->error, "--%s %s, not '%s'", option->name,
                     ls_text_get(&why), value ? value : "");
    ls_text_destroy(&why);
    return good ? LS_PARSED : LS_PARSED_WRONG;
}

static enum ls_parsed take_long(struct parser *p, const char *argument)
{
    const char *name = argument + 2;
    size_t n = strcspn(name, "=");
    if (!strcmp(name, "help"))
        return LS_PARSED_HELP;
    const struct ls_option *option = find_long(p->table, name, n);
    if (!option)
        return unknown(p, argument, n + 2);
    return apply(p, option, name[n] ? name + n + 1 : NULL);
}

static enum ls_parsed take_short(struct parser *p, const char *argument)
{
    if (!strcmp(argument, "-h"))
        return LS_PARSED_HELP;
    const struct ls_option *option = find_letter(p->table, argument[1]);
    if (!option)
        return unknown(p, argument, strlen(argument));
    return apply(p, option, argument[2] ? argument + 2 : NULL);
}

enum ls_parsed ls_options_parse(const struct ls_option *table,
                                struct ls_line *line, void *settings,
                                struct ls_text *error)
{
    struct parser p = {table, line, 0, settings, error};
    int n_operands = 0;
    bool only_operands = false;
    while (p.at < line->n) {
        char *argument = line->items[p.at++];
        enum ls_parsed parsed = LS_PARSED;
        if (only_operands || argument[0] != '-' || !argument[1]) {
            line->items[n_operands++] = argument;
            only_operands = only_operands || line->until_operand;
        } else if (!strcmp(argument, "--")) {
            only_operands = true;
        } else if (argument[1] == '-') {
            parsed = take_long(&p, argument);
        } else {
            parsed = take_short(&p, argument);
        }
        if (parsed != LS_PARSED)
            return parsed;
    }
    line->n = n_operands;
    return LS_PARSED;
}
