/* SPDX-License-Identifier: MIT */
#include "judged.h"

/* Work of a pool, on thread 11 and up; times in us. */
struct work {
    int thread, asked, begin, end;
    const char *name; /* NULL: hash */
};

static void end(struct script *s, int lost)
{
    fprintf(s->out,
            ",{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"loopscope_end\","
            "\"args\":{\"events\":9,\"lost\":%d,\"late\":0}}\n]\n",
            lost);
}

static int last_of(const struct work *works, size_t n)
{
    int last = 0;
    for (size_t i = 0; i < n; i++)
        last = works[i].end > last ? works[i].end : last;
    return last;
}

/* Lines are by time in our own traces; here each begin and each end finds its
 * place among the others. */
static struct judged judge_works(const struct work *works, size_t n,
                                 int threads, int lost)
{
    struct script s;
    script_open(&s);
    fputs(OURS LOOP, s.out);
    for (int at = 0; at <= last_of(works, n); at++)
        for (size_t i = 0; i < 2 * n; i++) {
            const struct work *w = &works[i / 2];
            const char *name = w->name ? w->name : "hash";
            if (i % 2 && w->begin == at)
                fprintf(s.out,
                        ",{\"ph\":\"B\",\"ts\":%d.000,\"pid\":1,\"tid\":%d,"
                        "\"name\":\"%s\",\"cat\":\"pool\",\"args\":{"
                        "\"operation\":%zu,\"submitted_us\":%d.000,"
                        "\"threads\":%d}}\n",
                        at, w->thread, name, i / 2 + 1, w->asked, threads);
            if (i % 2 == 0 && w->end == at)
                fprintf(s.out,
                        ",{\"ph\":\"E\",\"ts\":%d.000,\"pid\":1,\"tid\":%d,"
                        "\"name\":\"%s\",\"cat\":\"pool\"}\n",
                        at, w->thread, name);
        }
    end(&s, lost);
    return judge(script_load(&s), NULL);
}

#define JUDGE(threads, lost, ...)                                              \
    judge_works((const struct work[]){__VA_ARGS__},                            \
                sizeof((const struct work[]){__VA_ARGS__}) /                   \
                    sizeof(struct work),                                       \
                threads, lost)

static void expect(struct judged j, bool found)
{
    assert_int_equal(find(j, LS_RULE_POOL_SATURATED) != NULL, found);
    drop(j);
}

static void test_pool__work_that_waited(void **state)
{
    struct judged j =
        JUDGE(2, 0, {11, 1, 10, 20000, NULL}, {12, 1, 10, 20000, NULL},
              {11, 2, 20001, 40000, NULL}, {12, 2, 20001, 40000, NULL},
              {11, 3, 40001, 50000, "resize"});
    const struct ls_finding *f = find(j, LS_RULE_POOL_SATURATED);
    assert_int_equal(j.findings->n, 1);
    assert_int_equal(f->severity, LS_SEVERITY_WARNING);
    assert_int_equal(f->count, 3);
    assert_int_equal(f->pool_threads, 2);
    assert_int_equal(f->start_ns, 3000);
    assert_int_equal(f->duration_ns, 39989000); /* but for 1 us in between */
    assert_int_equal(f->p99_ns, 39989000);
    assert_string_equal(f->message,
                        "work waited up to 40.0 ms (p99 40.0 ms) for a thread "
                        "of the pool; all 2 were busy with hash 4 times (80.0 "
                        "ms), resize (10.0 ms); 3 of 5 waited long");
    assert_non_null(strstr(f->advice, "UV_THREADPOOL_SIZE"));
    assert_non_null(strstr(f->advice, "getaddrinfo"));
    drop(j);
}

/* Three that wait for so long. */
#define WAITED(us)                                                             \
    {11, 1, 10, 20000, NULL}, {11, 20000 - (us), 20000, 40000, NULL},          \
        {11, 40000 - (us), 40000, 60000, NULL},                                \
    {                                                                          \
        11, 60000 - (us), 60000, 80000, NULL                                   \
    }

static void test_pool__over_5_ms(void **state)
{
    expect(JUDGE(1, 0, WAITED(5001)), true);
    expect(JUDGE(1, 0, WAITED(5000)), false);
}

static void test_pool__more_often_than_twice(void **state)
{
    expect(JUDGE(1, 0, {11, 1, 10, 20000, NULL}, {11, 2, 20000, 40000, NULL},
                 {11, 3, 40000, 60000, NULL}),
           false);
}

/* A thread that is free could have taken it: it was woken late. */
static void test_pool__all_threads_are_busy(void **state)
{
    expect(JUDGE(2, 0, WAITED(19000)), false);
    expect(JUDGE(2, 0, WAITED(19000), {12, 1, 10, 80000, NULL}), true);
    /* busy, but not while it waited */
    expect(JUDGE(2, 0, WAITED(6000), {12, 1, 10, 12000, NULL},
                 {12, 21000, 21000, 33000, NULL},
                 {12, 41000, 41000, 53000, NULL}),
           false);
}

/* Three in hundreds do not make it the pool's state. */
static void test_pool__is_of_the_slowest_percent(void **state)
{
    struct work works[304] = {WAITED(6000)};
    for (int i = 4; i < 304; i++) {
        int at = 80000 + i * 100;
        works[i] = (struct work){11, at, at, at + 50, NULL};
    }
    expect(judge_works(works, 304, 1, 0), false);
    expect(judge_works(works, 200, 1, 0), true);
}

static void test_pool__needs_all_records(void **state)
{
    expect(JUDGE(1, 1, WAITED(19000)), false);
}

/* An older trace does not say how many threads there are. */
static void test_pool__needs_its_size(void **state)
{
    expect(JUDGE(0, 0, WAITED(19000)), false);
}

static void test_pool__of_one_thread(void **state)
{
    struct judged j = JUDGE(1, 0, WAITED(19000));
    assert_non_null(strstr(find(j, LS_RULE_POOL_SATURATED)->message,
                           "for the only thread of the pool"));
    drop(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pool__work_that_waited),
        cmocka_unit_test(test_pool__over_5_ms),
        cmocka_unit_test(test_pool__more_often_than_twice),
        cmocka_unit_test(test_pool__all_threads_are_busy),
        cmocka_unit_test(test_pool__is_of_the_slowest_percent),
        cmocka_unit_test(test_pool__needs_all_records),
        cmocka_unit_test(test_pool__needs_its_size),
        cmocka_unit_test(test_pool__of_one_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
