/* SPDX-License-Identifier: MIT */
#include "inject.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include "call.h"
#include "confined.h"
#include "kernel.h"
#include "session.h"
#include "tracer/vocabulary.h"

/* From when on a thread that uses poll() or select() is taken for a loop. */
enum { LOOP_POLLS = 10, LOOP_MS = 2000 };

_Atomic int64_t ls_inject_ns;

static bool is_driver(void)
{
#define NAME(name) name,
    static const char *const drivers[] = {LS_DRIVERS(NAME)};
#undef NAME
    char own[16] = "";
    prctl(PR_GET_NAME, own);
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++)
        if (strcmp(own, drivers[i]) == 0)
            return true;
    return false;
}

void ls_inject_arm(const struct ls_shared *shared)
{
    const struct ls_header *h = &shared->header;
    int64_t ns = h->inject_ns > 0 && !is_driver() ? h->inject_ns : 0;
    atomic_store(&ls_inject_ns, ns);
}

static bool is_loop(const struct ls_choice *choice)
{
    if (choice->kind <= LS_LOOP_EPOLL)
        return true;
    uint64_t ms =
        (ls_recorder.turn_begin - choice->since) / ls_session_ticks_per_ms();
    return choice->n_own >= LOOP_POLLS && ms >= LOOP_MS;
}

/* Signals may come and be handled; it goes on until its end. */
static void wait_for(int64_t ns)
{
    struct timespec end;
    ls_kernel(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&end, 0);
    ns += end.tv_nsec;
    end.tv_sec += ns / 1000000000;
    end.tv_nsec = ns % 1000000000;
    while (ls_kernel_six(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME,
                         (long)&end, 0, 0, 0) == -EINTR)
        ;
}

void ls_inject_plant(void *pc)
{
    static const char by[] = "injected by --inject";
    struct ls_shared *shared = ls_session_shared();
    const struct ls_recorder *r = &ls_recorder;
    struct ls_call_scope scope;
    if (!shared || ls_is_confined() || !r->turn_begin || !is_loop(&r->choice))
        return;
    int64_t ns = atomic_exchange(&ls_inject_ns, 0);
    if (ns <= 0 || atomic_exchange(&shared->header.injected, 1))
        return; /* another thread, or another process */
    if (ls_call_starts(&scope, LS_CALL_INJECTED, pc)) {
        ls_subject_none(&scope.subject);
        scope.subject.kind = LS_SUBJECT_TEXT;
        scope.subject.at = by;
        scope.subject.and = NULL;
        ls_call_watch(&scope);
    } else {
        scope.begin = 0;
    }
    wait_for(ns);
    ls_call_end(&scope);
}
