#ifndef LS_TESTS_UNIT_CLI_GATED_H
#define LS_TESTS_UNIT_CLI_GATED_H
/* SPDX-License-Identifier: MIT */
/*
 * gated.h - a gate with the trace and findings of found.h, for formats.
 *
 *     struct gated gated;
 *     gated_open(&gated);
 *     gated.found.items[0].standing = LS_STANDING_KNOWN;
 *     gated_settle(&gated);
 *     ls_junit_render(&gated.gate, &gated.style, &text);
 *     gated_close(&gated);
 *
 * Units: as in finding.h.
 * Ownership: the caller's.
 * Errors: assertions.
 * Threads: one.
 */
#include "found.h"

#include "cli/gate.h"

struct gated {
    struct found found;
    struct ls_judged judged[2]; /* the second: unusable */
    struct ls_gate gate;        /* of the first alone */
    struct ls_style style;
};

static inline void gated_settle(struct gated *gated)
{
    ls_findings_settle(&gated->found.findings);
    gated->judged[0].verdict =
        ls_verdict_of(gated->found.sample.trace, &gated->found.findings);
}

static inline void gated_open(struct gated *gated)
{
    *gated = (struct gated){0};
    found_open(&gated->found);
    gated->judged[0] = (struct ls_judged){
        .path = "/home/you/src/bad.json",
        .trace = gated->found.sample.trace,
        .findings = &gated->found.findings,
        .names = gated->found.sample.names,
    };
    gated->judged[1] = (struct ls_judged){.path = "no,ne.json",
                                          .verdict = LS_VERDICT_UNUSABLE};
    ls_text_add(&gated->judged[1].why, "there is no such file");
    gated->gate =
        (struct ls_gate){.judged = gated->judged, .n = 1, .version = "0.1.0"};
    gated->style = (struct ls_style){.width = 80, .folder = "/home/you/src"};
    gated_settle(gated);
}

static inline void gated_set_budget(struct gated *gated)
{
    gated->gate.budgets.of[LS_MEASURE_MAX_TURN] =
        (struct ls_budget){true, 5e7, 6.2e7, 3};
    gated->gate.budgets.of[LS_MEASURE_UTILISATION] =
        (struct ls_budget){true, 0.5, 0.25, 3};
}

static inline void gated_close(struct gated *gated)
{
    ls_text_destroy(&gated->judged[1].why);
    found_close(&gated->found);
}

#endif
