/* SPDX-License-Identifier: MIT */
/*
 * The kernel writes records into a ring of pages, as perf_event_open(2) says;
 * their fields are those that sample_type asks for, in the order of that page.
 */
#include "perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    PAGE = 4096,
    DATA_PAGES = 64, /* ten samples; an ordinary user has about 500 KiB a
                        processor without the limit of locked memory */
    DATA_PAGES_LEAST = 16,
    STACK_BYTES = 24 * 1024,
    MOST_BYTES = 64 * 1024 /* of a record: its size has 16 bits */
};

/* Registers by the kernel's numbers (asm/perf_regs.h), in that order, and
 * where they go. */
#if defined(__x86_64__)
#define WORD(field) (offsetof(struct ls_registers, field) / sizeof(uint64_t))
static const struct {
    int bit;
    size_t word;
} registers[] = {{1, WORD(rbx)},  {6, WORD(rbp)},  {7, WORD(sp)},
                 {8, WORD(pc)},   {20, WORD(r12)}, {21, WORD(r13)},
                 {22, WORD(r14)}, {23, WORD(r15)}};
#elif defined(__aarch64__)
#define WORD(field) (offsetof(struct ls_registers, field) / sizeof(uint64_t))
static const struct {
    int bit;
    size_t word;
} registers[] = {{19, WORD(x)},     {20, WORD(x) + 1},  {21, WORD(x) + 2},
                 {22, WORD(x) + 3}, {23, WORD(x) + 4},  {24, WORD(x) + 5},
                 {25, WORD(x) + 6}, {26, WORD(x) + 7},  {27, WORD(x) + 8},
                 {28, WORD(x) + 9}, {29, WORD(x) + 10}, {30, WORD(x) + 11},
                 {31, WORD(sp)},    {32, WORD(pc)}};
#endif
enum { N_REGISTERS = sizeof registers / sizeof *registers };

static uint64_t register_bits(void)
{
    uint64_t bits = 0;
    for (int i = 0; i < N_REGISTERS; i++)
        bits |= UINT64_C(1) << registers[i].bit;
    return bits;
}

static int open_event(int tid, bool with_kernel)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE,
        .size = sizeof attr,
        .config = PERF_COUNT_SW_CPU_CLOCK,
        .sample_period = 1000000,
        .sample_type =
            PERF_SAMPLE_TIME | PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER,
        .disabled = 1,
        .exclude_kernel = !with_kernel,
        .exclude_hv = 1,
        .use_clockid = 1,
        .clockid = CLOCK_MONOTONIC,
        .sample_regs_user = register_bits(),
        .sample_stack_user = STACK_BYTES,
    };
    long fd =
        syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
    return fd < 0 ? -errno : (int)fd;
}

/* As much room as the limits allow. */
static int map_ring(struct ls_perf *perf)
{
    for (size_t n = DATA_PAGES; n >= DATA_PAGES_LEAST; n /= 2) {
        void *map = mmap(NULL, (n + 1) * PAGE, PROT_READ | PROT_WRITE,
                         MAP_SHARED, perf->fd, 0);
        if (map != MAP_FAILED) {
            perf->map = map;
            perf->n_data = n * PAGE;
            return 0;
        }
    }
    return -ENOMEM; /* or EPERM: no more memory may be locked, for now */
}

int ls_perf_open(struct ls_perf *perf, int tid)
{
    *perf = (struct ls_perf){.fd = open_event(tid, true), .tid = tid};
    if (perf->fd == -EACCES || perf->fd == -EPERM)
        perf->fd = open_event(tid, false);
    int error = perf->fd < 0 ? perf->fd : map_ring(perf);
    if (!error)
        perf->record = malloc(MOST_BYTES);
    if (!error && !perf->record)
        error = -ENOMEM;
    if (error)
        ls_perf_close(perf);
    return error;
}

void ls_perf_start(struct ls_perf *perf, int64_t period_ns)
{
    ls_perf_set_period(perf, period_ns);
    ioctl(perf->fd, PERF_EVENT_IOC_ENABLE, 0);
}

void ls_perf_set_period(struct ls_perf *perf, int64_t period_ns)
{
    uint64_t period = (uint64_t)period_ns;
    ioctl(perf->fd, PERF_EVENT_IOC_PERIOD, &period);
}

void ls_perf_stop(struct ls_perf *perf)
{
    ioctl(perf->fd, PERF_EVENT_IOC_DISABLE, 0);
}

/* What is left of a record. */
struct rest {
    const unsigned char *at;
    size_t n;
};

static bool take_word(struct rest *rest, uint64_t *word)
{
    if (rest->n < sizeof *word)
        return false;
    memcpy(word, rest->at, sizeof *word);
    rest->at += sizeof *word;
    rest->n -= sizeof *word;
    return true;
}

static bool take_registers(struct rest *rest, struct ls_registers *regs)
{
    uint64_t abi, word;
    if (!take_word(rest, &abi) || abi != PERF_SAMPLE_REGS_ABI_64)
        return false;
    memset(regs, 0, sizeof *regs);
    for (int i = 0; i < N_REGISTERS; i++) {
        if (!take_word(rest, &word))
            return false;
        memcpy((unsigned char *)regs + registers[i].word * sizeof word, &word,
               sizeof word);
    }
    return true;
}

static bool take_stack(struct rest *rest, struct ls_perf_sample *sample)
{
    uint64_t n, n_there;
    if (!take_word(rest, &n) || n > rest->n)
        return false;
    sample->stack = rest->at;
    rest->at += n;
    rest->n -= (size_t)n;
    n_there = 0;
    if (n > 0 && (!take_word(rest, &n_there) || n_there > n))
        return false;
    sample->n_stack = (size_t)n_there;
    return true;
}

bool ls_perf_parse(const unsigned char *record, size_t n,
                   struct ls_perf_sample *sample)
{
    struct perf_event_header header;
    if (n < sizeof header)
        return false;
    memcpy(&header, record, sizeof header);
    if (header.type != PERF_RECORD_SAMPLE || header.size > n ||
        header.size < sizeof header)
        return false;
    struct rest rest = {record + sizeof header, header.size - sizeof header};
    return take_word(&rest, &sample->monotonic_ns) &&
           take_registers(&rest, &sample->registers) &&
           take_stack(&rest, sample);
}

/* Copy N bytes at the ring's position AT, which may go around its end. */
static void copy_out(const struct ls_perf *perf, uint64_t at, void *to,
                     size_t n)
{
    const unsigned char *data = (const unsigned char *)perf->map + PAGE;
    size_t begin = (size_t)(at & (perf->n_data - 1));
    size_t first = perf->n_data - begin < n ? perf->n_data - begin : n;
    memcpy(to, data + begin, first);
    memcpy((unsigned char *)to + first, data, n - first);
}

bool ls_perf_next(struct ls_perf *perf, struct ls_perf_sample *sample)
{
    struct perf_event_mmap_page *page = perf->map;
    struct perf_event_header header;
    bool found = false;
    uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
    uint64_t tail = page->data_tail;
    while (!found && head - tail >= sizeof header) {
        copy_out(perf, tail, &header, sizeof header);
        if (header.size < sizeof header || header.size > head - tail) {
            tail = head;
            break;
        }
        copy_out(perf, tail, perf->record, header.size);
        tail += header.size;
        found = ls_perf_parse(perf->record, header.size, sample);
    }
    __atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
    return found;
}

void ls_perf_close(struct ls_perf *perf)
{
    if (perf->map)
        munmap(perf->map, perf->n_data + PAGE);
    if (perf->fd >= 0)
        close(perf->fd);
    free(perf->record);
    *perf = (struct ls_perf){.fd = -1};
}
