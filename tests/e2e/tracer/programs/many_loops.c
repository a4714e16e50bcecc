/* SPDX-License-Identifier: MIT */
/*
 * many_loops TRACE: 4 threads with a loop each, and on every loop 100 tasks
 * that await a timer 10 times. All at once. Every task ends ok; a counter says
 * how many awaits each thread has had, in order.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "tracer/loopscope.h"

enum { N_LOOPS = 4, N_TASKS = 100, N_AWAITS = 10 };

struct worker {
    uv_loop_t loop;
    ls_name_id counter;
    char name[16];
    int n_awaits;
};

struct task {
    uv_timer_t timer;
    ls_task_id id;
    int n_awaits;
};

static ls_name_id kind, wait_for;

static void next(struct task *task);

static void on_close(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_timer(uv_timer_t *timer)
{
    struct task *task = timer->data;
    struct worker *worker = timer->loop->data;
    ls_task_resume(task->id);
    ls_counter(worker->counter, ++worker->n_awaits);
    if (++task->n_awaits < N_AWAITS) {
        next(task);
    } else {
        ls_task_finish(task->id, LS_FINISHED_OK, NULL);
        uv_close((uv_handle_t *)timer, on_close);
    }
}

static void next(struct task *task)
{
    uv_timer_start(&task->timer, on_timer, (unsigned)task->n_awaits % 3, 0);
    ls_task_await(task->id, &(struct ls_await){.kind = wait_for});
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    uv_loop_init(&worker->loop);
    worker->loop.data = worker;
    if (ls_loop_attach(&worker->loop, worker->name)) {
        fprintf(stderr, "%s\n", ls_error_detail());
        exit(1);
    }
    for (int i = 0; i < N_TASKS; i++) {
        char label[32];
        struct task *task = calloc(1, sizeof *task);
        snprintf(label, sizeof label, "%s/%d", worker->name, i);
        uv_timer_init(&worker->loop, &task->timer);
        task->timer.data = task;
        task->id = ls_task_start(kind, label);
        next(task);
    }
    uv_run(&worker->loop, UV_RUN_DEFAULT);
    uv_loop_close(&worker->loop);
    return NULL;
}

int main(int argc, char **argv)
{
    static struct worker workers[N_LOOPS];
    pthread_t threads[N_LOOPS];
    if (ls_open(&(struct ls_options){.trace = argv[1]})) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    kind = ls_name("job");
    wait_for = ls_name("timer");
    for (int i = 0; i < N_LOOPS; i++) {
        snprintf(workers[i].name, sizeof workers[i].name, "loop%d", i);
        workers[i].counter = ls_name(workers[i].name);
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (int i = 0; i < N_LOOPS; i++)
        pthread_join(threads[i], NULL);
    return ls_close() ? 1 : 0;
}
