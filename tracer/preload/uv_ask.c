/* SPDX-License-Identifier: MIT */
#include "uv_ask.h"

#include <link.h>

/* ---- which libuv -------------------------------------------------------- */

struct ls_uv_code ls_uv_code;

/* Whether it was looked for; protects the rest of it. */
static _Atomic bool known;

static int find_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    uintptr_t address = *(const uintptr_t *)arg;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t begin = info->dlpi_addr + p->p_vaddr;
        if (p->p_type != PT_LOAD || address < begin ||
            address - begin >= p->p_memsz)
            continue;
        ls_uv_code.begin = begin;
        atomic_store_explicit(&ls_uv_code.size, p->p_memsz,
                              memory_order_release);
        return 1;
    }
    return 0;
}

static void find_libuv(void)
{
    unsigned (*version)(void) =
        (unsigned (*)(void))ls_hooks_libuv("uv_version");
    uintptr_t address = (uintptr_t)version;
    if (version && version() >> 16 == 1)
        dl_iterate_phdr(find_code, &address);
    atomic_store_explicit(&known, true, memory_order_release);
}

bool ls_uv_is_watched_yet(const void *caller)
{
    if (atomic_load_explicit(&known, memory_order_acquire))
        return false;
    find_libuv();
    return ls_uv_code.size && ls_uv_is_watched(caller);
}

static bool is_ours(const void *callback)
{
    uintptr_t begin = (uintptr_t)__start_loopscope_hooks;
    return (uintptr_t)callback - begin <
           (uintptr_t)__stop_loopscope_hooks - begin;
}

bool ls_uv_is_active(const uv_handle_t *handle)
{
    static _Atomic(void *) real;
    void *found = atomic_load_explicit(&real, memory_order_relaxed);
    if (!found) {
        found = ls_hooks_libuv("uv_is_active");
        atomic_store_explicit(&real, found, memory_order_relaxed);
    }
    return found && ((int (*)(const uv_handle_t *))found)(handle);
}

int ls_uv_fd(const uv_handle_t *handle)
{
    static _Atomic(void *) real;
    uv_os_fd_t fd;
    void *found = atomic_load_explicit(&real, memory_order_relaxed);
    if (!found) {
        found = ls_hooks_libuv("uv_fileno");
        atomic_store_explicit(&real, found, memory_order_relaxed);
    }
    if (!found ||
        ((int (*)(const uv_handle_t *, uv_os_fd_t *))found)(handle, &fd))
        return -1;
    return fd;
}

/* ---- asking ------------------------------------------------------------- */

bool ls_uv_ask_watched(struct ls_uv_asking *a, const void *address,
                       enum ls_uv_role role, enum ls_operation_kind kind,
                       void *callback, void *caller)
{
    if (is_ours(callback))
        return false;
    a->ticks = 0;
    a->is_new = false;
    a->entry =
        role == LS_UV_MAIN ? ls_uv_same(address, kind, callback, caller) : NULL;
    if (a->entry)
        return true;
    a->entry = ls_uv_table_put(address, role, &a->is_new);
    if (!a->entry)
        return false;
    struct ls_operation *op = &a->entry->op;
    if (!a->is_new) {
        a->before = *op;
        a->work_before = a->entry->work;
    }
    a->address = address;
    a->role = role;
    a->ticks = ls_clock_ticks();
    *op = (struct ls_operation){
        .id = ls_operation_take_id(),
        .epoch = atomic_load_explicit(&ls_epoch, memory_order_relaxed),
        .task = ls_operation_context(),
        .callback = callback,
        .place = caller,
        .kind = (uint16_t)kind};
    return true;
}

static void put_back(const struct ls_uv_asking *a)
{
    a->entry->op = a->before;
    a->entry->work = a->work_before;
}

void ls_uv_asked(const struct ls_uv_asking *a, int error, const void *handle,
                 uint64_t due_ms, const char *text)
{
    struct ls_uv_entry *entry = a->entry;
    if (error < 0) {
        if (a->ticks && a->is_new)
            ls_uv_table_remove(a->address, a->role);
        else if (a->ticks)
            put_back(a);
        return;
    }
    if (!a->ticks) {
        ls_uv_asked_same(entry, due_ms);
        return;
    }
    entry->active = true;
    entry->again = true;
    ls_operation_asked(&entry->op, handle, due_ms, a->ticks, text);
}

void ls_uv_stopped_watched(const void *handle)
{
    struct ls_uv_entry *entry = ls_uv_table_get(handle, LS_UV_MAIN);
    if (!entry || !entry->active)
        return;
    entry->active = false;
    entry->again = false;
    ls_operation_over(&entry->op, 0, true);
}

/* ---- callbacks ---------------------------------------------------------- */

bool ls_uv_enter_request(struct ls_uv_call *call, const void *request,
                         enum ls_uv_role role, int64_t status)
{
    struct ls_uv_entry *entry = ls_uv_table_get(request, role);
    call->entry = NULL;
    call->begun = false;
    call->due_ms = 0;
    if (!entry)
        return false;
    call->callback = entry->op.callback;
    call->begun = call->callback != NULL;
    if (call->begun)
        ls_callback_begin(&call->scope, &entry->op, status, NULL);
    else
        ls_operation_over(&entry->op, (int)status, false);
    ls_uv_table_drop(entry);
    return call->begun;
}

bool ls_uv_take_sender(struct ls_uv_entry *entry, struct ls_sent_more *sent)
{
    if (!atomic_load_explicit(&entry->sent, memory_order_relaxed))
        return false;
    sent->task = atomic_load_explicit(&entry->sent_task, memory_order_relaxed);
    sent->operation =
        atomic_load_explicit(&entry->sent_operation, memory_order_relaxed);
    sent->unused = 0;
    sent->ticks =
        atomic_exchange_explicit(&entry->sent, 0, memory_order_acquire);
    return true;
}
