/* SPDX-License-Identifier: MIT */
/*
 * pool-saturated: work that waits for a thread of libuv's pool.
 *
 *     thread 1  |---- a ----|-- c --|
 *     thread 2    |------ b ------|
 *     full        |#########|#####|       all threads are busy
 *     c        asked |~~~~~~| begins      what counts of its wait
 *
 * A pool is a process's. What libuv does in it for itself is not seen, so its
 * threads may be busier than this knows: rather too little than a false alarm.
 */
#include "judge.h"

#include "shares.h"
#include "statistics.h"

#include <stdlib.h>

#define SLOW_NS 5000000
enum { OFTEN = 3 };

struct work {
    int64_t asked_ns, begin_ns, end_ns;
    uint32_t thread, slice;
};

/* From AT on so many more threads are busy. */
struct step {
    int64_t at_ns;
    int change;
};

/* A time in which all threads were busy, and how long they were before it. */
struct full {
    int64_t begin_ns, end_ns, before_ns;
};

/* The threads of each process: the first, and of each the next. */
struct threads {
    uint32_t *first, *next; /* LS_NONE: none */
};

struct pool {
    const struct ls_trace *trace;
    const struct threads *of_process;
    uint32_t process, threads;
    struct work *works;
    struct step *steps;
    struct full *full;
    int64_t *waits;
    uint32_t n, n_full;
};

static bool is_work(const struct ls_trace *t, const struct ls_slice *slice)
{
    const struct ls_callback *callback = ls_trace_callback(t, slice);
    return slice->kind == LS_SLICE_POOL && !(slice->flags & LS_SLICE_CUT) &&
           callback && callback->submitted_ns != LS_UNKNOWN;
}

/* Calls WITH for each work of the process. */
static void each_work(struct pool *pool,
                      void (*with)(struct pool *pool, uint32_t thread,
                                   uint32_t slice))
{
    const struct ls_trace *t = pool->trace;
    for (uint32_t k = pool->of_process->first[pool->process]; k != LS_NONE;
         k = pool->of_process->next[k])
        for (uint32_t i = 0; !t->threads[k].lane && i < t->threads[k].n_slices;
             i++)
            if (is_work(t, &t->threads[k].slices[i]))
                with(pool, k, i);
}

static void count(struct pool *pool, uint32_t thread, uint32_t slice)
{
    const struct ls_callback *callback = ls_trace_callback(
        pool->trace, &pool->trace->threads[thread].slices[slice]);
    pool->n++;
    if (callback->threads > pool->threads)
        pool->threads = callback->threads;
}

static void take(struct pool *pool, uint32_t thread, uint32_t slice)
{
    const struct ls_slice *s = &pool->trace->threads[thread].slices[slice];
    uint32_t n = pool->n++;
    pool->works[n] = (struct work){
        .asked_ns = ls_trace_callback(pool->trace, s)->submitted_ns,
        .begin_ns = s->begin_ns,
        .end_ns = s->end_ns,
        .thread = thread,
        .slice = slice};
    pool->steps[2 * n] = (struct step){s->begin_ns, 1};
    pool->steps[2 * n + 1] = (struct step){s->end_ns, -1};
}

/* At one time, who ends first gives its thread to who begins. */
static int by_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return x->change - y->change;
}

static void find_full(struct pool *pool)
{
    int64_t busy = 0, since_ns = 0, sum_ns = 0;
    qsort(pool->steps, pool->n * 2ul, sizeof(*pool->steps), by_time);
    for (uint32_t i = 0; i < pool->n * 2; i++) {
        const struct step *step = &pool->steps[i];
        bool was = busy >= pool->threads;
        busy += step->change;
        bool is = busy >= pool->threads;
        if (is && !was)
            since_ns = step->at_ns;
        if (is || !was || step->at_ns == since_ns)
            continue;
        pool->full[pool->n_full++] =
            (struct full){since_ns, step->at_ns, sum_ns};
        sum_ns += step->at_ns - since_ns;
    }
}

/* How long the pool was full before AT. */
static int64_t full_until(const struct pool *pool, int64_t at_ns)
{
    uint32_t low = 0, high = pool->n_full;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pool->full[middle].begin_ns < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    const struct full *last = &pool->full[low - 1];
    int64_t end = last->end_ns < at_ns ? last->end_ns : at_ns;
    return last->before_ns + end - last->begin_ns;
}

/* What of a work's wait counts. */
static int64_t wait_ns(const struct pool *pool, const struct work *work)
{
    return work->begin_ns > work->asked_ns
               ? full_until(pool, work->begin_ns) -
                     full_until(pool, work->asked_ns)
               : 0;
}

/* Works by name, and the one that waited longest. */
static void fill(const struct pool *pool, struct ls_finding *f)
{
    struct ls_shares shares = {.n = 0};
    const struct work *worst = &pool->works[0];
    int64_t most = -1;
    for (uint32_t i = 0; i < pool->n; i++) {
        const struct work *work = &pool->works[i];
        const struct ls_thread *thread = &pool->trace->threads[work->thread];
        ls_shares_add(&shares, thread->slices[work->slice].name,
                      work->end_ns - work->begin_ns);
        int64_t wait = wait_ns(pool, work);
        if (wait > most)
            worst = work;
        most = wait > most ? wait : most;
    }
    ls_shares_give(&shares, f);
    const struct ls_slice *slice =
        &pool->trace->threads[worst->thread].slices[worst->slice];
    f->thread = worst->thread;
    f->slice = worst->slice;
    f->task = ls_trace_callback(pool->trace, slice)->task;
    f->callback = f->shares[0].name;
    f->start_ns = worst->asked_ns;
    f->duration_ns = most;
}

static void judge_full(struct ls_judge *judge, struct pool *pool)
{
    uint32_t n_slow = 0;
    for (uint32_t i = 0; i < pool->n; i++) {
        pool->waits[i] = wait_ns(pool, &pool->works[i]);
        n_slow += pool->waits[i] > SLOW_NS;
    }
    struct ls_summary waits = ls_summary_of(pool->waits, pool->n);
    if (waits.p99_ns <= SLOW_NS || n_slow < OFTEN)
        return;
    struct ls_finding f =
        ls_judge_blank(LS_RULE_POOL_SATURATED, LS_SEVERITY_WARNING);
    f.process = pool->process;
    f.pool_threads = pool->threads;
    f.p99_ns = waits.p99_ns;
    f.count = n_slow;
    fill(pool, &f);
    ls_judge_add(judge, &f, "");
}

static void judge_process(struct ls_judge *judge, const struct threads *threads,
                          uint32_t process)
{
    struct pool pool = {
        .trace = judge->trace, .of_process = threads, .process = process};
    each_work(&pool, count);
    if (!pool.threads)
        return;
    pool.works = malloc(pool.n * sizeof(*pool.works));
    pool.steps = malloc(pool.n * 2ul * sizeof(*pool.steps));
    pool.full = malloc(pool.n * sizeof(*pool.full));
    pool.waits = malloc(pool.n * sizeof(*pool.waits));
    if (pool.works && pool.steps && pool.full && pool.waits) {
        pool.n = 0;
        each_work(&pool, take);
        find_full(&pool);
        judge_full(judge, &pool);
    } else {
        judge->failed = true;
    }
    free(pool.works);
    free(pool.steps);
    free(pool.full);
    free(pool.waits);
}

/* In their order. */
static void link_threads(const struct ls_trace *t, struct threads *threads)
{
    for (uint32_t i = 0; i < t->n_processes; i++)
        threads->first[i] = LS_NONE;
    for (uint32_t k = t->n_threads; k-- > 0;) {
        uint32_t *first = &threads->first[t->threads[k].process];
        threads->next[k] = *first;
        *first = k;
    }
}

void ls_rule_pool(struct ls_judge *judge)
{
    const struct ls_trace *t = judge->trace;
    if (!ls_judge_has_all(judge))
        return;
    struct threads threads = {
        malloc((t->n_processes + 1ul) * sizeof(*threads.first)),
        malloc((t->n_threads + 1ul) * sizeof(*threads.next))};
    if (threads.first && threads.next) {
        link_threads(t, &threads);
        for (uint32_t i = 0; i < t->n_processes; i++)
            judge_process(judge, &threads, i);
    } else {
        judge->failed = true;
    }
    free(threads.first);
    free(threads.next);
}

void ls_say_pool(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    ls_say(s, "work waited up to ");
    ls_say_time(s, f->duration_ns);
    ls_say(s, " (p99 ");
    ls_say_time(s, f->p99_ns);
    if (f->pool_threads == 1)
        ls_say(s, ") for the only thread of the pool, which did ");
    else
        ls_say(s, ") for a thread of the pool; all %u were busy with ",
               f->pool_threads);
    ls_say_shares(s);
    ls_say(s, "; %u of %u waited long", f->count, f->n_parts);
}

void ls_advise_pool(const struct ls_sentence *s)
{
    ls_say(s,
           "Set UV_THREADPOOL_SIZE in the environment to more than %u, before "
           "the pool is first used, if %s waits for something; if it computes, "
           "more threads than processors do not help: do it in smaller pieces, "
           "or less of it. Name lookups (getaddrinfo) get at most half of the "
           "threads.",
           s->finding->pool_threads,
           ls_say_text(s, s->finding->shares[0].name));
}
