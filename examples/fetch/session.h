#ifndef EXAMPLES_FETCH_SESSION_H
#define EXAMPLES_FETCH_SESSION_H
/* SPDX-License-Identifier: MIT */
/*
 * session.h - URLs fetched by tasks: libcurl's multi interface on libuv. All
 * transfers of a session share its connections and run at once; a task that
 * fetches suspends itself until its own is done.
 *
 *     struct fetch_session *session = fetch_session_open(loop);
 *     struct fetch_answer answer = fetch(session, url);   // in a task
 *     if (answer.error) ... answer.status ... answer.n_bytes ...
 *     fetch_session_close(session);
 *
 * Units: bytes; times in seconds of the example's.
 * Ownership: the session is freed when its handles are closed, by the loop.
 * Errors: a transfer that failed has a sentence (static) in its answer; an
 *     answer with a status of 400 and up is one of the server's. No memory
 *     ends the program.
 * Threads: the loop's.
 */
#include <stddef.h>

struct uv_loop_s;
struct fetch_session;

struct fetch_answer {
    const char *error; /* or NULL: then what follows holds */
    long status;
    size_t n_bytes;
};

struct fetch_session *fetch_session_open(struct uv_loop_s *loop);

/* Give up after FETCH_TIMEOUT. */
#define FETCH_TIMEOUT 3.0
struct fetch_answer fetch(struct fetch_session *session, const char *url);

/* When no transfer is under way. */
void fetch_session_close(struct fetch_session *session);

#endif
