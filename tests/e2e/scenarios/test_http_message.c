/* SPDX-License-Identifier: MIT */
/* The heads of HTTP messages that the example server reads from a socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "examples/http/message.h"

static int parse(const char *head, struct http_request *request)
{
    *request = (struct http_request){0};
    assert_int_equal(http_head_length(head, strlen(head)), strlen(head));
    return http_request_parse(head, strlen(head), request);
}

static void test_http_message__request(void **state)
{
    struct http_request request;
    assert_int_equal(
        parse("GET /good HTTP/1.1\r\nHost: here\r\n\r\n", &request), 0);
    assert_string_equal(request.method, "GET");
    assert_string_equal(request.path, "/good");
    assert_true(request.keep_alive);
    assert_int_equal(request.n_body, 0);
}

static void test_http_message__fields_whatever_their_case(void **state)
{
    struct http_request request;
    assert_int_equal(parse("POST / HTTP/1.1\r\nCONTENT-length:\t12 \r\n"
                           "connection: Close\r\n\r\n",
                           &request),
                     0);
    assert_int_equal(request.n_body, 12);
    assert_false(request.keep_alive);
}

static void test_http_message__old_clients_close(void **state)
{
    struct http_request request;
    assert_int_equal(parse("GET / HTTP/1.0\r\n\r\n", &request), 0);
    assert_false(request.keep_alive);
    assert_int_equal(
        parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", &request), 0);
    assert_true(request.keep_alive);
}

static void test_http_message__head_that_is_not_all_there(void **state)
{
    static const char head[] = "GET / HTTP/1.1\r\nHost: here\r\n\r\nbody";
    size_t n_head = strlen(head) - 4;
    for (size_t n = 0; n < n_head; n++)
        assert_int_equal(http_head_length(head, n), 0);
    assert_int_equal(http_head_length(head, sizeof head - 1), n_head);
}

static void test_http_message__nonsense_is_refused(void **state)
{
    static const struct {
        const char *head;
        int status;
    } wrong[] = {
        {"\r\n\r\n", 400},
        {"GET\r\n\r\n", 400},
        {"get / HTTP/1.1\r\n\r\n", 400},
        {"TOOLONGMETHOD / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/2\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: 5 5\r\n\r\n", 400},
    };
    struct http_request request;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(parse(wrong[i].head, &request), wrong[i].status);
}

static void test_http_message__first_line_too_long(void **state)
{
    char head[512];
    struct http_request request;
    memset(head, 'a', sizeof head);
    memcpy(head, "GET /", 5);
    memcpy(head + sizeof head - 5, "\r\n\r\n", 5);
    assert_int_equal(parse(head, &request), 431);
}

static void test_http_message__response_there_and_back(void **state)
{
    char text[256];
    struct http_response response;
    size_t n = http_response_format(text, sizeof text, 404, true, "nothing\n");
    size_t n_head = http_head_length(text, n);
    assert_int_equal(n_head + 8, n);
    assert_int_equal(http_response_parse(text, n_head, &response), 0);
    assert_int_equal(response.status, 404);
    assert_int_equal(response.n_body, 8);
    assert_int_equal(http_response_format(text, 40, 200, true, "x"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_message__request),
        cmocka_unit_test(test_http_message__fields_whatever_their_case),
        cmocka_unit_test(test_http_message__old_clients_close),
        cmocka_unit_test(test_http_message__head_that_is_not_all_there),
        cmocka_unit_test(test_http_message__nonsense_is_refused),
        cmocka_unit_test(test_http_message__first_line_too_long),
        cmocka_unit_test(test_http_message__response_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
