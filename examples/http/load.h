#ifndef EXAMPLES_HTTP_LOAD_H
#define EXAMPLES_HTTP_LOAD_H
/* SPDX-License-Identifier: MIT */
/*
 * load.h - clients for the server: some connections at once, each asking for
 * one page after the other, on a loop and a thread of their own.
 *
 *     load_start(&load, port, true, &when_done);
 *     ... the server's loop runs; WHEN_DONE is sent when all have left ...
 *     load_join(&load);
 *     load_print(&load);
 *
 * Units: latencies in seconds of the example's time.
 * Ownership: the load is the caller's from start to join.
 * Errors: 0 or a negative libuv code; what clients met is counted.
 * Threads: start, join and print on one; the clients have another.
 */
#include <stdbool.h>

#include <uv.h>

#define LOAD_CLIENTS 6
#define LOAD_REQUESTS 3 /* of each client */

/* What became of the requests for one page. */
struct load_page {
    const char *path;
    unsigned n_ok, n_failed;
    double shortest_s, longest_s;
};

struct load {
    int port;
    bool with_report; /* one of the requests is for /report */
    uv_async_t *when_done;
    uv_thread_t thread;
    struct load_page good, report; /* the thread's until load_join() */
};

int load_start(struct load *load, int port, bool with_report,
               uv_async_t *when_done);

void load_join(struct load *load);

/* A line for each page that was asked for. False: a request failed. */
bool load_print(const struct load *load);

#endif
