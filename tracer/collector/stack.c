/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "tracer/vocabulary.h"

/* Unwinding is far slower than copying: what is waiting for it is bounded. */
enum { MOST_PENDING = 256, MOST_CALLS_PENDING = 1024 };

/* Places of one trace; more have only programs that make code as they run. */
enum { MOST_PLACES = 1 << 17, MOST_PLACES_PENDING = 1 << 14 };

static struct ls_job *new_job(struct ls_collector *c,
                              const struct ls_thread *thread, uint64_t pc)
{
    struct ls_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    const struct ls_watched *process = &c->processes[thread->process];
    job->pid = thread->pid;
    job->process = thread->process;
    job->generation = process->generation;
    job->id = ++c->last_stack;
    job->call_pc = pc;
    job->hooks_begin = c->shared->processes[thread->process].hooks_begin;
    job->hooks_end = c->shared->processes[thread->process].hooks_end;
    return job;
}

static size_t slot_of(const struct ls_collector *c, const struct ls_place *key)
{
    uint64_t hash = (key->pc ^ (uint64_t)key->generation << 48) *
                    UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 24) & (c->places_capacity - 1);
}

static struct ls_place *find(struct ls_collector *c, const struct ls_place *key)
{
    size_t i = slot_of(c, key);
    while (c->places[i].id && (c->places[i].pc != key->pc ||
                               c->places[i].generation != key->generation))
        i = (i + 1) & (c->places_capacity - 1);
    return &c->places[i];
}

static bool grow(struct ls_collector *c)
{
    struct ls_place *old = c->places;
    size_t before = c->places_capacity;
    size_t capacity = before ? 2 * before : 64;
    struct ls_place *places = calloc(capacity, sizeof *places);
    if (!places)
        return false;
    c->places = places;
    c->places_capacity = capacity;
    for (size_t i = 0; i < before; i++)
        if (old[i].id)
            *find(c, &old[i]) = old[i];
    free(old);
    return true;
}

uint64_t ls_stack_place(struct ls_collector *c, const struct ls_thread *thread,
                        uint64_t pc)
{
    if (2 * (c->n_places + 1) > c->places_capacity && !grow(c))
        return 0;
    struct ls_place key = {.pc = pc,
                           .process = thread->process,
                           .generation =
                               c->processes[thread->process].generation};
    struct ls_place *place = find(c, &key);
    if (place->id)
        return place->id;
    if (c->n_places >= MOST_PLACES ||
        ls_unwinder_pending(c->unwinder) > MOST_PLACES_PENDING)
        return 0;
    struct ls_job *job = new_job(c, thread, pc);
    if (!job)
        return 0;
    key.id = job->id;
    *place = key;
    c->n_places++;
    ls_unwinder_add(c->unwinder, job);
    return key.id;
}

uint64_t ls_stack_copied(struct ls_collector *c, const struct ls_thread *thread,
                         uint64_t call_pc, const char *more, size_t n_more)
{
    if (n_more <= sizeof(struct ls_registers) ||
        ls_unwinder_pending(c->unwinder) > MOST_CALLS_PENDING)
        return 0;
    struct ls_job *job = new_job(c, thread, call_pc);
    size_t n_bytes = n_more - sizeof job->registers;
    unsigned char *bytes = malloc(n_bytes);
    if (!job || !bytes) {
        free(bytes);
        ls_job_free(job);
        return 0;
    }
    memcpy(&job->registers, more, sizeof job->registers);
    memcpy(bytes, more + sizeof job->registers, n_bytes);
    job->bytes = bytes;
    job->n_bytes = n_bytes;
    if (thread->python && thread->python_call == thread->call_begin)
        job->python = strdup(thread->python);
    uint64_t id = job->id;
    ls_unwinder_add(c->unwinder, job);
    return id;
}

/* FNV-1a of 64-bit words. */
static uint64_t hash_words(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    uint64_t word;
    for (; n >= sizeof word; n -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static uint64_t find_recent(struct ls_collector *c,
                            const struct ls_recent_stack *stack)
{
    for (size_t i = 0; i < LS_RECENT_STACKS; i++)
        if (c->recent[i].id && c->recent[i].hash == stack->hash &&
            c->recent[i].generation == stack->generation)
            return c->recent[i].id;
    return 0;
}

uint64_t ls_stack_sampled(struct ls_collector *c,
                          const struct ls_thread *thread,
                          struct ls_sample *sample)
{
    if (!sample->bytes || ls_unwinder_pending(c->unwinder) > MOST_PENDING)
        return 0;
    struct ls_recent_stack recent = {.generation = sample->generation};
    recent.hash = hash_words(UINT64_C(0xcbf29ce484222325), &sample->registers,
                             sizeof sample->registers);
    recent.hash = hash_words(recent.hash, sample->bytes, sample->n_bytes);
    if (sample->python)
        recent.hash =
            hash_words(recent.hash, sample->python, strlen(sample->python));
    recent.id = find_recent(c, &recent);
    if (recent.id)
        return recent.id;
    struct ls_job *job = new_job(c, thread, 0);
    if (!job)
        return 0;
    job->kind = sample->kind;
    job->registers = sample->registers;
    job->bytes = sample->bytes;
    job->n_bytes = sample->n_bytes;
    job->python = sample->python;
    sample->bytes = NULL;
    sample->python = NULL;
    recent.id = job->id;
    c->recent[c->next_recent++ % LS_RECENT_STACKS] = recent;
    ls_unwinder_add(c->unwinder, job);
    return recent.id;
}

void ls_stack_write(struct ls_collector *c)
{
    struct ls_job *job;
    while ((job = ls_unwinder_take(c->unwinder))) {
        if (job->id && !job->frames.failed) {
            struct ls_event event = {.ph = 'M',
                                     .pid = job->pid,
                                     .tid = job->pid,
                                     .name = LS_JSON("\"" LS_META_STACK "\"")};
            ls_emit_begin(&c->emit, &event);
            ls_text_add_int(ls_emit_arg(&c->emit, "id"), (int64_t)job->id);
            struct ls_text *text = ls_emit_arg(&c->emit, "frames");
            if (job->frames.n > 0)
                ls_text_add_bytes(text, job->frames.bytes, job->frames.n);
            else
                ls_text_add(text, "[]");
            ls_emit_end(&c->emit);
        }
        ls_job_free(job);
        atomic_fetch_add(&c->shared->header.progress, 1);
    }
}
