/* SPDX-License-Identifier: MIT */
/*
 * All loops do their turns side by side: step by step each writes one event,
 * so that the file is in order and the loops are mixed, as they are in truth.
 *
 *     step       loop 0         loop 1 ...
 *      0   turn B            turn B
 *      1     callback B        callback B
 *      2       resume            start
 *      ...
 */
#include "big_trace.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    PID = 4242,
    SLOTS = 256,     /* tasks of a loop that live at a time */
    STEPS = 8,       /* events of a turn */
    CALL_EVERY = 64, /* turns between calls that block */
    LANES = 1000000001
};

#define CALL_NS INT64_C(250000)

struct slot {
    uint64_t task; /* its id, 0: none yet */
    uint32_t age, life;
};

struct loop {
    struct slot slots[SLOTS];
    struct slot *now; /* whose turn it is */
    unsigned lane;
    bool calls; /* something blocks in this turn */
};

struct writer {
    FILE *out;
    const struct big_plan *plan;
    struct big_facts *facts;
    struct loop *loops;
    uint64_t random;
    uint64_t n_operations;
    int64_t step_ns; /* from turn to turn */
    bool first;
};

static const char *const kinds[] = {"GET /items", "POST /order", "session",
                                    "refresh"};
static const char *const awaits[] = {"db.query", "http.get", "sleep",
                                     "file.read"};
static const char *const callbacks[] = {"on_read", "on_timer", "on_query_done",
                                        "on_connection"};
static const char *const callback_kinds[] = {"read", "timer", "fs_read",
                                             "connection"};
static const char *const phases[] = {"io", "timers", "io", "io"};

struct big_plan big_plan_usual(uint64_t n_events)
{
    return (struct big_plan){.n_events = n_events,
                             .n_loops = 4,
                             .n_tasks = n_events / 50 + 1,
                             .length_ns = (int64_t)(n_events / 32 + 1) * 50000,
                             .stall_ns = 60000000};
}

/* xorshift64: the same each time. */
static uint32_t random_below(struct writer *w, uint32_t n)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (uint32_t)((w->random >> 32) * n >> 32);
}

static void head(struct writer *w, char ph, int64_t at_ns, unsigned tid)
{
    fprintf(w->out,
            "%s{\"ph\":\"%c\",\"ts\":%" PRId64 ".%03d,\"pid\":%d,\"tid\":%u",
            w->first ? "" : ",", ph, at_ns / 1000, (int)(at_ns % 1000), PID,
            tid);
    w->first = false;
    w->facts->n_lines++;
}

static void slice(struct writer *w, char ph, int64_t at_ns, unsigned loop,
                  const char *name, const char *cat)
{
    head(w, ph, at_ns, PID + loop);
    fprintf(w->out, ",\"name\":\"%s\",\"cat\":\"%s\"", name, cat);
}

static void metadata(struct writer *w, unsigned tid, const char *name,
                     const char *args)
{
    fprintf(w->out,
            "%s{\"ph\":\"M\",\"pid\":%d,\"tid\":%u,\"name\":\"%s\","
            "\"args\":{%s}}\n",
            w->first ? "" : ",", PID, tid, name, args);
    w->first = false;
    w->facts->n_lines++;
}

static void write_head(struct writer *w)
{
    fputs("[\n", w->out);
    metadata(w, PID, "loopscope_trace",
             "\"format\":1,\"writer\":\"0.1.0\",\"start\":"
             "\"2026-11-20T11:05:29.123456789Z\",\"clock\":\"tsc\","
             "\"threshold_ns\":10000000");
    metadata(w, PID, "process_name", "\"name\":\"server\"");
    for (unsigned i = 0; i < w->plan->n_loops; i++) {
        char args[64];
        snprintf(args, sizeof(args), "\"name\":\"loop %u\",\"kind\":\"libuv\"",
                 i);
        metadata(w, PID + i, "loopscope_loop", args);
    }
    metadata(w, PID, "loopscope_stack",
             "\"id\":1,\"frames\":[{\"function\":\"read_config\",\"file\":"
             "\"/src/server/config.c\",\"line\":88,\"module\":"
             "\"/usr/bin/server\",\"offset\":\"0x1f20\"}]");
}

/* What the task does in this turn: BEFORE it runs, or after. */
static void write_task(struct writer *w, const struct loop *loop, unsigned l,
                       int64_t at_ns, bool before)
{
    const struct slot *slot = loop->now;
    bool starts = before && slot->age == 0;
    bool ends = !before && slot->age + 1 == slot->life;
    bool awaits_now = !before && !ends;
    unsigned kind = (unsigned)(slot->task % 4);
    head(w, starts || awaits_now ? 'b' : 'e', at_ns,
         LANES + l * SLOTS + loop->lane);
    fprintf(w->out,
            ",\"id\":\"0x%" PRIx64 "\",\"name\":\"%s\",\"cat\":\"task\","
            "\"args\":{\"event\":\"%s\",\"label\":\"client %" PRIu64
            "\",\"loop\":%u",
            slot->task, starts || ends ? kinds[kind] : awaits[kind],
            starts       ? "start"
            : ends       ? "finish"
            : awaits_now ? "await"
                         : "resume",
            slot->task, PID + l);
    if (ends)
        fputs(",\"outcome\":\"ok\"", w->out);
    int64_t due_ns = at_ns + w->step_ns * (SLOTS - 1);
    if (awaits_now && kind == 2)
        fprintf(w->out, ",\"due_us\":%" PRId64 ".%03d", due_ns / 1000,
                (int)(due_ns % 1000));
    fputs("}}\n", w->out);
}

static void write_callback(struct writer *w, const struct loop *loop,
                           unsigned l, int64_t at_ns)
{
    unsigned kind = (unsigned)(loop->now->task % 4);
    slice(w, 'B', at_ns, l, callbacks[kind], "callback");
    fprintf(w->out,
            ",\"args\":{\"kind\":\"%s\",\"phase\":\"%s\",\"task\":\"0x%" PRIx64
            "\",\"operation\":%" PRIu64 "}}\n",
            callback_kinds[kind], phases[kind], loop->now->task,
            ++w->n_operations);
    w->facts->n_callbacks++;
}

/* The task whose turn it is: that of the slot, or a new one. */
static void choose_task(struct writer *w, struct loop *loop, uint64_t turn)
{
    uint64_t rounds = w->plan->n_events / STEPS;
    uint32_t life = (uint32_t)(rounds / w->plan->n_tasks);
    loop->lane = (unsigned)(turn % SLOTS);
    loop->now = &loop->slots[loop->lane];
    if (loop->now->task && ++loop->now->age < loop->now->life)
        return;
    *loop->now =
        (struct slot){.task = ++w->facts->n_tasks,
                      .life = (life < 2 ? 2 : life) + random_below(w, 2)};
}

static void write_call(struct writer *w, int64_t at_ns, unsigned l, bool begins)
{
    slice(w, begins ? 'B' : 'E', at_ns, l, "read", "blocking");
    if (begins)
        fputs(",\"args\":{\"stack\":1}}\n", w->out);
    else
        fputs(",\"args\":{\"cpu_ns\":10000,\"blocked_ns\":240000,"
              "\"descheduled_ns\":0,\"fd\":7,\"fd_kind\":\"file\"}}\n",
              w->out);
    w->facts->n_calls += begins;
}

static void write_turn_end(struct writer *w, int64_t at_ns, unsigned l,
                           int64_t took_ns)
{
    slice(w, 'E', at_ns, l, "turn", "turn");
    if (took_ns >= 1000000)
        fprintf(w->out,
                ",\"args\":{\"cpu_ns\":%" PRId64
                ",\"blocked_ns\":0,\"descheduled_ns\":0}",
                took_ns);
    fputs("}\n", w->out);
    w->facts->n_turns++;
}

static void write_step(struct writer *w, struct loop *loop, unsigned l,
                       int step, int64_t at_ns, int64_t took_ns)
{
    unsigned kind = (unsigned)(loop->now->task % 4);
    switch (step) {
    case 0:
        slice(w, 'B', at_ns, l, "turn", "turn");
        fputs("}\n", w->out);
        break;
    case 1:
        write_callback(w, loop, l, at_ns);
        break;
    case 2:
    case 5:
        write_task(w, loop, l, at_ns, step == 2);
        break;
    case 3:
        slice(w, 'B', at_ns, l, kinds[kind], "task");
        fputs("}\n", w->out);
        if (loop->calls)
            write_call(w, at_ns, l, true);
        break;
    case 4:
        if (loop->calls)
            write_call(w, at_ns, l, false);
        slice(w, 'E', at_ns, l, kinds[kind], "task");
        fprintf(w->out, ",\"args\":{\"task\":\"0x%" PRIx64 "\"}}\n",
                loop->now->task);
        break;
    case 6:
        slice(w, 'E', at_ns, l, callbacks[kind], "callback");
        fputs("}\n", w->out);
        break;
    default:
        write_turn_end(w, at_ns, l, took_ns);
        break;
    }
}

/* One turn of every loop, from AT on; or of the first alone, if its task takes
 * PAUSE longer. Returns the end. */
static int64_t write_turns(struct writer *w, int64_t at_ns, int64_t pause_ns)
{
    unsigned n_loops = pause_ns ? 1 : w->plan->n_loops;
    int64_t from_ns = at_ns, between = 1000 + random_below(w, 4000);
    for (int step = 0; step < STEPS; step++) {
        for (unsigned l = 0; l < n_loops; l++)
            write_step(w, &w->loops[l], l, step, at_ns + 10 * l,
                       at_ns - from_ns);
        at_ns += between + (step == 3 ? pause_ns : 0);
    }
    return at_ns;
}

static void write_all(struct writer *w)
{
    uint64_t n = w->plan->n_events / STEPS / w->plan->n_loops;
    int64_t at_ns = 100000;
    w->step_ns = w->plan->length_ns / (int64_t)(n + 1);
    for (uint64_t turn = 0; turn < n; turn++) {
        bool calls = turn % CALL_EVERY == CALL_EVERY - 1;
        bool stalls = w->plan->stall_ns && turn == n / 2;
        for (unsigned l = 0; l < (stalls || calls ? 1 : w->plan->n_loops); l++)
            choose_task(w, &w->loops[l], turn);
        w->loops[0].calls = calls;
        if (stalls)
            w->facts->stall_at_ns = at_ns;
        int64_t end_ns = write_turns(w, at_ns,
                                     stalls  ? w->plan->stall_ns
                                     : calls ? CALL_NS
                                             : 0);
        at_ns += w->step_ns;
        if (at_ns <= end_ns)
            at_ns = end_ns + 500;
    }
    char args[96];
    snprintf(args, sizeof(args), "\"events\":%" PRIu64 ",\"lost\":0,\"late\":0",
             w->facts->n_lines + 1);
    metadata(w, PID, "loopscope_end", args);
    fputs("]\n", w->out);
}

bool big_trace_write(FILE *out, const struct big_plan *plan,
                     struct big_facts *facts)
{
    *facts = (struct big_facts){0};
    struct writer w = {.out = out,
                       .plan = plan,
                       .facts = facts,
                       .random = 0x9e3779b97f4a7c15u,
                       .first = true};
    w.loops = calloc(plan->n_loops, sizeof(*w.loops));
    if (!w.loops)
        return false;
    write_head(&w);
    write_all(&w);
    free(w.loops);
    long at = ftell(out);
    facts->n_bytes = at < 0 ? 0 : (uint64_t)at;
    return !ferror(out) && fflush(out) == 0;
}
