/* SPDX-License-Identifier: MIT */
/*
 * Functions that are alone in an object file of libuv's. A static libuv gives a
 * program that file only if nobody else has the name already, and so in the
 * usual order of the link line, with loopscope first, ours would be all that
 * there is. The shared library has them under a version that is not the default
 * one: linkers do not take it for the plain name, but the loader does, as that
 * of a library from before there were versions. The archive is without them.
 */
#include "blocks.h"
#include "uv_ask.h"

/* Seen in the shared library by that name alone; preload/versions.map. */
#define LONE_HOOK(name, parameters)                                            \
    LS_UV_HOOK int hook_of_##name parameters;                                  \
    __asm__(".symver hook_of_" #name "," #name "@" LS_HOOKS_VERSION);          \
    LS_UV_HOOK int hook_of_##name parameters

LS_UV_CALLBACK void on_getnameinfo(uv_getnameinfo_t *request, int status,
                                   const char *host, const char *service)
{
    struct ls_uv_call call;
    if (ls_uv_enter_request(&call, request, LS_UV_MAIN, status))
        ((uv_getnameinfo_cb)call.callback)(request, status, host, service);
    ls_uv_leave(&call);
}

LONE_HOOK(uv_getnameinfo,
          (uv_loop_t * loop, uv_getnameinfo_t *request, uv_getnameinfo_cb cb,
           const struct sockaddr *address, int flags))
{
    struct ls_uv_asking a;
    if (!cb) {
        struct ls_call_scope scope;
        ls_call_begin(&scope, LS_CALL_uv_getnameinfo, -1, LS_CALLER);
        int result =
            LS_REAL(uv_getnameinfo)(loop, request, NULL, address, flags);
        ls_call_end(&scope);
        return result;
    }
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_getnameinfo,
                   (void *)cb, LS_CALLER))
        return LS_REAL(uv_getnameinfo)(loop, request, cb, address, flags);
    int error =
        LS_REAL(uv_getnameinfo)(loop, request, on_getnameinfo, address, flags);
    ls_uv_asked(&a, error, NULL, 0, NULL);
    return error;
}

LS_UV_CALLBACK void on_random(uv_random_t *request, int status, void *bytes,
                              size_t n)
{
    struct ls_uv_call call;
    if (ls_uv_enter_request(&call, request, LS_UV_MAIN, status))
        ((uv_random_cb)call.callback)(request, status, bytes, n);
    ls_uv_leave(&call);
}

LONE_HOOK(uv_random, (uv_loop_t * loop, uv_random_t *request, void *bytes,
                      size_t n, unsigned flags, uv_random_cb cb))
{
    struct ls_uv_asking a;
    if (!cb) {
        struct ls_call_scope scope;
        ls_call_begin(&scope, LS_CALL_uv_random, -1, LS_CALLER);
        int result = LS_REAL(uv_random)(loop, request, bytes, n, flags, NULL);
        ls_call_end(&scope);
        return result;
    }
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_random, (void *)cb,
                   LS_CALLER))
        return LS_REAL(uv_random)(loop, request, bytes, n, flags, cb);
    int error = LS_REAL(uv_random)(loop, request, bytes, n, flags, on_random);
    ls_uv_asked(&a, error, NULL, 0, NULL);
    return error;
}
