/* SPDX-License-Identifier: MIT */
#include "loaded.h"

#include "analysis/source.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char folder[] = "/tmp/test_source.XXXXXX";
static char path[128];

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"fifo", "plain", "packed", "cut"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(in_folder(names[i]));
    return rmdir(folder);
}

static void refuses(const char *which, const char *why)
{
    struct ls_source source;
    char text[256];
    assert_false(ls_source_open(&source, which, text, sizeof(text)));
    assert_string_equal(text, why);
}

static void test_source__refuses_what_is_no_file(void **state)
{
    refuses(in_folder("missing"), "does not exist");
    refuses(folder, "is a directory");
    refuses("/dev/null", "is not a regular file");
    assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
    refuses(path, "is not a regular file"); /* and does not wait for a writer */
}

enum { N = 3 << 20 };

static char byte_at(size_t i)
{
    return (char)(i * 2654435761u >> 13);
}

static bool write_packed(const char *where, const char *mode)
{
    gzFile out = gzopen(where, mode);
    for (size_t i = 0; out && i < N; i++)
        gzputc(out, (unsigned char)byte_at(i));
    return out && gzclose(out) == Z_OK;
}

/* Reads all in steps, looking at every byte; returns how many there were. */
static uint64_t read_all(struct ls_source *source)
{
    uint64_t n = 0;
    size_t done = 0;
    while (ls_source_more(source, done)) {
        for (done = 0; done < source->n; done++, n++)
            assert_int_equal(source->bytes[done], byte_at(n));
        for (size_t i = 0; i < LS_SOURCE_PADDING; i++)
            assert_int_equal(source->bytes[source->n + i], 0);
        assert_int_equal(source->base + done, n);
    }
    return n;
}

static void test_source__plain_and_packed_are_the_same(void **state)
{
    static const char *const names[] = {"plain", "packed"};
    static const char *const modes[] = {"wbT", "wb"};
    for (int i = 0; i < 2; i++) {
        struct ls_source source;
        char text[256];
        assert_true(write_packed(in_folder(names[i]), modes[i]));
        assert_true(ls_source_open(&source, path, text, sizeof(text)));
        assert_int_equal(source.total, i == 0 ? N : 0);
        assert_int_equal(read_all(&source), N);
        assert_true(ls_source_rewind(&source));
        assert_int_equal(read_all(&source), N);
        assert_null(source.broken);
        ls_source_close(&source);
    }
}

static void test_source__a_cut_archive_gives_what_it_has(void **state)
{
    struct ls_source source;
    char text[256];
    struct stat st;
    assert_true(write_packed(in_folder("cut"), "wb"));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size / 2), 0);
    assert_true(ls_source_open(&source, path, text, sizeof(text)));
    assert_in_range(read_all(&source), 1, N - 1);
    assert_string_equal(source.broken, "the compressed data ends too early");
    ls_source_close(&source);
}

static void test_source__sees_the_writers_lock(void **state)
{
    struct ls_source source;
    char text[256];
    assert_true(write_packed(in_folder("plain"), "wbT"));
    FILE *writer = fopen(path, "r+");
    assert_int_equal(flock(fileno(writer), LOCK_EX), 0);
    assert_true(ls_source_open(&source, path, text, sizeof(text)));
    assert_true(source.is_locked);
    ls_source_close(&source);
    fclose(writer);
    assert_true(ls_source_open(&source, path, text, sizeof(text)));
    assert_false(source.is_locked);
    ls_source_close(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source__refuses_what_is_no_file),
        cmocka_unit_test(test_source__plain_and_packed_are_the_same),
        cmocka_unit_test(test_source__a_cut_archive_gives_what_it_has),
        cmocka_unit_test(test_source__sees_the_writers_lock)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
