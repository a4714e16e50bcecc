/* SPDX-License-Identifier: MIT */
/*
 * A line is found by looking at all of them, the last one first: they overlap
 * in any way, the last one counts, and there are few questions (symbols.c
 * remembers answers).
 */
#include "perfmap.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

/* Read at once; a line is never longer. */
enum { BLOCK = 64 * 1024 };

/* ---- whose file --------------------------------------------------------- */

/* The last number of "NSpid:", which is the process's own; "Uid:"'s second is
 * what it acts as. */
static void read_status(struct ls_perfmap *map)
{
    size_t n;
    unsigned real, effective;
    char *status = ls_process_read(map->pid, "status", &n);
    char *uid = status ? strstr(status, "\nUid:") : NULL;
    char *ns = status ? strstr(status, "\nNSpid:") : NULL;
    if (uid && sscanf(uid, "\nUid: %u %u", &real, &effective) == 2) {
        map->uids[1] = effective;
        if (!map->known)
            map->uids[0] = effective;
        map->known = true;
    }
    if (ns) {
        ns[1 + strcspn(ns + 1, "\n")] = '\0';
        char *last = strrchr(ns, '\t');
        if (last && atoi(last) > 0)
            map->inner_pid = atoi(last);
    }
    free(status);
}

static void read_birth(struct ls_perfmap *map)
{
    struct timespec boot, now;
    uint64_t ticks = ls_process_began(map->pid);
    long per_s = sysconf(_SC_CLK_TCK);
    if (ticks == 0 || per_s <= 0 || clock_gettime(CLOCK_BOOTTIME, &boot) < 0 ||
        clock_gettime(CLOCK_REALTIME, &now) < 0)
        return;
    map->born_s = now.tv_sec - (boot.tv_sec - (int64_t)(ticks / per_s));
}

/* Its /tmp, as it sees it; -1: not there, or not for us. A link in place of it
 * is followed only where it is our own. */
static int open_its_tmp(struct ls_perfmap *map)
{
    char path[32];
    struct stat own, its;
    snprintf(path, sizeof path, "/proc/%d/root", map->pid);
    int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return -1;
    map->own_root = stat("/", &own) == 0 && fstat(root, &its) == 0 &&
                    own.st_dev == its.st_dev && own.st_ino == its.st_ino;
    int tmp = openat(root, "tmp",
                     O_PATH | O_DIRECTORY | O_CLOEXEC |
                         (map->own_root ? 0 : O_NOFOLLOW));
    close(root);
    if (tmp >= 0 && fstat(tmp, &its) == 0) {
        map->tmp_dev = its.st_dev;
        map->tmp_ino = its.st_ino;
    }
    return tmp;
}

/* Once the process is gone there is only ours, if that was its too. */
static int open_our_tmp(const struct ls_perfmap *map)
{
    struct stat st;
    int tmp = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (tmp >= 0 && map->tmp_ino &&
        (fstat(tmp, &st) < 0 || st.st_dev != map->tmp_dev ||
         st.st_ino != map->tmp_ino)) {
        close(tmp);
        return -1;
    }
    return tmp;
}

/* Not what another process of this number has left behind: a clock of files
 * is up to a second late. */
static bool is_its_file(const struct ls_perfmap *map, const struct stat *st)
{
    return S_ISREG(st->st_mode) && st->st_mtime + 1 >= map->born_s &&
           (st->st_uid == map->uids[0] || st->st_uid == map->uids[1]);
}

static int open_file(struct ls_perfmap *map, struct stat *st)
{
    char name[32];
    read_status(map);
    if (!map->known)
        return -1;
    int tmp = open_its_tmp(map);
    if (tmp < 0)
        tmp = open_our_tmp(map);
    if (tmp < 0)
        return -1;
    snprintf(name, sizeof name, "perf-%d.map", map->inner_pid);
    int fd = openat(tmp, name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    close(tmp);
    if (fd >= 0 && (fstat(fd, st) < 0 || !is_its_file(map, st))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

void ls_perfmap_init(struct ls_perfmap *map, int pid)
{
    *map = (struct ls_perfmap){.pid = pid, .inner_pid = pid};
    read_status(map);
    read_birth(map);
    int tmp = open_its_tmp(map);
    if (tmp >= 0)
        close(tmp);
}

/* ---- lines -------------------------------------------------------------- */

/* With or without 0x; false: no number, or more than 64 bits. */
static bool read_hex(const char **at, const char *end, uint64_t *value)
{
    const char *p = *at;
    int n = 0;
    *value = 0;
    if (end - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
        p += 2;
    for (; p < end; p++, n++) {
        int digit = *p >= '0' && *p <= '9'   ? *p - '0'
                    : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10
                    : *p >= 'A' && *p <= 'F' ? *p - 'A' + 10
                                             : -1;
        if (digit < 0)
            break;
        if (*value >> 60)
            return false;
        *value = *value << 4 | (uint64_t)digit;
    }
    if (n == 0 || p == end || *p != ' ')
        return false;
    *at = p + 1;
    return true;
}

static bool grow(struct ls_perfmap *map)
{
    size_t capacity = map->capacity ? 2 * map->capacity : 1024;
    uint64_t *begins = realloc(map->begins, capacity * sizeof *begins);
    if (begins)
        map->begins = begins;
    uint32_t *sizes = realloc(map->sizes, capacity * sizeof *sizes);
    if (sizes)
        map->sizes = sizes;
    uint32_t *names = realloc(map->names, capacity * sizeof *names);
    if (names)
        map->names = names;
    if (!begins || !sizes || !names)
        return false;
    map->capacity = capacity;
    return true;
}

/* Where in the text NAME stands now; false: no memory. */
static bool add_text(struct ls_perfmap *map, const char *name, size_t n,
                     uint32_t *at)
{
    if (n > LS_PERFMAP_NAME)
        n = LS_PERFMAP_NAME;
    if (map->n_text + n + 1 > map->text_capacity) {
        size_t capacity = 2 * map->text_capacity + 64 * 1024;
        char *text = realloc(map->text, capacity);
        if (!text)
            return false;
        map->text = text;
        map->text_capacity = capacity;
    }
    *at = (uint32_t)map->n_text;
    memcpy(map->text + map->n_text, name, n);
    map->text[map->n_text + n] = '\0';
    map->n_text += n + 1;
    return true;
}

static void take_line(struct ls_perfmap *map, const char *line, const char *end)
{
    uint64_t begin, size;
    if (!read_hex(&line, end, &begin) || !read_hex(&line, end, &size) ||
        line == end || size == 0 || size > UINT32_MAX ||
        begin > UINT64_MAX - size)
        return;
    if (map->n == LS_PERFMAP_LINES || (map->n == map->capacity && !grow(map)) ||
        !add_text(map, line, (size_t)(end - line), &map->names[map->n])) {
        map->is_cut = true;
        return;
    }
    map->begins[map->n] = begin;
    map->sizes[map->n] = (uint32_t)size;
    map->n++;
}

size_t ls_perfmap_parse(struct ls_perfmap *map, const char *bytes, size_t n)
{
    const char *line = bytes, *end;
    while ((end = memchr(line, '\n', n - (size_t)(line - bytes)))) {
        take_line(map, line, end);
        line = end + 1;
    }
    return (size_t)(line - bytes);
}

/* ---- reading ------------------------------------------------------------ */

static void forget(struct ls_perfmap *map)
{
    map->n = map->n_text = 0;
    map->n_read = 0;
    map->is_cut = false;
}

static void read_more(struct ls_perfmap *map, int fd)
{
    static const size_t n_block = BLOCK;
    char *block = malloc(n_block);
    while (block && !map->is_cut) {
        ssize_t got = pread(fd, block, n_block, (off_t)map->n_read);
        if (got <= 0)
            break;
        size_t used = ls_perfmap_parse(map, block, (size_t)got);
        if (used == 0 && (size_t)got < n_block)
            break; /* a line that is not written to its end yet */
        /* A line that is longer than a block is skipped piece by piece. */
        map->n_read += used ? used : (size_t)got;
        map->is_cut |= map->n_read >= LS_PERFMAP_BYTES;
    }
    free(block);
}

bool ls_perfmap_refresh(struct ls_perfmap *map)
{
    struct stat st;
    int fd = open_file(map, &st);
    if (fd < 0)
        return false;
    bool is_other = st.st_ino != map->ino || st.st_dev != map->dev ||
                    (uint64_t)st.st_size < map->n_read;
    size_t n = map->n;
    if (is_other)
        forget(map);
    map->ino = st.st_ino;
    map->dev = st.st_dev;
    if ((uint64_t)st.st_size > map->n_read)
        read_more(map, fd);
    close(fd);
    return is_other || map->n != n;
}

const char *ls_perfmap_find(const struct ls_perfmap *map, uint64_t pc)
{
    for (size_t i = map->n; i-- > 0;)
        if (pc - map->begins[i] < map->sizes[i])
            return map->text + map->names[i];
    return NULL;
}

/* ---- JavaScript --------------------------------------------------------- */

/* Where the path begins, behind a space: names may have some too ("get size"),
 * and so may paths. */
static const char *find_path(const char *text)
{
    static const char *const begins[] = {" /", " file:", " node:"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        const char *at = strstr(text, begins[i]);
        if (at && (!first || at < first))
            first = at;
    }
    return first ? first : strrchr(text, ' ');
}

/* The colon of ":line:column" at the end, or NULL. */
static const char *find_line(const char *text)
{
    const char *at = text + strlen(text);
    for (int i = 0; i < 2; i++) {
        const char *end = at;
        while (at > text && at[-1] >= '0' && at[-1] <= '9')
            at--;
        if (at == end || at == text || at[-1] != ':')
            return NULL;
        at--;
    }
    return at;
}

/* "name path:line:column" */
static void split(const char *text, struct ls_perfmap_place *place)
{
    static const char url[] = "file://";
    const char *path = find_path(text), *colon = find_line(text);
    if (!path || !colon || colon <= path)
        return;
    place->function[path - text] = '\0';
    path++;
    if (strncmp(path, url, sizeof url - 1) == 0)
        path += sizeof url - 1;
    snprintf(place->file, sizeof place->file, "%.*s", (int)(colon - path),
             path);
    long line = strtol(colon + 1, NULL, 10);
    place->line = line > 0 && line < INT32_MAX ? (int)line : 0;
}

/* "qualified.name:path" */
static void split_python(const char *text, struct ls_perfmap_place *place)
{
    size_t n = strcspn(text, ":");
    snprintf(place->function, sizeof place->function, "%.*s", (int)n, text);
    if (text[n])
        snprintf(place->file, sizeof place->file, "%s", text + n + 1);
}

void ls_perfmap_explain(const char *name, struct ls_perfmap_place *place)
{
    static const char *const tags[] = {
        "JS:", "LazyCompile:", "Function:", "Eval:", "Script:"};
    *place = (struct ls_perfmap_place){0};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        size_t n = strlen(tags[i]);
        if (strncmp(name, tags[i], n) != 0)
            continue;
        name += n;
        name += strspn(name, "~^+*'?"); /* how well it was compiled */
        snprintf(place->function, sizeof place->function, "%s", name);
        split(name, place);
        if (!place->function[0])
            snprintf(place->function, sizeof place->function, "(anonymous)");
        return;
    }
    if (strncmp(name, "py::", 4) == 0)
        split_python(name + 4, place);
    else
        snprintf(place->function, sizeof place->function, "%s", name);
}

void ls_perfmap_rest(struct ls_perfmap *map)
{
    free(map->begins);
    free(map->sizes);
    free(map->names);
    free(map->text);
    map->begins = NULL;
    map->sizes = map->names = NULL;
    map->text = NULL;
    map->capacity = map->text_capacity = 0;
    map->dev = 0;
    map->ino = 0;
    forget(map);
}

void ls_perfmap_destroy(struct ls_perfmap *map)
{
    ls_perfmap_rest(map);
    *map = (struct ls_perfmap){0};
}
