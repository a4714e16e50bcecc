#ifndef LS_ANALYSIS_JUDGE_H
#define LS_ANALYSIS_JUDGE_H
/* SPDX-License-Identifier: MIT */
/*
 * judge.h - what the rules share while they judge a trace.
 *
 * A rule hands over one candidate for each thing it sees; equal ones are
 * merged at once, so that a million turns cost no memory. Sentences and
 * waiters are made at the end, for what is left. Private to analysis.
 *
 *     struct ls_finding f = ls_judge_blank(LS_RULE_STALL, LS_SEVERITY_ERROR);
 *     f.process = thread->process; ...
 *     ls_judge_add(judge, &f, "text that tells it apart");
 *
 * Units: as finding.h.
 * Ownership: the judge owns what it merged.
 * Errors: `failed` for want of memory.
 * Threads: one.
 *
 *   rules.c        what the rules say of themselves
 *   findings.c     merging, order, the public functions
 *   rule_stall.c   blocking-call, sync-uv-call, stall, descheduled
 *   rule_long_turn.c  long-turn
 *   rule_timer_drift.c  timer-drift
 *   rule_spinning.c  spinning
 *   rule_handles.c  handle-leak
 *   rule_pool.c    pool-saturated
 *   rule_tasks.c   never-finished, unbalanced-task, task-failed
 *   rule_never_awaited.c, rule_lost_wake.c, rule_await_cycle.c,
 *   rule_sequential_awaits.c   the rule of that name
 *   waits.c        who waits for whom when the trace ends
 *   chain.c        the other tasks of a finding about tasks
 *   rule_health.c  trace-health
 *   place.c        frames: which are the program's own
 *   looks.c        what samples say together: place, call, tree
 *   waiters.c      who was held up by a stretch of time
 *   sentence.c     messages and advice; sentence.h: their clauses
 */
#include "finding.h"
#include "waits.h"

struct ls_judge {
    const struct ls_trace *trace;
    struct ls_judge_options options;
    struct ls_finding *items;
    size_t n, cap;
    struct ls_ids *by_print; /* process and fingerprint -> index */
    struct ls_ids *told;     /* turns whose own time has a finding */
    struct ls_waits *waits;
    bool failed;
};

struct ls_finding ls_judge_blank(enum ls_rule rule, enum ls_severity severity);

/* A turn, by the index of its slice, of whose own time a finding tells. */
void ls_judge_tell(struct ls_judge *judge, uint32_t thread, uint32_t turn);
bool ls_judge_is_told(const struct ls_judge *judge, uint32_t thread,
                      uint32_t turn);

/* WHAT tells findings of one rule apart besides call, callback and place; it
 * enters the fingerprint, so no numbers in it. One that stands for several has
 * count and total_own_ns. A message that the finding has
 * already is the judge's from here on. */
void ls_judge_add(struct ls_judge *judge, const struct ls_finding *finding,
                  const char *what);

/* A finding about task I, from its begin to its end. */
struct ls_finding ls_judge_of_task(const struct ls_judge *judge, uint32_t i,
                                   enum ls_rule rule,
                                   enum ls_severity severity);

/* Set what a finding says of other tasks. False without memory. */
bool ls_chain_set(const struct ls_judge *judge, struct ls_finding *finding);

/* The severity of OWN time by the thresholds; OFF below both. */
enum ls_severity ls_judge_level(const struct ls_judge *judge, int64_t own_ns);

/* Nothing is missing in the middle of the trace: what is not in it was not.
 * Else there is not enough data for what is concluded from absence. */
bool ls_judge_has_all(const struct ls_judge *judge);

/* The same, to its end. */
bool ls_judge_has_end(const struct ls_judge *judge);

void ls_rule_stall(struct ls_judge *judge);
/* F is a stall of the measured turn whose slices are those from FIRST to before
 * END, and no part of it reached the threshold. If it is the sum of many, it
 * becomes a long-turn. WHAT tells it apart then. */
void ls_long_turn_take(const struct ls_judge *judge, uint32_t first,
                       uint32_t end, struct ls_finding *f, const char **what);

/* After the stalls: what those tell is a note here. */
void ls_rule_timer_drift(struct ls_judge *judge);

void ls_rule_pool(struct ls_judge *judge);

void ls_rule_spinning(struct ls_judge *judge);
void ls_rule_handles(struct ls_judge *judge);

void ls_rule_tasks(struct ls_judge *judge);
void ls_rule_never_awaited(struct ls_judge *judge);
void ls_rule_lost_wake(struct ls_judge *judge);
void ls_rule_await_cycle(struct ls_judge *judge);
void ls_rule_sequential_awaits(struct ls_judge *judge);
void ls_rule_health(struct ls_judge *judge);

/* The innermost frame that is the program's own, or LS_NONE. */
uint32_t ls_place_of(const struct ls_trace *trace, uint32_t process,
                     uint32_t stack);

/* The next own frame of STACK outwards from FRAME, or LS_NONE. */
uint32_t ls_place_after(const struct ls_trace *trace, uint32_t process,
                        const struct ls_stack *stack, uint32_t frame);

bool ls_place_is_own(const struct ls_trace *trace, uint32_t process,
                     const struct ls_frame *frame);

/* Of a path, what follows the last slash. */
const char *ls_place_base(const char *path);

/* What the samples within the finding's slice say: how many there are, stack,
 * location, and what it waited in if it is blocked; the class, if that is not
 * known. */
void ls_looks_at(const struct ls_judge *judge, struct ls_finding *finding);

/* The cause that the last sample of a stretch measured, and when. */
bool ls_looks_cause(const struct ls_judge *judge, uint32_t thread,
                    int64_t from_ns, int64_t to_ns, struct ls_cause *cause,
                    int64_t *at_ns);

/* Sets the finding's waiters. False without memory. */
bool ls_holds_find(const struct ls_holds *holds, struct ls_finding *finding);

/* Set advice, and the message where there is none. */
bool ls_sentence_set(const struct ls_trace *trace, struct ls_finding *finding);

/* A sum that stops at the greatest. */
static inline int64_t ls_sum(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

#endif
