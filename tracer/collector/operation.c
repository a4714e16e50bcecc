/* SPDX-License-Identifier: MIT */
#include "operation.h"

#include <stdlib.h>

#include "chain.h"

struct ls_operations *ls_operations_new(void)
{
    return calloc(1, sizeof(struct ls_operations));
}

struct sweep {
    uint32_t process;
    bool all;
};

static bool takes_operation(uint64_t key, void *value, void *arg)
{
    const struct sweep *sweep = arg;
    struct ls_operation *op = value;
    bool taken = sweep->all || op->process == sweep->process;
    if (taken)
        free(op);
    return taken;
}

static bool takes_handle(uint64_t key, void *value, void *arg)
{
    const struct sweep *sweep = arg;
    struct ls_handle *handle = value;
    bool taken = sweep->all || handle->process == sweep->process;
    if (taken)
        free(handle);
    return taken;
}

static bool takes_chain(uint64_t key, void *value, void *arg)
{
    const struct sweep *sweep = arg;
    struct ls_chain *chain = value;
    bool taken = sweep->all || chain->process == sweep->process;
    if (taken)
        free(chain);
    return taken;
}

static void sweep(struct ls_operations *o, struct sweep what)
{
    ls_map_sweep(&o->by_id, takes_operation, &what);
    ls_map_sweep(&o->handles, takes_handle, &what);
    ls_map_sweep(&o->chains, takes_chain, &what);
}

void ls_operations_free(struct ls_operations *o)
{
    if (!o)
        return;
    sweep(o, (struct sweep){.all = true});
    ls_map_destroy(&o->by_id);
    ls_map_destroy(&o->handles);
    ls_map_destroy(&o->chains);
    free(o);
}

void ls_operations_forget_process(struct ls_operations *o, uint32_t process)
{
    sweep(o, (struct sweep){.process = process});
}

/* Addresses have 48 bits or less where programs are. */
static uint64_t key_of(uint32_t process, uint64_t address)
{
    return (address & UINT64_C(0xffffffffffff)) | (uint64_t)process << 48;
}

struct ls_operation *ls_operations_find(const struct ls_operations *o,
                                        uint32_t process, uint64_t id)
{
    struct ls_operation *op = ls_map_get(&o->by_id, id);
    return op && op->process == process ? op : NULL;
}

struct ls_handle *ls_operations_handle(struct ls_operations *o,
                                       uint32_t process, uint64_t address,
                                       bool make)
{
    uint64_t key = key_of(process, address);
    struct ls_handle *handle = ls_map_get(&o->handles, key);
    if (handle || !make || address == 0 || o->handles.n >= LS_MOST_OPERATIONS)
        return handle;
    handle = calloc(1, sizeof *handle);
    if (!handle)
        return NULL;
    handle->key = key;
    handle->process = process;
    if (ls_map_put(&o->handles, key, handle))
        return handle;
    free(handle);
    return NULL;
}

void ls_operations_settle(struct ls_operations *o, struct ls_tasks *tasks,
                          struct ls_thread *t, struct ls_chain *chain,
                          int64_t ns)
{
    if (!chain || !ls_chain_is_over(chain))
        return;
    struct ls_handle *handle = ls_map_get(&o->handles, chain->handle);
    if (handle && handle->chain == chain)
        handle->chain = NULL;
    ls_chain_finish(chain, tasks, t, ns);
    ls_map_remove(&o->chains, chain->id);
    free(chain);
}

void ls_operations_end(struct ls_operations *o, struct ls_operation *op)
{
    struct ls_handle *handle =
        ls_operations_handle(o, op->process, op->handle, false);
    if (handle && handle->operation == op->asked.operation)
        handle->operation = 0;
    if (op->chain)
        ls_chain_remove(op->chain, &op->asked);
    ls_map_remove(&o->by_id, op->asked.operation);
    free(op);
}

void ls_operations_end_handle(struct ls_operations *o, uint32_t process,
                              uint64_t address)
{
    struct ls_handle *handle = ls_operations_handle(o, process, address, false);
    if (!handle)
        return;
    struct ls_operation *op = ls_map_get(&o->by_id, handle->operation);
    if (op)
        ls_operations_end(o, op);
    if (handle->chain)
        handle->chain->has_handle = false;
    ls_map_remove(&o->handles, handle->key);
    free(handle);
}
