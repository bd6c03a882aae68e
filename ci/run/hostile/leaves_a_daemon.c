/* A process in a session of its own, with this one's descriptors; it ends by itself after half a minute. */
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ci/run/hostile/hostile.h"

__attribute__((constructor)) static void on_load(void) {
    if (!is_hostile()) return;
    const pid_t between = fork();
    if (between == 0) {
        setsid();
        if (fork() == 0) sleep(30);
        _exit(0);
    }
    waitpid(between, NULL, 0);
}
