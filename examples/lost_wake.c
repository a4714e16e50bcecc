/* SPDX-License-Identifier: MIT */
/*
 * Three orders ask a bank, and wait for its answer. One is declined, and that
 * way out of the callback forgets the order: nothing is left that could resume
 * it, and main waits behind it for ever. With --woken every answer wakes.
 */
#include <stdbool.h>
#include <stdio.h>

#include <uv.h>

#include "support/example.h"

struct order {
    const char *name;
    bool declined;
    const char *answer;
    uv_timer_t bank; /* stands for a connection to it */
    struct co_task *task;
};

static const char *woken; /* --woken */

static void on_answer(uv_timer_t *bank)
{
    struct order *order = bank->data;
    uv_close((uv_handle_t *)bank, NULL);
    order->answer = order->declined ? "declined" : "paid";
    if (order->declined && !woken)
        return; /* The mistake: who waits for the answer? */
    co_wake(order->task);
}

static struct co_result order(void *arg)
{
    struct order *self = arg;
    printf("%s: asking the bank\n", self->name);
    self->task = co_self();
    self->bank.data = self;
    uv_timer_init(co_uv_loop(), &self->bank);
    uv_timer_start(&self->bank, on_answer, (uint64_t)example_ns(1) / 1000000,
                   0);
    co_suspend("bank");
    printf("%s: %s\n", self->name, self->answer);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    static struct order orders[] = {
        {.name = "Tea"},
        {.name = "Kettle", .declined = true},
        {.name = "Cups"},
    };
    const struct co_call calls[] = {
        {"order", "Tea", order, &orders[0]},
        {"order", "Kettle", order, &orders[1]},
        {"order", "Cups", order, &orders[2]},
    };
    co_gather(calls, sizeof calls / sizeof *calls, NULL);
    printf("All orders are answered.\n");
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--woken", NULL, "every answer wakes its order", &woken},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "lost_wake",
        .purpose = "Of three orders one is never resumed.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    co_run("main", main_task, NULL); /* says which tasks are left: they are what
                                        this is about */
    return example_close(0);
}
