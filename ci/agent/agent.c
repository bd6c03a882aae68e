/* A suite inside somebody else's program: preloaded into it, this library has the program start the suite in place of
   its own main, with the same arguments. The program's libraries and constructors have run by then, its main has not.

   Where the gate gives the suite's arguments in the environment (protocol.h), the agent is in every process that the
   gate's command starts: the suite runs in the first that has the functions, the others do what they do. One that has
   none yet runs its main, and the suite takes over in the call of dlopen that brings them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ci/agent/open_for.h"
#include "ci/agent/program_symbols.h"
#include "ci/agent/protocol.h"

typedef int (*Main)(int, char**, char**);
typedef int (*Start)(Main, int, char**, void (*)(void), void (*)(void), void (*)(void), void*);

int main(int argc, char** argv); /* the suite's */

enum {
    kEvents = 3,
    kCannot = 2,
    kMostArguments = 64
};

static Main program_main;
static int watching;         /* main runs, and has no functions yet */
static __thread int opening; /* calls of dlopen within each other */
static __thread int nested;

static void note(const char* what, const char* text) {
    const char* path = getenv(AGENT_NOTES);
    char line[4200];
    const int fd = path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    if (fd < 0) return;
    const int length = snprintf(line, sizeof line, "%s %d %s\n", what, (int)getpid(), text);
    (void)!write(fd, line, length < (int)sizeof line ? (size_t)length : sizeof line);
    close(fd);
}

static void note_beginning(void) {
    char program[4096];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length < 0 ? 0 : length] = 0;
    note("began", program);
}

/* The stream of events at its number, whatever has become of it on the way. */
static void find_events(void) {
    struct stat status;
    const char* path = getenv(AGENT_EVENTS);
    const int fd = path ? open(path, O_WRONLY) : -1;
    if (fd == kEvents) return;
    if (fd >= 0) {
        dup2(fd, kEvents);
        close(fd);
    } else if (fstat(kEvents, &status) != 0 || !S_ISFIFO(status.st_mode)) {
        fprintf(stderr,
                "the gate's descriptor %d is closed and %s cannot be opened: %s; have the launcher pass it on\n",
                kEvents, path ? path : "the stream", strerror(errno));
        exit(kCannot);
    }
}

/* The suite runs once, however many of the processes have the functions; the others end as it ended. */
static int claim(void) {
    const char* path = getenv(AGENT_CLAIM);
    char status[16] = "";
    if (!path) return -1;
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) return fd;
    if (errno != EEXIST || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
        fprintf(stderr, "cannot make %s: %s\n", path, strerror(errno));
        exit(kCannot);
    }
    (void)!read(fd, status, sizeof status - 1);
    exit(atoi(status));
}

static int take_over(const char* argv0) {
    char* argv[kMostArguments + 1];
    int argc = 0;
    find_events(); /* first, since the claim may get its number */
    const int claimed = claim();
    char status[16];
    char* rest = strdup(getenv(AGENT_ARGUMENTS));
    note("took", "");
    simple_set_launched();
    argv[argc++] = strdup(argv0);
    for (char* next = rest; next;) {
        if (argc == kMostArguments) exit(kCannot);
        char* end = strchr(next, AGENT_SEPARATOR);
        if (end) *end = 0;
        argv[argc++] = next;
        next = end ? end + 1 : NULL;
    }
    argv[argc] = NULL;
    for (const char** name =
             (const char*[]){"LD_PRELOAD", AGENT_ARGUMENTS, AGENT_EVENTS, AGENT_CLAIM, AGENT_NOTES, NULL};
         *name; ++name)
        unsetenv(*name); /* for programs that the suite starts */
    const int result = main(argc, argv);
    const int length = snprintf(status, sizeof status, "%d", result);
    if (claimed >= 0) (void)!write(claimed, status, (size_t)length);
    return result;
}

static int enter(int argc, char** argv, char** environment) {
    if (!getenv(AGENT_ARGUMENTS)) {
        unsetenv("LD_PRELOAD");
        return main(argc, argv);
    }
    note_beginning();
    if (simple_find_functions()) return take_over(argv[0]);
    watching = 1;
    return program_main(argc, argv, environment);
}

/* What a program's entry point calls; glibc's own is behind it. */
__attribute__((visibility("default"))) int __libc_start_main(Main program, int argc, char** argv, void (*init)(void),
                                                             void (*fini)(void), void (*rtld_fini)(void),
                                                             void* stack_end);
int __libc_start_main(Main program, int argc, char** argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void* stack_end) {
    Start start;
    *(void**)&start = dlsym(RTLD_NEXT, "__libc_start_main");
    program_main = program;
    return start(enter, argc, argv, init, fini, rtld_fini, stack_end);
}

__attribute__((visibility("default"))) void* dlopen(const char* file, int mode);
void* dlopen(const char* file, int mode) {
    static SimpleOpen real;
    if (!real) *(void**)&real = dlsym(RTLD_NEXT, "dlopen");
    if (!watching) return real(file, mode);
    nested = opening++ > 0;
    void* library = simple_open_for(__builtin_return_address(0), real, file, mode);
    const int outermost = --opening == 0;
    /* A library's constructor may open another, with the loader's lock held: the suite waits for the outer call. */
    if (library && outermost && watching &&
        (simple_find_functions_in(library) || (nested && simple_find_functions()))) {
        watching = 0;
        exit(take_over(program_invocation_name));
    }
    return library;
}
