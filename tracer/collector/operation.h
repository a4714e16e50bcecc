#ifndef LS_COLLECTOR_OPERATION_H
#define LS_COLLECTOR_OPERATION_H
/* SPDX-License-Identifier: MIT */
/*
 * operation.h - what a program has asked of libuv and what has not come yet.
 *
 *   handle -> chain <- operation (read)   what is asked about a handle belongs
 *                   <- operation (write)  to the handle's chain
 *   chain <- operation (fs_open)          everything else to that of the
 *                                         callback which asks, or a new one
 *
 * Operations by their id, handles by their address, chains by their task's id.
 * Not for what is written of them (asking.h, callback.h) and not for chains
 * themselves (chain.h).
 *
 *     handle = ls_operations_handle(operations, process, address, true);
 *     op = ls_operations_find(operations, process, id);
 *     ls_operations_end(operations, op);
 *     ls_operations_settle(operations, tasks, thread, chain, ns);
 *
 * Units: ns since the trace began.
 * Ownership: the table owns operations, handles and chains.
 * Errors: without memory, or beyond a million, they are left out.
 * Threads: one.
 */
#include "chain.h"
#include "map.h"
#include "thread.h"

/* Beyond so many at one time the program is broken. */
enum { LS_MOST_OPERATIONS = 1 << 20 };

struct ls_operation {
    struct ls_asked asked; /* first: what its chain awaits */
    uint32_t process;      /* slot */
    enum ls_operation_kind kind;
    enum ls_variant variant;
    bool again; /* asked again in its callback */
    uint64_t callback, handle;
    uint64_t named; /* the program's task that asked */
    uint64_t place; /* a stack's number */
    int64_t asked_ns;
    struct ls_chain *chain; /* or NULL */
};

struct ls_handle {
    uint64_t key; /* of its process and address */
    uint32_t process;
    uint64_t operation; /* that goes on, or 0 */
    struct ls_chain *chain;
};

struct ls_operations {
    struct ls_map by_id;          /* struct ls_operation */
    struct ls_map handles;        /* struct ls_handle, by key */
    struct ls_map chains;         /* struct ls_chain, by the task's id */
    uint64_t next_task, end_task; /* ids taken in advance */
};

/* NULL without memory. */
struct ls_operations *ls_operations_new(void);
void ls_operations_free(struct ls_operations *operations);

/* The operation ID of PROCESS, or NULL. */
struct ls_operation *ls_operations_find(const struct ls_operations *operations,
                                        uint32_t process, uint64_t id);

/* The handle at ADDRESS; if there is none, a new one if it is to be MADE, and
 * can be; else NULL. */
struct ls_handle *ls_operations_handle(struct ls_operations *operations,
                                       uint32_t process, uint64_t address,
                                       bool make);

/* It is no longer outstanding, and freed; its chain may be over. */
void ls_operations_end(struct ls_operations *operations,
                       struct ls_operation *op);

/* The handle is closed: so is what goes on about it; its chain may be over. */
void ls_operations_end_handle(struct ls_operations *operations,
                              uint32_t process, uint64_t address);

/* If CHAIN (or NULL) is over: write that, and free it. */
void ls_operations_settle(struct ls_operations *operations,
                          struct ls_tasks *tasks, struct ls_thread *thread,
                          struct ls_chain *chain, int64_t ns);

/* A process is gone: so is what it asked for. */
void ls_operations_forget_process(struct ls_operations *operations,
                                  uint32_t process);

#endif
