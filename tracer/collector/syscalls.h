#ifndef LS_COLLECTOR_SYSCALLS_H
#define LS_COLLECTOR_SYSCALLS_H
/* SPDX-License-Identifier: MIT */
/*
 * syscalls.h - system calls by their numbers on this machine.
 *
 * Units, Ownership: none.
 * Errors: NULL where there is no such call.
 * Threads: any.
 */
#include <stdbool.h>
#include <stdint.h>

/* "clock_nanosleep"; NULL: none that was known when this was built. */
const char *ls_syscall_name(int64_t number);

/* Whether its first argument is a descriptor that it waits for. */
bool ls_syscall_has_fd(int64_t number);

/* Whether its first argument is a process that it waits for. */
bool ls_syscall_has_pid(int64_t number);

#endif
