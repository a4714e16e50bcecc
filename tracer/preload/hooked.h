#ifndef LS_PRELOAD_HOOKED_H
#define LS_PRELOAD_HOOKED_H
/* SPDX-License-Identifier: MIT */
/*
 * hooked.h - the functions of libc that can block and are hooked.
 *
 * A list for each file beside this one. Not for what they are called in a
 * trace (record/calls.h).
 *
 * Units, Ownership, Errors, Threads: none.
 */

#define LS_HOOKS_SLEEP(X)                                                      \
    X(sleep)                                                                   \
    X(usleep)                                                                  \
    X(nanosleep)                                                               \
    X(clock_nanosleep)                                                         \
    X(thrd_sleep)

#define LS_HOOKS_DESCRIPTOR(X)                                                 \
    X(read)                                                                    \
    X(__read_chk)                                                              \
    X(readv)                                                                   \
    X(pread)                                                                   \
    X(pread64)                                                                 \
    X(__pread_chk)                                                             \
    X(__pread64_chk)                                                           \
    X(preadv)                                                                  \
    X(preadv64)                                                                \
    X(preadv2)                                                                 \
    X(preadv64v2)                                                              \
    X(write)                                                                   \
    X(writev)                                                                  \
    X(pwrite)                                                                  \
    X(pwrite64)                                                                \
    X(pwritev)                                                                 \
    X(pwritev64)                                                               \
    X(pwritev2)                                                                \
    X(pwritev64v2)                                                             \
    X(sendfile)                                                                \
    X(sendfile64)                                                              \
    X(splice)                                                                  \
    X(tee)                                                                     \
    X(vmsplice)                                                                \
    X(copy_file_range)

#define LS_HOOKS_SOCKET(X)                                                     \
    X(recv)                                                                    \
    X(__recv_chk)                                                              \
    X(recvfrom)                                                                \
    X(__recvfrom_chk)                                                          \
    X(recvmsg)                                                                 \
    X(recvmmsg)                                                                \
    X(send)                                                                    \
    X(sendto)                                                                  \
    X(sendmsg)                                                                 \
    X(sendmmsg)                                                                \
    X(connect)                                                                 \
    X(accept)                                                                  \
    X(accept4)

#define LS_HOOKS_RESOLVER(X)                                                   \
    X(getaddrinfo)                                                             \
    X(getnameinfo)                                                             \
    X(gethostbyname)                                                           \
    X(gethostbyname2)                                                          \
    X(gethostbyname_r)                                                         \
    X(gethostbyname2_r)                                                        \
    X(gethostbyaddr)                                                           \
    X(gethostbyaddr_r)                                                         \
    X(gai_suspend)                                                             \
    X(res_query)                                                               \
    X(res_search)                                                              \
    X(getpwnam)                                                                \
    X(getpwnam_r)                                                              \
    X(getpwuid)                                                                \
    X(getpwuid_r)                                                              \
    X(getgrnam)                                                                \
    X(getgrnam_r)                                                              \
    X(getgrgid)                                                                \
    X(getgrgid_r)

#define LS_HOOKS_FILE(X)                                                       \
    X(open)                                                                    \
    X(open64)                                                                  \
    X(__open_2)                                                                \
    X(__open64_2)                                                              \
    X(openat)                                                                  \
    X(openat64)                                                                \
    X(__openat_2)                                                              \
    X(__openat64_2)                                                            \
    X(creat)                                                                   \
    X(creat64)                                                                 \
    X(close)                                                                   \
    X(fsync)                                                                   \
    X(fdatasync)                                                               \
    X(sync)                                                                    \
    X(syncfs)                                                                  \
    X(sync_file_range)                                                         \
    X(msync)                                                                   \
    X(flock)                                                                   \
    X(lockf)                                                                   \
    X(lockf64)                                                                 \
    X(fcntl)                                                                   \
    X(fcntl64)                                                                 \
    X(ftruncate)                                                               \
    X(ftruncate64)                                                             \
    X(truncate)                                                                \
    X(truncate64)                                                              \
    X(fallocate)                                                               \
    X(fallocate64)                                                             \
    X(posix_fallocate)                                                         \
    X(posix_fallocate64)                                                       \
    X(unlink)                                                                  \
    X(unlinkat)                                                                \
    X(rename)                                                                  \
    X(renameat)                                                                \
    X(renameat2)                                                               \
    X(opendir)                                                                 \
    X(tcdrain)

#define LS_HOOKS_LOCK(X)                                                       \
    X(pthread_mutex_lock)                                                      \
    X(pthread_mutex_timedlock)                                                 \
    X(pthread_mutex_clocklock)                                                 \
    X(pthread_rwlock_rdlock)                                                   \
    X(pthread_rwlock_wrlock)                                                   \
    X(pthread_rwlock_timedrdlock)                                              \
    X(pthread_rwlock_timedwrlock)                                              \
    X(pthread_rwlock_clockrdlock)                                              \
    X(pthread_rwlock_clockwrlock)                                              \
    X(mtx_lock)                                                                \
    X(mtx_timedlock)                                                           \
    X(flockfile)

#define LS_HOOKS_WAIT(X)                                                       \
    X(pthread_cond_wait)                                                       \
    X(pthread_cond_timedwait)                                                  \
    X(pthread_cond_clockwait)                                                  \
    X(cnd_wait)                                                                \
    X(cnd_timedwait)                                                           \
    X(pthread_barrier_wait)                                                    \
    X(sem_wait)                                                                \
    X(sem_timedwait)                                                           \
    X(sem_clockwait)                                                           \
    X(pthread_join)                                                            \
    X(pthread_timedjoin_np)                                                    \
    X(pthread_clockjoin_np)                                                    \
    X(thrd_join)

#define LS_HOOKS_PROCESS(X)                                                    \
    X(wait)                                                                    \
    X(waitpid)                                                                 \
    X(wait3)                                                                   \
    X(wait4)                                                                   \
    X(waitid)                                                                  \
    X(system)                                                                  \
    X(popen)                                                                   \
    X(pclose)                                                                  \
    X(sigwait)                                                                 \
    X(sigwaitinfo)                                                             \
    X(sigtimedwait)                                                            \
    X(sigsuspend)                                                              \
    X(pause)

#define LS_HOOKS_IPC(X)                                                        \
    X(semop)                                                                   \
    X(semtimedop)                                                              \
    X(msgrcv)                                                                  \
    X(msgsnd)                                                                  \
    X(mq_receive)                                                              \
    X(mq_timedreceive)                                                         \
    X(mq_send)                                                                 \
    X(mq_timedsend)                                                            \
    X(aio_suspend)                                                             \
    X(aio_suspend64)                                                           \
    X(lio_listio)                                                              \
    X(lio_listio64)

#define LS_HOOKS_STDIO(X)                                                      \
    X(fopen)                                                                   \
    X(fopen64)                                                                 \
    X(freopen)                                                                 \
    X(freopen64)                                                               \
    X(fclose)                                                                  \
    X(fflush)                                                                  \
    X(fflush_unlocked)                                                         \
    X(fread)                                                                   \
    X(__fread_chk)                                                             \
    X(fread_unlocked)                                                          \
    X(__fread_unlocked_chk)                                                    \
    X(fwrite)                                                                  \
    X(fwrite_unlocked)                                                         \
    X(fgets)                                                                   \
    X(__fgets_chk)                                                             \
    X(fgets_unlocked)                                                          \
    X(__fgets_unlocked_chk)                                                    \
    X(fgetc)                                                                   \
    X(getc)                                                                    \
    X(_IO_getc)                                                                \
    X(fgetc_unlocked)                                                          \
    X(getc_unlocked)                                                           \
    X(getchar)                                                                 \
    X(getchar_unlocked)                                                        \
    X(getline)                                                                 \
    X(getdelim)                                                                \
    X(__getdelim)                                                              \
    X(__isoc99_fscanf)                                                         \
    X(__isoc99_scanf)                                                          \
    X(__isoc99_vfscanf)                                                        \
    X(fputs)                                                                   \
    X(fputs_unlocked)                                                          \
    X(fputc)                                                                   \
    X(putc)                                                                    \
    X(_IO_putc)                                                                \
    X(fputc_unlocked)                                                          \
    X(putc_unlocked)                                                           \
    X(puts)                                                                    \
    X(putchar)                                                                 \
    X(putchar_unlocked)                                                        \
    X(printf)                                                                  \
    X(__printf_chk)                                                            \
    X(vprintf)                                                                 \
    X(__vprintf_chk)                                                           \
    X(fprintf)                                                                 \
    X(__fprintf_chk)                                                           \
    X(vfprintf)                                                                \
    X(__vfprintf_chk)                                                          \
    X(dprintf)                                                                 \
    X(__dprintf_chk)                                                           \
    X(vdprintf)                                                                \
    X(__vdprintf_chk)                                                          \
    X(perror)                                                                  \
    X(syslog)                                                                  \
    X(__syslog_chk)                                                            \
    X(vsyslog)                                                                 \
    X(__vsyslog_chk)

/* They do not block: they change what is known of descriptors. */
#define LS_HOOKS_NUMBER(X)                                                     \
    X(dup)                                                                     \
    X(dup2)                                                                    \
    X(dup3)                                                                    \
    X(close_range)                                                             \
    X(closefrom)                                                               \
    X(socket)                                                                  \
    X(socketpair)                                                              \
    X(pipe2)                                                                   \
    X(eventfd)                                                                 \
    X(timerfd_create)                                                          \
    X(signalfd)                                                                \
    X(inotify_init1)                                                           \
    X(ioctl)

#define LS_HOOKS_SYSCALL(X)                                                    \
    X(syscall)                                                                 \
    X(prctl)                                                                   \
    X(mlockall)

#define LS_HOOKS_CALL(X)                                                       \
    LS_HOOKS_SLEEP(X)                                                          \
    LS_HOOKS_DESCRIPTOR(X)                                                     \
    LS_HOOKS_SOCKET(X)                                                         \
    LS_HOOKS_RESOLVER(X)                                                       \
    LS_HOOKS_FILE(X)                                                           \
    LS_HOOKS_LOCK(X)                                                           \
    LS_HOOKS_WAIT(X)                                                           \
    LS_HOOKS_PROCESS(X)                                                        \
    LS_HOOKS_IPC(X)                                                            \
    LS_HOOKS_STDIO(X)                                                          \
    LS_HOOKS_NUMBER(X)                                                         \
    LS_HOOKS_SYSCALL(X)

#endif
