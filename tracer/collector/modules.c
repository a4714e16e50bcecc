/* SPDX-License-Identifier: MIT */
#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#define VDSO "[vdso]"
#define DELETED " (deleted)"

/* ---- files -------------------------------------------------------------- */

/* Only a plain file: others might be waited for. */
static int open_plain(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* The first mapping of NAME, as it was mapped: by the kernel's own link, which
 * only a privileged user may follow. */
static int open_mapping(const struct ls_modules *m, const char *name)
{
    char range[64], path[128];
    const char *at = m->maps.text ? strstr(m->maps.text, name) : NULL;
    while (at && at > m->maps.text && at[-1] != '\n')
        at--;
    if (!at || sscanf(at, "%63[0-9a-f-]", range) != 1)
        return -1;
    snprintf(path, sizeof path, "/proc/%d/map_files/%s", m->pid, range);
    return open_plain(path);
}

static bool is_deleted(const char *name)
{
    size_t n = strlen(name), n_end = strlen(DELETED);
    return n > n_end && strcmp(name + n - n_end, DELETED) == 0;
}

static int open_file(const struct ls_modules *m, const char *name)
{
    char path[4200];
    struct stat st;
    if (is_deleted(name)) {
        int fd = open_mapping(m, name);
        snprintf(path, sizeof path, "/proc/%d/exe", m->pid);
        char exe[4096];
        ssize_t n = readlink(path, exe, sizeof exe - 1);
        exe[n > 0 ? n : 0] = '\0';
        return fd < 0 && strcmp(exe, name) == 0 ? open_plain(path) : fd;
    }
    snprintf(path, sizeof path, "/proc/%d/root%s", m->pid, name);
    if (m->foreign_root || stat(name, &st) < 0)
        return open_plain(path);
    return open_plain(name);
}

/* All processes of a machine have the same one. */
static Elf *open_vdso(size_t n)
{
    static char *copy;
    const void *own = (const void *)getauxval(AT_SYSINFO_EHDR);
    if (!copy && own && n > 0 && n <= 64 * 1024 && (copy = malloc(n)))
        memcpy(copy, own, n);
    return copy ? elf_memory(copy, n) : NULL;
}

static int find_elf(Dwfl_Module *module, void **data, const char *name,
                    Dwarf_Addr base, char **file_name, Elf **elf)
{
    const struct ls_modules *m = *data;
    Dwarf_Addr begin, end;
    if (strcmp(name, VDSO) == 0) {
        dwfl_module_info(module, NULL, &begin, &end, NULL, NULL, NULL, NULL);
        *elf = open_vdso(end - begin);
        return -1;
    }
    if (name[0] != '/' || !m)
        return -1;
    int fd = open_file(m, name);
    if (fd >= 0)
        *file_name = strdup(name);
    return fd;
}

/* ---- maps --------------------------------------------------------------- */

static int claim_module(Dwfl_Module *module, void **data, const char *name,
                        Dwarf_Addr start, void *arg)
{
    *data = arg;
    return DWARF_CB_OK;
}

/* libdw takes it for the file of that name. */
static void report_vdso(struct ls_modules *m)
{
    unsigned long begin, end;
    const char *at = strstr(m->maps.text, VDSO);
    while (at && at > m->maps.text && at[-1] != '\n')
        at--;
    if (at && sscanf(at, "%lx-%lx", &begin, &end) == 2 && begin < end &&
        !dwfl_addrmodule(m->dwfl, begin))
        dwfl_report_module(m->dwfl, VDSO, begin, end);
}

static void report(struct ls_modules *m)
{
    const char *text = m->maps.text;
    FILE *file = text ? fmemopen((char *)text, strlen(text), "r") : NULL;
    if (!file)
        return;
    dwfl_report_begin_add(m->dwfl);
    dwfl_linux_proc_maps_report(m->dwfl, file);
    dwfl_report_end(m->dwfl, NULL, NULL);
    dwfl_report_begin_add(m->dwfl);
    report_vdso(m);
    dwfl_report_end(m->dwfl, NULL, NULL);
    fclose(file);
    dwfl_getmodules(m->dwfl, claim_module, m, 0);
}

/* Keep the old ones if the process is gone. True: they are others. */
static bool look(struct ls_modules *m)
{
    bool changed;
    char path[32];
    struct stat own, its;
    if (!ls_maps_read(&m->maps, m->pid, &changed))
        return false;
    snprintf(path, sizeof path, "/proc/%d/root/", m->pid);
    m->foreign_root = stat("/", &own) == 0 && stat(path, &its) == 0 &&
                      (own.st_dev != its.st_dev || own.st_ino != its.st_ino);
    return changed;
}

void ls_modules_init(struct ls_modules *m, int pid)
{
    *m = (struct ls_modules){.pid = pid};
    look(m);
}

bool ls_modules_look(struct ls_modules *m)
{
    bool changed = look(m);
    if (changed && m->dwfl)
        report(m);
    return changed;
}

bool ls_modules_begin(struct ls_modules *m)
{
    static char *no_path = NULL;
    static const Dwfl_Callbacks callbacks = {
        .find_elf = find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .debuginfo_path = &no_path,
    };
    m->looked = false;
    if (m->dwfl)
        return true;
    m->dwfl = dwfl_begin(&callbacks);
    if (m->dwfl)
        report(m);
    return m->dwfl != NULL;
}

static bool is_vdso(const struct ls_mapping *mapping)
{
    size_t n = strlen(VDSO);
    return mapping->n_path == n && memcmp(mapping->path, VDSO, n) == 0;
}

/* A module of libdw's takes the gaps between a file's mappings too, and what
 * was made at run time in them. */
Dwfl_Module *ls_modules_find(const struct ls_modules *m, uint64_t address)
{
    Dwarf_Addr begin, end;
    const struct ls_mapping *mapping = ls_maps_at(&m->maps, address);
    if (!mapping || !(ls_mapping_is_file(mapping) || is_vdso(mapping)))
        return NULL;
    address = ls_maps_origin(&m->maps, address);
    Dwfl_Module *module = dwfl_addrmodule(m->dwfl, address);
    if (!module)
        return NULL;
    dwfl_module_info(module, NULL, &begin, &end, NULL, NULL, NULL, NULL);
    return address >= begin && address < end ? module : NULL;
}

Dwfl_Module *ls_modules_at(struct ls_modules *m, uint64_t address,
                           bool *changed)
{
    Dwfl_Module *module = ls_modules_find(m, address);
    if (module || m->looked)
        return module;
    m->looked = true; /* it was loaded since, perhaps */
    if (!look(m))
        return NULL;
    report(m);
    if (changed)
        *changed = true;
    return ls_modules_find(m, address);
}

bool ls_modules_is_made(const struct ls_modules *m, uint64_t address)
{
    const struct ls_mapping *mapping = ls_maps_at(&m->maps, address);
    return mapping && mapping->executable && !ls_mapping_is_file(mapping) &&
           !is_vdso(mapping);
}

void ls_modules_rest(struct ls_modules *m)
{
    if (m->dwfl)
        dwfl_end(m->dwfl);
    m->dwfl = NULL;
}

void ls_modules_destroy(struct ls_modules *m)
{
    ls_modules_rest(m);
    ls_maps_destroy(&m->maps);
}
