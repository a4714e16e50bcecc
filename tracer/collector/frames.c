/* SPDX-License-Identifier: MIT */
/* DWARF's scopes for functions that were inlined, else the symbol table. */
#include "frames.h"

#include <dwarf.h>
#include <libiberty/demangle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perfmap.h"
#include "source.h"
#include "tracer/vocabulary.h"

struct place {
    const char *function, *file, *module;
    const char *folder; /* in which it was compiled; NULL: not known */
    int line;
    uint64_t offset; /* if it has one */
    bool has_offset;
    const unsigned char *build_id; /* NULL: none, or a function is known */
    int n_build_id;
    bool inlined;
};

static void add_key(struct ls_text *text, const char *key, bool *first)
{
    ls_text_add(text, *first ? "{\"" : ",\"");
    ls_text_add(text, key);
    ls_text_add(text, "\":");
    *first = false;
}

/* C has no such names. */
void ls_frames_add_function(struct ls_text *text, const char *name)
{
    bool mangled = strncmp(name, "_Z", 2) == 0 || strncmp(name, "_R", 2) == 0;
    char *plain = mangled ? cplus_demangle(name, DMGL_AUTO) : NULL;
    ls_text_add_string(text, plain ? plain : name);
    free(plain);
}

static void add_build_id(struct ls_text *text, const struct place *p)
{
    ls_text_add(text, "\"");
    for (int i = 0; i < p->n_build_id; i++) {
        char hex[3];
        snprintf(hex, sizeof hex, "%02x", p->build_id[i]);
        ls_text_add_bytes(text, hex, 2);
    }
    ls_text_add(text, "\"");
}

static void add_place(struct ls_text *text, const struct place *p)
{
    bool first = true;
    if (text->n > 0 && text->bytes[text->n - 1] != '[')
        ls_text_add(text, ",");
    if (p->function) {
        add_key(text, "function", &first);
        ls_frames_add_function(text, p->function);
    }
    if (p->file) {
        char path[LS_SOURCE_PATH];
        add_key(text, "file", &first);
        ls_text_add_string(text, ls_source_path(p->folder, p->file, path));
    }
    if (p->line > 0) {
        add_key(text, "line", &first);
        ls_text_add_int(text, p->line);
    }
    if (p->module) {
        add_key(text, "module", &first);
        ls_text_add_string(text, p->module);
    }
    if (p->has_offset) {
        add_key(text, "offset", &first);
        ls_text_add_hex(text, p->offset);
    }
    if (p->build_id && !p->function) {
        add_key(text, "build_id", &first);
        add_build_id(text, p);
    }
    if (p->inlined) {
        add_key(text, "inlined", &first);
        ls_text_add(text, "true");
    }
    ls_text_add(text, first ? "{}" : "}");
}

/* The name of a function's DIE, by way of its abstract origin. */
static const char *name_of(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    const char *name = NULL;
    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) ||
        dwarf_attr_integrate(die, DW_AT_name, &attribute))
        name = dwarf_formstring(&attribute);
    return name;
}

/* Where an inlined function was called: DW_AT_call_file and _line. */
static void call_site(Dwarf_Die *die, struct place *p)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    Dwarf_Die unit;
    Dwarf_Files *files;
    p->file = NULL;
    p->line = 0;
    if (dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attribute), &value) ==
        0)
        p->line = (int)value;
    if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attribute), &value) ==
            0 &&
        dwarf_diecu(die, &unit, NULL, NULL) &&
        dwarf_getsrcfiles(&unit, &files, NULL) == 0)
        p->file = dwarf_filesrc(files, value, NULL, NULL);
}

/* One line for each function that was inlined there, and one for the function
 * itself. False: no debug information. */
static bool add_scopes(Dwfl_Module *module, uint64_t pc, struct place *p,
                       struct ls_text *text)
{
    Dwarf_Addr bias;
    Dwarf_Die *unit = dwfl_module_addrdie(module, pc, &bias);
    Dwarf_Die *innermost = NULL, *scopes = NULL;
    if (!unit || dwarf_getscopes(unit, pc - bias, &innermost) <= 0)
        return false;
    int n = dwarf_getscopes_die(&innermost[0], &scopes);
    bool found = false;
    for (int i = 0; i < n && !found; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
            continue;
        p->function = name_of(&scopes[i]);
        p->inlined = tag == DW_TAG_inlined_subroutine;
        found = !p->inlined;
        add_place(text, p);
        if (p->inlined)
            call_site(&scopes[i], p);
    }
    free(scopes);
    free(innermost);
    return found;
}

void ls_frames_add(Dwfl_Module *module, uint64_t pc, struct ls_text *text)
{
    struct place p = {0};
    Dwarf_Addr start = 0, at;
    if (!module) {
        add_place(text, &p);
        return;
    }
    p.module =
        dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
    p.offset = pc - start;
    p.has_offset = p.module != NULL;
    Dwfl_Line *line = dwfl_module_getsrc(module, pc);
    if (line) {
        p.file = dwfl_lineinfo(line, NULL, &p.line, NULL, NULL, NULL);
        p.folder = dwfl_line_comp_dir(line);
    }
    size_t before = text->n;
    if (add_scopes(module, pc, &p, text))
        return;
    /* No function of the debug information is there, so the line is that of
     * its neighbour: eu-addr2line gives one for _start too. */
    text->n = before;
    p.inlined = false;
    p.file = NULL;
    p.line = 0;
    p.function = dwfl_module_addrname(module, pc);
    p.n_build_id = dwfl_module_build_id(module, &p.build_id, &at);
    if (p.n_build_id <= 0)
        p.build_id = NULL;
    add_place(text, &p);
}

void ls_frames_add_made(const char *name, struct ls_text *text)
{
    struct place p = {.module = LS_MODULE_MADE};
    struct ls_perfmap_place place;
    if (name) {
        ls_perfmap_explain(name, &place);
        p.function = place.function;
        p.file = place.file[0] ? place.file : NULL;
        p.line = place.line;
    }
    add_place(text, &p);
}
