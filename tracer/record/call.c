/* SPDX-License-Identifier: MIT */
/*
 * While a call lasts, the ring says so: the collector can see a call that
 * never returns. After it, one record tells it all:
 *
 *   record | struct ls_call_more | [target] | [registers | the stack from sp]
 */
#include "call.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>

#include "confined.h"
#include "kernel.h"
#include "measure.h"
#include "memory.h"
#include "session.h"

/* Stack that is copied: what fits in a chunk beside the rest, rounded down. */
enum {
    STACK_BYTES = 32 * 1024,
    STACK_RECORDS = STACK_BYTES / (int)sizeof(struct ls_record),
    REGISTER_RECORDS = sizeof(struct ls_registers) / sizeof(struct ls_record),
    TARGET_RECORDS = LS_TARGET_BYTES / (int)sizeof(struct ls_record),
};

void ls_call_watch(struct ls_call_scope *scope)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t now = ls_clock_ticks();
    r->in_call = (uintptr_t)scope;
    scope->begin = now;
    ls_measure_base(now);
    if (r->epoch != atomic_load_explicit(&ls_epoch, memory_order_relaxed))
        return;
    atomic_store_explicit(&r->ring->call_id, scope->call, memory_order_release);
    atomic_store_explicit(&r->ring->call_pc, (uint64_t)(uintptr_t)scope->pc,
                          memory_order_release);
    atomic_store_explicit(&r->ring->call_begin, now, memory_order_release);
}

static bool is_terminal(int fd)
{
    struct termios settings;
    return tcgetattr(fd, &settings) == 0;
}

/* st_mode's type to what a person calls it. */
static uint8_t fd_kind(int fd)
{
    struct stat st;
    if (ls_kernel(SYS_fstat, fd, (long)&st, 0) < 0)
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
        return is_terminal(fd) ? LS_FD_TTY : LS_FD_DEVICE;
    default:
        return LS_FD_OTHER;
    }
}

/* A regular file is waited for whatever its flags say. */
static bool is_nonblocking(const struct ls_subject *subject, uint8_t kind)
{
    if (!subject->is_io || kind == LS_FD_FILE)
        return false;
    long flags = ls_kernel(SYS_fcntl, subject->fd, F_GETFL, 0);
    return flags >= 0 && (flags & O_NONBLOCK);
}

/* The base of the measure is still the one of the begin, unless a turn began
 * inside the call. */
static void measure(const struct ls_call_scope *scope, uint64_t now,
                    struct ls_call_more *more)
{
    struct ls_measure m;
    const struct ls_reading *base = &ls_recorder.base;
    if (base->ticks > scope->begin ||
        !ls_measure_since(base, scope->begin, now, &m))
        return;
    more->cpu_ns = m.cpu_ns;
    more->delay_ns = m.delay_ns;
    more->flags |= LS_CALL_MEASURED;
}

static void describe(const struct ls_call_scope *scope, uint64_t now,
                     struct ls_call_more *more)
{
    const struct ls_subject *subject = &scope->subject;
    *more = (struct ls_call_more){.pc = (uint64_t)(uintptr_t)scope->pc,
                                  .fd = subject->fd};
    measure(scope, now, more);
    if (subject->fd < 0)
        return;
    more->fd_kind = fd_kind(subject->fd);
    if (is_nonblocking(subject, more->fd_kind))
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

/* Registers and stack, from AT on; how many continuations. */
static unsigned add_stack(struct ls_record *at)
{
    struct ls_registers *regs = (struct ls_registers *)at;
    read_registers(regs);
    size_t n_bytes =
        ls_memory_read(at + REGISTER_RECORDS, STACK_BYTES, regs->sp);
    n_bytes -= n_bytes % sizeof *at;
    if (n_bytes == 0)
        return 0;
    return REGISTER_RECORDS + (unsigned)(n_bytes / sizeof *at);
}

/* What it was about, from AT on; how many continuations. */
static unsigned add_target(struct ls_record *at,
                           const struct ls_subject *subject)
{
    char text[LS_TARGET_BYTES];
    size_t n_bytes = ls_subject_write(subject, text);
    unsigned n_more = ls_ring_more(n_bytes);
    if (n_more == 0)
        return 0;
    memset(at + n_more - 1, 0, sizeof *at);
    memcpy(at, text, n_bytes);
    return n_more;
}

/* What a record of so long a call may need behind struct ls_call_more. */
static unsigned most_more(bool with_target, bool with_stack)
{
    unsigned n = with_target ? TARGET_RECORDS : 0;
    return with_stack ? n + REGISTER_RECORDS + STACK_RECORDS : n;
}

/* Not in line: what is short needs none of its frame. */
static __attribute__((noinline)) void record_call(
    const struct ls_call_scope *scope, uint64_t now)
{
    struct ls_call_more more;
    describe(scope, now, &more);
    uint64_t length = now - scope->begin;
    bool blocks = !(more.flags & LS_CALL_NONBLOCKING);
    bool with_target = blocks && length >= ls_session_ticks_per_ms();
    bool with_stack = blocks && length >= ls_session_threshold_ticks();
    struct ls_record *record =
        ls_ring_reserve(1 + most_more(with_target, with_stack));
    if (!record)
        return;
    unsigned n_target =
        with_target ? add_target(record + 2, &scope->subject) : 0;
    more.n_stack_more =
        with_stack ? (uint16_t)add_stack(record + 2 + n_target) : 0;
    unsigned n_more = 1u + n_target + more.n_stack_more;
    *record = (struct ls_record){.ticks = scope->begin,
                                 .type = LS_RECORD_CALL,
                                 .n_more = (uint16_t)n_more,
                                 .name = scope->call | n_target << 16,
                                 .task = ls_recorder.current,
                                 .value = length};
    memcpy(record + 1, &more, sizeof more);
    ls_ring_publish(n_more);
}

/* A call in which the thread's turn ended was not one that blocked it. What is
 * to be said of a call takes system calls. */
static bool is_to_record(const struct ls_call_scope *scope, uint64_t now)
{
    return ls_recorder.turn_begin && !ls_is_confined() &&
           now - scope->begin >= ls_session_ticks_per_ms() / 10;
}

void ls_call_done(struct ls_call_scope *scope)
{
    struct ls_recorder *r = &ls_recorder;
    uint64_t now = ls_clock_ticks();
    if (__builtin_expect(is_to_record(scope, now), 0)) {
        int saved = errno;
        record_call(scope, now);
        errno = saved;
    }
    r->in_call = 0;
    if (r->epoch == atomic_load_explicit(&ls_epoch, memory_order_relaxed) &&
        r->ring)
        atomic_store_explicit(&r->ring->call_begin, 0, memory_order_release);
}
