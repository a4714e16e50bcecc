#ifndef LOOPSCOPE_VOCABULARY_H
#define LOOPSCOPE_VOCABULARY_H
/* SPDX-License-Identifier: MIT */
/*
 * vocabulary.h - the words of a trace, as traces/FORMAT.md defines them.
 *
 * The only thing that the tracer and the analysis share. Not for the words of
 * reports and pictures.
 *
 * Units, Ownership, Errors, Threads: none; string literals only.
 */

#define LS_FORMAT_VERSION 1

/* cat */
#define LS_CAT_TURN "turn"
#define LS_CAT_CALLBACK "callback"
#define LS_CAT_TASK "task"
#define LS_CAT_BLOCKING "blocking"
#define LS_CAT_SPAN "span"
#define LS_CAT_POOL "pool"
#define LS_CAT_SAMPLE "sample"
#define LS_CAT_HANDLE "handle"

/* name of the metadata events (ph M) that are loopscope's own */
#define LS_META_TRACE "loopscope_trace"
#define LS_META_PROCESS "loopscope_process"
#define LS_META_LOOP "loopscope_loop"
#define LS_META_STACK "loopscope_stack"
#define LS_META_LOST "loopscope_lost"
#define LS_META_SYNOPSIS "loopscope_synopsis"
#define LS_META_LIMIT "loopscope_limit"
#define LS_META_END "loopscope_end"

/* args.event of task events */
#define LS_EVENT_START "start"
#define LS_EVENT_AWAIT "await"
#define LS_EVENT_READY "ready"
#define LS_EVENT_RESUME "resume"
#define LS_EVENT_FINISH "finish"
#define LS_EVENT_DETACH "detach"

/* args.outcome of a finish */
#define LS_OUTCOME_OK "ok"
#define LS_OUTCOME_FAILED "failed"
#define LS_OUTCOME_CANCELLED "cancelled"

/* what a task made but not yet run awaits */
#define LS_AWAIT_FIRST_RUN "first run"

/* the module of code that a process made while it ran */
#define LS_MODULE_MADE "[jit]"

/* and of a function of Python */
#define LS_MODULE_PYTHON "[python]"

/* the name of the call that `loopscope run --inject` plants */
#define LS_NAME_INJECTED "loopscope_inject"

/* programs that only start others: tests, builds. Not what is to be judged. */
#define LS_DRIVERS(X)                                                          \
    X("ctest")                                                                 \
    X("make")                                                                  \
    X("gmake")                                                                 \
    X("ninja")                                                                 \
    X("cmake")                                                                 \
    X("meson")

/* the name of a turn's slice */
#define LS_NAME_TURN "turn"

#endif
