/* SPDX-License-Identifier: MIT */
#include "uv_ask.h"

#include <link.h>

/* ---- which libuv -------------------------------------------------------- */

/* Where libuv's code is; SIZE 0: it is not to be touched. */
static struct {
    _Atomic bool known;
    uintptr_t begin, size;
} libuv;

static int find_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    uintptr_t address = *(const uintptr_t *)arg;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t begin = info->dlpi_addr + p->p_vaddr;
        if (p->p_type != PT_LOAD || address < begin ||
            address - begin >= p->p_memsz)
            continue;
        libuv.begin = begin;
        libuv.size = p->p_memsz;
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
    atomic_store_explicit(&libuv.known, true, memory_order_release);
}

bool ls_uv_is_watched(const void *caller)
{
    if (atomic_load_explicit(&ls_epoch, memory_order_relaxed) == 0)
        return false;
    if (__builtin_expect(
            !atomic_load_explicit(&libuv.known, memory_order_acquire), 0))
        find_libuv();
    return libuv.size && (uintptr_t)caller - libuv.begin >= libuv.size;
}

static bool is_ours(const void *callback)
{
    uint64_t begin, end, at = (uint64_t)(uintptr_t)callback;
    ls_hooks_range(&begin, &end);
    return at >= begin && at < end;
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

bool ls_uv_ask(struct ls_uv_asking *a, const void *address,
               enum ls_uv_role role, enum ls_operation_kind kind,
               void *callback, void *caller)
{
    if (!ls_uv_is_watched(caller) || is_ours(callback))
        return false;
    struct ls_uv_entry *entry = ls_uv_table_get(address, role);
    a->is_new = false;
    if (!entry)
        entry = ls_uv_table_put(address, role, &a->is_new);
    if (!entry)
        return false;
    a->entry = entry;
    a->before = entry->op;
    a->work_before = entry->work;
    a->address = address;
    a->role = role;
    a->ticks = 0;
    uint64_t epoch = atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    ls_task_id task = ls_operation_context();
    struct ls_operation *op = &entry->op;
    if (entry->active && op->id && op->callback == callback &&
        op->place == caller && op->kind == kind && op->task == task &&
        op->epoch == epoch)
        return true; /* the same once more */
    a->ticks = ls_clock_ticks();
    *op = (struct ls_operation){.id = ls_operation_take_id(),
                                .epoch = epoch,
                                .task = task,
                                .callback = callback,
                                .place = caller,
                                .kind = (uint16_t)kind};
    return true;
}

void ls_uv_asked(const struct ls_uv_asking *a, int error, const void *handle,
                 uint64_t due_ns, const char *text)
{
    struct ls_uv_entry *entry = a->entry;
    if (error < 0) {
        if (a->is_new) {
            ls_uv_table_remove(a->address, a->role);
            return;
        }
        entry->op = a->before;
        entry->work = a->work_before;
        return;
    }
    entry->active = true;
    entry->again = true;
    if (a->ticks)
        ls_operation_asked(&entry->op, handle, due_ns, a->ticks, text);
    else
        ls_operation_again(&entry->op, due_ns);
}

void ls_uv_stopped(const void *handle, const void *caller)
{
    if (!ls_uv_is_watched(caller))
        return;
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
    call->entry = NULL;
    call->begun = false;
    call->due_ns = 0;
    if (!ls_uv_table_take(request, role, &call->op))
        return false;
    if (!call->op.callback) {
        ls_operation_over(&call->op, (int)status, false);
        return false;
    }
    call->begun = true;
    ls_callback_begin(&call->scope, &call->op, status, NULL);
    return true;
}

/* Who woke an async: told once. */
static bool take_sender(struct ls_uv_entry *entry, struct ls_sent_more *sent)
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

bool ls_uv_enter_handle(struct ls_uv_call *call, const void *handle,
                        int64_t status)
{
    struct ls_sent_more sent;
    struct ls_uv_entry *entry = ls_uv_table_get(handle, LS_UV_MAIN);
    call->begun = false;
    call->due_ns = 0;
    call->entry = entry;
    if (!entry)
        return false;
    call->op = entry->op;
    call->begun = true;
    entry->again = false;
    bool woken =
        entry->op.kind == LS_OPERATION_async && take_sender(entry, &sent);
    ls_callback_begin(&call->scope, &call->op, status, woken ? &sent : NULL);
    return true;
}

/* A timer that is over is no operation any more: what asks for it next is a new
 * one. The entry may be another handle's by now, if a loop ran in between. */
static void end_timer(struct ls_uv_call *call)
{
    struct ls_uv_entry *entry = call->entry;
    if (call->op.kind == LS_OPERATION_timer && !call->due_ns &&
        entry->op.id == call->op.id && !entry->again)
        entry->active = false;
}

void ls_uv_leave(struct ls_uv_call *call)
{
    if (!call->begun)
        return;
    if (call->entry)
        end_timer(call);
    ls_callback_end(&call->scope, call->due_ns);
}
