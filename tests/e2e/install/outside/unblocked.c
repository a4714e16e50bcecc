/* SPDX-License-Identifier: MIT */
/* Somebody's tests of somebody's loop, with cmocka: one handler gives way, one
 * does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include <loopscope_cmocka.h>

static int wait_ms;

static void load_config(void)
{
    usleep((useconds_t)wait_ms * 1000);
    wait_ms = 0;
}

static void on_request(uv_timer_t *timer)
{
    load_config();
    uv_close((uv_handle_t *)timer, NULL);
}

static void serve(uv_timer_t *timer, int ms)
{
    wait_ms = ms;
    uv_timer_init(uv_default_loop(), timer);
    uv_timer_start(timer, on_request, 5, 0);
}

static void test_server__gives_way(void **state)
{
    uv_timer_t timer;
    (void)state;
    serve(&timer, 0);
    ls_assert_loop_unblocked(uv_default_loop(), 100);
}

static void test_server__blocks(void **state)
{
    uv_timer_t timer;
    (void)state;
    serve(&timer, 150);
    ls_unblocked_begin(uv_default_loop());
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    ls_assert_unblocked(100);
}

static void test_server__gives_way_again(void **state)
{
    test_server__gives_way(state);
}

static void test_server__has_no_loop(void **state)
{
    (void)state;
    ls_unblocked_begin(NULL);
    ls_assert_unblocked(100);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest good[] = {
        cmocka_unit_test(test_server__gives_way),
        cmocka_unit_test(test_server__gives_way_again),
    };
    const struct CMUnitTest bad[] = {
        cmocka_unit_test(test_server__blocks),
        cmocka_unit_test(test_server__gives_way_again),
        cmocka_unit_test(test_server__has_no_loop),
    };
    if (argc > 1 && strcmp(argv[1], "bad") == 0)
        return cmocka_run_group_tests(bad, NULL, NULL);
    return cmocka_run_group_tests(good, NULL, NULL);
}
