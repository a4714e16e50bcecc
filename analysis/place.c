/* SPDX-License-Identifier: MIT */
/*
 * Which frame of a stack is the place: the innermost one that the program's
 * author wrote. Not the C library's, libuv's or loopscope's own, wherever they
 * are linked, and not what called uv_run(): a callback whose last call the
 * compiler made a jump is missing from the stack.
 */
#include "judge.h"
#include "tracer/vocabulary.h"

#include <string.h>

static const char *const system_folders[] = {
    "/lib/",       "/lib64/",     "/lib32/",      "/usr/lib/",
    "/usr/lib64/", "/usr/lib32/", "/usr/libexec/"};

/* Functions and files of libraries that may be linked into the program. */
static const char *const library_functions[] = {"uv_", "uv__"};
static const char *const library_files[] = {"/tracer/preload/",
                                            "/tracer/record/"};
static const char *const library_modules[] = {
    "libuv.",     "libloopscope", "libc.so", "libc-",
    "libpthread", "ld-linux",     "[vdso]"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

const char *ls_place_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A template of the C++ library is compiled into the program that uses it:
 * "void std::sort<int*>(...)". */
static bool is_standard(const char *function)
{
    const char *std = strstr(function, "std::");
    return std && std < function + strcspn(function, "(<") &&
           (std == function || std[-1] == ' ');
}

static bool is_library(const struct ls_trace *t, const struct ls_frame *frame)
{
    const char *function = ls_trace_string(t, frame->function);
    const char *file = ls_trace_string(t, frame->file);
    const char *module = ls_place_base(ls_trace_string(t, frame->module));
    if (is_standard(function))
        return true;
    for (size_t i = 0; i < COUNT(library_functions); i++)
        if (begins(function, library_functions[i]))
            return true;
    for (size_t i = 0; i < COUNT(library_files); i++)
        if (strstr(file, library_files[i]))
            return true;
    for (size_t i = 0; i < COUNT(library_modules); i++)
        if (begins(module, library_modules[i]))
            return true;
    return false;
}

/* A program that the process runs, or ran before it executed another. */
static bool is_program(const struct ls_trace *t, uint32_t process,
                       ls_string module)
{
    if (process == LS_NONE || !module)
        return false;
    if (module == t->processes[process].exe)
        return true;
    for (uint32_t i = 0; i < t->n_images; i++)
        if (t->images[i].process == process && t->images[i].exe == module)
            return true;
    return false;
}

/* What a process made while it ran is what its interpreter was given, if it has
 * a name: but for what V8 makes for itself, and node's own. */
static bool is_own_made(const struct ls_trace *t, const struct ls_frame *frame)
{
    static const char *const engine[] = {
        "Builtin:", "BytecodeHandler:", "Handler:", "Stub:", "RegExp:"};
    const char *function = ls_trace_string(t, frame->function);
    if (frame->file)
        return !begins(ls_trace_string(t, frame->file), "node:");
    for (size_t i = 0; i < COUNT(engine); i++)
        if (begins(function, engine[i]))
            return false;
    return *function;
}

/* Neither the standard library, nor what was installed beside it. */
static bool is_own_python(const char *file)
{
    return *file && *file != '<' && !strstr(file, "/lib/python3");
}

bool ls_place_is_own(const struct ls_trace *t, uint32_t process,
                     const struct ls_frame *frame)
{
    if (is_library(t, frame))
        return false;
    if (is_program(t, process, frame->module))
        return true;
    if (strcmp(ls_trace_string(t, frame->module), LS_MODULE_MADE) == 0)
        return is_own_made(t, frame);
    if (strcmp(ls_trace_string(t, frame->module), LS_MODULE_PYTHON) == 0)
        return is_own_python(ls_trace_string(t, frame->file));
    const char *where =
        ls_trace_string(t, frame->module ? frame->module : frame->file);
    for (size_t i = 0; i < COUNT(system_folders); i++)
        if (begins(where, system_folders[i]))
            return false;
    return *where;
}

/* The frame of the outermost uv_run(): an inner one belongs to a loop that a
 * callback ran. One after the last, if there is none. */
static uint32_t end_of_callbacks(const struct ls_trace *t,
                                 const struct ls_stack *stack)
{
    uint32_t end = stack->first_frame + stack->n_frames;
    for (uint32_t i = end; i > stack->first_frame; i--)
        if (strcmp(ls_trace_string(t, t->frames[i - 1].function), "uv_run") ==
            0)
            return i - 1;
    return end;
}

uint32_t ls_place_of(const struct ls_trace *t, uint32_t process, uint32_t stack)
{
    uint32_t nameless = LS_NONE;
    if (stack >= t->n_stacks)
        return LS_NONE;
    const struct ls_stack *s = &t->stacks[stack];
    const uint32_t end = end_of_callbacks(t, s);
    for (uint32_t i = 0; i < s->n_frames; i++) {
        const struct ls_frame *frame = &t->frames[s->first_frame + i];
        if (s->first_frame + i == end)
            break; /* what runs the loop did not make the call */
        if (!ls_place_is_own(t, process, frame))
            continue;
        if (frame->file)
            return s->first_frame + i;
        if (nameless == LS_NONE && frame->function)
            nameless = s->first_frame + i;
    }
    return nameless; /* the program's, though without a line */
}

uint32_t ls_place_after(const struct ls_trace *t, uint32_t process,
                        const struct ls_stack *stack, uint32_t frame)
{
    const uint32_t end = end_of_callbacks(t, stack);
    while (++frame < end) {
        const struct ls_frame *f = &t->frames[frame];
        if (f->function && ls_place_is_own(t, process, f))
            return frame;
    }
    return LS_NONE;
}
