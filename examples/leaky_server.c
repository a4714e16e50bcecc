/* SPDX-License-Identifier: MIT */
/*
 * A server that stops to read when a client has gone, and forgets to close the
 * connection: each client leaves one behind. With --close it closes them.
 */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "support/example.h"

#define N_CLIENTS 45

static const char *close_them;

static uv_tcp_t server;
static uv_timer_t next_client;
static struct sockaddr_in address;
static int n_clients;

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static uv_tcp_t *new_tcp(uv_loop_t *loop)
{
    uv_tcp_t *tcp = malloc(sizeof *tcp);
    if (!tcp || uv_tcp_init(loop, tcp) != 0)
        abort();
    return tcp;
}

/* ---- the server ---- */

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *room)
{
    static char bytes[1024];
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void on_read(uv_stream_t *connection, ssize_t n, const uv_buf_t *bytes)
{
    if (n >= 0)
        return;
    uv_read_stop(connection);
    if (close_them)
        uv_close((uv_handle_t *)connection, free_handle);
}

static void on_connection(uv_stream_t *listener, int status)
{
    uv_tcp_t *connection = new_tcp(listener->loop);
    if (uv_accept(listener, (uv_stream_t *)connection) == 0)
        uv_read_start((uv_stream_t *)connection, give_room, on_read);
}

/* ---- its clients ---- */

static void on_connect(uv_connect_t *request, int status)
{
    uv_close((uv_handle_t *)request->handle, free_handle);
    free(request);
}

static void connect_one(uv_timer_t *timer)
{
    if (n_clients == N_CLIENTS) {
        printf("%d clients came and went.\n", n_clients);
        uv_close((uv_handle_t *)timer, NULL);
        uv_close((uv_handle_t *)&server, NULL);
        return;
    }
    n_clients++;
    uv_connect_t *request = malloc(sizeof *request);
    if (!request || uv_tcp_connect(request, new_tcp(timer->loop),
                                   (struct sockaddr *)&address, on_connect))
        abort();
}

static int run(void)
{
    uv_loop_t *loop = uv_default_loop();
    int n = sizeof address;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(loop, &server);
    int error = uv_tcp_bind(&server, (struct sockaddr *)&address, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&server, 16, on_connection);
    if (!error)
        error = uv_tcp_getsockname(&server, (struct sockaddr *)&address, &n);
    if (error) {
        fprintf(stderr, "leaky_server: %s\n", uv_strerror(error));
        return 1;
    }
    uint64_t ms = (uint64_t)example_ns(0.1) / 1000000;
    uv_timer_init(loop, &next_client);
    uv_timer_start(&next_client, connect_one, ms, ms);
    uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--close", NULL, "connections are closed", &close_them},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "leaky_server",
        .purpose = "A server that forgets to close connections: they pile up.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(run());
}
