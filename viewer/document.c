/* SPDX-License-Identifier: MIT */
#include "viewer/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/explain.h"

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

struct ls_document *ls_document_make(const char *path, struct ls_trace *trace)
{
    struct ls_document *document = calloc(1, sizeof(*document));
    if (!document) {
        ls_trace_free(trace);
        return NULL;
    }
    document->trace = trace;
    ls_judge_defaults(&document->judged);
    document->path = strdup(path);
    document->findings = ls_findings_judge(trace, &document->judged);
    document->statistics = ls_statistics_make(trace, document->judged.fail_ns);
    document->index = ls_index_make(trace, document->judged.warn_ns);
    if (document->index && document->findings)
        document->crowds = ls_crowds_make(document->index, document->findings,
                                          document->judged.warn_ns);
    if (!document->path || !document->findings || !document->statistics ||
        !document->crowds) {
        ls_document_free(document);
        return NULL;
    }
    document->name = last_part(document->path);
    document->stalled =
        ls_explain_verdict(trace, document->findings, document->verdict,
                           sizeof(document->verdict));
    ls_trace_trouble(trace, document->trouble, sizeof(document->trouble));
    return document;
}

enum ls_load_status ls_document_open(const char *path,
                                     const struct ls_load_options *options,
                                     struct ls_document **document,
                                     char why[LS_DOCUMENT_WHY])
{
    struct ls_trace *trace = NULL;
    struct ls_load_result result = {0};
    enum ls_load_status status = ls_trace_load(path, options, &trace, &result);
    if (status != LS_LOAD_OK) {
        snprintf(why, LS_DOCUMENT_WHY, "%s", result.text);
        return status;
    }
    *document = ls_document_make(path, trace);
    if (*document)
        return LS_LOAD_OK;
    snprintf(why, LS_DOCUMENT_WHY, "not enough memory");
    return LS_LOAD_NO_MEMORY;
}

void ls_document_free(struct ls_document *document)
{
    if (!document)
        return;
    ls_crowds_free(document->crowds);
    ls_index_free(document->index);
    ls_statistics_free(document->statistics);
    ls_findings_free(document->findings);
    ls_trace_free(document->trace);
    free(document->path);
    free(document);
}
