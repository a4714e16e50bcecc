/* SPDX-License-Identifier: MIT */
/* A call that blocks and a computation, each in a function of its own. NEW: on
 * other lines, and with one more that blocks. */
#ifdef NEW
/* These
 * lines
 * move
 * the rest. */
#endif
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

static int n_ticks;
static volatile uint64_t sink;

static void load_config(void)
{
    usleep(70000);
    sink++;
}

static int64_t cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void hash_all(void)
{
    for (int64_t end = cpu_ns() + 80000000; cpu_ns() < end;)
        for (uint64_t i = 0; i < 100000; i++)
            sink += i * i;
}

#ifdef NEW
static void fresh(void)
{
    usleep(65000);
    sink++;
}
#endif

static void on_timer(uv_timer_t *timer)
{
    switch (++n_ticks) {
    case 2:
        load_config();
        break;
    case 4:
        hash_all();
        break;
#ifdef NEW
    case 5:
        fresh();
        break;
#endif
    case 6:
        uv_timer_stop(timer);
    }
}

int main(void)
{
    uv_timer_t timer;
    uv_timer_init(uv_default_loop(), &timer);
    uv_timer_start(&timer, on_timer, 20, 20);
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
