/* SPDX-License-Identifier: MIT */
/*
 * libuv. Weak, so that a program with a static libuv links; there the strong
 * definitions win and these hooks are not in place.
 */
#include <stdbool.h>

#include "hooks.h"
#include "tracer/record/call.h"
#include "tracer/record/turn.h"

void uv_sleep(unsigned ms);
int uv_run(struct uv_loop_s *loop, int mode);

LS_HOOK __attribute__((weak)) void uv_sleep(unsigned ms)
{
    struct ls_call_scope scope;
    ls_call_begin(&scope, LS_CALL_UV_SLEEP, -1, LS_CALLER);
    LS_REAL(uv_sleep)(ms);
    ls_call_end(&scope);
}

LS_HOOK __attribute__((weak)) int uv_run(struct uv_loop_s *loop, int mode)
{
    ls_recorder.callback_kind = LS_N_OPERATIONS; /* here is no row any more */
    ls_turn_run_enter(loop, __builtin_frame_address(0));
    int alive = LS_REAL(uv_run)(loop, mode);
    ls_turn_run_leave(loop, alive != 0);
    return alive;
}
