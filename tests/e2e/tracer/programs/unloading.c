/* SPDX-License-Identifier: MIT */
/*
 * unloading TRACE PLUGIN: load PLUGIN, record by it in a thread, and unload it
 * before that thread ends.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t recorded, unloaded;

static void *record(void *call)
{
    ((void (*)(void))call)();
    pthread_barrier_wait(&recorded);
    pthread_barrier_wait(&unloaded);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    void *plugin = argc == 3 ? dlopen(argv[2], RTLD_NOW) : NULL;
    if (!plugin) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    int (*open)(const char *) =
        (int (*)(const char *))dlsym(plugin, "plugin_open");
    if (open(argv[1]))
        return 1;
    pthread_barrier_init(&recorded, NULL, 2);
    pthread_barrier_init(&unloaded, NULL, 2);
    pthread_create(&thread, NULL, record, dlsym(plugin, "plugin_record"));
    pthread_barrier_wait(&recorded);
    dlclose(plugin);
    pthread_barrier_wait(&unloaded);
    pthread_join(thread, NULL);
    return 0;
}
