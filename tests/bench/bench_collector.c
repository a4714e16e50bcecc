/* SPDX-License-Identifier: MIT */
/*
 * bench_collector [--quick]: what it costs the collector to drain a
 * record and write what it says, beside what cJSON needs to print the same
 * lines, in one run.
 *
 * No other process: rings are filled by hand with what servers record, then
 * drained into a file in the memory of the machine. Rounds of the cases take
 * turns; the least CPU time counts, so that a busy machine does no harm.
 *
 * --quick: one round, as a test: fails if a line is missing, never on time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "tracer/collector/collector.h"
#include "tracer/record/clock.h"

enum {
    ROUNDS = 15,
    CONNECTIONS = 50,
    TURNS = 200, /* a round */
    CHUNKS = 512,
    SAMPLE_LINES = 4000 /* printed with cJSON */
};

static struct ls_shared *shared;
static struct ls_collector *collector;
static uint64_t now;            /* ticks: ns */
static uint64_t next_operation; /* given last */
static uint64_t reads[CONNECTIONS];
static struct {
    uint32_t chunk, at;
} feed;

/* ---- what is recorded --------------------------------------------------- */

static struct ls_record *reserve(uint32_t n)
{
    if (feed.at + n > LS_CHUNK_RECORDS) {
        uint32_t next = ls_chunk_take(shared);
        if (next == LS_N_CHUNKS) {
            fprintf(stderr, "bench_collector: the arena is full\n");
            exit(1);
        }
        /* The rest of a chunk is filled with records that say nothing. */
        struct ls_record *rest = ls_chunk_records(shared, feed.chunk) + feed.at;
        uint32_t n_rest = LS_CHUNK_RECORDS - feed.at;
        for (uint32_t i = 0; i < n_rest; i++)
            rest[i] = (struct ls_record){.ticks = now};
        atomic_fetch_add(&shared->rings[0].head, n_rest);
        atomic_store(&ls_chunk_head(shared, feed.chunk)->next, next + 1);
        feed.chunk = next;
        feed.at = 0;
    }
    struct ls_record *to = ls_chunk_records(shared, feed.chunk) + feed.at;
    feed.at += n;
    return to;
}

static void say(struct ls_record record)
{
    now += 1500;
    record.ticks = now;
    *reserve(1) = record;
    atomic_fetch_add(&shared->rings[0].head, 1);
}

static void on_written(void)
{
}

static void on_read(void)
{
}

static void ask(uint64_t operation, enum ls_operation_kind kind,
                uint64_t handle, void (*callback)(void))
{
    struct ls_record *to = reserve(2);
    struct ls_asked_more more = {.pc = (uint64_t)(uintptr_t)on_read,
                                 .handle = handle};
    now += 1500;
    *to = (struct ls_record){.ticks = now,
                             .type = LS_RECORD_ASKED,
                             .n_more = 1,
                             .name = (uint32_t)kind |
                                     (uint32_t)LS_VARIANT_CONNECTION << 8,
                             .task = operation,
                             .value = (uint64_t)(uintptr_t)callback};
    memcpy(to + 1, &more, sizeof more);
    atomic_fetch_add(&shared->rings[0].head, 2);
}

static void call(uint64_t operation, enum ls_operation_kind kind,
                 void (*callback)(void))
{
    say((struct ls_record){.type = LS_RECORD_CALLBACK_BEGIN,
                           .name = kind,
                           .task = operation,
                           .value = (uint64_t)(uintptr_t)callback});
}

static void end(uint64_t operation, enum ls_operation_kind kind)
{
    say((struct ls_record){
        .type = LS_RECORD_CALLBACK_END, .name = kind, .task = operation});
}

/* A turn of an echo server: a read and a write on each of ten connections. */
static void echo_turn(int turn)
{
    say((struct ls_record){.type = LS_RECORD_TURN_BEGIN});
    for (int i = 0; i < 10; i++) {
        int k = (turn * 10 + i) % CONNECTIONS;
        uint64_t handle = 0x7f0000001000 + (uint64_t)k * 512;
        if (reads[k] == 0)
            ask(reads[k] = ++next_operation, LS_OPERATION_read, handle,
                on_read);
        uint64_t write = ++next_operation;
        call(reads[k], LS_OPERATION_read, on_read);
        ask(write, LS_OPERATION_write, handle, on_written);
        end(reads[k], LS_OPERATION_read);
        call(write, LS_OPERATION_write, on_written);
        end(write, LS_OPERATION_write);
    }
    say((struct ls_record){.type = LS_RECORD_TURN_END});
}

/* A turn in which nothing is seen: those of a loop that is not libuv's. */
static void bare_turn(int turn)
{
    for (int i = 0; i < 25; i++) {
        say((struct ls_record){.type = LS_RECORD_TURN_BEGIN});
        say((struct ls_record){.type = LS_RECORD_TURN_END});
    }
}

/* What a program says itself. */
static void named_turn(int turn)
{
    say((struct ls_record){.type = LS_RECORD_TURN_BEGIN});
    for (int i = 0; i < 12; i++) {
        uint64_t task = ++next_operation;
        say((struct ls_record){
            .type = LS_RECORD_TASK_START, .name = 1, .task = task});
        say((struct ls_record){
            .type = LS_RECORD_TASK_AWAIT, .name = 2, .task = task});
        say((struct ls_record){.type = LS_RECORD_TASK_RESUME, .task = task});
        say((struct ls_record){.type = LS_RECORD_TASK_FINISH, .task = task});
    }
    say((struct ls_record){.type = LS_RECORD_TURN_END});
}

/* ---- the collector ------------------------------------------------------ */

static char path[] = "/dev/shm/bench_collector.XXXXXX";

static void open_session(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (shared == MAP_FAILED) {
        perror("bench_collector");
        exit(1);
    }
    ls_clock_kind = LS_CLOCK_MONOTONIC;
    atomic_store(&shared->header.next_task_id, 1u << 30);
    memcpy(shared->names, "request\0query", sizeof "request\0query");
    atomic_store(&shared->header.name_at[1], 1);
    atomic_store(&shared->header.name_at[2], sizeof "request" + 1);
    for (uint32_t i = CHUNKS; i > 0; i--)
        ls_chunk_give(shared, i - 1);
    struct ls_ring *ring = &shared->rings[0];
    feed.chunk = ring->first_chunk = ls_chunk_take(shared);
    ring->tid = (int32_t)getpid();
    snprintf(ring->name, sizeof ring->name, "server");
    atomic_store(&ring->state, LS_RING_LIVE);
    atomic_store(&shared->header.n_rings, 1);
}

static void open_collector(void)
{
    struct ls_collector *c = collector = calloc(1, sizeof *c);
    int fd = mkstemp(path);
    if (!c || fd < 0) {
        perror(path);
        exit(1);
    }
    close(fd);
    c->shared = c->names.shared = shared;
    c->emit.writer = &c->writer;
    c->tasks = ls_tasks_new();
    c->operations = ls_operations_new();
    c->functions = ls_functions_new();
    c->unwinder = ls_unwinder_new();
    c->scratch = malloc(LS_CHUNK_BYTES);
    c->processes[0] = (struct ls_watched){.known = true,
                                          .described = true,
                                          .pid = (int)getpid(),
                                          .watch = -1,
                                          .generation = 1};
    struct ls_instant first = {0, 0}, second = {1000, 1000};
    ls_timeline_begin(&c->timeline, first, second);
    ls_unwinder_add_process(c->unwinder, 0, 1, getpid());
    if (ls_writer_open(&c->writer, path) != 0) {
        fprintf(stderr, "bench_collector: %s\n", c->writer.text);
        exit(1);
    }
}

/* ---- rounds ------------------------------------------------------------- */

struct bench_case {
    const char *name;
    void (*turn)(int turn);
    bool names_tasks;
    double expected; /* lines a record */
    double least;    /* ns a record */
    double lines;    /* a record, seen */
    uint64_t from;   /* bytes: where those of the last round begin */
};

static struct bench_case cases[] = {
    {.name = "callbacks of libuv", .turn = echo_turn, .expected = 1.5},
    {.name = "turns alone", .turn = bare_turn, .expected = 1},
    {.name = "named tasks",
     .turn = named_turn,
     .names_tasks = true,
     .expected = 1.4},
};

enum { N_CASES = sizeof cases / sizeof cases[0] };

static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void once(struct bench_case *c)
{
    atomic_store(&shared->processes[0].flags,
                 c->names_tasks ? LS_PROCESS_NAMES_TASKS : 0);
    for (int turn = 0; turn < TURNS; turn++)
        c->turn(turn);
    uint64_t lines = collector->writer.n_events;
    uint64_t records = collector->n_drained;
    c->from = collector->writer.n_bytes;
    double begin = cpu_ns();
    ls_drain(collector, now);
    ls_writer_flush(&collector->writer);
    double ns = cpu_ns() - begin;
    records = collector->n_drained - records;
    lines = collector->writer.n_events - lines;
    if (c->least == 0 || ns / (double)records < c->least)
        c->least = ns / (double)records;
    c->lines = (double)lines / (double)records;
}

/* ---- cJSON -------------------------------------------------------------- */

/* Lines of the case's last round, parsed; how many. */
static int read_lines(const struct bench_case *c, cJSON **lines)
{
    char *line = NULL;
    size_t room = 0;
    int n = 0;
    FILE *file = fopen(path, "r");
    if (file)
        fseek(file, (long)c->from, SEEK_SET);
    while (file && n < SAMPLE_LINES && getline(&line, &room, file) > 0)
        if ((lines[n] = cJSON_Parse(line + (*line == ','))))
            n++;
    free(line);
    if (file)
        fclose(file);
    return n;
}

/* ns a line. */
static double print_with_cjson(const struct bench_case *c, int n_rounds)
{
    static cJSON *lines[SAMPLE_LINES];
    static char room[4096];
    double least = 0;
    int n = read_lines(c, lines);
    for (int round = 0; n > 0 && round < n_rounds; round++) {
        double begin = cpu_ns();
        for (int i = 0; i < n; i++)
            cJSON_PrintPreallocated(lines[i], room, sizeof room, 0);
        double ns = (cpu_ns() - begin) / n;
        least = least == 0 || ns < least ? ns : least;
    }
    for (int i = 0; i < n; i++)
        cJSON_Delete(lines[i]);
    return least;
}

/* Whether every record became a line. */
static bool is_whole(const struct bench_case *c)
{
    if (c->lines >= c->expected && collector->n_lost == 0 &&
        !collector->writer.error)
        return true;
    fprintf(stderr, "bench_collector: %s: %.2f lines a record, not %.2f; %s\n",
            c->name, c->lines, c->expected, collector->writer.text);
    return false;
}

int main(int argc, char **argv)
{
    bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
    int n_rounds = quick ? 1 : ROUNDS;
    int status = 0;
    open_session();
    open_collector();
    for (int round = 0; round < n_rounds; round++)
        for (int i = 0; i < N_CASES; i++)
            once(&cases[i]);
    for (int i = 0; i < N_CASES; i++) {
        const struct bench_case *c = &cases[i];
        status |= !is_whole(c);
        printf("collector, a record: %s\t%.0f\tns\t%.2f\tcJSON's print of its "
               "lines\n",
               c->name, c->least,
               c->least / (print_with_cjson(c, n_rounds) * c->lines));
    }
    unlink(path);
    return status;
}
