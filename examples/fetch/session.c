/* SPDX-License-Identifier: MIT */
/*
 * libcurl says which sockets it waits for (on_socket_wanted) and until when
 * (on_timeout_wanted); libuv's polls and timer say when that has come; and
 * after each the transfers that are done wake their tasks.
 *
 *     uv_poll, uv_timer -> curl_multi_socket_action -> take_done -> co_wake
 */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>

#include <curl/curl.h>
#include <uv.h>

#include "examples/support/example.h"

struct fetch_session {
    uv_loop_t *loop;
    uv_timer_t timer;
    CURLM *multi;
};

/* A socket of libcurl's that is waited for. */
struct watched {
    uv_poll_t poll;
    struct fetch_session *session;
    curl_socket_t fd;
};

struct transfer {
    struct co_task *task;
    CURLcode result;
    size_t n_bytes;
};

static void need(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "fetch: %s\n", what);
    exit(1);
}

/* ---- transfers that are done ---- */

static void take_done(struct fetch_session *session)
{
    CURLMsg *message;
    int n_left;
    while ((message = curl_multi_info_read(session->multi, &n_left))) {
        struct transfer *transfer;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer->result = message->data.result;
        co_wake(transfer->task);
    }
}

/* ---- what libcurl waits for ---- */

static void act(struct fetch_session *session, curl_socket_t fd, int what)
{
    int n_running;
    curl_multi_socket_action(session->multi, fd, what, &n_running);
    take_done(session);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
    struct watched *watched = poll->data;
    int what = status < 0 ? CURL_CSELECT_ERR : 0;
    if (events & UV_READABLE)
        what |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        what |= CURL_CSELECT_OUT;
    act(watched->session, watched->fd, what);
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_unwatched(uv_handle_t *poll)
{
    free(poll->data);
}

static struct watched *watch(struct fetch_session *session, curl_socket_t fd)
{
    struct watched *watched = calloc(1, sizeof *watched);
    need(watched && uv_poll_init_socket(session->loop, &watched->poll, fd) == 0,
         "a socket cannot be watched");
    watched->poll.data = watched;
    watched->session = session;
    watched->fd = fd;
    curl_multi_assign(session->multi, fd, watched);
    return watched;
}

static int on_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg,
                            void *socket_arg)
{
    struct fetch_session *session = arg;
    struct watched *watched = socket_arg;
    if (what == CURL_POLL_REMOVE) {
        if (watched) {
            curl_multi_assign(session->multi, fd, NULL);
            uv_close((uv_handle_t *)&watched->poll, on_unwatched);
        }
        return 0;
    }
    if (!watched)
        watched = watch(session, fd);
    uv_poll_start(&watched->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_event);
    return 0;
}

static int on_timeout_wanted(CURLM *multi, long ms, void *arg)
{
    struct fetch_session *session = arg;
    if (ms < 0)
        uv_timer_stop(&session->timer);
    else
        uv_timer_start(&session->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

/* ---- a transfer ---- */

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
    struct transfer *transfer = arg;
    transfer->n_bytes += size * n;
    return size * n;
}

struct fetch_answer fetch(struct fetch_session *session, const char *url)
{
    struct transfer transfer = {.task = co_self()};
    struct fetch_answer answer = {0};
    CURL *easy = curl_easy_init();
    need(easy, "no memory");
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     (long)(example_ns(FETCH_TIMEOUT) / 1000000));
    need(curl_multi_add_handle(session->multi, easy) == CURLM_OK, "libcurl");
    co_suspend("response");
    if (transfer.result != CURLE_OK)
        answer.error = curl_easy_strerror(transfer.result);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
    answer.n_bytes = transfer.n_bytes;
    curl_multi_remove_handle(session->multi, easy);
    curl_easy_cleanup(easy);
    return answer;
}

/* ---- the session ---- */

struct fetch_session *fetch_session_open(uv_loop_t *loop)
{
    struct fetch_session *session = calloc(1, sizeof *session);
    need(session && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK &&
             (session->multi = curl_multi_init()),
         "no session");
    session->loop = loop;
    uv_timer_init(loop, &session->timer);
    session->timer.data = session;
    curl_multi_setopt(session->multi, CURLMOPT_SOCKETFUNCTION,
                      on_socket_wanted);
    curl_multi_setopt(session->multi, CURLMOPT_SOCKETDATA, session);
    curl_multi_setopt(session->multi, CURLMOPT_TIMERFUNCTION,
                      on_timeout_wanted);
    curl_multi_setopt(session->multi, CURLMOPT_TIMERDATA, session);
    return session;
}

static void on_closed(uv_handle_t *timer)
{
    free(timer->data);
}

void fetch_session_close(struct fetch_session *session)
{
    curl_multi_cleanup(session->multi);
    curl_global_cleanup();
    uv_close((uv_handle_t *)&session->timer, on_closed);
}
