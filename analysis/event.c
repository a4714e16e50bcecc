/* SPDX-License-Identifier: MIT */
#include "event.h"

#include <stdlib.h>
#include <string.h>

#define KEY(word) .key = word, .n_key = sizeof(word) - 1, .first = (word)[0]

const struct ls_arg_info ls_arg_infos[LS_ARGS] = {
    [LS_ARG_EVENT] = {KEY("event"), LS_ARG_IS_TEXT},
    [LS_ARG_LABEL] = {KEY("label"), LS_ARG_IS_TEXT},
    [LS_ARG_LOOP] = {KEY("loop"), LS_ARG_IS_INTEGER},
    [LS_ARG_BY] = {KEY("by"), LS_ARG_IS_ID},
    [LS_ARG_DUE] = {KEY("due_us"), LS_ARG_IS_TIME},
    [LS_ARG_ON] = {KEY("on"), LS_ARG_IS_IDS},
    [LS_ARG_TASK] = {KEY("task"), LS_ARG_IS_ID},
    [LS_ARG_OUTCOME] = {KEY("outcome"), LS_ARG_IS_TEXT},
    [LS_ARG_REASON] = {KEY("reason"), LS_ARG_IS_TEXT},
    [LS_ARG_STRAY] = {KEY("stray"), LS_ARG_IS_TRUE},
    [LS_ARG_TRUE] = {KEY("true_us"), LS_ARG_IS_TIME},
    [LS_ARG_CPU] = {KEY("cpu_ns"), LS_ARG_IS_INTEGER},
    [LS_ARG_BLOCKED] = {KEY("blocked_ns"), LS_ARG_IS_INTEGER},
    [LS_ARG_DESCHEDULED] = {KEY("descheduled_ns"), LS_ARG_IS_INTEGER},
    [LS_ARG_FAULTS] = {KEY("faults"), LS_ARG_IS_INTEGER},
    [LS_ARG_FD] = {KEY("fd"), LS_ARG_IS_INTEGER},
    [LS_ARG_FD_KIND] = {KEY("fd_kind"), LS_ARG_IS_TEXT},
    [LS_ARG_STACK] = {KEY("stack"), LS_ARG_IS_INTEGER},
    [LS_ARG_TEXT] = {KEY("text"), LS_ARG_IS_TEXT},
    [LS_ARG_VALUE] = {KEY("value"), LS_ARG_IS_NUMBER},
    [LS_ARG_RECOVERED] = {KEY("recovered"), LS_ARG_IS_TRUE},
    [LS_ARG_KIND] = {KEY("kind"), LS_ARG_IS_TEXT},
    [LS_ARG_PHASE] = {KEY("phase"), LS_ARG_IS_TEXT},
    [LS_ARG_OPERATION] = {KEY("operation"), LS_ARG_IS_INTEGER},
    [LS_ARG_STATUS] = {KEY("status"), LS_ARG_IS_TEXT},
    [LS_ARG_REGISTERED] = {KEY("registered"), LS_ARG_IS_INTEGER},
    [LS_ARG_SUBMITTED] = {KEY("submitted_us"), LS_ARG_IS_TIME},
    [LS_ARG_THREADS] = {KEY("threads"), LS_ARG_IS_INTEGER},
    [LS_ARG_AUTO] = {KEY("auto"), LS_ARG_IS_TRUE},
    [LS_ARG_SYNC] = {KEY("sync"), LS_ARG_IS_TRUE},
    [LS_ARG_EXIT] = {KEY("exit"), LS_ARG_IS_TRUE},
    [LS_ARG_NOWAIT] = {KEY("nowait"), LS_ARG_IS_TRUE},
    [LS_ARG_EVENTS] = {KEY("events"), LS_ARG_IS_INTEGER},
    [LS_ARG_RAN_OUT] = {KEY("ran_out"), LS_ARG_IS_TRUE},
    [LS_ARG_STATE] = {KEY("state"), LS_ARG_IS_TEXT},
    [LS_ARG_SYSCALL] = {KEY("syscall"), LS_ARG_IS_TEXT},
    [LS_ARG_TARGET] = {KEY("target"), LS_ARG_IS_TEXT},
    [LS_ARG_WEIGHT] = {KEY("weight"), LS_ARG_IS_INTEGER},
    [LS_ARG_UV_LOOP] = {KEY("uv_loop"), LS_ARG_IS_ID},
    [LS_ARG_OPEN] = {KEY("open"), LS_ARG_IS_INTEGER},
    [LS_ARG_CALLBACK] = {KEY("callback"), LS_ARG_IS_TEXT},
};

enum ls_arg ls_arg_find(const char *key, size_t n)
{
    for (enum ls_arg arg = 0; arg < LS_ARGS; arg++)
        if (ls_arg_infos[arg].n_key == n && ls_arg_infos[arg].first == key[0] &&
            memcmp(ls_arg_infos[arg].key, key, n) == 0)
            return arg;
    return LS_ARGS;
}

bool ls_text_is(struct ls_text text, const char *word)
{
    return strlen(word) == text.n && memcmp(text.at, word, text.n) == 0;
}

bool ls_id_list_add(struct ls_id_list *list, uint64_t id)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 64;
        uint64_t *at = realloc(list->at, cap * sizeof(*at));
        if (!at)
            return false;
        list->at = at;
        list->cap = cap;
    }
    list->at[list->n++] = id;
    return true;
}
