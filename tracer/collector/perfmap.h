#ifndef LS_COLLECTOR_PERFMAP_H
#define LS_COLLECTOR_PERFMAP_H
/* SPDX-License-Identifier: MIT */
/*
 * perfmap.h - names of code that a process makes while it runs, as it says
 * itself: /tmp/perf-PID.map.
 *
 * What V8 (node --perf-basic-prof), agents of OpenJDK, LuaJIT, CPython (-X
 * perf) and others write for perf: lines "begin size name", numbers in hex. A
 * line that comes later wins, because code moves. It is the program's text: it
 * is believed for names, and for nothing else.
 *
 *     ls_perfmap_init(&map, pid);
 *     if (ls_perfmap_refresh(&map))
 *         ... names may be others now
 *     const char *name = ls_perfmap_find(&map, pc, &n);
 *     ls_perfmap_destroy(&map);
 *
 * Units: addresses of the process.
 * Ownership: names are the map's, until the next refresh.
 * Errors: a file that is not there, is not a plain file of the process's user,
 *     or is older than the process (of another with its number) has no names;
 * lines that make no sense are skipped; what is beyond the largest size is not
 * read, and IS_CUT says so. Threads: one at a time; slow (file input).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of a file, and of its lines; and of a name. */
#define LS_PERFMAP_BYTES (UINT64_C(64) << 20)
enum { LS_PERFMAP_LINES = 1 << 19, LS_PERFMAP_NAME = 240 };

struct ls_perfmap {
    int pid;
    int inner_pid;    /* in the process's own namespace; it names the file */
    uid_t uids[2];    /* whose the process was at first, and is */
    bool known;       /* the process was looked at while it lived */
    int64_t born_s;   /* when it began, as files have it; 0: not known */
    bool own_root;    /* it has our root folder */
    dev_t tmp_dev;    /* its /tmp: */
    ino_t tmp_ino;    /* 0 if it could not be seen */
    dev_t dev;        /* the file that was read, */
    ino_t ino;        /* 0: none, */
    uint64_t n_read;  /* and how far */
    bool is_cut;      /* there was more than is read */
    uint64_t *begins; /* of each line that made sense, in their order */
    uint32_t *sizes;
    uint32_t *names; /* where in TEXT */
    size_t n, capacity;
    char *text; /* names, each with a NUL */
    size_t n_text, text_capacity;
};

/* The process lives; its file need not be there yet. */
void ls_perfmap_init(struct ls_perfmap *map, int pid);

/* Read what has come since. True: there is more than before. */
bool ls_perfmap_refresh(struct ls_perfmap *map);

/* The same, of the lines in BYTES: how many of them were used, which is up to
 * the last whole line. */
size_t ls_perfmap_parse(struct ls_perfmap *map, const char *bytes, size_t n);

/* The name of the code at PC, or NULL. */
const char *ls_perfmap_find(const struct ls_perfmap *map, uint64_t pc);

/* What V8 says of a function ("JS:*render /srv/page.js:12:5"), and CPython
 * ("py::render:/srv/page.py"); what others say is the function's name. */
struct ls_perfmap_place {
    char function[LS_PERFMAP_NAME + 1];
    char file[LS_PERFMAP_NAME + 1]; /* "": it does not say */
    int line;                       /* where the function begins; or 0 */
};

void ls_perfmap_explain(const char *name, struct ls_perfmap_place *place);

/* Forget what was read: it is read again at the next refresh. */
void ls_perfmap_rest(struct ls_perfmap *map);

void ls_perfmap_destroy(struct ls_perfmap *map);

#endif
