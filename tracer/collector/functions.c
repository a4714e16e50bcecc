/* SPDX-License-Identifier: MIT */
#include "functions.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "map.h"
#include "process.h"
#include "text.h"

/* More than any program has callbacks; beyond it only broken ones get. */
enum { MOST_NAMES = 1 << 16 };

/* At the maps of one image, for functions that were not there before. */
enum { MOST_LOOKS = 64 };

struct image {
    uint32_t generation; /* 0: none */
    int pid;
    Dwfl *dwfl;
    int n_looks;
    struct ls_map names; /* by address: struct ls_json, its own */
};

struct ls_functions {
    struct image images[LS_N_PROCESSES];
};

struct ls_functions *ls_functions_new(void)
{
    return calloc(1, sizeof(struct ls_functions));
}

/* Files of debug information are for symbols.c: they take long to find. */
static int find_no_debuginfo(Dwfl_Module *module, void **userdata,
                             const char *name, Dwarf_Addr base,
                             const char *file, const char *link,
                             GElf_Word checksum, char **found)
{
    return -1;
}

static void look_at_maps(struct image *image)
{
    size_t n;
    char *maps = ls_process_read(image->pid, "maps", &n);
    FILE *file = maps ? fmemopen(maps, n, "r") : NULL;
    if (file) {
        dwfl_report_begin_add(image->dwfl);
        dwfl_linux_proc_maps_report(image->dwfl, file);
        dwfl_report_end(image->dwfl, NULL, NULL);
        fclose(file);
    }
    free(maps);
}

static bool forget_name(uint64_t key, void *value, void *arg)
{
    struct ls_json *name = value;
    free((char *)name->text);
    free(name);
    return true;
}

static void forget_image(struct image *image)
{
    if (image->dwfl)
        dwfl_end(image->dwfl);
    ls_map_sweep(&image->names, forget_name, NULL);
    *image = (struct image){0};
}

void ls_functions_free(struct ls_functions *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < LS_N_PROCESSES; i++)
        forget_image(&f->images[i]);
    free(f);
}

void ls_functions_look(struct ls_functions *f, uint32_t slot,
                       uint32_t generation, int pid)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = find_no_debuginfo,
    };
    struct image *image = &f->images[slot];
    if (image->generation == generation)
        return;
    forget_image(image);
    image->generation = generation;
    image->pid = pid;
    image->dwfl = dwfl_begin(&callbacks);
    if (image->dwfl)
        look_at_maps(image);
}

static void find_name(struct image *image, uint64_t address,
                      struct ls_text *text)
{
    char place[512];
    Dwarf_Addr start = 0;
    Dwfl_Module *module = dwfl_addrmodule(image->dwfl, address);
    if (!module && image->n_looks < MOST_LOOKS) {
        image->n_looks++; /* it was loaded since the last one, perhaps */
        look_at_maps(image);
        module = dwfl_addrmodule(image->dwfl, address);
    }
    const char *name = module ? dwfl_module_addrname(module, address) : NULL;
    if (!name && module) {
        const char *path = dwfl_module_info(module, NULL, &start, NULL, NULL,
                                            NULL, NULL, NULL);
        const char *last = path ? strrchr(path, '/') : NULL;
        snprintf(place, sizeof place, "%.400s+0x%llx",
                 last   ? last + 1
                 : path ? path
                        : "?",
                 (unsigned long long)(address - start));
        name = place;
    } else if (!name) {
        snprintf(place, sizeof place, "0x%llx", (unsigned long long)address);
        name = place;
    }
    ls_frames_add_function(text, name);
}

struct ls_json ls_functions_name(struct ls_functions *f, uint32_t slot,
                                 uint64_t address)
{
    struct image *image = &f->images[slot];
    struct ls_json *name = ls_map_get(&image->names, address);
    if (name)
        return *name;
    if (!image->dwfl || image->names.n >= MOST_NAMES || !address)
        return LS_JSON("\"callback\"");
    struct ls_text text = {0};
    find_name(image, address, &text);
    name = malloc(sizeof *name);
    if (!name || text.failed)
        goto failed;
    *name = (struct ls_json){text.bytes, text.n};
    if (ls_map_put(&image->names, address, name))
        return *name;
failed:
    free(name);
    ls_text_destroy(&text);
    return LS_JSON("\"callback\"");
}
