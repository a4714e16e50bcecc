/* SPDX-License-Identifier: MIT */
/*
 * Tasks that are ready stand in a queue. An idle handle, active while the
 * queue is not empty, runs those that stood in it when the pass began; what
 * they make ready runs on the next pass, after a poll (as in asyncio):
 *
 *     timers -> queue -> [idle: run the queue] -> poll -> timers -> ...
 *
 * loopscope is told of five moments, each in one place: a task is made
 * (co_make) and can run (co_start), waits (give_way), could go on (sleep needs
 * no word, its due time says it; wake says the rest), goes on (step), is over
 * (finish).
 */
#include "co.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <uv.h>

#include "co_stack.h"
#include "example.h"
#include "tracer/loopscope.h"

struct co_task {
    struct co_task *next;       /* of all tasks of the run */
    struct co_task *next_ready; /* in the queue */
    struct co_task *waiter;     /* to be woken when this one is over */
    size_t n_awaited;           /* how many it waits for */
    ls_task_id id;
    co_body body;
    void *arg;
    struct co_result result;
    bool started, over;
    ucontext_t context;
    struct co_stack stack;
    uv_timer_t timer; /* for co_sleep, until DUE_NS on uv_hrtime()'s clock */
    uint64_t due_ns;
};

struct co_loop {
    uv_loop_t uv;
    uv_idle_t idle;
    ucontext_t context; /* of the loop, while a task runs */
    struct co_task *all;
    struct co_task *first_ready, *last_ready;
    struct co_task *running;
    size_t n_alive;
    uint64_t read_ns; /* the clock when a sleep last looked at it */
    ls_name_id sleep, yield, pool, task, gather; /* what is awaited */
};

static _Thread_local struct co_loop *here;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- the queue ---- */

static void run_ready(uv_idle_t *idle);

static void enqueue(struct co_task *task)
{
    task->next_ready = NULL;
    if (here->first_ready)
        here->last_ready->next_ready = task;
    else
        here->first_ready = task;
    here->last_ready = task;
    uv_idle_start(&here->idle, run_ready);
}

static void wake(struct co_task *task)
{
    ls_task_ready(task->id);
    enqueue(task);
}

static void finish(struct co_task *task)
{
    const char *error = task->result.error;
    ls_task_finish(task->id, error ? LS_FINISHED_FAILED : LS_FINISHED_OK,
                   error);
    if (task->waiter && --task->waiter->n_awaited == 0)
        wake(task->waiter);

    co_stack_unmap(&task->stack);
    uv_close((uv_handle_t *)&task->timer, NULL);
    here->n_alive--;
}

/* Let the task run until it waits or is over. */
static void step(struct co_task *task)
{
    here->running = task;
    ls_task_resume(task->id);
    if (swapcontext(&here->context, &task->context) != 0)
        die("swapcontext");
    here->running = NULL;
    if (task->over)
        finish(task);
}

static void run_ready(uv_idle_t *idle)
{
    struct co_task *task = here->first_ready;
    here->first_ready = here->last_ready = NULL;
    while (task) {
        struct co_task *next = task->next_ready;
        step(task);
        task = next;
    }
    if (!here->first_ready)
        uv_idle_stop(idle);
    if (here->n_alive == 0)
        uv_close((uv_handle_t *)idle, NULL);
}

/* ---- a task's life ---- */

static void enter(void)
{
    struct co_task *task = here->running;
    task->result = task->body(task->arg);
    task->over = true;
    setcontext(&here->context);
}

struct co_task *co_make(const char *kind, const char *label, co_body body,
                        void *arg)
{
    struct co_task *task = calloc(1, sizeof *task);
    if (!task || co_stack_map(&task->stack) != 0)
        die("a new task");
    task->body = body;
    task->arg = arg;
    task->next = here->all;
    here->all = task;

    getcontext(&task->context);
    task->context.uc_stack.ss_sp = task->stack.base;
    task->context.uc_stack.ss_size = task->stack.n_bytes;
    task->context.uc_link = NULL;
    makecontext(&task->context, enter, 0);
    task->id = ls_task_make(ls_name(kind), label);
    return task;
}

void co_start(struct co_task *task)
{
    assert(!task->started);
    task->started = true;
    here->n_alive++;
    uv_timer_init(&here->uv, &task->timer);
    task->timer.data = task;
    wake(task);
}

struct co_task *co_spawn(const char *kind, const char *label, co_body body,
                         void *arg)
{
    struct co_task *task = co_make(kind, label, body, arg);
    co_start(task);
    return task;
}

void co_detach(struct co_task *task)
{
    ls_task_detach(task->id);
}

/* Back to the loop, until somebody has put the running task in the queue. */
static void leave(void)
{
    struct co_task *self = here->running;
    if (swapcontext(&self->context, &here->context) != 0)
        die("swapcontext");
}

static void give_way(const struct ls_await *what, bool ready)
{
    struct co_task *self = here->running;
    ls_task_await(self->id, what);
    if (ready)
        wake(self);
    leave();
}

/*
 * The time from which a sleep counts. It stands still for a millisecond, so
 * that tasks which begin to sleep together wake together.
 */
static uint64_t sleep_base_ns(void)
{
    uint64_t now_ns = uv_hrtime();
    if (now_ns - here->read_ns >= 1000000) {
        here->read_ns = now_ns;
        uv_update_time(&here->uv); /* else it polls as if nothing had run */
    }
    return here->read_ns;
}

/* libuv's timers count whole milliseconds of a clock that is rounded down: one
 * may be up to a millisecond early. */
static void on_timer(uv_timer_t *timer)
{
    struct co_task *task = timer->data;
    if (uv_hrtime() < task->due_ns)
        uv_timer_start(timer, on_timer, 1, 0);
    else
        enqueue(task);
}

static void wait_for(double seconds, ls_name_id what)
{
    struct co_task *self = here->running;
    self->due_ns = sleep_base_ns() + (uint64_t)example_ns(seconds);
    uint64_t due_ms = self->due_ns / 1000000;
    uint64_t now_ms = uv_now(&here->uv);
    uv_timer_start(&self->timer, on_timer,
                   due_ms > now_ms ? due_ms - now_ms : 0, 0);
    give_way(&(struct ls_await){.kind = what, .due_ns = (int64_t)self->due_ns},
             false);
}

void co_sleep(double seconds)
{
    wait_for(seconds, here->sleep);
}

void co_wait(const char *what, double seconds)
{
    wait_for(seconds, ls_name(what));
}

void co_yield (void)
{
    give_way(&(struct ls_await){.kind = here->yield}, true);
}

/* ---- what callbacks and other threads do meanwhile ---- */

uv_loop_t *co_uv_loop(void)
{
    return &here->uv;
}

struct co_task *co_self(void)
{
    return here->running;
}

void co_suspend(const char *what)
{
    give_way(&(struct ls_await){.kind = ls_name(what)}, false);
}

void co_wake(struct co_task *task)
{
    wake(task);
}

struct pool_work {
    uv_work_t request;
    struct co_task *task;
    void (*work)(void *arg);
    void *arg;
};

/* It can go on from here; that the loop hears of it is another matter. */
static void work_in_pool(uv_work_t *request)
{
    struct pool_work *work = request->data;
    work->work(work->arg);
    ls_task_ready(work->task->id);
}

static void after_work(uv_work_t *request, int status)
{
    struct pool_work *work = request->data;
    enqueue(work->task);
}

void co_in_pool(void (*work)(void *arg), void *arg)
{
    struct pool_work request = {
        .task = here->running, .work = work, .arg = arg};
    request.request.data = &request;
    /* First, for the pool may be done with it before this goes on. */
    ls_task_await(request.task->id, &(struct ls_await){.kind = here->pool});
    if (uv_queue_work(&here->uv, &request.request, work_in_pool, after_work))
        die("work for the pool");
    leave();
}

/* ---- tasks that wait for tasks ---- */

/* Wait until all of them are over. */
static void await_tasks(struct co_task *const *tasks, size_t n, ls_name_id kind)
{
    struct co_task *self = here->running;
    ls_task_id *ids = calloc(n ? n : 1, sizeof *ids);
    if (!ids)
        die("waiting for tasks");
    for (size_t i = 0; i < n; i++) {
        ids[i] = tasks[i]->id;
        if (!tasks[i]->over) {
            assert(!tasks[i]->waiter);
            tasks[i]->waiter = self;
            self->n_awaited++;
        }
    }
    if (self->n_awaited > 0)
        give_way(&(struct ls_await){.kind = kind, .tasks = ids, .n_tasks = n},
                 false);
    free(ids);
}

struct co_result co_await (struct co_task *task)
{
    await_tasks(&task, 1, here->task);
    return task->result;
}

void co_gather(const struct co_call *calls, size_t n, struct co_result *results)
{
    struct co_task **tasks = calloc(n ? n : 1, sizeof(struct co_task *));
    if (!tasks)
        die("gather");
    for (size_t i = 0; i < n; i++)
        tasks[i] = co_spawn(calls[i].kind, calls[i].label, calls[i].body,
                            calls[i].arg);
    await_tasks(tasks, n, here->gather);
    for (size_t i = 0; results && i < n; i++)
        results[i] = tasks[i]->result;
    free(tasks);
}

/* ---- the run ---- */

/* Those that wait for what never comes still have their timers. */
static void close_the_rest(struct co_loop *loop)
{
    for (struct co_task *task = loop->all; task; task = task->next)
        if (task->started && !task->over)
            uv_close((uv_handle_t *)&task->timer, NULL);
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

static void free_tasks(struct co_task *task)
{
    while (task) {
        struct co_task *next = task->next;
        co_stack_unmap(&task->stack); /* of one that was never started */
        free(task);
        task = next;
    }
}

static void name_awaits(struct co_loop *loop)
{
    loop->sleep = ls_name("sleep");
    loop->yield = ls_name("yield");
    loop->pool = ls_name("pool");
    loop->task = ls_name("task");
    loop->gather = ls_name("gather");
}

int co_run(const char *kind, co_body body, void *arg)
{
    return co_run_on("main", kind, body, arg);
}

int co_run_on(const char *name, const char *kind, co_body body, void *arg)
{
    struct co_loop loop = {0};
    int status = 1;
    int error = uv_loop_init(&loop.uv);
    if (error) {
        fprintf(stderr, "no loop: %s\n", uv_strerror(error));
        return 1;
    }
    error = ls_loop_attach(&loop.uv, name);
    if (error) {
        fprintf(stderr, "loopscope: %s: %s\n", ls_strerror(error),
                ls_error_detail());
        goto close;
    }
    here = &loop;
    name_awaits(&loop);
    uv_idle_init(&loop.uv, &loop.idle);

    struct co_task *first = co_spawn(kind, NULL, body, arg);
    uv_run(&loop.uv, UV_RUN_DEFAULT);
    ls_loop_detach(&loop.uv);

    status = 0;
    if (loop.n_alive > 0) {
        fprintf(stderr, "%zu tasks wait for what never comes\n", loop.n_alive);
        close_the_rest(&loop);
        status = 1;
    } else if (first->result.error) {
        fprintf(stderr, "%s\n", first->result.error);
        status = 1;
    }
    free_tasks(loop.all);
    here = NULL;
close:
    error = uv_loop_close(&loop.uv);
    if (error) {
        fprintf(stderr, "the loop is still in use: %s\n", uv_strerror(error));
        status = 1;
    }
    return status;
}
