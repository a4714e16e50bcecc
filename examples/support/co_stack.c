/* SPDX-License-Identifier: MIT */
#include "co_stack.h"

#include <sys/mman.h>
#include <unistd.h>

/* Enough for printf and getaddrinfo; only pages that are touched cost. */
#define STACK_BYTES ((size_t)256 * 1024)

int co_stack_map(struct co_stack *stack)
{
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    size_t n_map = STACK_BYTES + guard;
    char *map =
        mmap(NULL, n_map, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED)
        return -1;
    /* Stacks grow down: one that is too deep dies here, not in a neighbour. */
    if (mprotect(map, guard, PROT_NONE) != 0) {
        munmap(map, n_map);
        return -1;
    }
    *stack = (struct co_stack){.map = map,
                               .n_map = n_map,
                               .base = map + guard,
                               .n_bytes = STACK_BYTES};
    return 0;
}

void co_stack_unmap(struct co_stack *stack)
{
    if (stack->map)
        munmap(stack->map, stack->n_map);
    *stack = (struct co_stack){0};
}
