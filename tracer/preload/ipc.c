/* SPDX-License-Identifier: MIT */
/* Semaphores and queues between processes, and asynchronous files. */
#include "blocks.h"

#include <aio.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

LS_BLOCKS(SEMOP, ls_subject_number(about, "semaphores", id), int, semop,
          (int id, struct sembuf *ops, size_t n), (id, ops, n))
LS_BLOCKS(SEMTIMEDOP, ls_subject_number(about, "semaphores", id), int,
          semtimedop,
          (int id, struct sembuf *ops, size_t n,
           const struct timespec *timeout),
          (id, ops, n, timeout))
LS_BLOCKS(MSGRCV, ls_subject_number(about, "queue", id), ssize_t, msgrcv,
          (int id, void *to, size_t n, long type, int flags),
          (id, to, n, type, flags))
LS_BLOCKS(MSGSND, ls_subject_number(about, "queue", id), int, msgsnd,
          (int id, const void *from, size_t n, int flags), (id, from, n, flags))

LS_BLOCKS(MQ_RECEIVE, ls_subject_io(about, queue), ssize_t, mq_receive,
          (mqd_t queue, char *to, size_t n, unsigned *priority),
          (queue, to, n, priority))
LS_BLOCKS(MQ_TIMEDRECEIVE, ls_subject_io(about, queue), ssize_t,
          mq_timedreceive,
          (mqd_t queue, char *to, size_t n, unsigned *priority,
           const struct timespec *until),
          (queue, to, n, priority, until))
LS_BLOCKS(MQ_SEND, ls_subject_io(about, queue), int, mq_send,
          (mqd_t queue, const char *from, size_t n, unsigned priority),
          (queue, from, n, priority))
LS_BLOCKS(MQ_TIMEDSEND, ls_subject_io(about, queue), int, mq_timedsend,
          (mqd_t queue, const char *from, size_t n, unsigned priority,
           const struct timespec *until),
          (queue, from, n, priority, until))

LS_BLOCKS(AIO_SUSPEND, ls_subject_none(about), int, aio_suspend,
          (const struct aiocb *const list[], int n,
           const struct timespec *timeout),
          (list, n, timeout))
LS_BLOCKS(AIO_SUSPEND, ls_subject_none(about), int, aio_suspend64,
          (const struct aiocb64 *const list[], int n,
           const struct timespec *timeout),
          (list, n, timeout))
LS_BLOCKS(LIO_LISTIO, ls_subject_none(about), int, lio_listio,
          (int mode, struct aiocb *const list[restrict], int n,
           struct sigevent *event),
          (mode, list, n, event))
LS_BLOCKS(LIO_LISTIO, ls_subject_none(about), int, lio_listio64,
          (int mode, struct aiocb64 *const list[restrict], int n,
           struct sigevent *event),
          (mode, list, n, event))
