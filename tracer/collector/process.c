/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program.h"
#include "tracer/preload/hooks.h"
#include "tracer/vocabulary.h"

static const char *const hook_names[] = {
#define X(name) #name,
    LS_HOOKS(X)
#undef X
};

/* Files in /proc say nothing of their length. */
enum { MOST_BYTES = 16 * 1024 * 1024 };

char *ls_process_read(int pid, const char *file, size_t *n)
{
    char path[64];
    struct ls_text text = {0};
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    ssize_t got = 1;
    while (got > 0 && text.n < MOST_BYTES) {
        char *to = ls_text_reserve(&text, 4096);
        if (!to)
            break;
        got = read(fd, to, 4096);
        if (got > 0)
            text.n += (size_t)got;
    }
    close(fd);
    ls_text_add_bytes(&text, "", 1);
    if (text.failed || text.n == 1) {
        ls_text_destroy(&text);
        return NULL;
    }
    *n = text.n - 1;
    return text.bytes;
}

bool ls_process_has_session(int pid)
{
    size_t n;
    char *maps = ls_process_read(pid, "maps", &n);
    bool has = !maps || strstr(maps, "/memfd:loopscope");
    free(maps);
    return has;
}

/* The number in this place of /proc/PID/stat, counted from 1. */
static uint64_t stat_at(int pid, int place)
{
    enum { FIRST_AFTER_NAME = 3 };
    size_t n;
    uint64_t number = 0;
    char *stat = ls_process_read(pid, "stat", &n);
    char *at = stat ? strrchr(stat, ')') : NULL;
    for (int i = FIRST_AFTER_NAME; at && i <= place; i++)
        at = strchr(at + 1, ' ');
    if (at)
        number = strtoull(at, NULL, 10);
    free(stat);
    return number;
}

uint64_t ls_process_stack(int pid)
{
    enum { STARTSTACK = 28 };
    return stat_at(pid, STARTSTACK);
}

uint64_t ls_process_began(int pid)
{
    enum { STARTTIME = 22 };
    return stat_at(pid, STARTTIME);
}

int ls_process_watch(int pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

bool ls_process_has_ended(int watch, int pid)
{
    struct pollfd fd = {.fd = watch, .events = POLLIN};
    if (watch < 0)
        return kill(pid, 0) < 0 && errno == ESRCH;
    return poll(&fd, 1, 0) > 0;
}

static void add_build_id(const char *exe, struct ls_emit *emit)
{
    const void *id;
    struct stat st;
    int fd = open(exe, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return;
    }
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    ssize_t n = elf ? dwelf_elf_gnu_build_id(elf, &id) : -1;
    if (n > 0) {
        struct ls_text *text = ls_emit_arg(emit, "build_id");
        ls_text_add(text, "\"");
        for (ssize_t i = 0; i < n; i++) {
            char hex[3];
            snprintf(hex, sizeof hex, "%02x", ((const unsigned char *)id)[i]);
            ls_text_add_bytes(text, hex, 2);
        }
        ls_text_add(text, "\"");
    }
    elf_end(elf);
    close(fd);
}

/* What the process said of itself; the kernel says it in full, but only of a
 * process that lives, and of the program that it is now. */
static void add_command(int pid, const struct ls_process *shared,
                        struct ls_emit *emit)
{
    char said[LS_COMMAND_BYTES + 1];
    size_t n = shared->n_command;
    n = n < LS_COMMAND_BYTES ? n : LS_COMMAND_BYTES;
    memcpy(said, shared->command, n);
    said[n] = '\0';
    char *line = n > 0 ? NULL : ls_process_read(pid, "cmdline", &n);
    const char *from = line ? line : said;
    struct ls_text *text = ls_emit_arg(emit, "command");
    ls_text_add(text, "[");
    for (size_t at = 0; at < n; at += strlen(from + at) + 1) {
        if (at > 0)
            ls_text_add(text, ",");
        ls_text_add_string(text, from + at);
    }
    ls_text_add(text, "]");
    free(line);
}

/* Fourth field of stat; the second, in parentheses, may hold anything. */
static int parent_of(int pid)
{
    size_t n;
    int parent = 0;
    char *stat = ls_process_read(pid, "stat", &n);
    char *after = stat ? strrchr(stat, ')') : NULL;
    if (after)
        sscanf(after + 1, " %*c %d", &parent);
    free(stat);
    return parent;
}

bool ls_process_has_static_libuv(const struct ls_process *shared)
{
    char exe[sizeof shared->exe];
    memcpy(exe, shared->exe, sizeof exe);
    exe[sizeof exe - 1] = '\0';
    bool hooked = !(
        shared->hooks_missing[LS_HOOK_uv_run / 64] >> LS_HOOK_uv_run % 64 & 1);
    return !hooked && ls_program_defines(exe, "uv_run");
}

/* Of a static libuv none is there: the synopsis says that in a sentence. */
static void add_missing(const struct ls_process *shared, struct ls_emit *emit)
{
    const uint64_t *missing = shared->hooks_missing;
    struct ls_text *text = NULL;
    int n = ls_process_has_static_libuv(shared) ? LS_HOOK_uv_sleep : LS_N_HOOKS;
    for (int i = 0; i < n; i++) {
        if (!(missing[i / 64] >> i % 64 & 1))
            continue;
        if (!text) {
            text = ls_emit_arg(emit, "hooks_missing");
            ls_text_add(text, "[");
        } else {
            ls_text_add(text, ",");
        }
        ls_text_add_string(text, hook_names[i]);
    }
    if (text)
        ls_text_add(text, "]");
}

/* As it was executed: "redis-server" may be a link to something else, and a
 * script's interpreter is not its name. What is cut there is asked of the
 * executable's, which is all that others have. */
static void describe_name(int pid, const struct ls_process *shared,
                          const char *exe, struct ls_emit *emit)
{
    char said[64] = "?";
    const char *name = exe ? strrchr(exe, '/') : NULL;
    size_t n = strnlen(shared->name, sizeof shared->name);
    bool is_cut = name && n == sizeof shared->name - 1 &&
                  strncmp(name + 1, shared->name, n) == 0;
    if (n > 0 && !is_cut) {
        snprintf(said, sizeof said, "%.*s", (int)n, shared->name);
        name = said;
    } else if (name) {
        name++;
    } else {
        char *text = ls_process_read(pid, "comm", &n);
        if (text)
            snprintf(said, sizeof said, "%.*s", (int)strcspn(text, "\n"), text);
        free(text);
        name = said;
    }
    struct ls_event event = {
        .ph = 'M', .pid = pid, .tid = pid, .name = LS_JSON("\"process_name\"")};
    ls_emit_begin(emit, &event);
    ls_text_add_string(ls_emit_arg(emit, "name"), name);
    ls_emit_end(emit);
}

/* The path of its program, NUL-terminated; false: it is not known. What was
 * cut is asked again. */
static bool find_exe(int pid, const struct ls_process *shared, char *exe,
                     size_t n_exe)
{
    char link[64];
    size_t n_said = strnlen(shared->exe, sizeof shared->exe);
    if (n_said > 0 && n_said < sizeof shared->exe - 1) {
        memcpy(exe, shared->exe, n_said);
        exe[n_said] = '\0';
        return true;
    }
    snprintf(link, sizeof link, "/proc/%d/exe", pid);
    ssize_t n = readlink(link, exe, n_exe - 1);
    exe[n > 0 ? n : 0] = '\0';
    return n > 0;
}

void ls_process_introduce(int pid, const struct ls_process *shared,
                          struct ls_emit *emit)
{
    char exe[4096];
    bool has_exe = find_exe(pid, shared, exe, sizeof exe);
    describe_name(pid, shared, has_exe ? exe : NULL, emit);
}

void ls_process_describe(int pid, uint32_t image,
                         const struct ls_process *shared, struct ls_emit *emit)
{
    char exe[4096];
    bool has_exe = find_exe(pid, shared, exe, sizeof exe);
    describe_name(pid, shared, has_exe ? exe : NULL, emit);

    struct ls_event event = {.ph = 'M',
                             .pid = pid,
                             .tid = pid,
                             .name = LS_JSON("\"" LS_META_PROCESS "\"")};
    ls_emit_begin(emit, &event);
    add_command(pid, shared, emit);
    if (has_exe) {
        ls_text_add_string(ls_emit_arg(emit, "exe"), exe);
        add_build_id(exe, emit);
    }
    char libuv[sizeof shared->libuv];
    memcpy(libuv, shared->libuv, sizeof libuv);
    size_t n_libuv = strnlen(libuv, sizeof libuv);
    if (n_libuv > 0 && !ls_process_has_static_libuv(shared))
        ls_text_add_string_n(ls_emit_arg(emit, "libuv"), libuv, n_libuv);
    int parent = shared->parent;
    ls_text_add_int(ls_emit_arg(emit, "parent"),
                    parent > 0 ? parent : parent_of(pid));
    if (image > 0)
        ls_text_add_int(ls_emit_arg(emit, "image"), image);
    add_missing(shared, emit);
    ls_emit_end(emit);
}
