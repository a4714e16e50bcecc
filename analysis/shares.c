/* SPDX-License-Identifier: MIT */
#include "shares.h"

#include "judge.h"

#include <stdlib.h>

/* So many are said, and none that is a smaller part of the first than this. */
enum { MAX_SAID = 3, LEAST_PART = 20 };

void ls_shares_add(struct ls_shares *shares, ls_string name, int64_t ns)
{
    uint32_t i = 0;
    shares->n++;
    shares->total_ns = ls_sum(shares->total_ns, ns);
    while (i < shares->n_names && shares->names[i].name != name)
        i++;
    if (i == LS_SHARES_NAMES)
        return;
    if (i == shares->n_names)
        shares->names[shares->n_names++] = (struct ls_share){.name = name};
    shares->names[i].count++;
    shares->names[i].total_ns = ls_sum(shares->names[i].total_ns, ns);
}

static int largest_first(const void *a, const void *b)
{
    const struct ls_share *x = a, *y = b;
    if (x->total_ns != y->total_ns)
        return x->total_ns > y->total_ns ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

void ls_shares_give(struct ls_shares *shares, struct ls_finding *f)
{
    if (shares->n_names)
        qsort(shares->names, shares->n_names, sizeof(shares->names[0]),
              largest_first);
    f->n_parts = shares->n;
    f->n_shares = 0;
    while (f->n_shares < LS_SHARES && f->n_shares < shares->n_names) {
        f->shares[f->n_shares] = shares->names[f->n_shares];
        f->n_shares++;
    }
}

void ls_say_shares(const struct ls_sentence *s)
{
    const struct ls_finding *f = s->finding;
    for (uint32_t i = 0; i < f->n_shares && i < MAX_SAID; i++) {
        const struct ls_share *share = &f->shares[i];
        if (share->total_ns < f->shares[0].total_ns / LEAST_PART)
            return;
        ls_say(s, "%s%s ", i ? ", " : "", ls_say_text(s, share->name));
        if (share->count > 1)
            ls_say(s, "%u times ", share->count);
        ls_say(s, "(");
        ls_say_time(s, share->total_ns);
        ls_say(s, ")");
    }
}
