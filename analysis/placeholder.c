/* SPDX-License-Identifier: MIT */
/* Lets the front ends link until recover has a file of its own. */
#include "recover.h"

#include <string.h>

enum ls_recover_status ls_trace_recover(const char *i, const char *o,
                                        struct ls_recover_result *r)
{
    memset(r, 0, sizeof(*r));
    return LS_RECOVER_NO_TRACE;
}
