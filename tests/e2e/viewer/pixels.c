/* SPDX-License-Identifier: MIT */
/*
 * pixels FILE [RRGGBB LEFT TOP RIGHT BOTTOM]: checks that FILE is a PNG as
 * loopscope-view writes them and prints its size; with a colour, how many
 * pixels of that part have it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static uint32_t be(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static void die(const char *why)
{
    fprintf(stderr, "pixels: %s\n", why);
    exit(1);
}

static unsigned char *read_all(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die("cannot open it");
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    unsigned char *data = malloc(*n + 1);
    if (!data || fread(data, 1, *n, file) != *n)
        die("cannot read it");
    fclose(file);
    return data;
}

struct picture {
    uint32_t w, h;
    unsigned char *rgb;
};

/* Every row is the difference to the row above. */
static void unfilter(struct picture *p, const unsigned char *raw)
{
    size_t row = (size_t)p->w * 3;
    p->rgb = calloc(p->h, row);
    for (uint32_t y = 0; y < p->h; y++) {
        const unsigned char *from = raw + (row + 1) * y;
        if (from[0] != 2)
            die("a filter that is not known here");
        for (size_t i = 0; i < row; i++)
            p->rgb[row * y + i] =
                (unsigned char)(from[1 + i] +
                                (y ? p->rgb[row * (y - 1) + i] : 0));
    }
}

static struct picture decode(const unsigned char *file, size_t n)
{
    struct picture p = {0};
    if (n < 8 || memcmp(file, "\x89PNG\r\n\x1a\n", 8) != 0)
        die("no PNG");
    unsigned char *raw = NULL;
    bool ended = false;
    for (size_t at = 8; at + 12 <= n;) {
        uint32_t size = be(file + at);
        const unsigned char *type = file + at + 4, *data = type + 4;
        if (at + 12 + size > n || be(data + size) != crc32(0, type, size + 4))
            die("a broken chunk");
        if (memcmp(type, "IHDR", 4) == 0) {
            p.w = be(data);
            p.h = be(data + 4);
        } else if (memcmp(type, "IDAT", 4) == 0) {
            uLongf n_raw = ((uLongf)p.w * 3 + 1) * p.h;
            raw = malloc(n_raw);
            if (uncompress(raw, &n_raw, data, size) != Z_OK)
                die("broken data");
        }
        ended = memcmp(type, "IEND", 4) == 0;
        at += 12 + size;
    }
    if (!raw || !ended)
        die("not whole");
    unfilter(&p, raw);
    free(raw);
    return p;
}

static long count(const struct picture *p, uint32_t colour, const long *part)
{
    long n = 0;
    for (long y = part[1]; y < part[3] && y < (long)p->h; y++)
        for (long x = part[0]; x < part[2] && x < (long)p->w; x++) {
            const unsigned char *c = p->rgb + ((size_t)y * p->w + x) * 3;
            n += ((uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2]) == colour;
        }
    return n;
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 7)
        die("pixels FILE [RRGGBB LEFT TOP RIGHT BOTTOM]");
    size_t n;
    unsigned char *file = read_all(argv[1], &n);
    struct picture p = decode(file, n);
    if (argc == 2) {
        printf("%ux%u\n", p.w, p.h);
    } else {
        long part[4];
        for (int i = 0; i < 4; i++)
            part[i] = strtol(argv[3 + i], NULL, 10);
        printf("%ld\n", count(&p, (uint32_t)strtoul(argv[2], NULL, 16), part));
    }
    free(p.rgb);
    free(file);
    return 0;
}
