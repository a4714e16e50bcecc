/* SPDX-License-Identifier: MIT */
/*
 * Event-driven: a server that gets webhooks over a real socket. A handler for
 * each kind of event; whenever an event comes, a task of its own begins, and
 * while it waits for the store the others go on.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/support/example.h"
#include "server.h"

/* ---- the handlers ---- */

static void on_stored(uv_timer_t *timer)
{
    struct http_connection *c = timer->data;
    http_resume(c);
    printf("%s: stored\n", c->request.path);
    http_answer(c, 200, "thank you\n");
}

static void store(struct http_connection *c, double seconds)
{
    uint64_t ms = (uint64_t)example_ns(seconds) / 1000000;
    uv_timer_start(&c->timer, on_stored, ms, 0);
    uint64_t due_ms = uv_now(c->tcp.loop) + ms;
    http_await(c, "store", (int64_t)due_ms * 1000000);
}

static void on_push(struct http_connection *c)
{
    store(c, 0.3);
}

static void on_payment(struct http_connection *c)
{
    store(c, 0.5);
}

static void on_message(struct http_connection *c)
{
    store(c, 0.1);
}

static const struct {
    const char *path;
    void (*handle)(struct http_connection *c);
} handlers[] = {
    {"/push", on_push},
    {"/payment", on_payment},
    {"/message", on_message},
};

void http_route(struct http_connection *c)
{
    if (strcmp(c->request.method, "POST") != 0) {
        http_answer(c, 405, "only POST\n");
        return;
    }
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++)
        if (strcmp(handlers[i].path, c->request.path) == 0) {
            printf("%s: has come\n", c->request.path);
            handlers[i].handle(c);
            return;
        }
    http_answer(c, 404, "nobody handles that\n");
}

/* ---- the world outside, which does not know of loops ---- */

static const struct event {
    double pause; /* seconds, before it happens */
    const char *path;
} events[] = {
    {0, "/payment"}, {0.1, "/push"},  {0.1, "/message"},
    {0.5, "/push"},  {0.05, "/push"}, {0.35, "/payment"},
};

#define N_EVENTS (sizeof events / sizeof *events)

struct world {
    int port;
    uv_async_t *when_done;
    unsigned n_failed;
};

/* A socket on which an answer is to come, or -1. */
static int send_event(int port, const char *path)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char text[160];
    int n = snprintf(text, sizeof text,
                     "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     "Content-Length: 2\r\nConnection: close\r\n\r\n{}",
                     path);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 &&
        (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
         write(fd, text, (size_t)n) != n)) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool is_thanked(int fd)
{
    char answer[256] = "";
    size_t n_answer = 0;
    ssize_t n;
    while (n_answer < sizeof answer - 1 &&
           (n = read(fd, answer + n_answer, sizeof answer - 1 - n_answer)) > 0)
        n_answer += (size_t)n;
    return strncmp(answer, "HTTP/1.1 200 ", 13) == 0;
}

static void happen(void *arg)
{
    struct world *world = arg;
    int answers[N_EVENTS];
    for (size_t i = 0; i < N_EVENTS; i++) {
        usleep((unsigned)(example_ns(events[i].pause) / 1000));
        answers[i] = send_event(world->port, events[i].path);
    }
    for (size_t i = 0; i < N_EVENTS; i++) {
        world->n_failed += answers[i] < 0 || !is_thanked(answers[i]);
        if (answers[i] >= 0)
            close(answers[i]);
    }
    uv_async_send(world->when_done);
}

/* ---- the program ---- */

static void on_all_happened(uv_async_t *async)
{
    struct http_server *server = async->data;
    uv_close((uv_handle_t *)async, NULL);
    http_server_stop(server);
}

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "webhooks: %s: %s\n", what, why);
    return 1;
}

static int run(uv_loop_t *loop)
{
    struct http_server server;
    uv_async_t all_happened = {.data = &server};
    struct world world = {.when_done = &all_happened};
    uv_thread_t thread;
    int error = http_server_start(&server, loop, 0);
    if (!error) {
        world.port = server.port;
        uv_async_init(loop, &all_happened, on_all_happened);
        error = uv_thread_create(&thread, happen, &world);
        if (error)
            on_all_happened(&all_happened);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    if (error)
        return complain("cannot serve", uv_strerror(error));
    uv_thread_join(&thread);
    printf("%u events, %u failed\n", server.n_answered, world.n_failed);
    return world.n_failed > 0;
}

static int run_attached(void)
{
    uv_loop_t loop;
    int status, error = uv_loop_init(&loop);
    if (error)
        return complain("no loop", uv_strerror(error));
    error = ls_loop_attach(&loop, "webhooks");
    status =
        error ? complain(ls_strerror(error), ls_error_detail()) : run(&loop);
    ls_loop_detach(&loop);
    error = uv_loop_close(&loop);
    return error ? complain("the loop is still in use", uv_strerror(error))
                 : status;
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "webhooks",
        .purpose = "Webhooks over a real socket: a task for each event.",
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    signal(SIGPIPE, SIG_IGN);
    return example_close(run_attached());
}
