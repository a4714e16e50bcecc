/* SPDX-License-Identifier: MIT */
#include "bounds.h"

#include <stdio.h>

#include "collector.h"
#include "tracer/loopscope.h"
#include "tracer/record/clock.h"
#include "tracer/vocabulary.h"

void ls_bounds_begin(struct ls_collector *c, const struct timespec *start)
{
    const struct ls_header *h = &c->shared->header;
    char text[40];
    struct tm utc;
    struct ls_event event = {.ph = 'M',
                             .pid = c->first_pid,
                             .tid = c->first_pid,
                             .name = LS_JSON("\"" LS_META_TRACE "\"")};
    ls_emit_begin(&c->emit, &event);
    ls_text_add_int(ls_emit_arg(&c->emit, "format"), LS_FORMAT_VERSION);
    ls_text_add_string(ls_emit_arg(&c->emit, "writer"), LS_VERSION);
    gmtime_r(&start->tv_sec, &utc);
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + n, sizeof text - n, ".%09ldZ", start->tv_nsec);
    ls_text_add_string(ls_emit_arg(&c->emit, "start"), text);
    ls_text_add_string(ls_emit_arg(&c->emit, "clock"),
                       ls_clock_name((enum ls_clock_kind)h->clock_kind));
    ls_text_add_int(ls_emit_arg(&c->emit, "threshold_ns"), h->threshold_ns);
    if (h->inject_ns > 0)
        ls_text_add_int(ls_emit_arg(&c->emit, "inject_ns"), h->inject_ns);
    ls_emit_end(&c->emit);
}

static void add_pids(struct ls_collector *c, const char *key,
                     const struct ls_pids *list)
{
    if (list->n == 0)
        return;
    struct ls_text *text = ls_emit_arg(&c->emit, key);
    for (size_t i = 0; i < list->n; i++) {
        ls_text_add(text, i ? "," : "[");
        ls_text_add_int(text, list->pids[i]);
    }
    ls_text_add(text, "]");
}

void ls_bounds_end(struct ls_collector *c)
{
    const struct ls_header *h = &c->shared->header;
    uint64_t unregistered = ls_record_believe(atomic_load(&h->unregistered));
    ls_record_count_lost(c, atomic_load(&h->unringed));
    struct ls_event event = {.ph = 'M',
                             .pid = c->first_pid,
                             .tid = c->first_pid,
                             .name = LS_JSON("\"" LS_META_END "\"")};
    ls_emit_begin(&c->emit, &event);
    ls_text_add_int(ls_emit_arg(&c->emit, "events"),
                    (int64_t)c->writer.n_events + 1);
    ls_text_add_int(ls_emit_arg(&c->emit, "lost"), (int64_t)c->n_lost);
    ls_text_add_int(ls_emit_arg(&c->emit, "late"), (int64_t)c->emit.n_late);
    if (c->emit.n_left_out > 0)
        ls_text_add_int(ls_emit_arg(&c->emit, "left_out"),
                        (int64_t)c->emit.n_left_out);
    if (unregistered > 0)
        ls_text_add_int(ls_emit_arg(&c->emit, "unregistered"),
                        (int64_t)unregistered);
    int64_t end_ns = ls_timeline_ns(&c->timeline, c->last_end);
    if (c->last_end > 0 && end_ns > c->emit.last_ns &&
        ls_clock_kind != LS_CLOCK_EXTERNAL)
        ls_text_add_time(ls_emit_arg(&c->emit, "end_us"), end_ns);
    add_pids(c, "exit", &c->died);
    add_pids(c, "alive", &c->alive);
    ls_emit_end(&c->emit);
}
