/* SPDX-License-Identifier: MIT */
#include "emit.h"

/* An event that is earlier than the last one by no more than this was only
 * pushed by the rule that an end is later than its begin. */
#define LATE_NS 1000

static bool is_dropped(const struct ls_emit *e, char ph)
{
    bool of_task = ph == 'b' || ph == 'e' || ph == 'n';
    return ph != 'M' && (e->muted || (e->full && of_task));
}

static int64_t place(struct ls_emit *e, const struct ls_event *event)
{
    int64_t at = event->ns > e->last_ns ? event->ns : e->last_ns;
    if ((event->ph == 'E' || event->ph == 'e') && at <= event->after_ns)
        at = event->after_ns + 1;
    if (at - event->ns > LATE_NS && !e->dropped) {
        e->true_ns = event->ns > 0 ? event->ns : 0;
        e->n_late += !event->past;
    }
    e->last_ns = at;
    return at;
}

int64_t ls_emit_begin(struct ls_emit *e, const struct ls_event *event)
{
    struct ls_text *t = ls_writer_begin(e->writer);
    int64_t at = e->last_ns;
    e->in_args = false;
    e->true_ns = -1;
    e->dropped = is_dropped(e, event->ph);
    ls_text_add(t, "{\"ph\":\"");
    ls_text_add_bytes(t, &event->ph, 1);
    ls_text_add(t, "\"");
    if (event->ph != 'M') {
        at = place(e, event);
        ls_text_add(t, ",\"ts\":");
        ls_text_add_time(t, at);
    }
    ls_text_add(t, ",\"pid\":");
    ls_text_add_int(t, event->pid);
    ls_text_add(t, ",\"tid\":");
    ls_text_add_int(t, event->tid);
    if (event->id) {
        ls_text_add(t, ",\"id\":");
        ls_text_add_hex(t, event->id);
    }
    ls_text_add(t, ",\"name\":");
    ls_text_add_bytes(t, event->name.text, event->name.n);
    if (event->cat) {
        ls_text_add(t, ",\"cat\":\"");
        ls_text_add(t, event->cat);
        ls_text_add(t, "\"");
    }
    if (event->ph == 'i')
        ls_text_add(t, ",\"s\":\"t\"");
    return at;
}

struct ls_text *ls_emit_arg(struct ls_emit *e, const char *key)
{
    struct ls_text *t = &e->writer->buffer;
    ls_text_add(t, e->in_args ? ",\"" : ",\"args\":{\"");
    ls_text_add(t, key);
    ls_text_add(t, "\":");
    e->in_args = true;
    return t;
}

void ls_emit_end(struct ls_emit *e)
{
    if (e->dropped) {
        ls_writer_drop(e->writer);
        return;
    }
    if (e->true_ns >= 0)
        ls_text_add_time(ls_emit_arg(e, "true_us"), e->true_ns);
    ls_text_add(&e->writer->buffer, e->in_args ? "}}" : "}");
    ls_writer_end(e->writer);
}
