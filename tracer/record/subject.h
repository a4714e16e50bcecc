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
 *     struct ls_subject subject;
 *     ls_subject_text(&subject, path);
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
    int32_t fd;     /* -1: none */
    uint16_t kind;  /* enum ls_subject_kind */
    uint16_t is_io; /* O_NONBLOCK would keep it from blocking */
    int64_t number;
    const void *at;
    const void *and;
    const char *what; /* a literal */
};

/* They fill only what their kind needs. */
static inline void ls_subject_none(struct ls_subject *about)
{
    about->fd = -1;
    about->kind = LS_SUBJECT_NONE;
    about->is_io = 0;
}

/* Input and output on a descriptor. */
static inline void ls_subject_io(struct ls_subject *about, int fd)
{
    about->fd = fd;
    about->kind = LS_SUBJECT_FD;
    about->is_io = 1;
}

/* Other calls on one, which block whatever its flags are. */
static inline void ls_subject_fd(struct ls_subject *about, int fd)
{
    about->fd = fd;
    about->kind = LS_SUBJECT_FD;
    about->is_io = 0;
}

/* A host and a service, either may be NULL. */
static inline void ls_subject_host(struct ls_subject *about, const char *host,
                                   const char *service)
{
    ls_subject_none(about);
    about->kind = LS_SUBJECT_TEXT;
    about->at = host;
    about->and = service;
}

static inline void ls_subject_text(struct ls_subject *about, const char *text)
{
    ls_subject_host(about, text, NULL);
}

/* A descriptor with an address of its own; NULL: the peer's. */
static inline void ls_subject_address(struct ls_subject *about, int fd,
                                      const void *address, size_t n)
{
    ls_subject_io(about, fd);
    if (!address)
        return;
    about->kind = LS_SUBJECT_ADDRESS;
    about->at = address;
    about->number = (int64_t)n;
}

/* WHAT at an address, held by a thread or (0) nobody knows. */
static inline void ls_subject_object(struct ls_subject *about, const char *what,
                                     const void *at, int holder)
{
    ls_subject_none(about);
    about->kind = LS_SUBJECT_OBJECT;
    about->what = what;
    about->at = at;
    about->number = holder;
}

static inline void ls_subject_number(struct ls_subject *about, const char *what,
                                     int64_t n)
{
    ls_subject_none(about);
    about->kind = LS_SUBJECT_NUMBER;
    about->what = what;
    about->number = n;
}

static inline void ls_subject_process(struct ls_subject *about, int64_t pid)
{
    ls_subject_none(about);
    about->kind = LS_SUBJECT_PROCESS;
    about->number = pid;
}

static inline void ls_subject_signals(struct ls_subject *about, const void *set)
{
    ls_subject_none(about);
    about->kind = LS_SUBJECT_SIGNALS;
    about->at = set;
}

/* The words, without a NUL; how many bytes. */
size_t ls_subject_write(const struct ls_subject *subject,
                        char text[LS_TARGET_BYTES]);

#endif
