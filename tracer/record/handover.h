#ifndef LS_RECORD_HANDOVER_H
#define LS_RECORD_HANDOVER_H
/* SPDX-License-Identifier: MIT */
/*
 * handover.h - what one thread leaves and another takes, by way of the
 * collector: for ThreadSanitizer, which sees nothing of another process and
 * would take the two for a race.
 *
 * Nothing at all in any other build. Not a synchronisation: that is the
 * collector's, which reads a ring's head before it gives anything back.
 *
 *     ls_handover_leave(ring);   // the last that its thread writes
 *     ls_handover_take(ring);    // before the next one's first
 *
 * Units, Ownership, Errors: none.
 * Threads: any.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LS_HANDOVER_IS_WATCHED
#endif
#elif defined(__SANITIZE_THREAD__)
#define LS_HANDOVER_IS_WATCHED
#endif

#if defined(LS_HANDOVER_IS_WATCHED)
#include <sanitizer/tsan_interface.h>
#endif

static inline void ls_handover_leave(void *what)
{
#if defined(LS_HANDOVER_IS_WATCHED)
    __tsan_release(what);
#endif
}

static inline void ls_handover_take(void *what)
{
#if defined(LS_HANDOVER_IS_WATCHED)
    __tsan_acquire(what);
#endif
}

#endif
