#ifndef EXAMPLES_HTTP_SERVER_H
#define EXAMPLES_HTTP_SERVER_H
/* SPDX-License-Identifier: MIT */
/*
 * server.h - an HTTP/1.1 server on a libuv loop, in plain callbacks. Not for
 * the open internet: it listens on loopback only.
 *
 * Each request is a task of loopscope's, from the callback that read its last
 * byte to the one that reports the answer written. Between them every callback
 * that goes on with a request says so, with http_await() and http_resume():
 *
 *     on_read: start, await "query" -> on_queried: resume, await "open"
 *     -> ... -> await "write" -> on_written: resume, finish
 *
 *     http_server_start(&server, loop, 8080);
 *     uv_run(loop, UV_RUN_DEFAULT);          // until http_server_stop()
 *
 * Units: bytes; ports as numbers.
 * Ownership: the server is the caller's and must live until the loop is done.
 * Errors: 0 or a negative libuv code.
 * Threads: all on the loop's.
 */
#include <stdbool.h>

#include <uv.h>

#include "database.h"
#include "message.h"
#include "tracer/loopscope.h"

#define HTTP_INPUT_BYTES 4096
#define HTTP_OUTPUT_BYTES 1024

struct http_server {
    uv_tcp_t listener;
    struct http_connection *connections;
    struct database database;
    int port; /* that it listens on */
    unsigned n_accepted;
    unsigned n_answered;
    bool stopping;
};

/* A client. While a request of its is answered, nothing is read from it. */
struct http_connection {
    struct http_server *server;
    struct http_connection *next, **link; /* in server->connections */
    unsigned number, n_requests;
    uv_tcp_t tcp;
    int n_open; /* handles not yet closed */

    char input[HTTP_INPUT_BYTES];
    size_t n_input;

    bool answering; /* what follows is of one request */
    ls_task_id task;
    struct http_request request;
    char output[HTTP_OUTPUT_BYTES];
    uv_write_t write;

    uv_timer_t timer; /* the rest is the route's */
    uv_fs_t fs;
    uv_file file;
    char data[256];
};

/* PORT 0: any that is free. */
int http_server_start(struct http_server *server, uv_loop_t *loop, int port);

/* Take no more connections, finish what was asked, close all. */
void http_server_stop(struct http_server *server);

/* For the routes. */

/* The request waits: until DUE_NS, or 0 for what has no due time. */
void http_await(struct http_connection *c, const char *what, int64_t due_ns);

/* What it waited for has come: a callback goes on with it. */
void http_resume(struct http_connection *c);

void http_answer(struct http_connection *c, int status, const char *body);

/* Answer the connection's request (routes.c). */
void http_route(struct http_connection *c);

#endif
