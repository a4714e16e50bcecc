/* SPDX-License-Identifier: MIT */
/*
 * Locks. They are free most of the time, and then taking one is all that
 * happens: only where that fails is the time taken.
 */
#include "blocks.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <threads.h>
#include <time.h>

/* Where glibc keeps the thread that holds a lock; 0 elsewhere. */
#if defined(__GLIBC__)
#define MUTEX_HOLDER(mutex) ((mutex)->__data.__owner)
#define RWLOCK_HOLDER(lock) ((lock)->__data.__cur_writer)
#else
#define MUTEX_HOLDER(mutex) 0
#define RWLOCK_HOLDER(lock) 0
#endif

#define MUTEX ls_subject_object(about, "mutex", lock, MUTEX_HOLDER(lock))
#define RWLOCK ls_subject_object(about, "rwlock", lock, RWLOCK_HOLDER(lock))
#define MTX                                                                    \
    ls_subject_object(about, "mutex", lock,                                    \
                      MUTEX_HOLDER((pthread_mutex_t *)lock))

static bool is_bad_clock(clockid_t clock)
{
    return clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC;
}

/* glibc refuses these even where nothing is waited for. Its header says that no
 * time is NULL, and compilers believe it; it takes one all the same. */
static bool is_bad_time(const struct timespec *until, clockid_t clock)
{
    __asm__("" : "+r"(until));
    return until && (until->tv_nsec < 0 || until->tv_nsec >= 1000000000 ||
                     is_bad_clock(clock));
}

/* TRY fails with BUSY where the real one would wait. What is BAD is not tried.
 */
#define LOCKS(call, subject, try, busy, bad, name, parameters, arguments)      \
    int(name) parameters;                                                      \
    LS_HOOK int(name) parameters                                               \
    {                                                                          \
        int result;                                                            \
        if (!ls_call_is_watching() || (bad))                                   \
            return LS_REAL(name) arguments;                                    \
        result = try(lock);                                                    \
        if (result != busy)                                                    \
            return result;                                                     \
        LS_BLOCKS_AROUND(call, subject, result, LS_REAL(name) arguments);      \
        return result;                                                         \
    }

#define LOCKS_MUTEX(call, bad, name, parameters, arguments)                    \
    LOCKS(call, MUTEX, pthread_mutex_trylock, EBUSY, bad, name, parameters,    \
          arguments)

LOCKS_MUTEX(PTHREAD_MUTEX_LOCK, false, pthread_mutex_lock,
            (pthread_mutex_t * lock), (lock))
LOCKS_MUTEX(PTHREAD_MUTEX_TIMEDLOCK, false, pthread_mutex_timedlock,
            (pthread_mutex_t * lock, const struct timespec *until),
            (lock, until))
LOCKS_MUTEX(PTHREAD_MUTEX_CLOCKLOCK, is_bad_clock(clock),
            pthread_mutex_clocklock,
            (pthread_mutex_t * lock, clockid_t clock,
             const struct timespec *until),
            (lock, clock, until))

#define LOCKS_READ(call, bad, name, parameters, arguments)                     \
    LOCKS(call, RWLOCK, pthread_rwlock_tryrdlock, EBUSY, bad, name,            \
          parameters, arguments)
#define LOCKS_WRITE(call, bad, name, parameters, arguments)                    \
    LOCKS(call, RWLOCK, pthread_rwlock_trywrlock, EBUSY, bad, name,            \
          parameters, arguments)

LOCKS_READ(PTHREAD_RWLOCK_RDLOCK, false, pthread_rwlock_rdlock,
           (pthread_rwlock_t * lock), (lock))
LOCKS_READ(PTHREAD_RWLOCK_TIMEDRDLOCK, is_bad_time(until, CLOCK_REALTIME),
           pthread_rwlock_timedrdlock,
           (pthread_rwlock_t * lock, const struct timespec *until),
           (lock, until))
LOCKS_READ(PTHREAD_RWLOCK_CLOCKRDLOCK, is_bad_time(until, clock),
           pthread_rwlock_clockrdlock,
           (pthread_rwlock_t * lock, clockid_t clock,
            const struct timespec *until),
           (lock, clock, until))
LOCKS_WRITE(PTHREAD_RWLOCK_WRLOCK, false, pthread_rwlock_wrlock,
            (pthread_rwlock_t * lock), (lock))
LOCKS_WRITE(PTHREAD_RWLOCK_TIMEDWRLOCK, is_bad_time(until, CLOCK_REALTIME),
            pthread_rwlock_timedwrlock,
            (pthread_rwlock_t * lock, const struct timespec *until),
            (lock, until))
LOCKS_WRITE(PTHREAD_RWLOCK_CLOCKWRLOCK, is_bad_time(until, clock),
            pthread_rwlock_clockwrlock,
            (pthread_rwlock_t * lock, clockid_t clock,
             const struct timespec *until),
            (lock, clock, until))

LOCKS(MTX_LOCK, MTX, mtx_trylock, thrd_busy, false, mtx_lock, (mtx_t * lock),
      (lock))
LOCKS(MTX_TIMEDLOCK, MTX, mtx_trylock, thrd_busy, false, mtx_timedlock,
      (mtx_t * lock, const struct timespec *until), (lock, until))

LS_HOOK void flockfile(FILE *stream)
{
    struct ls_call_scope scope;
    if (!ls_call_is_watching()) {
        LS_REAL(flockfile)(stream);
        return;
    }
    if (ftrylockfile(stream) == 0)
        return;
    LS_BLOCKS_BEGIN(scope, FLOCKFILE,
                    ls_subject_object(about, "stream", stream, 0));
    LS_REAL(flockfile)(stream);
    ls_call_end(&scope);
}
