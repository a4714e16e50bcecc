/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <stdlib.h>
#include <string.h>

#include "process.h"

/* The segments of one load lie as far from each other as in the file, but for
 * what is aligned or filled with zeros. */
#define MOST_SLACK (UINT64_C(1) << 30)

static const char *line_end(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end : line + strlen(line);
}

/* Spaces, or all but spaces. */
static const char *skip(const char *at, const char *end, bool spaces)
{
    while (at < end && (*at == ' ') == spaces)
        at++;
    return at;
}

/* "begin-end perms offset device inode     path"; false: it is none. */
static bool parse(const char *line, struct ls_mapping *m)
{
    char *at;
    const char *end = line_end(line);
    m->begin = strtoull(line, &at, 16);
    if (*at != '-')
        return false;
    m->end = strtoull(at + 1, &at, 16);
    if (*at != ' ' || end - at < 6 || m->end <= m->begin)
        return false;
    m->executable = at[3] == 'x';
    m->offset = strtoull(at + 6, &at, 16);
    if (*at != ' ' || at >= end)
        return false;
    m->node = at + 1;
    const char *inode = skip(m->node, end, false);
    const char *after = skip(skip(inode, end, true), end, false);
    m->n_node = (uint32_t)(after - m->node);
    m->path = skip(after, end, true);
    m->n_path = (uint32_t)(end - m->path);
    return true;
}

bool ls_maps_take(struct ls_maps *maps, char *text)
{
    size_t n_lines = 1;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        n_lines++;
    struct ls_mapping *all = calloc(n_lines, sizeof *all);
    if (!all) {
        free(text);
        return false;
    }
    ls_maps_destroy(maps);
    maps->text = text;
    maps->all = all;
    for (const char *line = text; *line; line++) {
        if (parse(line, &all[maps->n]))
            maps->n++;
        line = line_end(line);
        if (!*line)
            break;
    }
    return true;
}

bool ls_maps_read(struct ls_maps *maps, int pid, bool *changed)
{
    size_t n;
    char *text = ls_process_read(pid, "maps", &n);
    *changed = false;
    if (!text)
        return false;
    if (maps->text && strcmp(maps->text, text) == 0) {
        free(text);
        return true;
    }
    *changed = true;
    return ls_maps_take(maps, text);
}

const struct ls_mapping *ls_maps_at(const struct ls_maps *maps,
                                    uint64_t address)
{
    size_t from = 0, to = maps->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (maps->all[middle].end <= address)
            from = middle + 1;
        else
            to = middle;
    }
    return from < maps->n && maps->all[from].begin <= address ? &maps->all[from]
                                                              : NULL;
}

bool ls_mapping_is_file(const struct ls_mapping *m)
{
    static const char *const memory[] = {"/memfd:", "/dev/zero", "/SYSV",
                                         "/anon_hugepage"};
    if (m->n_path == 0 || *m->path != '/')
        return false;
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        if (strncmp(m->path, memory[i], strlen(memory[i])) == 0)
            return false;
    return true;
}

static bool is_same_file(const struct ls_mapping *a, const struct ls_mapping *b)
{
    return a->n_node == b->n_node && a->n_path == b->n_path &&
           memcmp(a->node, b->node, a->n_node) == 0 &&
           memcmp(a->path, b->path, a->n_path) == 0;
}

/* Whether NEXT can be of the same load as BEFORE, which stands below it. */
static bool goes_on(const struct ls_mapping *before,
                    const struct ls_mapping *next)
{
    uint64_t apart = next->begin - before->begin;
    uint64_t in_file = next->offset - before->offset;
    uint64_t slack = apart > in_file ? apart - in_file : in_file - apart;
    return next->offset >= before->offset && slack < MOST_SLACK;
}

/* Whether the load that this mapping is of begins with the file's begin. */
static bool is_whole(const struct ls_maps *maps, const struct ls_mapping *m)
{
    const struct ls_mapping *first = m;
    for (const struct ls_mapping *at = m; at > maps->all && first->offset;) {
        at--;
        if (!is_same_file(at, m))
            continue;
        if (!goes_on(at, first))
            return false;
        first = at;
    }
    return first->offset == 0;
}

uint64_t ls_maps_origin(const struct ls_maps *maps, uint64_t address)
{
    const struct ls_mapping *m = ls_maps_at(maps, address);
    if (!m || !ls_mapping_is_file(m) || is_whole(maps, m))
        return address;
    uint64_t offset = address - m->begin + m->offset;
    for (size_t i = 0; i < maps->n; i++) {
        const struct ls_mapping *at = &maps->all[i];
        if (at->executable == m->executable && is_same_file(at, m) &&
            offset >= at->offset && offset - at->offset < at->end - at->begin &&
            is_whole(maps, at))
            return at->begin + (offset - at->offset);
    }
    return address;
}

void ls_maps_destroy(struct ls_maps *maps)
{
    free(maps->text);
    free(maps->all);
    *maps = (struct ls_maps){0};
}
