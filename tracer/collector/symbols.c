/* SPDX-License-Identifier: MIT */
/*
 * libdw does the work: dwfl for modules, its unwinder over a stack that is
 * only a copy, DWARF scopes for functions that were inlined.
 */
#include "symbols.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"

enum { MOST_FRAMES = 64 };

struct ls_symbols {
    int pid;
    Dwfl *dwfl;
    bool attached;
    const struct ls_stack_copy *stack; /* during ls_symbols_unwind */
    uint64_t pcs[MOST_FRAMES];
    size_t n_pcs;
    bool seen_call;
};

/* ---- modules ------------------------------------------------------------ */

/* Take the process's maps as they are now; keep the old ones if it is gone. */
static void look_at_maps(struct ls_symbols *s)
{
    size_t n;
    char *maps = ls_process_read(s->pid, "maps", &n);
    FILE *file = maps ? fmemopen(maps, n, "r") : NULL;
    if (file) {
        dwfl_report_begin_add(s->dwfl);
        dwfl_linux_proc_maps_report(s->dwfl, file);
        dwfl_report_end(s->dwfl, NULL, NULL);
        fclose(file);
    }
    free(maps);
}

struct ls_symbols *ls_symbols_new(int pid)
{
    static char *no_path = NULL;
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .debuginfo_path = &no_path,
    };
    struct ls_symbols *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->pid = pid;
    s->dwfl = dwfl_begin(&callbacks);
    if (!s->dwfl) {
        free(s);
        return NULL;
    }
    look_at_maps(s);
    return s;
}

void ls_symbols_free(struct ls_symbols *s)
{
    if (!s)
        return;
    dwfl_end(s->dwfl);
    free(s);
}

static Dwfl_Module *module_of(struct ls_symbols *s, uint64_t pc)
{
    Dwfl_Module *module = dwfl_addrmodule(s->dwfl, pc);
    if (module)
        return module;
    look_at_maps(s); /* loaded since the last look, perhaps */
    return dwfl_addrmodule(s->dwfl, pc);
}

/* ---- one frame to text -------------------------------------------------- */

struct place {
    const char *function, *file, *module;
    int line;
    uint64_t offset;
    bool inlined;
};

static void add_key(struct ls_text *text, const char *key, bool *first)
{
    ls_text_add(text, *first ? "{\"" : ",\"");
    ls_text_add(text, key);
    ls_text_add(text, "\":");
    *first = false;
}

static void add_place(struct ls_text *text, const struct place *p)
{
    bool first = true;
    if (text->n > 0 && text->bytes[text->n - 1] != '[')
        ls_text_add(text, ",");
    if (p->function) {
        add_key(text, "function", &first);
        ls_text_add_string(text, p->function);
    }
    if (p->file) {
        add_key(text, "file", &first);
        ls_text_add_string(text, p->file);
    }
    if (p->line > 0) {
        add_key(text, "line", &first);
        ls_text_add_int(text, p->line);
    }
    if (p->module) {
        add_key(text, "module", &first);
        ls_text_add_string(text, p->module);
        add_key(text, "offset", &first);
        ls_text_add_hex(text, p->offset);
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

/* Append the frames of one address. It is in the middle of an instruction or
 * at its begin: a return address minus one. */
static void add_frames(struct ls_symbols *s, uint64_t pc, struct ls_text *text)
{
    struct place p = {0};
    Dwarf_Addr start = 0;
    Dwfl_Module *module = module_of(s, pc);
    if (!module) {
        add_place(text, &p);
        return;
    }
    p.module =
        dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
    p.offset = pc - start;
    Dwfl_Line *line = dwfl_module_getsrc(module, pc);
    if (line)
        p.file = dwfl_lineinfo(line, NULL, &p.line, NULL, NULL, NULL);
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
    add_place(text, &p);
}

void ls_symbols_place(struct ls_symbols *s, uint64_t pc, struct ls_text *frames)
{
    ls_text_add(frames, "[");
    if (pc > 0)
        add_frames(s, pc - 1, frames);
    ls_text_add(frames, "]");
}

/* ---- unwinding ---------------------------------------------------------- */

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread_arg)
{
    struct ls_symbols *s = arg;
    if (*thread_arg)
        return 0;
    *thread_arg = arg;
    return s->pid;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *arg, void **thread_arg)
{
    *thread_arg = arg;
    return true;
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *result,
                        void *arg)
{
    const struct ls_stack_copy *stack = ((struct ls_symbols *)arg)->stack;
    uint64_t at = address - stack->registers.sp;
    if (stack->n_bytes < sizeof *result || at > stack->n_bytes - sizeof *result)
        return false;
    memcpy(result, stack->bytes + at, sizeof *result);
    return true;
}

/* The callee-saved registers by their DWARF numbers: System V ABI x86-64,
 * figure 3.36; DWARF for the Arm 64-bit Architecture, 4.1. */
#if defined(__aarch64__)
enum { SP_NUMBER = 31 };
#else
enum { SP_NUMBER = 7 };
#endif

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
    const struct ls_registers *r =
        &((struct ls_symbols *)arg)->stack->registers;
    if (((struct ls_symbols *)arg)->stack->kind == LS_STACK_PLACE) {
        dwfl_thread_state_register_pc(thread, r->pc);
        return dwfl_thread_state_registers(thread, SP_NUMBER, 1, &r->sp);
    }
#if defined(__x86_64__)
    Dwarf_Word all[17] = {
        [3] = r->rbx,  [6] = r->rbp,  [7] = r->sp,   [12] = r->r12,
        [13] = r->r13, [14] = r->r14, [15] = r->r15, [16] = r->pc};
    return dwfl_thread_state_registers(thread, 0, 17, all);
#elif defined(__aarch64__)
    Dwarf_Word all[32] = {0};
    for (int i = 0; i < 12; i++)
        all[19 + i] = r->x[i];
    all[31] = r->sp;
    dwfl_thread_state_register_pc(thread, r->pc);
    return dwfl_thread_state_registers(thread, 0, 32, all);
#else
    return false;
#endif
}

static int take_frame(Dwfl_Frame *frame, void *arg)
{
    struct ls_symbols *s = arg;
    Dwarf_Addr pc;
    bool activation;
    if (!dwfl_frame_pc(frame, &pc, &activation) || s->n_pcs == MOST_FRAMES)
        return DWARF_CB_ABORT;
    if (s->stack->kind == LS_STACK_CALL && pc == s->stack->call_pc &&
        !s->seen_call) {
        s->seen_call = true;
        s->n_pcs = 0; /* what lies above are our own hooks */
    }
    if (pc >= s->stack->hooks_begin && pc < s->stack->hooks_end)
        return DWARF_CB_OK;
    /* A thread in a system call is behind the instruction. */
    bool exact = activation && s->stack->kind == LS_STACK_REGISTERS;
    s->pcs[s->n_pcs++] = exact ? pc : pc - 1;
    return DWARF_CB_OK;
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_memory,
    .set_initial_registers = set_registers,
};

void ls_symbols_unwind(struct ls_symbols *s, const struct ls_stack_copy *stack,
                       struct ls_text *frames)
{
    s->stack = stack;
    s->n_pcs = 0;
    s->seen_call = false;
    module_of(s, stack->registers.pc);
    if (stack->kind == LS_STACK_CALL)
        module_of(s, stack->call_pc);
    if (!s->attached)
        s->attached =
            dwfl_attach_state(s->dwfl, NULL, s->pid, &thread_callbacks, s);
    if (s->attached)
        dwfl_getthread_frames(s->dwfl, s->pid, take_frame, s);
    if (stack->kind == LS_STACK_CALL ? !s->seen_call : s->n_pcs == 0) {
        /* at least the place is known */
        s->pcs[0] = (stack->call_pc ? stack->call_pc : stack->registers.pc) - 1;
        s->n_pcs = 1;
    }
    ls_text_add(frames, "[");
    for (size_t i = 0; i < s->n_pcs; i++)
        add_frames(s, s->pcs[i], frames);
    ls_text_add(frames, "]");
    s->stack = NULL;
}
