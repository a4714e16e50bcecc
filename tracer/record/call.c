/* SPDX-License-Identifier: MIT */
/*
 * While a call lasts, the ring says so: the collector can see a call that
 * never returns. After it, one record tells it all:
 *
 *   record | struct ls_call_more | [registers | the stack from sp upwards]
 */
#include "call.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "measure.h"
#include "session.h"

/* Stack that is copied: what fits in a chunk beside the rest, rounded down. */
enum {
    STACK_BYTES = 32 * 1024,
    REGISTER_RECORDS = sizeof(struct ls_registers) / sizeof(struct ls_record),
};

void ls_call_watch(struct ls_call_scope *scope)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t now = ls_clock_ticks();
    ls_measure_base(now);
    scope->base = ls_recorder.base;
    scope->begin = now;
    r->in_call = true;
    if (r->epoch != atomic_load_explicit(&ls_epoch, memory_order_relaxed))
        return;
    atomic_store_explicit(&r->ring->call_id, scope->call, memory_order_release);
    atomic_store_explicit(&r->ring->call_pc, (uint64_t)(uintptr_t)scope->pc,
                          memory_order_release);
    atomic_store_explicit(&r->ring->call_begin, now, memory_order_release);
}

/* st_mode's type to what a person calls it. */
static uint8_t fd_kind(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return LS_FD_NONE;
    switch (st.st_mode & S_IFMT) {
    case S_IFREG:
        return LS_FD_FILE;
    case S_IFIFO:
        return LS_FD_PIPE;
    case S_IFSOCK:
        return LS_FD_SOCKET;
    case S_IFDIR:
        return LS_FD_DIR;
    case S_IFCHR:
        return isatty(fd) ? LS_FD_TTY : LS_FD_DEVICE;
    default:
        return LS_FD_OTHER;
    }
}

static void describe(const struct ls_call_scope *scope, uint64_t now,
                     struct ls_call_more *more)
{
    struct ls_measure m;
    *more = (struct ls_call_more){.pc = (uint64_t)(uintptr_t)scope->pc,
                                  .fd = scope->fd};
    if (ls_measure_since(&scope->base, scope->begin, now, &m)) {
        more->cpu_ns = m.cpu_ns;
        more->delay_ns = m.delay_ns;
        more->flags |= LS_CALL_MEASURED;
    }
    if (scope->fd < 0)
        return;
    int flags = fcntl(scope->fd, F_GETFL);
    more->fd_kind = fd_kind(scope->fd);
    if (flags >= 0 && (flags & O_NONBLOCK))
        more->flags |= LS_CALL_NONBLOCKING;
}

/* The registers here, from which the callers can be found: by way of this
 * function's own frame, so everything may be as the compiler likes it. */
static __attribute__((always_inline)) inline void read_registers(
    struct ls_registers *regs)
{
#if defined(__x86_64__)
    __asm__ volatile("leaq 0(%%rip), %%rax\n\t"
                     "movq %%rax, 0(%0)\n\t"
                     "movq %%rsp, 8(%0)\n\t"
                     "movq %%rbx, 16(%0)\n\t"
                     "movq %%rbp, 24(%0)\n\t"
                     "movq %%r12, 32(%0)\n\t"
                     "movq %%r13, 40(%0)\n\t"
                     "movq %%r14, 48(%0)\n\t"
                     "movq %%r15, 56(%0)"
                     :
                     : "D"(regs)
                     : "rax", "memory");
#elif defined(__aarch64__)
    __asm__ volatile("adr x9, .\n\t"
                     "str x9, [%0, #0]\n\t"
                     "mov x9, sp\n\t"
                     "str x9, [%0, #8]\n\t"
                     "stp x19, x20, [%0, #16]\n\t"
                     "stp x21, x22, [%0, #32]\n\t"
                     "stp x23, x24, [%0, #48]\n\t"
                     "stp x25, x26, [%0, #64]\n\t"
                     "stp x27, x28, [%0, #80]\n\t"
                     "stp x29, x30, [%0, #96]\n\t"
                     "str xzr, [%0, #112]\n\t"
                     "str xzr, [%0, #120]"
                     :
                     : "r"(regs)
                     : "x9", "memory");
#else
    memset(regs, 0, sizeof *regs);
#endif
}

/* Copy the stack upwards from SP until the limit or the first page that is not
 * there: the kernel knows where that is, whatever stack this is. */
static size_t copy_stack(void *to, uint64_t sp)
{
    struct iovec local = {.iov_base = to, .iov_len = STACK_BYTES};
    enum { PAGE = 4096, PARTS = STACK_BYTES / PAGE + 1 };
    struct iovec remote[PARTS];
    size_t left = STACK_BYTES;
    int n = 0;
    for (uint64_t at = sp; left > 0 && n < PARTS; n++) {
        size_t part = PAGE - at % PAGE;
        part = part < left ? part : left;
        remote[n].iov_base = (void *)(uintptr_t)at;
        remote[n].iov_len = part;
        at += part;
        left -= part;
    }
    ssize_t copied =
        process_vm_readv(getpid(), &local, 1, remote, (unsigned long)n, 0);
    return copied > 0 ? (size_t)copied : 0;
}

/* Registers and stack behind the two records; how many continuations. */
static unsigned add_stack(struct ls_record *record)
{
    struct ls_registers *regs = (struct ls_registers *)(record + 2);
    read_registers(regs);
    struct ls_record *stack = record + 2 + REGISTER_RECORDS;
    size_t n_bytes = copy_stack(stack, regs->sp);
    n_bytes -= n_bytes % sizeof *record;
    if (n_bytes == 0)
        return 0;
    return REGISTER_RECORDS + (unsigned)(n_bytes / sizeof *record);
}

static void record_call(const struct ls_call_scope *scope, uint64_t now)
{
    struct ls_call_more more;
    describe(scope, now, &more);
    uint64_t length = now - scope->begin;
    bool with_stack = length >= ls_session_threshold_ticks() &&
                      !(more.flags & LS_CALL_NONBLOCKING);
    unsigned n_most = with_stack
                          ? 1 + REGISTER_RECORDS +
                                STACK_BYTES / (unsigned)sizeof(struct ls_record)
                          : 1;
    struct ls_record *record = ls_ring_reserve(n_most);
    if (!record)
        return;
    more.n_stack_more = with_stack ? (uint16_t)add_stack(record) : 0;
    unsigned n_more = 1u + more.n_stack_more;
    *record = (struct ls_record){.ticks = scope->begin,
                                 .type = LS_RECORD_CALL,
                                 .n_more = (uint16_t)n_more,
                                 .name = scope->call,
                                 .task = ls_recorder.current,
                                 .value = length};
    memcpy(record + 1, &more, sizeof more);
    ls_ring_publish(n_more);
}

void ls_call_done(struct ls_call_scope *scope)
{
    struct ls_recorder *r = &ls_recorder;
    int saved = errno;
    uint64_t now = ls_clock_ticks();
    r->in_call = false;
    if (r->turn_begin && now - scope->begin >= ls_session_ticks_per_ms() / 10)
        record_call(scope, now);
    if (r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed) &&
        r->ring)
        atomic_store_explicit(&r->ring->call_begin, 0, memory_order_release);
    errno = saved;
}
