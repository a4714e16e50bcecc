/* SPDX-License-Identifier: MIT */
/* Rows: sockets, and names of hosts. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "row.h"

ssize_t __recv_chk(int fd, void *to, size_t n, size_t size, int flags);
ssize_t __recvfrom_chk(int fd, void *to, size_t n, size_t size, int flags,
                       struct sockaddr *from, socklen_t *n_from);

static struct sockaddr_in address;
static struct sockaddr_un path = {.sun_family = AF_UNIX,
                                  .sun_path = "here.sock"};
static struct iovec one = {bytes, 1};
static struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1};
static struct mmsghdr messages = {
    .msg_hdr = {.msg_iov = &one, .msg_iovlen = 1}};

#define ADDRESS ((struct sockaddr *)&address)
#define PATH ((struct sockaddr *)&path)

static void bind_to(int fd)
{
    socklen_t n = sizeof address;
    address = (struct sockaddr_in){.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    TRY(bind(fd, ADDRESS, n));
    TRY(getsockname(fd, ADDRESS, &n));
}

static void make_listener(void)
{
    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    fds[1] = socket(AF_INET, SOCK_STREAM, 0);
    bind_to(fds[0]);
    TRY(listen(fds[0], 1));
    keep(fds[0]);
    keep(fds[1]);
}

static void make_tcp(void)
{
    make_listener();
    TRY(connect(fds[1], ADDRESS, sizeof address));
    fds[0] = accept(fds[0], NULL, NULL);
    keep(fds[0]);
}

static void make_udp(void)
{
    fds[0] = socket(AF_INET, SOCK_DGRAM, 0);
    fds[1] = socket(AF_INET, SOCK_DGRAM, 0);
    bind_to(fds[0]);
    TRY(connect(fds[1], ADDRESS, sizeof address));
    keep(fds[0]);
    keep(fds[1]);
}

static void connect_late(void)
{
    TRY(connect(fds[1], ADDRESS, sizeof address));
}

/* A unix socket whose backlog is full makes connect() wait. */
static void make_busy_path(void)
{
    unlink(path.sun_path);
    fds[0] = socket(AF_UNIX, SOCK_STREAM, 0);
    TRY(bind(fds[0], PATH, sizeof path));
    TRY(listen(fds[0], 0));
    int first = socket(AF_UNIX, SOCK_STREAM, 0);
    TRY(connect(first, PATH, sizeof path));
    fds[1] = socket(AF_UNIX, SOCK_STREAM, 0);
    keep(fds[0]);
    keep(fds[1]);
    keep(first);
}

static void accept_late(void)
{
    keep(accept(fds[0], NULL, NULL));
    keep(accept(fds[0], NULL, NULL));
}

/* Accepted as a non-blocking one, which is not watched; each row makes another
 * thing of it. */
static void make_accepted(void)
{
    make_listener();
    TRY(connect(fds[1], ADDRESS, sizeof address));
    fds[0] = accept4(fds[0], NULL, NULL, SOCK_NONBLOCK);
    keep(fds[0]);
}

static void make_blocking_by_fcntl(void)
{
    make_accepted();
    TRY(fcntl(fds[0], F_SETFL, 0));
}

/* It shares its flags with what it was duplicated from. */
static void make_blocking_by_duplicate(void)
{
    make_accepted();
    int other = dup(fds[0]);
    TRY(fcntl(other, F_SETFL, 0));
    keep(other);
}

static void make_blocking_by_ioctl(void)
{
    int off = 0;
    make_accepted();
    TRY(ioctl(fds[0], FIONBIO, &off));
}

static void make_pipe_of_accepted(void)
{
    make_accepted();
    int number = fds[0];
    make_pipe();
    TRY(dup2(fds[0], number));
    fds[0] = number;
}

static void make_pipe_after_fclose(void)
{
    make_accepted();
    int number = fds[0], unused[2];
    FILE *stream = fdopen(number, "r");
    TRY(stream ? 0 : -1);
    fclose(stream);
    TRY(pipe(unused));
    keep(unused[1]);
    fds[0] = unused[0]; /* NUMBER, the lowest that is free */
    fds[1] = unused[1];
    TRY(fds[0] == number ? 0 : -1);
}

static long recv_often(void)
{
    for (int i = 0; i < 1000; i++)
        if (recv(fds[0], bytes, 1, 0) >= 0 || errno != EAGAIN)
            return 1;
    errno = 77;
    return 0;
}

QUIET(recv_accepted, make_accepted, recv_often())
WAITS(recv_blocking_by_fcntl, "recv", "socket", "", make_blocking_by_fcntl,
      write_late, recv(fds[0], bytes, 1, 0))
WAITS(recv_blocking_by_duplicate, "recv", "socket", "",
      make_blocking_by_duplicate, write_late, recv(fds[0], bytes, 1, 0))
WAITS(recv_blocking_by_ioctl, "recv", "socket", "", make_blocking_by_ioctl,
      write_late, recv(fds[0], bytes, 1, 0))
WAITS(read_pipe_of_accepted, "read", "pipe", "", make_pipe_of_accepted,
      write_late, read(fds[0], bytes, 1))
WAITS(read_pipe_after_fclose, "read", "pipe", "", make_pipe_after_fclose,
      write_late, read(fds[0], bytes, 1))

WAITS(recv, "recv", "socket", "", make_sockets, write_late,
      recv(fds[0], bytes, 1, 0))
WAITS(recv_chk, "recv", "socket", "", make_sockets, write_late,
      __recv_chk(fds[0], bytes, 1, sizeof bytes, 0))
WAITS(recv_tcp, "recv", "socket", "127.0.0.1:", make_tcp, write_late,
      recv(fds[0], bytes, 1, 0))
WAITS(recvfrom, "recvfrom", "socket", "127.0.0.1:", make_udp, write_late,
      recvfrom(fds[0], bytes, 1, 0, NULL, NULL))
WAITS(recvfrom_chk, "recvfrom", "socket", "127.0.0.1:", make_udp, write_late,
      __recvfrom_chk(fds[0], bytes, 1, sizeof bytes, 0, NULL, NULL))
WAITS(recvmsg, "recvmsg", "socket", "", make_sockets, write_late,
      recvmsg(fds[0], &message, 0))
WAITS(recvmmsg, "recvmmsg", "socket", "127.0.0.1:", make_udp, write_late,
      recvmmsg(fds[0], &messages, 1, 0, NULL))
WAITS(accept, "accept", "socket", "127.0.0.1:", make_listener, connect_late,
      (keep(accept(fds[0], NULL, NULL)), 0))
WAITS(accept4, "accept4", "socket", "127.0.0.1:", make_listener, connect_late,
      (keep(accept4(fds[0], NULL, NULL, SOCK_CLOEXEC)), 0))
WAITS(connect, "connect", "socket", "here.sock", make_busy_path, accept_late,
      connect(fds[1], PATH, sizeof path))

static void make_full_sockets(void)
{
    make_sockets();
    fill();
}

static struct iovec all = {bytes, sizeof bytes};
static struct msghdr large = {.msg_iov = &all, .msg_iovlen = 1};
static struct mmsghdr larges = {.msg_hdr = {.msg_iov = &all, .msg_iovlen = 1}};

WAITS(send, "send", "socket", "", make_full_sockets, drain_late,
      send(fds[1], bytes, sizeof bytes, 0))
WAITS(sendto, "sendto", "socket", "", make_full_sockets, drain_late,
      sendto(fds[1], bytes, sizeof bytes, 0, NULL, 0))
WAITS(sendmsg, "sendmsg", "socket", "", make_full_sockets, drain_late,
      sendmsg(fds[1], &large, 0))
WAITS(sendmmsg, "sendmmsg", "socket", "", make_full_sockets, drain_late,
      sendmmsg(fds[1], &larges, 1, 0))

QUIET(recv_dontwait, make_sockets,
      recv(fds[0], bytes, 1, MSG_DONTWAIT) < 0 ? (errno = 77, 0) : 1)
QUIET(connect_tcp, make_listener, connect(fds[1], ADDRESS, sizeof address))

/* ---- names -------------------------------------------------------------- */

static struct addrinfo *found;
static struct hostent host, *hosts;
static int error;
static const struct addrinfo numeric = {.ai_flags = AI_NUMERICHOST,
                                        .ai_socktype = SOCK_STREAM};
static char host_name[64], buffer[1024];

static void make_name(void)
{
    make_slow();
    address = (struct sockaddr_in){.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

WAITS(getaddrinfo, "getaddrinfo", "", "127.0.0.1:80", make_slow, NULL,
      getaddrinfo("127.0.0.1", "80", &numeric, &found))
WAITS(getnameinfo, "getnameinfo", "", "127.0.0.1:0", make_name, NULL,
      getnameinfo(ADDRESS, sizeof address, host_name, sizeof host_name, NULL, 0,
                  NI_NUMERICHOST))
WAITS(gethostbyname, "gethostbyname", "", "127.0.0.2", make_slow, NULL,
      gethostbyname("127.0.0.2") == NULL)
WAITS(gethostbyname2, "gethostbyname2", "", "127.0.0.3", make_slow, NULL,
      gethostbyname2("127.0.0.3", AF_INET) == NULL)
WAITS(gethostbyname_r, "gethostbyname_r", "", "127.0.0.4", make_slow, NULL,
      gethostbyname_r("127.0.0.4", &host, buffer, sizeof buffer, &hosts,
                      &error))
