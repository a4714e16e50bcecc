/* SPDX-License-Identifier: MIT */
#include "collector.h"

#include "inherit.h"
#include "output.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLLECTOR "loopscope-collector"

/* The same as the traced program's library looks for. Below the folder of this
 * program. */
static const char *const beside[] = {"", "../libexec/", "../../libexec/",
                                     "../bin/"};

static bool is_program(const struct ls_text *path)
{
    return !path->failed && access(ls_text_get(path), X_OK) == 0;
}

static bool find_beside(struct ls_text *path)
{
    char own[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
    own[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(own, '/');
    if (!slash)
        return false;
    slash[1] = '\0';
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        ls_text_destroy(path);
        ls_text_addf(path, "%s%s" COLLECTOR, own, beside[i]);
        if (is_program(path))
            return true;
    }
    return false;
}

static bool find_in_path(struct ls_text *path)
{
    static const char *const below[] = {"/", "/../libexec/"};
    const char *at = getenv("PATH");
    while (at && *at) {
        size_t n = strcspn(at, ":");
        for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
            ls_text_destroy(path);
            ls_text_addf(path, "%.*s%s" COLLECTOR, (int)(n ? n : 1),
                         n ? at : ".", below[i]);
            if (is_program(path))
                return true;
        }
        at += n + (at[n] == ':');
    }
    return false;
}

static bool find(struct ls_text *path)
{
    const char *said = getenv("LOOPSCOPE_COLLECTOR");
    if (said && *said) {
        ls_text_add(path, said);
        if (is_program(path))
            return true;
        ls_output_say("LOOPSCOPE_COLLECTOR=%s: %s; unset it, or name the "
                      "program " COLLECTOR,
                      said, strerror(errno));
        return false;
    }
    if (find_beside(path))
        return true;
    ls_text_destroy(path);
    ls_text_add(path, LS_LIBEXECDIR "/" COLLECTOR);
    if (is_program(path) || find_in_path(path))
        return true;
    ls_output_say("no " COLLECTOR " beside loopscope, in ../libexec, "
                  "in " LS_LIBEXECDIR " or in PATH; install it or name it in "
                  "LOOPSCOPE_COLLECTOR");
    return false;
}

/* These would change the collector; it gives them to the program under their
 * own names. */
static void put_aside(void)
{
    static const char *const names[] = {"LD_PRELOAD", "LD_AUDIT",
                                        "DEBUGINFOD_URLS"};
    extern char **environ;
    for (char **entry = environ; entry && *entry; entry++) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            size_t n = strlen(names[i]);
            if (strncmp(*entry, names[i], n) != 0 || (*entry)[n] != '=')
                continue;
            struct ls_text kept = {0}; /* stays in the environment */
            ls_text_addf(&kept, "LOOPSCOPE_KEPT_%s", *entry);
            if (!kept.failed)
                *entry = kept.data;
        }
    }
}

void ls_collector_become(const char *const *arguments)
{
    struct ls_text path = {0};
    size_t n = 0;
    while (arguments[n])
        n++;
    const char **argv = calloc(n + 2, sizeof *argv);
    if (!argv || !find(&path)) {
        if (!argv)
            ls_output_say("out of memory");
        free(argv);
        ls_text_destroy(&path);
        return;
    }
    argv[0] = COLLECTOR;
    memcpy(argv + 1, arguments, n * sizeof *argv);
    put_aside();
    ls_inherit_restore();
    execv(ls_text_get(&path), (char **)argv);
    ls_output_say("%s: %s", ls_text_get(&path), strerror(errno));
    free(argv);
    ls_text_destroy(&path);
}
