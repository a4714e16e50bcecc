/* SPDX-License-Identifier: MIT */
/*
 * Requests that libuv's pool of threads works on. Without a callback all but
 * uv_queue_work() work in place: that is a blocking call.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "blocks.h"
#include "uv_ask.h"

/* ---- files -------------------------------------------------------------- */

LS_UV_CALLBACK void on_fs(uv_fs_t *request)
{
    struct ls_uv_call call;
    int64_t result = request->result;
    if (ls_uv_enter_request(&call, request, LS_UV_MAIN, result))
        ((uv_fs_cb)call.callback)(request);
    ls_uv_leave(&call);
}

/* PARAMETERS and NAMES are lists in parentheses: all but loop, request and
 * callback, each with a comma after it. SUBJECT and PATH say what it is about.
 */
#define UNWRAP(...) __VA_ARGS__
#define FS(name, parameters, names, subject, path)                             \
    LS_UV_HOOK int uv_fs_##name(uv_loop_t *loop, uv_fs_t *request,             \
                                UNWRAP parameters uv_fs_cb cb)                 \
    {                                                                          \
        struct ls_uv_asking a;                                                 \
        if (!cb) {                                                             \
            struct ls_call_scope scope;                                        \
            LS_BLOCKS_BEGIN(scope, uv_fs_##name, subject);                     \
            int result =                                                       \
                LS_REAL(uv_fs_##name)(loop, request, UNWRAP names NULL);       \
            ls_call_end(&scope);                                               \
            return result;                                                     \
        }                                                                      \
        if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_fs_##name,        \
                       (void *)cb, LS_CALLER))                                 \
            return LS_REAL(uv_fs_##name)(loop, request, UNWRAP names cb);      \
        int error = LS_REAL(uv_fs_##name)(loop, request, UNWRAP names on_fs);  \
        ls_uv_asked(&a, error, NULL, 0, path);                                 \
        return error;                                                          \
    }

#define FS_PATH(name)                                                          \
    FS(name, (const char *path, ), (path, ), ls_subject_text(about, path), path)
#define FS_PATH_INT(name)                                                      \
    FS(name, (const char *path, int n, ), (path, n, ),                         \
       ls_subject_text(about, path), path)
#define FS_PATHS(name)                                                         \
    FS(name, (const char *path, const char *to, ), (path, to, ),               \
       ls_subject_text(about, path), path)
#define FS_PATHS_INT(name)                                                     \
    FS(name, (const char *path, const char *to, int n, ), (path, to, n, ),     \
       ls_subject_text(about, path), path)
#define FS_PATH_TIMES(name)                                                    \
    FS(name, (const char *path, double accessed, double changed, ),            \
       (path, accessed, changed, ), ls_subject_text(about, path), path)
#define FS_PATH_OWNER(name)                                                    \
    FS(name, (const char *path, uv_uid_t user, uv_gid_t group, ),              \
       (path, user, group, ), ls_subject_text(about, path), path)
#define FS_FILE(name)                                                          \
    FS(name, (uv_file file, ), (file, ), ls_subject_fd(about, file), NULL)
#define FS_BYTES(name)                                                         \
    FS(name, (uv_file file, const uv_buf_t bytes[], unsigned n, int64_t at, ), \
       (file, bytes, n, at, ), ls_subject_fd(about, file), NULL)

FS_FILE(close)
FS(open, (const char *path, int flags, int mode, ), (path, flags, mode, ),
   ls_subject_text(about, path), path)
FS_BYTES(read)
FS_PATH(unlink)
FS_BYTES(write)
FS_PATHS_INT(copyfile)
FS_PATH_INT(mkdir)
FS_PATH(mkdtemp)
FS_PATH(mkstemp)
FS_PATH(rmdir)
FS_PATH_INT(scandir)
FS_PATH(opendir)
FS(readdir, (uv_dir_t * dir, ), (dir, ), ls_subject_none(about), NULL)
FS(closedir, (uv_dir_t * dir, ), (dir, ), ls_subject_none(about), NULL)
FS_PATH(stat)
FS_FILE(fstat)
FS_PATHS(rename)
FS_FILE(fsync)
FS_FILE(fdatasync)
FS(ftruncate, (uv_file file, int64_t size, ), (file, size, ),
   ls_subject_fd(about, file), NULL)
FS(sendfile, (uv_file to, uv_file from, int64_t at, size_t n, ),
   (to, from, at, n, ), ls_subject_fd(about, to), NULL)
FS_PATH_INT(access)
FS_PATH_INT(chmod)
FS_PATH_TIMES(utime)
FS(futime, (uv_file file, double accessed, double changed, ),
   (file, accessed, changed, ), ls_subject_fd(about, file), NULL)
FS_PATH_TIMES(lutime)
FS_PATH(lstat)
FS_PATHS(link)
FS_PATHS_INT(symlink)
FS_PATH(readlink)
FS_PATH(realpath)
FS(fchmod, (uv_file file, int mode, ), (file, mode, ),
   ls_subject_fd(about, file), NULL)
FS_PATH_OWNER(chown)
FS(fchown, (uv_file file, uv_uid_t user, uv_gid_t group, ),
   (file, user, group, ), ls_subject_fd(about, file), NULL)
FS_PATH_OWNER(lchown)
FS_PATH(statfs)

/* ---- names -------------------------------------------------------------- */

LS_UV_CALLBACK void on_getaddrinfo(uv_getaddrinfo_t *request, int status,
                                   struct addrinfo *found)
{
    struct ls_uv_call call;
    if (ls_uv_enter_request(&call, request, LS_UV_MAIN, status))
        ((uv_getaddrinfo_cb)call.callback)(request, status, found);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *request,
                              uv_getaddrinfo_cb cb, const char *node,
                              const char *service, const struct addrinfo *hints)
{
    struct ls_uv_asking a;
    if (!cb) {
        struct ls_call_scope scope;
        LS_BLOCKS_BEGIN(scope, uv_getaddrinfo,
                        ls_subject_host(about, node, service));
        int result =
            LS_REAL(uv_getaddrinfo)(loop, request, NULL, node, service, hints);
        ls_call_end(&scope);
        return result;
    }
    if (!ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_getaddrinfo,
                   (void *)cb, LS_CALLER))
        return LS_REAL(uv_getaddrinfo)(loop, request, cb, node, service, hints);
    int error = LS_REAL(uv_getaddrinfo)(loop, request, on_getaddrinfo, node,
                                        service, hints);
    ls_uv_asked(&a, error, NULL, 0, node ? node : service);
    return error;
}

/* ---- work --------------------------------------------------------------- */

/* As libuv counts: it reads this once, when the pool is first used. */
static unsigned n_threads(void)
{
    static _Atomic unsigned known;
    unsigned n = atomic_load_explicit(&known, memory_order_relaxed);
    if (n)
        return n;
    const char *set = getenv("UV_THREADPOOL_SIZE");
    int wanted = set ? atoi(set) : 4;
    n = wanted <= 0 ? 1 : wanted > 1024 ? 1024 : (unsigned)wanted;
    atomic_store_explicit(&known, n, memory_order_relaxed);
    return n;
}

/* On a thread of the pool. The entry stays until it is done. */
LS_UV_CALLBACK void on_work(uv_work_t *request)
{
    struct ls_uv_entry *entry = ls_uv_table_get(request, LS_UV_MAIN);
    if (!entry)
        return;
    struct ls_operation op = entry->op;
    void *work = entry->work;
    ls_operation_pool(LS_RECORD_POOL_BEGIN, &op, work, n_threads());
    ((uv_work_cb)work)(request);
    ls_operation_pool(LS_RECORD_POOL_END, &op, work, 0);
}

LS_UV_CALLBACK void on_after_work(uv_work_t *request, int status)
{
    struct ls_uv_call call;
    if (ls_uv_enter_request(&call, request, LS_UV_MAIN, status))
        ((uv_after_work_cb)call.callback)(request, status);
    ls_uv_leave(&call);
}

LS_UV_HOOK int uv_queue_work(uv_loop_t *loop, uv_work_t *request,
                             uv_work_cb work, uv_after_work_cb after)
{
    struct ls_uv_asking a;
    if (!work || !ls_uv_ask(&a, request, LS_UV_MAIN, LS_OPERATION_work,
                            (void *)after, LS_CALLER))
        return LS_REAL(uv_queue_work)(loop, request, work, after);
    a.entry->work = (void *)work;
    n_threads(); /* here, where the program may change its environment */
    int error = LS_REAL(uv_queue_work)(loop, request, on_work, on_after_work);
    ls_uv_asked(&a, error, NULL, 0, NULL);
    return error;
}
