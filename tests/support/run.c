/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define LIMIT_S 30

char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = NULL;
    size_t n = 0, n_read;
    do {
        text = realloc(text, n + 4096 + 1);
        assert_non_null(text);
        n_read = fread(text + n, 1, 4096, file);
        n += n_read;
    } while (n_read > 0);
    text[n] = '\0';
    fclose(file);
    return text;
}

void temporary_folder(char *path, size_t n_path)
{
    const char *base = getenv("TMPDIR");
    snprintf(path, n_path, "%s/loopscope-test-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(path));
}

void remove_folder(const char *path)
{
    char name[512];
    DIR *folder = opendir(path);
    if (!folder)
        return;
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        unlink(name);
    }
    closedir(folder);
    rmdir(path);
}

/* In the child. */
static void become(const struct run_how *how, int out, int err)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that times out takes it along */
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    for (const char *const *env = how->env; env && *env; env++)
        putenv((char *)*env);
    if (how->folder && chdir(how->folder) != 0)
        _exit(127);
    execv(how->argv[0], (char *const *)how->argv);
    dprintf(STDERR_FILENO, "%s: %s\n", how->argv[0], strerror(errno));
    _exit(127);
}

static int await_exit(pid_t pid, int limit_s)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    int status;
    time_t until = time(NULL) + (limit_s ? limit_s : LIMIT_S);
    pid_t ended;
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
        if (time(NULL) > until) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            fail_msg("process %d took too long", (int)pid);
        }
        nanosleep(&pause, NULL);
    }
    assert_int_equal(ended, pid);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int open_new(const char *folder, const char *name, char *path, size_t n)
{
    snprintf(path, n, "%s/%s", folder, name);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

void run_program(struct run *run, const struct run_how *how)
{
    char folder[256], out_path[300], err_path[300];
    temporary_folder(folder, sizeof folder);
    int out = open_new(folder, "out", out_path, sizeof out_path);
    int err = open_new(folder, "err", err_path, sizeof err_path);

    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(how, out, err);
    run->exit_status = await_exit(pid, how->limit_s);

    close(out);
    close(err);
    run->out = read_text(out_path);
    run->err = read_text(err_path);
    assert_true(run->out && run->err);
    remove_folder(folder);
}

void run_free(struct run *run)
{
    free(run->out);
    free(run->err);
    *run = (struct run){0};
}

int line_of(const char *file, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", LS_SOURCE_DIR, file);
    char *all = read_text(path);
    assert_non_null(all);
    const char *found = strstr(all, text);
    assert_non_null(found);
    int line = 1;
    for (const char *c = all; c < found; c++)
        line += *c == '\n';
    free(all);
    return line;
}
