/* SPDX-License-Identifier: MIT */
/*
 * What the samples of a stretch of time say together.
 *
 * They are counted by stack. The place is the innermost function of the
 * program's own that 80 % of them have in their stacks, wherever it stands
 * there: stacks may be cut short. The tree is made from the outermost frames
 * inwards, and a row of functions of which each has only the next is told by
 * its innermost one that is the program's own:
 *
 *     100 %  on_read
 *      86 %    hash_body
 *      57 %      hash_step
 *      14 %    copy_body
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_KINDS = 256, MAX_DEPTH = 128, LEAST_PERCENT = 5 };

/* The samples that have one stack. */
struct kind {
    uint32_t stack, weight, blocked;
    uint32_t fits; /* weight of all that are in the same function of the
                      program's own, doing what the stretch is said to do */
};

struct gathered {
    const struct ls_trace *trace;
    uint32_t process;
    struct kind kinds[MAX_KINDS];
    uint32_t n_kinds;
    uint32_t weight, blocked; /* of all, those without a stack included */
    uint32_t stacked;         /* of those that have one */
    const struct ls_sample *last;
    const struct ls_sample *named; /* blocked, in a known system call */
};

/* Whether AT lies in a part of the stretch that has a finding of its own: a
 * long call, or in a part of a turn another long part. */
static bool is_elsewhere(const struct ls_trace *t, const struct ls_finding *f,
                         int64_t warn_ns, int64_t at_ns)
{
    const struct ls_thread *thread = &t->threads[f->thread];
    const struct ls_slice *all = thread->slices, *whole = &all[f->slice];
    for (uint32_t i = f->slice + 1;
         i < thread->n_slices && all[i].depth > whole->depth &&
         all[i].begin_ns <= at_ns;
         i++) {
        bool is_part =
            all[i].kind == LS_SLICE_CALLBACK || all[i].kind == LS_SLICE_TASK;
        if (all[i].end_ns > at_ns &&
            all[i].end_ns - all[i].begin_ns >= warn_ns &&
            (all[i].kind == LS_SLICE_BLOCKING ||
             (is_part && whole->kind != LS_SLICE_TURN)))
            return true;
    }
    return false;
}

static void count(struct gathered *g, const struct ls_sample *sample)
{
    bool waits = sample->state != LS_SAMPLE_RUNNING;
    uint32_t blocked = waits ? sample->weight : 0, i = 0;
    g->weight += sample->weight;
    g->blocked += blocked;
    g->last = sample;
    if (waits && sample->syscall)
        g->named = sample;
    if (sample->stack == LS_NONE)
        return;
    while (i < g->n_kinds && g->kinds[i].stack != sample->stack)
        i++;
    if (i == MAX_KINDS)
        return;
    if (i == g->n_kinds)
        g->kinds[g->n_kinds++] = (struct kind){sample->stack, 0, 0, 0};
    g->kinds[i].weight += sample->weight;
    g->kinds[i].blocked += blocked;
    g->stacked += sample->weight;
}

static int heaviest_first(const void *a, const void *b)
{
    const struct kind *x = a, *y = b;
    if (x->fits != y->fits)
        return x->fits > y->fits ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->stack < y->stack ? -1 : x->stack > y->stack;
}

static void gather(struct gathered *g, const struct ls_trace *t,
                   const struct ls_finding *f, int64_t warn_ns)
{
    const int64_t end = ls_sum(f->start_ns, f->duration_ns);
    g->trace = t;
    g->process = f->process;
    g->n_kinds = g->weight = g->blocked = g->stacked = 0;
    g->last = g->named = NULL;
    for (uint32_t i = ls_trace_first_sample(t, f->start_ns);
         i < t->n_samples && t->samples[i].at_ns <= end &&
         g->weight < UINT32_MAX / 4;
         i++)
        if (t->samples[i].thread == f->thread &&
            (f->is_whole || !is_elsewhere(t, f, warn_ns, t->samples[i].at_ns)))
            count(g, &t->samples[i]);
    if (g->n_kinds)
        qsort(g->kinds, g->n_kinds, sizeof(g->kinds[0]), heaviest_first);
}

/* Whether two frames are of one function; those that have no name are one for
 * each module. */
static bool is_same(const struct ls_frame *a, const struct ls_frame *b)
{
    return a->function == b->function &&
           (a->function || a->module == b->module);
}

static bool has_frame(const struct ls_trace *t, uint32_t stack,
                      const struct ls_frame *frame)
{
    const struct ls_stack *s = &t->stacks[stack];
    for (uint32_t i = 0; i < s->n_frames; i++)
        if (is_same(&t->frames[s->first_frame + i], frame))
            return true;
    return false;
}

static uint32_t weight_of(const struct gathered *g,
                          const struct ls_frame *frame)
{
    uint32_t weight = 0;
    for (uint32_t i = 0; i < g->n_kinds; i++)
        if (has_frame(g->trace, g->kinds[i].stack, frame))
            weight += g->kinds[i].weight;
    return weight;
}

static uint32_t most_of(uint32_t weight)
{
    return weight - weight / 5;
}

/* The innermost own frame of the kind that most samples share; LS_NONE: there
 * is none. */
static uint32_t shared_frame(const struct gathered *g, const struct kind *kind)
{
    const struct ls_stack *s = &g->trace->stacks[kind->stack];
    uint32_t frame = ls_place_of(g->trace, g->process, kind->stack);
    while (frame != LS_NONE) {
        if (weight_of(g, &g->trace->frames[frame]) >= most_of(g->stacked))
            return frame;
        frame = ls_place_after(g->trace, g->process, s, frame);
    }
    return LS_NONE;
}

/* What the own frame called: the frame inside it, if it is a function of a
 * library that has a name. */
static ls_string called_by(const struct gathered *g, const struct kind *kind)
{
    const struct ls_stack *s = &g->trace->stacks[kind->stack];
    uint32_t own = ls_place_of(g->trace, g->process, kind->stack);
    return own == LS_NONE || own == s->first_frame
               ? 0
               : g->trace->frames[own - 1].function;
}

/* Most samples waited: in what. */
static void name_call(const struct gathered *g, struct ls_finding *f)
{
    const struct kind *kind = NULL;
    for (uint32_t i = 0; i < g->n_kinds && !kind; i++)
        if (g->kinds[i].blocked)
            kind = &g->kinds[i];
    f->call = kind ? called_by(g, kind) : 0;
    if (!f->call && g->named) {
        f->call = g->named->syscall;
        f->is_syscall = true;
    }
    if (g->named)
        f->target = g->named->target;
}

/* The part of a kind's weight that a stretch of this class is made of. */
static uint32_t fitting(const struct kind *kind, enum ls_class class)
{
    return class == LS_CLASS_BLOCKED     ? kind->blocked
           : class == LS_CLASS_COMPUTING ? kind->weight - kind->blocked
                                         : kind->weight;
}

static bool is_at_one_place(const struct gathered *g, uint32_t own,
                            const struct kind *other)
{
    uint32_t its = ls_place_of(g->trace, g->process, other->stack);
    return own != LS_NONE && its != LS_NONE &&
           is_same(&g->trace->frames[own], &g->trace->frames[its]);
}

/* Those first that stand for most: running threads are seen at another
 * instruction each time, so their stacks count together by function. */
static void sort_by_fit(struct gathered *g, enum ls_class class)
{
    for (uint32_t i = 0; i < g->n_kinds; i++) {
        uint32_t own = ls_place_of(g->trace, g->process, g->kinds[i].stack);
        g->kinds[i].fits = 0;
        for (uint32_t k = 0; fitting(&g->kinds[i], class) && k < g->n_kinds;
             k++)
            if (k == i || is_at_one_place(g, own, &g->kinds[k]))
                g->kinds[i].fits += fitting(&g->kinds[k], class);
    }
    qsort(g->kinds, g->n_kinds, sizeof(g->kinds[0]), heaviest_first);
}

void ls_looks_at(const struct ls_judge *judge, struct ls_finding *f)
{
    struct gathered g;
    gather(&g, judge->trace, f, judge->options.warn_ns);
    f->n_samples = g.weight;
    if (!g.weight)
        return;
    if (f->class == LS_CLASS_UNKNOWN)
        f->class = g.blocked >= most_of(g.weight) ? LS_CLASS_BLOCKED
                   : g.blocked <= g.weight / 5    ? LS_CLASS_COMPUTING
                                                  : LS_CLASS_MIXED;
    if (g.n_kinds)
        sort_by_fit(&g, f->class);
    if (f->class == LS_CLASS_BLOCKED)
        name_call(&g, f);
    for (uint32_t i = 0; i < g.n_kinds && f->location == LS_NONE; i++) {
        f->stack = g.kinds[i].stack;
        f->location = shared_frame(&g, &g.kinds[i]);
    }
    if (f->location == LS_NONE && g.n_kinds) {
        f->stack = g.kinds[0].stack;
        f->location = ls_place_of(judge->trace, f->process, f->stack);
    }
}

bool ls_looks_cause(const struct ls_judge *judge, uint32_t thread,
                    int64_t from_ns, int64_t to_ns, struct ls_cause *cause,
                    int64_t *at_ns)
{
    const struct ls_trace *t = judge->trace;
    bool found = false;
    for (uint32_t i = ls_trace_first_sample(t, from_ns);
         i < t->n_samples && t->samples[i].at_ns <= to_ns; i++) {
        const struct ls_sample *sample = &t->samples[i];
        if (sample->thread != thread || sample->cause.cpu_ns == LS_UNKNOWN)
            continue;
        *cause = sample->cause;
        *at_ns = sample->at_ns;
        found = true;
    }
    return found;
}

/* ---- the tree ---- */

struct node {
    uint32_t frame, weight;
    uint32_t parent, first, next; /* indices of nodes, or LS_NONE */
};

struct tree {
    const struct gathered *g;
    struct node *nodes; /* [0] is the root, of no frame */
    uint32_t n;
    struct ls_tree *told;
};

static uint32_t child_of(struct tree *tree, uint32_t parent, uint32_t frame)
{
    const struct ls_frame *frames = tree->g->trace->frames;
    uint32_t i = tree->nodes[parent].first;
    while (i != LS_NONE &&
           !is_same(&frames[tree->nodes[i].frame], &frames[frame]))
        i = tree->nodes[i].next;
    if (i != LS_NONE)
        return i;
    tree->nodes[tree->n] =
        (struct node){frame, 0, parent, LS_NONE, tree->nodes[parent].first};
    return tree->nodes[parent].first = tree->n++;
}

static uint32_t frames_of(const struct gathered *g, uint32_t kind)
{
    uint32_t n = g->trace->stacks[g->kinds[kind].stack].n_frames;
    return n < MAX_DEPTH ? n : MAX_DEPTH;
}

static void grow_tree(struct tree *tree)
{
    const struct gathered *g = tree->g;
    for (uint32_t k = 0; k < g->n_kinds; k++) {
        uint32_t at = 0, n = frames_of(g, k);
        uint32_t first = g->trace->stacks[g->kinds[k].stack].first_frame;
        for (uint32_t i = n; i-- > 0;) {
            at = child_of(tree, at, first + i);
            tree->nodes[at].weight += g->kinds[k].weight;
        }
    }
}

static uint32_t heaviest_below(const struct tree *tree, uint32_t parent,
                               uint32_t below, uint32_t after)
{
    uint32_t best = LS_NONE;
    for (uint32_t i = tree->nodes[parent].first; i != LS_NONE;
         i = tree->nodes[i].next) {
        uint32_t weight = tree->nodes[i].weight;
        bool is_next = weight < below || (weight == below && i > after);
        if (is_next && (best == LS_NONE || weight > tree->nodes[best].weight ||
                        (weight == tree->nodes[best].weight && i < best)))
            best = i;
    }
    return best;
}

static void add_row(struct tree *tree, uint32_t frame, uint32_t weight,
                    uint16_t depth)
{
    if (!tree->g->trace->frames[frame].function)
        return; /* nothing that one could look up */
    if (tree->told->n < LS_TREE_ROWS)
        tree->told->rows[tree->told->n++] =
            (struct ls_tree_row){frame, weight, depth};
}

/* The chain that begins at NODE and goes on while there is one way only; its
 * last node. Its row is added. */
static uint32_t tell_chain(struct tree *tree, uint32_t node, uint16_t *depth)
{
    const struct gathered *g = tree->g;
    uint32_t weight = tree->nodes[node].weight, own = LS_NONE, last = node;
    uint32_t named = LS_NONE; /* the innermost that has a name, from own on */
    for (;; last = tree->nodes[last].first) {
        const struct node *n = &tree->nodes[last];
        const struct ls_frame *frame = &g->trace->frames[n->frame];
        if (frame->function || named == LS_NONE)
            named = last;
        if (frame->function && ls_place_is_own(g->trace, g->process, frame))
            own = named = last;
        if (n->first == LS_NONE || tree->nodes[n->first].weight != weight)
            break;
    }
    if (own != LS_NONE)
        add_row(tree, tree->nodes[own].frame, weight, (*depth)++);
    if (own != named && (own == LS_NONE || tree->nodes[last].first == LS_NONE))
        add_row(tree, tree->nodes[named].frame, weight, (*depth)++);
    return last;
}

static void tell(struct tree *tree, uint32_t parent, uint16_t depth)
{
    uint32_t below = UINT32_MAX, after = LS_NONE, node;
    while ((node = heaviest_below(tree, parent, below, after)) != LS_NONE) {
        uint16_t inner = depth;
        below = tree->nodes[node].weight;
        after = node;
        if ((uint64_t)below * 100 <
                (uint64_t)LEAST_PERCENT * tree->g->stacked ||
            tree->told->n == LS_TREE_ROWS)
            return;
        uint32_t last = tell_chain(tree, node, &inner);
        tell(tree, last, inner);
    }
}

bool ls_tree_make(const struct ls_trace *t, uint32_t thread, uint32_t slice,
                  int64_t warn_ns, struct ls_tree *told)
{
    const struct ls_slice *whole = &t->threads[thread].slices[slice];
    struct ls_finding f =
        ls_judge_blank(LS_RULE_STALL, LS_SEVERITY_NOTE); /* to gather by */
    struct gathered g;
    uint32_t n = 1;
    f.process = t->threads[thread].process;
    f.thread = thread;
    f.slice = slice;
    f.start_ns = whole->begin_ns;
    f.duration_ns = whole->end_ns - whole->begin_ns;
    gather(&g, t, &f, warn_ns);
    *told = (struct ls_tree){.weight = g.weight};
    for (uint32_t k = 0; k < g.n_kinds; k++)
        n += frames_of(&g, k);
    struct tree tree = {.g = &g, .n = 1, .told = told};
    tree.nodes = malloc(n * sizeof(*tree.nodes));
    if (!tree.nodes)
        return false;
    tree.nodes[0] = (struct node){LS_NONE, 0, LS_NONE, LS_NONE, LS_NONE};
    grow_tree(&tree);
    tell(&tree, 0, 0);
    free(tree.nodes);
    return true;
}
