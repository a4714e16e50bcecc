/* SPDX-License-Identifier: MIT */
/* Three downloads of 2, 1 and 1.5 units at once: 2 units, not 4.5. */
#include <stdio.h>

#include "support/example.h"

#define N_FILES 3

struct download {
    const char *filename;
    double delay;
    char content[64];
};

static struct co_result download_file(void *arg)
{
    struct download *file = arg;
    printf("Starting download: %s\n", file->filename);
    co_sleep(file->delay); /* simulating download time */
    printf("Finished download: %s\n", file->filename);
    snprintf(file->content, sizeof file->content, "Content of %s",
             file->filename);
    return co_ok(file->content);
}

static struct co_result main_task(void *arg)
{
    struct download files[N_FILES] = {
        {.filename = "file1.txt", .delay = 2},
        {.filename = "file2.txt", .delay = 1},
        {.filename = "file3.txt", .delay = 1.5},
    };
    struct co_call calls[N_FILES];
    struct co_result results[N_FILES];
    for (size_t i = 0; i < N_FILES; i++)
        calls[i] = (struct co_call){"download_file", files[i].filename,
                                    download_file, &files[i]};

    double start = example_now();
    co_gather(calls, N_FILES, results);
    printf("Total time: %.2f seconds\n", example_now() - start);
    printf("Results: ['%s', '%s', '%s']\n", results[0].value, results[1].value,
           results[2].value);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "downloads",
        .purpose = "Downloads of 2, 1 and 1.5 s at once: 2 s, not 4.5 s.",
    };
    return example_run(&about, argc, argv, main_task);
}
