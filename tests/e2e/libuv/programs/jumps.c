/* SPDX-License-Identifier: MIT */
/*
 * Callbacks that never return, by a jump out of uv_run(), which is then run
 * again; once out of a blocking call, by a signal handler. After all that, one
 * callback blocks as usual.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>
#include <uv.h>

enum { N_JUMPS = 20 };

static sigjmp_buf back;
static uv_timer_t timer;

static void jump(int number)
{
    siglongjmp(back, 1);
}

static void jump_out(uv_timer_t *unused)
{
    siglongjmp(back, 1);
}

static void jump_out_of_call(uv_timer_t *unused)
{
    setitimer(ITIMER_REAL, &(struct itimerval){{0}, {0, 500}}, NULL);
    pause();
}

static void block(uv_timer_t *unused)
{
    usleep(30000);
}

int main(void)
{
    static volatile int n;
    uv_loop_t *loop = uv_default_loop();
    uv_timer_init(loop, &timer);
    signal(SIGALRM, jump);
    while (n < N_JUMPS) {
        if (sigsetjmp(back, 1) == 0) {
            n++;
            uv_timer_start(&timer, n % 2 ? jump_out : jump_out_of_call, 1, 0);
            uv_run(loop, UV_RUN_DEFAULT);
        }
    }
    uv_timer_start(&timer, block, 1, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    printf("%d\n", n);
    return 0;
}
