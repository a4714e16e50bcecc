/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    int status;
    const char *text;
} reasons[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {413, "Content Too Large"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
};

static const char *reason(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].text;
    return "Unknown";
}

size_t http_head_length(const char *text, size_t n)
{
    const char *end = memmem(text, n, "\r\n\r\n", 4);
    return end ? (size_t)(end - text) + 4 : 0;
}

/* The value of a header field, without the space around it; false: absent. */
static bool find_field(const char *head, size_t n_head, const char *name,
                       char *value, size_t n_value)
{
    size_t n_name = strlen(name);
    const char *end = head + n_head;
    const char *line = memmem(head, n_head, "\r\n", 2);
    while (line && line + 2 < end) {
        line += 2;
        const char *line_end = memmem(line, (size_t)(end - line), "\r\n", 2);
        if (!line_end)
            return false;
        if ((size_t)(line_end - line) > n_name && line[n_name] == ':' &&
            strncasecmp(line, name, n_name) == 0) {
            line += n_name + 1;
            line += strspn(line, " \t");
            while (line_end > line && strchr(" \t", line_end[-1]))
                line_end--;
            int n = (int)(line_end - line);
            return snprintf(value, n_value, "%.*s", n, line) < (int)n_value;
        }
        line = line_end;
    }
    return false;
}

/* Content-Length; 0 if there is none. -1: not a number. */
static long body_length(const char *head, size_t n_head)
{
    char text[16];
    char *end;
    if (!find_field(head, n_head, "Content-Length", text, sizeof text))
        return 0;
    long n = strtol(text, &end, 10);
    return *end || end == text || n < 0 ? -1 : n;
}

int http_request_parse(const char *head, size_t n_head,
                       struct http_request *request)
{
    char line[128], connection[16];
    int minor;
    const char *line_end = memmem(head, n_head, "\r\n", 2);
    if (!line_end || (size_t)(line_end - head) >= sizeof line)
        return 431;
    snprintf(line, sizeof line, "%.*s", (int)(line_end - head), head);
    if (sscanf(line, "%7[A-Z] %63[^ ] HTTP/1.%d", request->method,
               request->path, &minor) != 3)
        return 400;

    long n_body = body_length(head, n_head);
    if (n_body < 0)
        return 400;
    request->n_body = (size_t)n_body;
    request->keep_alive = minor >= 1;
    if (find_field(head, n_head, "Connection", connection, sizeof connection))
        request->keep_alive =
            strcasecmp(connection, "close") != 0 &&
            (minor >= 1 || strcasecmp(connection, "keep-alive") == 0);
    return 0;
}

int http_response_parse(const char *head, size_t n_head,
                        struct http_response *response)
{
    char line[64];
    snprintf(line, sizeof line, "%.*s", (int)(n_head < 63 ? n_head : 63), head);
    long n_body = body_length(head, n_head);
    if (sscanf(line, "HTTP/1.%*d %d", &response->status) != 1 || n_body < 0)
        return 400;
    response->n_body = (size_t)n_body;
    return 0;
}

size_t http_response_format(char *buffer, size_t n_buffer, int status,
                            bool keep_alive, const char *body)
{
    int n = snprintf(buffer, n_buffer,
                     "HTTP/1.1 %d %s\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Length: %zu\r\n"
                     "Connection: %s\r\n"
                     "\r\n"
                     "%s",
                     status, reason(status), strlen(body),
                     keep_alive ? "keep-alive" : "close", body);
    return n > 0 && (size_t)n < n_buffer ? (size_t)n : 0;
}
