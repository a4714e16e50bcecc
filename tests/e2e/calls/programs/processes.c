/* SPDX-License-Identifier: MIT */
/* Rows: child processes, signals, and what is between processes. */
#include <aio.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "row.h"

/* ---- children ----------------------------------------------------------- */

static pid_t child;

static void make_child(void)
{
    child = fork();
    if (child == 0) {
        struct timespec t = {.tv_nsec = LATE_MS * 1000000L};
        nanosleep(&t, NULL);
        _exit(0);
    }
}

static siginfo_t info;
static FILE *stream;

static void make_stream(void)
{
    stream = popen("sleep 0.03", "r");
}

/* It waits for the shell to end, which is not to be part of popen(). */
static void close_stream(void)
{
    pclose(stream);
}

static void make_slow_shell(void)
{
    make_slow();
    undo = close_stream;
}

WAITS(wait, "wait", "", "any child", make_child, NULL, wait(NULL) - child)
WAITS(waitpid, "waitpid", "", "pid ", make_child, NULL,
      waitpid(child, NULL, 0) - child)
WAITS(wait3, "wait3", "", "any child", make_child, NULL,
      wait3(NULL, 0, NULL) - child)
WAITS(wait4, "wait4", "", "pid ", make_child, NULL,
      wait4(child, NULL, 0, NULL) - child)
WAITS(waitid, "waitid", "", "pid ", make_child, NULL,
      waitid(P_PID, (id_t)child, &info, WEXITED))
WAITS(system, "system", "", "sleep 0.03", NULL, NULL, system("sleep 0.03"))
WAITS(popen, "popen", "", "true", make_slow_shell, NULL,
      (stream = popen("true", "r")) ? 0 : -1)
WAITS(pclose, "pclose", "", "", make_stream, NULL, pclose(stream))
QUIET(waitpid_nohang, NULL,
      waitpid(-1, NULL, WNOHANG) < 0 ? (errno = 77, 0) : 0)

/* ---- signals ------------------------------------------------------------ */

static pthread_t self;
static sigset_t set, old;
static int number;

static void make_blocked(void)
{
    self = pthread_self();
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, &old);
}

static void on_signal(int unused)
{
}

static void make_handled(void)
{
    self = pthread_self();
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    signal(SIGUSR1, on_signal);
    sigemptyset(&old);
}

static void kill_late(void)
{
    pthread_kill(self, SIGUSR1);
}

/* Interrupted, as it has to be. */
static long interrupted(long result)
{
    if (result != -1 || errno != EINTR)
        return -1;
    errno = 77;
    return 0;
}

WAITS(sigwait, "sigwait", "", "SIGUSR1 SIGUSR2", make_blocked, kill_late,
      sigwait(&set, &number))
WAITS(sigwaitinfo, "sigwaitinfo", "", "SIGUSR1", make_blocked, kill_late,
      sigwaitinfo(&set, NULL) - SIGUSR1)
WAITS(sigtimedwait, "sigtimedwait", "", "SIGUSR1", make_blocked, kill_late,
      sigtimedwait(&set, NULL, &(struct timespec){1, 0}) - SIGUSR1)
WAITS(sigsuspend, "sigsuspend", "", "", make_handled, kill_late,
      interrupted(sigsuspend(&old)))
WAITS(pause, "pause", "", "", make_handled, kill_late, interrupted(pause()))

/* ---- between processes -------------------------------------------------- */

static int id;
static struct {
    long type;
    char text[64];
} letter = {.type = 1};

static void make_semaphore(void)
{
    id = semget(IPC_PRIVATE, 1, 0600);
}

static void raise_late(void)
{
    TRY(semop(id, &(struct sembuf){0, 1, 0}, 1));
}

static long remove_semaphore(long result)
{
    semctl(id, 0, IPC_RMID);
    return result;
}

static void make_queue(void)
{
    id = msgget(IPC_PRIVATE, 0600);
}

static void make_full_queue(void)
{
    make_queue();
    while (msgsnd(id, &letter, sizeof letter.text, IPC_NOWAIT) == 0)
        ;
}

static void send_letter(void)
{
    TRY(msgsnd(id, &letter, sizeof letter.text, 0));
}

static void take_letter(void)
{
    static char taken[128];
    TRY(msgrcv(id, taken, sizeof letter.text, 0, 0));
}

static long remove_queue(long result)
{
    msgctl(id, IPC_RMID, NULL);
    return result;
}

static mqd_t queue;
static char text[8192];

static void make_mq(void)
{
    struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 8};
    mq_unlink("/loopscope_row");
    queue = mq_open("/loopscope_row", O_RDWR | O_CREAT, 0600, &attr);
    keep(queue);
    mq_unlink("/loopscope_row");
}

static void make_full_mq(void)
{
    make_mq();
    TRY(mq_send(queue, "x", 1, 0));
}

static void mq_send_late(void)
{
    TRY(mq_send(queue, "x", 1, 0));
}

static void mq_take_late(void)
{
    static char taken[8192];
    TRY(mq_receive(queue, taken, sizeof taken, NULL));
}

static struct aiocb request;

static void make_request(void)
{
    make_pipe();
    request =
        (struct aiocb){.aio_fildes = fds[0], .aio_buf = bytes, .aio_nbytes = 1};
    TRY(aio_read(&request));
}

static const struct aiocb *requests[] = {&request};

WAITS(semop, "semop", "", "semaphores ", make_semaphore, raise_late,
      remove_semaphore(semop(id, &(struct sembuf){0, -1, 0}, 1)))
WAITS(semtimedop, "semtimedop", "", "semaphores ", make_semaphore, raise_late,
      remove_semaphore(semtimedop(id, &(struct sembuf){0, -1, 0}, 1,
                                  &(struct timespec){1, 0})))
WAITS(msgrcv, "msgrcv", "", "queue ", make_queue, send_letter,
      remove_queue(msgrcv(id, text, sizeof letter.text, 0, 0)))
WAITS(msgsnd, "msgsnd", "", "queue ", make_full_queue, take_letter,
      remove_queue(msgsnd(id, &letter, sizeof letter.text, 0)))
WAITS(mq_receive, "mq_receive", "file", "/loopscope_row", make_mq, mq_send_late,
      mq_receive(queue, text, sizeof text, NULL))
WAITS(mq_timedreceive, "mq_timedreceive", "file", "/loopscope_row", make_mq,
      mq_send_late,
      mq_timedreceive(queue, text, sizeof text, NULL,
                      from_now(CLOCK_REALTIME, 1000)))
WAITS(mq_send, "mq_send", "file", "/loopscope_row", make_full_mq, mq_take_late,
      mq_send(queue, "y", 1, 0))
WAITS(mq_timedsend, "mq_timedsend", "file", "/loopscope_row", make_full_mq,
      mq_take_late,
      mq_timedsend(queue, "y", 1, 0, from_now(CLOCK_REALTIME, 1000)))
WAITS(aio_suspend, "aio_suspend", "", "", make_request, write_late,
      aio_suspend(requests, 1, NULL))

/* ---- syscall() ---------------------------------------------------------- */

static int word;
static struct timespec late = {.tv_nsec = LATE_MS * 1000000L};

static long futex(int value, const struct timespec *timeout)
{
    long result =
        syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, timeout, NULL, 0);
    int error = result < 0 ? errno : 0;
    errno = 77;
    return error;
}

WAITS(syscall_futex, "syscall(futex)", "", "futex 0x", NULL, NULL,
      futex(0, &late) - ETIMEDOUT)
WAITS(syscall_read, "syscall(read)", "pipe", "", make_pipe, write_late,
      syscall(SYS_read, fds[0], bytes, 1))
WAITS(syscall_nanosleep, "syscall(nanosleep)", "", "", NULL, NULL,
      syscall(SYS_nanosleep, &late, NULL))
WAITS(syscall_wait4, "syscall(wait4)", "", "pid ", make_child, NULL,
      syscall(SYS_wait4, child, NULL, 0, NULL) - child)
QUIET(futex_other, NULL, futex(1, NULL) - EAGAIN)
QUIET(syscall_six, NULL,
      syscall(SYS_mmap, NULL, 4096, 0, 0x22, -1, 0) == -1 ? -1 : 0)
