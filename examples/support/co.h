#ifndef EXAMPLES_CO_H
#define EXAMPLES_CO_H
/* SPDX-License-Identifier: MIT */
/*
 * co.h - tasks that give way to each other: asyncio's idea on libuv, in C.
 *
 * A task has a stack of its own and runs until it awaits; the loop then runs
 * the next one that is ready. Not for production (no cancelling, no locks, one
 * loop a thread): it is there to show how a coroutine runtime tells loopscope
 * what its tasks do, with loopscope.h and nothing else. See co.c for that.
 *
 *     static struct co_result brew(void *name)
 *     {
 *         printf("Brewing %s...\n", (char *)name);
 *         co_sleep(2);
 *         return co_ok(NULL);
 *     }
 *     ... in a task: co_await(co_spawn("brew", "Masala", brew, "Masala"));
 *     ... outside:   co_run("main", main_task, NULL);
 *
 * Units: seconds of the example's time (see example.h: it may run faster).
 * Ownership: tasks belong to co_run() and live until it returns; arguments,
 *     values and errors belong to the caller and must live as long.
 * Errors: a task's error is a sentence in its result. Out of memory ends the
 *     program.
 * Threads: everything on the thread that called co_run().
 */
#include <stddef.h>
#include <stdint.h>

/* What a task returned. ERROR is NULL when all went well. */
struct co_result {
    const char *value; /* or NULL */
    const char *error;
};

typedef struct co_result (*co_body)(void *arg);

struct co_task;

/* A task to be made: its kind ("brew"), its label ("Masala"; NULL: none). */
struct co_call {
    const char *kind;
    const char *label;
    co_body body;
    void *arg;
};

static inline struct co_result co_ok(const char *value)
{
    return (struct co_result){.value = value};
}

static inline struct co_result co_failed(const char *error)
{
    return (struct co_result){.error = error};
}

/*
 * Make a loop, run BODY on it as a task, and return when every task is over
 * and everything is closed. 0, or 1 after saying why on stderr.
 */
int co_run(const char *kind, co_body body, void *arg);

/* The same on a loop with that name, for programs with more than one. */
int co_run_on(const char *name, const char *kind, co_body body, void *arg);

/* Make a task. It does not run before it is started, if it ever is. */
struct co_task *co_make(const char *kind, const char *label, co_body body,
                        void *arg);

/* It runs on the loop's next pass, after those started before it. */
void co_start(struct co_task *task);

/* Make and start. */
struct co_task *co_spawn(const char *kind, const char *label, co_body body,
                         void *arg);

/* Nobody is going to wait for the task: it is meant to run by itself. */
void co_detach(struct co_task *task);

/* Below: only inside a task. */

/* Wait until the task is over. Only one task may wait for it. */
struct co_result co_await (struct co_task *task);

/*
 * Make N tasks and wait until all are over, whether they failed or not. Their
 * results come in the order of the calls; RESULTS may be NULL.
 */
void co_gather(const struct co_call *calls, size_t n,
               struct co_result *results);

/* Let others run for so long. */
void co_sleep(double seconds);

/* The same for what takes so long elsewhere: a "query", an opponent's "move".
 */
void co_wait(const char *what, double seconds);

/* Let the others that are ready run first. */
void co_yield (void);

/* Have the thread pool do WORK, and let others run meanwhile. */
void co_in_pool(void (*work)(void *arg), void *arg);

/* For callbacks on this loop: a task that waits for one names WHAT it awaits
 * and suspends itself; the callback, on the loop's thread, wakes it. */
struct uv_loop_s *co_uv_loop(void);
struct co_task *co_self(void);
void co_suspend(const char *what);
void co_wake(struct co_task *task);

#endif
