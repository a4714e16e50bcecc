/* SPDX-License-Identifier: MIT */
/* loopscope-view: a trace in a window, or as a picture in a file. */
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "viewer/pair.h"
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
static int save(struct ls_picture *picture, const struct ls_pair *pair,
                const char *path)
{
    errno = 0;
    FILE *file = fopen(path, "wb");
    int status = !file     ? -1
                 : picture ? ls_picture_save(picture, &pair->top.list, file)
                           : ls_svg_write(file, &pair->top.list, pair->width,
                                          pair->height, pair->scale);
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

/* Draws the documents (SECOND may be NULL) as a window would first show them.
 */
static int draw(const struct ls_options *options,
                const struct ls_document *document,
                const struct ls_document *second)
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
    struct ls_pair pair;
    ls_pair_init(&pair, ls_picture_metrics(picture));
    if (options->theme)
        pair.top.theme = ls_theme_find(options->theme);
    ls_pair_resize(&pair, (float)(width / scale), (float)(height / scale),
                   (float)scale);
    ls_view_show(&pair.top, document);
    ls_pair_show(&pair, second);
    int status = 0;
    if (!ls_options_apply(options, &pair.top, why)) {
        ls_complain(document->path, why);
        status = -1;
    }
    ls_pair_follow(&pair);
    ls_pair_draw(&pair);
    if (status == 0 && options->png)
        status = save(picture, &pair, options->png);
    if (status == 0 && options->svg)
        status = save(NULL, &pair, options->svg);
    ls_pair_destroy(&pair);
    ls_picture_free(picture);
    return status;
}

static struct ls_document *open_document(const char *path)
{
    struct ls_document *document = NULL;
    char why[LS_DOCUMENT_WHY];
    if (ls_document_open(path, NULL, &document, why) != LS_LOAD_OK) {
        ls_complain(path, why);
        return NULL;
    }
    if (*document->trouble)
        ls_complain(path, document->trouble);
    return document;
}

static int run_picture(const struct ls_options *options)
{
    struct ls_document *second = NULL;
    struct ls_document *first = open_document(options->trace);
    if (first && options->second)
        second = open_document(options->second);
    int status = -1;
    if (first && (second || !options->second))
        status = draw(options, first, second);
    ls_document_free(second);
    ls_document_free(first);
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
