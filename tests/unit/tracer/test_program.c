/* SPDX-License-Identifier: MIT */
/* Kinds of programs, by copies of this test's own that are patched. */
#include "tracer/collector/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/loopscope-program-XXXXXX";
static unsigned char *own; /* this program */
static size_t n_own;

static int begin(void **state)
{
    FILE *file = fopen("/proc/self/exe", "rb");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    n_own = (size_t)ftell(file);
    rewind(file);
    own = malloc(n_own);
    assert_int_equal(fread(own, 1, n_own, file), n_own);
    return fclose(file);
}

static int end(void **state)
{
    char line[64];
    free(own);
    snprintf(line, sizeof line, "rm -r %s", folder);
    return chdir("/") || system(line);
}

static void write_file(const char *name, const void *bytes, size_t n)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
}

static enum ls_program_kind kind_of(const char *path)
{
    struct ls_program program;
    ls_program_inspect(path, &program);
    return program.kind;
}

/* A copy in which the text FROM is TO, of the same length or shorter. */
static enum ls_program_kind kind_with(const char *from, const char *to)
{
    unsigned char *copy = malloc(n_own);
    memcpy(copy, own, n_own);
    unsigned char *at = memmem(copy, n_own, from, strlen(from) + 1);
    assert_non_null(at);
    for (; at;
         at = memmem(at, n_own - (size_t)(at - copy), from, strlen(from) + 1))
        memcpy(at, to, strlen(to) + 1);
    write_file("copy", copy, n_own);
    free(copy);
    return kind_of("copy");
}

static void test_program__kinds(void **state)
{
    assert_int_equal(kind_of("/proc/self/exe"), LS_PROGRAM_USUAL);
    assert_int_equal(kind_with(".comment", ".commend"), LS_PROGRAM_USUAL);
    assert_int_equal(kind_with(".note.gnu.build-id", ".go.buildinfo"),
                     LS_PROGRAM_GO);
#if defined(__x86_64__)
    assert_int_equal(
        kind_with("/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"),
        LS_PROGRAM_OTHER_LIBC);
#endif
}

static void test_program__without_a_loader(void **state)
{
    Elf64_Ehdr header;
    unsigned char *copy = malloc(n_own);
    memcpy(copy, own, n_own);
    memcpy(&header, copy, sizeof header);
    for (int i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr *segment = (Elf64_Phdr *)(copy + header.e_phoff) + i;
        if (segment->p_type == PT_INTERP)
            segment->p_type = PT_NULL;
    }
    write_file("static", copy, n_own);
    assert_int_equal(kind_of("static"), LS_PROGRAM_STATIC);
    header.e_machine = EM_RISCV;
    memcpy(copy, &header, sizeof header);
    write_file("foreign", copy, n_own);
    assert_int_equal(kind_of("foreign"), LS_PROGRAM_FOREIGN);
    free(copy);
}

static void test_program__of_a_script_the_interpreter(void **state)
{
    struct ls_program program;
    static const char script[] = "#! ./inner -x\n", inner[] = "#!/bin/sh";
    write_file("script", script, sizeof script - 1);
    write_file("inner", inner, sizeof inner - 1);
    ls_program_inspect("script", &program);
    assert_int_equal(program.kind, LS_PROGRAM_USUAL);
    assert_string_equal(program.path, "/bin/sh");
    static const char endless[] = "#!endless\n";
    write_file("endless", endless, sizeof endless - 1);
    assert_int_equal(kind_of("endless"), LS_PROGRAM_USUAL);
}

static void test_program__rubbish_is_usual(void **state)
{
    for (size_t n = 0; n < 200; n += 7) {
        write_file("cut", own, n);
        kind_of("cut");
        ls_program_defines("cut", "main");
    }
    assert_int_equal(kind_of("nowhere"), LS_PROGRAM_USUAL);
    assert_int_equal(kind_of("/dev/null"), LS_PROGRAM_USUAL);
}

static void test_program__defines(void **state)
{
    assert_true(ls_program_defines("/proc/self/exe", "main"));
    assert_false(ls_program_defines("/proc/self/exe", "uv_run"));
    assert_false(ls_program_defines("/proc/self/exe", "getenv")); /* wanted */
    assert_false(ls_program_defines("/dev/null", "main"));
}

static void test_program__is_found_as_exec_does(void **state)
{
    char path[256];
    assert_int_equal(mkdir("a", 0755) | mkdir("b", 0755), 0);
    assert_int_equal(mkdir("b/folder", 0755), 0);
    write_file("b/tool", "", 0);
    write_file("here", "", 0);
    write_file("a/data", "", 0);
    chmod("a/data", 0644);
    setenv("PATH", "a:/nowhere::b", 1);
    assert_int_equal(ls_program_find("tool", path, sizeof path), 0);
    assert_string_equal(path, "b/tool");
    assert_int_equal(ls_program_find("here", path, sizeof path), 0);
    assert_string_equal(path, "./here");
    assert_int_equal(ls_program_find("data", path, sizeof path), EACCES);
    assert_int_equal(ls_program_find("folder", path, sizeof path), EACCES);
    assert_int_equal(ls_program_find("none", path, sizeof path), ENOENT);
    assert_int_equal(ls_program_find("", path, sizeof path), ENOENT);
    assert_int_equal(ls_program_find("./tool", path, sizeof path), ENOENT);
    unsetenv("PATH");
    assert_int_equal(ls_program_find("sh", path, sizeof path), 0);
    assert_string_equal(path, "/bin/sh");
}

static void test_program__each_kind_has_its_story(void **state)
{
    assert_null(ls_program_story(LS_PROGRAM_USUAL));
    for (int i = 1; i < LS_PROGRAM_KINDS; i++)
        assert_non_null(ls_program_story((enum ls_program_kind)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_program__kinds),
        cmocka_unit_test(test_program__without_a_loader),
        cmocka_unit_test(test_program__of_a_script_the_interpreter),
        cmocka_unit_test(test_program__rubbish_is_usual),
        cmocka_unit_test(test_program__defines),
        cmocka_unit_test(test_program__is_found_as_exec_does),
        cmocka_unit_test(test_program__each_kind_has_its_story),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
