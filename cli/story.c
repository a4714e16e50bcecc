/* SPDX-License-Identifier: MIT */
#include "story.h"

#include "duration.h"
#include "label.h"
#include "processes.h"

#include <inttypes.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

void ls_story_add_count(struct ls_text *text, uint64_t n, const char *what)
{
    ls_text_addf(text, "%" PRIu64 " %s%s", n, what, n == 1 ? "" : "s");
}

static void wrap(const struct ls_text *line, struct ls_text *text,
                 const struct ls_style *style, int hang)
{
    ls_label_wrap(text, style, ls_text_get(line), hang);
    text->failed = text->failed || line->failed;
}

static void add_program(const struct ls_story *story, struct ls_text *line)
{
    const struct ls_trace *trace = story->trace;
    const char *name = "";
    if (trace->n_processes)
        name = ls_trace_string(trace, trace->processes[0].name);
    ls_text_add(line, name[0] ? name : base_name(story->path));
    if (trace->n_processes > 1) {
        ls_text_add(line, " and ");
        uint64_t n = trace->n_processes - 1;
        ls_text_addf(line, "%" PRIu64 " more process%s", n, n > 1 ? "es" : "");
    }
}

void ls_story_header(const struct ls_story *story, struct ls_text *text,
                     const struct ls_style *style)
{
    const struct ls_trace *trace = story->trace;
    char length[LS_DURATION_TEXT];
    struct ls_text line = {0};
    add_program(story, &line);
    ls_text_addf(&line, ": %s, ",
                 ls_duration_format(length, trace->end_ns - trace->begin_ns));
    ls_story_add_count(&line, trace->n_loops, "loop");
    ls_text_add(&line, ", ");
    ls_story_add_count(&line, trace->n_tasks, "task");
    ls_text_add(&line, ", ");
    ls_story_add_count(&line, trace->n_events, "event");
    if (trace->start)
        ls_text_addf(&line, "; %.19s UTC",
                     ls_trace_string(trace, trace->start));
    wrap(&line, text, style, 4);
    ls_text_destroy(&line);
}

/* " in bad_example, bad_example.c:31", or what of it is known. */
static void add_place(const struct ls_story *story,
                      const struct ls_finding *finding, struct ls_text *text)
{
    const struct ls_trace *trace = story->trace;
    if (finding->location == LS_NONE)
        return;
    const struct ls_frame *frame = &trace->frames[finding->location];
    if (frame->function)
        ls_text_addf(text, " in %s", ls_trace_string(trace, frame->function));
    if (!frame->file)
        return;
    ls_text_addf(text, "%s%s", frame->function ? ", " : " in ",
                 base_name(ls_trace_string(trace, frame->file)));
    if (frame->line)
        ls_text_addf(text, ":%" PRIu32, frame->line);
}

static bool is_stall(const struct ls_finding *finding)
{
    return finding->severity >= LS_SEVERITY_WARNING &&
           finding->rule <= LS_RULE_SYNC_UV_CALL;
}

struct stalls {
    uint64_t n; /* as severe as the worst */
    const struct ls_finding *worst;
};

static bool is_worse(const struct ls_finding *a, const struct ls_finding *b)
{
    return a->severity != b->severity ? a->severity > b->severity
                                      : a->own_ns > b->own_ns;
}

static struct stalls find_stalls(const struct ls_findings *findings)
{
    struct stalls stalls = {0, NULL};
    const size_t n = findings->n - findings->n_accepted;
    for (size_t i = 0; i < n; i++) {
        const struct ls_finding *finding = &findings->items[i];
        if (is_stall(finding) &&
            (!stalls.worst || is_worse(finding, stalls.worst)))
            stalls.worst = finding;
    }
    for (size_t i = 0; stalls.worst && i < n; i++) {
        const struct ls_finding *finding = &findings->items[i];
        if (is_stall(finding) && finding->severity == stalls.worst->severity)
            stalls.n += finding->count;
    }
    return stalls;
}

static bool has_accepted_stalls(const struct ls_findings *findings)
{
    for (size_t i = findings->n - findings->n_accepted; i < findings->n; i++)
        if (is_stall(&findings->items[i]))
            return true;
    return false;
}

/* What the program did for that long, by what its own time went to. */
static const char *const deeds[] = {
    [LS_CLASS_COMPUTING] = "it was kept computing",
    [LS_CLASS_BLOCKED] = "it was blocked",
    [LS_CLASS_DESCHEDULED] = "it was held",
    [LS_CLASS_MIXED] = "it was kept computing and waiting",
    [LS_CLASS_UNKNOWN] = "it was held",
};

static void add_worst(const struct ls_story *story, struct ls_text *line,
                      const struct ls_finding *worst)
{
    char time[LS_DURATION_TEXT];
    ls_duration_format(time, worst->own_ns);
    if (ls_trace_string(story->trace, worst->call)[0]) {
        ls_names_call(story->names, worst->call, worst->is_syscall, line);
        ls_text_addf(line, " blocked it for %s", time);
    } else {
        ls_text_addf(line, "%s for %s", deeds[worst->class], time);
    }
    add_place(story, worst, line);
    if (worst->location == LS_NONE && worst->task != LS_NONE) {
        ls_text_add(line, " by ");
        ls_names_task(story->names, worst->task, line);
    }
    if (worst->process != LS_NONE && story->trace->n_processes > 1) {
        ls_text_add(line, ", ");
        ls_names_process(story->names, worst->process, line);
    }
    ls_text_add(line, ".");
    if (worst->n_waiters) {
        ls_text_add(line, worst->n_at_most ? " Up to " : " ");
        ls_story_add_count(line, worst->n_waiters, "task");
        ls_text_add(line, " waited.");
    }
}

static void add_stalls(const struct ls_story *story, struct ls_text *line,
                       struct stalls stalls)
{
    bool many = story->trace->n_loops > 1;
    if (stalls.worst->severity < LS_SEVERITY_ERROR)
        ls_text_addf(line, "Nothing stalled the loop%s for long; at worst ",
                     many ? "s" : "");
    else if (stalls.n == 1)
        ls_text_addf(line, "%s stalled once: ", many ? "A loop" : "The loop");
    else
        ls_text_addf(line, "%s stalled %" PRIu64 " times; at worst ",
                     many ? "Loops" : "The loop", stalls.n);
    add_worst(story, line, stalls.worst);
}

static const struct ls_slice *last_turn(const struct ls_trace *trace,
                                        const struct ls_loop *loop)
{
    const struct ls_thread *thread = &trace->threads[loop->thread];
    return loop->n_turns ? &thread->slices[loop->turns[loop->n_turns - 1]]
                         : NULL;
}

/* What came after its last event is not known: it was cut off, or the program
 * died in the middle of a turn. */
static bool ends_early(const struct ls_trace *trace)
{
    for (uint32_t i = 0; i < trace->n_loops; i++) {
        const struct ls_slice *turn = last_turn(trace, &trace->loops[i]);
        if (turn && turn->flags & LS_SLICE_OPEN)
            return true;
    }
    return !trace->health.complete;
}

static bool has_turns(const struct ls_trace *trace)
{
    for (uint32_t i = 0; i < trace->n_loops; i++)
        if (trace->loops[i].n_turns)
            return true;
    return false;
}

/* " The machine kept it from running 3 times, at worst for 23 ms." */
static void add_descheduled(const struct ls_story *story, struct ls_text *line)
{
    char time[LS_DURATION_TEXT];
    uint64_t n = 0;
    int64_t worst_ns = 0;
    for (size_t i = 0; i < story->findings->n; i++) {
        const struct ls_finding *finding = &story->findings->items[i];
        if (finding->rule != LS_RULE_DESCHEDULED)
            continue;
        n += finding->count;
        if (finding->cause.descheduled_ns > worst_ns)
            worst_ns = finding->cause.descheduled_ns;
    }
    if (!n)
        return;
    const char *whom = story->trace->n_loops == 1 ? "it"
                       : n == 1                   ? "one of them"
                                                  : "them";
    ls_text_addf(line, " The machine kept %s from running ", whom);
    if (n > 1)
        ls_text_addf(line, "%" PRIu64 " times, at worst ", n);
    ls_text_addf(line, "for %s.", ls_duration_format(time, worst_ns));
}

static void add_calm(const struct ls_story *story, struct ls_text *line)
{
    if (!has_turns(story->trace)) {
        ls_text_add(line, story->trace->n_loops
                              ? "No turn of the loop was seen in this trace."
                              : "No event loop was seen in this trace.");
        if (!story->trace->n_loops)
            ls_processes_add_pollers(story, line);
        return;
    }
    if (story->findings->stalls_off) {
        ls_text_add(line, "Whether the loop stalled was not judged.");
        return;
    }
    ls_text_addf(line, "Nothing stalled the loop%s%s.",
                 story->trace->n_loops > 1 ? "s" : "",
                 ends_early(story->trace) ? ", up to where the trace ends"
                                          : "");
    add_descheduled(story, line);
}

void ls_story_verdict(const struct ls_story *story, struct ls_text *text,
                      const struct ls_style *style)
{
    struct stalls stalls = find_stalls(story->findings);
    struct ls_text line = {0};
    enum ls_ink ink = LS_INK_GOOD;
    if (has_accepted_stalls(story->findings))
        ls_text_add(&line, "Apart from what is accepted: ");
    if (stalls.n) {
        add_stalls(story, &line, stalls);
        ink = stalls.worst->severity == LS_SEVERITY_ERROR ? LS_INK_ERROR
                                                          : LS_INK_WARNING;
    } else {
        add_calm(story, &line);
    }
    ls_style_ink(text, style, ink);
    wrap(&line, text, style, 0);
    ls_style_ink(text, style, LS_INK_PLAIN);
    ls_text_destroy(&line);
}

/* The innermost slice that is still open when the trace ends, or NULL. */
static const struct ls_slice *last_open(const struct ls_thread *thread)
{
    for (uint32_t i = thread->n_slices; i > 0; i--)
        if (thread->slices[i - 1].flags & LS_SLICE_OPEN)
            return &thread->slices[i - 1];
    return NULL;
}

static void add_stack_top(const struct ls_trace *trace,
                          const struct ls_slice *slice, struct ls_text *line)
{
    const struct ls_detail *detail = ls_trace_detail(trace, slice);
    if (!detail || detail->stack == LS_NONE ||
        !trace->stacks[detail->stack].n_frames)
        return;
    const struct ls_frame *frame =
        &trace->frames[trace->stacks[detail->stack].first_frame];
    if (frame->function)
        ls_text_addf(line, " in %s", ls_trace_string(trace, frame->function));
    if (frame->file)
        ls_text_addf(line, ", %s:%" PRIu32,
                     base_name(ls_trace_string(trace, frame->file)),
                     frame->line);
}

/* "When it ended, the loop had been in a turn for 12 ms, inside sleep()" */
static void say_open_turn(const struct ls_story *story, uint32_t loop_idx,
                          struct ls_text *text, const struct ls_style *style)
{
    const struct ls_trace *trace = story->trace;
    const struct ls_loop *loop = &trace->loops[loop_idx];
    const struct ls_thread *thread = &trace->threads[loop->thread];
    const struct ls_slice *inside = last_open(thread);
    const struct ls_slice *turn = last_turn(trace, loop);
    if (!turn || !inside || !(turn->flags & LS_SLICE_OPEN))
        return;
    char time[LS_DURATION_TEXT];
    struct ls_text line = {0};
    ls_text_add(&line, "When the trace ended the ");
    ls_names_loop(story->names, loop_idx, &line);
    ls_text_addf(&line, " had been in a turn for %s",
                 ls_duration_format(time, turn->end_ns - turn->begin_ns));
    if (inside != turn) {
        ls_text_addf(&line, ", inside %s%s",
                     ls_trace_string(trace, inside->name),
                     inside->kind == LS_SLICE_BLOCKING ? "()" : "");
        add_stack_top(trace, inside, &line);
    }
    ls_text_add(&line, ".");
    wrap(&line, text, style, 0);
    ls_text_destroy(&line);
}

static void say_process(const struct ls_trace *trace,
                        const struct ls_process *process, struct ls_text *text,
                        const struct ls_style *style)
{
    struct ls_text line = {0};
    const char *name = ls_trace_string(trace, process->name);
    if (process->killed && trace->n_processes == 1) {
        ls_text_addf(&line,
                     "%s (%" PRId64 ") ended without closing its recording: "
                     "it was killed, or left by _exit().",
                     name, process->pid);
        wrap(&line, text, style, 0);
        ls_text_clear(&line);
    }
    if (process->hooks_missing) {
        ls_text_addf(&line, "Calls of %s (%" PRId64 ") not seen: %s.", name,
                     process->pid,
                     ls_trace_string(trace, process->hooks_missing));
        wrap(&line, text, style, 0);
    }
    ls_text_destroy(&line);
}

static void say_losses(const struct ls_health *health, struct ls_text *text,
                       const struct ls_style *style)
{
    struct ls_text line = {0};
    if (health->being_written)
        ls_text_add(&line, "The trace is still being written. ");
    else if (!health->complete)
        ls_text_add(&line, "The trace has no end: it was cut off. ");
    if (health->n_lost) {
        ls_story_add_count(&line, health->n_lost, "record");
        ls_text_add(&line, " were lost for want of memory. ");
    }
    if (health->limit_ns != LS_UNKNOWN)
        ls_text_add(&line, "The trace reached its largest size: from then on "
                           "it has only long turns. ");
    if (line.n)
        wrap(&line, text, style, 0);
    ls_text_destroy(&line);
}

void ls_story_health(const struct ls_story *story, struct ls_text *text,
                     const struct ls_style *style)
{
    const struct ls_trace *trace = story->trace;
    say_losses(&trace->health, text, style);
    for (uint32_t i = 0; i < trace->n_processes; i++)
        say_process(trace, &trace->processes[i], text, style);
    for (uint32_t i = 0; i < trace->n_loops; i++)
        say_open_turn(story, i, text, style);
}
