/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "nearest.h"
#include "syntax.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    struct ls_config *config;
    const char *folder;
    const struct ls_option *options;
    void *settings;
    struct ls_text *error;
};

static const struct ls_option *find(const struct reader *r, const char *name)
{
    for (const struct ls_option *o = r->options; o->name; o++)
        if (o->config && !strcmp(o->name, name))
            return o;
    return NULL;
}

static bool unknown(const struct reader *r, const char *name)
{
    struct ls_nearest nearest = ls_nearest_to(name);
    for (const struct ls_option *o = r->options; o->name; o++)
        if (o->config)
            ls_nearest_try(&nearest, o->name);
    ls_text_addf(r->error, "%s: unknown key; the nearest is %s", name,
                 nearest.name);
    return false;
}

/* The config's own copy of VALUE, or NULL without memory. */
static const char *keep(struct ls_config *config, const struct ls_text *value)
{
    char *copy = value->failed ? NULL : strdup(ls_text_get(value));
    char **values =
        copy ? realloc(config->values, (config->n + 1) * sizeof(*values))
             : NULL;
    if (!values) {
        free(copy);
        return NULL;
    }
    config->values = values;
    return config->values[config->n++] = copy;
}

/* Adds what ITEM would be on a command line; false: it can be nothing there. */
static bool add_value(const cJSON *item, struct ls_text *value)
{
    if (cJSON_IsString(item))
        ls_text_add(value, item->valuestring);
    else if (cJSON_IsNumber(item))
        ls_text_addf(value, "%.15g", item->valuedouble);
    else
        return false;
    return true;
}

/* PATH is the key as messages have it: "rule.stall". */
static bool give(const struct reader *r, const struct ls_option *option,
                 const struct ls_text *value, const char *path)
{
    struct ls_text why = {0};
    const char *kept = keep(r->config, value);
    const bool good = kept && option->set(r->settings, kept, &why);
    if (!kept)
        ls_text_add(r->error, "no memory");
    else if (!good)
        ls_text_addf(r->error, "%s: %s, not '%s'", path, ls_text_get(&why),
                     kept);
    ls_text_destroy(&why);
    return good;
}

static bool take_one(const struct reader *r, const struct ls_option *option,
                     const cJSON *item)
{
    struct ls_text value = {0};
    const bool is_below = option->config == LS_CONFIG_FILE &&
                          cJSON_IsString(item) && item->valuestring[0] &&
                          item->valuestring[0] != '/';
    if (is_below)
        ls_text_add(&value, r->folder);
    bool good = add_value(item, &value);
    if (good)
        good = give(r, option, &value, item->string);
    else
        ls_text_addf(r->error, "%s: wants a string or a number: %s",
                     item->string, option->value);
    ls_text_destroy(&value);
    return good;
}

static bool take_member(const struct reader *r, const struct ls_option *option,
                        const cJSON *item, const char *key)
{
    struct ls_text value = {0}, path = {0};
    ls_text_addf(&path, "%s.%s", key, item->string);
    ls_text_addf(&value, "%s=", item->string);
    bool good = add_value(item, &value);
    if (good)
        good = give(r, option, &value, ls_text_get(&path));
    else
        ls_text_addf(r->error, "%s: wants a string or a number",
                     ls_text_get(&path));
    ls_text_destroy(&value);
    ls_text_destroy(&path);
    return good;
}

static bool take(const struct reader *r, const cJSON *item)
{
    const struct ls_option *option = find(r, item->string);
    if (!option)
        return unknown(r, item->string);
    if (option->config != LS_CONFIG_MEMBERS)
        return take_one(r, option, item);
    if (!cJSON_IsObject(item)) {
        ls_text_addf(r->error, "%s: wants an object: %s", item->string,
                     option->value);
        return false;
    }
    const cJSON *member;
    cJSON_ArrayForEach(member, item)
    {
        if (!take_member(r, option, member, item->string))
            return false;
    }
    return true;
}

bool ls_config_apply(struct ls_config *config, const char *text,
                     const char *folder, const struct ls_option *options,
                     void *settings, struct ls_text *error)
{
    const struct reader r = {config, folder, options, settings, error};
    cJSON *root = ls_syntax_parse(text, error);
    bool good = root;
    const cJSON *item;
    cJSON_ArrayForEach(item, root)
    {
        good = good && take(&r, item);
    }
    cJSON_Delete(root);
    return good;
}

void ls_config_destroy(struct ls_config *config)
{
    for (size_t i = 0; i < config->n; i++)
        free(config->values[i]);
    free(config->values);
    *config = (struct ls_config){0};
}
