#include "ci/testkit/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <sstream>

namespace simple {
namespace {

void answer(int control, const std::string& line) {
    const std::string text = line + "\n";
    if (write(control, text.data(), text.size()) < 0) _exit(70);  // nobody listens
}

bool read_line(int control, std::string& line) {
    line.clear();
    for (char c = 0;;) {
        const ssize_t n = read(control, &c, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        if (c == '\n') return true;
        line += c;
    }
}

bool has_one_thread() {
    std::error_code ignored;
    size_t threads = 0;
    for (auto task = std::filesystem::directory_iterator("/proc/self/task", ignored);
         task != std::filesystem::directory_iterator(); ++task)
        ++threads;
    return threads == 1;
}

Batch parsed(const std::string& line) {
    std::istringstream words(line);
    std::string run, functions;
    Batch batch;
    words >> run >> batch.list_file >> batch.canaries >> batch.exit_code >> functions;
    std::istringstream names(functions);
    for (std::string name; std::getline(names, name, ',');) batch.given_up.push_back(name);
    return batch;
}

std::string how_it_ended(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, WUNTRACED) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
    if (!WIFSTOPPED(status)) return "signal " + std::to_string(WTERMSIG(status));
    kill(child, SIGKILL);
    int ignored = 0;
    while (waitpid(child, &ignored, 0) < 0 && errno == EINTR) {
    }
    return "stop " + std::to_string(WSTOPSIG(status));
}

}  // namespace

std::optional<Batch> serve(int control) {
    for (std::string line; read_line(control, line);) {
        if (!has_one_thread()) {
            answer(control, "cannot");
            continue;
        }
        std::fflush(nullptr);
        int told[2];  // closed when the supervisor is told of the child, which could else end its server before that
        if (pipe2(told, O_CLOEXEC) != 0) {
            answer(control, "cannot");
            continue;
        }
        const pid_t server = getpid();
        const pid_t child = fork();
        close(told[child == 0 ? 1 : 0]);
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            char nothing = 0;
            while (read(told[0], &nothing, 1) < 0 && errno == EINTR) {
            }
            close(told[0]);
            if (getppid() != server) _exit(70);
            setpgid(0, 0);
            close(control);
            return parsed(line);
        }
        if (child > 0) setpgid(child, child);
        answer(control, child > 0 ? "started " + std::to_string(child) : "cannot");
        close(told[1]);
        if (child > 0) answer(control, "ended " + how_it_ended(child));
    }
    return std::nullopt;
}

}  // namespace simple
