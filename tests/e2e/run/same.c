/* SPDX-License-Identifier: MIT */
#include "same.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/cli/shell.h"

void assert_same(const char *line)
{
    setenv("RUN", "", 1);
    struct outcome o = shell_run(line);
    int status = o.status;
    char *out = strdup(o.out), *err = strdup(o.err);
    setenv("RUN", RUN_IT, 1);
    o = shell_run(line);
    if (o.status != status || strcmp(o.out, out) || strcmp(o.err, err))
        fail_msg("%s\nstatus %d, with %d\n--- out\n%s--- with\n%s--- err\n%s"
                 "--- with\n%s",
                 line, status, o.status, out, o.out, err, o.err);
    free(out);
    free(err);
}
