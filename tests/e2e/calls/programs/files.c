/* SPDX-License-Identifier: MIT */
/* Rows: opening, putting on disk, locks of files, slow file systems. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "row.h"

/* ---- opening: a FIFO waits for its other end ---------------------------- */

int __open_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);

static void make_fifo(void)
{
    unlink("fifo");
    TRY(mkfifo("fifo", 0600));
}

static void open_to_write(void)
{
    keep(open("fifo", O_WRONLY));
}

static void open_to_read(void)
{
    keep(open("fifo", O_RDONLY));
}

/* The other end is still to be kept: by the other thread, at the same time. */
static int opened(int fd)
{
    fds[0] = fd;
    return fd < 0 ? -1 : 0;
}

WAITS(open, "open", "pipe", "fifo", make_fifo, open_to_write,
      opened(open("fifo", O_RDONLY)))
WAITS(open64, "open", "pipe", "fifo", make_fifo, open_to_write,
      opened(open64("fifo", O_RDONLY)))
WAITS(open_2, "open", "pipe", "fifo", make_fifo, open_to_write,
      opened(__open_2("fifo", O_RDONLY)))
WAITS(openat, "openat", "pipe", "fifo", make_fifo, open_to_write,
      opened(openat(AT_FDCWD, "fifo", O_RDONLY)))
WAITS(openat_2, "openat", "pipe", "fifo", make_fifo, open_to_write,
      opened(__openat_2(AT_FDCWD, "fifo", O_RDONLY)))
WAITS(creat, "creat", "pipe", "fifo", make_fifo, open_to_read,
      opened(creat("fifo", 0600)))
WAITS(fopen, "fopen", "pipe", "fifo", make_fifo, open_to_write,
      fopen("fifo", "r") ? 0 : -1)
WAITS(freopen, "freopen", "pipe", "fifo", make_fifo, open_to_write,
      freopen("fifo", "r", stdin) ? 0 : -1)

static long make_with_mode(void)
{
    struct stat st;
    unlink("mode");
    int fd = open("mode", O_RDWR | O_CREAT, 0640);
    fstat(fd, &st);
    close(fd);
    return st.st_mode & 0777;
}

QUIET(open_file, NULL, make_with_mode())

/* ---- on disk ------------------------------------------------------------ */

static void *mapped;

static void map_slow(void)
{
    make_slow();
    mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fds[0], 0);
}

WAITS(fsync, "fsync", "file", "/slow", make_slow, NULL, fsync(fds[0]))
WAITS(fdatasync, "fdatasync", "file", "/slow", make_slow, NULL,
      fdatasync(fds[0]))
WAITS(syncfs, "syncfs", "file", "/slow", make_slow, NULL, syncfs(fds[0]))
WAITS(sync_file_range, "sync_file_range", "file", "/slow", make_slow, NULL,
      sync_file_range(fds[0], 0, 6, SYNC_FILE_RANGE_WRITE))
WAITS(msync, "msync", "", "", map_slow, NULL, msync(mapped, 4096, MS_SYNC))
WAITS(ftruncate, "ftruncate", "file", "/slow", make_slow, NULL,
      ftruncate(fds[0], 1))
WAITS(truncate, "truncate", "", "slow", make_slow, NULL, truncate("slow", 1))
WAITS(fallocate, "fallocate", "file", "/slow", make_slow, NULL,
      fallocate(fds[0], 0, 0, 4096))
WAITS(posix_fallocate, "posix_fallocate", "file", "/slow", make_slow, NULL,
      posix_fallocate(fds[0], 0, 4096))
WAITS(rename, "rename", "", "slow too", make_slow, NULL,
      rename("slow", "slow too"))
WAITS(unlink, "unlink", "", "slow", make_slow, NULL, unlink("slow"))
WAITS(unlinkat, "unlinkat", "", "slow", make_slow, NULL,
      unlinkat(AT_FDCWD, "slow", 0))
WAITS(opendir, "opendir", "", ".", make_slow, NULL, closedir(opendir(".")))
WAITS(close, "close", "", "", make_slow, NULL, close(dup(fds[0])))

/* ---- locks of files ----------------------------------------------------- */

static pid_t holder;

/* Another process takes a lock, says so and keeps it LATE_MS. */
static void hold(int (*lock)(int fd))
{
    make_pipe();
    holder = fork();
    if (holder == 0) {
        int fd = open("locked", O_RDWR | O_CREAT, 0600);
        struct timespec t = {.tv_nsec = LATE_MS * 1000000L};
        if (lock(fd) < 0 || write(fds[1], "x", 1) < 0)
            _exit(1);
        nanosleep(&t, NULL);
        _exit(0);
    }
    TRY(read(fds[0], bytes, 1));
    fds[0] = open("locked", O_RDWR | O_CREAT, 0600);
    keep(fds[0]);
}

static int hold_flock(int fd)
{
    return flock(fd, LOCK_EX);
}

static int hold_lockf(int fd)
{
    return lockf(fd, F_LOCK, 0);
}

static void make_flock(void)
{
    hold(hold_flock);
}

static void make_lockf(void)
{
    hold(hold_lockf);
}

static struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

WAITS(flock, "flock", "file", "/locked", make_flock, NULL,
      flock(fds[0], LOCK_EX))
WAITS(lockf, "lockf", "file", "/locked", make_lockf, NULL,
      lockf(fds[0], F_LOCK, 0))
WAITS(lockf64, "lockf", "file", "/locked", make_lockf, NULL,
      lockf64(fds[0], F_LOCK, 0))
WAITS(fcntl, "fcntl", "file", "/locked", make_lockf, NULL,
      fcntl(fds[0], F_SETLKW, &whole))
WAITS(fcntl_ofd, "fcntl", "file", "/locked", make_lockf, NULL,
      fcntl(fds[0], F_OFD_SETLKW, &whole))

static void make_free(void)
{
    fds[0] = open("free", O_RDWR | O_CREAT, 0600);
    keep(fds[0]);
}

QUIET(flock_free, make_free, flock(fds[0], LOCK_EX))
QUIET(fcntl_free, make_free, fcntl(fds[0], F_SETLKW, &whole))
QUIET(fcntl_flags, make_free, fcntl(fds[0], F_GETFL) == -1)
