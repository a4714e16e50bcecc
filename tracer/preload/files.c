/* SPDX-License-Identifier: MIT */
/*
 * Files: opening (a FIFO waits for its other end), putting on disk, locks of
 * files, and what can take long on a slow or large one. Asking for a file's
 * state (stat, access, readdir) is left to the watchdog: it is frequent, and
 * waits only where a file system is broken. So is dlopen(), which finds
 * libraries by who calls it.
 */
#include "blocks.h"
#include "numbers.h"
#include "tracer/record/nonblocking.h"
#include "tracer/record/turn.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

/* ---- opening ------------------------------------------------------------ */

/* A FIFO that does not block, perhaps. */
static int opened(int fd, int flags)
{
    ls_nonblocking_remove(fd);
    if ((flags & O_NONBLOCK) && fd >= 0)
        ls_numbers_unblocked(fd);
    return fd;
}

/* The mode is there if a file may be made; reading it otherwise does no harm,
 * and what is read is not used. */
#define OPENS(call, name, parameters, arguments)                               \
    LS_HOOK int name parameters                                                \
    {                                                                          \
        int result;                                                            \
        va_list more;                                                          \
        va_start(more, flags);                                                 \
        mode_t mode = va_arg(more, mode_t);                                    \
        va_end(more);                                                          \
        LS_BLOCKS_OPEN(call, path, result, LS_REAL(name) arguments);           \
        return opened(result, flags);                                          \
    }

OPENS(OPEN, open, (const char *path, int flags, ...), (path, flags, mode))
OPENS(OPEN, open64, (const char *path, int flags, ...), (path, flags, mode))
OPENS(OPENAT, openat, (int folder, const char *path, int flags, ...),
      (folder, path, flags, mode))
OPENS(OPENAT, openat64, (int folder, const char *path, int flags, ...),
      (folder, path, flags, mode))

/* What they become under _FORTIFY_SOURCE, and creat(). */
#define OPENS_PLAIN(call, name, parameters, arguments)                         \
    int name parameters;                                                       \
    LS_HOOK int name parameters                                                \
    {                                                                          \
        int result;                                                            \
        LS_BLOCKS_OPEN(call, path, result, LS_REAL(name) arguments);           \
        return result;                                                         \
    }

OPENS_PLAIN(OPEN, __open_2, (const char *path, int flags), (path, flags))
OPENS_PLAIN(OPEN, __open64_2, (const char *path, int flags), (path, flags))
OPENS_PLAIN(OPENAT, __openat_2, (int folder, const char *path, int flags),
            (folder, path, flags))
OPENS_PLAIN(OPENAT, __openat64_2, (int folder, const char *path, int flags),
            (folder, path, flags))
OPENS_PLAIN(CREAT, creat, (const char *path, mode_t mode), (path, mode))
OPENS_PLAIN(CREAT, creat64, (const char *path, mode_t mode), (path, mode))

/* ---- on descriptors ----------------------------------------------------- */

#define ON_FILE(call, type, name, parameters, arguments)                       \
    LS_BLOCKS(call, ls_subject_fd(about, fd), type, name, parameters, arguments)

ON_FILE(FSYNC, int, fsync, (int fd), (fd))
ON_FILE(FDATASYNC, int, fdatasync, (int fd), (fd))
ON_FILE(SYNCFS, int, syncfs, (int fd), (fd))
ON_FILE(SYNC_FILE_RANGE, int, sync_file_range,
        (int fd, off64_t at, off64_t n, unsigned flags), (fd, at, n, flags))
ON_FILE(FLOCK, int, flock, (int fd, int how), (fd, how))
ON_FILE(LOCKF, int, lockf, (int fd, int how, off_t n), (fd, how, n))
ON_FILE(LOCKF, int, lockf64, (int fd, int how, off64_t n), (fd, how, n))
ON_FILE(FTRUNCATE, int, ftruncate, (int fd, off_t n), (fd, n))
ON_FILE(FTRUNCATE, int, ftruncate64, (int fd, off64_t n), (fd, n))
ON_FILE(FALLOCATE, int, fallocate, (int fd, int mode, off_t at, off_t n),
        (fd, mode, at, n))
ON_FILE(FALLOCATE, int, fallocate64, (int fd, int mode, off64_t at, off64_t n),
        (fd, mode, at, n))
ON_FILE(POSIX_FALLOCATE, int, posix_fallocate, (int fd, off_t at, off_t n),
        (fd, at, n))
ON_FILE(POSIX_FALLOCATE, int, posix_fallocate64,
        (int fd, off64_t at, off64_t n), (fd, at, n))
ON_FILE(TCDRAIN, int, tcdrain, (int fd), (fd))

/* The last one of a file that is large, or of a socket that lingers. After it
 * the number may be another's, so nothing is said of it. */
LS_HOOK int close(int fd)
{
    int result;
    ls_turn_close(fd);
    ls_nonblocking_remove(fd);
    LS_BLOCKS_AROUND(CLOSE, ls_subject_none(about), result, LS_REAL(close)(fd));
    return result;
}

LS_BLOCKS(MSYNC, ls_subject_none(about), int, msync,
          (void *at, size_t n, int flags), (at, n, flags))
LS_BLOCKS_VOID(SYNC, ls_subject_none(about), sync, (void), ())

/* Of the commands only those that wait for a lock can block. The argument is
 * a number or a pointer, which travel the same way. */
#define FCNTL(name)                                                            \
    LS_HOOK int name(int fd, int command, ...)                                 \
    {                                                                          \
        int result;                                                            \
        va_list more;                                                          \
        va_start(more, command);                                               \
        void *argument = va_arg(more, void *);                                 \
        va_end(more);                                                          \
        if (command != F_SETLKW && command != F_OFD_SETLKW) {                  \
            ls_numbers_before_fcntl(fd, command, (intptr_t)argument);          \
            result = LS_REAL(name)(fd, command, argument);                     \
            ls_numbers_after_fcntl(fd, command, (intptr_t)argument, result);   \
            return result;                                                     \
        }                                                                      \
        LS_BLOCKS_AROUND(FCNTL, ls_subject_fd(about, fd), result,              \
                         LS_REAL(name)(fd, command, argument));                \
        return result;                                                         \
    }

FCNTL(fcntl)
FCNTL(fcntl64)

/* ---- by path ------------------------------------------------------------ */

#define BY_PATH(call, type, name, parameters, arguments)                       \
    LS_BLOCKS(call, ls_subject_text(about, path), type, name, parameters,      \
              arguments)

BY_PATH(TRUNCATE, int, truncate, (const char *path, off_t n), (path, n))
BY_PATH(TRUNCATE, int, truncate64, (const char *path, off64_t n), (path, n))
BY_PATH(UNLINK, int, unlink, (const char *path), (path))
BY_PATH(UNLINKAT, int, unlinkat, (int folder, const char *path, int flags),
        (folder, path, flags))
BY_PATH(RENAME, int, rename, (const char *from, const char *path), (from, path))
BY_PATH(RENAMEAT, int, renameat,
        (int folder, const char *from, int to, const char *path),
        (folder, from, to, path))
BY_PATH(RENAMEAT2, int, renameat2,
        (int folder, const char *from, int to, const char *path,
         unsigned flags),
        (folder, from, to, path, flags))
BY_PATH(OPENDIR, DIR *, opendir, (const char *path), (path))
