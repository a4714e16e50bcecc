/* SPDX-License-Identifier: MIT */
/*
 * A table of objects and their properties, walked along the document. The
 * numbers are sections of the standard, "Static Analysis Results Interchange
 * Format (SARIF) Version 2.1.0", OASIS, 27 March 2020.
 */
#include "tests/support/sarif_shape.h"

#include <stdio.h>
#include <string.h>

enum shape {
    TEXT,  /* not empty */
    COUNT, /* an integer of at least 1 (line numbers, occurrences) */
    INDEX, /* an integer of at least 0 */
    FLAG,
    LEVEL,    /* 3.27.10 */
    STATE,    /* 3.27.24 */
    SUPPRESS, /* 3.35.3 */
    BASE,     /* 3.14.14: absolute, with a slash at its end */
    URI,      /* 3.10.1 and RFC 3986: no space, quote or control character */
    TEXTS,    /* an object whose values are strings: 3.27.17 */
    ANYTHING, /* a property bag: 3.8 */
    FIRST_OBJECT,
    LOG = FIRST_OBJECT, /* 3.13 */
    RUN,                /* 3.14 */
    TOOL,               /* 3.18 */
    COMPONENT,          /* 3.19 */
    RULE,               /* 3.49 */
    SETTING,            /* 3.50 */
    STRING,             /* 3.12, multiformatMessageString */
    MESSAGE,            /* 3.11 */
    INVOCATION,         /* 3.20 */
    NOTE,               /* 3.58, notification */
    BASES,
    BASE_LOCATION,
    RESULT,     /* 3.27 */
    LOCATION,   /* 3.28 */
    PHYSICAL,   /* 3.29 */
    ARTIFACT,   /* 3.4 */
    REGION,     /* 3.30 */
    LOGICAL,    /* 3.33 */
    STACK,      /* 3.44 */
    FRAME,      /* 3.45 */
    SUPPRESSION /* 3.35 */
};

enum { MUST = 1, MANY = 2 };

static const struct property {
    enum shape of;
    const char *name;
    enum shape shape;
    int how;
} properties[] = {
    {LOG, "version", TEXT, MUST},
    {LOG, "$schema", URI, 0},
    {LOG, "runs", RUN, MUST | MANY},
    {RUN, "tool", TOOL, MUST},
    {RUN, "invocations", INVOCATION, MANY},
    {RUN, "originalUriBaseIds", BASES, 0},
    {RUN, "results", RESULT, MUST | MANY},
    {TOOL, "driver", COMPONENT, MUST},
    {COMPONENT, "name", TEXT, MUST},
    {COMPONENT, "version", TEXT, 0},
    {COMPONENT, "rules", RULE, MANY},
    {RULE, "id", TEXT, MUST},
    {RULE, "shortDescription", STRING, 0},
    {RULE, "fullDescription", STRING, 0},
    {RULE, "help", STRING, 0},
    {RULE, "defaultConfiguration", SETTING, 0},
    {SETTING, "level", LEVEL, 0},
    {STRING, "text", TEXT, MUST},
    {MESSAGE, "text", TEXT, MUST},
    {INVOCATION, "executionSuccessful", FLAG, MUST},
    {INVOCATION, "exitCode", INDEX, 0},
    {INVOCATION, "toolExecutionNotifications", NOTE, MANY},
    {NOTE, "message", MESSAGE, MUST},
    {NOTE, "level", LEVEL, 0},
    {BASES, "SRCROOT", BASE_LOCATION, 0},
    {BASE_LOCATION, "uri", BASE, MUST},
    {RESULT, "ruleId", TEXT, MUST},
    {RESULT, "ruleIndex", INDEX, 0},
    {RESULT, "level", LEVEL, 0},
    {RESULT, "message", MESSAGE, MUST},
    {RESULT, "locations", LOCATION, MANY},
    {RESULT, "relatedLocations", LOCATION, MANY},
    {RESULT, "stacks", STACK, MANY},
    {RESULT, "partialFingerprints", TEXTS, 0},
    {RESULT, "occurrenceCount", COUNT, 0},
    {RESULT, "baselineState", STATE, 0},
    {RESULT, "suppressions", SUPPRESSION, MANY},
    {RESULT, "properties", ANYTHING, 0},
    {LOCATION, "physicalLocation", PHYSICAL, 0},
    {LOCATION, "logicalLocations", LOGICAL, MANY},
    {LOCATION, "message", MESSAGE, 0},
    {PHYSICAL, "artifactLocation", ARTIFACT, MUST},
    {PHYSICAL, "region", REGION, 0},
    {ARTIFACT, "uri", URI, MUST},
    {ARTIFACT, "uriBaseId", TEXT, 0},
    {REGION, "startLine", COUNT, MUST},
    {LOGICAL, "name", TEXT, MUST},
    {LOGICAL, "kind", TEXT, 0},
    {STACK, "message", MESSAGE, 0},
    {STACK, "frames", FRAME, MUST | MANY},
    {FRAME, "location", LOCATION, 0},
    {FRAME, "module", TEXT, 0},
    {SUPPRESSION, "kind", SUPPRESS, MUST},
};
#define N_PROPERTIES (sizeof(properties) / sizeof(*properties))

static const char *const words[][5] = {
    [LEVEL] = {"none", "note", "warning", "error"},
    [STATE] = {"new", "unchanged", "updated", "absent"},
    [SUPPRESS] = {"inSource", "external"},
};

static bool is_one_of(const char *text, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(text, *list))
            return true;
    return false;
}

static bool is_uri(const char *text)
{
    return text[0] && !text[strcspn(text, " \"<>\\^`{|}\n\t\r")];
}

static bool is_base(const char *text)
{
    return is_uri(text) && strstr(text, "://") && text[strlen(text) - 1] == '/';
}

static bool is_number(const cJSON *item, int least)
{
    return cJSON_IsNumber(item) && item->valuedouble >= least &&
           item->valuedouble == (double)(long)item->valuedouble;
}

static bool are_texts(const cJSON *item)
{
    const cJSON *one;
    bool good = cJSON_IsObject(item);
    cJSON_ArrayForEach(one, item)
    {
        good = good && cJSON_IsString(one);
    }
    return good;
}

static bool is_text(const cJSON *item, enum shape shape)
{
    const char *text = cJSON_GetStringValue(item);
    if (!text || !text[0])
        return false;
    switch (shape) {
    case URI:
        return is_uri(text);
    case BASE:
        return is_base(text);
    case TEXT:
        return true;
    default:
        return is_one_of(text, words[shape]);
    }
}

static bool is_simple(const cJSON *item, enum shape shape)
{
    switch (shape) {
    case COUNT:
        return is_number(item, 1);
    case INDEX:
        return is_number(item, 0);
    case FLAG:
        return cJSON_IsBool(item);
    case TEXTS:
        return are_texts(item);
    case ANYTHING:
        return cJSON_IsObject(item);
    default:
        return is_text(item, shape);
    }
}

static const struct property *find(enum shape of, const char *name)
{
    for (size_t i = 0; i < N_PROPERTIES; i++)
        if (properties[i].of == of && !strcmp(properties[i].name, name))
            return &properties[i];
    return NULL;
}

struct walk {
    char *why;
};

static bool refuse(const struct walk *walk, const char *name, const char *what)
{
    snprintf(walk->why, SARIF_SHAPE_WHY, "%s: %s", name, what);
    return false;
}

static bool has_all(const struct walk *walk, const cJSON *object,
                    enum shape shape)
{
    for (size_t i = 0; i < N_PROPERTIES; i++)
        if (properties[i].of == shape && properties[i].how & MUST &&
            !cJSON_GetObjectItemCaseSensitive(object, properties[i].name))
            return refuse(walk, properties[i].name, "is missing");
    return true;
}

static bool check(const struct walk *walk, const cJSON *item, enum shape shape);

static bool check_many(const struct walk *walk, const cJSON *array,
                       enum shape shape)
{
    const cJSON *item;
    bool good = cJSON_IsArray(array);
    cJSON_ArrayForEach(item, array)
    {
        good = good && check(walk, item, shape);
    }
    return good;
}

/* Names must differ: a parser may take either. */
static bool check_property(const struct walk *walk, const cJSON *object,
                           const cJSON *item, enum shape shape)
{
    const struct property *property = find(shape, item->string);
    if (!property)
        return refuse(walk, item->string, "is not a property of it");
    if (cJSON_GetObjectItemCaseSensitive(object, item->string) != item)
        return refuse(walk, item->string, "is there twice");
    walk->why[0] = '\0';
    const bool good = property->how & MANY
                          ? check_many(walk, item, property->shape)
                          : check(walk, item, property->shape);
    return good || (walk->why[0]
                        ? false
                        : refuse(walk, item->string, "is not as it should be"));
}

static bool check(const struct walk *walk, const cJSON *item, enum shape shape)
{
    if (shape < FIRST_OBJECT)
        return is_simple(item, shape);
    if (!cJSON_IsObject(item) || !has_all(walk, item, shape))
        return false;
    const cJSON *one;
    cJSON_ArrayForEach(one, item)
    {
        if (!check_property(walk, item, one, shape))
            return false;
    }
    return true;
}

/* A result's rule is the one of its index (3.27.6). */
static bool are_rules_right(const cJSON *run)
{
    const cJSON *driver =
        cJSON_GetObjectItem(cJSON_GetObjectItem(run, "tool"), "driver");
    const cJSON *rules = cJSON_GetObjectItem(driver, "rules");
    const cJSON *result;
    cJSON_ArrayForEach(result, cJSON_GetObjectItem(run, "results"))
    {
        const cJSON *index = cJSON_GetObjectItem(result, "ruleIndex");
        const cJSON *id = cJSON_GetObjectItem(
            cJSON_GetArrayItem(rules, index ? index->valueint : 0), "id");
        if (!id || strcmp(id->valuestring,
                          cJSON_GetObjectItem(result, "ruleId")->valuestring))
            return false;
    }
    return true;
}

bool sarif_shape_is_good(const cJSON *root, char why[SARIF_SHAPE_WHY])
{
    const struct walk walk = {why};
    snprintf(why, SARIF_SHAPE_WHY, "it is no object");
    if (!check(&walk, root, LOG))
        return false;
    if (strcmp(cJSON_GetObjectItem(root, "version")->valuestring, "2.1.0"))
        return refuse(&walk, "version", "is another one");
    return are_rules_right(
               cJSON_GetArrayItem(cJSON_GetObjectItem(root, "runs"), 0)) ||
           refuse(&walk, "ruleIndex", "leads to another rule");
}
