/* SPDX-License-Identifier: MIT */
/*
 * A driver for fuzz targets where there is no libFuzzer: every file of the
 * folders given as it is, then mutations of them, the same in every run, until
 * the time is over. What fails is left in fuzz-failed.json.
 *
 *     fuzz_load [--seconds N] [--seed N] FOLDER|FILE...
 */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_FILES = 256, MAX_BYTES = 64 << 10, MAX_EDITS = 4 };

struct file {
    char *bytes;
    size_t n;
};

static struct file files[MAX_FILES];
static size_t n_files;
static uint64_t random_state = 42;
static struct file current; /* for the report of a crash */

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static size_t below(size_t n)
{
    return n ? next_random() % n : 0;
}

static void on_abort(int signal)
{
    FILE *out = fopen("fuzz-failed.json", "wb");
    if (out) {
        fwrite(current.bytes, 1, current.n, out);
        fclose(out);
    }
    _exit(1);
}

static void add_file(const char *path)
{
    FILE *in = n_files < MAX_FILES ? fopen(path, "rb") : NULL;
    if (!in)
        return;
    struct file *file = &files[n_files];
    file->bytes = malloc(MAX_BYTES);
    if (file->bytes) {
        file->n = fread(file->bytes, 1, MAX_BYTES, in);
        n_files++;
    }
    fclose(in);
}

static void add_path(const char *path)
{
    struct stat st;
    char inner[1024];
    DIR *folder;
    const struct dirent *entry;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        add_file(path);
    if (!(folder = opendir(path)))
        return;
    while ((entry = readdir(folder)))
        if (strstr(entry->d_name, ".json") &&
            (size_t)snprintf(inner, sizeof(inner), "%s/%s", path,
                             entry->d_name) < sizeof(inner))
            add_file(inner);
    closedir(folder);
}

/* What JSON and traces are made of, and what breaks readers. */
static const char *const words[] = {
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    " ",
    "null",
    "true",
    "-1",
    "0",
    "1e400",
    "-0",
    "9223372036854775807",
    "1e18",
    "0.5",
    "1e3",
    "\xff",
    "\xc3\xa9",
    "\"X\"",
    "\"E\"",
    "\"b\"",
    "\"e\"",
    "\"B\"",
    "\"n\"",
    "\"C\"",
    "\"M\"",
    "\"dur\":5,",
    "\"0x1\"",
    "\"0x2\"",
    "\"id\":7,",
    "\"args\":{",
    "\"ph\":\"B\",",
    "\"ts\":1.5,",
    "\"true_us\":1.5,",
    "\"event\":\"resume\",",
    "\"stray\":true,",
    ",{\"ph\":\"E\",\"ts\":5.000,\"pid\":1,\"tid\":1,\"name\":\"a\"}\n"};

static void replace(struct file *f, size_t at, size_t n_old, const char *text,
                    size_t n_new)
{
    if (f->n - n_old + n_new > MAX_BYTES)
        return;
    memmove(f->bytes + at + n_new, f->bytes + at + n_old, f->n - at - n_old);
    memcpy(f->bytes + at, text, n_new);
    f->n = f->n - n_old + n_new;
}

/* A piece of another place of the same file: whole lines, mostly. */
static void splice(struct file *f)
{
    static char piece[512];
    size_t from = below(f->n), n = below(sizeof(piece));
    const char *line = memchr(f->bytes + from, '\n', f->n - from);
    if (line && below(4))
        from = (size_t)(line - f->bytes) + 1;
    if (n > f->n - from)
        n = f->n - from;
    memcpy(piece, f->bytes + from, n);
    replace(f, below(f->n), 0, piece, n);
}

static void mutate(struct file *f)
{
    const char *word = words[below(sizeof(words) / sizeof(words[0]))];
    size_t at = below(f->n), left = f->n - at;
    char byte = (char)next_random();
    char digit = (char)('0' + below(10));
    switch (below(7)) {
    case 0:
        replace(f, at, left ? 1 : 0, &byte, 1);
        break;
    case 1:
        replace(f, at, 0, word, strlen(word));
        break;
    case 2:
        replace(f, at, below(left < 64 ? left + 1 : 64), "", 0);
        break;
    case 3:
        replace(f, at, below(left < 16 ? left + 1 : 16), word, strlen(word));
        break;
    case 4:
        splice(f);
        break;
    case 5:
        replace(f, at, left ? 1 : 0, &digit, 1);
        break;
    default:
        if (below(8) == 0)
            f->n = at;
        break;
    }
}

static void run_mutations(double seconds)
{
    uint64_t n = 0;
    struct timespec from, now;
    clock_gettime(CLOCK_MONOTONIC, &from);
    do {
        const struct file *seed = &files[below(n_files)];
        memcpy(current.bytes, seed->bytes, seed->n);
        current.n = seed->n;
        for (size_t edits = 1 + below(MAX_EDITS); edits-- > 0;)
            mutate(&current);
        LLVMFuzzerTestOneInput((const uint8_t *)current.bytes, current.n);
        n++;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - from.tv_sec) +
                 (double)(now.tv_nsec - from.tv_nsec) * 1e-9 <
             seconds);
    printf("%zu files, %llu mutations\n", n_files, (unsigned long long)n);
}

int main(int argc, char **argv)
{
    double seconds = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            seconds = atof(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            random_state = strtoull(argv[++i], NULL, 10) | 1;
        else
            add_path(argv[i]);
    }
    current.bytes = malloc(MAX_BYTES);
    if (!n_files || !current.bytes) {
        fprintf(stderr, "fuzz: no file to begin with\n");
        return 2;
    }
    signal(SIGABRT, on_abort);
    for (size_t i = 0; i < n_files; i++) {
        memcpy(current.bytes, files[i].bytes, files[i].n);
        current.n = files[i].n;
        LLVMFuzzerTestOneInput((const uint8_t *)current.bytes, current.n);
    }
    run_mutations(seconds);
    for (size_t i = 0; i < n_files; i++)
        free(files[i].bytes);
    free(current.bytes);
    return 0;
}
