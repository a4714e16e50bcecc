/* SPDX-License-Identifier: MIT */
/*
 * bench_viewer - what it costs to open a big trace and to move about in it.
 *
 * Makes a trace of a server on 4 loops, opens it as the viewer does (loaded,
 * judged, indexed), and draws pictures of 1920x1080 with the software renderer
 * while it zooms from the whole trace to a microsecond, pans and scrolls; then
 * jumps from finding to finding. Times are processor time, the least of the
 * repeats for opening, percentiles over all pictures for drawing. With --quick
 * the trace is small and only wrong results fail.
 *
 *     bench_viewer [--quick] [--events N] [--repeat N] [TRACE]
 */
#include "big_trace.h"

#include "viewer/draw.h"
#include "viewer/input.h"
#include "viewer/sdl_paint.h"

#include <SDL.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 1920, HEIGHT = 1080, MOST_FRAMES = 4096, MOST_JUMPS = 200 };

struct plan {
    uint64_t n_events;
    int repeat;
    bool quick;
    const char *path;
    char made[64]; /* to be removed */
};

/* What a child tells its parent. */
struct told {
    double cpu_s;
    double peak_bytes;
    uint64_t n_events, n_bytes;
    bool good;
};

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void print_row(const char *name, double value, const char *unit,
                      double ratio, const char *to)
{
    printf("%s\t%.1f\t%s\t%.2f\t%s\n", name, value, unit, ratio, to);
}

static bool make_trace(struct plan *plan)
{
    struct big_plan big = big_plan_usual(plan->n_events);
    struct big_facts facts;
    snprintf(plan->made, sizeof(plan->made), "/tmp/bench_viewer.XXXXXX");
    int fd = mkstemp(plan->made);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    plan->path = plan->made;
    bool good = out && big_trace_write(out, &big, &facts);
    return out && fclose(out) == 0 && good;
}

/* ---- opening ---- */

static bool open_once(const struct plan *plan, struct told *told)
{
    struct ls_document *document = NULL;
    char why[LS_DOCUMENT_WHY];
    double from = cpu_s();
    if (ls_document_open(plan->path, NULL, &document, why) != LS_LOAD_OK) {
        fprintf(stderr, "bench_viewer: %s: %s\n", plan->path, why);
        return false;
    }
    told->cpu_s = cpu_s() - from;
    told->n_events = document->trace->n_events;
    told->n_bytes = document->trace->n_bytes;
    /* One stall of 60 ms is in it: it has to be found. */
    told->good =
        !*plan->made || (document->findings->n_errors == 1 &&
                         document->findings->items[0].duration_ns >= 60000000);
    ls_document_free(document);
    return true;
}

/* In a process of its own, so that its peak is that of opening. */
static struct told open_alone(const struct plan *plan, bool really)
{
    struct told told = {0};
    int ends[2], status;
    struct rusage usage;
    if (pipe(ends) != 0)
        return told;
    pid_t pid = fork();
    if (pid == 0) {
        if (really && !open_once(plan, &told))
            _exit(1);
        _exit(write(ends[1], &told, sizeof(told)) != sizeof(told));
    }
    close(ends[1]);
    bool came = pid > 0 && read(ends[0], &told, sizeof(told)) == sizeof(told);
    close(ends[0]);
    if (pid > 0 && wait4(pid, &status, 0, &usage) == pid && came)
        told.peak_bytes = (double)usage.ru_maxrss * 1024;
    return told;
}

static bool measure_opening(const struct plan *plan)
{
    struct told idle = open_alone(plan, false), best = {0};
    for (int i = 0; i < plan->repeat; i++) {
        struct told told = open_alone(plan, true);
        if (!told.good)
            return false;
        if (i == 0 || told.cpu_s < best.cpu_s)
            best = told;
    }
    double bytes = best.peak_bytes - idle.peak_bytes;
    print_row("loopscope-view, opening",
              (double)best.n_bytes / 1e6 / best.cpu_s, "MB/s", best.cpu_s,
              "seconds of processor");
    print_row("loopscope-view, peak memory an event",
              bytes / (double)best.n_events, "bytes",
              bytes / (double)best.n_bytes, "the file");
    return true;
}

/* ---- drawing ---- */

struct stage {
    SDL_Surface *surface;
    SDL_Renderer *renderer;
    struct ls_painter *painter;
    struct ls_view view;
    double frames[MOST_FRAMES];
    int n;
};

static void draw(struct stage *s)
{
    double from = cpu_s();
    ls_painter_begin(s->painter);
    ls_view_draw(&s->view);
    ls_painter_replay(s->painter, &s->view.list);
    SDL_RenderFlush(s->renderer);
    if (s->n < MOST_FRAMES)
        s->frames[s->n++] = cpu_s() - from;
}

static bool open_stage(struct stage *s, const struct ls_document *document)
{
    char why[256] = "";
    s->surface = SDL_CreateRGBSurfaceWithFormat(0, WIDTH, HEIGHT, 32,
                                                SDL_PIXELFORMAT_ARGB8888);
    s->renderer = s->surface ? SDL_CreateSoftwareRenderer(s->surface) : NULL;
    s->painter =
        s->renderer ? ls_painter_new(s->renderer, 1, why, sizeof(why)) : NULL;
    if (!s->painter) {
        fprintf(stderr, "bench_viewer: no picture: %s\n", why);
        return false;
    }
    ls_view_init(&s->view, ls_painter_metrics(s->painter));
    ls_view_resize(&s->view, WIDTH, HEIGHT, 1);
    ls_view_show(&s->view, document);
    return true;
}

static void close_stage(struct stage *s)
{
    ls_view_destroy(&s->view);
    ls_painter_free(s->painter);
    SDL_DestroyRenderer(s->renderer);
    SDL_FreeSurface(s->surface);
}

/* At every zoom a few pictures, each a little further. */
static void move_about(struct stage *s)
{
    ls_view_whole(&s->view);
    while (s->view.end_ns - s->view.begin_ns > 1000) {
        for (int i = 0; i < 4; i++) {
            ls_view_pan(&s->view, i % 2 ? -0.1 : 0.13);
            draw(s);
        }
        ls_view_zoom(&s->view, 0.8, WIDTH * 0.62f);
        draw(s);
    }
    ls_view_whole(&s->view);
    for (int i = 0; i < 40; i++) {
        ls_view_scroll(&s->view, i < 20 ? 120 : -120);
        draw(s);
    }
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double percentile(struct stage *s, double part)
{
    qsort(s->frames, (size_t)s->n, sizeof(s->frames[0]), compare);
    int at = (int)ceil(part * s->n) - 1;
    return s->frames[at < 0 ? 0 : at] * 1e3;
}

static void print_frames(struct stage *s, const char *what)
{
    char name[64];
    double p99 = percentile(s, 0.99);
    snprintf(name, sizeof(name), "a picture %s, p99", what);
    print_row(name, p99, "ms", p99 / 16, "16 ms");
    snprintf(name, sizeof(name), "a picture %s, median", what);
    print_row(name, percentile(s, 0.5), "ms", p99 / percentile(s, 0.5),
              "p99 to it");
}

static bool measure_drawing(const struct plan *plan)
{
    static struct stage stage;
    struct ls_document *document = NULL;
    char why[LS_DOCUMENT_WHY];
    if (ls_document_open(plan->path, NULL, &document, why) != LS_LOAD_OK ||
        !open_stage(&stage, document)) {
        ls_document_free(document);
        return false;
    }
    draw(&stage); /* glyphs are made when they are first needed */
    stage.n = 0;
    for (int i = 0; i < (plan->quick ? 1 : 3); i++)
        move_about(&stage);
    print_frames(&stage, "while panning and zooming");
    stage.n = 0;
    /* Unfolded, all that is in sight is different. */
    ls_view_act(&stage.view, LS_ACTION_FOLD_ALL);
    move_about(&stage);
    print_frames(&stage, "with all tasks unfolded");
    stage.n = 0;
    size_t n =
        document->findings->n < MOST_JUMPS ? document->findings->n : MOST_JUMPS;
    for (size_t i = 0; i < n; i++) {
        double from = cpu_s();
        ls_view_act(&stage.view, LS_ACTION_NEXT_FINDING);
        draw(&stage);
        stage.frames[stage.n - 1] = cpu_s() - from;
    }
    if (n > 0)
        print_row("jumping to a finding, longest", percentile(&stage, 1), "ms",
                  percentile(&stage, 1) / 100, "100 ms");
    close_stage(&stage);
    ls_document_free(document);
    FcFini();
    return n > 0 || !*plan->made;
}

static bool parse_options(int argc, char **argv, struct plan *plan)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0) {
            plan->quick = true;
            plan->n_events = 20000;
            plan->repeat = 1;
        } else if (strcmp(argv[i], "--events") == 0 && i + 1 < argc) {
            plan->n_events = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc) {
            plan->repeat = atoi(argv[++i]);
        } else if (argv[i][0] != '-') {
            plan->path = argv[i];
        } else {
            return false;
        }
    }
    return plan->n_events >= 1000 && plan->repeat >= 1;
}

int main(int argc, char **argv)
{
    struct plan plan = {.n_events = 10000000, .repeat = 3};
    if (!parse_options(argc, argv, &plan)) {
        fputs("usage: bench_viewer [--quick] [--events N] [--repeat N] "
              "[TRACE]\n",
              stderr);
        return 2;
    }
    bool good = (plan.path || make_trace(&plan)) && measure_opening(&plan) &&
                measure_drawing(&plan);
    if (*plan.made)
        unlink(plan.made);
    return good ? 0 : 1;
}
