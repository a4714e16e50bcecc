/* SPDX-License-Identifier: MIT */
#include "start.h"

#include <stdlib.h>

#include "hooks.h"
#include "tracer/record/session.h"

__attribute__((visibility("default"))) void ls_start_retire(void) __asm__(
    LS_START_RETIRE);

void ls_start_retire(void)
{
    ls_session_retire();
}

void ls_start_own(void) __attribute__((alias(LS_START_RETIRE)));

/* At once, and what it says is not kept: redis, for one, writes over its
 * environment. glibc hands the arguments of main() to constructors. */
__attribute__((constructor)) static void join_session(int argc, char **argv)
{
    ls_hooks_find_all();
    ls_session_preload(secure_getenv(LS_SESSION_VARIABLE), argv);
}
