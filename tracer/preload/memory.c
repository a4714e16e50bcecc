/* SPDX-License-Identifier: MIT */
/*
 * mlockall(). The session's memory, which counts among the program's, is more
 * than most programs are allowed to lock. Who has one thread gives it up for
 * that, and is not traced any more; with several, one might be recording.
 */
#include <errno.h>
#include <sys/mman.h>

#include "hooks.h"
#include "tracer/record/session.h"

LS_HOOK int mlockall(int flags)
{
    int saved = errno;
    int result = LS_REAL(mlockall)(flags);
    if (result == 0 || errno != ENOMEM || !ls_session_give_up())
        return result;
    errno = saved;
    return LS_REAL(mlockall)(flags);
}
