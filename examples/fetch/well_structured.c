/* SPDX-License-Identifier: MIT */
/*
 * A well-structured program: a session that is opened and closed, a task for
 * each URL, all awaited together, and errors as results that are looked at.
 * One URL is answered with an error, at one nobody listens, and one takes
 * longer than anybody waits; the others are none the worse for it.
 */
#include <stdio.h>

#include "delays.h"
#include "examples/support/example.h"
#include "session.h"

#define N_URLS 5

static struct delays server;
static struct fetch_session *session;

struct job {
    char url[64], label[16];
    struct fetch_answer answer;
};

static struct co_result fetch_data(void *arg)
{
    struct job *job = arg;
    job->answer = fetch(session, job->url);
    if (job->answer.error)
        return co_failed(job->answer.error);
    if (job->answer.status >= 400)
        return co_failed("the server reports an error");
    return co_ok(NULL);
}

static void name_jobs(struct job *jobs)
{
    static const char *const paths[N_URLS] = {"/delay/1", "/status/500", "/",
                                              "/delay/4", "/delay/1.5"};
    for (int i = 0; i < N_URLS; i++) {
        snprintf(jobs[i].label, sizeof jobs[i].label, "url_%d", i);
        /* At port 1 nobody listens. */
        snprintf(jobs[i].url, sizeof jobs[i].url, "http://127.0.0.1:%d%s",
                 i == 2 ? 1 : server.port, paths[i]);
    }
}

static struct co_result main_task(void *arg)
{
    struct job jobs[N_URLS] = {0};
    struct co_call calls[N_URLS];
    struct co_result results[N_URLS];
    session = fetch_session_open(co_uv_loop());
    name_jobs(jobs);
    for (int i = 0; i < N_URLS; i++)
        calls[i] =
            (struct co_call){"fetch_data", jobs[i].label, fetch_data, &jobs[i]};
    co_gather(calls, N_URLS, results);
    fetch_session_close(session);
    for (int i = 0; i < N_URLS; i++)
        if (results[i].error)
            printf("Task %d failed: %s\n", i, results[i].error);
        else
            printf("Task %d completed: %zu bytes\n", i, jobs[i].answer.n_bytes);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "well_structured",
        .purpose = "Five fetches, three of which fail, and all is tidied up.",
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    if (delays_start(&server) != 0) {
        perror("well_structured: no server");
        return example_close(1);
    }
    status = co_run("main", main_task, NULL);
    delays_stop(&server);
    return example_close(status);
}
