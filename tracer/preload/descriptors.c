/* SPDX-License-Identifier: MIT */
/*
 * Reading from and writing to descriptors. Whether a descriptor was blocking
 * is asked only after a call that took long. The __*_chk are what the calls
 * become under _FORTIFY_SOURCE.
 */
#include "blocks.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tracer/record/nonblocking.h"

#define TRANSFERS(call, name, parameters, arguments)                           \
    LS_BLOCKS_UNLESS(ls_nonblocking_has(fd), call, ls_subject_io(about, fd),   \
                     ssize_t, name, parameters, arguments)

TRANSFERS(READ, read, (int fd, void *to, size_t n), (fd, to, n))
TRANSFERS(READ, __read_chk, (int fd, void *to, size_t n, size_t size),
          (fd, to, n, size))
TRANSFERS(READV, readv, (int fd, const struct iovec *to, int n), (fd, to, n))
TRANSFERS(PREAD, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
TRANSFERS(PREAD, pread64, (int fd, void *to, size_t n, off64_t at),
          (fd, to, n, at))
TRANSFERS(PREAD, __pread_chk,
          (int fd, void *to, size_t n, off_t at, size_t size),
          (fd, to, n, at, size))
TRANSFERS(PREAD, __pread64_chk,
          (int fd, void *to, size_t n, off64_t at, size_t size),
          (fd, to, n, at, size))
TRANSFERS(PREADV, preadv, (int fd, const struct iovec *to, int n, off_t at),
          (fd, to, n, at))
TRANSFERS(PREADV, preadv64, (int fd, const struct iovec *to, int n, off64_t at),
          (fd, to, n, at))
TRANSFERS(PREADV2, preadv2,
          (int fd, const struct iovec *to, int n, off_t at, int flags),
          (fd, to, n, at, flags))
TRANSFERS(PREADV2, preadv64v2,
          (int fd, const struct iovec *to, int n, off64_t at, int flags),
          (fd, to, n, at, flags))

TRANSFERS(WRITE, write, (int fd, const void *from, size_t n), (fd, from, n))
TRANSFERS(WRITEV, writev, (int fd, const struct iovec *from, int n),
          (fd, from, n))
TRANSFERS(PWRITE, pwrite, (int fd, const void *from, size_t n, off_t at),
          (fd, from, n, at))
TRANSFERS(PWRITE, pwrite64, (int fd, const void *from, size_t n, off64_t at),
          (fd, from, n, at))
TRANSFERS(PWRITEV, pwritev, (int fd, const struct iovec *from, int n, off_t at),
          (fd, from, n, at))
TRANSFERS(PWRITEV, pwritev64,
          (int fd, const struct iovec *from, int n, off64_t at),
          (fd, from, n, at))
TRANSFERS(PWRITEV2, pwritev2,
          (int fd, const struct iovec *from, int n, off_t at, int flags),
          (fd, from, n, at, flags))
TRANSFERS(PWRITEV2, pwritev64v2,
          (int fd, const struct iovec *from, int n, off64_t at, int flags),
          (fd, from, n, at, flags))

/* From one descriptor to another: FD is the one that is waited for, as far as
 * that can be told beforehand; where it goes to for sendfile(). The other one
 * may block in any case. */
#define MOVES(call, name, parameters, arguments)                               \
    LS_BLOCKS(call, ls_subject_io(about, fd), ssize_t, name, parameters,       \
              arguments)

MOVES(SENDFILE, sendfile, (int fd, int from, off_t *at, size_t n),
      (fd, from, at, n))
MOVES(SENDFILE, sendfile64, (int fd, int from, off64_t *at, size_t n),
      (fd, from, at, n))
MOVES(SPLICE, splice,
      (int fd, off64_t *at, int to, off64_t *to_at, size_t n, unsigned flags),
      (fd, at, to, to_at, n, flags))
MOVES(TEE, tee, (int fd, int to, size_t n, unsigned flags), (fd, to, n, flags))
MOVES(VMSPLICE, vmsplice,
      (int fd, const struct iovec *from, size_t n, unsigned flags),
      (fd, from, n, flags))
MOVES(COPY_FILE_RANGE, copy_file_range,
      (int fd, off64_t *at, int to, off64_t *to_at, size_t n, unsigned flags),
      (fd, at, to, to_at, n, flags))
