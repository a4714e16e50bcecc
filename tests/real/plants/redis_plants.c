/* SPDX-License-Identifier: MIT */
/*
 * A module for redis-server: the command PLANT NAME stalls the server. Only
 * what it needs of the module interface is declared here (redis.io, "Modules
 * API reference"): the context begins with a function that finds the others.
 */
#include <stddef.h>

#include "plants.h"

struct context; /* begins with the function that finds the others */
struct text;
typedef int command_fn(struct context *context, struct text **argv, int argc);

static struct {
    int (*create_command)(struct context *, const char *name, command_fn *,
                          const char *flags, int first_key, int last_key,
                          int step);
    void (*set_attributes)(struct context *, const char *name, int version,
                           int interface);
    const char *(*text_of)(const struct text *, size_t *n);
    int (*reply_text)(struct context *, const char *);
    int (*reply_error)(struct context *, const char *);
} redis;

static int on_plant(struct context *context, struct text **argv, int argc)
{
    if (argc != 2 || plant_run(redis.text_of(argv[1], NULL)) != 0)
        return redis.reply_error(context, "ERR no such plant");
    return redis.reply_text(context, "OK");
}

__attribute__((visibility("default"))) int RedisModule_OnLoad(
    struct context *context, struct text **argv, int argc);

int RedisModule_OnLoad(struct context *context, struct text **argv, int argc)
{
    int (*find)(const char *, void *) =
        *(int (**)(const char *, void *))context;
    find("RedisModule_CreateCommand", &redis.create_command);
    find("RedisModule_SetModuleAttribs", &redis.set_attributes);
    find("RedisModule_StringPtrLen", &redis.text_of);
    find("RedisModule_ReplyWithSimpleString", &redis.reply_text);
    find("RedisModule_ReplyWithError", &redis.reply_error);
    redis.set_attributes(context, "plants", 1, 1);
    return redis.create_command(context, "plant", on_plant, "readonly", 0, 0,
                                0);
}
