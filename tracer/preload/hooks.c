/* SPDX-License-Identifier: MIT */
/* The table of hooks, what is behind them, and whether they are in place. */
#include "hooks.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/record/kernel.h"

/* Of which the archive has none. */
#define LS_LONE __attribute__((weak, visibility("hidden")))

/* Only their addresses are wanted, so they are declared as what they are not;
 * this is what pulls them out of a static archive. */
#define X(name) extern char hook_##name[] __asm__(#name);
LS_HOOKS_POLL(X)
LS_HOOKS_CALL(X)
LS_HOOKS_LIBUV(X)
#undef X
#define X(name) extern char hook_##name[] __asm__("hook_of_" #name) LS_LONE;
LS_HOOKS_LONE(X)
#undef X

static const struct {
    const char *name;
    char *ours;
} hooks[] = {
#define X(id) {#id, hook_##id},
    LS_HOOKS(X)
#undef X
};

_Atomic(void *) ls_hooks_known[LS_N_HOOKS];

void ls_hooks_range(uint64_t *begin, uint64_t *end)
{
    *begin = (uint64_t)(uintptr_t)__start_loopscope_hooks;
    *end = (uint64_t)(uintptr_t)__stop_loopscope_hooks;
}

/* Weak: a program without libuv can be traced too. */
extern int uv_backend_fd(const struct uv_loop_s *loop) __attribute__((weak));
extern const char *uv_version_string(void) __attribute__((weak));

static bool is_libuvs(enum ls_hook hook)
{
    return hook >= LS_HOOK_uv_sleep;
}

/* Functions of which libc has several, whose arguments are not the same: an
 * older libc's dlsym() would give the oldest. */
static void *find_version(enum ls_hook hook)
{
#if defined(__x86_64__)
    if (hook == LS_HOOK_pthread_cond_wait ||
        hook == LS_HOOK_pthread_cond_timedwait)
        return dlvsym(RTLD_NEXT, hooks[hook].name, "GLIBC_2.3.2");
#endif
    return NULL;
}

void *ls_hooks_libuv(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) { /* loaded with RTLD_LOCAL, perhaps */
        void *libuv = dlopen("libuv.so.1", RTLD_LAZY | RTLD_NOLOAD);
        if (libuv) {
            found = dlsym(libuv, name);
            dlclose(libuv);
        }
    }
    return found;
}

static void *find_next(enum ls_hook hook)
{
    void *found = find_version(hook);
    if (found)
        return found;
    return is_libuvs(hook) ? ls_hooks_libuv(hooks[hook].name)
                           : dlsym(RTLD_NEXT, hooks[hook].name);
}

static void *look_for(enum ls_hook hook)
{
    int saved = errno;
    void *found = find_next(hook);
    atomic_store_explicit(&ls_hooks_known[hook], found, memory_order_relaxed);
    errno = saved;
    return found;
}

static void say(const char *text)
{
    ls_kernel(SYS_write, STDERR_FILENO, (long)text, (long)strlen(text));
}

/* Not by way of libc, which may be what is missing. */
static _Noreturn void end_without(const char *name)
{
    say("loopscope: nothing is behind its hook of ");
    say(name);
    say("; a program that is linked with loopscope needs libc as a shared "
        "library (no -static)\n");
    for (;;)
        ls_kernel(SYS_exit_group, 127, 0, 0);
}

void *ls_hooks_find(enum ls_hook hook)
{
    void *found = look_for(hook);
    if (!found)
        end_without(hooks[hook].name);
    return found;
}

void ls_hooks_find_all(void)
{
    for (int i = 0; i < LS_N_HOOKS && !is_libuvs((enum ls_hook)i); i++)
        look_for((enum ls_hook)i);
}

/* A program that takes a function's address may give it one of its own, a jump
 * to whatever the loader found first: it has a symbol for that, undefined. */
static bool is_jump(void *function)
{
    Dl_info info;
    const ElfW(Sym) *symbol = NULL;
    return dladdr1(function, &info, (void **)&symbol, RTLD_DL_SYMENT) &&
           symbol && symbol->st_shndx == SHN_UNDEF;
}

static bool is_lone(enum ls_hook hook)
{
    return hook >= LS_HOOK_uv_getnameinfo;
}

/* What calls by other libraries are bound to. */
static void *find_first(enum ls_hook hook)
{
    return is_lone(hook)
               ? dlvsym(RTLD_DEFAULT, hooks[hook].name, LS_HOOKS_VERSION)
               : dlsym(RTLD_DEFAULT, hooks[hook].name);
}

/* Calls are bound when the program is linked or loaded; the loader binds to
 * the first definition it knows. A program that has libuv inside itself binds
 * to ours without the loader's knowing. */
static int in_place(enum ls_hook hook)
{
    Dl_info uv, own;
    char *ours = hooks[hook].ours;
    if (ours < __start_loopscope_hooks || ours >= __stop_loopscope_hooks)
        return 0; /* the program has one of its own */
    void *first = find_first(hook);
    if (first == (void *)ours || (first && is_jump(first)))
        return 1;
    return uv_backend_fd && dladdr((void *)uv_backend_fd, &uv) &&
           dladdr((void *)ls_hooks_find, &own) && uv.dli_fbase == own.dli_fbase;
}

void ls_hooks_missing(uint64_t missing[LS_HOOK_WORDS])
{
    memset(missing, 0, LS_HOOK_WORDS * sizeof *missing);
    for (int i = 0; i < LS_N_HOOKS; i++) {
        if (is_libuvs((enum ls_hook)i) && (!uv_backend_fd || !hooks[i].ours))
            continue;
        look_for((enum ls_hook)i); /* not later, on a small stack */
        if (!in_place((enum ls_hook)i))
            missing[i / 64] |= UINT64_C(1) << i % 64;
    }
}

void ls_hooks_libuv_version(char *text, size_t n_text)
{
    snprintf(text, n_text, "%s", uv_version_string ? uv_version_string() : "");
}

int ls_hooks_backend_fd(const struct uv_loop_s *loop)
{
    return uv_backend_fd ? uv_backend_fd(loop) : -1;
}

int ls_hooks_poll_in_place(void)
{
    return in_place(LS_HOOK_epoll_pwait) && in_place(LS_HOOK_epoll_wait);
}
