/* SPDX-License-Identifier: MIT */
/* Spans, marks and counters: one record each. */
#include <math.h>

#include "ring.h"

static void record_named(uint16_t type, ls_name_id name, const void *bytes,
                         size_t n_bytes, uint64_t value)
{
    unsigned n_more = ls_ring_more(n_bytes);
    struct ls_record *record = ls_ring_reserve(n_more);
    if (!record)
        return;
    record->ticks = ls_clock_ticks();
    record->type = type;
    record->n_more = (uint16_t)n_more;
    record->name = name;
    record->task = ls_recorder.current;
    record->value = value;
    ls_ring_fill(record, bytes, n_bytes);
    ls_ring_publish(n_more);
}

void ls_span_begin(ls_name_id name)
{
    record_named(LS_RECORD_SPAN_BEGIN, name, NULL, 0, 0);
}

void ls_span_end(ls_name_id name)
{
    record_named(LS_RECORD_SPAN_END, name, NULL, 0, 0);
}

void ls_mark(ls_name_id name, const char *text)
{
    record_named(LS_RECORD_MARK, name, text, ls_ring_text_length(text), 0);
}

void ls_counter(ls_name_id name, double value)
{
    uint64_t bits;
    if (!isfinite(value))
        return;
    memcpy(&bits, &value, sizeof bits);
    record_named(LS_RECORD_COUNTER, name, NULL, 0, bits);
}
