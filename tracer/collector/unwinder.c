/* SPDX-License-Identifier: MIT */
#include "unwinder.h"

#include <pthread.h>
#include <stdlib.h>

#include "symbols.h"

/* Symbols are kept by slot; the next process in a slot gets new ones. */
struct known {
    struct ls_symbols *symbols;
    uint32_t generation;
    uint64_t used; /* number of the job; 0: its files are closed */
};

/* Processes whose files are open: each may be a hundred megabytes. */
enum { MOST_OPEN = 16 };

struct ls_unwinder {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct ls_job *in, **in_end;        /* protected by lock */
    struct ls_job *out, **out_end;      /* protected by lock */
    size_t n_pending;                   /* protected by lock */
    bool stop;                          /* protected by lock */
    uint32_t lacking[LS_N_PROCESSES];   /* generation; protected by lock */
    struct known known[LS_N_PROCESSES]; /* the thread's own, as is */
    uint64_t n_jobs;                    /* this: how many it has done */
};

void ls_job_free(struct ls_job *job)
{
    if (!job)
        return;
    ls_symbols_free(job->symbols);
    free(job->bytes);
    free(job->python);
    ls_text_destroy(&job->frames);
    free(job);
}

static struct ls_symbols *symbols_of(struct ls_unwinder *u, struct ls_job *job)
{
    struct known *known = &u->known[job->process % LS_N_PROCESSES];
    if (known->symbols && known->generation == job->generation)
        return known->symbols;
    ls_symbols_free(known->symbols);
    known->symbols = job->symbols ? job->symbols : ls_symbols_new(job->pid);
    job->symbols = NULL;
    known->used = 0;
    known->generation = job->generation;
    return known->symbols;
}

/* Close the files of the one that was not used for longest. */
static void make_room(struct ls_unwinder *u)
{
    struct known *oldest = NULL;
    int n = 0;
    for (size_t i = 0; i < LS_N_PROCESSES; i++) {
        struct known *known = &u->known[i];
        if (!known->symbols || !known->used)
            continue;
        n++;
        if (!oldest || known->used < oldest->used)
            oldest = known;
    }
    if (n < MOST_OPEN)
        return;
    ls_symbols_rest(oldest->symbols);
    oldest->used = 0;
}

static void note_use(struct ls_unwinder *u, struct known *known)
{
    if (!known->used)
        make_room(u);
    known->used = ++u->n_jobs;
}

/* True: there were more names of functions than are read. */
static bool work(struct ls_unwinder *u, struct ls_job *job)
{
    struct ls_symbols *symbols = symbols_of(u, job);
    if (symbols && job->look)
        ls_symbols_look(symbols);
    if (!symbols || job->id == 0)
        return false;
    note_use(u, &u->known[job->process % LS_N_PROCESSES]);
    if (!job->bytes) {
        ls_symbols_place(symbols, job->call_pc, &job->frames);
        return ls_symbols_lack_names(symbols);
    }
    struct ls_stack_copy stack = {.kind = job->kind,
                                  .call_pc = job->call_pc,
                                  .hooks_begin = job->hooks_begin,
                                  .hooks_end = job->hooks_end,
                                  .registers = job->registers,
                                  .bytes = job->bytes,
                                  .n_bytes = job->n_bytes,
                                  .python = job->python};
    ls_symbols_unwind(symbols, &stack, &job->frames);
    return ls_symbols_lack_names(symbols);
}

static struct ls_job *next_job(struct ls_unwinder *u)
{
    while (!u->in && !u->stop)
        pthread_cond_wait(&u->wake, &u->lock);
    struct ls_job *job = u->stop ? NULL : u->in;
    if (job) {
        u->in = job->next;
        if (!u->in)
            u->in_end = &u->in;
        job->next = NULL;
    }
    return job;
}

static void *run(void *arg)
{
    struct ls_unwinder *u = arg;
    struct ls_job *job;
    pthread_mutex_lock(&u->lock);
    while ((job = next_job(u))) {
        pthread_mutex_unlock(&u->lock);
        bool lacks = work(u, job);
        pthread_mutex_lock(&u->lock);
        if (lacks)
            u->lacking[job->process % LS_N_PROCESSES] = job->generation;
        *u->out_end = job;
        u->out_end = &job->next;
    }
    pthread_mutex_unlock(&u->lock);
    return NULL;
}

struct ls_unwinder *ls_unwinder_new(void)
{
    struct ls_unwinder *u = calloc(1, sizeof *u);
    if (!u)
        return NULL;
    u->in_end = &u->in;
    u->out_end = &u->out;
    pthread_mutex_init(&u->lock, NULL);
    pthread_cond_init(&u->wake, NULL);
    if (pthread_create(&u->thread, NULL, run, u) != 0) {
        free(u);
        return NULL;
    }
    return u;
}

void ls_unwinder_add(struct ls_unwinder *u, struct ls_job *job)
{
    pthread_mutex_lock(&u->lock);
    *u->in_end = job;
    u->in_end = &job->next;
    u->n_pending++;
    pthread_cond_signal(&u->wake);
    pthread_mutex_unlock(&u->lock);
}

/* A job that no stack waits for. */
static struct ls_job *new_errand(uint32_t process, uint32_t generation, int pid)
{
    struct ls_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->process = process;
    job->generation = generation;
    job->pid = pid;
    return job;
}

void ls_unwinder_add_process(struct ls_unwinder *u, uint32_t process,
                             uint32_t generation, int pid)
{
    struct ls_job *job = new_errand(process, generation, pid);
    if (!job)
        return;
    job->symbols = ls_symbols_new(pid);
    ls_unwinder_add(u, job);
}

void ls_unwinder_look(struct ls_unwinder *u, uint32_t process,
                      uint32_t generation, int pid)
{
    struct ls_job *job = new_errand(process, generation, pid);
    if (!job)
        return;
    job->look = true;
    ls_unwinder_add(u, job);
}

struct ls_job *ls_unwinder_take(struct ls_unwinder *u)
{
    pthread_mutex_lock(&u->lock);
    struct ls_job *job = u->out;
    if (job) {
        u->out = job->next;
        if (!u->out)
            u->out_end = &u->out;
        job->next = NULL;
        u->n_pending--;
    }
    pthread_mutex_unlock(&u->lock);
    return job;
}

bool ls_unwinder_lacks_names(struct ls_unwinder *u, uint32_t process,
                             uint32_t generation)
{
    pthread_mutex_lock(&u->lock);
    bool lacks = u->lacking[process % LS_N_PROCESSES] == generation;
    pthread_mutex_unlock(&u->lock);
    return lacks;
}

size_t ls_unwinder_pending(struct ls_unwinder *u)
{
    pthread_mutex_lock(&u->lock);
    size_t n = u->n_pending;
    pthread_mutex_unlock(&u->lock);
    return n;
}

static void free_jobs(struct ls_job *job)
{
    while (job) {
        struct ls_job *next = job->next;
        ls_job_free(job);
        job = next;
    }
}

void ls_unwinder_free(struct ls_unwinder *u)
{
    if (!u)
        return;
    pthread_mutex_lock(&u->lock);
    u->stop = true;
    pthread_cond_signal(&u->wake);
    pthread_mutex_unlock(&u->lock);
    pthread_join(u->thread, NULL);
    free_jobs(u->in);
    free_jobs(u->out);
    for (size_t i = 0; i < LS_N_PROCESSES; i++)
        ls_symbols_free(u->known[i].symbols);
    pthread_mutex_destroy(&u->lock);
    pthread_cond_destroy(&u->wake);
    free(u);
}
