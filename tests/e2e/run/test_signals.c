/* SPDX-License-Identifier: MIT */
/* Signals from outside and from a terminal, job control, and what is left when
 * one of the two is killed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/run.h"

enum { PATIENCE_MS = 20000 };

/* A command on a terminal or a pipe, and what it has said so far. */
struct talk {
    pid_t pid;
    int fd; /* of its terminal, or its output */
    char said[8192];
    size_t n;
    char folder[256];
};

static void become(struct talk *t, const char *line)
{
    if (chdir(t->folder) != 0)
        _exit(99);
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(99);
}

static void talk_begin(struct talk *t, const char *line, bool terminal)
{
    int ends[2];
    *t = (struct talk){0};
    temporary_folder(t->folder, sizeof t->folder);
    fflush(NULL);
    if (terminal) {
        t->pid = forkpty(&t->fd, NULL, NULL, NULL);
    } else {
        assert_int_equal(pipe(ends), 0);
        t->pid = fork();
        t->fd = ends[0];
        if (t->pid == 0) {
            /* A group with a parent outside: Ctrl-Z's signal stops nobody in
             * one without, as where a shell has left its tests behind. */
            setpgid(0, 0);
            dup2(ends[1], STDOUT_FILENO);
            close(ends[0]);
        }
        close(ends[1]);
    }
    assert_true(t->pid >= 0);
    if (t->pid == 0)
        become(t, line);
}

/* Read until TEXT has been said; it and all before is forgotten then. */
static void talk_await(struct talk *t, const char *text)
{
    time_t until = time(NULL) + PATIENCE_MS / 1000;
    char *found;
    while (!(found = strstr(t->said, text))) {
        struct pollfd fd = {.fd = t->fd, .events = POLLIN};
        if (poll(&fd, 1, 1000) > 0) {
            ssize_t n = read(t->fd, t->said + t->n, sizeof t->said - 1 - t->n);
            if (n > 0)
                t->n += (size_t)n;
            t->said[t->n] = '\0';
        }
        if (time(NULL) > until) {
            kill(t->pid, SIGKILL);
            fail_msg("no '%s' in: %s", text, t->said);
        }
    }
    found += strlen(text);
    t->n -= (size_t)(found - t->said);
    memmove(t->said, found, t->n + 1);
}

static void talk_type(struct talk *t, const char *text)
{
    assert_int_equal(write(t->fd, text, strlen(text)), strlen(text));
}

/* Everything that is still said, and the status. */
static int talk_end(struct talk *t)
{
    int status;
    ssize_t n;
    while ((n = read(t->fd, t->said + t->n, sizeof t->said - 1 - t->n)) > 0)
        t->n += (size_t)n;
    t->said[t->n] = '\0';
    assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
    close(t->fd);
    remove_folder(t->folder);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void pause_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

#define COUNTING                                                               \
    "exec " LS_COMMAND " run -o t.json -- " LS_PROGRAMS "/e2e_run_counting"

static void test_signals__those_sent_are_passed_on_once(void **state)
{
    struct talk t;
    talk_begin(&t, COUNTING, false);
    talk_await(&t, "ready\n");
    static const struct {
        int number;
        const char *says;
    } sent[] = {{SIGUSR1, "USR1 0\n"},
                {SIGINT, "INT 0\n"},
                {SIGQUIT, "QUIT 0\n"},
                {SIGHUP, "HUP 0\n"},
                {SIGWINCH, "WINCH 0\n"}};
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        assert_int_equal(kill(t.pid, sent[i].number), 0);
        talk_await(&t, sent[i].says);
    }
    sigqueue(t.pid, SIGRTMIN, (union sigval){.sival_int = 77});
    talk_await(&t, "RTMIN 77\n");
    kill(t.pid, SIGTERM);
    assert_int_equal(talk_end(&t), 5);
    assert_string_equal(t.said, "TERM 0\n");
}

static void test_signals__the_terminal_s_come_once(void **state)
{
    struct talk t;
    talk_begin(&t, COUNTING, true);
    talk_await(&t, "ready");
    for (int i = 0; i < 3; i++) {
        talk_type(&t, "\003");
        talk_await(&t, "INT 0");
        pause_ms(50);
    }
    talk_type(&t, "\034");
    talk_await(&t, "QUIT 0");
    struct winsize size = {.ws_row = 40, .ws_col = 100};
    ioctl(t.fd, TIOCSWINSZ, &size);
    talk_await(&t, "WINCH 0");
    pause_ms(50);
    kill(t.pid, SIGTERM);
    talk_await(&t, "TERM 0");
    assert_null(strstr(t.said, "INT"));
    assert_int_equal(talk_end(&t), 5);
    assert_null(strstr(t.said, "INT"));
}

/* The program's own group gets it from the kernel, not twice. */
static void test_signals__to_its_own_group(void **state)
{
    struct talk t;
    talk_begin(
        &t,
        "exec setsid -w " LS_COMMAND " run -o t.json -- sh -c '"
        "trap \"echo got\" USR1; (sleep 0.1; kill -USR1 0; exec sleep 0.1) & "
        "wait; wait; sleep 0.2; echo end'",
        false);
    assert_int_equal(talk_end(&t), 0);
    assert_string_equal(t.said, "got\nend\n");
}

/* ---- jobs --------------------------------------------------------------- */

static void test_signals__stop_and_go_on(void **state)
{
    struct talk t;
    talk_begin(&t, "PS1='$ ' exec bash --norc --noprofile --noediting -i",
               true);
    talk_await(&t, "$ ");
    talk_type(&t, LS_COMMAND " run -o t.json -- " LS_PROGRAMS
                             "/e2e_run_counting\n");
    talk_await(&t, "ready");
    talk_type(&t, "\032"); /* Ctrl-Z */
    talk_await(&t, "Stopped");
    talk_type(&t, "jobs\n");
    talk_await(&t, "Stopped");
    talk_await(&t, "$ ");
    talk_type(&t, "fg\n");
    talk_await(&t, "CONT 0");
    pause_ms(50);
    talk_type(&t, "\003");
    talk_await(&t, "INT 0");
    assert_null(strstr(t.said, "CONT"));
    talk_type(&t, "\032");
    talk_await(&t, "Stopped");
    talk_type(&t, "bg\n");
    talk_await(&t, "CONT 0");
    talk_type(&t, "kill -TERM $(jobs -p); wait; echo is $?\n");
    talk_await(&t, "TERM 0");
    talk_type(&t, "exit 0\n");
    assert_int_equal(talk_end(&t), 0);
}

/* Somebody stops only us, or only the program; somebody lets only us go on. */
static void test_signals__stopped_from_outside(void **state)
{
    struct talk t;
    int status;
    talk_begin(&t, COUNTING, false);
    talk_await(&t, "ready\n");
    kill(t.pid, SIGTSTP);
    assert_int_equal(waitpid(t.pid, &status, WUNTRACED), t.pid);
    assert_true(WIFSTOPPED(status));
    kill(t.pid, SIGCONT);
    talk_await(&t, "CONT 0\n");
    kill(t.pid, SIGTERM);
    assert_int_equal(talk_end(&t), 5);
}

/* An editor gets the terminal, and gives it back. */
static void test_signals__a_shell_on_the_terminal(void **state)
{
    struct talk t;
    talk_begin(&t,
               LS_COMMAND " run -o t.json -- env PS1='% ' bash --norc "
                          "--noprofile --noediting -i; echo back $?",
               true);
    talk_await(&t, "% ");
    assert_null(strstr(t.said, "job control"));
    talk_type(&t, "sleep 100\n");
    pause_ms(300);
    talk_type(&t, "\003");
    talk_await(&t, "% ");
    talk_type(&t, "tty -s && echo a terminal; exit 11\n");
    talk_await(&t, "\na terminal");
    talk_await(&t, "back 11");
    assert_int_equal(talk_end(&t), 0);
}

/* ---- ends --------------------------------------------------------------- */

/* The pid of the program, which is our child's only one. */
static pid_t child_of(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid,
             (int)pid);
    char *text = read_text(path);
    assert_non_null(text);
    pid_t child = atoi(text);
    free(text);
    assert_true(child > 0);
    return child;
}

static void test_signals__the_collector_is_killed(void **state)
{
    struct talk t;
    talk_begin(&t, COUNTING, false);
    talk_await(&t, "ready\n");
    pid_t program = child_of(t.pid);
    kill(t.pid, SIGKILL);
    int status;
    assert_int_equal(waitpid(t.pid, &status, 0), t.pid);
    kill(program, SIGUSR1);
    talk_await(&t, "USR1 0\n");
    kill(program, SIGTERM);
    talk_await(&t, "TERM 0\n");
    close(t.fd);
    remove_folder(t.folder);
}

/* The program leaves something behind: that is followed, until somebody has
 * had enough. */
static void test_signals__what_is_left_can_be_left(void **state)
{
    struct talk t;
    talk_begin(&t,
               "exec " LS_COMMAND " run -o t.json -- sh -c "
               "'sleep 1000 >/dev/null 2>&1 & echo $!; exit 3'",
               false);
    talk_await(&t, "\n");
    pause_ms(300);
    assert_int_equal(waitpid(t.pid, NULL, WNOHANG), 0);
    pid_t left = child_of(t.pid);
    kill(t.pid, SIGINT);
    assert_int_equal(talk_end(&t), 3);
    assert_int_equal(kill(left, 0), 0);
    kill(left, SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals__those_sent_are_passed_on_once),
        cmocka_unit_test(test_signals__the_terminal_s_come_once),
        cmocka_unit_test(test_signals__to_its_own_group),
        cmocka_unit_test(test_signals__stop_and_go_on),
        cmocka_unit_test(test_signals__stopped_from_outside),
        cmocka_unit_test(test_signals__a_shell_on_the_terminal),
        cmocka_unit_test(test_signals__the_collector_is_killed),
        cmocka_unit_test(test_signals__what_is_left_can_be_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
