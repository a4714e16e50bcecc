/* SPDX-License-Identifier: MIT */
/* The HTTP server as its user has it: started by hand, asked through a socket,
 * ended by Ctrl-C. Nothing here depends on how long anything takes. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis/load.h"
#include "tests/support/scenario.h"

struct server {
    struct scenario s; /* folder and trace */
    pid_t pid;
    unsigned port;
    FILE *out;
};

static void become_server(const struct server *server, int out)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    setenv("LS_EXAMPLE_SPEED", "100", 1);
    setenv("LOOPSCOPE_COLLECTOR", LS_COLLECTOR, 1);
    execl(LS_EXAMPLES "/http_server", "http_server", "--serve", "-o",
          server->s.trace_path, NULL);
    _exit(127);
}

/* From the next line that the server prints. */
static void read_number(const struct server *server, const char *format,
                        unsigned *number)
{
    char line[128];
    assert_non_null(fgets(line, sizeof line, server->out));
    assert_int_equal(sscanf(line, format, number), 1);
}

static void start(struct server *server)
{
    int ends[2];
    *server = (struct server){0};
    temporary_folder(server->s.folder, sizeof server->s.folder);
    snprintf(server->s.trace_path, sizeof server->s.trace_path, "%s/http.json",
             server->s.folder);
    assert_int_equal(pipe(ends), 0);
    server->pid = fork();
    assert_true(server->pid >= 0);
    if (server->pid == 0)
        become_server(server, ends[1]);
    close(ends[1]);
    server->out = fdopen(ends[0], "r");
    read_number(server, "http://127.0.0.1:%u/ (Ctrl-C ends it)", &server->port);
}

/* Ctrl-C; then the trace has to be whole. */
static void stop(struct server *server, unsigned n_answered)
{
    int status;
    unsigned n;
    struct ls_load_result how;
    kill(server->pid, SIGINT);
    read_number(server, "%u requests answered", &n);
    assert_int_equal(n, n_answered);
    assert_int_equal(waitpid(server->pid, &status, 0), server->pid);
    assert_int_equal(status, 0);
    fclose(server->out);
    assert_int_equal(
        ls_trace_load(server->s.trace_path, NULL, &server->s.trace, &how),
        LS_LOAD_OK);
    scenario_assert_sound(&server->s);
    assert_int_equal(server->s.trace->n_tasks, n_answered);
    scenario_free(&server->s);
}

static int call(const struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server->port)};
    const struct timeval limit = {.tv_sec = 20};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address),
                     0);
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Read until END has come. */
static void expect(int fd, const char *begin, const char *end)
{
    char text[2048] = "";
    size_t n = 0;
    while (!strstr(text, end)) {
        ssize_t n_read = recv(fd, text + n, sizeof text - 1 - n, 0);
        assert_true(n_read > 0);
        n += (size_t)n_read;
        text[n] = '\0';
    }
    assert_ptr_equal(strstr(text, begin), text);
}

static void expect_end(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

static void test_http_serve__pages(void **state)
{
    struct server server;
    start(&server);
    int fd = call(&server);
    say(fd, "GET / HTTP/1.1\r\nHost: here\r\n\r\n");
    expect(fd, "HTTP/1.1 200 OK\r\n", "blocks the loop\n");
    say(fd, "GET /good HTTP/1.1\r\n\r\n");
    expect(fd, "HTTP/1.1 200 OK\r\n", "pages of memory: ");
    say(fd, "GET /report HTTP/1.1\r\n\r\n");
    expect(fd, "HTTP/1.1 200 OK\r\n", "report 1: ");
    say(fd, "GET /nothing HTTP/1.1\r\n\r\n");
    expect(fd, "HTTP/1.1 404 Not Found\r\n", "no such page\n");
    say(fd, "POST /good HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
    expect(fd, "HTTP/1.1 405 ", "only GET\n");
    say(fd, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    expect(fd, "HTTP/1.1 200 OK\r\n", "blocks the loop\n");
    expect_end(fd);
    stop(&server, 6);
}

/* Byte for byte, and the next one behind it before it is answered. */
static void test_http_serve__requests_in_pieces_and_in_a_row(void **state)
{
    static const char request[] = "GET /good HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n"
                                  "Connection: close\r\n\r\n";
    struct server server;
    start(&server);
    int fd = call(&server);
    for (size_t i = 0; i < sizeof request - 1; i++) {
        char byte[2] = {request[i], '\0'};
        say(fd, byte);
    }
    expect(fd, "HTTP/1.1 200 OK\r\n", "GET /report blocks the loop\n");
    expect_end(fd);
    stop(&server, 2);
}

static void test_http_serve__nonsense_is_refused(void **state)
{
    char much[6000];
    struct server server;
    start(&server);
    int fd = call(&server);
    say(fd, "what is this\r\n\r\n");
    expect(fd, "HTTP/1.1 400 ", "not understood\n");
    expect_end(fd);

    fd = call(&server);
    memset(much, 'a', sizeof much);
    memcpy(much, "GET / HTTP/1.1\r\nX: ", 19);
    much[4096] = '\0'; /* as much as it has room for */
    say(fd, much);
    expect(fd, "HTTP/1.1 431 ", "not understood\n");
    expect_end(fd);

    fd = call(&server);
    say(fd, "POST / HTTP/1.1\r\nContent-Length: 999999\r\n\r\n");
    expect(fd, "HTTP/1.1 413 ", "not understood\n");
    expect_end(fd);
    stop(&server, 3);
}

/* Those who hang up before their answer, or never ask, do no harm. */
static void test_http_serve__clients_that_leave(void **state)
{
    struct server server;
    start(&server);
    int silent = call(&server);
    int hasty = call(&server);
    say(hasty, "GET /good HTTP/1.1\r\n\r\n");
    close(hasty);
    int patient = call(&server);
    say(patient, "GET /good HTTP/1.1\r\n\r\n");
    expect(patient, "HTTP/1.1 200 OK\r\n", "pages of memory: ");
    stop(&server, 2);
    close(silent);
    close(patient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_serve__pages),
        cmocka_unit_test(test_http_serve__requests_in_pieces_and_in_a_row),
        cmocka_unit_test(test_http_serve__nonsense_is_refused),
        cmocka_unit_test(test_http_serve__clients_that_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
