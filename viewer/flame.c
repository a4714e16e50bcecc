/* SPDX-License-Identifier: MIT */
#include "viewer/flame.h"

#include <stdlib.h>

struct growing {
    const struct ls_document *document;
    const struct ls_trace *trace;
    struct ls_flame *flame;
    uint32_t room;
    bool failed;
};

static uint32_t add_node(struct growing *g, uint32_t frame, uint32_t parent)
{
    struct ls_flame *f = g->flame;
    if (f->n == g->room) {
        uint32_t room = g->room ? g->room * 2 : 64;
        struct ls_flame_node *nodes = realloc(f->nodes, room * sizeof(*nodes));
        if (!nodes) {
            g->failed = true;
            return LS_NONE;
        }
        f->nodes = nodes;
        g->room = room;
    }
    struct ls_flame_node *node = &f->nodes[f->n];
    *node = (struct ls_flame_node){.frame = frame,
                                   .parent = parent,
                                   .first_child = LS_NONE,
                                   .next = LS_NONE};
    if (parent != LS_NONE) {
        node->depth = f->nodes[parent].depth + 1;
        node->next = f->nodes[parent].first_child;
        f->nodes[parent].first_child = f->n;
        f->depth = node->depth > f->depth ? node->depth : f->depth;
    }
    return f->n++;
}

/* The same function, or where none is known the same place. */
static bool is_same(const struct ls_frame *a, const struct ls_frame *b)
{
    if (a->function || b->function)
        return a->function == b->function && a->module == b->module;
    return a->module == b->module && a->offset == b->offset;
}

static uint32_t child_of(struct growing *g, uint32_t parent, uint32_t frame)
{
    const struct ls_frame *frames = g->trace->frames;
    uint32_t c = g->flame->nodes[parent].first_child;
    while (c != LS_NONE &&
           !is_same(&frames[g->flame->nodes[c].frame], &frames[frame]))
        c = g->flame->nodes[c].next;
    return c != LS_NONE ? c : add_node(g, frame, parent);
}

static void add_stack(struct growing *g, uint32_t stack, int64_t ns,
                      bool blocked)
{
    struct ls_flame_node *nodes = g->flame->nodes;
    if (stack >= g->trace->n_stacks || g->trace->stacks[stack].n_frames == 0) {
        g->flame->unknown_ns += ns;
        return;
    }
    const struct ls_stack *s = &g->trace->stacks[stack];
    uint32_t at = 0;
    nodes[0].ns += ns;
    for (uint32_t i = s->n_frames; i > 0; i--) {
        at = child_of(g, at, s->first_frame + i - 1);
        if (at == LS_NONE)
            return;
        g->flame->nodes[at].ns += ns;
    }
    g->flame->nodes[at].own_ns += ns;
    g->flame->nodes[at].blocked = blocked;
}

/* The samples of THREAD in a stretch; true if there were any. */
static bool add_samples(struct growing *g, uint32_t thread,
                        const struct ls_slice *turn, int64_t own_ns)
{
    const struct ls_index *index = g->document->index;
    const struct ls_series *series = &index->samples;
    uint32_t hi = index->first_sample[thread + 1];
    uint32_t first = ls_series_beginning_at(series, index->first_sample[thread],
                                            hi, turn->begin_ns);
    uint64_t weight = 0;
    uint32_t end = first;
    for (; end < hi && series->begin_ns[end] <= turn->end_ns; end++)
        weight += g->trace->samples[series->item[end]].weight;
    for (uint32_t i = first; i < end && weight > 0; i++) {
        const struct ls_sample *s = &g->trace->samples[series->item[i]];
        add_stack(g, s->stack,
                  (int64_t)((double)own_ns * s->weight / (double)weight),
                  s->state != LS_SAMPLE_RUNNING);
    }
    return weight > 0;
}

static void add_calls(struct growing *g, uint32_t thread,
                      const struct ls_slice *turn, int64_t own_ns)
{
    const struct ls_index *index = g->document->index;
    const struct ls_thread *t = &g->trace->threads[thread];
    uint32_t i =
        ls_index_first_blocking(index, thread, turn->begin_ns, turn->end_ns);
    uint32_t end = index->first_blocking[thread + 1];
    int64_t left_ns = own_ns;
    for (; i < end && index->blocking.begin_ns[i] < turn->end_ns; i++) {
        const struct ls_slice *call = &t->slices[index->blocking.item[i]];
        const struct ls_detail *detail = ls_trace_detail(g->trace, call);
        int64_t took_ns = call->end_ns - call->begin_ns;
        if (!detail || detail->stack == LS_NONE || took_ns > left_ns)
            continue;
        add_stack(g, detail->stack, took_ns, true);
        left_ns -= took_ns;
    }
    const struct ls_detail *detail = ls_trace_detail(g->trace, turn);
    add_stack(g, detail ? detail->stack : LS_NONE, left_ns, false);
}

static void add_loop(struct growing *g, const struct ls_loop *loop,
                     int64_t begin_ns, int64_t end_ns)
{
    const struct ls_thread *thread = &g->trace->threads[loop->thread];
    uint32_t i = ls_loop_first_turn(g->trace, loop, begin_ns);
    for (; i < loop->n_turns && !g->failed; i++) {
        const struct ls_slice *turn = &thread->slices[loop->turns[i]];
        if (turn->begin_ns > end_ns)
            return;
        int64_t own_ns = ls_slice_own_ns(g->trace, turn);
        if (own_ns < g->document->judged.warn_ns)
            continue;
        g->flame->n_stalls++;
        if (!add_samples(g, loop->thread, turn, own_ns))
            add_calls(g, loop->thread, turn, own_ns);
    }
}

struct ls_flame *ls_flame_make(const struct ls_document *document,
                               int64_t begin_ns, int64_t end_ns)
{
    struct ls_flame *flame = calloc(1, sizeof(*flame));
    struct growing g = {document, document->trace, flame, 0, false};
    if (!flame)
        return NULL;
    if (add_node(&g, LS_NONE, LS_NONE) == LS_NONE) {
        ls_flame_free(flame);
        return NULL;
    }
    for (uint32_t i = 0; i < document->trace->n_loops && !g.failed; i++)
        add_loop(&g, &document->trace->loops[i], begin_ns, end_ns);
    if (!g.failed)
        return flame;
    ls_flame_free(flame);
    return NULL;
}

void ls_flame_free(struct ls_flame *flame)
{
    if (flame)
        free(flame->nodes);
    free(flame);
}
