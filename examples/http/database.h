#ifndef EXAMPLES_HTTP_DATABASE_H
#define EXAMPLES_HTTP_DATABASE_H
/* SPDX-License-Identifier: MIT */
/*
 * database.h - a slow database behind a socket: a thread that answers one
 * question at a time, DATABASE_SECONDS after it was asked.
 *
 *     struct database database;
 *     database_start(&database);
 *     ... write() a question to database.fd, read() the answer from it ...
 *     database_stop(&database);
 *
 * Units: seconds of the example's time; a stall's shortest time holds.
 * Ownership: fd is closed by database_stop().
 * Errors: 0 or a negative libuv code.
 * Threads: start and stop on one; fd wherever it is used, by one at a time.
 */
#include <uv.h>

#define DATABASE_SECONDS 2.0
#define DATABASE_ANSWER_BYTES 64

struct database {
    int fd;        /* the asker's end, blocking */
    int other_end; /* the thread's */
    uv_thread_t thread;
};

int database_start(struct database *database);

void database_stop(struct database *database);

#endif
