/* SPDX-License-Identifier: MIT */
/*
 * 60 sessions that were opened together expire together: 60 timers in one turn,
 * each with 1.5 ms of work. No callback is long; the turn is. With --queue
 * a timer only puts its session into a queue, and an idle handle works that
 * off, a few in each turn: between two turns the loop polls.
 */
#include <stdbool.h>
#include <stdio.h>

#include <uv.h>

#include "support/example.h"

#define N_SESSIONS 60
#define WORK_MS 1.5
#define MOST_IN_A_TURN 3

static const char *queue;

static uv_timer_t sessions[N_SESSIONS];
static uv_timer_t *expired[N_SESSIONS]; /* the queue */
static int n_expired, n_ended;
static uv_idle_t worker;

static void end_session(uv_timer_t *session)
{
    example_work(WORK_MS); /* its state is written away */
    uv_close((uv_handle_t *)session, NULL);
    if (++n_ended == N_SESSIONS) {
        printf("%d sessions have ended.\n", n_ended);
        uv_close((uv_handle_t *)&worker, NULL);
    }
}

static void on_expiry(uv_timer_t *session)
{
    end_session(session);
}

static void end_some(uv_idle_t *idle)
{
    for (int i = 0; i < MOST_IN_A_TURN && n_ended < n_expired; i++)
        end_session(expired[n_ended]);
    if (n_ended == n_expired)
        uv_idle_stop(idle); /* the loop is to wait until there is more */
}

static void on_expiry_queued(uv_timer_t *session)
{
    expired[n_expired++] = session;
    uv_idle_start(&worker, end_some);
}

static int run(void)
{
    uv_loop_t *loop = uv_default_loop();
    uint64_t timeout = (uint64_t)example_ns(1) / 1000000;
    uv_idle_init(loop, &worker);
    for (int i = 0; i < N_SESSIONS; i++) {
        uv_timer_init(loop, &sessions[i]);
        uv_timer_start(&sessions[i], queue ? on_expiry_queued : on_expiry,
                       timeout, 0);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return uv_loop_close(loop) != 0;
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--queue", NULL, "a few in each turn", &queue},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "expiring_sessions",
        .purpose = "60 short callbacks in one turn: the turn is long.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    return example_close(run());
}
