/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "viewer/sdl_picture.h"
#include "viewer/svg.h"

#define MAX_PICTURES 1000

/* A new file beside the trace: its name without .json and .gz, a number. */
static FILE *create_picture_file(const char *trace, const char *end, char *path,
                                 size_t n_path)
{
    char stem[4096];
    snprintf(stem, sizeof(stem), "%s", trace ? trace : "loopscope");
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
static int write_picture(struct ls_pair *pair, struct ls_picture *picture,
                         bool as_svg, FILE *file)
{
    ls_pair_hide_pointer(pair);
    ls_pair_draw(pair);
    return as_svg ? ls_svg_write(file, &pair->top.list, pair->width,
                                 pair->height, pair->scale)
                  : ls_picture_save(picture, &pair->top.list, file);
}

static bool save(struct ls_pair *pair, struct ls_picture *picture,
                 const char *trace, bool as_svg, char said[LS_SAVE_SAID])
{
    char path[4200] = "";
    errno = 0;
    FILE *file =
        create_picture_file(trace, as_svg ? "svg" : "png", path, sizeof(path));
    int status = file ? write_picture(pair, picture, as_svg, file) : -1;
    int error = errno;
    if (file && fclose(file) != 0) {
        status = -1;
        error = errno;
    }
    if (file && status != 0)
        unlink(path);
    if (status == 0)
        snprintf(said, LS_SAVE_SAID, "saved %s", path);
    else
        snprintf(said, LS_SAVE_SAID, "no picture: %s: %s", path,
                 strerror(error));
    return status == 0;
}

bool ls_save_picture(struct ls_pair *pair, const char *trace, bool as_svg,
                     char said[LS_SAVE_SAID])
{
    char why[256] = "not enough memory";
    int w = (int)(pair->width * pair->scale + 0.5f);
    int h = (int)(pair->height * pair->scale + 0.5f);
    struct ls_picture *picture =
        ls_picture_new(w, h, pair->scale, why, sizeof(why));
    if (!picture) {
        snprintf(said, LS_SAVE_SAID, "no picture: %s", why);
        return false;
    }
    bool saved = save(pair, picture, trace, as_svg, said);
    ls_picture_free(picture);
    return saved;
}
