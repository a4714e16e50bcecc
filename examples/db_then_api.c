/* SPDX-License-Identifier: MIT */
/* First the database, then the API, each awaited before the next: 3.5 units.
 * The loop is free meanwhile, but nothing else is there to run. */
#include <stdio.h>

#include "support/example.h"
#include "tracer/loopscope.h"

static const char *get_data_from_database(void)
{
    ls_name_id span = ls_name("get_data_from_database");
    ls_span_begin(span);
    printf("Requesting data from database...\n");
    co_sleep(2);
    printf("Data received!\n");
    ls_span_end(span);
    return "user_data";
}

static const char *get_data_from_api(void)
{
    ls_name_id span = ls_name("get_data_from_api");
    ls_span_begin(span);
    printf("Requesting data from API...\n");
    co_sleep(1.5);
    printf("API response received!\n");
    ls_span_end(span);
    return "api_data";
}

static struct co_result main_task(void *arg)
{
    double start = example_now();
    get_data_from_database(); /* wait 2 seconds */
    get_data_from_api();      /* wait another 1.5 seconds */
    printf("Total time: %.2f seconds\n", example_now() - start);
    return co_ok(NULL);
}

int main(int argc, char **argv)
{
    static const struct example about = {
        .name = "db_then_api",
        .purpose = "A database and an API, one after the other: 3.5 s.",
    };
    return example_run(&about, argc, argv, main_task);
}
