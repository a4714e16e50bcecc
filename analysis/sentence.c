/* SPDX-License-Identifier: MIT */
/*
 * Findings as sentences. A sentence is put together from clauses, each of
 * which may be empty.
 */
#include "judge.h"

#include "sentence.h"
#include "utf8.h"

#include "tracer/vocabulary.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a label or a reason: a sentence is to be read. */
#define MAX_QUOTED 80

void ls_say(const struct ls_sentence *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(s->out, format, args);
    va_end(args);
}

const char *ls_say_text(const struct ls_sentence *s, ls_string string)
{
    return ls_trace_string(s->trace, string);
}

void ls_say_quoted(const struct ls_sentence *s, ls_string string)
{
    const char *quoted = ls_say_text(s, string);
    size_t n = strlen(quoted);
    size_t fit = ls_utf8_fit(quoted, n, MAX_QUOTED);
    ls_say(s, "%.*s%s", (int)fit, quoted, fit < n ? "..." : "");
}

void ls_say_time(const struct ls_sentence *s, int64_t ns)
{
    if (ns < 1000000)
        ls_say(s, "%.0f us", (double)ns / 1e3);
    else if (ns >= 10000000000)
        ls_say(s, "%.1f s", (double)ns / 1e9);
    else
        ls_say(s, "%.1f ms", (double)ns / 1e6);
}

void ls_say_named(const struct ls_sentence *s, uint32_t task_idx)
{
    const struct ls_task *task = &s->trace->tasks[task_idx];
    ls_say(s, "\"");
    ls_say_quoted(s, task->kind);
    ls_say(s, "\"");
    if (!task->label)
        return;
    ls_say(s, " (");
    ls_say_quoted(s, task->label);
    ls_say(s, ")");
}

void ls_say_task(const struct ls_sentence *s)
{
    ls_say(s, "the task ");
    ls_say_named(s, s->finding->task);
}

void ls_say_behind(const struct ls_sentence *s)
{
    uint32_t n = s->finding->n_chain;
    if (n)
        ls_say(s, "; %u task%s behind it", n, n == 1 ? " waits" : "s wait");
}

void ls_say_place(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    if (f->location != LS_NONE) {
        const struct ls_frame *frame = &s->trace->frames[f->location];
        if (frame->function)
            ls_say(s, " in %s", ls_say_text(s, frame->function));
        if (frame->file)
            ls_say(s, "%s%s", frame->function ? ", " : " in ",
                   ls_place_base(ls_say_text(s, frame->file)));
        if (frame->file && frame->line)
            ls_say(s, ":%u", frame->line);
    } else if (f->callback) {
        ls_say(s, " in %s", ls_say_text(s, f->callback));
    } else if (f->task != LS_NONE) {
        ls_say(s, " in ");
        ls_say_task(s);
    }
}

/* What the trace does not show to its end. */
static void say_open(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const struct ls_slice *slice =
        &s->trace->threads[f->thread].slices[f->slice];
    if (slice->flags & LS_SLICE_OPEN && slice->end_ns == s->trace->end_ns)
        ls_say(s, ", and was still in it when the %s ended",
               s->trace->processes[f->process].killed ? "program" : "trace");
}

/* Of some it is known that they can have waited, not that they did. */
void ls_say_waiters(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    if (f->n_waiters)
        ls_say(s, "; %s%u task%s waited%s", f->n_at_most ? "up to " : "",
               f->n_waiters, f->n_waiters == 1 ? "" : "s",
               f->count > 1 ? " for the worst" : "");
}

void ls_say_count(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    if (f->count > 1)
        ls_say(s, "; %u times", f->count);
    if (f->count > 1 && f->total_own_ns > 0) {
        ls_say(s, ", ");
        ls_say_time(s, f->total_own_ns);
        ls_say(s, " in all");
    }
    ls_say_waiters(s);
}

void ls_say_turn(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    ls_say(s, "a turn of the loop");
    if (f->loop != LS_NONE && s->trace->loops[f->loop].name)
        ls_say(s, " \"%s\"", ls_say_text(s, s->trace->loops[f->loop].name));
}

static bool is_injected(const struct ls_sentence *s)
{
    return strcmp(ls_say_text(s, s->finding->call), LS_NAME_INJECTED) == 0;
}

static void say_call(const struct ls_sentence *s)
{
    if (is_injected(s))
        ls_say(s, "a stall injected by --inject blocked the loop for ");
    else
        ls_say(s, "%s() blocked the loop for ",
               ls_say_text(s, s->finding->call));
    ls_say_time(s, s->finding->own_ns);
    ls_say_place(s);
    say_open(s);
    ls_say_count(s);
}

static void say_sync(const struct ls_sentence *s)
{
    ls_say(s, "%s() without a callback kept the loop for ",
           ls_say_text(s, s->finding->call));
    ls_say_time(s, s->finding->own_ns);
    ls_say_place(s);
    say_open(s);
    ls_say_count(s);
}

/* The callback is a coroutine runtime's then: the task says more. */
static bool has_named_task(const struct ls_sentence *s)
{
    uint32_t task = s->finding->task;
    return task != LS_NONE && !(s->trace->tasks[task].flags & LS_TASK_AUTO);
}

static void say_stall(const struct ls_sentence *s)
{
    static const char *const verbs[] = {
        [LS_CLASS_COMPUTING] = "computed for",
        [LS_CLASS_BLOCKED] = "was blocked for",
        [LS_CLASS_DESCHEDULED] = "was not run for",
        [LS_CLASS_MIXED] = "computed and was blocked for",
        [LS_CLASS_UNKNOWN] = "kept the loop for"};
    const struct ls_finding *f = s->finding;
    if (has_named_task(s) || (f->task != LS_NONE && !f->callback))
        ls_say_task(s);
    else if (f->callback)
        ls_say(s, "%s", ls_say_text(s, f->callback));
    else
        ls_say_turn(s);
    if (f->call) {
        ls_say(s, " waited in %s%s", ls_say_text(s, f->call),
               f->is_syscall ? " (system call)" : "()");
        ls_say(s, " for ");
    } else {
        ls_say(s, " %s ", verbs[f->class]);
    }
    ls_say_time(s, f->own_ns);
    ls_say(s, " without giving way");
    if (f->location != LS_NONE)
        ls_say_place(s);
    say_open(s);
    ls_say_count(s);
}

static void say_descheduled(const struct ls_sentence *s)
{
    ls_say(s, "the machine did not run the loop's thread for ");
    ls_say_time(s, s->finding->cause.descheduled_ns);
    ls_say(s, " of a turn of ");
    ls_say_time(s, s->finding->duration_ns);
    if (s->finding->count > 1)
        ls_say(s, "; %u times", s->finding->count);
    ls_say_waiters(s);
}

static void say_never_finished(const struct ls_sentence *s)
{
    const struct ls_task *task = &s->trace->tasks[s->finding->task];
    const struct ls_stretch *last =
        task->n_stretches
            ? &s->trace->stretches[task->first_stretch + task->n_stretches - 1]
            : NULL;
    ls_say_task(s);
    ls_say(s, " never finished");
    if (last && last->kind == LS_STRETCH_AWAIT) {
        ls_say(s, ": it awaited");
        if (last->what) {
            ls_say(s, " \"");
            ls_say_quoted(s, last->what);
            ls_say(s, "\"");
        }
        ls_say(s, " for the last ");
        ls_say_time(s, last->end_ns - last->begin_ns);
    } else {
        ls_say(s, ": it was running to the end");
    }
    ls_say_count(s);
}

static void say_unbalanced(const struct ls_sentence *s)
{
    static const struct {
        uint8_t flag;
        const char *text;
    } oddities[] = {
        {LS_TASK_RESUME_STRAY, "was resumed without awaiting"},
        {LS_TASK_AWAIT_STRAY, "awaited while it awaited or was over"},
        {LS_TASK_FINISH_TWICE, "was finished twice"},
        {LS_TASK_OVERLAP, "ran while another task ran on the same loop"}};
    const struct ls_task *task = &s->trace->tasks[s->finding->task];
    const char *glue = " ";
    ls_say_task(s);
    for (size_t i = 0; i < sizeof(oddities) / sizeof(oddities[0]); i++) {
        if (!(task->flags & oddities[i].flag))
            continue;
        ls_say(s, "%s%s", glue, oddities[i].text);
        glue = ", and ";
    }
    ls_say_count(s);
}

static void say_failed(const struct ls_sentence *s)
{
    const struct ls_task *task = &s->trace->tasks[s->finding->task];
    ls_say_task(s);
    ls_say(s, " failed");
    if (task->reason) {
        ls_say(s, ": ");
        ls_say_quoted(s, task->reason);
    }
    ls_say_count(s);
}

static void (*const sayings[LS_RULES])(const struct ls_sentence *s) = {
    [LS_RULE_BLOCKING_CALL] = say_call,
    [LS_RULE_STALL] = say_stall,
    [LS_RULE_LONG_TURN] = ls_say_long_turn,
    [LS_RULE_SYNC_UV_CALL] = say_sync,
    [LS_RULE_DESCHEDULED] = say_descheduled,
    [LS_RULE_POOL_SATURATED] = ls_say_pool,
    [LS_RULE_TIMER_DRIFT] = ls_say_timer_drift,
    [LS_RULE_HANDLE_LEAK] = ls_say_handles,
    [LS_RULE_SPINNING] = ls_say_spinning,
    [LS_RULE_NEVER_FINISHED] = say_never_finished,
    [LS_RULE_UNBALANCED_TASK] = say_unbalanced,
    [LS_RULE_TASK_FAILED] = say_failed,
    [LS_RULE_NEVER_AWAITED] = ls_say_never_awaited,
    [LS_RULE_LOST_WAKE] = ls_say_lost_wake,
    [LS_RULE_AWAIT_CYCLE] = ls_say_await_cycle,
    [LS_RULE_SEQUENTIAL_AWAITS] = ls_say_sequential_awaits};

/* The way out of a blocking call. KIND is the descriptor's, NULL for any; the
 * first row that fits counts. %s is the call. */
static const struct {
    const char *call, *kind, *advice;
} ways_out[] = {
    {"sleep", NULL,
     "Use uv_timer_start and await it instead of %s(): the loop serves others "
     "meanwhile."},
    {"pthread_join", NULL,
     "Have the thread say that it is done with uv_async_send instead of "
     "waiting in %s()."},
    {"lock", NULL,
     "Hold the lock for less time elsewhere, or do what needs it in "
     "uv_queue_work."},
    {"cond", NULL,
     "Have the other thread say so with uv_async_send instead of waiting in "
     "%s()."},
    {"sem", NULL,
     "Have the other side say so with uv_async_send instead of waiting in "
     "%s()."},
    {"pthread_", NULL, "Move %s() to a thread of the pool with uv_queue_work."},
    {"popen", NULL, "Use uv_spawn instead of %s()."},
    {"pclose", NULL,
     "Use uv_spawn, and let its exit callback tell you, instead of %s()."},
    {"poll", NULL,
     "Use uv_poll_start on the descriptors instead of %s(): the loop watches "
     "them for you."},
    {"select", NULL,
     "Use uv_poll_start on the descriptors instead of %s(): the loop watches "
     "them for you."},
    {"epoll", NULL,
     "Do not poll inside a turn: give the descriptors to the loop with "
     "uv_poll_start."},
    {"recv", NULL,
     "Make the socket non-blocking and use uv_read_start (uv_udp_recv_start "
     "for datagrams) instead of %s()."},
    {"read", "file",
     "Use uv_fs_read with a callback instead of %s(): a thread of the pool "
     "reads then."},
    {"read", "dir", "Use uv_fs_scandir with a callback instead of %s()."},
    {"read", "pipe", "Use uv_pipe_open and uv_read_start instead of %s()."},
    {"read", "tty", "Use uv_tty_init and uv_read_start instead of %s()."},
    {"read", "socket", "Use uv_tcp_open and uv_read_start instead of %s()."},
    {"read", NULL,
     "Use uv_read_start (uv_fs_read with a callback for files) instead of "
     "%s()."},
    {"getaddrinfo", NULL,
     "Use uv_getaddrinfo with a callback instead of %s()."},
    {"getnameinfo", NULL,
     "Use uv_getnameinfo with a callback instead of %s()."},
    {"write", "file", "Use uv_fs_write with a callback instead of %s()."},
    {"write", NULL, "Use uv_write instead of %s()."},
    {"send", NULL, "Use uv_write (uv_udp_send for datagrams) instead of %s()."},
    {"connect", NULL, "Use uv_tcp_connect or uv_pipe_connect instead of %s()."},
    {"accept", NULL, "Use uv_listen and uv_accept instead of %s()."},
    {"sync", NULL, "Use uv_fs_fsync with a callback instead of %s()."},
    {"open", NULL, "Use uv_fs_open with a callback instead of %s()."},
    {"wait", NULL,
     "Let uv_spawn's exit callback, or another event, tell you instead of "
     "waiting in %s()."},
    {"system", NULL, "Use uv_spawn instead of %s()."},
    {"join", NULL,
     "Have the thread say that it is done with uv_async_send instead of "
     "waiting in %s()."},
    {"", NULL, "Move %s() to a thread of the pool with uv_queue_work."}};

bool ls_say_has_libuv(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const char *kind =
        f->loop == LS_NONE ? "" : ls_say_text(s, s->trace->loops[f->loop].kind);
    return !*kind || strcmp(kind, "libuv") == 0;
}

static void advise_call(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    const struct ls_detail *detail = ls_trace_detail(
        s->trace, &s->trace->threads[f->thread].slices[f->slice]);
    const char *call = ls_say_text(s, f->call);
    const char *kind = detail ? ls_say_text(s, detail->fd_kind) : "";
    size_t i = 0;
    if (is_injected(s)) {
        ls_say(s, "Nothing is to be mended: what finds this would find a stall "
                  "of the program's own.");
        return;
    }
    if (!ls_say_has_libuv(s)) {
        ls_say(
            s,
            "Keep %s%s off the loop's thread: use a form that does not block, "
            "or let another thread call it.",
            call, s->finding->is_syscall ? "" : "()");
        return;
    }
    while (!strstr(call, ways_out[i].call) ||
           (ways_out[i].kind && strcmp(kind, ways_out[i].kind) != 0))
        i++;
    const char *hole = strstr(ways_out[i].advice, "%s");
    int before = hole ? (int)(hole - ways_out[i].advice)
                      : (int)strlen(ways_out[i].advice);
    ls_say(s, "%.*s", before, ways_out[i].advice);
    if (hole)
        ls_say(s, "%s%s", call, hole + 2);
}

static void advise_stall(const struct ls_sentence *s)
{
    static const char *const advice[] = {
        [LS_CLASS_COMPUTING] =
            "Move the computing to a thread of the pool with uv_queue_work, "
            "or split it into parts that give way to the loop.",
        [LS_CLASS_BLOCKED] =
            "Something in it waited in the kernel or on a lock: use the "
            "asynchronous form of that call, or move it to uv_queue_work.",
        [LS_CLASS_DESCHEDULED] = "Give the program more CPU.",
        [LS_CLASS_MIXED] =
            "Move the computing to uv_queue_work, and use asynchronous forms "
            "of what waited.",
        [LS_CLASS_UNKNOWN] =
            "How the time was spent was not measured: record again and let "
            "the turn end, or look at what runs in it."};
    static const char *const elsewhere[] = {
        [LS_CLASS_COMPUTING] =
            "Split the work into parts that give way to the loop, or move it "
            "to another thread.",
        [LS_CLASS_BLOCKED] =
            "Something in it waited in the kernel or on a lock: use a form of "
            "it that does not block, or move it to another thread.",
        [LS_CLASS_DESCHEDULED] = "Give the program more CPU.",
        [LS_CLASS_MIXED] =
            "Split the computing into parts or move it to another thread, and "
            "use forms that do not block of what waited.",
        [LS_CLASS_UNKNOWN] =
            "How the time was spent was not measured: record again and let "
            "the turn end, or look at what runs in it."};
    ls_say(s, "%s",
           (ls_say_has_libuv(s) ? advice : elsewhere)[s->finding->class]);
}

static void advise_sync(const struct ls_sentence *s)
{
    ls_say(s,
           "Give %s() a callback: a thread of the pool does the work then, and "
           "the loop goes on.",
           ls_say_text(s, s->finding->call));
}

/* Of rules that have more to say than what `loopscope rules` does. */
static void (*const advisers[LS_RULES])(const struct ls_sentence *s) = {
    [LS_RULE_BLOCKING_CALL] = advise_call,
    [LS_RULE_STALL] = advise_stall,
    [LS_RULE_LONG_TURN] = ls_advise_long_turn,
    [LS_RULE_SYNC_UV_CALL] = advise_sync,
    [LS_RULE_POOL_SATURATED] = ls_advise_pool,
    [LS_RULE_TIMER_DRIFT] = ls_advise_timer_drift,
    [LS_RULE_HANDLE_LEAK] = ls_advise_handles,
    [LS_RULE_SPINNING] = ls_advise_spinning,
    [LS_RULE_NEVER_AWAITED] = ls_advise_never_awaited};

static void advise(const struct ls_sentence *s)
{
    const enum ls_rule rule = s->finding->rule;
    if (rule == LS_RULE_STALL && s->finding->call)
        advise_call(s);
    else if (advisers[rule])
        advisers[rule](s);
    else
        ls_say(s, "%s", ls_rule_get(rule)->advice);
}

static char *compose(const struct ls_trace *trace,
                     const struct ls_finding *finding,
                     void (*speak)(const struct ls_sentence *s))
{
    char *composed = NULL;
    size_t n;
    struct ls_sentence s = {trace, finding, open_memstream(&composed, &n)};
    if (!s.out)
        return NULL;
    speak(&s);
    return fclose(s.out) == 0 ? composed : NULL;
}

bool ls_sentence_set(const struct ls_trace *trace, struct ls_finding *finding)
{
    if (!finding->message)
        finding->message = compose(trace, finding, sayings[finding->rule]);
    finding->advice = compose(trace, finding, advise);
    return finding->message && finding->advice;
}
