/* A suite inside somebody else's program: preloaded into it, this library has the program start the suite in place of
   its own main, with the same arguments. The program's libraries and constructors have run by then, its main has not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

typedef int (*Main)(int, char**, char**);
typedef int (*Start)(Main, int, char**, void (*)(void), void (*)(void), void (*)(void), void*);

int main(int argc, char** argv); /* the suite's */

static int run_suite(int argc, char** argv, char** environment) {
    (void)environment;
    unsetenv("LD_PRELOAD"); /* for programs that the suite starts */
    return main(argc, argv);
}

/* What a program's entry point calls; glibc's own is behind it. */
__attribute__((visibility("default"))) int __libc_start_main(Main program, int argc, char** argv, void (*init)(void),
                                                             void (*fini)(void), void (*rtld_fini)(void),
                                                             void* stack_end);
int __libc_start_main(Main program, int argc, char** argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void* stack_end) {
    Start start;
    *(void**)&start = dlsym(RTLD_NEXT, "__libc_start_main");
    (void)program;
    return start(run_suite, argc, argv, init, fini, rtld_fini, stack_end);
}
