/* SPDX-License-Identifier: MIT */
/*
 * hostile CASE [LIBUV]: legal programs that are hard on whoever looks on. Each
 * is a thread's loop by poll() with turns that do odd things, and prints what
 * came of it, which does not depend on the machine.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int quiet[2]; /* a pipe into which nobody writes */

/* One poll of the loop: what follows it is a turn. */
static void turn(void)
{
    static __thread int epoll;
    struct epoll_event event;
    if (!epoll)
        epoll = epoll_create1(EPOLL_CLOEXEC);
    while (epoll_wait(epoll, &event, 1, 1) < 0 && errno == EINTR)
        ;
}

static void every_ms(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    struct itimerval each = {{0, 1000}, {0, 1000}};
    if (!handler) {
        setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
        return;
    }
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
}

/* ---- signals: handlers that call what is hooked -------------------------- */

static volatile int n_signals;

static void on_signal(int number)
{
    int saved = errno;
    char byte;
    struct pollfd end = {.fd = quiet[0], .events = POLLIN};
    n_signals++;
    if (poll(&end, 1, 0) != 0 || write(quiet[1], "", 0) != 0 ||
        read(quiet[0], &byte, 0) != 0)
        abort();
    usleep(200);
    errno = saved;
}

static void signals(void)
{
    struct timespec step = {.tv_nsec = 300000};
    every_ms(on_signal);
    while (n_signals < 300) {
        turn();
        for (int i = 0; i < 50; i++) {
            errno = 77;
            if (write(-1, "", 1) != -1 || errno != EBADF)
                abort();
        }
        nanosleep(&step, NULL);
        fflush(stdout);
    }
    every_ms(NULL);
    printf("signals: %s\n", n_signals < 300 ? "few" : "enough");
}

/* ---- cancel: threads that end inside a call ------------------------------ */

static _Atomic int n_cleaned;

static void clean(void *unused)
{
    n_cleaned++;
}

static void *wait_for_nothing(void *unused)
{
    char byte;
    turn();
    pthread_cleanup_push(clean, NULL);
    if (read(quiet[0], &byte, 1) >= 0)
        abort();
    pthread_cleanup_pop(1);
    return NULL;
}

static void cancel(void)
{
    int n_cancelled = 0;
    for (int i = 0; i < 40; i++) {
        pthread_t thread;
        void *result;
        pthread_create(&thread, NULL, wait_for_nothing, NULL);
        if (i % 2)
            usleep(2000);
        pthread_cancel(thread);
        pthread_join(thread, &result);
        n_cancelled += result == PTHREAD_CANCELED;
    }
    turn();
    printf("cancelled %d\n", n_cancelled);
}

/* ---- jumps: out of calls ------------------------------------------------- */

static sigjmp_buf back;

static void jump(int number)
{
    siglongjmp(back, 1);
}

static void jumps(void)
{
    static volatile int n;
    char byte;
    signal(SIGALRM, jump);
    while (n < 100) {
        turn();
        if (sigsetjmp(back, 1)) {
            n++;
            continue;
        }
        setitimer(ITIMER_REAL, &(struct itimerval){{0}, {0, 500}}, NULL);
        if (read(quiet[0], &byte, 1) >= 0)
            abort();
    }
    printf("jumped %d times\n", n);
}

/* ---- forks ----------------------------------------------------------------
 */

static int child(int status)
{
    turn();
    usleep(300);
    turn();
    return status;
}

static void *fork_often(void *sum)
{
    for (int i = 0; i < 30; i++) {
        int status;
        turn();
        pid_t pid = fork();
        if (pid == 0)
            _exit(child(i));
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
        *(int *)sum += WIFEXITED(status) ? WEXITSTATUS(status) : -1000;
    }
    return NULL;
}

static void forks(void)
{
    enum { N = 4 };
    pthread_t threads[N];
    int sums[N] = {0};
    for (int i = 0; i < N; i++)
        pthread_create(&threads[i], NULL, fork_often, &sums[i]);
    for (int i = 0; i < N; i++) {
        pthread_join(threads[i], NULL);
        printf("%d\n", sums[i]);
    }
}

static void vforks(void)
{
    for (volatile int i = 0; i < 20; i++) {
        int status, fds[2];
        turn();
        if (pipe2(fds, O_NONBLOCK))
            abort();
        pid_t pid = vfork();
        if (pid == 0) {
            dup2(fds[1], 9);
            close(fds[0]);
            execl("/bin/sh", "sh", "-c", i % 2 ? "exit 3" : "echo x >&9", NULL);
            _exit(127);
        }
        waitpid(pid, &status, 0);
        char text[4] = "-";
        long n = read(fds[0], text, sizeof text);
        printf("%d %ld\n", WEXITSTATUS(status), n);
        close(fds[0]);
        close(fds[1]);
    }
}

static void spawns(void)
{
    char *argv[] = {"sh", "-c", "echo spawned; exit 5", NULL};
    for (int i = 0; i < 10; i++) {
        posix_spawn_file_actions_t actions;
        pid_t pid;
        int status;
        turn();
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
        posix_spawn_file_actions_addclose(&actions, quiet[0]);
        if (posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ))
            abort();
        waitpid(pid, &status, 0);
        posix_spawn_file_actions_destroy(&actions);
        printf("%d\n", WEXITSTATUS(status));
        fflush(stdout);
    }
}

/* ---- a libuv that comes late, and goes ----------------------------------- */

static void late_as(int flags)
{
    void *libuv = dlopen("libuv.so.1", flags);
    if (!libuv) {
        printf("%s\n", dlerror());
        return;
    }
    void *(*new_loop)(void) = (void *(*)(void))dlsym(libuv, "uv_default_loop");
    int (*run)(void *, int) = (int (*)(void *, int))dlsym(libuv, "uv_run");
    int (*end)(void *) = (int (*)(void *))dlsym(libuv, "uv_loop_close");
    void *loop = new_loop();
    printf("run %d", run(loop, 0));
    printf(", close %d", end(loop));
    printf(", unload %d\n", dlclose(libuv));
}

static void late(void)
{
    turn();
    for (int i = 0; i < 3; i++)
        late_as(RTLD_NOW | RTLD_LOCAL);
    late_as(RTLD_NOW | RTLD_GLOBAL);
    late_as(RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    turn();
}

/* ---- what a process does to itself --------------------------------------- */

static void chrooted(void)
{
    char folder[] = "hereXXXXXX";
    turn();
    int error = mkdtemp(folder) && chroot(folder) == 0 ? chdir("/") : 1;
    printf("chroot %d\n", error);
    fflush(stdout);
    for (int i = 0; i < 5; i++) {
        int status;
        turn();
        pid_t pid = fork();
        if (pid == 0)
            _exit(child(4));
        waitpid(pid, &status, 0);
        printf("%d\n", WEXITSTATUS(status));
    }
}

static void locked(void)
{
    struct rlimit limit;
    turn();
    getrlimit(RLIMIT_MEMLOCK, &limit);
    printf("mlockall %d\n", mlockall(MCL_CURRENT | MCL_FUTURE));
    turn();
    usleep(2000);
    turn();
}

static void *touch(void *unused)
{
    turn();
    usleep(200);
    return NULL;
}

/* No descriptor is left for anybody. */
static void no_descriptors(void)
{
    struct rlimit few = {12, 12};
    turn();
    setrlimit(RLIMIT_NOFILE, &few);
    while (dup(0) >= 0)
        ;
    printf("%s\n", strerror(errno));
    for (int i = 0; i < 8; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, touch, NULL);
        pthread_join(thread, NULL);
        turn();
        usleep(1500);
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {{"signals", signals}, {"cancel", cancel},
             {"jumps", jumps},     {"forks", forks},
             {"vforks", vforks},   {"spawns", spawns},
             {"late", late},       {"chroot", chrooted},
             {"locked", locked},   {"no-descriptors", no_descriptors}};

int main(int argc, char **argv)
{
    if (pipe(quiet))
        return 1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].name, argv[1]) != 0)
            continue;
        cases[i].run();
        return 0;
    }
    return 2;
}
