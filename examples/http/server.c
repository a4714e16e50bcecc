/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_on(struct http_connection *c);

/* ---- a connection's end ---- */

static void on_closed(uv_handle_t *handle)
{
    struct http_connection *c = handle->data;
    if (--c->n_open > 0)
        return;
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    free(c);
}

static void close_connection(struct http_connection *c)
{
    if (uv_is_closing((uv_handle_t *)&c->tcp))
        return;
    uv_close((uv_handle_t *)&c->tcp, on_closed);
    uv_close((uv_handle_t *)&c->timer, on_closed);
}

/* ---- a request's life ---- */

static void begin_request(struct http_connection *c)
{
    char kind[80], label[48];
    snprintf(kind, sizeof kind, "%s %s", c->request.method, c->request.path);
    snprintf(label, sizeof label, "client %u #%u", c->number, ++c->n_requests);
    c->task = ls_task_start(ls_name(kind), label);
    c->answering = true;
    uv_read_stop((uv_stream_t *)&c->tcp);
}

void http_await(struct http_connection *c, const char *what, int64_t due_ns)
{
    ls_task_await(c->task,
                  &(struct ls_await){.kind = ls_name(what), .due_ns = due_ns});
}

void http_resume(struct http_connection *c)
{
    ls_task_resume(c->task);
}

static void on_written(uv_write_t *write, int status)
{
    struct http_connection *c = write->data;
    http_resume(c);
    ls_task_finish(c->task, status ? LS_FINISHED_FAILED : LS_FINISHED_OK,
                   status ? uv_strerror(status) : NULL);
    c->answering = false;
    c->server->n_answered++;
    if (status || !c->request.keep_alive || c->server->stopping)
        close_connection(c);
    else
        read_on(c);
}

void http_answer(struct http_connection *c, int status, const char *body)
{
    size_t n = http_response_format(c->output, sizeof c->output, status,
                                    c->request.keep_alive, body);
    uv_buf_t buffer = uv_buf_init(c->output, (unsigned)n);
    c->write.data = c;
    http_await(c, "write", 0);
    int error =
        uv_write(&c->write, (uv_stream_t *)&c->tcp, &buffer, 1, on_written);
    if (error)
        on_written(&c->write, error);
}

static void refuse(struct http_connection *c, int status)
{
    c->request = (struct http_request){.method = "bad", .path = "request"};
    begin_request(c);
    http_answer(c, status, "not understood\n");
}

/* 0: a request was taken from the input; -1: it is not all there; else the
 * status that says what is wrong with it. */
static int take_request(struct http_connection *c)
{
    size_t n_head = http_head_length(c->input, c->n_input);
    if (n_head == 0)
        return c->n_input < sizeof c->input ? -1 : 431;
    int wrong = http_request_parse(c->input, n_head, &c->request);
    if (wrong)
        return wrong;
    if (c->request.n_body > sizeof c->input - n_head)
        return 413;
    size_t n = n_head + c->request.n_body;
    if (n > c->n_input)
        return -1;
    c->n_input -= n;
    memmove(c->input, c->input + n, c->n_input);
    return 0;
}

static void serve(struct http_connection *c)
{
    int wrong = take_request(c);
    if (wrong > 0) {
        refuse(c, wrong);
    } else if (wrong == 0) {
        begin_request(c);
        http_route(c);
    }
}

/* ---- reading ---- */

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct http_connection *c = handle->data;
    *buffer = uv_buf_init(c->input + c->n_input,
                          (unsigned)(sizeof c->input - c->n_input));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct http_connection *c = stream->data;
    if (n < 0) {
        close_connection(c);
        return;
    }
    c->n_input += (size_t)n;
    serve(c);
}

/* The next request may have come already, behind the last. */
static void read_on(struct http_connection *c)
{
    if (uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read) != 0)
        close_connection(c);
    else
        serve(c);
}

/* ---- the server ---- */

static void on_connection(uv_stream_t *listener, int status)
{
    struct http_server *server = listener->data;
    struct http_connection *c = status == 0 ? calloc(1, sizeof *c) : NULL;
    if (!c)
        return;
    c->server = server;
    c->number = ++server->n_accepted;
    c->n_open = 2;
    c->tcp.data = c->timer.data = c;
    c->next = server->connections;
    c->link = &server->connections;
    if (c->next)
        c->next->link = &c->next;
    server->connections = c;
    uv_timer_init(listener->loop, &c->timer);
    uv_tcp_init(listener->loop, &c->tcp);
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0)
        close_connection(c);
    else
        read_on(c);
}

static int listen_on(struct http_server *server, int port)
{
    struct sockaddr_in address;
    int n_address = sizeof address;
    uv_ip4_addr("127.0.0.1", port, &address);
    int error = uv_tcp_bind(&server->listener, (struct sockaddr *)&address, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&server->listener, 128, on_connection);
    if (!error)
        error = uv_tcp_getsockname(&server->listener,
                                   (struct sockaddr *)&address, &n_address);
    server->port = ntohs(address.sin_port);
    return error;
}

int http_server_start(struct http_server *server, uv_loop_t *loop, int port)
{
    *server = (struct http_server){0};
    /* Its tasks have names: that is said before anything is asked of the loop,
     * or the listener would be taken for a task. */
    ls_name("write");
    int error = database_start(&server->database);
    if (error)
        return error;
    uv_tcp_init(loop, &server->listener);
    server->listener.data = server;
    error = listen_on(server, port);
    if (error)
        http_server_stop(server);
    return error;
}

static void on_listener_closed(uv_handle_t *listener)
{
    struct http_server *server = listener->data;
    database_stop(&server->database);
}

void http_server_stop(struct http_server *server)
{
    if (server->stopping)
        return;
    server->stopping = true;
    uv_close((uv_handle_t *)&server->listener, on_listener_closed);
    for (struct http_connection *c = server->connections; c; c = c->next)
        if (!c->answering)
            close_connection(c);
}
