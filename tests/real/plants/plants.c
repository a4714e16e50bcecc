/* SPDX-License-Identifier: MIT */
/*
 * The functions that stall are not inlined and do something after the call
 * that blocks, so that they stand on the stack with their names.
 */
#include "plants.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PLANT __attribute__((noinline, noclone))

enum { COMPUTING_MS = 90, SLEEPING_MS = 80, HELD_MS = 70 };

static volatile uint64_t sink;

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void sleep_ms(long ms)
{
    struct timespec left = {.tv_nsec = ms * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

PLANT static int plant_computing(void)
{
    int64_t end = now_ns(CLOCK_THREAD_CPUTIME_ID) + COMPUTING_MS * 1000000;
    while (now_ns(CLOCK_THREAD_CPUTIME_ID) < end)
        for (int i = 0; i < 20000; i++)
            sink += (uint64_t)i * i;
    return 0;
}

PLANT static int plant_sleeping(void)
{
    usleep(SLEEPING_MS * 1000);
    return sink == 1;
}

/* The writer comes at once, what it writes later. */
PLANT static int plant_file(void)
{
    char byte;
    int fd = open(getenv("PLANT_FIFO"), O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, &byte, 1);
    if (fd >= 0)
        close(fd);
    return n == 1 ? 0 : -1;
}

PLANT static int plant_socket(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_port = htons((uint16_t)atoi(getenv("PLANT_PORT")));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char byte = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ssize_t n = -1;
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
        send(fd, &byte, 1, 0) == 1)
        n = recv(fd, &byte, 1, 0);
    close(fd);
    return n == 1 ? 0 : -1;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t held;

static void *hold_mutex(void *unused)
{
    pthread_mutex_lock(&mutex);
    sem_post(&held);
    sleep_ms(HELD_MS);
    pthread_mutex_unlock(&mutex);
    return unused;
}

PLANT static int plant_lock(void)
{
    pthread_t holder;
    sem_init(&held, 0, 0);
    if (pthread_create(&holder, NULL, hold_mutex, NULL) != 0)
        return -1;
    pthread_detach(holder);
    while (sem_wait(&held) != 0)
        ;
    pthread_mutex_lock(&mutex);
    sink++;
    pthread_mutex_unlock(&mutex);
    return 0;
}

static void *hold_file(void *fd)
{
    sleep_ms(HELD_MS);
    close((int)(intptr_t)fd);
    return NULL;
}

PLANT static int plant_flock(void)
{
    pthread_t holder;
    const char *path = getenv("PLANT_LOCK");
    int theirs = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int ours = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (flock(theirs, LOCK_EX) != 0 ||
        pthread_create(&holder, NULL, hold_file, (void *)(intptr_t)theirs) != 0)
        return -1;
    pthread_detach(holder);
    int error = flock(ours, LOCK_EX);
    close(ours);
    return error;
}

PLANT static int plant_child(void)
{
    int status = system("exec sleep 0.08");
    return status == 0 ? 0 : -1;
}

/* A system call that no hook sees: the program makes it itself. */
PLANT static int plant_raw(void)
{
    struct timespec time = {.tv_nsec = SLEEPING_MS * 1000000};
    long result = -1;
#if defined(__x86_64__)
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(SYS_nanosleep), "D"(&time), "S"(NULL)
                     : "rcx", "r11", "memory");
#else
    result = syscall(SYS_nanosleep, &time, NULL);
#endif
    return (int)result;
}

/* Code made at run time, which keeps no frame pointer: that counts down. */
PLANT static int plant_jit(void)
{
#if defined(__x86_64__)
    static const unsigned char code[] = {
        0x48, 0x83, 0xec, 0x58, /* sub $0x58,%rsp */
        0x55,                   /* push %rbp */
        0x31, 0xed,             /* xor %ebp,%ebp */
        0x48, 0xff, 0xcf,       /* dec %rdi */
        0x75, 0xfb,             /* jne to dec */
        0x5d,                   /* pop %rbp */
        0x48, 0x83, 0xc4, 0x58, /* add $0x58,%rsp */
        0xc3};                  /* ret */
    void *made = mmap(NULL, sizeof code, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED)
        return -1;
    memcpy(made, code, sizeof code);
    void (*count_down)(uint64_t) = (void (*)(uint64_t))made;
    int64_t end = now_ns(CLOCK_THREAD_CPUTIME_ID) + COMPUTING_MS * 1000000;
    while (now_ns(CLOCK_THREAD_CPUTIME_ID) < end)
        count_down(5000000);
    return munmap(made, sizeof code);
#else
    return plant_computing();
#endif
}

static const struct plant {
    const char *name;
    int (*run)(void);
    clockid_t clock; /* that its duration is of */
} plants[] = {
    {"computing", plant_computing, CLOCK_THREAD_CPUTIME_ID},
    {"sleeping", plant_sleeping, CLOCK_MONOTONIC},
    {"file", plant_file, CLOCK_MONOTONIC},
    {"socket", plant_socket, CLOCK_MONOTONIC},
    {"lock", plant_lock, CLOCK_MONOTONIC},
    {"flock", plant_flock, CLOCK_MONOTONIC},
    {"child", plant_child, CLOCK_MONOTONIC},
    {"raw", plant_raw, CLOCK_MONOTONIC},
    {"jit", plant_jit, CLOCK_THREAD_CPUTIME_ID},
};

enum { N_PLANTS = sizeof plants / sizeof plants[0] };

const char *plant_name(int i)
{
    return i >= 0 && i < N_PLANTS ? plants[i].name : NULL;
}

/* One write to a file that is appended to: lines stay whole. */
static int tell_truth(const struct plant *plant, int64_t at, int64_t lasted)
{
    char line[256];
    int n = snprintf(line, sizeof line,
                     "{\"plant\":\"%s\",\"pid\":%d,\"utc_ns\":%" PRId64
                     ",\"ns\":%" PRId64 ",\"of\":\"%s\"}\n",
                     plant->name, (int)getpid(), at, lasted,
                     plant->clock == CLOCK_MONOTONIC ? "wall" : "cpu");
    int fd = open(getenv("PLANT_TRUTH"), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t written = write(fd, line, (size_t)n);
    close(fd);
    return written == n ? 0 : -1;
}

int plant_run(const char *name)
{
    for (int i = 0; i < N_PLANTS; i++) {
        const struct plant *plant = &plants[i];
        if (strcmp(plant->name, name) != 0)
            continue;
        int64_t at = now_ns(CLOCK_REALTIME);
        int64_t begin = now_ns(plant->clock);
        if (plant->run() != 0)
            return -1;
        return tell_truth(plant, at, now_ns(plant->clock) - begin);
    }
    return -1;
}
