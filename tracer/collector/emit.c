/* SPDX-License-Identifier: MIT */
#include "emit.h"

/* An event that is earlier than the last one by no more than this was only
 * pushed by the rule that an end is later than its begin. */
#define LATE_NS 1000

static bool is_muted(const struct ls_emit *e, char ph)
{
    bool of_task = ph == 'b' || ph == 'e' || ph == 'n';
    return ph != 'M' && (e->muted || (e->full && of_task));
}

static bool is_dropped(struct ls_emit *e, const struct ls_event *event)
{
    bool is_point = event->ph == 'i' || event->ph == 'C';
    if (is_muted(e, event->ph))
        return true;
    if (!event->left_out && !(e->only_turns && is_point))
        return false;
    e->n_left_out += event->ph != 'E';
    return true;
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

/* A literal's length is known. */
#define PUT(to, literal) ls_text_put(to, literal, sizeof literal - 1)

/* ,"pid":41,"tid":42 */
static const struct ls_emit_ids *find_ids(struct ls_emit *e, int64_t pid,
                                          int64_t tid)
{
    struct ls_emit_ids *ids = &e->ids[(uint64_t)tid % LS_EMIT_IDS];
    if (ids->n > 0 && ids->pid == pid && ids->tid == tid)
        return ids;
    char *to = PUT(ids->text, ",\"pid\":");
    to = ls_text_put_int(to, pid);
    to = PUT(to, ",\"tid\":");
    to = ls_text_put_int(to, tid);
    ids->pid = pid;
    ids->tid = tid;
    ids->n = (size_t)(to - ids->text);
    return ids;
}

/* All but the name takes less than HEAD_ROOM. */
enum { HEAD_ROOM = 256 };

static char *put_head(struct ls_emit *e, const struct ls_event *event,
                      int64_t at, char *to)
{
    const struct ls_emit_ids *ids = find_ids(e, event->pid, event->tid);
    to = PUT(to, "{\"ph\":\"");
    *to++ = event->ph;
    *to++ = '"';
    if (event->ph != 'M') {
        to = PUT(to, ",\"ts\":");
        to = ls_text_put_time(to, at);
    }
    memcpy(to, ids->text, sizeof ids->text); /* a constant length is faster */
    to += ids->n;
    if (event->id) {
        to = PUT(to, ",\"id\":");
        to = ls_text_put_hex(to, event->id);
    }
    to = PUT(to, ",\"name\":");
    to = ls_text_put(to, event->name.text, event->name.n);
    if (event->cat) {
        to = PUT(to, ",\"cat\":\"");
        to = ls_text_put(to, event->cat, strlen(event->cat));
        *to++ = '"';
    }
    if (event->ph == 'i')
        to = PUT(to, ",\"s\":\"t\"");
    return to;
}

int64_t ls_emit_begin(struct ls_emit *e, const struct ls_event *event)
{
    struct ls_text *t = ls_writer_begin(e->writer);
    int64_t at = e->last_ns;
    e->in_args = false;
    e->true_ns = -1;
    e->dropped = is_dropped(e, event);
    if (event->ph != 'M')
        at = place(e, event);
    char *to = ls_text_reserve(t, HEAD_ROOM + event->name.n);
    if (to)
        t->n += (size_t)(put_head(e, event, at, to) - to);
    return at;
}

void ls_emit_end(struct ls_emit *e)
{
    if (e->dropped) {
        ls_writer_drop(e->writer);
        return;
    }
    if (e->true_ns >= 0)
        ls_text_add_time(ls_emit_arg(e, "true_us"), e->true_ns);
    ls_text_add_bytes(&e->writer->buffer, "}}", e->in_args ? 2 : 1);
    ls_writer_end(e->writer);
}
