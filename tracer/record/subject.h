#ifndef LS_RECORD_SUBJECT_H
#define LS_RECORD_SUBJECT_H
/* SPDX-License-Identifier: MIT */
/*
 * subject.h - what a call was about, in words.
 *
 * A hook says it by what it has at hand, which costs a few stores; the words
 * are made only after a call that took long. Not for what kind of descriptor
 * it was (call.c).
 *
 *     struct ls_subject subject = ls_subject_path(path);
 *     char text[LS_TARGET_BYTES];
 *     size_t n = ls_subject_write(&subject, text);   // "/etc/hosts"
 *
 * Units: none.
 * Ownership: the pointers are the caller's of the hook. They are read by the
 *     kernel, so that it does no harm if nothing is there any more.
 * Errors: what is not known is left out: 0 bytes.
 * Threads: any.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#include "tracer/record/shared.h"

enum ls_subject_kind {
    LS_SUBJECT_NONE,
    LS_SUBJECT_FD,      /* its path or address */
    LS_SUBJECT_TEXT,    /* at: a string; and: a second one or NULL */
    LS_SUBJECT_ADDRESS, /* at: a struct sockaddr of NUMBER bytes */
    LS_SUBJECT_OBJECT,  /* what, at: its address; number: who holds it or 0 */
    LS_SUBJECT_NUMBER,  /* what, number */
    LS_SUBJECT_PROCESS, /* number: as waitpid() takes it */
    LS_SUBJECT_SIGNALS  /* at: a sigset_t */
};

struct ls_subject {
    int fd;        /* -1: none */
    uint8_t kind;  /* enum ls_subject_kind */
    uint8_t is_io; /* O_NONBLOCK would keep it from blocking */
    int64_t number;
    const void *at;
    const void *and;
    const char *what; /* a literal */
};

static inline struct ls_subject ls_subject_none(void)
{
    return (struct ls_subject){.fd = -1};
}

/* Input and output on a descriptor. */
static inline struct ls_subject ls_subject_io(int fd)
{
    return (struct ls_subject){.fd = fd, .kind = LS_SUBJECT_FD, .is_io = 1};
}

/* Other calls on one, which block whatever its flags are. */
static inline struct ls_subject ls_subject_fd(int fd)
{
    return (struct ls_subject){.fd = fd, .kind = LS_SUBJECT_FD};
}

static inline struct ls_subject ls_subject_text(const char *text)
{
    return (struct ls_subject){.fd = -1, .kind = LS_SUBJECT_TEXT, .at = text};
}

/* A host and a service, either may be NULL. */
static inline struct ls_subject ls_subject_host(const char *host,
                                                const char *service)
{
    return (struct ls_subject){
        .fd = -1, .kind = LS_SUBJECT_TEXT, .at = host, .and = service};
}

/* A descriptor with an address of its own; NULL: the peer's. */
static inline struct ls_subject ls_subject_address(int fd, const void *address,
                                                   size_t n)
{
    if (!address)
        return ls_subject_io(fd);
    return (struct ls_subject){.fd = fd,
                               .kind = LS_SUBJECT_ADDRESS,
                               .is_io = 1,
                               .at = address,
                               .number = (int64_t)n};
}

static inline struct ls_subject ls_subject_object(const char *what,
                                                  const void *at, int holder)
{
    return (struct ls_subject){.fd = -1,
                               .kind = LS_SUBJECT_OBJECT,
                               .what = what,
                               .at = at,
                               .number = holder};
}

static inline struct ls_subject ls_subject_number(const char *what, int64_t n)
{
    return (struct ls_subject){
        .fd = -1, .kind = LS_SUBJECT_NUMBER, .what = what, .number = n};
}

static inline struct ls_subject ls_subject_process(int64_t pid)
{
    return (struct ls_subject){
        .fd = -1, .kind = LS_SUBJECT_PROCESS, .number = pid};
}

static inline struct ls_subject ls_subject_signals(const void *set)
{
    return (struct ls_subject){.fd = -1, .kind = LS_SUBJECT_SIGNALS, .at = set};
}

/* The words, without a NUL; how many bytes. */
size_t ls_subject_write(const struct ls_subject *subject,
                        char text[LS_TARGET_BYTES]);

#endif
