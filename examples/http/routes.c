/* SPDX-License-Identifier: MIT */
/* What the server answers: one route that leaves the loop free while it waits,
 * and one that does not. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "examples/support/example.h"
#include "server.h"

#define QUERY_SECONDS 1.0

/* ---- GET /good: a query of 1 s, then the process's size from a file ---- */

static void on_file_closed(uv_fs_t *fs)
{
    struct http_connection *c = fs->data;
    char body[512];
    uv_fs_req_cleanup(fs);
    http_resume(c);
    snprintf(body, sizeof body,
             "client %u, request %u\n"
             "answered before: %u\n"
             "pages of memory: %s",
             c->number, c->n_requests, c->server->n_answered, c->data);
    http_answer(c, 200, body);
}

static void on_file_read(uv_fs_t *fs)
{
    struct http_connection *c = fs->data;
    size_t n = fs->result > 0 ? (size_t)fs->result : 0;
    uv_fs_req_cleanup(fs);
    http_resume(c);
    c->data[n] = '\0';
    http_await(c, "close", 0);
    uv_fs_close(c->tcp.loop, fs, c->file, on_file_closed);
}

static void on_file_open(uv_fs_t *fs)
{
    struct http_connection *c = fs->data;
    c->file = (uv_file)fs->result;
    uv_fs_req_cleanup(fs);
    http_resume(c);
    if (c->file < 0) {
        http_answer(c, 500, "no such file\n");
        return;
    }
    uv_buf_t buffer = uv_buf_init(c->data, sizeof c->data - 1);
    http_await(c, "read", 0);
    uv_fs_read(c->tcp.loop, fs, c->file, &buffer, 1, 0, on_file_read);
}

static void on_queried(uv_timer_t *timer)
{
    struct http_connection *c = timer->data;
    http_resume(c);
    c->fs.data = c;
    http_await(c, "open", 0);
    uv_fs_open(c->tcp.loop, &c->fs, "/proc/self/statm", O_RDONLY, 0,
               on_file_open);
}

static void answer_good(struct http_connection *c)
{
    uint64_t ms = (uint64_t)example_ns(QUERY_SECONDS) / 1000000;
    uv_timer_start(&c->timer, on_queried, ms, 0);
    uint64_t due_ms = uv_now(c->tcp.loop) + ms;
    http_await(c, "query", (int64_t)due_ms * 1000000);
}

/* ---- GET /report: the same patience, but nobody else is served ---- */

static void answer_report(struct http_connection *c)
{
    static const char question[] = "SELECT * FROM sales";
    char answer[DATABASE_ANSWER_BYTES + 1];
    int fd = c->server->database.fd;
    ssize_t n = -1;
    if (write(fd, question, strlen(question)) > 0)
        n = read(fd, answer, sizeof answer - 1); /* Blocks the event loop */
    if (n <= 0) {
        http_answer(c, 500, n == 0 ? "no database\n" : strerror(errno));
        return;
    }
    answer[n] = '\0';
    http_answer(c, 200, answer);
}

/* ---- which is which ---- */

static void answer_root(struct http_connection *c)
{
    http_answer(c, 200,
                "GET /good waits without blocking\n"
                "GET /report blocks the loop\n");
}

static const struct {
    const char *path;
    void (*answer)(struct http_connection *c);
} routes[] = {
    {"/", answer_root},
    {"/good", answer_good},
    {"/report", answer_report},
};

void http_route(struct http_connection *c)
{
    if (strcmp(c->request.method, "GET") != 0) {
        http_answer(c, 405, "only GET\n");
        return;
    }
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (strcmp(routes[i].path, c->request.path) == 0) {
            routes[i].answer(c);
            return;
        }
    http_answer(c, 404, "no such page\n");
}
