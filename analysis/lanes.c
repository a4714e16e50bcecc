/* SPDX-License-Identifier: MIT */
/*
 * Asynchronous slices of other tools, which may overlap in any way: those with
 * one id nest on a lane, and a lane that is free is used again.
 */
#include "model.h"

#include "ids.h"

#include <stdlib.h>

enum { LANE_TID_BASE = 1000000001 };

struct ls_lane {
    uint32_t thread;
    uint32_t n_open;
    uint32_t key; /* the process that it is a lane of */
};

static uint64_t lane_key(const struct ls_model *m, const struct ls_event *event)
{
    uint64_t hash = event->id ^ (uint64_t)event->pid << 40;
    for (size_t i = 0; i < event->cat.n; i++)
        hash = (hash ^ (unsigned char)event->cat.at[i]) * 1099511628211u;
    return hash;
}

static uint32_t find_free(const struct ls_model *m, uint32_t process)
{
    /* New lanes are looked at first; what is far back stays unused. */
    const uint32_t most = 256;
    for (uint32_t i = m->n_lanes, n = 0; i-- > 0 && n < most; n++)
        if (!m->lanes[i].n_open && m->lanes[i].key == process)
            return i;
    return LS_NONE;
}

static uint32_t new_lane(struct ls_model *m, const struct ls_event *event)
{
    if (!ls_model_grow(m, &m->lanes, m->n_lanes, &m->cap_lanes,
                       sizeof(*m->lanes)))
        return LS_NONE;
    uint32_t thread =
        ls_model_new_thread(m, event->pid, (int64_t)LANE_TID_BASE + m->n_lanes);
    if (thread == LS_NONE)
        return LS_NONE;
    struct ls_thread *lane = &m->trace->threads[thread];
    lane->lane = true;
    lane->name = ls_model_string(m, event->cat.n ? event->cat : event->name);
    m->lanes[m->n_lanes] =
        (struct ls_lane){.thread = thread, .key = lane->process};
    return m->n_lanes++;
}

static uint32_t open_lane(struct ls_model *m, const struct ls_event *event)
{
    uint32_t process = ls_model_process(m, event->pid);
    if (process == LS_NONE)
        return LS_NONE;
    uint32_t lane = find_free(m, process);
    return lane == LS_NONE ? new_lane(m, event) : lane;
}

void ls_lanes_add(struct ls_model *m, int64_t at_ns,
                  const struct ls_event *event)
{
    bool begins = event->ph == 'b' || event->ph == 'S';
    bool ends = event->ph == 'e' || event->ph == 'F';
    if (!begins && !ends)
        return;
    uint32_t *index = ls_ids_put(m->lane_ids, lane_key(m, event));
    if (!index) {
        m->failed = true;
        return;
    }
    bool is_open = *index != LS_NONE && m->lanes[*index].n_open;
    if (ends && !is_open) {
        ls_health_note(&m->trace->health, LS_TROUBLE_PAIR, m->line, m->byte,
                       "an asynchronous end without a begin");
        return;
    }
    if (begins && !is_open && (*index = open_lane(m, event)) == LS_NONE)
        return;
    struct ls_lane *lane = &m->lanes[*index];
    if (!ls_model_tick(m, lane->thread, at_ns))
        return;
    lane->n_open = begins ? lane->n_open + 1 : lane->n_open - 1;
    if (begins)
        ls_slices_begin(m, lane->thread, at_ns, event);
    else
        ls_slices_end(m, lane->thread, at_ns, event);
    if (!lane->n_open)
        *index = LS_NONE;
}

void ls_lanes_free(struct ls_model *m)
{
    free(m->lanes);
}
