/* SPDX-License-Identifier: MIT */
/*
 * Asks libuv for everything that takes a callback, once each, and says what it
 * asked: a line with kind, callback, line and the operation's count of calls.
 *
 *     asks            as a program that knows nothing of loopscope
 *     asks TRACE      (linked) the same, recorded by itself
 *
 * What libuv promises is checked on the way: it holds with and without hooks.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#ifdef LINKED
#include "loopscope.h"
#endif
#ifdef WITH_TABLE /* of the archive alone */
size_t ls_uv_table_count(void);
#endif

static uv_loop_t *loop;
static int n_called; /* callbacks since the last ask */

static void fail(int line, const char *what)
{
    printf("line %d: %s\n", line, what);
    fflush(stdout);
    _exit(1);
}

#define CHECK(what)                                                            \
    do {                                                                       \
        if (!(what))                                                           \
            fail(__LINE__, #what);                                             \
    } while (0)

/* CALL is on this line; the callback is called N times. */
#define ASK(kind, callback, n, call)                                           \
    do {                                                                       \
        n_called = 0;                                                          \
        int error_ = (call);                                                   \
        if (error_)                                                            \
            fail(__LINE__, uv_strerror(error_));                               \
        printf("%s\t%s\t%d\t%d\n", kind, #callback, __LINE__, n);              \
        uv_run(loop, UV_RUN_DEFAULT);                                          \
        if (n_called != (n))                                                   \
            fail(__LINE__, "not called as often as it should be");             \
    } while (0)

/* ---- handles ------------------------------------------------------------ */

static void close_now(void *handle)
{
    uv_close(handle, NULL); /* legal */
}

static void on_timer(uv_timer_t *timer)
{
    if (++n_called == 3)
        uv_timer_stop(timer);
}

static void on_idle(uv_idle_t *idle)
{
    if (++n_called == 3)
        uv_idle_stop(idle);
}

static void on_other_idle(uv_idle_t *idle)
{
    fail(__LINE__, "an active handle took another callback");
}

static void on_prepare(uv_prepare_t *prepare)
{
    n_called++;
    close_now(prepare);
}

static void on_check(uv_check_t *check)
{
    n_called++;
    close_now(check);
}

static void nothing(uv_idle_t *idle)
{
    uv_close((uv_handle_t *)idle, NULL);
}

static void on_async(uv_async_t *async)
{
    n_called++;
    close_now(async);
}

static void on_signal(uv_signal_t *handle, int number)
{
    n_called++;
    CHECK(number == SIGUSR1);
    close_now(handle);
}

static void on_oneshot(uv_signal_t *handle, int number)
{
    n_called++;
    close_now(handle);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    n_called++;
    CHECK(status == 0 && events == UV_WRITABLE);
    close_now(poll);
}

static void on_fs_event(uv_fs_event_t *watcher, const char *name, int events,
                        int status)
{
    n_called++;
    close_now(watcher);
}

static void on_fs_poll(uv_fs_poll_t *watcher, int status,
                       const uv_stat_t *before, const uv_stat_t *now)
{
    n_called++;
    CHECK(status == UV_ENOENT);
    close_now(watcher);
}

static void on_exit_of(uv_process_t *process, int64_t status, int number)
{
    n_called++;
    CHECK(status == 3);
    close_now(process);
}

static void on_close(uv_handle_t *handle)
{
    n_called++;
}

static void ask_handles(void)
{
    uv_timer_t timer;
    uv_idle_t idle, idle_2;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_async_t async;
    uv_signal_t handle;
    uv_poll_t poll;
    uv_fs_event_t event;
    uv_fs_poll_t fs_poll;
    uv_process_t process;
    char *arguments[] = {"sh", "-c", "exit 3", NULL};
    const uv_process_options_t options = {
        .file = "sh", .args = arguments, .exit_cb = on_exit_of};
    int fds[2];

    uv_timer_init(loop, &timer);
    CHECK(uv_timer_start(&timer, NULL, 1, 0) == UV_EINVAL);
    ASK("timer", on_timer, 3, uv_timer_start(&timer, on_timer, 1, 1));
    uv_idle_init(loop, &idle);
    CHECK(uv_idle_start(&idle, on_idle) == 0);
    ASK("idle", on_idle, 3,
        uv_idle_start(&idle, on_other_idle) || uv_idle_stop(&idle) ||
            uv_idle_start(&idle, on_idle));
    uv_idle_init(loop, &idle_2);
    uv_idle_start(&idle_2, nothing);
    uv_prepare_init(loop, &prepare);
    ASK("prepare", on_prepare, 1, uv_prepare_start(&prepare, on_prepare));
    uv_idle_init(loop, &idle_2);
    uv_idle_start(&idle_2, nothing);
    uv_check_init(loop, &check);
    ASK("check", on_check, 1, uv_check_start(&check, on_check));
    ASK("async", on_async, 1,
        uv_async_init(loop, &async, on_async) || uv_async_send(&async) ||
            uv_async_send(&async));
    uv_signal_init(loop, &handle);
    ASK("signal", on_signal, 1,
        uv_signal_start(&handle, on_signal, SIGUSR1) || raise(SIGUSR1));
    uv_signal_init(loop, &handle);
    ASK("signal", on_oneshot, 1,
        uv_signal_start_oneshot(&handle, on_oneshot, SIGUSR1) ||
            raise(SIGUSR1));
    CHECK(pipe(fds) == 0);
    uv_poll_init(loop, &poll, fds[1]);
    ASK("poll", on_poll, 1, uv_poll_start(&poll, UV_WRITABLE, on_poll));
    uv_fs_event_init(loop, &event);
    CHECK(uv_fs_event_start(&event, on_fs_event, ".", 0) == 0);
    CHECK(uv_fs_event_start(&event, NULL, ".", 0) == UV_EINVAL);
    uv_fs_event_stop(&event);
    ASK("fs_event", on_fs_event, 1,
        uv_fs_event_start(&event, on_fs_event, ".", 0) ||
            mkdir("new folder", 0700));
    uv_fs_poll_init(loop, &fs_poll);
    ASK("fs_poll", on_fs_poll, 1,
        uv_fs_poll_start(&fs_poll, on_fs_poll, "nothing here", 10));
    ASK("process", on_exit_of, 1, uv_spawn(loop, &process, &options));
    CHECK(options.exit_cb == on_exit_of);
    n_called = 0;
    uv_close((uv_handle_t *)&timer, on_close);
    uv_close((uv_handle_t *)&idle, NULL);
    printf("close\ton_close\t%d\t1\n", __LINE__ - 2);
    uv_run(loop, UV_RUN_DEFAULT);
    CHECK(n_called == 1);
}

/* ---- streams and datagrams ---------------------------------------------- */

static uv_tcp_t server, client, served;
static uv_udp_t udp;
static uv_write_t write_request;
static uv_shutdown_t shutdown_request;
static uv_buf_t bytes = {.base = "hello", .len = 5};
static char received[100];

static void give_memory(uv_handle_t *handle, size_t size, uv_buf_t *to)
{
    *to = uv_buf_init(received, sizeof received);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *got)
{
    n_called++;
    if (n < 0) {
        CHECK(n == UV_EOF);
        close_now(stream);
        close_now(&server);
    }
}

static void on_connection(uv_stream_t *stream, int status)
{
    n_called++;
    uv_tcp_init(loop, &served);
    CHECK(uv_accept(stream, (uv_stream_t *)&served) == 0);
    CHECK(uv_read_start((uv_stream_t *)&served, give_memory, NULL) ==
          UV_EINVAL);
    printf("read\ton_read\t%d\t2\n", __LINE__ + 1);
    CHECK(uv_read_start((uv_stream_t *)&served, give_memory, on_read) == 0);
}

static void on_tcp_close(uv_handle_t *handle)
{
    n_called++;
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    n_called++;
    printf("close\ton_tcp_close\t%d\t1\n", __LINE__ + 1);
    uv_close((uv_handle_t *)&client, on_tcp_close);
}

/* The same request once more in its own callback. */
static void on_write2(uv_write_t *request, int status)
{
    n_called++;
    CHECK(uv_write(request, (uv_stream_t *)&client, &bytes, 1, NULL) == 0);
    printf("shutdown\ton_shutdown\t%d\t1\n", __LINE__ + 1);
    CHECK(uv_shutdown(&shutdown_request, request->handle, on_shutdown) == 0);
    CHECK(uv_tcp_close_reset(&client, NULL) == UV_EINVAL);
}

static void on_write(uv_write_t *request, int status)
{
    n_called++;
    printf("write\ton_write2\t%d\t1\n", __LINE__ + 1);
    CHECK(uv_write2(request, request->handle, &bytes, 1, NULL, on_write2) == 0);
}

static void on_connect(uv_connect_t *request, int status)
{
    n_called++;
    printf("write\ton_write\t%d\t1\n", __LINE__ + 1);
    CHECK(uv_write(&write_request, request->handle, &bytes, 1, on_write) == 0);
}

static void on_refused(uv_connect_t *request, int status)
{
    n_called++;
    CHECK(status == UV_ENOENT);
    close_now(request->handle);
}

static void on_reset(uv_handle_t *handle)
{
    n_called++;
}

static void on_udp_recv(uv_udp_t *handle, ssize_t n, const uv_buf_t *got,
                        const struct sockaddr *from, unsigned flags)
{
    if (n > 0) {
        n_called++;
        uv_udp_recv_stop(handle);
        close_now(handle);
    }
}

static void on_udp_send(uv_udp_send_t *request, int status)
{
    CHECK(status == 0);
}

static void ask_streams(void)
{
    struct sockaddr_in any;
    struct sockaddr_storage address;
    int size = sizeof address;
    uv_connect_t request;
    uv_pipe_t pipe;
    uv_udp_send_t send;

    uv_ip4_addr("127.0.0.1", 0, &any);
    uv_tcp_init(loop, &server);
    uv_tcp_bind(&server, (struct sockaddr *)&any, 0);
    printf("connection\ton_connection\t%d\t1\n", __LINE__ + 1);
    CHECK(uv_listen((uv_stream_t *)&server, 5, on_connection) == 0);
    uv_tcp_getsockname(&server, (struct sockaddr *)&address, &size);
    uv_tcp_init(loop, &client);
    ASK("connect", on_connect, 8, /* and all that it leads to */
        uv_tcp_connect(&request, &client, (struct sockaddr *)&address,
                       on_connect));
    uv_tcp_init(loop, &client);
    uv_tcp_bind(&client, (struct sockaddr *)&any, 0);
    ASK("close", on_reset, 1, uv_tcp_close_reset(&client, on_reset));
    uv_pipe_init(loop, &pipe, 0);
    ASK("connect", on_refused, 1,
        (uv_pipe_connect(&request, &pipe, "nothing here", on_refused), 0));

    uv_udp_init(loop, &udp);
    uv_udp_bind(&udp, (struct sockaddr *)&any, 0);
    size = sizeof address;
    uv_udp_getsockname(&udp, (struct sockaddr *)&address, &size);
    printf("udp_send\ton_udp_send\t%d\t1\n", __LINE__ + 1);
    CHECK(!uv_udp_send(&send, &udp, &bytes, 1, (struct sockaddr *)&address,
                       on_udp_send));
    ASK("udp_recv", on_udp_recv, 1,
        uv_udp_recv_start(&udp, give_memory, on_udp_recv));
}

/* ---- requests ----------------------------------------------------------- */

static uv_fs_t fs;
static uv_dir_t *folder;

static void on_fs(uv_fs_t *request)
{
    n_called++;
}

#define FS(name, ...)                                                          \
    ASK("fs_" #name, on_fs, 1, uv_fs_##name(loop, &fs, __VA_ARGS__, on_fs));   \
    CHECK(fs.result >= 0);                                                     \
    if (fs.fs_type != UV_FS_OPENDIR && fs.fs_type != UV_FS_READDIR)            \
    uv_fs_req_cleanup(&fs)

static void ask_files(void)
{
    uv_dirent_t entry;
    uid_t uid = getuid();
    gid_t gid = getgid();

    FS(mkdir, "dir", 0700);
    FS(open, "dir/a", O_CREAT | O_RDWR, 0600);
    int fd = (int)fs.result;
    FS(write, fd, &bytes, 1, 0);
    FS(read, fd, &(uv_buf_t){.base = received, .len = 5}, 1, 0);
    FS(fsync, fd);
    FS(fdatasync, fd);
    FS(ftruncate, fd, 4);
    FS(fstat, fd);
    FS(futime, fd, 1.0, 2.0);
    FS(fchmod, fd, 0600);
    FS(fchown, fd, uid, gid);
    FS(sendfile, fd, fd, 0, 2);
    FS(close, fd);
    FS(stat, "dir/a");
    FS(lstat, "dir/a");
    FS(access, "dir/a", R_OK);
    FS(chmod, "dir/a", 0600);
    FS(chown, "dir/a", uid, gid);
    FS(lchown, "dir/a", uid, gid);
    FS(utime, "dir/a", 1.0, 2.0);
    FS(lutime, "dir/a", 1.0, 2.0);
    FS(copyfile, "dir/a", "dir/b", 0);
    FS(rename, "dir/b", "dir/c");
    FS(link, "dir/a", "dir/d");
    FS(symlink, "a", "dir/e", 0);
    FS(readlink, "dir/e");
    FS(realpath, "dir/e");
    FS(statfs, "dir");
    FS(scandir, "dir", 0);
    FS(opendir, "dir");
    folder = fs.ptr;
    uv_fs_req_cleanup(&fs);
    folder->dirents = &entry;
    folder->nentries = 1;
    FS(readdir, folder);
    uv_fs_req_cleanup(&fs);
    FS(closedir, folder);
    FS(mkdtemp, "dir/XXXXXX");
    FS(mkstemp, "dir/XXXXXX");
    FS(unlink, "dir/a");
    FS(mkdir, "dir/f", 0700);
    FS(rmdir, "dir/f");
}

static void on_getaddrinfo(uv_getaddrinfo_t *request, int status,
                           struct addrinfo *found)
{
    n_called++;
    uv_freeaddrinfo(found);
}

static void on_getnameinfo(uv_getnameinfo_t *request, int status,
                           const char *host, const char *service)
{
    n_called++;
}

static void on_random(uv_random_t *request, int status, void *to, size_t n)
{
    n_called++;
}

static void do_work(uv_work_t *request)
{
    usleep(1000);
}

static void open_other_end(void *name)
{
    usleep(30000);
    close(open(name, O_WRONLY));
}

/* Without a callback libuv works in place. */
static void on_work_done(uv_work_t *request, int status)
{
    uv_thread_t thread;
    n_called++;
    CHECK(uv_random(NULL, NULL, received, 8, 0, NULL) == 0);
    CHECK(mkfifo("fifo", 0600) == 0);
    uv_thread_create(&thread, open_other_end, "fifo");
    CHECK(uv_fs_open(loop, &fs, "fifo", O_RDONLY, 0, NULL) >= 0);
    uv_fs_req_cleanup(&fs);
    uv_thread_join(&thread);
}

static void ask_others(void)
{
    uv_getaddrinfo_t name;
    uv_getnameinfo_t address_of;
    uv_random_t random;
    uv_work_t work;
    struct sockaddr_in any;

    uv_ip4_addr("127.0.0.1", 80, &any);
    ASK("getaddrinfo", on_getaddrinfo, 1,
        uv_getaddrinfo(loop, &name, on_getaddrinfo, "127.0.0.1", NULL, NULL));
    ASK("getnameinfo", on_getnameinfo, 1,
        uv_getnameinfo(loop, &address_of, on_getnameinfo,
                       (struct sockaddr *)&any, NI_NUMERICHOST));
    ASK("random", on_random, 1,
        uv_random(loop, &random, received, 8, 0, on_random));
    ASK("work", on_work_done, 1,
        uv_queue_work(loop, &work, do_work, on_work_done));
    CHECK(uv_queue_work(loop, &work, NULL, on_work_done) == UV_EINVAL);
    CHECK(uv_queue_work(loop, &work, do_work, NULL) == 0); /* legal */
    uv_run(loop, UV_RUN_DEFAULT);
}

/* ---- what nobody may see ------------------------------------------------ */

static void count_handle(uv_handle_t *handle, void *n)
{
    ++*(int *)n;
}

static void check_walk(void)
{
    int n = 0;
    uv_timer_t timer;
    uv_timer_init(loop, &timer);
    uv_walk(loop, count_handle, &n);
    CHECK(n == 1);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
}

#ifdef WITH_TABLE
static void close_timer(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, (uv_close_cb)free);
}

/* A hundred thousand handles leave nothing behind. */
static void check_leaks(void)
{
    size_t before = ls_uv_table_count();
    for (int i = 0; i < 100000; i++) {
        uv_timer_t *timer = malloc(sizeof *timer);
        uv_timer_init(loop, timer);
        uv_timer_start(timer, close_timer, 0, 0);
        if (i % 1000 == 999)
            uv_run(loop, UV_RUN_DEFAULT);
    }
    CHECK(ls_uv_table_count() == before);
}
#endif

int main(int argc, char **argv)
{
    char work_folder[] = "/tmp/loopscope_asks_XXXXXX";
    char there[4096];
    CHECK(getcwd(there, sizeof there));
    loop = uv_default_loop();
#ifdef LINKED
    CHECK(ls_open(&(struct ls_options){.trace = argv[1]}) == 0);
    CHECK(ls_loop_attach(loop, "main") == 0);
#endif
    CHECK(mkdtemp(work_folder) && chdir(work_folder) == 0);
    ask_handles();
    ask_streams();
    ask_files();
    ask_others();
    check_walk();
#ifdef WITH_TABLE
    check_leaks();
#endif
    CHECK(chdir(there) == 0);
    char command[4200];
    snprintf(command, sizeof command, "rm -r %s", work_folder);
    CHECK(system(command) == 0);
    CHECK(uv_loop_close(loop) == 0);
    return 0;
}
