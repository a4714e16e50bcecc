/* SPDX-License-Identifier: MIT */
#include "viewer/options.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char ls_options_help[] =
    "Usage: loopscope-view [OPTION]... [TRACE [TRACE2]]\n"
    "Draw a trace: turns, tasks, what stalled the loop and who waited.\n"
    "TRACE2 is shown below it, with what is different.\n"
    "\n"
    "  --png FILE        draw into FILE; needs no display\n"
    "  --svg FILE        the same as SVG, in which text stays text\n"
    "  --size WxH        of the window or picture (default 1280x720)\n"
    "  --scale N         draw everything N times as large (default 1)\n"
    "  --range FROM..TO  show this stretch of time, since the first event:\n"
    "                    50ms, 1.5s, 200us; a bare number is milliseconds\n"
    "  --select WHAT     finding:N (from 1), task:ID (0x2a) or task:#N\n"
    "  --tab NAME        of the pane: turn, timeline, histogram, flame,\n"
    "                    findings or range\n"
    "  --theme THEME     dark (default) or light\n"
    "  --follow          a trace that is still being written, as it grows;\n"
    "                    Space pauses\n"
    "  --help            this\n"
    "  --version         the version\n"
    "\n"
    "Examples:\n"
    "  loopscope-view http.json\n"
    "  loopscope-view before.json after.json\n"
    "  loopscope-view --png stall.png --size 1600x1000 http.json.gz\n"
    "  loopscope-view --range 0.8s..1.2s --select task:#7 http.json\n"
    "\n"
    "In the window, ? shows keys and mouse.\n"
    "Exit status: 0, or 2 if the trace cannot be read or drawn.\n";

bool ls_options_time(const char *text, int64_t *ns, const char **end)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    char number[32];
    size_t n = strspn(text, "0123456789");
    /* A point belongs to the number only before a digit: 50..90. */
    if (text[n] == '.' && isdigit((unsigned char)text[n + 1]))
        n += 1 + strspn(text + n + 1, "0123456789");
    if (n == 0 || n >= sizeof(number))
        return false;
    memcpy(number, text, n);
    number[n] = 0;
    const char *rest = text + n;
    double value = strtod(number, NULL);
    double unit = 1e6;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(rest, units[i].name, length) == 0) {
            unit = units[i].ns;
            rest += length;
            break;
        }
    }
    if (value * unit > 4e18)
        return false;
    *ns = (int64_t)llround(value * unit);
    *end = rest;
    return true;
}

static bool parse_range(const char *text, struct ls_options *o)
{
    const char *p;
    if (!ls_options_time(text, &o->range_begin_ns, &p) ||
        strncmp(p, "..", 2) != 0 ||
        !ls_options_time(p + 2, &o->range_end_ns, &p) || *p)
        return false;
    o->has_range = true;
    return o->range_begin_ns < o->range_end_ns;
}

static bool parse_size(const char *text, struct ls_options *o)
{
    char end;
    return sscanf(text, "%5dx%5d%c", &o->width, &o->height, &end) == 2 &&
           o->width >= 64 && o->width <= 16384 && o->height >= 64 &&
           o->height <= 16384;
}

static bool parse_scale(const char *text, struct ls_options *o)
{
    char *end;
    o->scale = strtod(text, &end);
    return end != text && !*end && o->scale >= 0.5 && o->scale <= 8;
}

static bool parse_theme(const char *text, struct ls_options *o)
{
    o->theme = text;
    return ls_theme_find(text) != NULL;
}

static bool parse_tab(const char *text, struct ls_options *o)
{
    o->has_tab = true;
    for (o->tab = 0; o->tab < LS_TABS; o->tab++)
        if (strcasecmp(text, ls_tab_name((enum ls_tab)o->tab)) == 0)
            return true;
    return false;
}

static bool parse_png(const char *text, struct ls_options *o)
{
    o->png = text;
    return *text;
}

static bool parse_svg(const char *text, struct ls_options *o)
{
    o->svg = text;
    return *text;
}

static bool parse_select(const char *text, struct ls_options *o)
{
    o->select = text;
    return strncmp(text, "finding:", 8) == 0 || strncmp(text, "task:", 5) == 0;
}

static const struct {
    const char *name;
    bool (*parse)(const char *text, struct ls_options *options);
    const char *form;
} with_value[] = {
    {"--png", parse_png, "a file name"},
    {"--svg", parse_svg, "a file name"},
    {"--size", parse_size, "WxH, from 64x64 to 16384x16384"},
    {"--scale", parse_scale, "a number from 0.5 to 8"},
    {"--range", parse_range, "FROM..TO, as in 50ms..1.5s"},
    {"--select", parse_select, "finding:N, task:ID or task:#N"},
    {"--tab", parse_tab, "the name of a tab, as in histogram"},
    {"--theme", parse_theme, "dark or light"},
};

/* The value of option NAME at ARGV[*I]: "--png=a" or "--png a". */
static const char *value_of(const char *name, int argc, char **argv, int *i)
{
    size_t n = strlen(name);
    if (argv[*i][n] == '=')
        return argv[*i] + n + 1;
    return *i + 1 < argc ? argv[++*i] : NULL;
}

static bool parse_option(int argc, char **argv, int *i,
                         struct ls_options *options, char *why)
{
    const char *option = argv[*i];
    for (size_t k = 0; k < sizeof(with_value) / sizeof(with_value[0]); k++) {
        const char *name = with_value[k].name;
        size_t n = strlen(name);
        if (strncmp(option, name, n) != 0 || (option[n] && option[n] != '='))
            continue;
        const char *value = value_of(name, argc, argv, i);
        if (value && with_value[k].parse(value, options))
            return true;
        snprintf(why, LS_OPTIONS_WHY, "%s takes %s%s%.60s", name,
                 with_value[k].form, value ? ", not " : "", value ? value : "");
        return false;
    }
    if (strcmp(option, "--help") == 0)
        return options->help = true;
    if (strcmp(option, "--follow") == 0)
        return options->follow = true;
    if (strcmp(option, "--version") == 0)
        return options->version = true;
    snprintf(why, LS_OPTIONS_WHY, "there is no option %.80s", option);
    return false;
}

bool ls_options_parse(int argc, char **argv, struct ls_options *options,
                      char why[LS_OPTIONS_WHY])
{
    bool only_names = false;
    memset(options, 0, sizeof(*options));
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (!only_names && strcmp(arg, "--") == 0) {
            only_names = true;
        } else if (!only_names && arg[0] == '-' && arg[1]) {
            if (!parse_option(argc, argv, &i, options, why))
                return false;
        } else if (options->second) {
            snprintf(why, LS_OPTIONS_WHY, "two traces at most");
            return false;
        } else if (options->trace) {
            options->second = arg;
        } else {
            options->trace = arg;
        }
    }
    if (options->help || options->version || options->trace)
        return true;
    if (!options->png && !options->svg && !options->select &&
        !options->has_range)
        return true;
    snprintf(why, LS_OPTIONS_WHY, "which trace?");
    return false;
}

static bool whole_number(const char *text, int base, unsigned long long *value)
{
    char *end;
    errno = 0;
    if (!isxdigit((unsigned char)*text))
        return false;
    *value = strtoull(text, &end, base);
    return errno == 0 && end != text && !*end;
}

static bool find(const struct ls_document *document, const char *what,
                 struct ls_thing *thing)
{
    unsigned long long n;
    const struct ls_trace *trace = document->trace;
    if (strncmp(what, "finding:", 8) == 0) {
        if (!whole_number(what + 8, 10, &n) || n < 1 ||
            n > document->findings->n)
            return false;
        *thing = (struct ls_thing){LS_THING_FINDING, (uint32_t)(n - 1), 0, 0};
        return true;
    }
    uint32_t task = LS_NONE;
    if (what[5] == '#') {
        if (whole_number(what + 6, 10, &n) && n >= 1 && n <= trace->n_tasks)
            task = (uint32_t)(n - 1);
    } else if (whole_number(what + 5, 0, &n)) {
        task = ls_trace_find_task(trace, n);
    }
    *thing = (struct ls_thing){LS_THING_TASK, task, LS_NONE, 0};
    return task != LS_NONE;
}

bool ls_options_apply(const struct ls_options *options, struct ls_view *view,
                      char why[LS_OPTIONS_WHY])
{
    struct ls_thing thing;
    if (options->has_tab)
        ls_view_show_tab(view, (enum ls_tab)options->tab);
    if (options->select) {
        if (!find(view->document, options->select, &thing)) {
            snprintf(why, LS_OPTIONS_WHY, "no %.80s in it", options->select);
            return false;
        }
        ls_view_select(view, thing);
        ls_view_fit(view);
    }
    if (options->has_range) {
        int64_t zero = view->document->trace->begin_ns;
        ls_view_set_window(view, zero + options->range_begin_ns,
                           zero + options->range_end_ns);
    }
    return true;
}
