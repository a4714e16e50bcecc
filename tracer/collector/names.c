/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *find(struct ls_names *names, uint32_t id)
{
    uint32_t at = atomic_load_explicit(&names->shared->header.name_at[id],
                                       memory_order_acquire);
    if (at == 0 || at > LS_NAME_BYTES)
        return NULL;
    const char *text = names->shared->names + at - 1;
    return memchr(text, '\0', LS_NAME_BYTES - (at - 1)) ? text : NULL;
}

struct ls_json ls_names_get(struct ls_names *names, uint32_t id)
{
    if (id == 0)
        return LS_JSON("\"\"");
    if (id >= LS_N_NAMES)
        return LS_JSON("\"?\"");
    if (!names->known[id].text) {
        const char *name = find(names, id);
        struct ls_text text = {0};
        if (name)
            ls_text_add_string(&text, name);
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
