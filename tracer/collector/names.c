/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* A copy of the text, no more than LS_LABEL_BYTES of it: the program may
 * change it while it is read. False: there is none. */
static bool copy(const struct ls_names *names, uint32_t id, char *text,
                 size_t *n)
{
    uint32_t at = atomic_load_explicit(&names->shared->header.name_at[id],
                                       memory_order_acquire);
    if (at == 0 || at > LS_NAME_BYTES)
        return false;
    size_t n_most = LS_NAME_BYTES - (at - 1);
    if (n_most > LS_LABEL_BYTES)
        n_most = LS_LABEL_BYTES;
    memcpy(text, names->shared->names + at - 1, n_most);
    *n = strnlen(text, n_most);
    return *n < n_most || n_most == LS_LABEL_BYTES;
}

struct ls_json ls_names_get(struct ls_names *names, uint32_t id)
{
    if (id == 0)
        return LS_JSON("\"\"");
    if (id >= LS_N_NAMES)
        return LS_JSON("\"?\"");
    if (!names->known[id].text) {
        size_t n = 0;
        char name[LS_LABEL_BYTES];
        bool is_there = copy(names, id, name, &n);
        struct ls_text text = {0};
        if (is_there)
            ls_text_add_string_n(&text, name, n);
        if (!is_there || text.failed) {
            ls_text_destroy(&text);
            return LS_JSON("\"?\"");
        }
        names->known[id] = (struct ls_json){text.bytes, text.n};
    }
    return names->known[id];
}

void ls_names_destroy(struct ls_names *names)
{
    for (uint32_t i = 0; i < LS_N_NAMES; i++)
        free((char *)names->known[i].text);
}
