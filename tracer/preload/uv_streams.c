/* SPDX-License-Identifier: MIT */
/* Streams and datagrams: listening, connecting, reading, writing; and the end
 * of every handle. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "uv_ask.h"

static uint32_t stream_kind(const uv_stream_t *stream)
{
    switch (stream->type) {
    case UV_TCP:
        return LS_VARIANT_CONNECTION;
    case UV_TTY:
        return LS_VARIANT_TTY;
    default:
        return LS_VARIANT_PIPE;
    }
}

/* ---- names -------------------------------------------------------------- */

enum { NAME_BYTES = 128 };

/* "127.0.0.1:80", "[::1]:80" or a path; NULL: it has none. */
static const char *name_address(char text[NAME_BYTES],
                                const struct sockaddr *address)
{
    char ip[INET6_ADDRSTRLEN];
    if (!address)
        return NULL;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        if (!inet_ntop(AF_INET, &in->sin_addr, ip, sizeof ip))
            return NULL;
        snprintf(text, NAME_BYTES, "%s:%u", ip, ntohs(in->sin_port));
        return text;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)address;
        if (!inet_ntop(AF_INET6, &in->sin6_addr, ip, sizeof ip))
            return NULL;
        snprintf(text, NAME_BYTES, "[%s]:%u", ip, ntohs(in->sin6_port));
        return text;
    }
    if (address->sa_family == AF_UNIX) {
        const struct sockaddr_un *un = (const struct sockaddr_un *)address;
        if (!un->sun_path[0])
            return NULL;
        snprintf(text, NAME_BYTES, "%.*s", (int)sizeof un->sun_path,
                 un->sun_path);
        return text;
    }
    return NULL;
}

typedef int (*get_name)(int, struct sockaddr *, socklen_t *);

/* The peer's (or its own) address, or the descriptor's number. */
static const char *name_stream(char text[NAME_BYTES], const uv_stream_t *stream,
                               get_name get)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    int fd = ls_uv_fd((const uv_handle_t *)stream);
    int saved = errno;
    const char *name = NULL;
    if (fd < 0)
        return NULL;
    if (get(fd, (struct sockaddr *)&address, &size) == 0)
        name = name_address(text, (struct sockaddr *)&address);
    errno = saved;
    if (!name)
        snprintf(text, NAME_BYTES, "fd %d", fd);
    return text;
}

/* ---- listening and connecting ------------------------------------------- */

LS_UV_CALLBACK void on_connection(uv_stream_t *server, int status)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, server, status))
        ((uv_connection_cb)call.callback)(server, status);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_listen(uv_stream_t *server, int backlog, uv_connection_cb cb)
{
    struct ls_uv_asking a;
    char text[NAME_BYTES];
    if (!cb || !ls_uv_ask(&a, server, LS_UV_MAIN, LS_OPERATION_connection,
                          (void *)cb, LS_CALLER))
        return LS_REAL(uv_listen)(server, backlog, cb);
    int error = LS_REAL(uv_listen)(server, backlog, on_connection);
    ls_uv_asked(&a, error, server, 0, name_stream(text, server, getsockname));
    return error;
}

LS_UV_HOOK int uv_accept(uv_stream_t *server, uv_stream_t *client)
{
    struct ls_uv_asking a;
    char text[NAME_BYTES];
    int error = LS_REAL(uv_accept)(server, client);
    if (error || !ls_uv_ask(&a, client, LS_UV_MAIN, LS_OPERATION_accepted, NULL,
                            LS_CALLER))
        return error;
    a.entry->op.variant = stream_kind(client);
    ls_uv_asked(&a, 0, client, 0, name_stream(text, client, getpeername));
    a.entry->active = false;
    return error;
}

/* A callback of a request with nothing but a status. */
#define ON_REQUEST(name)                                                       \
    LS_UV_CALLBACK void on_##name(uv_##name##_t *request, int status)          \
    {                                                                          \
        struct ls_uv_call call;                                                \
        if (ls_uv_enter_request(&call, request, LS_UV_MAIN, status))           \
            ((uv_##name##_cb)call.callback)(request, status);                  \
        ls_uv_leave(&call);                                                    \
    }

ON_REQUEST(connect)
ON_REQUEST(write)
ON_REQUEST(shutdown)
ON_REQUEST(udp_send)

LS_UV_HOOK int uv_tcp_connect(uv_connect_t *request, uv_tcp_t *tcp,
                              const struct sockaddr *address, uv_connect_cb cb)
{
    struct ls_uv_asking a;
    char text[NAME_BYTES];
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_connect, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_tcp_connect)(request, tcp, address, cb);
    a.entry->op.variant = LS_VARIANT_CONNECTION;
    int error = LS_REAL(uv_tcp_connect)(request, tcp, address, on_connect);
    ls_uv_asked(&a, error, tcp, 0, error ? NULL : name_address(text, address));
    return error;
}

LS_UV_HOOK void uv_pipe_connect(uv_connect_t *request, uv_pipe_t *pipe,
                                const char *name, uv_connect_cb cb)
{
    struct ls_uv_asking a;
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_connect, (void *)cb,
                   LS_CALLER)) {
        LS_REAL(uv_pipe_connect)(request, pipe, name, cb);
        return;
    }
    a.entry->op.variant = LS_VARIANT_CONNECTION;
    LS_REAL(uv_pipe_connect)(request, pipe, name, on_connect);
    ls_uv_asked(&a, 0, pipe, 0, name);
}

/* ---- reading and writing ------------------------------------------------ */

LS_UV_CALLBACK void on_read(uv_stream_t *stream, ssize_t n,
                            const uv_buf_t *bytes)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, stream, n))
        ((uv_read_cb)call.callback)(stream, n, bytes);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_read_start(uv_stream_t *stream, uv_alloc_cb alloc,
                             uv_read_cb cb)
{
    struct ls_uv_asking a;
    char text[NAME_BYTES];
    if (!cb || !ls_uv_ask(&a, stream, LS_UV_MAIN, LS_OPERATION_read, (void *)cb,
                          LS_CALLER))
        return LS_REAL(uv_read_start)(stream, alloc, cb);
    a.entry->op.variant = stream_kind(stream);
    int error = LS_REAL(uv_read_start)(stream, alloc, on_read);
    bool unnamed = !error && a.is_new;
    ls_uv_asked(&a, error, stream, 0,
                unnamed ? name_stream(text, stream, getpeername) : NULL);
    return error;
}

LS_UV_HOOK int uv_read_stop(uv_stream_t *stream)
{
    int error = LS_REAL(uv_read_stop)(stream);
    ls_uv_stopped(stream, LS_CALLER);
    return error;
}

LS_UV_HOOK int uv_write2(uv_write_t *request, uv_stream_t *stream,
                         const uv_buf_t bytes[], unsigned n_bytes,
                         uv_stream_t *sent, uv_write_cb cb)
{
    struct ls_uv_asking a;
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_write, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_write2)(request, stream, bytes, n_bytes, sent, cb);
    a.entry->op.variant = stream_kind(stream);
    int error =
        LS_REAL(uv_write2)(request, stream, bytes, n_bytes, sent, on_write);
    ls_uv_asked(&a, error, stream, 0, NULL);
    return error;
}

LS_UV_HOOK int uv_write(uv_write_t *request, uv_stream_t *stream,
                        const uv_buf_t bytes[], unsigned n_bytes,
                        uv_write_cb cb)
{
    struct ls_uv_asking a;
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_write, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_write)(request, stream, bytes, n_bytes, cb);
    a.entry->op.variant = stream_kind(stream);
    int error = LS_REAL(uv_write)(request, stream, bytes, n_bytes, on_write);
    ls_uv_asked(&a, error, stream, 0, NULL);
    return error;
}

LS_UV_HOOK int uv_shutdown(uv_shutdown_t *request, uv_stream_t *stream,
                           uv_shutdown_cb cb)
{
    struct ls_uv_asking a;
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_shutdown, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_shutdown)(request, stream, cb);
    a.entry->op.variant = stream_kind(stream);
    int error = LS_REAL(uv_shutdown)(request, stream, on_shutdown);
    ls_uv_asked(&a, error, stream, 0, NULL);
    return error;
}

LS_UV_CALLBACK void on_udp_recv(uv_udp_t *udp, ssize_t n, const uv_buf_t *bytes,
                                const struct sockaddr *from, unsigned flags)
{
    struct ls_uv_call call;
    if (ls_uv_enter_handle(&call, udp, n))
        ((uv_udp_recv_cb)call.callback)(udp, n, bytes, from, flags);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_udp_recv_start(uv_udp_t *udp, uv_alloc_cb alloc,
                                 uv_udp_recv_cb cb)
{
    struct ls_uv_asking a;
    char text[NAME_BYTES];
    if (!cb || !ls_uv_ask(&a, udp, LS_UV_MAIN, LS_OPERATION_udp_recv,
                          (void *)cb, LS_CALLER))
        return LS_REAL(uv_udp_recv_start)(udp, alloc, cb);
    int error = LS_REAL(uv_udp_recv_start)(udp, alloc, on_udp_recv);
    ls_uv_asked(&a, error, udp, 0,
                name_stream(text, (uv_stream_t *)udp, getsockname));
    return error;
}

LS_UV_HOOK int uv_udp_recv_stop(uv_udp_t *udp)
{
    int error = LS_REAL(uv_udp_recv_stop)(udp);
    ls_uv_stopped(udp, LS_CALLER);
    return error;
}

LS_UV_HOOK int uv_udp_send(uv_udp_send_t *request, uv_udp_t *udp,
                           const uv_buf_t bytes[], unsigned n_bytes,
                           const struct sockaddr *to, uv_udp_send_cb cb)
{
    struct ls_uv_asking a;
    char text[NAME_BYTES];
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_udp_send, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_udp_send)(request, udp, bytes, n_bytes, to, cb);
    int error =
        LS_REAL(uv_udp_send)(request, udp, bytes, n_bytes, to, on_udp_send);
    ls_uv_asked(&a, error, udp, 0, error ? NULL : name_address(text, to));
    return error;
}

/* ---- the end ------------------------------------------------------------ */

/* The handle's memory is the program's again as soon as its callback is
 * called. */
LS_UV_CALLBACK void on_close(uv_handle_t *handle)
{
    struct ls_uv_call call;
    ls_uv_table_remove(handle, LS_UV_MAIN);
    if (ls_uv_enter_request(&call, handle, LS_UV_CLOSE, 0))
        ((uv_close_cb)call.callback)(handle);
    ls_uv_leave(&call);
}

LS_UV_HOOK void uv_close(uv_handle_t *handle, uv_close_cb cb)
{
    struct ls_uv_asking a;
    if (!ls_uv_ask(&a, handle, LS_UV_CLOSE, LS_OPERATION_close, (void *)cb,
                   LS_CALLER)) {
        LS_REAL(uv_close)(handle, cb);
        return;
    }
    LS_REAL(uv_close)(handle, on_close);
    ls_uv_asked(&a, 0, handle, 0, NULL);
}

LS_UV_HOOK int uv_tcp_close_reset(uv_tcp_t *tcp, uv_close_cb cb)
{
    struct ls_uv_asking a;
    if (!ls_uv_ask(&a, tcp, LS_UV_CLOSE, LS_OPERATION_close, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_tcp_close_reset)(tcp, cb);
    int error = LS_REAL(uv_tcp_close_reset)(tcp, on_close);
    ls_uv_asked(&a, error, tcp, 0, NULL);
    return error;
}

/* libuv's own: a walk leaves out the handles that it made for itself. */
static bool is_open(const uv_handle_t *handle)
{
    static _Atomic(void *) real;
    void *found = atomic_load_explicit(&real, memory_order_relaxed);
    if (!found) {
        found = ls_hooks_libuv("uv_is_closing");
        atomic_store_explicit(&real, found, memory_order_relaxed);
    }
    return found && !((int (*)(const uv_handle_t *))found)(handle);
}

LS_UV_CALLBACK void count_open(uv_handle_t *handle, void *n)
{
    *(uint64_t *)n += is_open(handle);
}

LS_UV_CALLBACK void tell_open(uv_handle_t *handle, void *unused)
{
    const struct ls_uv_entry *entry = ls_uv_table_get(handle, LS_UV_MAIN);
    if (is_open(handle))
        ls_operation_left_open((unsigned)handle->type,
                               entry ? &entry->op : NULL);
}

static void walk(uv_loop_t *loop, uv_walk_cb with, void *arg)
{
    void *found = ls_hooks_libuv("uv_walk");
    if (found)
        ((void (*)(uv_loop_t *, uv_walk_cb, void *))found)(loop, with, arg);
}

/* A loop that has handles is not closed; which they are is told. */
LS_UV_HOOK int uv_loop_close(uv_loop_t *loop)
{
    int error = LS_REAL(uv_loop_close)(loop);
    uint64_t n_open = 0;
    if (!ls_uv_is_watched(LS_CALLER))
        return error;
    if (error == UV_EBUSY)
        walk(loop, count_open, &n_open);
    ls_operation_loop_closed(loop, error, n_open);
    if (n_open)
        walk(loop, tell_open, NULL);
    return error;
}
