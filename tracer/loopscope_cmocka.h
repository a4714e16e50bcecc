#ifndef LOOPSCOPE_CMOCKA_H
#define LOOPSCOPE_CMOCKA_H
/* SPDX-License-Identifier: MIT */
/*
 * loopscope_cmocka.h - in a test of cmocka's: nothing blocked the loop for
 * longer than so many milliseconds.
 *
 * Not for other frameworks' sake tied to cmocka: the two functions below it
 * know nothing of it. Include <cmocka.h> before; link libloopscope, and have
 * the `loopscope` command installed (it judges; nothing is judged in the test's
 * own process).
 *
 *     static void test_server__answers(void **state)
 *     {
 *         ls_unblocked_begin(uv_default_loop());
 *         serve_ten_requests();                    // runs the loop
 *         ls_assert_unblocked(50);
 *     }
 *
 * or, where the loop is run to its end, in one:
 *
 *     ls_assert_loop_unblocked(uv_default_loop(), 50);   // with <uv.h>
 *
 * Units: milliseconds of own time, computing and blocked: a busy machine fails
 *     nothing.
 * Ownership: a returned text is valid until the process's next begin or end.
 * Errors: what keeps it from being judged (no command, no loop) fails the test.
 * Threads: one at a time; begin on the thread that runs the loop.
 */
#include "loopscope.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * From here on LOOP is recorded, into a trace in TMPDIR (else /tmp) that is
 * removed again unless it shows a stall. LOOP may be NULL: then every thread
 * that polls is. Under `loopscope run` and LOOPSCOPE=off it does nothing: the
 * first judges for itself, the second asked for it.
 */
LS_API void ls_unblocked_begin(struct uv_loop_s *loop);

/*
 * Ends the recording. NULL: nothing took the loop for MAX_MS or longer. Else a
 * text of several lines: what did, in which function and line, and why. The
 * command is looked for in LOOPSCOPE_COMMAND, beside the library, in its
 * prefix, and in PATH.
 */
LS_API const char *ls_unblocked_end(unsigned max_ms);

#define ls_assert_unblocked(max_ms)                                            \
    do {                                                                       \
        const char *ls_why_ = ls_unblocked_end(max_ms);                        \
        if (ls_why_)                                                           \
            fail_msg("%s", ls_why_);                                           \
    } while (0)

#define ls_assert_loop_unblocked(loop, max_ms)                                 \
    do {                                                                       \
        ls_unblocked_begin(loop);                                              \
        uv_run(loop, UV_RUN_DEFAULT);                                          \
        ls_assert_unblocked(max_ms);                                           \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif
