#ifndef LS_VIEWER_SDL_LOAD_H
#define LS_VIEWER_SDL_LOAD_H
/* SPDX-License-Identifier: MIT */
/*
 * sdl_load.h - opening a document in a thread of its own.
 *
 *     struct ls_loader *loader = ls_loader_start("a.json", event);
 *     ... an SDL event of type EVENT says that something is new
 *     if (ls_loader_done(loader))
 *         status = ls_loader_finish(loader, &document, why);
 *
 * Units: progress 0..1. Ownership: finish frees the loader.
 * Errors: NULL: no thread; else as ls_document_open().
 * Threads: all functions from one; the loading is in its own.
 */
#include "viewer/document.h"

struct ls_loader;

struct ls_loader *ls_loader_start(const char *path, uint32_t event);
/* Below 0: not known. */
float ls_loader_progress(struct ls_loader *loader);
bool ls_loader_done(struct ls_loader *loader);
/* Asks it to stop soon; it will be done. */
void ls_loader_cancel(struct ls_loader *loader);
/* Waits for its end. */
enum ls_load_status ls_loader_finish(struct ls_loader *loader,
                                     struct ls_document **document,
                                     char why[LS_DOCUMENT_WHY]);

#endif
