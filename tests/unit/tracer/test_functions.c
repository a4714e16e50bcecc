/* SPDX-License-Identifier: MIT */
/* Names of functions of this process itself. */
#include "tracer/collector/functions.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct ls_functions *functions;

/* This process, in slot 3. */
static int open_functions(void **state)
{
    functions = ls_functions_new();
    ls_functions_look(functions, 3, 1, getpid());
    return functions ? 0 : -1;
}

static int close_functions(void **state)
{
    ls_functions_free(functions);
    return 0;
}

/* The name of what is at ADDRESS in SLOT, as text; until the next call. */
static const char *name_in(uint32_t slot, uint64_t address)
{
    static char text[512];
    struct ls_json name = ls_functions_name(functions, slot, address);
    snprintf(text, sizeof text, "%.*s", (int)name.n, name.text);
    return text;
}

static void assert_name(uint64_t address, const char *name)
{
    assert_string_equal(name_in(3, address), name);
}

static uint64_t address_of(void (*function)(void))
{
    return (uint64_t)(uintptr_t)function;
}

/* Not exported: it is in no dynamic table. */
__attribute__((noinline)) static void own_function(void)
{
    __asm__ volatile("nop\n\tnop");
}

static void test_functions__of_the_program(void **state)
{
    assert_name(address_of(own_function), "\"own_function\"");
    assert_name(address_of(own_function) + 1, "\"own_function\"");
}

static void test_functions__once_asked_it_is_known(void **state)
{
    uint64_t at = address_of(own_function);
    struct ls_json first = ls_functions_name(functions, 3, at);
    struct ls_json second = ls_functions_name(functions, 3, at);
    assert_ptr_equal(first.text, second.text);
}

static void test_functions__of_a_library(void **state)
{
    void *at = dlsym(RTLD_DEFAULT, "opendir");
    assert_non_null(strstr(name_in(3, (uint64_t)(uintptr_t)at), "opendir"));
}

static void test_functions__of_no_module(void **state)
{
    assert_name(1, "\"0x1\"");
    assert_name(UINT64_MAX, "\"0xffffffffffffffff\"");
}

static void test_functions__no_address(void **state)
{
    assert_name(0, "\"callback\"");
}

/* A slot in which nobody was, and a process that is gone. */
static void test_functions__nobody_knows(void **state)
{
    assert_string_equal(name_in(4, 0x1000), "\"callback\"");
    ls_functions_look(functions, 4, 1, 99999999);
    assert_string_equal(name_in(4, 0x1000), "\"0x1000\"");
}

/* Another image in the slot: what was known is forgotten. */
static void test_functions__another_image(void **state)
{
    uint64_t at = address_of(own_function);
    char number[32];
    assert_name(at, "\"own_function\"");
    ls_functions_look(functions, 3, 2, 99999999);
    snprintf(number, sizeof number, "\"0x%llx\"", (unsigned long long)at);
    assert_name(at, number);
    ls_functions_look(functions, 3, 3, getpid());
    assert_name(at, "\"own_function\"");
    ls_functions_look(functions, 3, 3, 99999999); /* it has been looked at */
    assert_name(at, "\"own_function\"");
}

/* Loaded after the image was looked at. */
static void test_functions__of_a_library_that_came_later(void **state)
{
    void *library = dlopen("libresolv.so.2", RTLD_NOW | RTLD_NOLOAD);
    if (library) {
        dlclose(library);
        skip(); /* something else has loaded it */
    }
    assert_name(1, "\"0x1\"");
    library = dlopen("libresolv.so.2", RTLD_NOW);
    if (!library)
        skip();
    void *at = dlsym(library, "ns_name_ntop");
    assert_non_null(at);
    assert_null(strstr(name_in(3, (uint64_t)(uintptr_t)at), "\"0x"));
    dlclose(library);
}

/* Addresses without number, of a broken program: bounded memory. */
static void test_functions__without_number(void **state)
{
    enum { MOST = 1 << 16 };
    ls_functions_look(functions, 3, 2, 99999999);
    for (uint64_t at = 1; at <= MOST; at++)
        ls_functions_name(functions, 3, at);
    assert_name(MOST, "\"0x10000\"");
    assert_name(MOST + 1, "\"callback\"");
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(test_functions__##name, open_functions,    \
                                    close_functions)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_the_program), TEST(once_asked_it_is_known),
        TEST(of_a_library),   TEST(of_no_module),
        TEST(no_address),     TEST(nobody_knows),
        TEST(another_image),  TEST(of_a_library_that_came_later),
        TEST(without_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
