#include "ci/host/run_program.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "ci/testkit/seconds.h"

namespace simple {
namespace {

struct Pipe {
    int read = -1, write = -1;
    Pipe() {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
        read = ends[0];
        write = ends[1];
    }
    Pipe(const Pipe&) = delete;
    ~Pipe() {
        close_end(read);
        close_end(write);
    }
    static void close_end(int& end) {
        if (end >= 0) close(end);
        end = -1;
    }
};

[[noreturn]] void become(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                         const Pipe& output, const Pipe& errors) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output.write, STDOUT_FILENO);
    dup2(errors.write, STDERR_FILENO);
    for (const auto& entry : environment) putenv(const_cast<char*>(entry.c_str()));
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
}

// Reads both pipes until the program has closed them.
void drain(Pipe& output, Pipe& errors, ProgramRun& run) {
    while (output.read >= 0 || errors.read >= 0) {
        pollfd ends[] = {{output.read, POLLIN, 0}, {errors.read, POLLIN, 0}};
        if (poll(ends, 2, -1) < 0 && errno != EINTR) return;
        for (int i = 0; i < 2; ++i) {
            if (!ends[i].revents) continue;
            char buffer[4096];
            const ssize_t n = read(ends[i].fd, buffer, sizeof buffer);
            if (n > 0)
                (i == 0 ? run.output : run.errors).append(buffer, static_cast<size_t>(n));
            else
                Pipe::close_end(i == 0 ? output.read : errors.read);
        }
    }
}

}  // namespace

std::string ProgramRun::ending() const {
    return signal ? "signal " + std::to_string(signal) : "exit code " + std::to_string(exit_code);
}

ProgramRun run_program(const std::vector<std::string>& command, const std::vector<std::string>& environment) {
    ProgramRun run;
    Pipe output, errors;
    const double start = wall_seconds();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (child == 0) become(command, environment, output, errors);
    Pipe::close_end(output.write);
    Pipe::close_end(errors.write);
    drain(output, errors, run);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    run.seconds = wall_seconds() - start;
    if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) run.signal = WTERMSIG(status);
    return run;
}

std::string bin_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

}  // namespace simple
