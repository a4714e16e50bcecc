/* SPDX-License-Identifier: MIT */
#include "join.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "clock.h"
#include "kernel.h"

/* PID:FD:ID, taken apart. */
struct said {
    char path[64]; /* /proc/PID/fd/FD */
    uint64_t id[2];
};

/* Up to 10 digits of *AT to the end of PATH; false: there are none. */
static bool take_number(const char **at, char **path)
{
    const char *from = *at;
    while (**at >= '0' && **at <= '9' && *at - from < 10)
        *(*path)++ = *(*at)++;
    return *at > from;
}

static bool take_hex(const char **at, uint64_t *value)
{
    *value = 0;
    for (int i = 0; i < 16; i++, (*at)++) {
        char c = **at;
        bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && (c < 'a' || c > 'f'))
            return false;
        *value = *value << 4 | (uint64_t)(is_digit ? c - '0' : c - 'a' + 10);
    }
    return true;
}

static void take_text(const char *text, char **path)
{
    while (*text)
        *(*path)++ = *text++;
    **path = '\0';
}

static bool parse(const char *said, struct said *is)
{
    char *path = is->path;
    take_text("/proc/", &path);
    if (!take_number(&said, &path) || *said++ != ':')
        return false;
    take_text("/fd/", &path);
    if (!take_number(&said, &path) || *said++ != ':')
        return false;
    *path = '\0';
    return take_hex(&said, &is->id[0]) && take_hex(&said, &is->id[1]) &&
           !*said && (is->id[0] || is->id[1]);
}

static bool is_right(const struct stat *st)
{
    return S_ISREG(st->st_mode) &&
           st->st_size == (off_t)sizeof(struct ls_shared);
}

static void close_session(int fd)
{
    ls_kernel(SYS_close, fd, 0, 0);
}

/* The program may have functions of these names of its own, and so may another
 * library that is preloaded: the kernel is asked directly. */
static struct ls_shared *map(int fd, size_t n_bytes)
{
    long at = ls_kernel_six(SYS_mmap, 0, (long)n_bytes, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_NORESERVE, fd, 0);
    return at < 0 && at > -4096 ? NULL : (struct ls_shared *)at;
}

static void unmap(void *memory, size_t n_bytes)
{
    ls_kernel(SYS_munmap, (long)memory, (long)n_bytes, 0);
}

/* A plain file of the right size that cannot become shorter: what is opened
 * is perhaps somebody's FIFO or terminal, so it is looked at before. */
static int open_session(const char *path)
{
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW;
    struct stat st;
    if (ls_kernel_six(SYS_newfstatat, AT_FDCWD, (long)path, (long)&st, 0, 0,
                      0) < 0 ||
        !is_right(&st))
        return -1;
    int fd =
        (int)ls_kernel_six(SYS_openat, AT_FDCWD, (long)path,
                           O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, 0, 0);
    if (fd < 0)
        return -1;
    long has = ls_kernel(SYS_fcntl, fd, F_GET_SEALS, 0);
    if (has >= 0 && (has & seals) == seals &&
        ls_kernel(SYS_fstat, fd, (long)&st, 0) == 0 && is_right(&st))
        return fd;
    close_session(fd);
    return -1;
}

static bool is_usable(const struct ls_header *h, const struct said *is)
{
    return h->magic == LS_SHARED_MAGIC && h->session_id[0] == is->id[0] &&
           h->session_id[1] == is->id[1] && h->ticks_per_ms > 0 &&
           h->clock_kind >= LS_CLOCK_TSC && h->clock_kind <= LS_CLOCK_EXTERNAL;
}

/* What a program may map is its own: it would find less, by the size of all of
 * the memory. */
static bool is_address_space_limited(void)
{
    struct rlimit limit;
    return ls_kernel_six(SYS_prlimit64, 0, RLIMIT_AS, 0, (long)&limit, 0, 0) ==
               0 &&
           limit.rlim_cur != RLIM_INFINITY;
}

static void count_unregistered(int fd, const struct said *is)
{
    struct ls_shared *memory = map(fd, sizeof(struct ls_header));
    if (!memory)
        return;
    if (is_usable(&memory->header, is))
        atomic_fetch_add(&memory->header.unregistered, 1);
    unmap(memory, sizeof(struct ls_header));
}

static struct ls_shared *map_usable(int fd, const struct said *is)
{
    struct ls_shared *memory = map(fd, sizeof *memory);
    if (!memory)
        return NULL;
    if (is_usable(&memory->header, is)) {
        ls_kernel(SYS_madvise, (long)memory, sizeof *memory, MADV_DONTDUMP);
        return memory;
    }
    unmap(memory, sizeof *memory);
    return NULL;
}

struct ls_shared *ls_join(const char *said)
{
    struct said is;
    struct ls_shared *memory = NULL;
    if (!said || !parse(said, &is))
        return NULL;
    int fd = open_session(is.path);
    if (fd < 0)
        return NULL;
    if (is_address_space_limited())
        count_unregistered(fd, &is);
    else
        memory = map_usable(fd, &is);
    close_session(fd);
    return memory;
}
