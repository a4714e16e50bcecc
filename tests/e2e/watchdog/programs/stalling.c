/* SPDX-License-Identifier: MIT */
/*
 * stalling TRACE KIND [MS]: a libuv loop that ticks for a while, stalls once
 * for MS of its own time (200 ms) in a way that no hook sees, ticks again, and
 * ends. What is to be found is in the functions named after the kind.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "tracer/loopscope.h"

#define NOINLINE __attribute__((noinline, noipa))
#define INLINE __attribute__((always_inline)) static inline

static const char *kind;
static long stall_ms = 200;
static volatile unsigned long sink;

static uint64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- computing ---------------------------------------------------------- */

INLINE void innermost(void)
{
    for (unsigned long i = 0; i < 20000; i++)
        sink += i * i; /* spin: innermost */
}

INLINE void middle(void)
{
    innermost(); /* spin: middle */
}

static NOINLINE void stall_spin(void)
{
    uint64_t end = cpu_ns() + (uint64_t)stall_ms * 1000000;
    while (cpu_ns() < end)
        middle(); /* spin: outer */
}

/* ---- waiting, unseen by libc -------------------------------------------- */

static NOINLINE void stall_raw(void)
{
    struct timespec t = {.tv_sec = stall_ms / 1000,
                         .tv_nsec = stall_ms % 1000 * 1000000};
#if defined(__x86_64__)
    long result;
    __asm__ volatile("syscall" /* raw: here */
                     : "=a"(result)
                     : "0"(SYS_nanosleep), "D"(&t), "S"(NULL)
                     : "rcx", "r11", "memory");
#else
    register long number __asm__("x8") = SYS_nanosleep;
    register long result __asm__("x0") = (long)&t;
    register long rest __asm__("x1") = 0;
    __asm__ volatile("svc 0" /* raw: here */
                     : "+r"(result)
                     : "r"(number), "r"(rest)
                     : "memory");
#endif
    sink += (unsigned long)result;
}

/* ---- a lock that spins -------------------------------------------------- */

static pthread_spinlock_t spin;

static void *hold(void *arg)
{
    uint64_t *until = arg;
    pthread_spin_lock(&spin);
    __atomic_store_n(until, 1, __ATOMIC_RELEASE);
    usleep((useconds_t)stall_ms * 1000);
    pthread_spin_unlock(&spin);
    return NULL;
}

static NOINLINE void stall_spinlock(void)
{
    pthread_t holder;
    uint64_t held = 0;
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&holder, NULL, hold, &held);
    while (!__atomic_load_n(&held, __ATOMIC_ACQUIRE))
        ;
    pthread_spin_lock(&spin);
    pthread_spin_unlock(&spin);
    pthread_join(holder, NULL);
}

/* ---- page faults -------------------------------------------------------- */

/* Fresh pages again and again: all of it in the kernel's fault handler. */
static NOINLINE void stall_fault(void)
{
    enum { BYTES = 8 << 20 };
    uint64_t end = cpu_ns() + (uint64_t)stall_ms * 1000000;
    while (cpu_ns() < end) {
        char *p = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (size_t i = 0; i < BYTES; i += 4096)
            p[i] = 1; /* fault: here */
        munmap(p, BYTES);
    }
}

/* ---- timers that never let the loop poll -------------------------------- */

static uint64_t timers_end;

static NOINLINE void on_zero_timer(uv_timer_t *timer)
{
    innermost();
    if (cpu_ns() < timers_end)
        uv_timer_start(timer, on_zero_timer, 0, 0);
    else
        uv_close((uv_handle_t *)timer, NULL);
}

static NOINLINE void stall_timers(void)
{
    static uv_timer_t timer;
    timers_end = cpu_ns() + (uint64_t)stall_ms * 1000000;
    uv_timer_init(uv_default_loop(), &timer);
    uv_timer_start(&timer, on_zero_timer, 0, 0);
}

/* ---- hooked ------------------------------------------------------------- */

static NOINLINE void stall_usleep(void)
{
    usleep((useconds_t)stall_ms * 1000);
}

/* A program that nobody may look at. */
static NOINLINE void stall_unreadable(void)
{
    prctl(PR_SET_DUMPABLE, 0);
    stall_raw();
    stall_spin();
}

/* Its name in the symbol table is that of a function of C++. */
static NOINLINE void stall_mangled(void) __asm__("_ZN3tea4brewEi");
static void stall_mangled(void)
{
    stall_raw();
    sink++;
}

static NOINLINE void stall_both(void)
{
    stall_raw();
    stall_spin();
}

static const struct {
    const char *name;
    void (*run)(void);
} stalls[] = {
    {"spin", stall_spin},
    {"raw", stall_raw},
    {"spinlock", stall_spinlock},
    {"fault", stall_fault},
    {"timers", stall_timers},
    {"usleep", stall_usleep},
    {"mangled", stall_mangled},
    {"both", stall_both},
    {"unreadable", stall_unreadable},
};

static void on_stall(uv_timer_t *timer)
{
    puts("stalling");
    fflush(stdout);
    for (size_t i = 0; i < sizeof stalls / sizeof *stalls; i++)
        if (strcmp(stalls[i].name, kind) == 0)
            stalls[i].run();
    uv_close((uv_handle_t *)timer, NULL);
}

static void on_tick(uv_timer_t *timer)
{
    static _Thread_local int n;
    if (++n == 15)
        uv_close((uv_handle_t *)timer, NULL);
}

static void run_loop(uv_loop_t *loop)
{
    uv_timer_t ticks, stall;
    if (ls_loop_attach(loop, "main")) {
        fprintf(stderr, "%s\n", ls_error_detail());
        exit(1);
    }
    uv_timer_init(loop, &ticks);
    uv_timer_init(loop, &stall);
    uv_timer_start(&ticks, on_tick, 2, 2);
    uv_timer_start(&stall, on_stall, 10, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    ls_loop_detach(loop);
}

static void *second(void *arg)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    run_loop(&loop);
    uv_loop_close(&loop);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc < 3)
        return 2;
    kind = argv[2];
    bool two = strcmp(kind, "two") == 0;
    if (two)
        kind = "both";
    if (argc > 3)
        stall_ms = atol(argv[3]);
    if (ls_open(&(struct ls_options){.trace = argv[1]})) {
        fprintf(stderr, "%s\n", ls_error_detail());
        return 1;
    }
    if (two)
        pthread_create(&thread, NULL, second, NULL);
    run_loop(uv_default_loop());
    if (two)
        pthread_join(thread, NULL);
    return 0;
}
