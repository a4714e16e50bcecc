/* SPDX-License-Identifier: MIT */
/*
 * Each trial does what tracing does, with a child of its own as the program.
 * The order is that of how much is lost without.
 */
#include "doctor.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "denial.h"
#include "launch.h"
#include "library.h"
#include "perf.h"
#include "process.h"
#include "share.h"
#include "sight.h"
#include "tracer/record/clock.h"

enum { SPIN_MS = 60, WAIT_MS = 1000 };

enum state { OK, MISSING, ADVICE };

/* What a trial finds. */
struct finding {
    enum state state;
    char what[256];  /* what was seen, or why not */
    char to_do[256]; /* "" : nothing */
};

static void say(char *to, size_t n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(char *to, size_t n, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(to, n, format, args);
    va_end(args);
}

#define WHAT(finding, ...)                                                     \
    say((finding)->what, sizeof(finding)->what, __VA_ARGS__)
#define TO_DO(finding, ...)                                                    \
    say((finding)->to_do, sizeof(finding)->to_do, __VA_ARGS__)

/* ---- a program to try it on --------------------------------------------- */

/* A child that waits, or computes; it ends with us. */
static pid_t start_child(bool computes)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (volatile unsigned n = 0; computes; n++)
        ;
    for (;;)
        pause();
}

static void end_child(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static void sleep_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

/* ---- trials ------------------------------------------------------------- */

static void try_memory(struct finding *f)
{
    struct ls_share share;
    int error = ls_share_make(&share);
    ls_share_free(&share);
    f->state = error ? MISSING : OK;
    if (!error) {
        WHAT(f, "memory for records can be shared, up to %zu MiB",
             sizeof(struct ls_shared) >> 20);
        return;
    }
    WHAT(f, "memory for records cannot be had: %s", strerror(error));
    if (error == EFBIG)
        TO_DO(f, "ulimit -f unlimited");
}

int ls_doctor_probe(void)
{
    struct epoll_event event;
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return epoll_wait(fd, &event, 1, 1) == 0 ? 0 : 1;
}

/* Whether the probe, which has ended, has been in the session. */
static bool has_joined(const struct ls_shared *shared, pid_t pid)
{
    for (int i = 0; i < LS_N_PROCESSES; i++)
        if (shared->processes[i].pid == pid)
            return true;
    return false;
}

static int run_probe(struct ls_launch *launch, const struct ls_share *share,
                     int *status)
{
    static char *const argv[] = {(char *)"loopscope-collector",
                                 (char *)"doctor-probe", NULL};
    launch->argv = argv;
    launch->path = "/proc/self/exe";
    int error =
        ls_launch_fork(launch, share->fd, share->shared->header.session_id);
    if (!error)
        error = ls_launch_go(launch);
    if (!error)
        while (waitpid(launch->pid, status, 0) < 0 && errno == EINTR)
            ;
    return error;
}

static struct ls_launch *inherited; /* by this process */

static void try_preloading(struct finding *f)
{
    struct ls_share share;
    char library[4096];
    int status = 0;
    f->state = MISSING;
    if (!ls_library_find(library, sizeof library)) {
        WHAT(f, "the library that is preloaded was not found");
        TO_DO(f, "install it, or name it in LOOPSCOPE_LIBRARY");
        return;
    }
    int error = ls_share_make(&share);
    if (!error) {
        share.shared->header.ticks_per_ms = 1000000;
        atomic_store(&share.shared->header.collector_state, LS_COLLECTOR_READY);
        inherited->library = library;
        error = run_probe(inherited, &share, &status);
    }
    if (error) {
        WHAT(f, "a program cannot be started: %s", strerror(error));
    } else if (status != 0 || !has_joined(share.shared, inherited->pid)) {
        WHAT(f, "%.200s was preloaded into a program, which then %s", library,
             status ? "failed" : "did not join the session");
        TO_DO(f, "LD_DEBUG=libs loopscope run true   # says why");
    } else {
        f->state = OK;
        WHAT(f, "programs can be traced by %.200s", library);
    }
    ls_share_free(&share);
}

static void add_permission(struct finding *f, const char *command)
{
    f->state = MISSING;
    TO_DO(f, "%s", command);
}

static void try_reading(struct finding *f)
{
    struct ls_sight sight;
    char stack[256];
    pid_t pid = start_child(false);
    int error = pid < 0 ? -errno : 0;
    for (int ms = 0; !error && ms < WAIT_MS; ms++) {
        error = ls_sight_look(pid, pid, &sight);
        if (!error && sight.state == LS_SIGHT_BLOCKED)
            break;
        sleep_ms(1);
    }
    enum ls_denial denial = LS_DENIAL_SYSCALL;
    if (!error) {
        long n = ls_sight_copy(pid, pid, &sight, stack, sizeof stack);
        denial = LS_DENIAL_STACK;
        error = n < 0 ? (int)n : 0;
    }
    f->state = OK;
    if (!error) {
        WHAT(f, "what a waiting thread waits for, and its stack");
    } else {
        ls_denial_explain(denial, -error, pid, f->what, sizeof f->what);
        add_permission(f, "sysctl kernel.yama.ptrace_scope=0   # in a "
                          "container: --cap-add SYS_PTRACE");
    }
    end_child(pid);
}

static long yama_scope(void)
{
    char text[16] = "";
    int fd = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

/* Scope 1 lets ancestors read, which is what `run` is; but a daemon's session
 * of its own is not. */
static void try_yama(struct finding *f)
{
    long scope = yama_scope();
    f->state = scope > 1 ? MISSING : OK;
    if (scope == 0)
        WHAT(f, "this kernel does not restrict it further (Yama)");
    else
        WHAT(f, "kernel.yama.ptrace_scope is %ld: %s", scope,
             scope == 1 ? "enough for programs that loopscope runs"
                        : "nobody but root may read other processes");
    if (scope > 1)
        TO_DO(f, "sysctl kernel.yama.ptrace_scope=1");
}

static void try_samples(struct finding *f)
{
    struct ls_perf perf = {.fd = -1};
    struct ls_perf_sample sample;
    size_t n = 0, n_stack = 0;
    pid_t pid = start_child(true);
    int error = pid < 0 ? -errno : ls_perf_open(&perf, pid);
    if (!error) {
        ls_perf_start(&perf, 1000000);
        for (int ms = 0; ms < WAIT_MS && n == 0; ms += SPIN_MS) {
            sleep_ms(SPIN_MS);
            for (; ls_perf_next(&perf, &sample); n++)
                n_stack = sample.n_stack;
        }
        ls_perf_stop(&perf);
    }
    ls_perf_close(&perf);
    f->state = OK;
    if (error) {
        ls_denial_explain(LS_DENIAL_SAMPLES, -error, pid, f->what,
                          sizeof f->what);
        add_permission(f, "sysctl kernel.perf_event_paranoid=2   # in a "
                          "container: --cap-add PERFMON");
    } else if (n == 0 || n_stack == 0) {
        f->state = MISSING;
        WHAT(f, "perf events can be had, but say nothing of a thread that "
                "computes");
    } else {
        WHAT(f, "where a computing thread is (%zu samples with stacks)", n);
    }
    end_child(pid);
}

/* Two that compute, one processor: one of them has to wait. */
static void try_run_queue(struct finding *f)
{
    struct ls_usage before = {0}, after = {0};
    pid_t pid = start_child(true);
    int error = ls_sight_usage(pid, pid, &before);
    sleep_ms(SPIN_MS);
    if (!error)
        error = ls_sight_usage(pid, pid, &after);
    end_child(pid);
    f->state = !error && after.cpu_ns > before.cpu_ns ? OK : MISSING;
    if (f->state == OK) {
        WHAT(f, "how long a thread computed, and waited for a processor");
        return;
    }
    WHAT(f, "this kernel does not count how long threads wait for a "
            "processor: that time counts as blocked");
    TO_DO(f, "a kernel with CONFIG_SCHED_INFO; sysctl kernel.sched_schedstats");
}

static void try_clock(struct finding *f)
{
    enum ls_clock_kind kind = ls_clock_choose(NULL);
    bool counter = kind == LS_CLOCK_TSC || kind == LS_CLOCK_CNTVCT;
    f->state = counter ? OK : ADVICE;
    if (counter)
        WHAT(f, "the processor's cycle counter (%s)", ls_clock_name(kind));
    else
        WHAT(f, "no invariant cycle counter: every record costs some 15 ns "
                "more");
}

/* The C library's is what most stacks need. */
static bool has_debug_information(void)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
    };
    Dwfl *dwfl = dwfl_begin(&callbacks);
    Dwarf_Addr bias;
    bool has = false;
    if (dwfl && dwfl_linux_proc_report(dwfl, getpid()) == 0 &&
        dwfl_report_end(dwfl, NULL, NULL) == 0) {
        Dwfl_Module *libc =
            dwfl_addrmodule(dwfl, (Dwarf_Addr)(uintptr_t)getpid);
        has = libc && dwfl_module_getdwarf(libc, &bias);
    }
    dwfl_end(dwfl);
    return has;
}

static void try_symbols(struct finding *f)
{
    unsetenv("DEBUGINFOD_URLS"); /* no network: it is not used then either */
    f->state = has_debug_information() ? OK : ADVICE;
    if (f->state == OK) {
        WHAT(f, "the C library's debug information is installed");
        return;
    }
    WHAT(f, "functions of system libraries have names, but no lines");
    TO_DO(f, "apt-get install libc6-dbg   # and your own programs with -g");
}

/* ---- the table ---------------------------------------------------------- */

static const struct {
    const char *name;
    void (*trial)(struct finding *);
    bool vital;
    const char *without; /* what is lost */
} trials[] = {
    {"memory", try_memory, true, "nothing can be traced"},
    {"preloading", try_preloading, true,
     "only programs that are linked with loopscope are traced"},
    {"cause", try_run_queue, false,
     "a busy machine looks like a program that waits"},
    {"reading", try_reading, false,
     "stalls that no hook sees have no stack and no system call"},
    {"permission", try_yama, false, "the same, for other users than root"},
    {"samples", try_samples, false, "a computing stall has no stack"},
    {"clock", try_clock, false, NULL},
    {"symbols", try_symbols, false, NULL},
};

enum { N_TRIALS = sizeof trials / sizeof trials[0] };

static const char *const states[] = {
    [OK] = "ok", [MISSING] = "missing", [ADVICE] = "note"};

static void print(size_t i, const struct finding *f)
{
    printf("%-8s %-11s %s\n", states[f->state], trials[i].name, f->what);
    if (f->state == MISSING && trials[i].without)
        printf("%-20s without it: %s\n", "", trials[i].without);
    if (f->to_do[0])
        printf("%-20s do: %s\n", "", f->to_do);
}

int ls_doctor(void)
{
    static struct ls_launch launch;
    bool works = true;
    inherited = &launch;
    ls_launch_begin(&launch);
    for (size_t i = 0; i < N_TRIALS; i++) {
        struct finding f = {.what = ""};
        trials[i].trial(&f);
        fflush(stdout);
        print(i, &f);
        works = works && (f.state != MISSING || !trials[i].vital);
    }
    printf("\n%s\n", works ? "Programs can be traced here: loopscope run -- "
                             "PROGRAM"
                           : "Programs cannot be traced here.");
    return fflush(stdout) == 0 && !ferror(stdout) && works ? 0 : 1;
}
