/* SPDX-License-Identifier: MIT */
/*
 * The rules, and what each is for:
 *
 * - A loop waits: a poll() or select() that returns at once makes no loop. A
 *   computation that looks for input now and then is none.
 * - epoll is used by loops, poll() and select() by everybody: an epoll takes
 *   over at once from them, a start-up's poll for example.
 * - A closed epoll is no loop any more: its successor takes over at once
 *   (one loop run after another on the same thread).
 * - A poll that is nested in a turn must not become the loop, or the stall
 *   that it is would be cut short. Against a loop that has earned its name (an
 *   epoll, or 10 polls in 2 s) another key has to be polled 10 times for 2 s
 *   without it; a stall that is longer is seen in any case. Against another,
 *   3 times.
 * - When a loop that was replaced so is polled again, the other was nested
 *   after all.
 */
#include "choice.h"

enum { FEW_POLLS = 3, MANY_POLLS = 10, LONG_MS = 2000 };

static bool is_trusted(enum ls_loop_kind kind)
{
    return kind == LS_LOOP_LIBUV || kind == LS_LOOP_EPOLL;
}

static bool is_long(const struct ls_polled *p, uint64_t since)
{
    return p->now - since >= LONG_MS * p->ticks_per_ms;
}

static bool is_proven(const struct ls_choice *c, const struct ls_polled *p)
{
    return is_trusted(c->kind) ||
           (c->n_own >= MANY_POLLS && is_long(p, c->since));
}

static void count(struct ls_choice *c, const struct ls_polled *p)
{
    if (c->n_other == 0 || c->other != p->key) {
        c->other = p->key;
        c->other_since = p->now;
        c->n_other = 0;
    }
    c->n_other++;
}

static bool replaces(struct ls_choice *c, const struct ls_polled *p)
{
    if (!p->may_wait && !is_trusted(p->kind))
        return false;
    if (c->key == LS_NO_KEY)
        return true;
    if (is_trusted(p->kind) && (!is_trusted(c->kind) || c->before == p->key))
        return true;
    if (is_trusted(c->kind) && p->old_closed)
        return true;
    count(c, p);
    if (is_proven(c, p))
        return c->n_other >= MANY_POLLS && is_long(p, c->other_since);
    return c->n_other >= FEW_POLLS;
}

void ls_choice_take(struct ls_choice *c, enum ls_loop_kind kind, uint64_t key,
                    uint64_t now)
{
    *c = (struct ls_choice){
        .key = key, .before = c->key, .since = now, .kind = kind};
}

bool ls_choice_replace(struct ls_choice *c, const struct ls_polled *polled)
{
    if (!replaces(c, polled))
        return false;
    ls_choice_take(c, polled->kind, polled->key, polled->now);
    return true;
}
