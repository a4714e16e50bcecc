/* SPDX-License-Identifier: MIT */
/*
 * file_work FOLDER: writes, reads and removes files, one after the other, by
 * libuv's requests with callbacks: what a clean program does.
 */
#include <fcntl.h>
#include <stdio.h>
#include <uv.h>

enum { N_FILES = 40, N_BYTES = 64 * 1024 };

static char path[4096], bytes[N_BYTES];
static const char *folder;
static int n_files;
static uv_file file;
static uv_fs_t request;

static void next_file(void);

static void on_removed(uv_fs_t *r)
{
    uv_fs_req_cleanup(r);
    if (++n_files < N_FILES)
        next_file();
}

static void on_closed(uv_fs_t *r)
{
    uv_fs_req_cleanup(r);
    uv_fs_unlink(r->loop, r, path, on_removed);
}

static void on_read(uv_fs_t *r)
{
    uv_fs_req_cleanup(r);
    uv_fs_close(r->loop, r, file, on_closed);
}

static void on_written(uv_fs_t *r)
{
    uv_buf_t to = uv_buf_init(bytes, N_BYTES);
    uv_fs_req_cleanup(r);
    uv_fs_read(r->loop, r, file, &to, 1, 0, on_read);
}

static void on_open(uv_fs_t *r)
{
    uv_buf_t from = uv_buf_init(bytes, N_BYTES);
    file = (uv_file)r->result;
    uv_fs_req_cleanup(r);
    if (file >= 0)
        uv_fs_write(r->loop, r, file, &from, 1, 0, on_written);
}

static void next_file(void)
{
    snprintf(path, sizeof path, "%s/work%d", folder, n_files);
    uv_fs_open(uv_default_loop(), &request, path, O_RDWR | O_CREAT | O_TRUNC,
               0600, on_open);
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : ".";
    next_file();
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    return n_files == N_FILES ? 0 : 1;
}
