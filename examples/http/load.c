/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <stdio.h>
#include <string.h>

#include "examples/support/example.h"
#include "message.h"

#define PAUSE 0.1 /* seconds */

struct client {
    struct load *load;
    unsigned number; /* from 0 */
    unsigned n_asked;
    uv_tcp_t tcp;
    uv_timer_t pause;
    uv_connect_t connect;
    uv_write_t write;
    char request[128];
    char answer[2048];
    size_t n_answer;
    struct load_page *page; /* that it asked for */
    double asked_at;
};

static void count(struct load_page *page, bool ok, double seconds)
{
    if (!ok) {
        page->n_failed++;
        return;
    }
    if (page->n_ok == 0 || seconds < page->shortest_s)
        page->shortest_s = seconds;
    if (seconds > page->longest_s)
        page->longest_s = seconds;
    page->n_ok++;
}

static void leave(struct client *client, bool failed)
{
    if (failed)
        count(client->page, false, 0);
    if (uv_is_closing((uv_handle_t *)&client->tcp))
        return;
    uv_close((uv_handle_t *)&client->tcp, NULL);
    uv_close((uv_handle_t *)&client->pause, NULL);
}

/* The last client's second request is the one that makes all wait. */
static bool is_report_next(const struct client *client)
{
    return client->load->with_report && client->number == LOAD_CLIENTS - 1 &&
           client->n_asked == 1;
}

static void on_asked(uv_write_t *write, int status)
{
    if (status)
        leave(write->data, true);
}

static void ask(struct client *client)
{
    client->page =
        is_report_next(client) ? &client->load->report : &client->load->good;
    client->n_asked++;
    client->n_answer = 0;
    client->asked_at = example_now();
    int n = snprintf(client->request, sizeof client->request,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
                     client->page->path, client->load->port);
    uv_buf_t buffer = uv_buf_init(client->request, (unsigned)n);
    client->write.data = client;
    int error = uv_write(&client->write, (uv_stream_t *)&client->tcp, &buffer,
                         1, on_asked);
    if (error)
        leave(client, true);
}

static void on_paused(uv_timer_t *pause)
{
    ask(pause->data);
}

/* The report a little later, when the others' requests are on their way. */
static void ask_next(struct client *client)
{
    if (is_report_next(client))
        uv_timer_start(&client->pause, on_paused,
                       (uint64_t)(example_ns(PAUSE) / 1000000), 0);
    else
        ask(client);
}

static void take_answer(struct client *client)
{
    struct http_response response = {0};
    size_t n_head = http_head_length(client->answer, client->n_answer);
    if (n_head == 0)
        return;
    int wrong = http_response_parse(client->answer, n_head, &response);
    if (!wrong && client->n_answer < n_head + response.n_body)
        return;
    count(client->page, !wrong && response.status == 200,
          example_now() - client->asked_at);
    if (client->n_asked < LOAD_REQUESTS)
        ask_next(client);
    else
        leave(client, false);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct client *client = handle->data;
    *buffer = uv_buf_init(client->answer + client->n_answer,
                          (unsigned)(sizeof client->answer - client->n_answer));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct client *client = stream->data;
    if (n < 0) {
        leave(client, true);
        return;
    }
    client->n_answer += (size_t)n;
    take_answer(client);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct client *client = connect->data;
    if (!status)
        status = uv_read_start((uv_stream_t *)&client->tcp, give_room, on_read);
    if (status)
        leave(client, true);
    else
        ask(client);
}

static void begin(struct client *client, uv_loop_t *loop)
{
    struct sockaddr_in address;
    uv_ip4_addr("127.0.0.1", client->load->port, &address);
    client->page = &client->load->good;
    client->connect.data = client->tcp.data = client->pause.data = client;
    uv_tcp_init(loop, &client->tcp);
    uv_timer_init(loop, &client->pause);
    int error = uv_tcp_connect(&client->connect, &client->tcp,
                               (struct sockaddr *)&address, on_connected);
    if (error)
        leave(client, true);
}

static void run_clients(void *arg)
{
    struct load *load = arg;
    struct client clients[LOAD_CLIENTS] = {0};
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        load->good.n_failed++;
    } else {
        for (unsigned i = 0; i < LOAD_CLIENTS; i++) {
            clients[i].load = load;
            clients[i].number = i;
            begin(&clients[i], &loop);
        }
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_loop_close(&loop);
    }
    uv_async_send(load->when_done);
}

int load_start(struct load *load, int port, bool with_report,
               uv_async_t *when_done)
{
    *load = (struct load){.port = port,
                          .with_report = with_report,
                          .when_done = when_done,
                          .good = {.path = "/good"},
                          .report = {.path = "/report"}};
    return uv_thread_create(&load->thread, run_clients, load);
}

void load_join(struct load *load)
{
    uv_thread_join(&load->thread);
}

static void print_page(const struct load_page *page)
{
    if (page->n_ok > 0)
        printf("GET %s: %u answered, in %.2f to %.2f seconds\n", page->path,
               page->n_ok, page->shortest_s, page->longest_s);
    if (page->n_failed > 0)
        printf("GET %s: %u failed\n", page->path, page->n_failed);
}

bool load_print(const struct load *load)
{
    print_page(&load->good);
    print_page(&load->report);
    return load->good.n_failed + load->report.n_failed == 0;
}
