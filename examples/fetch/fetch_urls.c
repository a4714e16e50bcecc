/* SPDX-License-Identifier: MIT */
/* Three HTTP fetches with a shared session, from a local server that takes 2
 * units for each: they are sent at once, and one delay is all there is. */
#include <stdio.h>

#include "delays.h"
#include "examples/support/example.h"
#include "session.h"

static struct delays server;
static struct fetch_session *session;

static struct co_result fetch_url(void *url)
{
    struct fetch_answer answer = fetch(session, url);
    if (answer.error)
        return co_failed(answer.error);
    printf("Fetched with status %ld\n", answer.status);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    char url[64];
    double start = example_now();
    session = fetch_session_open(co_uv_loop());
    snprintf(url, sizeof url, "http://127.0.0.1:%d/delay/2", server.port);
    const struct co_call calls[] = {
        {"fetch_url", "first", fetch_url, url},
        {"fetch_url", "second", fetch_url, url},
        {"fetch_url", "third", fetch_url, url},
    };
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    fetch_session_close(session);
    printf("Total time: %.1f s\n", example_now() - start);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "fetch_urls",
        .purpose = "Three HTTP fetches of 2 s with libcurl on libuv: 2 s.",
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    if (delays_start(&server) != 0) {
        perror("fetch_urls: no server");
        return example_close(1);
    }
    status = co_run("main", main_task, NULL);
    delays_stop(&server);
    return example_close(status);
}
