/* SPDX-License-Identifier: MIT */
#include "finding.h"

#include <string.h>

static const struct ls_rule_info rules[LS_RULES] = {
    [LS_RULE_BLOCKING_CALL] =
        {.name = "blocking-call",
         .summary = "a call made the loop's thread wait inside a turn",
         .level = "error over --fail, warning over --warn",
         .evidence = "A call such as sleep() or read() in which the thread was "
                     "blocked for at least --warn. Shown: the call, its line "
                     "and stack, the task and callback, the tasks that had to "
                     "wait.",
         .guard = "Only the time really spent waiting counts, not the time in "
                  "which the machine ran something else. Calls before the "
                  "loop's first turn are silent. A call that was not measured "
                  "to its end is a warning at most, unless the trace ends "
                  "inside it.",
         .advice = "Use libuv's asynchronous form of the call, or move it to "
                   "a thread of the pool with uv_queue_work."},
    [LS_RULE_STALL] =
        {.name = "stall",
         .summary = "a turn or callback kept the loop from serving others",
         .level = "error over --fail, warning over --warn",
         .evidence = "The own time (computing and blocked) of a turn beyond "
                     "what its blocking calls explain, or of the callback or "
                     "task in it that took most. Shown: the three-way cause, "
                     "and what samples taken meanwhile have in common: the "
                     "function and line, the call that it waited in.",
         .guard = "Own time is measured by the thread's CPU clock and run "
                  "queue, not by the wall clock. A turn made of several "
                  "parts is one stall if it is over --fail, one of them is "
                  "over --warn and none over --fail; if all are below, it is "
                  "a long-turn. What was not measured is a warning at most.",
         .advice = "Split the work into parts that give way to the loop, or "
                   "move it to a thread of the pool with uv_queue_work."},
    [LS_RULE_LONG_TURN] =
        {.name = "long-turn",
         .summary = "many short callbacks made one long turn",
         .level = "warning",
         .evidence = "The own time of a turn (computing and blocked) of at "
                     "least --fail, 50 ms by default, in which no callback, "
                     "task or call reached --warn, 10 ms by default. Shown: "
                     "the callbacks that add up, by name, how often each was "
                     "called and what it took, and the tasks that had to "
                     "wait.",
         .guard = "Only measured turns, without the time in which the machine "
                  "ran something else; and only if its parts are at least "
                  "80 % of it, else it is a stall.",
         .advice = "Do a bounded number of things in one turn and go on with "
                   "the rest in the next (uv_idle_start), or move the work to "
                   "the pool with uv_queue_work."},
    [LS_RULE_SYNC_UV_CALL] =
        {.name = "sync-uv-call",
         .summary = "a function of libuv worked in place, for want of a "
                    "callback",
         .level = "warning; error over --fail",
         .evidence = "A call such as uv_fs_read() with NULL for its callback "
                     "inside a turn, which took at least 0.1 ms. Shown: the "
                     "call, its line and stack, the task and callback, the "
                     "tasks that had to wait.",
         .guard = "Calls before the loop's first turn are silent, as are those "
                  "that took less.",
         .advice = "Give the function a callback: a thread of the pool does "
                   "the work then, and the loop goes on."},
    [LS_RULE_DESCHEDULED] =
        {.name = "descheduled",
         .summary = "the machine did not run the loop's thread",
         .level = "note, never fails",
         .evidence = "A turn in which the thread was runnable but not run for "
                     "at least --warn.",
         .guard = "Never an error by itself: it is the machine's doing, not "
                  "the program's.",
         .advice = "Give the program more CPU: fewer busy processes beside "
                   "it, a higher quota."},
    [LS_RULE_POOL_SATURATED] =
        {.name = "pool-saturated",
         .summary = "work waited for a thread of libuv's pool, and all were "
                    "busy",
         .level = "warning",
         .evidence = "Work of uv_queue_work that waited while every thread of "
                     "the pool was busy with other such work: the 99th "
                     "percentile over 5 ms, and at least three that waited so "
                     "long. Shown: how long, how many threads the pool has, "
                     "what they were busy with.",
         .guard = "Only the time in which all threads are known to be busy "
                  "counts: a thread that the machine woke late does not, nor "
                  "what libuv itself does in the pool (files, names), which "
                  "is not seen. Silent when records were lost.",
         .advice = "Set UV_THREADPOOL_SIZE, before the pool is first used, "
                   "if its work waits for something; cut long work that "
                   "computes into pieces. Name lookups (getaddrinfo) get at "
                   "most half of the threads."},
    [LS_RULE_TIMER_DRIFT] =
        {.name = "timer-drift",
         .summary = "a timer fired late because of the loop's own turns",
         .level = "warning; note where a stall tells of the delay",
         .evidence = "A timer, or an await with a due time, that came later "
                     "than it was due by more than 5 ms and more than half "
                     "its period, through the own time of turns in between. "
                     "It is told from 10 ms (--warn) on, or if it happened "
                     "three times. Shown: the timer, its period, the callbacks "
                     "that kept the loop meanwhile.",
         .guard = "Only the own time of measured turns counts: late wake-ups "
                  "by the machine and time in which it ran something else do "
                  "not, nor does the loop's first turn. Silent about timers "
                  "that only others with the same callback delayed, and when "
                  "records were lost.",
         .advice = "Do less in one turn or move work to the pool with "
                   "uv_queue_work; count steps that are to keep time from the "
                   "clock, not from how often a timer fired."},
    [LS_RULE_SPINNING] =
        {.name = "spinning",
         .summary = "the loop polled again and again without waiting, and "
                    "nothing came",
         .level = "warning",
         .evidence = "For at least a second over 90 % of the polls were told "
                     "not to wait and gave no event. Shown: how many polls, "
                     "for how long, the callback that was called each time: "
                     "that of an idle handle, a timer of 0 ms.",
         .guard = "Turns that take more than 0.1 ms of own time on average "
                  "are work that gives way, and no spinning; nor is a loop "
                  "that waits for a tenth of the time or more. Polling that "
                  "is meant to be is declared by `rule:spinning` or "
                  "`function:NAME` of its callback in a suppressions file.",
         .advice = "Let the loop wait: stop idle handles (uv_idle_stop) while "
                   "there is nothing to do, and wake it with uv_async_send or "
                   "uv_timer_start."},
    [LS_RULE_HANDLE_LEAK] =
        {.name = "handle-leak",
         .summary = "handles of libuv were never closed",
         .level = "warning",
         .evidence = "Handles that were open when uv_loop_close() was called "
                     "for the last time; or streams that have nothing to wait "
                     "for and are not closed, at least five more in each "
                     "third of the recording. Shown: their kind, callback, "
                     "and where they were asked for.",
         .guard = "libuv's own handles are left out, and those that are "
                  "closing. A loop that is closed again later, after its "
                  "handles were, is judged by that. Silent when the trace is "
                  "cut off, records were lost, or the program was killed.",
         .advice = "Close each handle with uv_close() and let uv_run() call "
                   "its callback before uv_loop_close(); uv_walk() finds those "
                   "that are left."},
    [LS_RULE_NEVER_FINISHED] =
        {.name = "never-finished",
         .summary = "a task was started and never finished",
         .level = "warning",
         .evidence = "A task that is open when the recording ends properly.",
         .guard = "Silent when the trace is cut off, records were lost, or "
                  "the program was killed: then there is not enough data.",
         .advice = "Find what should have resumed it, or the way out of it "
                   "that has no ls_task_finish(). What is left behind on "
                   "purpose is finished as cancelled."},
    [LS_RULE_UNBALANCED_TASK] =
        {.name = "unbalanced-task",
         .summary = "a task's events make no sense together",
         .level = "warning",
         .evidence = "A resume without an await, an await while awaiting, a "
                     "second finish, or two tasks running at once on one "
                     "loop.",
         .guard = "Silent when records were lost or the trace's front is "
                  "missing.",
         .advice = "Check the calls around the task: each await needs one "
                   "resume, each start one finish."},
    [LS_RULE_TASK_FAILED] =
        {.name = "task-failed",
         .summary = "a task finished with an error",
         .level = "note",
         .evidence = "A finish with the outcome failed, and its reason.",
         .guard = "A note: failing may be what the program is meant to do.",
         .advice = "See the reason; it is the program's own."},
    [LS_RULE_NEVER_AWAITED] =
        {.name = "never-awaited",
         .summary = "a task was made and never started, or nobody waited for "
                    "its result",
         .level = "warning",
         .evidence =
             "A task that still awaits its first run when the recording ends; "
             "or one that nobody ever awaited, and that ended after the task "
             "that made it had. Shown: the task, which task made it and when, "
             "and those that wait for it.",
         .guard =
             "Only tasks that the program names itself, in a trace that is "
             "whole. Not started is told only where the task that made it is "
             "over, or the loop has nothing left to do; not awaited only "
             "where some task of the process says with ls_await.tasks which "
             "tasks it awaits. A task that is declared with ls_task_detach(), "
             "or was cancelled, or whose maker was, is fire and forget.",
         .advice =
             "Start the task and await it where it is made: nobody hears of "
             "its failure otherwise. What is meant to run by itself is "
             "declared with ls_task_detach(); what is not needed after all is "
             "finished as cancelled."},
    [LS_RULE_LOST_WAKE] =
        {.name = "lost-wake",
         .summary = "a task awaits, and nothing is left that could resume it",
         .level = "warning",
         .evidence =
             "A task that awaits when its loop ends because uv_run() had "
             "nothing left to wait for: no request, no handle, no timer; or "
             "one that was not resumed though all tasks that it awaits are "
             "over. Shown: what it awaits, for how long, and the tasks that "
             "wait behind it.",
         .guard =
             "Silent when the trace is cut off or records were lost: then "
             "there is not enough data. Silent for a loop that was stopped "
             "or killed while it had something left, as a server is that "
             "listens, and as long as any loop of the process goes on; for "
             "an await that says when it is due, and for one that was ready. "
             "A task whose awaited are over is looked at twice: when its loop "
             "next polls, and 100 ms after that.",
         .advice =
             "Find the callback that was to resume the task: it never ran, "
             "or returned early, or woke another task. Each way out of it, "
             "the error's too, has to call ls_task_ready() and resume."},
    [LS_RULE_AWAIT_CYCLE] =
        {.name = "await-cycle",
         .summary = "tasks await each other in a ring",
         .level = "error",
         .evidence =
             "Tasks of which each awaits the next (ls_await.tasks) and the "
             "last the first, when the recording ends; a task that awaits "
             "itself too. Shown: the ring, and since when it is closed.",
         .guard =
             "Only if every task that they await is in the ring, behind it, "
             "or over: an await of any of several tasks is no ring as long as "
             "one of them runs. Silent if one of them was ready or has a due "
             "time, and when the trace is cut off or records were lost.",
         .advice =
             "Break the ring: let one of the tasks take what it needs before "
             "it awaits the next, or give its await a time limit."},
    [LS_RULE_SEQUENTIAL_AWAITS] =
        {.name = "sequential-awaits",
         .summary = "tasks were awaited one after the other that could have "
                    "overlapped",
         .level = "note",
         .evidence =
             "A task that makes a task and awaits it, and within 0.2 ms makes "
             "and awaits the next. Shown: the tasks, and the time that "
             "awaiting them together (a gather) would save, if it is more "
             "than 10 ms.",
         .guard =
             "A note: whether one needs the result of another cannot be "
             "known. Only tasks that the program names and that the awaiting "
             "task made itself, each begun after the one before was over. "
             "The time in which the loop was busy is no time to be saved.",
         .advice =
             "If none of them needs the result of one before it, make them "
             "all first and await them together (a gather)."},
    [LS_RULE_TRACE_HEALTH] = {
        .name = "trace-health",
        .summary = "the trace does not tell the whole story",
        .level = "warning; note for what changes no verdict",
        .evidence = "Dropped records, functions whose calls were not seen, a "
                    "file that is cut off or damaged or of a newer format, "
                    "late events.",
        .guard = "Says what could not be judged instead of guessing.",
        .advice = "Record again, or take the verdict for what is there."}};

const struct ls_rule_info *ls_rule_get(enum ls_rule rule)
{
    return &rules[rule];
}

int ls_rule_find(const char *name)
{
    for (int i = 0; i < LS_RULES; i++)
        if (strcmp(rules[i].name, name) == 0)
            return i;
    return -1;
}

const char *ls_severity_name(enum ls_severity severity)
{
    static const char *const names[] = {"off", "note", "warning", "error"};
    return names[severity];
}

const char *ls_class_name(enum ls_class class)
{
    static const char *const names[] = {"computing", "blocked", "descheduled",
                                        "mixed", "unknown"};
    return names[class];
}
