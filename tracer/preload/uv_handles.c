/* SPDX-License-Identifier: MIT */
/* Handles that call back again and again: timers, watchers, signals. */
#include <stdio.h>

#include "uv_ask.h"

/* ---- timer, idle, prepare, check ---------------------------------------- */

LS_UV_CALLBACK void on_timer(uv_timer_t *timer)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, timer, 0)) {
        /* libuv has armed a repeating one for the next time already. */
        if (timer->repeat)
            call.due_ms = ls_uv_due_ms(timer);
        ((uv_timer_cb)call.callback)(timer);
    }
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_timer_start(uv_timer_t *timer, uv_timer_cb cb,
                              uint64_t timeout, uint64_t repeat)
{
    struct ls_uv_asking a;
    if (!cb || !ls_uv_is_watched(LS_CALLER))
        return LS_REAL(uv_timer_start)(timer, cb, timeout, repeat);
    struct ls_uv_entry *same =
        ls_uv_same(timer, LS_OPERATION_timer, (void *)cb, LS_CALLER);
    if (!same && !ls_uv_ask_watched(&a, timer, LS_UV_MAIN, LS_OPERATION_timer,
                                    (void *)cb, LS_CALLER))
        return LS_REAL(uv_timer_start)(timer, cb, timeout, repeat);
    int error = LS_REAL(uv_timer_start)(timer, on_timer, timeout, repeat);
    if (!same)
        ls_uv_asked(&a, error, timer, error ? 0 : ls_uv_due_ms(timer), NULL);
    else if (!error)
        ls_uv_asked_same(same, ls_uv_due_ms(timer));
    return error;
}

LS_UV_HOOK int uv_timer_again(uv_timer_t *timer)
{
    if (!ls_uv_is_watched(LS_CALLER))
        return LS_REAL(uv_timer_again)(timer);
    int error = LS_REAL(uv_timer_again)(timer);
    if (error || !timer->repeat)
        return error;
    struct ls_uv_entry *entry = ls_uv_table_get(timer, LS_UV_MAIN);
    if (!entry)
        return error;
    entry->again = true;
    if (entry->active) {
        ls_operation_again(&entry->op, ls_uv_due_ms(timer));
        return error;
    }
    /* It had been stopped: this asks anew, for the same callback. */
    entry->active = true;
    entry->op.id = ls_operation_take_id();
    entry->op.epoch = atomic_load_explicit(&ls_epoch, memory_order_relaxed);
    entry->op.task = ls_operation_context();
    entry->op.place = LS_CALLER;
    ls_operation_asked(&entry->op, timer, ls_uv_due_ms(timer), ls_clock_ticks(),
                       NULL);
    return error;
}

#define STOP(name, type)                                                       \
    LS_UV_HOOK int uv_##name##_stop(type *handle)                              \
    {                                                                          \
        if (!ls_uv_is_watched(LS_CALLER))                                      \
            return LS_REAL(uv_##name##_stop)(handle);                          \
        int error = LS_REAL(uv_##name##_stop)(handle);                         \
        ls_uv_stopped_watched(handle);                                         \
        return error;                                                          \
    }

/* Called once in every turn of the loop. */
#define IN_ROW(name)                                                           \
    LS_UV_CALLBACK void on_##name(uv_##name##_t *handle)                       \
    {                                                                          \
        struct ls_uv_call call;                                                \
        if (ls_uv_enter_handle(&call, handle, 0))                              \
            ((uv_##name##_cb)call.callback)(handle);                           \
        ls_uv_leave(&call);                                                    \
    }                                                                          \
                                                                               \
    LS_UV_HOOK int uv_##name##_start(uv_##name##_t *handle, uv_##name##_cb cb) \
    {                                                                          \
        struct ls_uv_asking a;                                                 \
        /* One that is active keeps its callback: libuv ignores this. */       \
        if (!cb || ls_uv_is_active((uv_handle_t *)handle) ||                   \
            !ls_uv_ask(&a, handle, LS_UV_MAIN, LS_OPERATION_##name,            \
                       (void *)cb, LS_CALLER))                                 \
            return LS_REAL(uv_##name##_start)(handle, cb);                     \
        int error = LS_REAL(uv_##name##_start)(handle, on_##name);             \
        ls_uv_asked(&a, error, handle, 0, NULL);                               \
        return error;                                                          \
    }                                                                          \
                                                                               \
    STOP(name, uv_##name##_t)

IN_ROW(idle)
IN_ROW(prepare)
IN_ROW(check)
STOP(timer, uv_timer_t)

/* ---- async -------------------------------------------------------------- */

LS_UV_CALLBACK void on_async(uv_async_t *async)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, async, 0))
        ((uv_async_cb)call.callback)(async);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_async_init(uv_loop_t *loop, uv_async_t *async, uv_async_cb cb)
{
    struct ls_uv_asking a;
    if (!cb || !ls_uv_ask(&a, async, LS_UV_MAIN, LS_OPERATION_async, (void *)cb,
                          LS_CALLER))
        return LS_REAL(uv_async_init)(loop, async, cb);
    int error = LS_REAL(uv_async_init)(loop, async, on_async);
    ls_uv_asked(&a, error, async, 0, NULL);
    return error;
}

/* From any thread, and from signal handlers: so no record is written here. The
 * callback tells it. */
LS_UV_HOOK int uv_async_send(uv_async_t *async)
{
    if (ls_uv_is_watched(LS_CALLER)) {
        struct ls_uv_entry *entry = ls_uv_table_look(async, LS_UV_MAIN);
        uint64_t none = 0;
        if (entry && atomic_compare_exchange_strong(&entry->sent, &none,
                                                    ls_clock_ticks())) {
            const struct ls_recorder *r = &ls_recorder;
            atomic_store_explicit(&entry->sent_task, ls_operation_context(),
                                  memory_order_relaxed);
            atomic_store_explicit(&entry->sent_operation, r->operation,
                                  memory_order_relaxed);
        }
    }
    return LS_REAL(uv_async_send)(async);
}

/* ---- descriptors, files, signals, processes ----------------------------- */

LS_UV_CALLBACK void on_poll(uv_poll_t *poll, int status, int events)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, poll, status))
        ((uv_poll_cb)call.callback)(poll, status, events);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_poll_start(uv_poll_t *poll, int events, uv_poll_cb cb)
{
    struct ls_uv_asking a;
    if (!cb || !ls_uv_ask(&a, poll, LS_UV_MAIN, LS_OPERATION_poll, (void *)cb,
                          LS_CALLER))
        return LS_REAL(uv_poll_start)(poll, events, cb);
    int error = LS_REAL(uv_poll_start)(poll, events, on_poll);
    char text[16];
    snprintf(text, sizeof text, "fd %d", ls_uv_fd((uv_handle_t *)poll));
    ls_uv_asked(&a, error, poll, 0, text);
    return error;
}

STOP(poll, uv_poll_t)

LS_UV_CALLBACK void on_fs_event(uv_fs_event_t *watcher, const char *name,
                                int events, int status)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, watcher, status))
        ((uv_fs_event_cb)call.callback)(watcher, name, events, status);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_fs_event_start(uv_fs_event_t *watcher, uv_fs_event_cb cb,
                                 const char *path, unsigned flags)
{
    struct ls_uv_asking a;
    if (!cb || !ls_uv_ask(&a, watcher, LS_UV_MAIN, LS_OPERATION_fs_event,
                          (void *)cb, LS_CALLER))
        return LS_REAL(uv_fs_event_start)(watcher, cb, path, flags);
    int error = LS_REAL(uv_fs_event_start)(watcher, on_fs_event, path, flags);
    ls_uv_asked(&a, error, watcher, 0, path);
    return error;
}

STOP(fs_event, uv_fs_event_t)

LS_UV_CALLBACK void on_fs_poll(uv_fs_poll_t *watcher, int status,
                               const uv_stat_t *before, const uv_stat_t *now)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, watcher, status))
        ((uv_fs_poll_cb)call.callback)(watcher, status, before, now);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_fs_poll_start(uv_fs_poll_t *watcher, uv_fs_poll_cb cb,
                                const char *path, unsigned interval)
{
    struct ls_uv_asking a;
    if (!cb || ls_uv_is_active((uv_handle_t *)watcher) ||
        !ls_uv_ask(&a, watcher, LS_UV_MAIN, LS_OPERATION_fs_poll, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_fs_poll_start)(watcher, cb, path, interval);
    int error = LS_REAL(uv_fs_poll_start)(watcher, on_fs_poll, path, interval);
    ls_uv_asked(&a, error, watcher, 0, path);
    return error;
}

STOP(fs_poll, uv_fs_poll_t)

LS_UV_CALLBACK void on_signal(uv_signal_t *handle, int number)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, handle, 0))
        ((uv_signal_cb)call.callback)(handle, number);
    ls_uv_leave(&call);
}

#define SIGNAL_START(name, what)                                               \
    LS_UV_HOOK int name(uv_signal_t *handle, uv_signal_cb cb, int number)      \
    {                                                                          \
        struct ls_uv_asking a;                                                 \
        char text[16];                                                         \
        if (!cb || !ls_uv_ask(&a, handle, LS_UV_MAIN, LS_OPERATION_signal,     \
                              (void *)cb, LS_CALLER))                          \
            return LS_REAL(name)(handle, cb, number);                          \
        a.entry->op.variant = what;                                            \
        int error = LS_REAL(name)(handle, on_signal, number);                  \
        snprintf(text, sizeof text, "%d", number);                             \
        ls_uv_asked(&a, error, handle, 0, text);                               \
        return error;                                                          \
    }

SIGNAL_START(uv_signal_start, LS_VARIANT_NONE)
SIGNAL_START(uv_signal_start_oneshot, LS_VARIANT_ONCE)
STOP(signal, uv_signal_t)

LS_UV_CALLBACK void on_exit_of(uv_process_t *process, int64_t status,
                               int number)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, process, 0))
        ((uv_exit_cb)call.callback)(process, status, number);
    ls_uv_leave(&call);
}

/* The options are the program's and constant: the callback is put into the
 * handle, where libuv has copied it to. It is called by this loop, later. */
LS_UV_HOOK int uv_spawn(uv_loop_t *loop, uv_process_t *process,
                        const uv_process_options_t *options)
{
    struct ls_uv_asking a;
    int error = LS_REAL(uv_spawn)(loop, process, options);
    if (error || !process->exit_cb ||
        !ls_uv_ask(&a, process, LS_UV_MAIN, LS_OPERATION_process,
                   (void *)process->exit_cb, LS_CALLER))
        return error;
    process->exit_cb = on_exit_of;
    ls_uv_asked(&a, 0, process, 0, options->file);
    return error;
}
