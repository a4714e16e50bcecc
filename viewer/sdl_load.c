/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_load.h"

#include <SDL.h>
#include <stdlib.h>
#include <string.h>

struct ls_loader {
    char *path;
    uint32_t event;
    SDL_Thread *thread;
    SDL_atomic_t permille; /* -1: not known */
    SDL_atomic_t cancelled, done;
    /* The thread's until `done` is set, then the caller's. */
    struct ls_document *document;
    enum ls_load_status status;
    char why[LS_DOCUMENT_WHY];
};

static void tell(struct ls_loader *loader)
{
    SDL_Event event = {.type = loader->event};
    SDL_PushEvent(&event);
}

static bool progress(void *arg, uint64_t done_bytes, uint64_t total_bytes)
{
    struct ls_loader *loader = arg;
    int permille = total_bytes
                       ? (int)((double)done_bytes * 1000 / (double)total_bytes)
                       : -1;
    SDL_AtomicSet(&loader->permille, permille);
    tell(loader);
    return !SDL_AtomicGet(&loader->cancelled);
}

static int run(void *arg)
{
    struct ls_loader *loader = arg;
    struct ls_load_options options = {.progress = progress, .arg = loader};
    loader->status = ls_document_open(loader->path, &options, &loader->document,
                                      loader->why);
    SDL_AtomicSet(&loader->done, 1);
    tell(loader);
    return 0;
}

struct ls_loader *ls_loader_start(const char *path, uint32_t event)
{
    struct ls_loader *loader = calloc(1, sizeof(*loader));
    if (!loader)
        return NULL;
    loader->event = event;
    loader->path = strdup(path);
    SDL_AtomicSet(&loader->permille, -1);
    if (loader->path)
        loader->thread = SDL_CreateThread(run, "load", loader);
    if (loader->thread)
        return loader;
    free(loader->path);
    free(loader);
    return NULL;
}

float ls_loader_progress(struct ls_loader *loader)
{
    return (float)SDL_AtomicGet(&loader->permille) / 1000;
}

bool ls_loader_done(struct ls_loader *loader)
{
    return SDL_AtomicGet(&loader->done);
}

void ls_loader_cancel(struct ls_loader *loader)
{
    SDL_AtomicSet(&loader->cancelled, 1);
}

enum ls_load_status ls_loader_finish(struct ls_loader *loader,
                                     struct ls_document **document,
                                     char why[LS_DOCUMENT_WHY])
{
    SDL_WaitThread(loader->thread, NULL);
    enum ls_load_status status = loader->status;
    *document = loader->document;
    memcpy(why, loader->why, LS_DOCUMENT_WHY);
    free(loader->path);
    free(loader);
    return status;
}
