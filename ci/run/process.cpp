#include "ci/run/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <system_error>

namespace simple::gate {
namespace {

constexpr size_t kOutputKept = 16 * 1024;
volatile sig_atomic_t g_interrupted = 0;

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// Both ends above the descriptors that the child gets, so that dup2 there overwrites neither.
void make_pipe(int ends[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0) throw_errno("pipe");
    for (int i = 0; i < 2; ++i) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 10);
        close(low[i]);
        if (ends[i] < 0) throw_errno("fcntl");
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

[[noreturn]] void become(char* const argv[], int events, int output, pid_t parent) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    ::signal(SIGPIPE, SIG_DFL);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(output, 1);
    dup2(output, 2);
    dup2(events, Process::kEventsFd);
    for (const char* variable : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"})
        setenv(variable, "1", 0);
    execv(argv[0], argv);
    const std::string reason = fmt::format("cannot run {}: {}\n", argv[0], strerror(errno));
    (void)!write(2, reason.data(), reason.size());
    _exit(127);
}

}  // namespace

std::string Ending::describe() const {
    if (signal == 0) return fmt::format("exited with status {}", exit_code);
    const char* name = sigabbrev_np(signal);
    return name ? fmt::format("ended by SIG{}", name) : fmt::format("ended by signal {}", signal);
}

Process::Process(const std::vector<std::string>& argv) {
    std::vector<char*> arguments;
    for (const auto& a : argv) arguments.push_back(const_cast<char*>(a.c_str()));
    arguments.push_back(nullptr);
    int events[2];
    int output[2];
    make_pipe(events);
    make_pipe(output);
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) throw_errno("fork");
    if (pid_ == 0) become(arguments.data(), events[1], output[1], parent);
    setpgid(pid_, pid_);  // as the child does: whoever is first
    close(events[1]);
    close(output[1]);
    events_ = events[0];
    output_ = output[0];
}

Process::~Process() {
    kill();
    if (!reaped_) waitpid(pid_, nullptr, 0);
    close(events_);
    close(output_);
}

void Process::kill() { ::kill(-pid_, SIGKILL); }

bool Process::ended(Ending& ending) {
    if (!reaped_) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        reaped_ = true;
        if (WIFSIGNALED(status))
            ending_.signal = WTERMSIG(status);
        else
            ending_.exit_code = WEXITSTATUS(status);
        kill();
    }
    ending = ending_;
    return true;
}

bool Process::read_some(int fd, std::string& to) {
    char buffer[65536];
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n > 0) to.append(buffer, static_cast<size_t>(n));
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

Ran run_to_end(const std::vector<std::string>& argv, double limit_seconds) {
    Ran ran;
    Process process(argv);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(limit_seconds);
    const auto read_all = [&] {
        const size_t events = ran.events.size();
        std::string output;
        process.read_events(ran.events);
        process.read_output(output);
        ran.output += output;
        if (ran.output.size() > kOutputKept) ran.output.erase(0, ran.output.size() - kOutputKept);
        return ran.events.size() > events || !output.empty();
    };
    while (!process.ended(ran.ending)) {
        pollfd fds[] = {{process.events_fd(), POLLIN, 0}, {process.output_fd(), POLLIN, 0}};
        poll(fds, 2, 10);
        const bool some = read_all();
        if (!some && (fds[0].revents & POLLHUP)) usleep(1000);
        if (std::chrono::steady_clock::now() > deadline) ran.timed_out = true;
        if (ran.timed_out || interrupted()) process.kill();
    }
    while (read_all()) {
    }
    return ran;
}

void catch_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { g_interrupted = 1; };
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return g_interrupted != 0; }

}  // namespace simple::gate
