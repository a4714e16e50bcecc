/* SPDX-License-Identifier: MIT */
/*
 * libdw's unwinder over a stack that is only a copy.
 *
 * Of a thread in a system call only pc and sp are known. libc's own functions
 * need no more, but where a frame hangs on the frame pointer, which is then not
 * known, it is looked for: a word of the stack that points further up, below
 * something that is a return address, and from which the way leads to the end.
 *
 * Code that a program makes while it runs is in no file, so nothing says how
 * large its frames are. Where it keeps no frame pointer (LuaJIT's does not) its
 * caller is looked for in the same way: the first word of the stack that is a
 * return address into a file, and from which the way leads to the end.
 */
#include "symbols.h"

#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "modules.h"
#include "perfmap.h"

enum {
    MOST_FRAMES = 64,
    MOST_GUESSES = 8,
    MOST_CALLERS = 64,       /* of code that is in no file, to be tried */
    LEAST_CALLERS = 3,       /* to be believed if they do not lead to the end */
    GUESS_BYTES = 16 * 1024, /* how far up it is looked for */
    N_CACHED = 512
};

/* The frames of an address, as text: a stall has the same ones many times. */
struct cached {
    uint64_t pc; /* 0: empty */
    char *text;
};

struct ls_symbols {
    struct ls_modules modules;
    struct ls_perfmap names; /* of code in no file */
    bool names_read;         /* for the piece of work at hand */
    bool attached;
    const struct ls_stack_copy *stack; /* during ls_symbols_unwind */
    uint64_t guess;                    /* the frame pointer, or 0 */
    uint64_t caller_pc, caller_sp;     /* where to begin instead; or 0 */
    uint64_t pcs[MOST_FRAMES];
    size_t n_pcs;
    bool seen_call;
    struct cached cache[N_CACHED];
};

static void forget_cache(struct ls_symbols *s)
{
    for (size_t i = 0; i < N_CACHED; i++) {
        free(s->cache[i].text);
        s->cache[i] = (struct cached){0};
    }
}

struct ls_symbols *ls_symbols_new(int pid)
{
    struct ls_symbols *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    ls_modules_init(&s->modules, pid);
    ls_perfmap_init(&s->names, pid);
    return s;
}

void ls_symbols_look(struct ls_symbols *s)
{
    if (ls_modules_look(&s->modules))
        forget_cache(s);
}

void ls_symbols_rest(struct ls_symbols *s)
{
    forget_cache(s);
    ls_modules_rest(&s->modules);
    ls_perfmap_rest(&s->names);
    s->attached = false;
}

void ls_symbols_free(struct ls_symbols *s)
{
    if (!s)
        return;
    forget_cache(s);
    ls_modules_destroy(&s->modules);
    ls_perfmap_destroy(&s->names);
    free(s);
}

/* Before a piece of work: maps and names may be read anew once. */
static bool begin(struct ls_symbols *s)
{
    s->names_read = false;
    return ls_modules_begin(&s->modules);
}

static Dwfl_Module *module_at(struct ls_symbols *s, uint64_t pc)
{
    bool changed = false;
    Dwfl_Module *module = ls_modules_at(&s->modules, pc, &changed);
    if (changed)
        forget_cache(s);
    return module;
}

/* What the process says of code that it made; read before the cache is asked,
 * which has what was said before. */
static void read_names(struct ls_symbols *s)
{
    if (s->names_read)
        return;
    s->names_read = true;
    if (ls_perfmap_refresh(&s->names))
        forget_cache(s);
}

bool ls_symbols_lack_names(const struct ls_symbols *s)
{
    return s->names.is_cut;
}

static void make_frames(struct ls_symbols *s, Dwfl_Module *module, uint64_t pc,
                        struct ls_text *frames)
{
    /* Pages that are being written are not executable for that while. */
    const char *name = module ? NULL : ls_perfmap_find(&s->names, pc);
    if (name || (!module && ls_modules_is_made(&s->modules, pc)))
        ls_frames_add_made(name, frames);
    else
        ls_frames_add(module, ls_maps_origin(&s->modules.maps, pc), frames);
    ls_text_add_bytes(frames, "", 1);
}

static void add_frames(struct ls_symbols *s, uint64_t pc, struct ls_text *text)
{
    struct cached *cached = &s->cache[pc * UINT64_C(0x9e3779b97f4a7c15) >> 55];
    Dwfl_Module *module = module_at(s, pc);
    if (!module)
        read_names(s);
    if (text->n > 0 && text->bytes[text->n - 1] != '[')
        ls_text_add(text, ",");
    if (cached->pc == pc && cached->text) {
        ls_text_add(text, cached->text);
        return;
    }
    struct ls_text frames = {0};
    make_frames(s, module, pc, &frames);
    if (frames.failed) {
        ls_text_destroy(&frames);
        ls_text_add(text, "{}");
        return;
    }
    ls_text_add(text, frames.bytes);
    free(cached->text);
    *cached = (struct cached){pc, frames.bytes};
}

void ls_symbols_place(struct ls_symbols *s, uint64_t pc, struct ls_text *frames)
{
    ls_text_add(frames, "[");
    if (pc > 0 && begin(s))
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
    return s->modules.pid;
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

/* DWARF's numbers: System V ABI x86-64, figure 3.36; DWARF for the Arm 64-bit
 * Architecture, 4.1. */
#if defined(__aarch64__)
enum { FP_NUMBER = 29, SP_NUMBER = 31 };
#else
enum { FP_NUMBER = 6, SP_NUMBER = 7 };
#endif

/* Of a thread in a system call. */
static bool set_place(const struct ls_symbols *s, Dwfl_Thread *thread)
{
    Dwarf_Word sp = s->stack->registers.sp, guess = s->guess;
    dwfl_thread_state_register_pc(thread, s->stack->registers.pc);
    if (guess && !dwfl_thread_state_registers(thread, FP_NUMBER, 1, &guess))
        return false;
    return dwfl_thread_state_registers(thread, SP_NUMBER, 1, &sp);
}

/* The callee-saved registers. */
static bool set_registers(Dwfl_Thread *thread, void *arg)
{
    const struct ls_symbols *s = arg;
    const struct ls_registers *r = &s->stack->registers;
    if (s->caller_pc) {
        dwfl_thread_state_register_pc(thread, s->caller_pc);
        return dwfl_thread_state_registers(thread, SP_NUMBER, 1, &s->caller_sp);
    }
    if (s->stack->kind == LS_STACK_PLACE)
        return set_place(s, thread);
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
    bool exact =
        activation && (s->caller_pc || s->stack->kind == LS_STACK_REGISTERS);
    s->pcs[s->n_pcs++] = exact ? pc : pc - 1;
    return DWARF_CB_OK;
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_memory,
    .set_initial_registers = set_registers,
};

/* Whether the thread began here: call frame information of such functions says
 * that nobody called them. libdw itself says the same where it is lost. */
static bool is_first_function(struct ls_symbols *s, uint64_t pc)
{
    Dwarf_Addr bias;
    Dwarf_Frame *frame = NULL;
    Dwarf_Op memory[3], *ops = NULL;
    size_t n_ops = 0;
    pc = ls_maps_origin(&s->modules.maps, pc);
    Dwfl_Module *module = ls_modules_find(&s->modules, pc);
    Dwarf_CFI *cfi = module ? dwfl_module_eh_cfi(module, &bias) : NULL;
    if (!cfi || dwarf_cfi_addrframe(cfi, pc - bias, &frame) != 0)
        return false;
    int address = dwarf_frame_info(frame, NULL, NULL, NULL);
    bool is = address >= 0 &&
              dwarf_frame_register(frame, address, memory, &ops, &n_ops) == 0 &&
              n_ops == 0 && ops == memory; /* "undefined", says libdw.h */
    free(frame);
    return is;
}

/* True: up to the thread's begin, or as far as anybody wants to know. */
static bool unwind(struct ls_symbols *s)
{
    s->n_pcs = 0;
    s->seen_call = false;
    dwfl_getthread_frames(s->modules.dwfl, s->modules.pid, take_frame, s);
    return s->n_pcs == MOST_FRAMES ||
           (s->n_pcs > 0 && is_first_function(s, s->pcs[s->n_pcs - 1]));
}

/* ---- the frame pointer -------------------------------------------------- */

static uint64_t word_at(const struct ls_stack_copy *stack, size_t at)
{
    uint64_t word;
    memcpy(&word, stack->bytes + at, sizeof word);
    return word;
}

/* Whether a frame pointer could point here: to the caller's own, further up,
 * and a return address. */
static bool is_frame(struct ls_symbols *s, size_t at)
{
    const struct ls_stack_copy *stack = s->stack;
    uint64_t here = stack->registers.sp + at;
    uint64_t up = word_at(stack, at);
    return up % 8 == 0 && up > here &&
           up - stack->registers.sp < stack->n_bytes &&
           ls_modules_find(&s->modules,
                           word_at(stack, at + sizeof(uint64_t)) - 1);
}

/* Keep what leads furthest. */
static void guess_frame_pointer(struct ls_symbols *s)
{
    uint64_t best_pcs[MOST_FRAMES];
    size_t n_best = s->n_pcs;
    size_t n_most =
        s->stack->n_bytes < GUESS_BYTES ? s->stack->n_bytes : GUESS_BYTES;
    int n_tried = 0;
    bool whole = false;
    memcpy(best_pcs, s->pcs, n_best * sizeof *best_pcs);
    for (size_t at = 0; !whole && at + 16 <= n_most; at += 8) {
        if (!is_frame(s, at))
            continue;
        s->guess = s->stack->registers.sp + at;
        whole = unwind(s);
        if (whole || s->n_pcs > n_best) {
            n_best = s->n_pcs;
            memcpy(best_pcs, s->pcs, n_best * sizeof *best_pcs);
        }
        if (++n_tried == MOST_GUESSES)
            break;
    }
    s->guess = 0;
    s->n_pcs = n_best;
    memcpy(s->pcs, best_pcs, n_best * sizeof *best_pcs);
}

/* ---- code that is in no file ------------------------------------------- */

/* How many frames there are up to the first in no file; all of them, and one
 * more, if there is none. */
static size_t frames_to_unknown(struct ls_symbols *s)
{
    size_t n = 0;
    while (n < s->n_pcs && ls_modules_find(&s->modules, s->pcs[n]))
        n++;
    return n + 1;
}

/* Go on behind it: to the thread's begin, which makes it true, or else with
 * what leads furthest. */
static bool guess_caller(struct ls_symbols *s)
{
    const struct ls_stack_copy *stack = s->stack;
    uint64_t pcs[MOST_FRAMES]; /* those up to there, and the best after them */
    size_t n_inner = frames_to_unknown(s), n_outer = 0;
    size_t n_most = stack->n_bytes < GUESS_BYTES ? stack->n_bytes : GUESS_BYTES;
    int n_tried = 0;
    bool whole = false;
    if (n_inner > s->n_pcs)
        return false;
    memcpy(pcs, s->pcs, n_inner * sizeof *pcs);
    for (size_t at = 0; !whole && at + 8 <= n_most && n_tried < MOST_CALLERS;
         at += 8) {
        s->caller_pc = word_at(stack, at) - 1;
        s->caller_sp = stack->registers.sp + at + 8;
        if (!ls_modules_find(&s->modules, s->caller_pc))
            continue;
        n_tried++;
        whole = unwind(s);
        if (!whole && (s->n_pcs <= n_outer || s->n_pcs < LEAST_CALLERS))
            continue;
        n_outer = s->n_pcs;
        if (n_outer > MOST_FRAMES - n_inner)
            n_outer = MOST_FRAMES - n_inner;
        memcpy(pcs + n_inner, s->pcs, n_outer * sizeof *pcs);
    }
    s->caller_pc = 0;
    s->n_pcs = n_inner + n_outer;
    memcpy(s->pcs, pcs, s->n_pcs * sizeof *pcs);
    return whole;
}

/* It stops at a library that was loaded since the last look at the maps, and
 * that the innermost frames did not show: once more, then. */
static bool unwind_through_new(struct ls_symbols *s)
{
    bool whole = unwind(s), changed = false;
    if (whole || s->n_pcs == 0)
        return whole;
    ls_modules_at(&s->modules, s->pcs[s->n_pcs - 1], &changed);
    if (!changed)
        return false;
    forget_cache(s);
    return unwind(s);
}

static void find_pcs(struct ls_symbols *s, const struct ls_stack_copy *stack)
{
    bool is_call = stack->kind == LS_STACK_CALL;
    module_at(s, stack->registers.pc);
    if (is_call)
        module_at(s, stack->call_pc);
    if (!s->attached)
        s->attached = dwfl_attach_state(s->modules.dwfl, NULL, s->modules.pid,
                                        &thread_callbacks, s);
    s->n_pcs = 0;
    s->seen_call = false;
    bool whole = s->attached && unwind_through_new(s);
    if (s->attached && !whole && !is_call)
        whole = guess_caller(s);
    if (s->attached && !whole && stack->kind == LS_STACK_PLACE)
        guess_frame_pointer(s);
    if (is_call ? s->seen_call : s->n_pcs > 0)
        return;
    s->pcs[0] = (is_call ? stack->call_pc : stack->registers.pc) - 1;
    s->n_pcs = 1; /* at least the place is known */
}

/* The next line of Python's frames, if it has one more. */
static void add_python(const char **python, struct ls_text *text)
{
    size_t n = *python ? strcspn(*python, "\n") : 0;
    if (n == 0)
        return;
    if (text->n > 0 && text->bytes[text->n - 1] != '[')
        ls_text_add(text, ",");
    ls_text_add_bytes(text, *python, n);
    *python += n + ((*python)[n] != '\0');
}

/* Each call of the function that evaluates runs a line of them: they stand
 * inside it. Those of a stack that was cut come last. */
static void add_all_frames(struct ls_symbols *s, const char *python,
                           struct ls_text *text)
{
    static const char evaluates[] = "\"function\":\"_PyEval_EvalFrameDefault\"";
    for (size_t i = 0; i < s->n_pcs; i++) {
        struct ls_text frame = {0};
        ls_text_add(&frame, "[");
        add_frames(s, s->pcs[i], &frame);
        ls_text_add_bytes(&frame, "", 1);
        if (!frame.failed && strstr(frame.bytes, evaluates))
            add_python(&python, text);
        if (text->n > 0 && text->bytes[text->n - 1] != '[')
            ls_text_add(text, ",");
        ls_text_add(text, frame.failed ? "{}" : frame.bytes + 1);
        ls_text_destroy(&frame);
    }
    while (python && *python)
        add_python(&python, text);
}

void ls_symbols_unwind(struct ls_symbols *s, const struct ls_stack_copy *stack,
                       struct ls_text *frames)
{
    ls_text_add(frames, "[");
    if (begin(s)) {
        s->stack = stack;
        find_pcs(s, stack);
        add_all_frames(s, stack->python, frames);
        s->stack = NULL;
    }
    ls_text_add(frames, "]");
}
