#ifndef EXAMPLES_FETCH_DELAYS_H
#define EXAMPLES_FETCH_DELAYS_H
/* SPDX-License-Identifier: MIT */
/*
 * delays.h - a local HTTP server that takes its time: a thread for each
 * connection, which answers one request.
 *
 *     GET /delay/2       200, after 2 s
 *     GET /status/500    that status, at once
 *
 *     struct delays server;
 *     delays_start(&server);      // on 127.0.0.1, server.port
 *     delays_stop(&server);       // waits until all are answered
 *
 * Units: seconds of the example's time.
 * Ownership: the server is the caller's, from start to stop.
 * Errors: 0 or -1 with errno.
 * Threads: start and stop on one.
 */
#include <uv.h>

#define DELAYS_CONNECTIONS 16 /* at most, in a server's life */

struct delays {
    int listener, port;
    uv_thread_t acceptor;
    struct delays_connection {
        int fd;
        uv_thread_t thread;
    } connections[DELAYS_CONNECTIONS]; /* the acceptor's until it is joined */
    int n_connections;
};

int delays_start(struct delays *server);

void delays_stop(struct delays *server);

#endif
