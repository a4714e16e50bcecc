/* SPDX-License-Identifier: MIT */
/*
 * `loopscope view`: checks the options, then becomes loopscope-view. The
 * viewer is a program of its own so that this one needs no SDL.
 */
#include "command.h"
#include "duration.h"
#include "inherit.h"
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VIEWER "loopscope-view"

/* As they were given, for the viewer; NULL: not given. */
struct settings {
    const char *png, *svg, *size, *range, *select, *theme, *tab;
    bool follow;
};

static bool set_png(void *settings, const char *value, struct ls_text *error)
{
    if (!value[0])
        ls_text_add(error, "wants a file");
    ((struct settings *)settings)->png = value;
    return value[0];
}

static bool set_svg(void *settings, const char *value, struct ls_text *error)
{
    if (!value[0])
        ls_text_add(error, "wants a file");
    ((struct settings *)settings)->svg = value;
    return value[0];
}

/* Digits only, 1 to LIMIT; moves *TEXT behind them. */
static bool take_number(const char **text, unsigned long limit)
{
    size_t n = strspn(*text, "0123456789");
    if (n == 0 || n > 9)
        return false;
    unsigned long value = strtoul(*text, NULL, 10);
    *text += n;
    return value >= 1 && value <= limit;
}

static bool set_size(void *settings, const char *value, struct ls_text *error)
{
    const char *at = value;
    bool good = take_number(&at, 16384) && *at == 'x' &&
                (at++, take_number(&at, 16384)) && !*at;
    if (!good)
        ls_text_add(error, "wants pixels such as 1600x900, at most 16384");
    ((struct settings *)settings)->size = value;
    return good;
}

static bool is_range(const char *value)
{
    const char *dots = strstr(value, "..");
    char from[64];
    int64_t from_ns, to_ns;
    if (!dots || (size_t)(dots - value) >= sizeof(from))
        return false;
    memcpy(from, value, (size_t)(dots - value));
    from[dots - value] = '\0';
    return ls_duration_parse(from, &from_ns) &&
           ls_duration_parse(dots + 2, &to_ns) && from_ns < to_ns;
}

static bool set_range(void *settings, const char *value, struct ls_text *error)
{
    if (!is_range(value)) {
        ls_text_add(error, "wants two times such as 1.5s..1.6s, the first "
                           "before the second");
        return false;
    }
    ((struct settings *)settings)->range = value;
    return true;
}

static bool is_selection(const char *value)
{
    if (!strncmp(value, "finding:", 8)) {
        value += 8;
        return take_number(&value, 999999999) && !*value;
    }
    if (strncmp(value, "task:", 5) != 0)
        return false;
    value += 5;
    if (*value == '#') { /* the task's number, as reports show it */
        value++;
        return take_number(&value, 999999999) && !*value;
    }
    char *end;
    errno = 0;
    strtoull(value, &end, 0);
    return strspn(value, "0123456789") && !*end && !errno;
}

static bool set_select(void *settings, const char *value, struct ls_text *error)
{
    if (!is_selection(value)) {
        ls_text_add(error, "wants finding:N, task:ID or task:#N");
        return false;
    }
    ((struct settings *)settings)->select = value;
    return true;
}

static bool set_theme(void *settings, const char *value, struct ls_text *error)
{
    if (strcmp(value, "light") != 0 && strcmp(value, "dark") != 0) {
        ls_text_add(error, "wants light or dark");
        return false;
    }
    ((struct settings *)settings)->theme = value;
    return true;
}

static bool set_tab(void *settings, const char *value, struct ls_text *error)
{
    static const char *const tabs[] = {"turn",  "timeline", "histogram",
                                       "flame", "findings", "range"};
    ((struct settings *)settings)->tab = value;
    for (size_t i = 0; i < sizeof(tabs) / sizeof(*tabs); i++)
        if (strcmp(value, tabs[i]) == 0)
            return true;
    ls_text_add(error, "wants turn, timeline, histogram, flame, findings or "
                       "range");
    return false;
}

static bool set_follow(void *settings, const char *value, struct ls_text *error)
{
    return ((struct settings *)settings)->follow = true;
}

static const struct ls_option options[] = {
    {.name = "png", .value = "FILE", .set = set_png},
    {.name = "svg", .value = "FILE", .set = set_svg},
    {.name = "size", .value = "WxH", .set = set_size},
    {.name = "range", .value = "FROM..TO", .set = set_range},
    {.name = "select",
     .value = "finding:N, task:ID or task:#N",
     .set = set_select},
    {.name = "theme", .value = "light or dark", .set = set_theme},
    {.name = "tab", .value = "the name of a tab", .set = set_tab},
    {.name = "follow", .set = set_follow},
    {.name = NULL},
};

/* Beside this program first: what was built or installed together. */
static void execute_beside(char **arguments)
{
    char path[PATH_MAX + sizeof(VIEWER)];
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);
    if (n <= 0)
        return;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return;
    strcpy(slash + 1, VIEWER);
    execv(path, arguments);
}

/* Returns only if there is no viewer. */
static int execute(char **arguments)
{
    ls_inherit_restore();
    execute_beside(arguments);
    execvp(VIEWER, arguments);
    int error = errno;
    if (error == ENOENT)
        ls_output_say(VIEWER " is not installed: it is neither beside "
                             "loopscope nor in PATH");
    else
        ls_output_say(VIEWER ": %s", strerror(error));
    return LS_EXIT_NOT_FOUND;
}

static int view(const struct settings *settings, const struct ls_line *line)
{
    const struct {
        const char *name, *value;
    } given[] = {
        {"--png", settings->png},       {"--svg", settings->svg},
        {"--size", settings->size},     {"--range", settings->range},
        {"--select", settings->select}, {"--theme", settings->theme},
        {"--tab", settings->tab},
    };
    const char *arguments[24] = {VIEWER};
    size_t n = 1;
    for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++) {
        if (!given[i].value)
            continue;
        arguments[n++] = given[i].name;
        arguments[n++] = given[i].value;
    }
    if (settings->follow)
        arguments[n++] = "--follow";
    /* A name that begins with a dash must not be taken for an option. */
    struct ls_text paths[2] = {{0}};
    for (int i = 0; i < line->n && i < 2; i++) {
        const char *path = line->items[i];
        ls_text_addf(&paths[i], "%s%s", path[0] == '-' ? "./" : "", path);
        arguments[n++] = ls_text_get(&paths[i]);
    }
    int status = execute((char **)arguments);
    ls_text_destroy(&paths[0]);
    ls_text_destroy(&paths[1]);
    return status;
}

static int run(const struct ls_command *self, struct ls_line line)
{
    struct settings settings = {0};
    int status;
    if (!ls_command_parse(self, options, &line, &settings, &status))
        return status;
    if (line.n != 1 && line.n != 2)
        return ls_command_misused(self, "wants a trace, or two, not %d",
                                  line.n);
    return view(&settings, &line);
}

static const char help[] =
    "Usage: loopscope view [OPTION...] TRACE [TRACE2]\n"
    "\n"
    "Shows a trace as a picture over time, in a window of loopscope-view.\n"
    "TRACE2 is shown below it, with what is different.\n"
    "\n"
    "Options:\n"
    "  --png FILE        draw into a file instead; needs no display\n"
    "  --svg FILE        the same as SVG, in which text stays text\n"
    "  --size WxH        of the window or the picture, in pixels\n"
    "  --range FROM..TO  the part of the time that is shown\n"
    "  --select WHAT     finding:N, the Nth finding of the list; task:ID, by\n"
    "                    its id in the trace (0x2a); task:#N, by its number\n"
    "  --theme THEME     light or dark\n"
    "  --tab NAME        of the pane: turn, timeline, histogram, flame,\n"
    "                    findings or range\n"
    "  --follow          a trace that is still being written, as it grows\n"
    "  -h, --help        this text\n"
    "\n"
    "Times take a unit (50ms, 1.5s, 200us); a bare number is milliseconds.\n"
    "\n"
    "Exit status: that of loopscope-view; 2 wrong usage; 127 loopscope-view\n"
    "is neither beside loopscope nor in PATH.\n"
    "\n"
    "Examples:\n"
    "  loopscope view server.json\n"
    "  loopscope view --select finding:1 server.json\n"
    "  loopscope view before.json after.json\n"
    "  loopscope view --png stall.png --range 1s..1.2s server.json\n";

const struct ls_command ls_view_command = {
    .name = "view",
    .summary = "the picture over time, in a window or as PNG",
    .help = help,
    .run = run,
};
