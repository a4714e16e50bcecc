/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

/* Then new ones are dropped: somebody is slow, and it is the reader. */
enum { MOST_QUEUED = 512 };

void ls_sample_free(struct ls_sample *sample)
{
    if (!sample)
        return;
    free(sample->bytes);
    free(sample->python);
    free(sample);
}

void ls_sample_list_init(struct ls_sample_list *list)
{
    *list = (struct ls_sample_list){.end = &list->first};
}

void ls_sample_list_add(struct ls_sample_list *list, struct ls_sample *sample)
{
    sample->next = NULL;
    *list->end = sample;
    list->end = &sample->next;
    list->n++;
}

struct ls_sample *ls_sample_list_take(struct ls_sample_list *list)
{
    struct ls_sample *sample = list->first;
    if (!sample)
        return NULL;
    list->first = sample->next;
    if (!list->first)
        list->end = &list->first;
    list->n--;
    return sample;
}

void ls_sample_list_clear(struct ls_sample_list *list)
{
    struct ls_sample *sample;
    while ((sample = ls_sample_list_take(list)))
        ls_sample_free(sample);
}

void ls_sample_queue_init(struct ls_sample_queue *queue)
{
    memset(queue, 0, sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    ls_sample_list_init(&queue->list);
}

void ls_sample_queue_give(struct ls_sample_queue *queue,
                          struct ls_sample *sample)
{
    pthread_mutex_lock(&queue->lock);
    if (queue->list.n < MOST_QUEUED) {
        ls_sample_list_add(&queue->list, sample);
        sample = NULL;
    } else {
        queue->n_dropped[sample->process % LS_N_PROCESSES]++;
    }
    pthread_mutex_unlock(&queue->lock);
    ls_sample_free(sample);
}

void ls_sample_queue_give_all(struct ls_sample_queue *queue,
                              struct ls_sample_list *list)
{
    struct ls_sample *sample;
    while ((sample = ls_sample_list_take(list)))
        ls_sample_queue_give(queue, sample);
}

struct ls_sample *ls_sample_queue_take(struct ls_sample_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    struct ls_sample *sample = ls_sample_list_take(&queue->list);
    pthread_mutex_unlock(&queue->lock);
    return sample;
}

uint64_t ls_sample_queue_dropped(struct ls_sample_queue *queue, uint32_t slot)
{
    pthread_mutex_lock(&queue->lock);
    uint64_t n = queue->n_dropped[slot % LS_N_PROCESSES];
    queue->n_dropped[slot % LS_N_PROCESSES] = 0;
    pthread_mutex_unlock(&queue->lock);
    return n;
}

void ls_sample_queue_destroy(struct ls_sample_queue *queue)
{
    ls_sample_list_clear(&queue->list);
    pthread_mutex_destroy(&queue->lock);
}
