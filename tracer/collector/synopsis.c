/* SPDX-License-Identifier: MIT */
#include "synopsis.h"

#include <inttypes.h>
#include <string.h>

#include "collector.h"
#include "perfmap.h"
#include "process.h"
#include "tracer/vocabulary.h"

/* As readers do: a few polls make no loop (FORMAT.md). */
enum { LOOP_TURNS = 10 };

static bool is_loop(const struct ls_thread *t)
{
    bool trusted =
        t->loop_kind == LS_LOOP_EPOLL || t->loop_kind == LS_LOOP_LIBUV;
    return t->polls && (trusted || t->n_begun[LS_OPEN_TURN] >= LOOP_TURNS);
}

void ls_synopsis_count(struct ls_collector *c, const struct ls_thread *t)
{
    struct ls_counts *counts = &c->processes[t->process].counts;
    counts->loops += is_loop(t);
    counts->turns += t->n_begun[LS_OPEN_TURN];
    counts->callbacks += t->n_begun[LS_OPEN_CALLBACK];
    counts->calls += t->n_begun[LS_OPEN_CALL];
    counts->samples += t->n_samples;
}

void ls_synopsis_take_turn(struct ls_collector *c, int pid, int64_t own_ns)
{
    if (own_ns <= c->synopsis.longest_ns)
        return;
    c->synopsis.longest_ns = own_ns;
    c->synopsis.longest_pid = pid;
}

/* ---- of an image -------------------------------------------------------- */

struct unseen {
    struct ls_collector *c;
    const char *name; /* of the program */
    int pid;
    struct ls_text *text; /* NULL: there was none yet */
};

static void keep(struct unseen *u, const char *what, const char *why)
{
    struct ls_synopsis *s = &u->c->synopsis;
    char line[sizeof s->unseen[0]];
    snprintf(line, sizeof line, "%s of %s: %s", what, u->name, why);
    /* The name is the program's to choose; this goes to a terminal. */
    for (char *at = line; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    for (int i = 0; i < s->n_unseen; i++)
        if (strcmp(s->unseen[i], line) == 0)
            return;
    if (s->n_unseen < LS_MOST_UNSEEN)
        memcpy(s->unseen[s->n_unseen++], line, sizeof line);
}

static void add_unseen(struct unseen *u, const char *what, const char *why)
{
    bool first = !u->text;
    if (first)
        u->text = ls_emit_arg(&u->c->emit, "unseen");
    ls_text_add(u->text, first ? "[" : ",");
    ls_text_add(u->text, "{\"what\":");
    ls_text_add_string(u->text, what);
    ls_text_add(u->text, ",\"why\":");
    ls_text_add_string(u->text, why);
    ls_text_add(u->text, "}");
    keep(u, what, why);
}

/* Its polls are libc's, and seen. */
static void look_for_libuv(struct unseen *u, const struct ls_process *shared)
{
    if (ls_process_has_static_libuv(shared))
        add_unseen(u, "callbacks",
                   "libuv is inside the program (linked statically): its "
                   "functions cannot be hooked");
}

static void add_denials(struct unseen *u, uint32_t slot)
{
    static const char *const what[LS_N_DENIALS] = {
        [LS_DENIAL_SYSCALL] = "calls",
        [LS_DENIAL_STACK] = "stacks",
        [LS_DENIAL_SAMPLES] = "samples",
    };
    struct ls_denials denials;
    ls_watchdog_denials(u->c->watchdog, slot, &denials);
    for (int i = 0; i < LS_N_DENIALS; i++)
        if (denials.why[i][0])
            add_unseen(u, what[i], denials.why[i]);
    if (denials.n_dropped == 0)
        return;
    char why[160];
    snprintf(why, sizeof why,
             "%" PRIu64 " of them found no room, because the collector could "
             "not keep up: stalls are told by fewer than there were",
             denials.n_dropped);
    add_unseen(u, "samples", why);
}

static void look_for_names(struct unseen *u, uint32_t slot)
{
    char why[160];
    if (!ls_unwinder_lacks_names(u->c->unwinder, slot,
                                 u->c->processes[slot].generation))
        return;
    snprintf(why, sizeof why,
             "/tmp/perf-%d.map has more than %llu MiB or %d functions: the "
             "rest was not read",
             u->pid, (unsigned long long)(LS_PERFMAP_BYTES >> 20),
             LS_PERFMAP_LINES);
    add_unseen(u, "names", why);
}

static void add_count(struct ls_emit *emit, const char *name, uint64_t n)
{
    ls_text_add_int(ls_emit_arg(emit, name), (int64_t)n);
}

static void sum_up(struct ls_counts *to, const struct ls_counts *from)
{
    to->loops += from->loops;
    to->turns += from->turns;
    to->callbacks += from->callbacks;
    to->calls += from->calls;
    to->samples += from->samples;
}

static const char *name_of(const struct ls_process *shared, char *exe, size_t n)
{
    snprintf(exe, n, "%.*s", (int)sizeof shared->exe - 1, shared->exe);
    const char *slash = strrchr(exe, '/');
    return slash ? slash + 1 : exe;
}

void ls_synopsis_write(struct ls_collector *c, uint32_t slot)
{
    const struct ls_watched *p = &c->processes[slot];
    const struct ls_process *shared = &c->shared->processes[slot];
    char exe[LS_EXE_BYTES];
    struct unseen u = {
        .c = c, .name = name_of(shared, exe, sizeof exe), .pid = p->pid};
    struct ls_event event = {.ph = 'M',
                             .pid = p->pid,
                             .tid = p->pid,
                             .name = LS_JSON("\"" LS_META_SYNOPSIS "\"")};
    c->synopsis.n_processes++;
    sum_up(&c->synopsis.counts, &p->counts);
    ls_emit_begin(&c->emit, &event);
    add_count(&c->emit, "loops", p->counts.loops);
    add_count(&c->emit, "turns", p->counts.turns);
    add_count(&c->emit, "callbacks", p->counts.callbacks);
    add_count(&c->emit, "calls", p->counts.calls);
    add_count(&c->emit, "samples", p->counts.samples);
    if (p->counts.loops > 0)
        look_for_libuv(&u, shared);
    add_denials(&u, slot);
    look_for_names(&u, slot);
    if (u.text)
        ls_text_add(u.text, "]");
    ls_emit_end(&c->emit);
}

/* ---- of all ------------------------------------------------------------- */

static void say_count(FILE *to, uint64_t n, const char *what, const char *many)
{
    fprintf(to, "%" PRIu64 " %s", n, n == 1 ? what : many);
}

void ls_synopsis_say(const struct ls_collector *c, FILE *to)
{
    const struct ls_synopsis *s = &c->synopsis;
    const char *trace = c->trace;
    fprintf(to, "loopscope: %s: ", trace);
    say_count(to, s->n_processes, "process", "processes");
    fprintf(to, ", ");
    say_count(to, s->counts.loops, "loop", "loops");
    fprintf(to, ", ");
    say_count(to, s->counts.turns, "turn", "turns");
    if (s->longest_ns > 0)
        fprintf(to, "; the longest took %.1f ms of its own (pid %d)",
                (double)s->longest_ns / 1e6, s->longest_pid);
    fprintf(to, "\n");
    for (int i = 0; i < s->n_unseen; i++)
        fprintf(to, "loopscope: not seen: %s\n", s->unseen[i]);
    if (c->emit.full)
        fprintf(to, "loopscope: the trace reached its largest size: after "
                    "that it has only long turns (--max-size)\n");
    if (s->counts.loops > 0)
        fprintf(to, "loopscope: now: loopscope report %s\n", trace);
}
