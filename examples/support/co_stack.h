#ifndef EXAMPLES_CO_STACK_H
#define EXAMPLES_CO_STACK_H
/* SPDX-License-Identifier: MIT */
/*
 * co_stack.h - a stack for a task, with a guard page below it.
 *
 *     struct co_stack stack;
 *     if (co_stack_map(&stack) == 0)
 *         ... stack.base, stack.n_bytes ...
 *     co_stack_unmap(&stack);
 *
 * Units: bytes.
 * Ownership: the mapping is the caller's until co_stack_unmap().
 * Errors: co_stack_map returns 0 or -1 with errno.
 * Threads: any.
 */
#include <stddef.h>

struct co_stack {
    void *map; /* with the guard page */
    size_t n_map;
    void *base; /* the lowest usable byte */
    size_t n_bytes;
};

int co_stack_map(struct co_stack *stack);

void co_stack_unmap(struct co_stack *stack);

#endif
