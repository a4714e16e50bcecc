/* SPDX-License-Identifier: MIT */
/*
 * A library that stands between the hooks and libc: calls whose waiting nobody
 * can plant (a slow disk, a name server that does not answer) wait here, once
 * after slow_next(). No header: the functions are forwarded as they come.
 */
typedef unsigned long word;

extern void *dlsym(void *library, const char *name);
extern long nanosleep(const word *how_long, word *left);

static int next_ms;

void slow_next(int n_ms)
{
    next_ms = n_ms;
}

static void wait_once(void)
{
    word how_long[2] = {0, (word)next_ms * 1000000};
    if (next_ms > 0)
        ((long (*)(const word *, word *))dlsym((void *)-1L, "nanosleep"))(
            how_long, 0);
    next_ms = 0;
}

#define SLOW(name)                                                             \
    word name(word a, word b, word c, word d, word e, word f, word g, word h)  \
    {                                                                          \
        wait_once();                                                           \
        return ((word(*)(word, word, word, word, word, word, word,             \
                         word))dlsym((void *)-1L, #name))(a, b, c, d, e, f, g, \
                                                          h);                  \
    }

/* -1: RTLD_NEXT */
SLOW(pread)
SLOW(pread64)
SLOW(preadv)
SLOW(pwrite)
SLOW(pwrite64)
SLOW(pwritev)
SLOW(copy_file_range)
SLOW(fsync)
SLOW(fdatasync)
SLOW(syncfs)
SLOW(sync_file_range)
SLOW(msync)
SLOW(ftruncate)
SLOW(truncate)
SLOW(fallocate)
SLOW(posix_fallocate)
SLOW(rename)
SLOW(unlink)
SLOW(unlinkat)
SLOW(opendir)
SLOW(close)
SLOW(popen)
SLOW(getaddrinfo)
SLOW(getnameinfo)
SLOW(gethostbyname)
SLOW(gethostbyname2)
SLOW(gethostbyname_r)
