/* SPDX-License-Identifier: MIT */
/*
 * bench_load echo|http|redis PORT CONNECTIONS DEPTH MILLISECONDS RATE: ask the
 * server on 127.0.0.1, on each connection DEPTH times at once, again when all
 * of these are answered, for that long; no more than RATE requests a second (0:
 * as many as can be). Prints how many were answered and in how many
 * nanoseconds. A plain loop on epoll.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 512, MOST_BYTES = 65536, MOST_DEPTH = 1000 };

/* A request, and how many of WHAT an answer has. */
static const struct protocol {
    const char *name, *request;
    char what;
    int n_what;
} protocols[] = {
    {"echo", "hello, world\n", '\n', 1},
    {"http", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", '\n', 0},
    {"redis", "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n", '\n', 2},
};

struct connection {
    int fd;
    int n_what; /* still to come */
};

static const struct protocol *protocol;
static struct connection connections[MOST_CONNECTIONS];
static char request[MOST_BYTES];
static size_t n_request;
static int depth, n_per_answer;
static uint64_t n_answered, n_asked;
static double ns_each; /* between requests; 0: no limit */
static int64_t begin;
static uint32_t waiting[MOST_CONNECTIONS]; /* connections, for their time */
static int n_waiting;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
    fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void ask(struct connection *c)
{
    if (send(c->fd, request, n_request, 0) != (ssize_t)n_request)
        die("send");
    c->n_what = depth * n_per_answer;
    n_asked += (uint64_t)depth;
}

static int is_time(void)
{
    return (double)n_asked * ns_each <= (double)(now_ns() - begin);
}

static void ask_in_time(struct connection *c)
{
    if (is_time())
        ask(c);
    else
        waiting[n_waiting++] = (uint32_t)(c - connections);
}

/* Some tens of microseconds are precise enough, and leave the processor to
 * others. */
static void ask_waiting(void)
{
    while (n_waiting > 0 && is_time())
        ask(&connections[waiting[--n_waiting]]);
    if (n_waiting > 0)
        nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
}

static int count(const char *bytes, ssize_t n)
{
    int found = 0;
    for (ssize_t i = 0; i < n; i++)
        found += bytes[i] == protocol->what;
    return found;
}

static void take_answer(struct connection *c)
{
    static char bytes[MOST_BYTES];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    if (n <= 0)
        die("recv");
    c->n_what -= count(bytes, n);
    if (c->n_what > 0)
        return;
    n_answered += (uint64_t)depth;
    ask_in_time(c);
}

/* How many lines an HTTP answer has is the server's to choose: ask one. */
static void learn_answer(void)
{
    char bytes[MOST_BYTES];
    n_per_answer = protocol->n_what;
    if (n_per_answer)
        return;
    if (send(connections[0].fd, protocol->request, strlen(protocol->request),
             0) < 0)
        die("send");
    usleep(200 * 1000);
    n_per_answer =
        count(bytes, recv(connections[0].fd, bytes, sizeof bytes, 0));
    if (n_per_answer < 1)
        die("no answer");
}

static void run_until(int poller, int64_t end)
{
    struct epoll_event events[MOST_CONNECTIONS];
    while (now_ns() < end) {
        int timeout = n_waiting > 0 ? 0 : 1000;
        int n = epoll_wait(poller, events, MOST_CONNECTIONS, timeout);
        for (int i = 0; i < n; i++)
            take_answer(&connections[events[i].data.u32]);
        ask_waiting();
    }
}

static void open_connections(int poller, int port, int n)
{
    for (int i = 0; i < n; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        connections[i].fd = connect_to(port);
        if (epoll_ctl(poller, EPOLL_CTL_ADD, connections[i].fd, &event) != 0)
            die("epoll_ctl");
    }
}

static void fill_request(void)
{
    size_t n = strlen(protocol->request);
    for (int i = 0; i < depth; i++) {
        memcpy(request + n_request, protocol->request, n);
        n_request += n;
    }
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 7 && i < sizeof protocols / sizeof *protocols;
         i++)
        if (strcmp(protocols[i].name, argv[1]) == 0)
            protocol = &protocols[i];
    int n = protocol ? atoi(argv[3]) : 0;
    if (n < 1 || n > MOST_CONNECTIONS || (depth = atoi(argv[4])) < 1 ||
        depth > MOST_DEPTH) {
        fprintf(stderr, "usage: bench_load echo|http|redis PORT CONNECTIONS "
                        "DEPTH MILLISECONDS RATE\n");
        return 2;
    }
    int poller = epoll_create1(0);
    open_connections(poller, atoi(argv[2]), n);
    learn_answer();
    fill_request();
    ns_each = atof(argv[6]) > 0 ? 1e9 / atof(argv[6]) : 0;
    begin = now_ns();
    for (int i = 0; i < n; i++)
        ask_in_time(&connections[i]);
    run_until(poller, begin + atoll(argv[5]) * 1000000);
    printf("%" PRIu64 " %" PRId64 "\n", n_answered, now_ns() - begin);
    return 0;
}
