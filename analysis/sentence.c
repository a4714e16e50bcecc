/* SPDX-License-Identifier: MIT */
/*
 * Findings as sentences. A sentence is put together from clauses, each of
 * which may be empty.
 */
#include "judge.h"

#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a label or a reason: a sentence is to be read. */
#define MAX_QUOTED 80

struct sentence {
    const struct ls_trace *trace;
    const struct ls_finding *finding;
    FILE *out;
};

__attribute__((format(printf, 2, 3))) static void say(const struct sentence *s,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(s->out, format, args);
    va_end(args);
}

static const char *text(const struct sentence *s, ls_string string)
{
    return ls_trace_string(s->trace, string);
}

/* What the program said, its beginning if it said much. */
static void say_quoted(const struct sentence *s, ls_string string)
{
    const char *quoted = text(s, string);
    size_t n = strlen(quoted);
    size_t fit = ls_utf8_fit(quoted, n, MAX_QUOTED);
    say(s, "%.*s%s", (int)fit, quoted, fit < n ? "..." : "");
}

static void say_time(const struct sentence *s, int64_t ns)
{
    if (ns < 1000000)
        say(s, "%.0f us", (double)ns / 1e3);
    else if (ns >= 10000000000)
        say(s, "%.1f s", (double)ns / 1e9);
    else
        say(s, "%.1f ms", (double)ns / 1e6);
}

/* the task "brew" (Masala) */
static void say_task(const struct sentence *s)
{
    const struct ls_task *task = &s->trace->tasks[s->finding->task];
    say(s, "the task \"");
    say_quoted(s, task->kind);
    say(s, "\"");
    if (!task->label)
        return;
    say(s, " (");
    say_quoted(s, task->label);
    say(s, ")");
}

/* Where: the function and line, else the callback, else the task. */
static void say_place(const struct sentence *s)
{
    const struct ls_finding *f = s->finding;
    if (f->location != LS_NONE) {
        const struct ls_frame *frame = &s->trace->frames[f->location];
        if (frame->function)
            say(s, " in %s", text(s, frame->function));
        if (frame->file)
            say(s, "%s%s", frame->function ? ", " : " in ",
                ls_place_base(text(s, frame->file)));
        if (frame->file && frame->line)
            say(s, ":%u", frame->line);
    } else if (f->callback) {
        say(s, " in %s", text(s, f->callback));
    } else if (f->task != LS_NONE) {
        say(s, " in ");
        say_task(s);
    }
}

/* What the trace does not show to its end. */
static void say_open(const struct sentence *s)
{
    const struct ls_finding *f = s->finding;
    const struct ls_slice *slice =
        &s->trace->threads[f->thread].slices[f->slice];
    if (slice->flags & LS_SLICE_OPEN && slice->end_ns == s->trace->end_ns)
        say(s, ", and was still in it when the %s ended",
            s->trace->processes[f->process].killed ? "program" : "trace");
}

/* Of some it is known that they can have waited, not that they did. */
static void say_waiters(const struct sentence *s)
{
    const struct ls_finding *f = s->finding;
    if (f->n_waiters)
        say(s, "; %s%u task%s waited", f->n_at_most ? "up to " : "",
            f->n_waiters, f->n_waiters == 1 ? "" : "s");
}

static void say_count(const struct sentence *s)
{
    const struct ls_finding *f = s->finding;
    if (f->count > 1)
        say(s, "; %u times", f->count);
    if (f->count > 1 && f->total_own_ns > 0) {
        say(s, ", ");
        say_time(s, f->total_own_ns);
        say(s, " in all");
    }
    say_waiters(s);
}

static void say_call(const struct sentence *s)
{
    say(s, "%s() blocked the loop for ", text(s, s->finding->call));
    say_time(s, s->finding->own_ns);
    say_place(s);
    say_open(s);
    say_count(s);
}

static void say_sync(const struct sentence *s)
{
    say(s, "%s() without a callback kept the loop for ",
        text(s, s->finding->call));
    say_time(s, s->finding->own_ns);
    say_place(s);
    say_open(s);
    say_count(s);
}

static void say_stall(const struct sentence *s)
{
    static const char *const verbs[] = {
        [LS_CLASS_COMPUTING] = "computed for",
        [LS_CLASS_BLOCKED] = "was blocked for",
        [LS_CLASS_DESCHEDULED] = "was not run for",
        [LS_CLASS_MIXED] = "computed and was blocked for",
        [LS_CLASS_UNKNOWN] = "kept the loop for"};
    const struct ls_finding *f = s->finding;
    if (f->callback)
        say(s, "%s", text(s, f->callback));
    else if (f->task != LS_NONE)
        say_task(s);
    else if (f->loop != LS_NONE && s->trace->loops[f->loop].name)
        say(s, "a turn of the loop \"%s\"",
            text(s, s->trace->loops[f->loop].name));
    else
        say(s, "a turn of the loop");
    if (f->call) {
        say(s, " waited in %s%s", text(s, f->call),
            f->is_syscall ? " (system call)" : "()");
        say(s, " for ");
    } else {
        say(s, " %s ", verbs[f->class]);
    }
    say_time(s, f->own_ns);
    say(s, " without giving way");
    if (f->location != LS_NONE)
        say_place(s);
    say_open(s);
    say_count(s);
}

static void say_descheduled(const struct sentence *s)
{
    say(s, "the machine did not run the loop's thread for ");
    say_time(s, s->finding->cause.descheduled_ns);
    say(s, " of a turn of ");
    say_time(s, s->finding->duration_ns);
    if (s->finding->count > 1)
        say(s, "; %u times", s->finding->count);
    say_waiters(s);
}

static void say_never_finished(const struct sentence *s)
{
    const struct ls_task *task = &s->trace->tasks[s->finding->task];
    const struct ls_stretch *last =
        task->n_stretches
            ? &s->trace->stretches[task->first_stretch + task->n_stretches - 1]
            : NULL;
    say_task(s);
    say(s, " never finished");
    if (last && last->kind == LS_STRETCH_AWAIT) {
        say(s, ": it awaited");
        if (last->what) {
            say(s, " \"");
            say_quoted(s, last->what);
            say(s, "\"");
        }
        say(s, " for the last ");
        say_time(s, last->end_ns - last->begin_ns);
    } else {
        say(s, ": it was running to the end");
    }
    say_count(s);
}

static void say_unbalanced(const struct sentence *s)
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
    say_task(s);
    for (size_t i = 0; i < sizeof(oddities) / sizeof(oddities[0]); i++) {
        if (!(task->flags & oddities[i].flag))
            continue;
        say(s, "%s%s", glue, oddities[i].text);
        glue = ", and ";
    }
    say_count(s);
}

static void say_failed(const struct sentence *s)
{
    const struct ls_task *task = &s->trace->tasks[s->finding->task];
    say_task(s);
    say(s, " failed");
    if (task->reason) {
        say(s, ": ");
        say_quoted(s, task->reason);
    }
    say_count(s);
}

static void (*const sayings[LS_RULES])(const struct sentence *s) = {
    [LS_RULE_BLOCKING_CALL] = say_call,
    [LS_RULE_STALL] = say_stall,
    [LS_RULE_SYNC_UV_CALL] = say_sync,
    [LS_RULE_DESCHEDULED] = say_descheduled,
    [LS_RULE_NEVER_FINISHED] = say_never_finished,
    [LS_RULE_UNBALANCED_TASK] = say_unbalanced,
    [LS_RULE_TASK_FAILED] = say_failed};

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

/* Whether libuv's functions are a way out for this program. */
static bool has_libuv(const struct sentence *s)
{
    const struct ls_finding *f = s->finding;
    const char *kind =
        f->loop == LS_NONE ? "" : text(s, s->trace->loops[f->loop].kind);
    return !*kind || strcmp(kind, "libuv") == 0;
}

static void advise_call(const struct sentence *s)
{
    const struct ls_finding *f = s->finding;
    const struct ls_detail *detail = ls_trace_detail(
        s->trace, &s->trace->threads[f->thread].slices[f->slice]);
    const char *call = text(s, f->call);
    const char *kind = detail ? text(s, detail->fd_kind) : "";
    size_t i = 0;
    if (!has_libuv(s)) {
        say(s,
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
    say(s, "%.*s", before, ways_out[i].advice);
    if (hole)
        say(s, "%s%s", call, hole + 2);
}

static void advise_stall(const struct sentence *s)
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
    say(s, "%s", (has_libuv(s) ? advice : elsewhere)[s->finding->class]);
}

static void advise(const struct sentence *s)
{
    if (s->finding->rule == LS_RULE_SYNC_UV_CALL)
        say(s,
            "Give %s() a callback: a thread of the pool does the work "
            "then, and the loop goes on.",
            text(s, s->finding->call));
    else if (s->finding->rule == LS_RULE_BLOCKING_CALL || s->finding->call)
        advise_call(s);
    else if (s->finding->rule == LS_RULE_STALL)
        advise_stall(s);
    else
        say(s, "%s", ls_rule_get(s->finding->rule)->advice);
}

static char *compose(const struct ls_trace *trace,
                     const struct ls_finding *finding,
                     void (*speak)(const struct sentence *s))
{
    char *composed = NULL;
    size_t n;
    struct sentence s = {trace, finding, open_memstream(&composed, &n)};
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
