#ifndef EXAMPLES_HTTP_MESSAGE_H
#define EXAMPLES_HTTP_MESSAGE_H
/* SPDX-License-Identifier: MIT */
/*
 * message.h - the heads of HTTP/1.1 messages (RFC 9112), as far as a small
 * server and its clients need them: no chunks, no continuation lines.
 *
 *     size_t n_head = http_head_length(text, n);
 *     if (n_head > 0 && http_request_parse(text, n_head, &request) == 0) ...
 *
 * Units: bytes.
 * Ownership: everything is copied.
 * Errors: 0, or the HTTP status that says what is wrong.
 * Threads: any.
 */
#include <stdbool.h>
#include <stddef.h>

struct http_request {
    char method[8];
    char path[64];
    bool keep_alive;
    size_t n_body; /* what follows the head */
};

struct http_response {
    int status;
    size_t n_body;
};

/* With the empty line; 0: its end has not come yet. */
size_t http_head_length(const char *text, size_t n);

int http_request_parse(const char *head, size_t n_head,
                       struct http_request *request);

int http_response_parse(const char *head, size_t n_head,
                        struct http_response *response);

/* A whole response with a body of text. Its length, or 0: no room. */
size_t http_response_format(char *buffer, size_t n_buffer, int status,
                            bool keep_alive, const char *body);

#endif
