/* SPDX-License-Identifier: MIT */
/*
 * A small HTTP server with a good handler and a blocking one, and clients that
 * feel the difference: while one asks for /report, the others' /good, ready
 * long ago, has to wait.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "examples/support/example.h"
#include "load.h"
#include "server.h"

static const char *port_text, *serve, *good_only;
static int port;

struct program {
    uv_loop_t loop;
    struct http_server server;
    struct load load;
    uv_async_t load_is_done;
    uv_signal_t interrupted;
};

static int complain(const char *what, int error)
{
    fprintf(stderr, "http_server: %s: %s\n", what, uv_strerror(error));
    return 1;
}

static void on_load_done(uv_async_t *async)
{
    struct program *p = async->data;
    uv_close((uv_handle_t *)async, NULL);
    http_server_stop(&p->server);
}

static void on_interrupt(uv_signal_t *interrupted, int number)
{
    struct program *p = interrupted->data;
    uv_close((uv_handle_t *)interrupted, NULL);
    http_server_stop(&p->server);
}

static int run_with_load(struct program *p)
{
    p->load_is_done.data = p;
    uv_async_init(&p->loop, &p->load_is_done, on_load_done);
    int error =
        load_start(&p->load, p->server.port, !good_only, &p->load_is_done);
    if (error) {
        on_load_done(&p->load_is_done);
        uv_run(&p->loop, UV_RUN_DEFAULT);
        return complain("no clients", error);
    }
    uv_run(&p->loop, UV_RUN_DEFAULT);
    load_join(&p->load);
    return load_print(&p->load) ? 0 : 1;
}

static int run_until_interrupted(struct program *p)
{
    p->interrupted.data = p;
    uv_signal_init(&p->loop, &p->interrupted);
    uv_signal_start(&p->interrupted, on_interrupt, SIGINT);
    printf("http://127.0.0.1:%d/ (Ctrl-C ends it)\n", p->server.port);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    printf("%u requests answered\n", p->server.n_answered);
    return 0;
}

static int run(struct program *p)
{
    int error = http_server_start(&p->server, &p->loop, port);
    if (error) {
        uv_run(&p->loop, UV_RUN_DEFAULT); /* what was begun is closed */
        return complain("cannot listen", error);
    }
    return serve ? run_until_interrupted(p) : run_with_load(p);
}

static bool read_port(void)
{
    char *end;
    long number = port_text ? strtol(port_text, &end, 10) : 0;
    if (port_text &&
        (*end || end == port_text || number < 0 || number > 65535)) {
        fprintf(stderr, "http_server: --port %s: not a number up to 65535\n",
                port_text);
        return false;
    }
    port = (int)number;
    return true;
}

static int run_attached(void)
{
    struct program p = {0};
    int error = uv_loop_init(&p.loop);
    if (error)
        return complain("no loop", error);
    int status = 1;
    error = ls_loop_attach(&p.loop, "server");
    if (error)
        fprintf(stderr, "http_server: %s: %s\n", ls_strerror(error),
                ls_error_detail());
    else
        status = run(&p);
    ls_loop_detach(&p.loop);
    error = uv_loop_close(&p.loop);
    return error ? complain("the loop is still in use", error) : status;
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--port", "N", "listen on this port (default: one that is free)",
         &port_text},
        {"--serve", NULL, "no clients of its own: serve until Ctrl-C", &serve},
        {"--good-only", NULL, "no client asks for the blocking page",
         &good_only},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "http_server",
        .purpose = "An HTTP server with a good handler and a blocking one.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    signal(SIGPIPE, SIG_IGN);
    return example_close(read_port() ? run_attached() : 2);
}
