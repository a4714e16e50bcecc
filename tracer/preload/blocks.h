#ifndef LS_PRELOAD_BLOCKS_H
#define LS_PRELOAD_BLOCKS_H
/* SPDX-License-Identifier: MIT */
/*
 * blocks.h - a hook for a function that may block, in one row.
 *
 * Include it first: it turns off what headers would make of the names. Not
 * for functions that have to be tried first (locks.c), or that take a variable
 * number of arguments (write those out with LS_BLOCKS_AROUND).
 *
 *     LS_BLOCKS(READ, ls_subject_io(about, fd), ssize_t, read,
 *               (int fd, void *to, size_t n), (fd, to, n))
 *
 * Units: none.
 * Ownership: none.
 * Errors: result and errno are those of the real function.
 * Threads: any. A thread that is cancelled inside the real function unwinds
 *     through the hook, which holds nothing.
 */
#undef _FORTIFY_SOURCE
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS

#include "hooks.h"
#include "tracer/record/call.h"

/* In a hook. SUBJECT fills `about`; it is worked out only where somebody
 * watches. */
#define LS_BLOCKS_BEGIN(scope, call_, subject_)                                \
    do {                                                                       \
        if (ls_call_starts(&(scope), LS_CALL_##call_, LS_CALLER)) {            \
            struct ls_subject *about = &(scope).subject;                       \
            subject_;                                                          \
            ls_call_watch(&(scope));                                           \
        }                                                                      \
    } while (0)

/* In a hook: RESULT = EXPRESSION, watched as CALL. */
#define LS_BLOCKS_AROUND(call, subject, result, expression)                    \
    do {                                                                       \
        struct ls_call_scope scope_;                                           \
        LS_BLOCKS_BEGIN(scope_, call, subject);                                \
        result = (expression);                                                 \
        ls_call_end(&scope_);                                                  \
    } while (0)

/* The name in parentheses: some are macros too. The prototype: not all of
 * them stand in a header. */
#define LS_BLOCKS(call, subject, type, name, parameters, arguments)            \
    type(name) parameters;                                                     \
    LS_HOOK type(name) parameters                                              \
    {                                                                          \
        type result_;                                                          \
        LS_BLOCKS_AROUND(call, subject, result_, LS_REAL(name) arguments);     \
        return result_;                                                        \
    }

/* The same, but nothing to watch where EASY. */
#define LS_BLOCKS_UNLESS(easy, call, subject, type, name, parameters,          \
                         arguments)                                            \
    type(name) parameters;                                                     \
    LS_HOOK type(name) parameters                                              \
    {                                                                          \
        type result_;                                                          \
        if (!ls_call_is_watching() || (easy))                                  \
            return LS_REAL(name) arguments;                                    \
        LS_BLOCKS_AROUND(call, subject, result_, LS_REAL(name) arguments);     \
        return result_;                                                        \
    }

/* The same for a function that returns nothing. */
#define LS_BLOCKS_VOID(call, subject, name, parameters, arguments)             \
    void(name) parameters;                                                     \
    LS_HOOK void(name) parameters                                              \
    {                                                                          \
        struct ls_call_scope scope_;                                           \
        LS_BLOCKS_BEGIN(scope_, call, subject);                                \
        LS_REAL(name) arguments;                                               \
        ls_call_end(&scope_);                                                  \
    }

/* The same for one that returns a descriptor, which it is about as well. */
#define LS_BLOCKS_OPEN(call, path, result, expression)                         \
    do {                                                                       \
        struct ls_call_scope scope_;                                           \
        LS_BLOCKS_BEGIN(scope_, call, ls_subject_text(about, path));           \
        result = (expression);                                                 \
        scope_.subject.fd = result;                                            \
        ls_call_end(&scope_);                                                  \
    } while (0)

#endif
