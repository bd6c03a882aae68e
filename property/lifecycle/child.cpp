#include "property/lifecycle/child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "ci/testkit/time_scale.h"

namespace simple::property {

int in_child(const std::function<int()>& body) {
    constexpr double kSeconds = 60;  // a child that takes longer hangs
    std::fflush(nullptr);            // or the child would write again what is buffered
    const pid_t child = fork();
    if (child == 0) {
        int status = kThrew;
        try {
            end_after(kSeconds);
            status = body();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "in the child: %s\n", error.what());
        }
        _exit(status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace simple::property
