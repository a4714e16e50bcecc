/* SPDX-License-Identifier: MIT */
/*
 * bench_uv_server echo|http PORT: an ordinary server on the shared libuv, which
 * knows nothing of loopscope: what scripts/bench traces and does not trace.
 * `echo` sends back what comes, `http` answers every request that ends in an
 * empty line with the same short page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

enum { BYTES = 4096 };

static const char page[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                           "Content-Length: 13\r\n\r\nhello, world\n";

struct client {
    uv_tcp_t tcp;
    char bytes[BYTES];
    int n_seen; /* of the empty line that ends a request */
};

struct answer {
    uv_write_t write;
    char bytes[];
};

static int is_http;

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_written(uv_write_t *write, int status)
{
    free(write->data);
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    struct client *client = handle->data;
    *buffer = uv_buf_init(client->bytes, BYTES);
}

static void send_bytes(struct client *client, const char *bytes, size_t n)
{
    struct answer *answer = malloc(sizeof *answer + n);
    uv_buf_t buffer = uv_buf_init(answer->bytes, (unsigned)n);
    memcpy(answer->bytes, bytes, n);
    answer->write.data = answer;
    if (uv_write(&answer->write, (uv_stream_t *)&client->tcp, &buffer, 1,
                 on_written) != 0)
        free(answer);
}

static void answer_requests(struct client *client, size_t n)
{
    static const char end[] = "\r\n\r\n";
    for (size_t i = 0; i < n; i++) {
        char byte = client->bytes[i];
        client->n_seen =
            byte == end[client->n_seen] ? client->n_seen + 1 : byte == end[0];
        if (client->n_seen < 4)
            continue;
        client->n_seen = 0;
        send_bytes(client, page, sizeof page - 1);
    }
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct client *client = stream->data;
    if (n < 0)
        uv_close((uv_handle_t *)stream, on_closed);
    else if (is_http)
        answer_requests(client, (size_t)n);
    else if (n > 0)
        send_bytes(client, client->bytes, (size_t)n);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct client *client = calloc(1, sizeof *client);
    uv_tcp_init(listener->loop, &client->tcp);
    client->tcp.data = client;
    if (uv_accept(listener, (uv_stream_t *)&client->tcp) == 0) {
        uv_tcp_nodelay(&client->tcp, 1);
        uv_read_start((uv_stream_t *)&client->tcp, on_room, on_read);
    } else {
        uv_close((uv_handle_t *)&client->tcp, on_closed);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in at;
    uv_tcp_t listener;
    if (argc != 3) {
        fprintf(stderr, "usage: bench_uv_server echo|http PORT\n");
        return 2;
    }
    is_http = strcmp(argv[1], "http") == 0;
    uv_tcp_init(uv_default_loop(), &listener);
    uv_ip4_addr("127.0.0.1", atoi(argv[2]), &at);
    int error = uv_tcp_bind(&listener, (struct sockaddr *)&at, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&listener, 128, on_connection);
    if (error) {
        fprintf(stderr, "bench_uv_server: %s\n", uv_strerror(error));
        return 1;
    }
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
