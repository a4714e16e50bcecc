/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fixture.h"
#include "viewer/png.h"

static uint32_t be(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

/* The data of chunk TYPE behind *AT, whose checksum is right. */
static const unsigned char *chunk(const unsigned char *file, size_t n,
                                  size_t *at, const char *type, uint32_t *size)
{
    assert_true(*at + 12 <= n);
    *size = be(file + *at);
    assert_true(*at + 12 + *size <= n);
    assert_memory_equal(file + *at + 4, type, 4);
    assert_int_equal(be(file + *at + 8 + *size),
                     crc32(0, file + *at + 4, *size + 4));
    const unsigned char *data = file + *at + 8;
    *at += 12 + *size;
    return data;
}

static void test_png__reads_back(void **state)
{
    enum { W = 5, H = 3 };
    uint32_t pixels[W * H];
    for (uint32_t i = 0; i < W * H; i++)
        pixels[i] = 0xff000000 | i * 0x112233;
    FILE *f = tmpfile();
    assert_int_equal(ls_png_write(f, pixels, W, H), 0);
    unsigned char file[4096];
    rewind(f);
    size_t n = fread(file, 1, sizeof(file), f), at = 8;
    fclose(f);
    assert_memory_equal(file, "\x89PNG\r\n\x1a\n", 8);
    uint32_t size;
    const unsigned char *head = chunk(file, n, &at, "IHDR", &size);
    assert_int_equal(be(head), W);
    assert_int_equal(be(head + 4), H);
    assert_memory_equal(head + 8, "\x08\x02\0\0\0", 5);
    const unsigned char *data = chunk(file, n, &at, "IDAT", &size);
    unsigned char raw[(W * 3 + 1) * H];
    uLongf n_raw = sizeof(raw);
    assert_int_equal(uncompress(raw, &n_raw, data, size), Z_OK);
    assert_int_equal(n_raw, sizeof(raw));
    unsigned char above[W * 3] = {0};
    for (int y = 0; y < H; y++) {
        const unsigned char *row = raw + y * (W * 3 + 1);
        assert_int_equal(row[0], 2);
        for (int i = 0; i < W * 3; i++) {
            above[i] = (unsigned char)(above[i] + row[1 + i]);
            assert_int_equal(above[i],
                             pixels[y * W + i / 3] >> (16 - i % 3 * 8) & 0xff);
        }
    }
    chunk(file, n, &at, "IEND", &size);
    assert_int_equal(at, n);
}

static void test_png__a_full_disk_is_an_error(void **state)
{
    FILE *f = fopen("/dev/full", "wb");
    if (!f)
        skip();
    uint32_t pixel = 0;
    assert_int_equal(ls_png_write(f, &pixel, 1, 1), -1);
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_png__reads_back),
        cmocka_unit_test(test_png__a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
