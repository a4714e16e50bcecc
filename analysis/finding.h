#ifndef LS_ANALYSIS_FINDING_H
#define LS_ANALYSIS_FINDING_H
/* SPDX-License-Identifier: MIT */
/*
 * finding.h - what analysis concludes from a trace: what stalled the loop,
 * where, why, and who had to wait.
 *
 * Rules are a table (rules.c). Not for printing: message and advice are plain
 * sentences that every front end shows as they are.
 *
 *     struct ls_judge_options options;
 *     ls_judge_defaults(&options);
 *     struct ls_findings *findings = ls_findings_judge(trace, &options);
 *     for (size_t i = 0; i < findings->n; i++) ...
 *     ls_findings_free(findings);
 *
 * Units: times as in trace.h.
 * Ownership: findings point into the trace; free them before it.
 * Errors: NULL when there is no memory.
 * Threads: any; the trace is only read.
 */
#include "trace.h"

enum ls_severity {
    LS_SEVERITY_OFF,
    LS_SEVERITY_NOTE,
    LS_SEVERITY_WARNING,
    LS_SEVERITY_ERROR
};

enum ls_rule {
    LS_RULE_BLOCKING_CALL,
    LS_RULE_STALL,
    LS_RULE_LONG_TURN,
    LS_RULE_SYNC_UV_CALL,
    LS_RULE_DESCHEDULED,
    LS_RULE_POOL_SATURATED,
    LS_RULE_TIMER_DRIFT,
    LS_RULE_SPINNING,
    LS_RULE_HANDLE_LEAK,
    LS_RULE_NEVER_FINISHED,
    LS_RULE_UNBALANCED_TASK,
    LS_RULE_TASK_FAILED,
    LS_RULE_NEVER_AWAITED,
    LS_RULE_LOST_WAKE,
    LS_RULE_AWAIT_CYCLE,
    LS_RULE_SEQUENTIAL_AWAITS,
    LS_RULE_TRACE_HEALTH,
    LS_RULES
};

/* What the rules say of themselves: `loopscope rules`. */
struct ls_rule_info {
    const char *name;     /* "blocking-call" */
    const char *summary;  /* one line */
    const char *level;    /* "error over --fail, warning over --warn" */
    const char *evidence; /* what triggers it and what it shows */
    const char *guard;    /* what keeps it from crying wolf */
    const char *advice;   /* what to do */
};

const struct ls_rule_info *ls_rule_get(enum ls_rule rule);

/* The rule of a name, or -1. */
int ls_rule_find(const char *name);

const char *ls_severity_name(enum ls_severity severity);

enum ls_class {
    LS_CLASS_COMPUTING,
    LS_CLASS_BLOCKED,
    LS_CLASS_DESCHEDULED,
    LS_CLASS_MIXED,
    LS_CLASS_UNKNOWN /* not measured */
};

const char *ls_class_name(enum ls_class class);

/* The class of a cause: 80 % of own time decides, else mixed; descheduled
 * only if own time is below WARN. */
enum ls_class ls_cause_class(const struct ls_cause *cause, int64_t warn_ns);

struct ls_judge_options {
    int64_t warn_ns; /* 10 ms */
    int64_t fail_ns; /* 50 ms */
    /* Per rule the severity that the user set, or -1: the rule's own. */
    int severity[LS_RULES];
};

void ls_judge_defaults(struct ls_judge_options *options);

/* Whether a finding counts; what is accepted stays, but fails nothing. */
enum ls_standing {
    LS_STANDING_NEW,       /* it counts */
    LS_STANDING_WORSE,     /* it counts: the baseline has it, but milder */
    LS_STANDING_KNOWN,     /* accepted: it is in the baseline */
    LS_STANDING_SUPPRESSED /* accepted: a suppression matches it */
};

static inline bool ls_standing_is_accepted(enum ls_standing standing)
{
    return standing >= LS_STANDING_KNOWN;
}

/* A task that could have run during the stall. */
struct ls_waiter {
    uint32_t task;
    int64_t held_up_ns; /* the part of its wait that lies in the stall */
    bool at_most; /* when the awaited came is not known: so long at most */
};

/* A function in which samples were taken, and how many. */
struct ls_tree_row {
    uint32_t frame;
    uint32_t weight;
    uint16_t depth;
};

enum { LS_TREE_ROWS = 8 };

/* The samples of a stretch of time by function: rows in pre-order, the
 * heaviest first. */
struct ls_tree {
    struct ls_tree_row rows[LS_TREE_ROWS];
    uint32_t n;
    uint32_t weight; /* of all samples */
};

/* Things of one name, of which it takes many. */
struct ls_share {
    ls_string name; /* of a callback, a kind of task */
    uint32_t count;
    int64_t total_ns; /* own time, as far as it is known */
};

enum { LS_SHARES = 5 };

struct ls_finding {
    enum ls_rule rule;
    enum ls_severity severity;
    enum ls_standing standing;
    int64_t start_ns;      /* of the worst; LS_UNKNOWN: it has no time */
    int64_t duration_ns;   /* of the worst: wall time; 0 if it has none */
    int64_t own_ns;        /* of the worst: computing + blocked */
    int64_t period_ns;     /* what a timer was to take; else 0 */
    uint32_t growth[3];    /* of a leak: more in each third; else 0 */
    uint32_t pool_threads; /* of a pool; else 0 */
    int64_t p99_ns;        /* how long 99 % waited at most; else 0 */
    struct ls_cause cause; /* cpu_ns LS_UNKNOWN if not measured */
    enum ls_class class;
    uint32_t process, thread, loop, task; /* each may be LS_NONE */
    uint32_t slice;      /* in the thread's slices, or LS_NONE */
    ls_string call;      /* what it waited in: "sleep"; else 0 */
    bool is_whole;       /* a turn with all its parts, each of which is
                            below the limit */
    bool is_syscall;     /* the call is known as a system call only */
    ls_string target;    /* what the call was about; or 0. Of a
                                  handle: its kind */
    ls_string callback;  /* the innermost one; 0 if not known */
    uint32_t registered; /* index of a frame: where the callback was
                            asked for; or LS_NONE */
    uint32_t stack;      /* or LS_NONE */
    uint32_t location;   /* index of a frame: the innermost one in the
                            program's own modules; or LS_NONE */
    struct ls_share shares[LS_SHARES]; /* what adds up to it, the largest
                                          first */
    uint32_t n_shares;
    uint32_t n_parts;          /* all of them, those without a share too;
                                  of spinning: the polls */
    uint32_t n_samples;        /* taken during the worst */
    uint32_t count;            /* how many were merged into it; >= 1 */
    int64_t total_own_ns;      /* of all of them */
    uint32_t first_await;      /* sequential-awaits: the first of them, in
                                  trace->stretches, ... */
    uint32_t n_awaits;         /* ... and how many, a run between each */
    int64_t saved_ns;          /* sequential-awaits: what a gather of the worst
                                  would save, at most */
    struct ls_waiter *waiters; /* of the worst, longest first */
    uint32_t n_waiters, n_at_most;
    int64_t waited_ns; /* by all waiters together */
    uint32_t *chain;   /* tasks. await-cycle: the ring, each awaits the next and
                          the last the first; sequential-awaits: those awaited,
                          in order; lost-wake, never-awaited: those that wait
                          behind `task`, the nearest first */
    uint32_t n_chain;
    struct ls_tree tree;  /* of the worst one's samples */
    char fingerprint[17]; /* 16 hex digits: rule, call, callback, function */
    char *message;        /* one sentence without a full stop */
    char *advice;         /* a sentence or two */
};

struct ls_holds;

struct ls_findings {
    struct ls_finding *items; /* errors first, then by own time; after all
                                 of them those that are accepted */
    size_t n;
    size_t n_errors, n_warnings, n_notes; /* without those accepted */
    size_t n_accepted;
    struct ls_holds *holds; /* to be asked who waited when */
    bool stalls_off; /* the user turned off every rule that tells of them */
};

/* When the awaited of an await came is not always known. The earliest that it
 * can have been, so that the await was held up from then on at most;
 * LS_UNKNOWN: it is known, or nothing on the loop took as long as WARN. */
int64_t ls_wait_earliest_ns(const struct ls_trace *trace,
                            const struct ls_stretch *stretch, int64_t warn_ns);

/* All awaits that may have been held up by more than WARN, to be asked by
 * time. NULL without memory. */
struct ls_holds *ls_holds_new(const struct ls_trace *trace, int64_t warn_ns);

/* Those of LOOP that were held up between BEGIN and END, but TASK (LS_NONE:
 * none): a new array, the longest first, to be freed; NULL if there are none,
 * or without memory. */
struct ls_waiter *ls_holds_ask(const struct ls_holds *holds, uint32_t loop,
                               uint32_t task, int64_t begin_ns, int64_t end_ns,
                               uint32_t *n);
void ls_holds_free(struct ls_holds *holds);

struct ls_findings *ls_findings_judge(const struct ls_trace *trace,
                                      const struct ls_judge_options *options);

/* The tree of the samples that were taken in a slice; empty if there are none.
 * False without memory. What is over WARN in it and is told by itself (a call;
 * in a callback, another) does not count. */
bool ls_tree_make(const struct ls_trace *trace, uint32_t thread, uint32_t slice,
                  int64_t warn_ns, struct ls_tree *tree);

/* After changes to standings: order and counts as they are to be. */
void ls_findings_settle(struct ls_findings *findings);

void ls_findings_free(struct ls_findings *findings);

#endif
