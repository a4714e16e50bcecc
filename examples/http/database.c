/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/support/example.h"

static void answer_questions(void *arg)
{
    struct database *database = arg;
    char question[64];
    ssize_t n;
    for (int i = 1;
         (n = read(database->other_end, question, sizeof question)) > 0; i++) {
        char answer[DATABASE_ANSWER_BYTES];
        int n_answer = snprintf(answer, sizeof answer, "report %d: %zd rows\n",
                                i, n * 100);
        usleep(example_stall_us(DATABASE_SECONDS));
        if (write(database->other_end, answer, (size_t)n_answer) < 0)
            break;
    }
}

int database_start(struct database *database)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return uv_translate_sys_error(errno);
    database->fd = ends[0];
    database->other_end = ends[1];
    int error = uv_thread_create(&database->thread, answer_questions, database);
    if (error) {
        close(ends[0]);
        close(ends[1]);
    }
    return error;
}

void database_stop(struct database *database)
{
    close(database->fd); /* the thread reads the end */
    uv_thread_join(&database->thread);
    close(database->other_end);
}
