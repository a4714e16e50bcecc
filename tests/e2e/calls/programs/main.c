/* SPDX-License-Identifier: MIT */
/*
 * calls [TRACE]: all rows of the table, each in a turn of its own. Prints a
 * line for each of them, with how long it was blocked as this program sees it:
 * wall less CPU less run-queue delay.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <uv.h>

#include "row.h"

#ifdef LINKED
#include "tracer/loopscope.h"
#endif

int fds[2] = {-1, -1};
char bytes[65536];
void (*undo)(void);

static struct row *rows, *current;
static int kept[16], n_kept;

void row_add(struct row *row)
{
    row->next = rows;
    rows = row;
}

/* ---- what rows share ---------------------------------------------------- */

void nothing(void)
{
}

void sleep_late(void)
{
    struct timespec t = {.tv_nsec = LATE_MS * 1000000L};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

void keep(int fd)
{
    TRY(fd);
    kept[n_kept++] = fd;
}

static void keep_both(void)
{
    keep(fds[0]);
    keep(fds[1]);
}

void make_pipe(void)
{
    TRY(pipe(fds));
    keep_both();
}

void make_sockets(void)
{
    TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    keep_both();
}

void unblock(void)
{
    for (int i = 0; i < 2; i++)
        TRY(fcntl(fds[i], F_SETFL, fcntl(fds[i], F_GETFL) | O_NONBLOCK));
}

void fill(void)
{
    int flags = fcntl(fds[1], F_GETFL);
    fcntl(fds[1], F_SETFL, flags | O_NONBLOCK);
    while (write(fds[1], bytes, sizeof bytes) > 0)
        ;
    fcntl(fds[1], F_SETFL, flags);
}

void write_late(void)
{
    TRY(write(fds[1], "a line\n", 7));
}

void close_late(void)
{
    close(fds[1]);
    kept[1] = -1; /* the second that was made */
}

void drain_late(void)
{
    static char drained[sizeof bytes];
    int flags = fcntl(fds[0], F_GETFL);
    fcntl(fds[0], F_SETFL, flags | O_NONBLOCK);
    for (int i = 0; i < 100; i++) { /* the writer may need several goes */
        while (read(fds[0], drained, sizeof drained) > 0)
            ;
        usleep(50);
    }
}

struct timespec *from_now(int clock, int n_ms)
{
    static struct timespec t;
    clock_gettime(clock, &t);
    t.tv_nsec += n_ms * 1000000L;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return &t;
}

/* Without slow.c before libc the rows that need it do not wait. */
void make_slow(void)
{
    void (*slow_next)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "slow_next");
    fds[0] = open("slow", O_RDWR | O_CREAT | O_TRUNC, 0600);
    TRY(write(fds[0], "a file", 6));
    keep(fds[0]);
    if (slow_next)
        slow_next(LATE_MS);
}

void clean_up(void)
{
    if (undo)
        undo();
    undo = NULL;
    for (; n_kept > 0; n_kept--)
        if (kept[n_kept - 1] >= 0)
            close(kept[n_kept - 1]);
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

/* ---- measuring ---------------------------------------------------------- */

struct times {
    long wall, cpu, delay; /* ns */
};

static long clock_ns(int clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static struct times read_times(void)
{
    static int schedstat = -1;
    char text[80] = "";
    struct times t = {.wall = clock_ns(CLOCK_MONOTONIC),
                      .cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID)};
    if (schedstat < 0)
        schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    lseek(schedstat, 0, SEEK_SET); /* not pread(), which may be slow */
    TRY(read(schedstat, text, sizeof text - 1));
    sscanf(text, "%*s %ld", &t.delay);
    return t;
}

/* Once more if the CPU was taken away between the three. */
static struct times now(void)
{
    struct times t;
    int n = 0;
    do {
        t = read_times();
    } while (clock_ns(CLOCK_MONOTONIC) - t.wall > 200000 && n++ < 100);
    return t;
}

static void *end_late(void *end)
{
    sleep_late();
    ((struct row *)end)->end();
    return NULL;
}

static void run_row(struct row *row)
{
    pthread_t partner;
    if (row->prepare)
        row->prepare();
    if (row->end)
        TRY(-pthread_create(&partner, NULL, end_late, row));
    struct times a = now();
    long result = row->run();
    int error = errno;
    struct times b = now();
    printf(
        "%s\t%s\t%s\t%s\t%s\t%s\t%ld\t%ld\t%d\n", row->call ? "waits" : "quiet",
        row->id, row->call ? row->call : "", row->kind, row->target, row->file,
        b.wall - a.wall - (b.cpu - a.cpu) - (b.delay - a.delay), result, error);
    if (row->end)
        pthread_join(partner, NULL);
    clean_up();
}

static void on_timer(uv_timer_t *timer)
{
    if (!current)
        return;
    run_row(current);
    current = current->next;
    uv_timer_start(timer, on_timer, 1, 0);
}

int main(int argc, char **argv)
{
    static char output[65536];
    uv_loop_t *loop = uv_default_loop();
    uv_timer_t timer;
    setvbuf(stdout, output, _IOFBF, sizeof output);
#ifdef LINKED
    if (ls_open(&(struct ls_options){.trace = argv[1]}) ||
        ls_loop_attach(loop, "main")) {
        printf("%s\n", ls_error_detail());
        return 1;
    }
#endif
    current = rows;
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, on_timer, 1, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    return 0;
}
