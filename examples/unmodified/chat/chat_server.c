/* SPDX-License-Identifier: MIT */
/*
 * usage: chat_server
 *
 * What a guest sends, all others read. Listens on a free port of 127.0.0.1,
 * which it prints, until SIGTERM. It knows nothing of loopscope.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define MAX_GUESTS 64

struct guest {
    uv_tcp_t tcp;
    char bytes[4096]; /* what was read last */
};

struct message {
    uv_write_t request;
    char bytes[4096];
};

static uv_tcp_t listener;
static uv_signal_t terminate;
static struct guest *guests[MAX_GUESTS];
static int n_guests;

static void on_written(uv_write_t *request, int status)
{
    free(request);
}

static void tell(struct guest *guest, const char *bytes, size_t n)
{
    struct message *message = malloc(sizeof *message);
    if (!message)
        return;
    memcpy(message->bytes, bytes, n);
    uv_buf_t buffer = uv_buf_init(message->bytes, (unsigned)n);
    if (uv_write(&message->request, (uv_stream_t *)&guest->tcp, &buffer, 1,
                 on_written))
        free(message);
}

static void tell_others(const struct guest *from, const char *bytes, size_t n)
{
    for (int i = 0; i < n_guests; i++)
        if (guests[i] != from)
            tell(guests[i], bytes, n);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void leave(struct guest *guest)
{
    for (int i = 0; i < n_guests; i++)
        if (guests[i] == guest)
            guests[i] = guests[--n_guests];
    uv_close((uv_handle_t *)&guest->tcp, on_closed);
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    struct guest *guest = handle->data;
    *buffer = uv_buf_init(guest->bytes, sizeof guest->bytes);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct guest *guest = stream->data;
    if (n > 0)
        tell_others(guest, buffer->base, (size_t)n);
    if (n >= 0)
        return;
    leave(guest);
    tell_others(NULL, "somebody left\n", 14);
}

static void welcome(struct guest *guest)
{
    tell(guest, "welcome\n", 8);
}

static void on_guest(uv_stream_t *stream, int status)
{
    struct guest *guest = calloc(1, sizeof *guest);
    if (!guest)
        return;
    guest->tcp.data = guest;
    uv_tcp_init(uv_default_loop(), &guest->tcp);
    if (uv_accept(stream, (uv_stream_t *)&guest->tcp) ||
        n_guests == MAX_GUESTS) {
        uv_close((uv_handle_t *)&guest->tcp, on_closed);
        return;
    }
    guests[n_guests++] = guest;
    uv_read_start((uv_stream_t *)&guest->tcp, on_room, on_read);
    welcome(guest);
}

static void on_terminate(uv_signal_t *handle, int signum)
{
    while (n_guests > 0)
        leave(guests[0]);
    uv_close((uv_handle_t *)&listener, NULL);
    uv_close((uv_handle_t *)handle, NULL);
}

static int print_port(void)
{
    struct sockaddr_in address;
    int size = sizeof address;
    int error =
        uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &size);
    if (!error)
        printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return error;
}

int main(void)
{
    struct sockaddr_in address;
    signal(SIGPIPE, SIG_IGN); /* guests leave while they are told something */
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(uv_default_loop(), &listener);
    uv_signal_init(uv_default_loop(), &terminate);
    uv_signal_start(&terminate, on_terminate, SIGTERM);
    int error = uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&listener, 16, on_guest);
    if (!error)
        error = print_port();
    if (error) {
        fprintf(stderr, "chat_server: %s\n", uv_strerror(error));
        return 1;
    }
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT) != 0;
}
