/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <stdlib.h>
#include <string.h>

#include "tracer/loopscope.h"

void ls_chain_await(struct ls_chain *chain, struct ls_tasks *tasks,
                    struct ls_thread *thread, int64_t ns)
{
    const struct ls_asked *asked = chain->newest;
    chain->awaited = asked ? asked->operation : 0;
    chain->due_ns = asked ? asked->due_ns : -1;
    ls_tasks_await_auto(tasks, thread, chain->id,
                        asked ? asked->kind : LS_JSON("\"nothing\""),
                        chain->due_ns, chain->awaited, ns);
}

struct ls_chain *ls_chain_start(struct ls_tasks *tasks,
                                struct ls_thread *thread,
                                const struct ls_auto_task *what, int64_t ns)
{
    struct ls_chain *chain = calloc(1, sizeof *chain);
    if (!chain)
        return NULL;
    chain->id = what->id;
    chain->process = thread->process;
    chain->due_ns = -1;
    ls_tasks_start_auto(tasks, thread, what, ns);
    return chain;
}

void ls_chain_add(struct ls_chain *chain, struct ls_asked *asked)
{
    asked->newer = NULL;
    asked->older = chain->newest;
    if (chain->newest)
        chain->newest->newer = asked;
    chain->newest = asked;
    chain->stopped = false;
}

void ls_chain_remove(struct ls_chain *chain, struct ls_asked *asked)
{
    if (asked->newer)
        asked->newer->older = asked->older;
    else
        chain->newest = asked->older;
    if (asked->older)
        asked->older->newer = asked->newer;
    asked->newer = asked->older = NULL;
}

/* When what it awaits is due, if that is not what its await says. */
static int64_t changed_due(const struct ls_chain *chain)
{
    for (const struct ls_asked *a = chain->newest; a; a = a->older)
        if (a->operation == chain->awaited)
            return a->due_ns != chain->due_ns ? a->due_ns : -1;
    return -1;
}

void ls_chain_enter(struct ls_chain *chain, struct ls_tasks *tasks,
                    struct ls_thread *thread, int64_t ns)
{
    if (chain->n_frames++ == 0)
        ls_tasks_resume_auto(tasks, thread, chain->id, changed_due(chain), ns);
}

/* The end of a stream or a cancelled request is nobody's failure. */
static bool is_failure(const char *status)
{
    return status && strcmp(status, "EOF") != 0 &&
           strcmp(status, "ECANCELED") != 0;
}

void ls_chain_leave(struct ls_chain *chain, const char *status,
                    struct ls_tasks *tasks, struct ls_thread *thread,
                    int64_t ns)
{
    chain->status = is_failure(status) ? status : NULL;
    if (--chain->n_frames == 0 && !ls_chain_is_over(chain))
        ls_chain_await(chain, tasks, thread, ns);
}

bool ls_chain_is_over(const struct ls_chain *chain)
{
    return chain->n_frames == 0 && !chain->newest && !chain->has_handle;
}

void ls_chain_finish(struct ls_chain *chain, struct ls_tasks *tasks,
                     struct ls_thread *thread, int64_t ns)
{
    const char *reason = chain->status ? chain->status : "";
    struct ls_record finish = {.type = LS_RECORD_TASK_FINISH,
                               .task = chain->id,
                               .value = chain->status    ? LS_FINISHED_FAILED
                                        : chain->stopped ? LS_FINISHED_CANCELLED
                                                         : LS_FINISHED_OK};
    ls_tasks_finish(tasks, thread, &finish, reason, strlen(reason), ns);
}
