/* SPDX-License-Identifier: MIT */
#include "shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/loopscope-cli-XXXXXX";
static char *last_out, *last_err;

static void forget(void)
{
    free(last_out);
    free(last_err);
    last_out = last_err = NULL;
}

int shell_open(void **state)
{
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("COLUMNS");
    unsetenv("NO_COLOR");
    assert_int_equal(system("mkdir bin && cp '" LS_COMMAND "' bin/loopscope && "
                            "ln -s '" LS_SOURCE_DIR "/tests/data' data"),
                     0);
    char path[sizeof(folder) + 32];
    snprintf(path, sizeof(path), "%s/bin/loopscope", folder);
    setenv("LS", path, 1);
    snprintf(path, sizeof(path), "%s/data", folder);
    setenv("DATA", path, 1);
    return 0;
}

int shell_close(void **state)
{
    forget();
    char line[sizeof(folder) + 32];
    snprintf(line, sizeof(line), "rm -rf %s", folder);
    assert_int_equal(chdir("/"), 0);
    return system(line);
}

char *shell_read(const char *name)
{
    FILE *file = fopen(name, "rb");
    if (!file)
        return NULL;
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t n = fread(text, 1, (1 << 20) - 1, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

void shell_write(const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static int run_line(int fd, const char *line)
{
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (fd >= 0)
            dup2(fd, STDOUT_FILENO);
        else if (!freopen("out", "w", stdout))
            _exit(99);
        if (!freopen("err", "w", stderr))
            _exit(99);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(99);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct outcome shell_run_to(int fd, const char *line)
{
    forget();
    remove("out");
    struct outcome outcome = {.status = run_line(fd, line)};
    last_out = shell_read("out");
    last_err = shell_read("err");
    outcome.out = last_out ? last_out : "";
    outcome.err = last_err ? last_err : "";
    return outcome;
}

struct outcome shell_run(const char *line)
{
    return shell_run_to(-1, line);
}

int count_lines(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}
