/* SPDX-License-Identifier: MIT */
/*
 * Two tasks, each sequential in itself, that interleave:
 *
 *     0.0s  - Task A: starts fetch_user, waits
 *     0.01s - Task B: starts fetch_user, waits
 *     0.5s  - Task A: fetch_user returns, starts fetch_profile, waits
 *     0.51s - Task B: fetch_user returns, starts fetch_profile, waits
 *     1.0s  - Task A: fetch_profile returns, done
 *     1.01s - Task B: fetch_profile returns, done
 */
#include <stdio.h>

#include "support/example.h"

static double start;

static void say(const char *name, const char *what)
{
    printf("%.2fs - Task %s: %s\n", example_now() - start, name, what);
}

static struct co_result get_user_data(void *name)
{
    say(name, "starts fetch_user, waits");
    co_wait("fetch_user", 0.5);
    say(name, "fetch_user returns, starts fetch_profile, waits");
    co_wait("fetch_profile", 0.5);
    say(name, "fetch_profile returns, done");
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    start = example_now();
    struct co_task *a = co_spawn("get_user_data", "Task A", get_user_data, "A");
    co_sleep(0.01);
    struct co_task *b = co_spawn("get_user_data", "Task B", get_user_data, "B");
    co_await (a);
    co_await (b);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "interleaving",
        .purpose = "Two tasks of two fetches each, interleaved: 1.01 s.",
    };
    return example_run(&about, argc, argv, main_task);
}
