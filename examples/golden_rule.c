/* SPDX-License-Identifier: MIT */
/*
 * The golden rule: whatever might block (sleep, file, network) is not to be
 * done on the loop. Here a task does all three, each as slow as a bad day makes
 * it, and the ticker beside it stops each time. With --async it awaits them.
 *
 * The slow file is a named pipe whose writer takes its time; the network is a
 * socket with a slow database at the other end.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uv.h>

#include "examples/http/database.h"
#include "examples/support/example.h"

#define FILE_SECONDS 1.0

static const char *async;

/* ---- what is slow ---- */

struct slow_file {
    char folder[32], path[48];
    uv_thread_t writer;
};

static struct slow_file file;
static struct database database;

static void write_slowly(void *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    usleep(example_stall_us(FILE_SECONDS));
    if (fd < 0 || write(fd, "debug=no\n", 9) != 9)
        perror(path);
    close(fd);
}

static void begin_slow_things(void)
{
    strcpy(file.folder, "/tmp/golden_rule-XXXXXX");
    bool ok = mkdtemp(file.folder);
    snprintf(file.path, sizeof file.path, "%s/config", file.folder);
    ok = ok && mkfifo(file.path, 0600) == 0 && database_start(&database) == 0 &&
         uv_thread_create(&file.writer, write_slowly, file.path) == 0;
    if (!ok) {
        perror(file.folder);
        exit(1);
    }
}

static void end_slow_things(void)
{
    uv_thread_join(&file.writer);
    database_stop(&database);
    unlink(file.path);
    rmdir(file.folder);
}

/* ---- ordinary functions that block whoever calls them ---- */

static void read_config(void *arg)
{
    char text[64];
    int fd = open(file.path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, sizeof text); /* Blocks: the file */
    printf("config: %zd bytes\n", n);
    close(fd);
}

static void ask_database(void *arg)
{
    char answer[DATABASE_ANSWER_BYTES];
    ssize_t n = write(database.fd, "SELECT", 6);
    if (n > 0)
        n = read(database.fd, answer, sizeof answer); /* Blocks: the network */
    printf("database: %zd bytes\n", n);
}

/* ---- and the tasks ---- */

static struct co_result mixed(void *arg)
{
    usleep(example_stall_us(1)); /* Blocks: the sleep */
    printf("slept\n");
    co_sleep(0.5);
    read_config(NULL);
    co_sleep(0.5);
    ask_database(NULL);
    return co_ok(NULL);
}

static struct co_result awaited(void *arg)
{
    co_sleep(1);
    printf("slept\n");
    co_sleep(0.5);
    co_in_pool(read_config, NULL);
    co_sleep(0.5);
    co_in_pool(ask_database, NULL);
    return co_ok(NULL);
}

static struct co_result tick(void *arg)
{
    const bool *over = arg;
    while (!*over)
        co_sleep(0.25);
    return co_ok(NULL);
}

static struct co_result main_task(void *arg)
{
    bool over = false;
    struct co_task *ticker = co_spawn("tick", "ticker", tick, &over);
    co_sleep(0.6);
    co_await (co_spawn(async ? "awaited" : "mixed", NULL,
                       async ? awaited : mixed, NULL));
    over = true;
    co_await (ticker);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example_option options[] = {
        {"--async", NULL, "the rule is kept: all is awaited", &async},
        {NULL, NULL, NULL, NULL},
    };
    static const struct example about = {
        .name = "golden_rule",
        .purpose = "A sleep, a file and a network call, all on the loop.",
        .options = options,
    };
    int status;
    if (!example_open(&about, argc, argv, &status))
        return status;
    begin_slow_things();
    status = co_run("main", main_task, NULL);
    end_slow_things();
    return example_close(status);
}
