/* SPDX-License-Identifier: MIT */
/*
 * unblocked TRACE: descriptors that become non-blocking, by each way there is,
 * and blocking again: what the hooks know of them. Prints what is wrong.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/loopscope.h"
#include "tracer/record/nonblocking.h"

#define EXPECT(fd, is)                                                         \
    do {                                                                       \
        int fd_ = (fd);                                                        \
        if (ls_nonblocking_has(fd_) != (is))                                   \
            printf("%d: %s (%d) is %s\n", __LINE__, #fd, fd_,                  \
                   (is) ? "not known" : "known");                              \
    } while (0)

/* Made so; without the flag the same number is another's. */
#define MADE(with, without)                                                    \
    do {                                                                       \
        int one = (with);                                                      \
        EXPECT(one, true);                                                     \
        close(one);                                                            \
        EXPECT(one, false);                                                    \
        one = (without);                                                       \
        EXPECT(one, false);                                                    \
        close(one);                                                            \
    } while (0)

static const int on = 1, off = 0;

static void unblock(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void block(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

static int end_of(int (*make)(int fds[2], int flags), int flags)
{
    static int other = -1;
    int fds[2];
    if (make(fds, flags))
        return -1;
    EXPECT(fds[1], flags != 0);
    close(other);
    other = fds[1];
    return fds[0];
}

static int make_sockets(int fds[2], int flags)
{
    return socketpair(AF_UNIX, SOCK_STREAM | flags, 0, fds);
}

static void made(void)
{
    sigset_t none;
    sigemptyset(&none);
    mkfifo("fifo", 0600);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, n) || listen(listener, 8) ||
        getsockname(listener, (struct sockaddr *)&at, &n))
        perror("listener");
    int clients[4];
    for (int i = 0; i < 4; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(clients[i], (struct sockaddr *)&at, n))
            perror("connect");
    }
    MADE(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0),
         socket(AF_INET, SOCK_STREAM, 0));
    MADE(end_of(make_sockets, SOCK_NONBLOCK), end_of(make_sockets, 0));
    MADE(end_of(pipe2, O_NONBLOCK), end_of(pipe2, 0));
    MADE(eventfd(0, EFD_NONBLOCK), eventfd(0, 0));
    MADE(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK),
         timerfd_create(CLOCK_MONOTONIC, 0));
    MADE(signalfd(-1, &none, SFD_NONBLOCK), signalfd(-1, &none, 0));
    MADE(inotify_init1(IN_NONBLOCK), inotify_init1(0));
    MADE(open("fifo", O_RDONLY | O_NONBLOCK), open("fifo", O_RDWR));
    MADE(accept4(listener, NULL, NULL, SOCK_NONBLOCK),
         accept4(listener, NULL, NULL, 0));
    unblock(listener);
    MADE(accept4(listener, NULL, NULL, SOCK_NONBLOCK),
         accept(listener, NULL, NULL));
}

static void changed(void)
{
    int fds[2];
    if (pipe(fds))
        return;
    EXPECT(fds[0], false);
    unblock(fds[0]);
    unblock(fds[1]);
    EXPECT(fds[0], true);
    block(fds[1]); /* its own flags: the other end has others */
    EXPECT(fds[0], true);
    EXPECT(fds[1], false);
    ioctl(fds[0], FIONBIO, &off);
    EXPECT(fds[0], false);
    ioctl(fds[0], FIONBIO, &on);
    EXPECT(fds[0], true);
    FILE *stream = fdopen(fds[0], "r");
    fclose(stream);
    EXPECT(fds[0], false);
}

/* A flag of all that stand for the same. */
static void duplicated(void)
{
    int one = eventfd(0, EFD_NONBLOCK), alone = eventfd(0, EFD_NONBLOCK);
    int twins[] = {dup(one), fcntl(one, F_DUPFD, 20),
                   fcntl(one, F_DUPFD_CLOEXEC, 20), dup2(one, 50),
                   dup3(one, 51, O_CLOEXEC)};
    for (int i = 0; i < 5; i++)
        EXPECT(twins[i], true);
    dup2(one, one);
    EXPECT(one, true);
    block(twins[1]);
    EXPECT(one, false);
    for (int i = 0; i < 5; i++)
        EXPECT(twins[i], false);
    unblock(alone);
    EXPECT(alone, true);
    int blocking = eventfd(0, 0);
    dup2(blocking, alone); /* another's number now */
    EXPECT(alone, false);
    unblock(one);
    close_range(3, 100, 0);
    EXPECT(one, false);
}

/* Files wait for the disk; the standard streams belong to others, too. */
static void never(void)
{
    int file = memfd_create("file", 0);
    unblock(file);
    EXPECT(file, false);
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    unblock(STDOUT_FILENO);
    EXPECT(STDOUT_FILENO, false);
    fcntl(STDOUT_FILENO, F_SETFL, flags);
    EXPECT(fcntl(file, F_DUPFD, 60), false);
}

/* The child's numbers are its own, its memory is not. */
static void vforked(void)
{
    int fds[2], one = eventfd(0, EFD_NONBLOCK);
    if (pipe(fds))
        return;
    pid_t child = vfork();
    if (child == 0) {
        dup2(one, fds[0]);
        fcntl(fds[1], F_SETFL, O_NONBLOCK);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    EXPECT(fds[0], false);
    EXPECT(fds[1], false); /* not sure is not known */
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/unblocked-XXXXXX";
    if (ls_open(&(struct ls_options){.trace = argv[1]}) || !mkdtemp(folder) ||
        chdir(folder))
        return 1;
    made();
    changed();
    duplicated();
    never();
    vforked();
    unlink("fifo");
    rmdir(folder);
    return ls_close();
}
