/* SPDX-License-Identifier: MIT */
/* Rows: locks, and waiting for other threads. */
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>

#include "row.h"

/* ---- locks: taken by another thread, given back LATE_MS after ----------- */

static pthread_mutex_t mutex;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static mtx_t mtx;
static pthread_t taker;
static sem_t taken, given;

static void take_mutex(void)
{
    pthread_mutex_lock(&mutex);
}

static void give_mutex(void)
{
    pthread_mutex_unlock(&mutex);
}

static void take_to_write(void)
{
    pthread_rwlock_wrlock(&rwlock);
}

static void take_to_read(void)
{
    pthread_rwlock_rdlock(&rwlock);
}

static void give_rwlock(void)
{
    pthread_rwlock_unlock(&rwlock);
}

static void take_mtx(void)
{
    mtx_lock(&mtx);
}

static void give_mtx(void)
{
    mtx_unlock(&mtx);
}

static void take_stream(void)
{
    flockfile(stderr);
}

static void give_stream(void)
{
    funlockfile(stderr);
}

static struct {
    void (*take)(void);
    void (*give)(void);
} how;

static void *take_and_give(void *unused)
{
    how.take();
    sem_post(&taken);
    sleep_late();
    how.give();
    sem_post(&given);
    return NULL;
}

static void start(void (*take)(void), void (*give)(void))
{
    static int n_started;
    if (n_started++ > 0)
        while (sem_wait(&given) < 0) /* by the one before */
            ;
    how.take = take;
    how.give = give;
    pthread_create(&taker, NULL, take_and_give, NULL);
    pthread_detach(taker);
    sem_wait(&taken);
}

static void fresh_mutex(void)
{
    pthread_mutex_init(&mutex, NULL);
}

static void make_mutex(void)
{
    fresh_mutex();
    start(take_mutex, give_mutex);
}

static void make_recursive(void)
{
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&mutex, &kind);
    start(take_mutex, give_mutex);
}

static void make_written(void)
{
    start(take_to_write, give_rwlock);
}

static void make_read(void)
{
    start(take_to_read, give_rwlock);
}

static void make_mtx(void)
{
    mtx_init(&mtx, mtx_plain);
    start(take_mtx, give_mtx);
}

static void make_timed_mtx(void)
{
    mtx_init(&mtx, mtx_timed);
    start(take_mtx, give_mtx);
}

static void make_stream(void)
{
    start(take_stream, give_stream);
}

#define HELD ", held by thread "

WAITS(pthread_mutex_lock, "pthread_mutex_lock", "", HELD, make_mutex, NULL,
      pthread_mutex_lock(&mutex))
WAITS(pthread_mutex_lock_recursive, "pthread_mutex_lock", "", HELD,
      make_recursive, NULL, pthread_mutex_lock(&mutex))
WAITS(pthread_mutex_timedlock, "pthread_mutex_timedlock", "", "mutex 0x",
      make_mutex, NULL,
      pthread_mutex_timedlock(&mutex, from_now(CLOCK_REALTIME, 1000)))
WAITS(pthread_mutex_clocklock, "pthread_mutex_clocklock", "", "mutex 0x",
      make_mutex, NULL,
      pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC,
                              from_now(CLOCK_MONOTONIC, 1000)))
WAITS(pthread_mutex_times_out, "pthread_mutex_timedlock", "", "mutex 0x",
      make_mutex, NULL,
      pthread_mutex_timedlock(&mutex, from_now(CLOCK_REALTIME, LATE_MS / 2)) -
          ETIMEDOUT)
WAITS(pthread_rwlock_rdlock, "pthread_rwlock_rdlock", "", HELD, make_written,
      NULL, pthread_rwlock_rdlock(&rwlock) + pthread_rwlock_unlock(&rwlock))
WAITS(pthread_rwlock_wrlock, "pthread_rwlock_wrlock", "", "rwlock 0x",
      make_read, NULL,
      pthread_rwlock_wrlock(&rwlock) + pthread_rwlock_unlock(&rwlock))
WAITS(pthread_rwlock_timedrdlock, "pthread_rwlock_timedrdlock", "", "rwlock 0x",
      make_written, NULL,
      pthread_rwlock_timedrdlock(&rwlock, from_now(CLOCK_REALTIME, 1000)) +
          pthread_rwlock_unlock(&rwlock))
WAITS(pthread_rwlock_timedwrlock, "pthread_rwlock_timedwrlock", "", "rwlock 0x",
      make_read, NULL,
      pthread_rwlock_timedwrlock(&rwlock, from_now(CLOCK_REALTIME, 1000)) +
          pthread_rwlock_unlock(&rwlock))
WAITS(pthread_rwlock_clockrdlock, "pthread_rwlock_clockrdlock", "", "rwlock 0x",
      make_written, NULL,
      pthread_rwlock_clockrdlock(&rwlock, CLOCK_MONOTONIC,
                                 from_now(CLOCK_MONOTONIC, 1000)) +
          pthread_rwlock_unlock(&rwlock))
WAITS(pthread_rwlock_clockwrlock, "pthread_rwlock_clockwrlock", "", "rwlock 0x",
      make_read, NULL,
      pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC,
                                 from_now(CLOCK_MONOTONIC, 1000)) +
          pthread_rwlock_unlock(&rwlock))
WAITS(mtx_lock, "mtx_lock", "", HELD, make_mtx, NULL, mtx_lock(&mtx))
WAITS(mtx_timedlock, "mtx_timedlock", "", "mutex 0x", make_timed_mtx, NULL,
      mtx_timedlock(&mtx, from_now(CLOCK_REALTIME, 1000)))
WAITS(flockfile, "flockfile", "", "stream 0x", make_stream, NULL,
      (flockfile(stderr), funlockfile(stderr), 0))

static long lock_often(void)
{
    for (int i = 0; i < 1000; i++)
        if (pthread_mutex_lock(&mutex) || pthread_mutex_unlock(&mutex) ||
            pthread_rwlock_rdlock(&rwlock) || pthread_rwlock_unlock(&rwlock) ||
            pthread_rwlock_wrlock(&rwlock) || pthread_rwlock_unlock(&rwlock))
            return 1;
    return 0;
}

static void make_checked(void)
{
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &kind);
}

QUIET(locks_free, fresh_mutex, lock_often())
/* Invalid ones are refused, or not looked at, as they are without hooks. */
static struct timespec odd = {.tv_sec = 1, .tv_nsec = 1000000000};
static struct timespec valid = {.tv_sec = 1};
static pthread_mutex_t free_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t free_rwlock = PTHREAD_RWLOCK_INITIALIZER;

static long unlocked(int error)
{
    if (error == 0)
        pthread_rwlock_unlock(&free_rwlock);
    return error;
}

#define ODD(id, expression) QUIET(odd_##id, NULL, unlocked(expression))
ODD(timedrd, pthread_rwlock_timedrdlock(&free_rwlock, &odd))
ODD(timedwr, pthread_rwlock_timedwrlock(&free_rwlock, &odd))
ODD(clockrd, pthread_rwlock_clockrdlock(&free_rwlock, CLOCK_MONOTONIC, &odd))
ODD(clockwr, pthread_rwlock_clockwrlock(&free_rwlock, CLOCK_MONOTONIC, &odd))
ODD(clockrd_cpu,
    pthread_rwlock_clockrdlock(&free_rwlock, CLOCK_THREAD_CPUTIME_ID, &valid))
ODD(clockwr_cpu,
    pthread_rwlock_clockwrlock(&free_rwlock, CLOCK_THREAD_CPUTIME_ID, &valid))
ODD(clockrd_valid,
    pthread_rwlock_clockrdlock(&free_rwlock, CLOCK_MONOTONIC, &valid))

static long unlocked_mutex(int error)
{
    if (error == 0)
        pthread_mutex_unlock(&free_mutex);
    return error;
}

#define ODD_MUTEX(id, expression)                                              \
    QUIET(odd_##id, NULL, unlocked_mutex(expression))
ODD_MUTEX(timed, pthread_mutex_timedlock(&free_mutex, &odd))
ODD_MUTEX(clock, pthread_mutex_clocklock(&free_mutex, CLOCK_MONOTONIC, &odd))
ODD_MUTEX(clock_cpu,
          pthread_mutex_clocklock(&free_mutex, CLOCK_THREAD_CPUTIME_ID, &valid))

QUIET(mutex_own, make_checked,
      pthread_mutex_lock(&mutex) + pthread_mutex_lock(&mutex) - EDEADLK)

/* ---- waiting ------------------------------------------------------------ */

static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t sem;
static cnd_t cnd;
static pthread_t thread;
static thrd_t thrd;

static void make_cond(void)
{
    fresh_mutex();
    pthread_mutex_lock(&mutex);
}

static void signal_late(void)
{
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
}

static void broadcast_late(void)
{
    pthread_mutex_lock(&mutex);
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
}

/* The mutex is held again after the wait. */
static long held(int result)
{
    if (pthread_mutex_trylock(&mutex) != EBUSY)
        return -1;
    pthread_mutex_unlock(&mutex);
    return result;
}

static void make_cnd(void)
{
    cnd_init(&cnd);
    mtx_init(&mtx, mtx_plain);
    mtx_lock(&mtx);
}

static void signal_cnd(void)
{
    mtx_lock(&mtx);
    cnd_signal(&cnd);
    mtx_unlock(&mtx);
}

static void make_barrier(void)
{
    pthread_barrier_init(&barrier, NULL, 2);
}

static void reach_barrier(void)
{
    pthread_barrier_wait(&barrier);
}

static void make_sem(void)
{
    sem_init(&sem, 0, 0);
}

static void post(void)
{
    sem_post(&sem);
}

static void make_posted(void)
{
    sem_init(&sem, 0, 1);
}

static void *live_a_while(void *unused)
{
    sleep_late();
    return NULL;
}

static void make_thread(void)
{
    pthread_create(&thread, NULL, live_a_while, NULL);
}

static int live_too(void *unused)
{
    sleep_late();
    return 7;
}

static void make_thrd(void)
{
    thrd_create(&thrd, live_too, NULL);
}

static int answer;

WAITS(pthread_cond_wait, "pthread_cond_wait", "", "condition 0x", make_cond,
      signal_late, held(pthread_cond_wait(&cond, &mutex)))
WAITS(pthread_cond_broadcast, "pthread_cond_wait", "", "condition 0x",
      make_cond, broadcast_late, held(pthread_cond_wait(&cond, &mutex)))
WAITS(pthread_cond_timedwait, "pthread_cond_timedwait", "", "condition 0x",
      make_cond, signal_late,
      held(pthread_cond_timedwait(&cond, &mutex,
                                  from_now(CLOCK_REALTIME, 1000))))
WAITS(pthread_cond_times_out, "pthread_cond_timedwait", "", "condition 0x",
      make_cond, NULL,
      held(pthread_cond_timedwait(&cond, &mutex,
                                  from_now(CLOCK_REALTIME, LATE_MS))) -
          ETIMEDOUT)
WAITS(pthread_cond_clockwait, "pthread_cond_clockwait", "", "condition 0x",
      make_cond, signal_late,
      held(pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC,
                                  from_now(CLOCK_MONOTONIC, 1000))))
WAITS(cnd_wait, "cnd_wait", "", "condition 0x", make_cnd, signal_cnd,
      cnd_wait(&cnd, &mtx))
WAITS(cnd_timedwait, "cnd_timedwait", "", "condition 0x", make_cnd, signal_cnd,
      cnd_timedwait(&cnd, &mtx, from_now(CLOCK_REALTIME, 1000)))
WAITS(pthread_barrier_wait, "pthread_barrier_wait", "", "barrier 0x",
      make_barrier, reach_barrier, pthread_barrier_wait(&barrier) > 0)
WAITS(sem_wait, "sem_wait", "", "semaphore 0x", make_sem, post, sem_wait(&sem))
WAITS(sem_timedwait, "sem_timedwait", "", "semaphore 0x", make_sem, post,
      sem_timedwait(&sem, from_now(CLOCK_REALTIME, 1000)))
WAITS(sem_clockwait, "sem_clockwait", "", "semaphore 0x", make_sem, post,
      sem_clockwait(&sem, CLOCK_MONOTONIC, from_now(CLOCK_MONOTONIC, 1000)))
WAITS(pthread_join, "pthread_join", "", "thread ", make_thread, NULL,
      pthread_join(thread, NULL))
WAITS(pthread_timedjoin_np, "pthread_timedjoin_np", "", "thread ", make_thread,
      NULL, pthread_timedjoin_np(thread, NULL, from_now(CLOCK_REALTIME, 1000)))
WAITS(pthread_clockjoin_np, "pthread_clockjoin_np", "", "thread ", make_thread,
      NULL,
      pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC,
                           from_now(CLOCK_MONOTONIC, 1000)))
WAITS(thrd_join, "thrd_join", "", "", make_thrd, NULL,
      thrd_join(thrd, &answer) + (answer != 7))
QUIET(sem_posted, make_posted, sem_wait(&sem))
