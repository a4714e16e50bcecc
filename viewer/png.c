/* SPDX-License-Identifier: MIT */
#include "viewer/png.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void put_be(unsigned char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* Length, type, data, checksum of type and data. */
static int write_chunk(FILE *file, const char *type, const unsigned char *data,
                       uint32_t n)
{
    unsigned char head[8], tail[4];
    put_be(head, n);
    memcpy(head + 4, type, 4);
    uLong sum = crc32(crc32(0, NULL, 0), head + 4, 4);
    if (n > 0)
        sum = crc32(sum, data, n);
    put_be(tail, (uint32_t)sum);
    return fwrite(head, 8, 1, file) == 1 &&
                   (n == 0 || fwrite(data, n, 1, file) == 1) &&
                   fwrite(tail, 4, 1, file) == 1
               ? 0
               : -1;
}

static void unpack(unsigned char *rgb, const uint32_t *pixels, uint32_t width)
{
    for (uint32_t x = 0; x < width; x++) {
        rgb[3 * x] = (unsigned char)(pixels[x] >> 16);
        rgb[3 * x + 1] = (unsigned char)(pixels[x] >> 8);
        rgb[3 * x + 2] = (unsigned char)pixels[x];
    }
}

/* Each row begins with its filter: 2, "up", the difference to the row above
 * (a row of zeros above the first), which makes lanes and panels vanish. */
static unsigned char *filter(const uint32_t *pixels, uint32_t width,
                             uint32_t height, size_t *n)
{
    size_t row = (size_t)width * 3;
    *n = (row + 1) * height;
    unsigned char *out = malloc(*n);
    unsigned char *above = calloc(2, row), *here = above + row;
    if (!out || !above) {
        free(out);
        free(above);
        return NULL;
    }
    for (uint32_t y = 0; y < height; y++) {
        unsigned char *to = out + (row + 1) * y;
        unpack(here, pixels + (size_t)width * y, width);
        *to++ = 2;
        for (size_t i = 0; i < row; i++)
            to[i] = (unsigned char)(here[i] - above[i]);
        memcpy(above, here, row);
    }
    free(above);
    return out;
}

static int write_data(FILE *file, const unsigned char *raw, size_t n)
{
    uLongf n_packed = compressBound(n);
    unsigned char *packed = malloc(n_packed);
    int status = -1;
    if (packed && compress2(packed, &n_packed, raw, n, 6) == Z_OK)
        status = write_chunk(file, "IDAT", packed, (uint32_t)n_packed);
    free(packed);
    return status;
}

int ls_png_write(FILE *file, const uint32_t *pixels, uint32_t width,
                 uint32_t height)
{
    /* Size; 8 bits of each, RGB (2), the one compression and filtering there
     * are, not interlaced. */
    unsigned char head[13] = {0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0};
    put_be(head, width);
    put_be(head + 4, height);
    size_t n;
    unsigned char *raw = filter(pixels, width, height, &n);
    if (!raw) {
        errno = ENOMEM;
        return -1;
    }
    int status = -1;
    if (fwrite("\x89PNG\r\n\x1a\n", 8, 1, file) == 1 &&
        write_chunk(file, "IHDR", head, sizeof(head)) == 0 &&
        write_data(file, raw, n) == 0 &&
        write_chunk(file, "IEND", NULL, 0) == 0 && fflush(file) == 0)
        status = 0;
    free(raw);
    return status;
}
