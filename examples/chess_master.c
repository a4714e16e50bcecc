/* SPDX-License-Identifier: MIT */
/*
 * A chess master against 50 opponents: a move, and on to the next board. He
 * never waits for one to answer: while he plays at one board, 49 are waiting,
 * for him or for their own next move.
 */
#include <stdio.h>

#include "support/example.h"

#define N_BOARDS 50
#define N_MOVES 3    /* of his, on each board */
#define MOVE 0.002   /* seconds, of his */
#define OPPONENT 0.5 /* seconds, of theirs */

static struct co_result game(void *arg)
{
    for (int i = 1; i <= N_MOVES; i++) {
        example_compute(MOVE);
        if (i < N_MOVES)
            co_wait("opponent's move", OPPONENT);
    }
    return co_ok(NULL);
}

static struct co_result master(void *arg)
{
    struct co_task *games[N_BOARDS];
    double start = example_now();
    for (int i = 0; i < N_BOARDS; i++) {
        char label[16];
        snprintf(label, sizeof label, "board %d", i + 1);
        games[i] = co_spawn("game", label, game, NULL);
        co_yield (); /* he sits down at one after the other */
    }
    for (int i = 0; i < N_BOARDS; i++)
        co_await (games[i]);
    printf("%d games in %.1f s; one after the other: %.1f s\n", N_BOARDS,
           example_now() - start,
           N_BOARDS * (N_MOVES * MOVE + (N_MOVES - 1) * OPPONENT));
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "chess_master",
        .purpose = "One master, 50 opponents: one game runs, 49 wait.",
        .task = "master",
    };
    return example_run(&about, argc, argv, master);
}
