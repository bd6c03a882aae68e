/* libucs.so.0 as Debian's LibTorch brings it: takes signals while it is loaded, with a stack of its own, and until it
 * is told to let go nobody else sets a handler for those of errors. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>

static const int kErrors[] = {SIGILL, SIGBUS, SIGFPE, SIGSEGV};
enum {
    kCount = sizeof kErrors / sizeof *kErrors
};

static struct sigaction replaced[kCount];
static int enabled = 0;
static char stack[65536];

static void on_hangup(int number) { (void)number; }

static void on_error(int number, siginfo_t* info, void* context) { (void)number, (void)info, (void)context; }

static int set(int number, const struct sigaction* action, struct sigaction* old) {
    int (*real)(int, const struct sigaction*, struct sigaction*) = NULL;
    *(void**)&real = dlsym(RTLD_NEXT, "sigaction");
    if (!real) *(void**)&real = dlsym(RTLD_DEFAULT, "sigaction");
    return real(number, action, old);
}

int sigaction(int number, const struct sigaction* action, struct sigaction* old) {
    for (int i = 0; enabled && i < kCount; ++i)
        if (kErrors[i] == number) action = NULL;
    return set(number, action, old);
}

__attribute__((constructor)) static void load(void) {
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK}, hangup = {.sa_handler = on_hangup};
    sigaltstack(&own, NULL);
    action.sa_sigaction = on_error;
    for (int i = 0; i < kCount; ++i) set(kErrors[i], &action, &replaced[i]);
    set(SIGHUP, &hangup, NULL);
    enabled = 1;
}

void ucs_debug_disable_signals(void) {
    for (int i = 0; enabled && i < kCount; ++i) set(kErrors[i], &replaced[i], NULL);
    enabled = 0;
}
