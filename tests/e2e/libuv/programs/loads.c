/* SPDX-License-Identifier: MIT */
/* loads MODULE: knows nothing of libuv, but loads one that does. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    void *module = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    int (*run)(void) = module ? (int (*)(void))dlsym(module, "run") : NULL;
    if (!run) {
        printf("%s\n", dlerror());
        return 1;
    }
    return run();
}
