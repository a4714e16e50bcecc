/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_window.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/follow.h"
#include "viewer/pair.h"
#include "viewer/place.h"
#include "viewer/sdl_keys.h"
#include "viewer/sdl_load.h"
#include "viewer/sdl_paint.h"
#include "viewer/sdl_save.h"

#define LOOK_MS 250 /* how often a trace that is followed */

struct app {
    const struct ls_options *options;
    SDL_Window *window;
    SDL_Renderer *renderer;
    struct ls_painter *painter;
    double density; /* device pixels per unit of window coordinates */
    double scale;   /* device pixels per logical pixel */
    uint32_t load_event;
    struct ls_loader *loader;
    char *next; /* to be loaded when the loader has stopped; owned */
    bool loads_second, next_is_second;
    bool updates; /* it is loaded because it has grown */
    struct ls_follow follow;
    struct ls_document *document;
    struct ls_document *second; /* below; NULL: one alone */
    struct ls_pair pair;
    bool dirty, running;
    int status;
};

void ls_complain(const char *subject, const char *what)
{
    fprintf(stderr, "loopscope-view: %s%s%s\n", subject ? subject : "",
            subject ? ": " : "", what);
}

/* SDL's last resort is a driver that draws where nobody can look: that is no
 * window. Whoever names a driver gets it. */
static bool has_display(void)
{
    static const char *const said_by[] = {"DISPLAY", "WAYLAND_DISPLAY",
                                          "SDL_VIDEODRIVER"};
    for (size_t i = 0; i < sizeof(said_by) / sizeof(*said_by); i++) {
        const char *value = getenv(said_by[i]);
        if (value && *value)
            return true;
    }
    return false;
}

static int open_window(struct app *app)
{
    if (!has_display()) {
        ls_complain(NULL, "no display to open a window on (neither DISPLAY "
                          "nor WAYLAND_DISPLAY is set); --png FILE draws "
                          "without");
        return -1;
    }
    SDL_SetHint(SDL_HINT_RENDER_BATCHING, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    const struct ls_options *o = app->options;
    struct ls_place place = {.x = SDL_WINDOWPOS_CENTERED,
                             .y = SDL_WINDOWPOS_CENTERED,
                             .w = 1280,
                             .h = 720};
    /* What was said goes before what was. */
    bool had = ls_place_read(&place);
    if (had && !o->theme && ls_theme_find(place.theme))
        app->pair.top.theme = ls_theme_find(place.theme);
    if (o->width)
        place = (struct ls_place){.x = SDL_WINDOWPOS_CENTERED,
                                  .y = SDL_WINDOWPOS_CENTERED,
                                  .w = o->width,
                                  .h = o->height};
    uint32_t flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    if (SDL_Init(SDL_INIT_VIDEO) == 0)
        app->window = SDL_CreateWindow(
            "loopscope", place.x, place.y, place.w, place.h,
            flags | (place.maximized ? SDL_WINDOW_MAXIMIZED : 0));
    if (app->window)
        app->renderer =
            SDL_CreateRenderer(app->window, -1, SDL_RENDERER_PRESENTVSYNC);
    if (app->window && !app->renderer)
        app->renderer =
            SDL_CreateRenderer(app->window, -1, SDL_RENDERER_SOFTWARE);
    if (app->renderer)
        return 0;
    char text[256];
    snprintf(text, sizeof(text),
             "no display to open a window on (%s); --png FILE draws without",
             SDL_GetError());
    ls_complain(NULL, text);
    return -1;
}

/* Size and density may both have changed. */
static int fit_to_window(struct app *app)
{
    int w, h, device_w, device_h;
    SDL_GetWindowSize(app->window, &w, &h);
    if (SDL_GetRendererOutputSize(app->renderer, &device_w, &device_h) != 0)
        device_w = w, device_h = h;
    double user = app->options->scale > 0 ? app->options->scale : 1;
    double density = w > 0 ? (double)device_w / w : 1;
    if (!app->painter || density != app->density) {
        char why[256] = "not enough memory";
        struct ls_painter *painter =
            ls_painter_new(app->renderer, density * user, why, sizeof(why));
        if (!painter) {
            ls_complain(NULL, why);
            return -1;
        }
        ls_painter_free(app->painter);
        app->painter = painter;
        app->density = density;
        app->scale = density * user;
        app->pair.top.metrics = ls_painter_metrics(painter);
        app->pair.bottom.metrics = app->pair.top.metrics;
    }
    ls_pair_resize(&app->pair, (float)(device_w / app->scale),
                   (float)(device_h / app->scale), (float)app->scale);
    app->dirty = true;
    return 0;
}

static void start_loading(struct app *app, const char *path, bool second)
{
    /* The last one wanted is the one that is shown. */
    if (app->loader) {
        app->updates = false;
        free(app->next);
        app->next = strdup(path);
        app->next_is_second = second;
        ls_loader_cancel(app->loader);
        return;
    }
    app->loads_second = second && app->document;
    app->loader = ls_loader_start(path, app->load_event);
    if (!app->loader) {
        ls_view_notice(&app->pair.top, LS_NOTICE_WARNING,
                       "cannot start a thread to load it");
        return;
    }
    if (!app->loads_second)
        ls_follow_begin(&app->follow, path, SDL_GetTicks64());
    app->pair.top.loading = !app->updates;
    app->pair.top.progress = -1;
    snprintf(app->pair.top.loading_name, sizeof(app->pair.top.loading_name),
             "%s", path);
}

static void set_title(struct app *app)
{
    char title[600];
    snprintf(title, sizeof(title), "%s%s%s - loopscope", app->document->name,
             app->second ? " and " : "", app->second ? app->second->name : "");
    SDL_SetWindowTitle(app->window, title);
}

/* Below the first one; NULL: that is alone again. */
static void show_second(struct app *app, struct ls_document *second)
{
    ls_pair_show(&app->pair, second);
    ls_document_free(app->second);
    app->second = second;
    set_title(app);
    if (second && *second->trouble)
        ls_complain(second->path, second->trouble);
}

static void show(struct app *app, struct ls_document *document)
{
    bool first = app->document == NULL;
    if (app->second)
        show_second(app, NULL);
    ls_view_show(&app->pair.top, document);
    ls_document_free(app->document);
    app->document = document;
    set_title(app);
    if (*document->trouble)
        ls_complain(document->path, document->trouble);
    char why[LS_OPTIONS_WHY];
    if (first && !ls_options_apply(app->options, &app->pair.top, why)) {
        ls_complain(document->path, why);
        app->status = 2;
        app->running = false;
    } else if (first && app->options->second) {
        start_loading(app, app->options->second, true);
    }
}

/* The trace has grown: what is shown goes on being shown. */
static void update(struct app *app, struct ls_document *document)
{
    app->dirty = true;
    ls_view_update(&app->pair.top, document);
    ls_document_free(app->document);
    app->document = document;
    if (!document->trace->health.being_written &&
        document->trace->health.complete)
        app->pair.top.follows = false;
}

/* Looks whether the trace that is followed has grown. Two are compared as they
 * are. */
static void look_after_trace(struct app *app)
{
    struct ls_view *view = &app->pair.top;
    if (!view->follows || view->paused || !app->document || app->loader ||
        app->second || !ls_follow_grown(&app->follow, SDL_GetTicks64()))
        return;
    char *path = strdup(app->document->path);
    app->updates = path != NULL;
    if (path)
        start_loading(app, path, false);
    free(path);
}

/* Nothing is open and nothing came of it: that was the program's task. */
static void fail_loading(struct app *app, const char *why)
{
    if (!app->document && app->options->trace) {
        ls_complain(app->options->trace, why);
        app->status = 2;
        app->running = false;
        return;
    }
    char text[600];
    snprintf(text, sizeof(text), "%s: %s", app->pair.top.loading_name, why);
    ls_view_notice(&app->pair.top, LS_NOTICE_WARNING, text);
}

static void settle(struct app *app, enum ls_load_status status,
                   struct ls_document *document, const char *why)
{
    bool updates = app->updates;
    app->updates = false;
    ls_follow_end(&app->follow, SDL_GetTicks64());
    if (status == LS_LOAD_OK && updates)
        update(app, document);
    else if (updates)
        ls_document_free(document); /* it will be tried again */
    else if (status == LS_LOAD_OK && app->loads_second)
        show_second(app, document);
    else if (status == LS_LOAD_OK)
        show(app, document);
    else if (status == LS_LOAD_CANCELLED && !app->document)
        app->running = false;
    else if (status != LS_LOAD_CANCELLED)
        fail_loading(app, why);
}

static void look_after_loading(struct app *app)
{
    if (!app->loader)
        return;
    app->dirty |= !app->updates;
    app->pair.top.progress = ls_loader_progress(app->loader);
    if (!ls_loader_done(app->loader))
        return;
    struct ls_document *document = NULL;
    char why[LS_DOCUMENT_WHY];
    enum ls_load_status status = ls_loader_finish(app->loader, &document, why);
    app->loader = NULL;
    app->pair.top.loading = false;
    char *next = app->next;
    app->next = NULL;
    if (next) {
        ls_document_free(document);
        start_loading(app, next, app->next_is_second);
        free(next);
    } else {
        settle(app, status, document, why);
    }
}

static void cancel_loading(struct app *app)
{
    free(app->next);
    app->next = NULL;
    if (app->loader)
        ls_loader_cancel(app->loader);
}

static void take_picture(struct app *app, bool as_svg)
{
    char said[LS_SAVE_SAID];
    bool saved = ls_save_picture(
        &app->pair, app->document ? app->document->path : NULL, as_svg, said);
    ls_view_notice(ls_pair_active(&app->pair),
                   saved ? LS_NOTICE_INFO : LS_NOTICE_WARNING, said);
}

static void grant_wish(struct app *app)
{
    struct ls_view *view = ls_pair_active(&app->pair);
    enum ls_wish wish = view->wish;
    view->wish = LS_WISH_NONE;
    switch (wish) {
    case LS_WISH_QUIT:
        app->running = false;
        break;
    case LS_WISH_OPEN:
    case LS_WISH_COMPARE:
        start_loading(app, view->wish_path, wish == LS_WISH_COMPARE);
        break;
    case LS_WISH_ALONE:
        if (app->second)
            show_second(app, NULL);
        break;
    case LS_WISH_CANCEL:
        cancel_loading(app);
        break;
    case LS_WISH_PICTURE:
    case LS_WISH_SVG:
        take_picture(app, wish == LS_WISH_SVG);
        break;
    case LS_WISH_ALIGN:
    case LS_WISH_NONE:
        break;
    }
}

static void handle(struct app *app, const SDL_Event *event)
{
    struct ls_input in;
    if (event->type == SDL_QUIT)
        app->running = false;
    else if (event->type == SDL_DROPFILE) {
        start_loading(app, event->drop.file, false);
        SDL_free(event->drop.file);
        app->dirty = true;
    } else if (event->type == SDL_WINDOWEVENT &&
               (event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED ||
                event->window.event == SDL_WINDOWEVENT_DISPLAY_CHANGED)) {
        if (fit_to_window(app) != 0)
            app->running = false;
    } else if (event->type == SDL_WINDOWEVENT &&
               event->window.event == SDL_WINDOWEVENT_EXPOSED) {
        app->dirty = true;
    }
    float unit = (float)(app->density / app->scale);
    bool typing = ls_pair_active(&app->pair)->prompt.kind != LS_PROMPT_NONE;
    if (ls_input_of_event(event, unit, typing, &in) &&
        ls_pair_input(&app->pair, &in)) {
        app->dirty = true;
        grant_wish(app);
    }
}

static void draw(struct app *app)
{
    ls_painter_begin(app->painter);
    ls_pair_draw(&app->pair);
    ls_painter_replay(app->painter, &app->pair.top.list);
    SDL_RenderPresent(app->renderer);
    app->dirty = false;
}

/* Nothing is done between events: an idle window costs nothing. Only a trace
 * that is followed is looked after now and then. */
static void run(struct app *app)
{
    SDL_Event event;
    while (app->running) {
        if (app->dirty)
            draw(app);
        bool any = app->pair.top.follows ? SDL_WaitEventTimeout(&event, LOOK_MS)
                                         : SDL_WaitEvent(&event);
        if (!any && !app->pair.top.follows)
            break;
        while (any && app->running) {
            handle(app, &event);
            any = SDL_PollEvent(&event);
        }
        look_after_loading(app);
        look_after_trace(app);
    }
}

/* Of a window that is as large as can be only that; where it was before is
 * not known to SDL. */
static void remember_place(const struct app *app)
{
    struct ls_place place = {0}, before;
    uint32_t flags = SDL_GetWindowFlags(app->window);
    SDL_GetWindowPosition(app->window, &place.x, &place.y);
    SDL_GetWindowSize(app->window, &place.w, &place.h);
    if (flags & SDL_WINDOW_MAXIMIZED) {
        if (ls_place_read(&before))
            place = before;
        place.maximized = true;
    }
    snprintf(place.theme, sizeof(place.theme), "%s", app->pair.top.theme->name);
    ls_place_write(&place);
}

static void close_all(struct app *app)
{
    if (app->loader) {
        char why[LS_DOCUMENT_WHY];
        struct ls_document *document = NULL;
        ls_loader_cancel(app->loader);
        ls_loader_finish(app->loader, &document, why);
        ls_document_free(document);
    }
    free(app->next);
    ls_pair_destroy(&app->pair);
    ls_document_free(app->second);
    ls_document_free(app->document);
    ls_painter_free(app->painter);
    if (app->renderer)
        SDL_DestroyRenderer(app->renderer);
    if (app->window)
        SDL_DestroyWindow(app->window);
    SDL_Quit();
}

int ls_window_run(const struct ls_options *options)
{
    struct app app = {.options = options, .running = true};
    ls_pair_init(&app.pair, NULL);
    if (options->theme)
        app.pair.top.theme = ls_theme_find(options->theme);
    if (open_window(&app) != 0 || fit_to_window(&app) != 0) {
        close_all(&app);
        return 2;
    }
    app.pair.top.follows = options->follow;
    app.load_event = SDL_RegisterEvents(1);
    SDL_EventState(SDL_DROPFILE, SDL_ENABLE);
    SDL_StartTextInput();
    if (options->trace)
        start_loading(&app, options->trace, false);
    run(&app);
    remember_place(&app);
    close_all(&app);
    return app.status;
}
