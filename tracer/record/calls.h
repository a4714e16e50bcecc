#ifndef LS_RECORD_CALLS_H
#define LS_RECORD_CALLS_H
/* SPDX-License-Identifier: MIT */
/*
 * calls.h - the calls that are recorded when they block, and their names.
 *
 * One for all variants of a function (the __*_chk of _FORTIFY_SOURCE, the
 * *64, the *_unlocked). Not for the hooks themselves (preload/hooked.h).
 *
 * Units, Ownership, Errors, Threads: none.
 */
#include "tracer/record/asked.h"
#include "tracer/vocabulary.h"

#define LS_CALLS_SLEEP(X)                                                      \
    X(SLEEP, "sleep")                                                          \
    X(USLEEP, "usleep")                                                        \
    X(NANOSLEEP, "nanosleep")                                                  \
    X(CLOCK_NANOSLEEP, "clock_nanosleep")                                      \
    X(THRD_SLEEP, "thrd_sleep")                                                \
    X(UV_SLEEP, "uv_sleep")

#define LS_CALLS_POLL(X)                                                       \
    X(POLL, "poll")                                                            \
    X(PPOLL, "ppoll")                                                          \
    X(SELECT, "select")                                                        \
    X(PSELECT, "pselect")                                                      \
    X(EPOLL_WAIT, "epoll_wait")                                                \
    X(EPOLL_PWAIT, "epoll_pwait")                                              \
    X(EPOLL_PWAIT2, "epoll_pwait2")

#define LS_CALLS_DESCRIPTOR(X)                                                 \
    X(READ, "read")                                                            \
    X(READV, "readv")                                                          \
    X(PREAD, "pread")                                                          \
    X(PREADV, "preadv")                                                        \
    X(PREADV2, "preadv2")                                                      \
    X(WRITE, "write")                                                          \
    X(WRITEV, "writev")                                                        \
    X(PWRITE, "pwrite")                                                        \
    X(PWRITEV, "pwritev")                                                      \
    X(PWRITEV2, "pwritev2")                                                    \
    X(SENDFILE, "sendfile")                                                    \
    X(SPLICE, "splice")                                                        \
    X(TEE, "tee")                                                              \
    X(VMSPLICE, "vmsplice")                                                    \
    X(COPY_FILE_RANGE, "copy_file_range")

#define LS_CALLS_SOCKET(X)                                                     \
    X(RECV, "recv")                                                            \
    X(RECVFROM, "recvfrom")                                                    \
    X(RECVMSG, "recvmsg")                                                      \
    X(RECVMMSG, "recvmmsg")                                                    \
    X(SEND, "send")                                                            \
    X(SENDTO, "sendto")                                                        \
    X(SENDMSG, "sendmsg")                                                      \
    X(SENDMMSG, "sendmmsg")                                                    \
    X(CONNECT, "connect")                                                      \
    X(ACCEPT, "accept")                                                        \
    X(ACCEPT4, "accept4")

#define LS_CALLS_RESOLVER(X)                                                   \
    X(GETADDRINFO, "getaddrinfo")                                              \
    X(GETNAMEINFO, "getnameinfo")                                              \
    X(GETHOSTBYNAME, "gethostbyname")                                          \
    X(GETHOSTBYNAME2, "gethostbyname2")                                        \
    X(GETHOSTBYNAME_R, "gethostbyname_r")                                      \
    X(GETHOSTBYNAME2_R, "gethostbyname2_r")                                    \
    X(GETHOSTBYADDR, "gethostbyaddr")                                          \
    X(GETHOSTBYADDR_R, "gethostbyaddr_r")                                      \
    X(GAI_SUSPEND, "gai_suspend")                                              \
    X(RES_QUERY, "res_query")                                                  \
    X(RES_SEARCH, "res_search")                                                \
    X(GETPWNAM, "getpwnam")                                                    \
    X(GETPWNAM_R, "getpwnam_r")                                                \
    X(GETPWUID, "getpwuid")                                                    \
    X(GETPWUID_R, "getpwuid_r")                                                \
    X(GETGRNAM, "getgrnam")                                                    \
    X(GETGRNAM_R, "getgrnam_r")                                                \
    X(GETGRGID, "getgrgid")                                                    \
    X(GETGRGID_R, "getgrgid_r")

#define LS_CALLS_FILE(X)                                                       \
    X(OPEN, "open")                                                            \
    X(OPENAT, "openat")                                                        \
    X(CREAT, "creat")                                                          \
    X(CLOSE, "close")                                                          \
    X(FSYNC, "fsync")                                                          \
    X(FDATASYNC, "fdatasync")                                                  \
    X(SYNC, "sync")                                                            \
    X(SYNCFS, "syncfs")                                                        \
    X(SYNC_FILE_RANGE, "sync_file_range")                                      \
    X(MSYNC, "msync")                                                          \
    X(FLOCK, "flock")                                                          \
    X(LOCKF, "lockf")                                                          \
    X(FCNTL, "fcntl")                                                          \
    X(FTRUNCATE, "ftruncate")                                                  \
    X(TRUNCATE, "truncate")                                                    \
    X(FALLOCATE, "fallocate")                                                  \
    X(POSIX_FALLOCATE, "posix_fallocate")                                      \
    X(UNLINK, "unlink")                                                        \
    X(UNLINKAT, "unlinkat")                                                    \
    X(RENAME, "rename")                                                        \
    X(RENAMEAT, "renameat")                                                    \
    X(RENAMEAT2, "renameat2")                                                  \
    X(OPENDIR, "opendir")                                                      \
    X(TCDRAIN, "tcdrain")

#define LS_CALLS_LOCK(X)                                                       \
    X(PTHREAD_MUTEX_LOCK, "pthread_mutex_lock")                                \
    X(PTHREAD_MUTEX_TIMEDLOCK, "pthread_mutex_timedlock")                      \
    X(PTHREAD_MUTEX_CLOCKLOCK, "pthread_mutex_clocklock")                      \
    X(PTHREAD_RWLOCK_RDLOCK, "pthread_rwlock_rdlock")                          \
    X(PTHREAD_RWLOCK_WRLOCK, "pthread_rwlock_wrlock")                          \
    X(PTHREAD_RWLOCK_TIMEDRDLOCK, "pthread_rwlock_timedrdlock")                \
    X(PTHREAD_RWLOCK_TIMEDWRLOCK, "pthread_rwlock_timedwrlock")                \
    X(PTHREAD_RWLOCK_CLOCKRDLOCK, "pthread_rwlock_clockrdlock")                \
    X(PTHREAD_RWLOCK_CLOCKWRLOCK, "pthread_rwlock_clockwrlock")                \
    X(MTX_LOCK, "mtx_lock")                                                    \
    X(MTX_TIMEDLOCK, "mtx_timedlock")                                          \
    X(FLOCKFILE, "flockfile")

#define LS_CALLS_WAIT(X)                                                       \
    X(PTHREAD_COND_WAIT, "pthread_cond_wait")                                  \
    X(PTHREAD_COND_TIMEDWAIT, "pthread_cond_timedwait")                        \
    X(PTHREAD_COND_CLOCKWAIT, "pthread_cond_clockwait")                        \
    X(CND_WAIT, "cnd_wait")                                                    \
    X(CND_TIMEDWAIT, "cnd_timedwait")                                          \
    X(PTHREAD_BARRIER_WAIT, "pthread_barrier_wait")                            \
    X(SEM_WAIT, "sem_wait")                                                    \
    X(SEM_TIMEDWAIT, "sem_timedwait")                                          \
    X(SEM_CLOCKWAIT, "sem_clockwait")                                          \
    X(PTHREAD_JOIN, "pthread_join")                                            \
    X(PTHREAD_TIMEDJOIN_NP, "pthread_timedjoin_np")                            \
    X(PTHREAD_CLOCKJOIN_NP, "pthread_clockjoin_np")                            \
    X(THRD_JOIN, "thrd_join")

#define LS_CALLS_PROCESS(X)                                                    \
    X(WAIT, "wait")                                                            \
    X(WAITPID, "waitpid")                                                      \
    X(WAIT3, "wait3")                                                          \
    X(WAIT4, "wait4")                                                          \
    X(WAITID, "waitid")                                                        \
    X(SYSTEM, "system")                                                        \
    X(POPEN, "popen")                                                          \
    X(PCLOSE, "pclose")                                                        \
    X(SIGWAIT, "sigwait")                                                      \
    X(SIGWAITINFO, "sigwaitinfo")                                              \
    X(SIGTIMEDWAIT, "sigtimedwait")                                            \
    X(SIGSUSPEND, "sigsuspend")                                                \
    X(PAUSE, "pause")

#define LS_CALLS_IPC(X)                                                        \
    X(SEMOP, "semop")                                                          \
    X(SEMTIMEDOP, "semtimedop")                                                \
    X(MSGRCV, "msgrcv")                                                        \
    X(MSGSND, "msgsnd")                                                        \
    X(MQ_RECEIVE, "mq_receive")                                                \
    X(MQ_TIMEDRECEIVE, "mq_timedreceive")                                      \
    X(MQ_SEND, "mq_send")                                                      \
    X(MQ_TIMEDSEND, "mq_timedsend")                                            \
    X(AIO_SUSPEND, "aio_suspend")                                              \
    X(LIO_LISTIO, "lio_listio")

#define LS_CALLS_STDIO(X)                                                      \
    X(FOPEN, "fopen")                                                          \
    X(FREOPEN, "freopen")                                                      \
    X(FCLOSE, "fclose")                                                        \
    X(FFLUSH, "fflush")                                                        \
    X(FREAD, "fread")                                                          \
    X(FWRITE, "fwrite")                                                        \
    X(FGETS, "fgets")                                                          \
    X(FGETC, "fgetc")                                                          \
    X(GETCHAR, "getchar")                                                      \
    X(GETLINE, "getline")                                                      \
    X(GETDELIM, "getdelim")                                                    \
    X(FSCANF, "fscanf")                                                        \
    X(SCANF, "scanf")                                                          \
    X(VFSCANF, "vfscanf")                                                      \
    X(FPUTS, "fputs")                                                          \
    X(FPUTC, "fputc")                                                          \
    X(PUTS, "puts")                                                            \
    X(PUTCHAR, "putchar")                                                      \
    X(PRINTF, "printf")                                                        \
    X(VPRINTF, "vprintf")                                                      \
    X(FPRINTF, "fprintf")                                                      \
    X(VFPRINTF, "vfprintf")                                                    \
    X(DPRINTF, "dprintf")                                                      \
    X(VDPRINTF, "vdprintf")                                                    \
    X(PERROR, "perror")                                                        \
    X(SYSLOG, "syslog")                                                        \
    X(VSYSLOG, "vsyslog")

/* Functions of libuv that work in place when they are given no callback. */
#define LS_CALL_OF_FS(X, name) X(uv_fs_##name, "uv_fs_" #name)
#define LS_CALLS_SYNC(X)                                                       \
    LS_FS(LS_CALL_OF_FS, X)                                                    \
    X(uv_getaddrinfo, "uv_getaddrinfo")                                        \
    X(uv_getnameinfo, "uv_getnameinfo")                                        \
    X(uv_random, "uv_random")

/* syscall(): the numbers that can block, by the kernel's names. Those in the
 * second list are not of every architecture. */
#define LS_SYSCALLS_EVERYWHERE(X)                                              \
    X(accept)                                                                  \
    X(accept4)                                                                 \
    X(clock_nanosleep)                                                         \
    X(connect)                                                                 \
    X(copy_file_range)                                                         \
    X(fdatasync)                                                               \
    X(flock)                                                                   \
    X(fsync)                                                                   \
    X(futex)                                                                   \
    X(getrandom)                                                               \
    X(io_getevents)                                                            \
    X(io_uring_enter)                                                          \
    X(mq_timedreceive)                                                         \
    X(mq_timedsend)                                                            \
    X(msgrcv)                                                                  \
    X(msgsnd)                                                                  \
    X(msync)                                                                   \
    X(nanosleep)                                                               \
    X(openat)                                                                  \
    X(ppoll)                                                                   \
    X(pread64)                                                                 \
    X(preadv)                                                                  \
    X(pselect6)                                                                \
    X(pwrite64)                                                                \
    X(pwritev)                                                                 \
    X(read)                                                                    \
    X(readv)                                                                   \
    X(recvfrom)                                                                \
    X(recvmsg)                                                                 \
    X(rt_sigtimedwait)                                                         \
    X(semop)                                                                   \
    X(semtimedop)                                                              \
    X(sendfile)                                                                \
    X(sendmsg)                                                                 \
    X(sendto)                                                                  \
    X(splice)                                                                  \
    X(sync)                                                                    \
    X(syncfs)                                                                  \
    X(wait4)                                                                   \
    X(waitid)                                                                  \
    X(write)                                                                   \
    X(writev)

#define LS_SYSCALLS_X86(X)                                                     \
    X(epoll_wait)                                                              \
    X(open)                                                                    \
    X(pause)                                                                   \
    X(poll)                                                                    \
    X(select)

#if defined(__x86_64__)
#define LS_SYSCALLS(X)                                                         \
    LS_SYSCALLS_EVERYWHERE(X)                                                  \
    LS_SYSCALLS_X86(X)
#else
#define LS_SYSCALLS(X) LS_SYSCALLS_EVERYWHERE(X)
#endif

/* That of `loopscope run --inject` (inject.h). */
#define LS_CALLS_OWN(X) X(INJECTED, LS_NAME_INJECTED)

/* The macro X of where LS_CALLS is used. */
#define LS_SYSCALL_AS_CALL(name) X(SYSCALL_##name, "syscall(" #name ")")

/* All of them. X has to be the macro's name. */
#define LS_CALLS(X)                                                            \
    LS_CALLS_SLEEP(X)                                                          \
    LS_CALLS_POLL(X)                                                           \
    LS_CALLS_DESCRIPTOR(X)                                                     \
    LS_CALLS_SOCKET(X)                                                         \
    LS_CALLS_RESOLVER(X)                                                       \
    LS_CALLS_FILE(X)                                                           \
    LS_CALLS_LOCK(X)                                                           \
    LS_CALLS_WAIT(X)                                                           \
    LS_CALLS_PROCESS(X)                                                        \
    LS_CALLS_IPC(X)                                                            \
    LS_CALLS_STDIO(X)                                                          \
    LS_CALLS_SYNC(X)                                                           \
    LS_CALLS_OWN(X)                                                            \
    LS_SYSCALLS(LS_SYSCALL_AS_CALL)

enum ls_call {
#define X(id, name) LS_CALL_##id,
    LS_CALLS(X)
#undef X
        LS_N_CALLS
};

#endif
