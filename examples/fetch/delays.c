/* SPDX-License-Identifier: MIT */
#include "delays.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/http/message.h"
#include "examples/support/example.h"

static int status_of(const struct http_request *request)
{
    double seconds;
    int status;
    if (sscanf(request->path, "/delay/%lf", &seconds) == 1 && seconds < 60) {
        usleep((unsigned)(example_ns(seconds) / 1000));
        return 200;
    }
    if (sscanf(request->path, "/status/%d", &status) == 1)
        return status;
    return 404;
}

static void answer(void *arg)
{
    struct delays_connection *c = arg;
    char text[1024];
    size_t n_text = 0, n_head = 0;
    ssize_t n;
    while (n_head == 0 && n_text < sizeof text &&
           (n = read(c->fd, text + n_text, sizeof text - n_text)) > 0) {
        n_text += (size_t)n;
        n_head = http_head_length(text, n_text);
    }
    struct http_request request;
    if (n_head > 0 && http_request_parse(text, n_head, &request) == 0) {
        char response[256];
        size_t n_response =
            http_response_format(response, sizeof response, status_of(&request),
                                 false, "it took a while\n");
        if (send(c->fd, response, n_response, MSG_NOSIGNAL) < 0)
            perror("answering"); /* who asked has left */
    }
    close(c->fd);
}

/* Until the listener is shut down. */
static void accept_all(void *arg)
{
    struct delays *server = arg;
    int fd;
    while (server->n_connections < DELAYS_CONNECTIONS &&
           (fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        struct delays_connection *c =
            &server->connections[server->n_connections];
        c->fd = fd;
        if (uv_thread_create(&c->thread, answer, c) == 0)
            server->n_connections++;
        else
            close(fd);
    }
}

int delays_start(struct delays *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n_address = sizeof address;
    *server = (struct delays){0};
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0)
        return -1;
    if (bind(server->listener, (struct sockaddr *)&address, sizeof address) ==
            0 &&
        listen(server->listener, DELAYS_CONNECTIONS) == 0 &&
        getsockname(server->listener, (struct sockaddr *)&address,
                    &n_address) == 0 &&
        uv_thread_create(&server->acceptor, accept_all, server) == 0) {
        server->port = ntohs(address.sin_port);
        return 0;
    }
    close(server->listener);
    return -1;
}

void delays_stop(struct delays *server)
{
    shutdown(server->listener, SHUT_RDWR);
    uv_thread_join(&server->acceptor);
    close(server->listener);
    for (int i = 0; i < server->n_connections; i++)
        uv_thread_join(&server->connections[i].thread);
}
