/* SPDX-License-Identifier: MIT */
/*
 * lone TRACE: calls functions that are alone in an object file of libuv's. It
 * is linked with a static libuv.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <uv.h>

#include "tracer/loopscope.h"

static void on_random(uv_random_t *request, int status, void *bytes, size_t n)
{
    printf("random %d\n", status);
}

static void on_getnameinfo(uv_getnameinfo_t *request, int status,
                           const char *host, const char *service)
{
    printf("%s %s %d\n", host, service, status);
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    uv_random_t random;
    uv_getnameinfo_t name;
    struct sockaddr_in at;
    char bytes[8];
    if (ls_open(&(struct ls_options){.trace = argv[1]}))
        return 1;
    uv_ip4_addr("127.0.0.1", 80, &at);
    printf("%d\n", uv_random(loop, &random, bytes, 8, 0, NULL));
    printf("%d\n", uv_random(loop, &random, bytes, 8, 0, on_random));
    uv_run(loop, UV_RUN_DEFAULT);
    printf("%d\n",
           uv_getnameinfo(loop, &name, on_getnameinfo, (struct sockaddr *)&at,
                          NI_NUMERICHOST | NI_NUMERICSERV));
    uv_run(loop, UV_RUN_DEFAULT);
    return ls_close();
}
