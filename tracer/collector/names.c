/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* The text and its length; the program may change it while it is read, so that
 * its end is looked for once. */
static const char *find(struct ls_names *names, uint32_t id, size_t *n)
{
    uint32_t at = atomic_load_explicit(&names->shared->header.name_at[id],
                                       memory_order_acquire);
    if (at == 0 || at > LS_NAME_BYTES)
        return NULL;
    const char *text = names->shared->names + at - 1;
    const char *end = memchr(text, '\0', LS_NAME_BYTES - (at - 1));
    if (!end)
        return NULL;
    *n = (size_t)(end - text);
    return text;
}

struct ls_json ls_names_get(struct ls_names *names, uint32_t id)
{
    if (id == 0)
        return LS_JSON("\"\"");
    if (id >= LS_N_NAMES)
        return LS_JSON("\"?\"");
    if (!names->known[id].text) {
        size_t n = 0;
        const char *name = find(names, id, &n);
        struct ls_text text = {0};
        if (name)
            ls_text_add_string_n(&text, name, n);
        if (!name || text.failed) {
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
