/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_window.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viewer/draw.h"
#include "viewer/place.h"
#include "viewer/sdl_keys.h"
#include "viewer/sdl_load.h"
#include "viewer/sdl_paint.h"
#include "viewer/sdl_picture.h"
#include "viewer/svg.h"

#define MAX_PICTURES 1000

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
    struct ls_document *document;
    struct ls_view view;
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
        app->view.theme = ls_theme_find(place.theme);
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
        app->view.metrics = ls_painter_metrics(painter);
    }
    ls_view_resize(&app->view, (float)(device_w / app->scale),
                   (float)(device_h / app->scale), (float)app->scale);
    app->dirty = true;
    return 0;
}

static void start_loading(struct app *app, const char *path)
{
    /* The last one wanted is the one that is shown. */
    if (app->loader) {
        free(app->next);
        app->next = strdup(path);
        ls_loader_cancel(app->loader);
        return;
    }
    app->loader = ls_loader_start(path, app->load_event);
    if (!app->loader) {
        ls_view_notice(&app->view, LS_NOTICE_WARNING,
                       "cannot start a thread to load it");
        return;
    }
    app->view.loading = true;
    app->view.progress = -1;
    snprintf(app->view.loading_name, sizeof(app->view.loading_name), "%s",
             path);
}

static void show(struct app *app, struct ls_document *document)
{
    bool first = app->document == NULL;
    ls_view_show(&app->view, document);
    ls_document_free(app->document);
    app->document = document;
    char title[300];
    snprintf(title, sizeof(title), "%s - loopscope", document->name);
    SDL_SetWindowTitle(app->window, title);
    if (*document->trouble)
        ls_complain(document->path, document->trouble);
    char why[LS_OPTIONS_WHY];
    if (first && !ls_options_apply(app->options, &app->view, why)) {
        ls_complain(document->path, why);
        app->status = 2;
        app->running = false;
    }
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
    snprintf(text, sizeof(text), "%s: %s", app->view.loading_name, why);
    ls_view_notice(&app->view, LS_NOTICE_WARNING, text);
}

static void settle(struct app *app, enum ls_load_status status,
                   struct ls_document *document, const char *why)
{
    if (status == LS_LOAD_OK)
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
    app->dirty = true;
    app->view.progress = ls_loader_progress(app->loader);
    if (!ls_loader_done(app->loader))
        return;
    struct ls_document *document = NULL;
    char why[LS_DOCUMENT_WHY];
    enum ls_load_status status = ls_loader_finish(app->loader, &document, why);
    app->loader = NULL;
    app->view.loading = false;
    char *next = app->next;
    app->next = NULL;
    if (next) {
        ls_document_free(document);
        start_loading(app, next);
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

/* A new file beside the trace: its name without .json and .gz, a number. */
static FILE *create_picture_file(const struct ls_document *document,
                                 const char *end, char *path, size_t n_path)
{
    char stem[4096];
    snprintf(stem, sizeof(stem), "%s", document ? document->path : "loopscope");
    static const char *const ends[] = {".gz", ".json"};
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(stem), k = strlen(ends[i]);
        if (n > k && strcmp(stem + n - k, ends[i]) == 0)
            stem[n - k] = 0;
    }
    for (int i = 1; i < MAX_PICTURES; i++) {
        snprintf(path, n_path, "%s-%d.%s", stem, i, end);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0)
            return fdopen(fd, "wb");
        if (errno != EEXIST)
            return NULL;
    }
    return NULL;
}

/* The picture as it is now, but without what belongs to the mouse. */
static int write_picture(struct app *app, struct ls_picture *picture,
                         bool as_svg, FILE *file)
{
    struct ls_view *view = &app->view;
    bool inside = view->pointer_inside;
    view->pointer_inside = false;
    ls_view_draw(view);
    view->pointer_inside = inside;
    return as_svg ? ls_svg_write(file, &view->list, view->width, view->height,
                                 app->scale)
                  : ls_picture_save(picture, &view->list, file);
}

static int save_picture(struct app *app, bool as_svg, char *path, size_t n_path,
                        char *why, size_t n_why)
{
    int w = (int)(app->view.width * app->scale + 0.5);
    int h = (int)(app->view.height * app->scale + 0.5);
    struct ls_picture *picture = ls_picture_new(w, h, app->scale, why, n_why);
    if (!picture)
        return -1;
    errno = 0;
    FILE *file = create_picture_file(app->document, as_svg ? "svg" : "png",
                                     path, n_path);
    int status = file ? write_picture(app, picture, as_svg, file) : -1;
    if (file && fclose(file) != 0)
        status = -1;
    if (status != 0) {
        snprintf(why, n_why, "%s: %s", path, strerror(errno));
        if (file)
            unlink(path);
    }
    ls_picture_free(picture);
    return status;
}

static void take_picture(struct app *app, bool as_svg)
{
    char path[4200] = "", why[4400] = "not enough memory", text[4500];
    bool saved =
        save_picture(app, as_svg, path, sizeof(path), why, sizeof(why)) == 0;
    snprintf(text, sizeof(text), saved ? "saved %s" : "no picture: %s",
             saved ? path : why);
    ls_view_notice(&app->view, saved ? LS_NOTICE_INFO : LS_NOTICE_WARNING,
                   text);
}

static void grant_wish(struct app *app)
{
    enum ls_wish wish = app->view.wish;
    app->view.wish = LS_WISH_NONE;
    if (wish == LS_WISH_QUIT)
        app->running = false;
    else if (wish == LS_WISH_OPEN)
        start_loading(app, app->view.wish_path);
    else if (wish == LS_WISH_CANCEL)
        cancel_loading(app);
    else if (wish == LS_WISH_PICTURE || wish == LS_WISH_SVG)
        take_picture(app, wish == LS_WISH_SVG);
}

static void handle(struct app *app, const SDL_Event *event)
{
    struct ls_input in;
    if (event->type == SDL_QUIT)
        app->running = false;
    else if (event->type == SDL_DROPFILE) {
        start_loading(app, event->drop.file);
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
    bool typing = app->view.prompt.kind != LS_PROMPT_NONE;
    if (ls_input_of_event(event, unit, typing, &in) &&
        ls_view_input(&app->view, &in)) {
        app->dirty = true;
        grant_wish(app);
    }
}

static void draw(struct app *app)
{
    ls_painter_begin(app->painter);
    ls_view_draw(&app->view);
    ls_painter_replay(app->painter, &app->view.list);
    SDL_RenderPresent(app->renderer);
    app->dirty = false;
}

/* Nothing is done between events: an idle window costs nothing. */
static void run(struct app *app)
{
    SDL_Event event;
    while (app->running) {
        if (app->dirty)
            draw(app);
        if (!SDL_WaitEvent(&event))
            break;
        do
            handle(app, &event);
        while (app->running && SDL_PollEvent(&event));
        look_after_loading(app);
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
    snprintf(place.theme, sizeof(place.theme), "%s", app->view.theme->name);
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
    ls_view_destroy(&app->view);
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
    ls_view_init(&app.view, NULL);
    if (options->theme)
        app.view.theme = ls_theme_find(options->theme);
    if (open_window(&app) != 0 || fit_to_window(&app) != 0) {
        close_all(&app);
        return 2;
    }
    app.load_event = SDL_RegisterEvents(1);
    SDL_EventState(SDL_DROPFILE, SDL_ENABLE);
    SDL_StartTextInput();
    if (options->trace)
        start_loading(&app, options->trace);
    run(&app);
    remember_place(&app);
    close_all(&app);
    return app.status;
}
