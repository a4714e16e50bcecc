/* SPDX-License-Identifier: MIT */
/* loopscope-view: a trace in a window, or as a picture in a file. */
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "viewer/draw.h"
#include "viewer/sdl_picture.h"
#include "viewer/sdl_window.h"
#include "viewer/svg.h"

/* Half a picture is taken away again, but nothing that was no file: PATH may
 * be a device. */
static void take_away(FILE *file, const char *path)
{
    struct stat about;
    if (fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode))
        unlink(path);
}

/* As PNG, or (without PICTURE) as SVG. */
static int save(struct ls_picture *picture, const struct ls_view *view,
                const char *path)
{
    errno = 0;
    FILE *file = fopen(path, "wb");
    int status = !file     ? -1
                 : picture ? ls_picture_save(picture, &view->list, file)
                           : ls_svg_write(file, &view->list, view->width,
                                          view->height, view->scale);
    int error = errno;
    if (file && status != 0)
        take_away(file, path);
    if (file && fclose(file) != 0 && status == 0) {
        status = -1;
        error = errno;
    }
    if (status != 0)
        ls_complain(path, strerror(error));
    return status;
}

/* Draws DOCUMENT as a window would first show it. */
static int draw(const struct ls_options *options,
                const struct ls_document *document)
{
    char why[256] = "not enough memory";
    double scale = options->scale > 0 ? options->scale : 1;
    int width = options->width ? options->width : 1280;
    int height = options->height ? options->height : 720;
    struct ls_picture *picture =
        ls_picture_new(width, height, scale, why, sizeof(why));
    if (!picture) {
        ls_complain(NULL, why);
        return -1;
    }
    struct ls_view view;
    ls_view_init(&view, ls_picture_metrics(picture));
    if (options->theme)
        view.theme = ls_theme_find(options->theme);
    ls_view_resize(&view, (float)(width / scale), (float)(height / scale),
                   (float)scale);
    ls_view_show(&view, document);
    int status = -1;
    if (ls_options_apply(options, &view, why)) {
        ls_view_draw(&view);
        status = options->png ? save(picture, &view, options->png) : 0;
        if (options->svg && save(NULL, &view, options->svg) != 0)
            status = -1;
    } else {
        ls_complain(document->path, why);
    }
    ls_view_destroy(&view);
    ls_picture_free(picture);
    return status;
}

static int run_picture(const struct ls_options *options)
{
    struct ls_document *document = NULL;
    char why[LS_DOCUMENT_WHY];
    if (ls_document_open(options->trace, NULL, &document, why) != LS_LOAD_OK) {
        ls_complain(options->trace, why);
        return 2;
    }
    if (*document->trouble)
        ls_complain(options->trace, document->trouble);
    int status = draw(options, document);
    ls_document_free(document);
    return status == 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct ls_options options;
    char why[LS_OPTIONS_WHY];
    if (!ls_options_parse(argc, argv, &options, why)) {
        ls_complain(NULL, why);
        fputs("Try: loopscope-view --help\n", stderr);
        return 2;
    }
    if (options.help) {
        fputs(ls_options_help, stdout);
        return 0;
    }
    if (options.version) {
        puts("loopscope-view " LS_VERSION);
        return 0;
    }
    int status = options.png || options.svg ? run_picture(&options)
                                            : ls_window_run(&options);
    FcFini();
    return status;
}
