/* SPDX-License-Identifier: MIT */
/*
 * Waiting for other threads. (A semaphore is not tried first: even where it
 * would not wait, sem_wait() is a point at which a thread may be cancelled.)
 */
#include "blocks.h"

#include <pthread.h>
#include <semaphore.h>
#include <threads.h>

#define WAITS(call, what, object, name, parameters, arguments)                 \
    LS_BLOCKS(call, ls_subject_object(about, what, object, 0), int, name,      \
              parameters, arguments)

WAITS(PTHREAD_COND_WAIT, "condition", cond, pthread_cond_wait,
      (pthread_cond_t * cond, pthread_mutex_t *mutex), (cond, mutex))
WAITS(PTHREAD_COND_TIMEDWAIT, "condition", cond, pthread_cond_timedwait,
      (pthread_cond_t * cond, pthread_mutex_t *mutex,
       const struct timespec *until),
      (cond, mutex, until))
WAITS(PTHREAD_COND_CLOCKWAIT, "condition", cond, pthread_cond_clockwait,
      (pthread_cond_t * cond, pthread_mutex_t *mutex, clockid_t clock,
       const struct timespec *until),
      (cond, mutex, clock, until))
WAITS(CND_WAIT, "condition", cond, cnd_wait, (cnd_t * cond, mtx_t *mutex),
      (cond, mutex))
WAITS(CND_TIMEDWAIT, "condition", cond, cnd_timedwait,
      (cnd_t * cond, mtx_t *mutex, const struct timespec *until),
      (cond, mutex, until))
WAITS(PTHREAD_BARRIER_WAIT, "barrier", barrier, pthread_barrier_wait,
      (pthread_barrier_t * barrier), (barrier))
WAITS(SEM_WAIT, "semaphore", sem, sem_wait, (sem_t * sem), (sem))
WAITS(SEM_TIMEDWAIT, "semaphore", sem, sem_timedwait,
      (sem_t * sem, const struct timespec *until), (sem, until))
WAITS(SEM_CLOCKWAIT, "semaphore", sem, sem_clockwait,
      (sem_t * sem, clockid_t clock, const struct timespec *until),
      (sem, clock, until))

/* A thread's CPU clock tells its number: the clock is ~tid << 3 and flags
 * (the kernel's include/linux/posix-timers.h). One that is over has none. */
static void thread_subject(struct ls_subject *about, pthread_t thread)
{
    clockid_t clock;
    if (pthread_getcpuclockid(thread, &clock) != 0)
        ls_subject_none(about);
    else
        ls_subject_number(about, "thread", ~(clock >> 3));
}

#define JOINS(call, name, parameters, arguments)                               \
    LS_BLOCKS(call, thread_subject(about, thread), int, name, parameters,      \
              arguments)

JOINS(PTHREAD_JOIN, pthread_join, (pthread_t thread, void **result),
      (thread, result))
JOINS(PTHREAD_TIMEDJOIN_NP, pthread_timedjoin_np,
      (pthread_t thread, void **result, const struct timespec *until),
      (thread, result, until))
JOINS(PTHREAD_CLOCKJOIN_NP, pthread_clockjoin_np,
      (pthread_t thread, void **result, clockid_t clock,
       const struct timespec *until),
      (thread, result, clock, until))
JOINS(THRD_JOIN, thrd_join, (thrd_t thread, int *result), (thread, result))
