#include "ci/run/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "ci/run/launched.h"
#include "ci/run/leftovers.h"

namespace simple::gate {
namespace {

constexpr double kSecondsToDie = 5;  // once killed
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

// GoogleTest's settings, its own and those of a build tool around, would choose, repeat and shuffle a suite's cases.
void forget_test_runners() {
    std::vector<std::string> names{"TESTBRIDGE_TEST_ONLY",   "TEST_TOTAL_SHARDS",        "TEST_SHARD_INDEX",
                                   "TEST_SHARD_STATUS_FILE", "TEST_PREMATURE_EXIT_FILE", "XML_OUTPUT_FILE"};
    for (char** entry = environ; entry && *entry; ++entry)
        if (strncmp(*entry, "GTEST_", 6) == 0) names.emplace_back(*entry, strcspn(*entry, "="));
    for (const auto& name : names) unsetenv(name.c_str());
}

struct Ends {
    int events, output, control;
};

[[noreturn]] void become(const std::vector<std::string>& argv, const std::string& mark, const Ends& ends,
                         pid_t parent) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    ::signal(SIGPIPE, SIG_DFL);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(ends.output, 1);
    dup2(ends.output, 2);
    dup2(ends.events, Process::kEventsFd);
    if (ends.control >= 0) dup2(ends.control, Process::kControlFd);
    for (const char* variable : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"})
        setenv(variable, "1", 0);
    forget_test_runners();
    setenv(kWorkerMark, mark.c_str(), 1);
    auto word = argv.begin();
    for (; word != argv.end() && is_assignment(*word); ++word) putenv(const_cast<char*>(word->c_str()));
    std::vector<char*> arguments;
    for (; word != argv.end(); ++word) arguments.push_back(const_cast<char*>(word->c_str()));
    arguments.push_back(nullptr);
    if (arguments.front()) execv(arguments.front(), arguments.data());
    const std::string reason =
        fmt::format("cannot run {}: {}\n", arguments.front() ? arguments.front() : "nothing", strerror(errno));
    (void)!write(2, reason.data(), reason.size());
    _exit(127);
}

std::string next_mark() {
    static std::atomic<unsigned> count{0};
    return fmt::format("{}.{}", getpid(), ++count);
}

void close_if_open(int fd) {
    if (fd >= 0) close(fd);
}

}  // namespace

bool is_assignment(const std::string& word) {
    const size_t equals = word.find('=');
    return equals != std::string::npos && equals > 0 && word.find('/') > equals;
}

std::string Ending::describe() const {
    if (signal == 0) return fmt::format("exited with status {}", exit_code);
    const char* how = stopped ? "stopped" : "ended";
    const char* name = sigabbrev_np(signal);
    return name ? fmt::format("{} by SIG{}", how, name) : fmt::format("{} by signal {}", how, signal);
}

Process::Process(const std::vector<std::string>& argv, bool with_control) : mark_(next_mark()) {
    static const bool adopting = (adopt_orphans(), true);
    (void)adopting;
    int events[2];
    int output[2];
    int control[2] = {-1, -1};
    make_pipe(events);
    make_pipe(output);
    if (with_control && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0) throw_errno("socketpair");
    for (int& end : control) {
        if (end < 0) continue;
        const int high = fcntl(end, F_DUPFD_CLOEXEC, 10);
        close(end);
        end = high;
    }
    const pid_t parent = getpid();
    const Launched launched = launched_command(argv, mark_, events[0]);
    claim_ = launched.claim;
    pid_ = start_owned([&] {
        const pid_t pid = fork();
        if (pid == 0) become(launched.argv, mark_, {events[1], output[1], control[1]}, parent);
        return pid;
    });
    for (int end : {events[1], output[1], control[1]}) close_if_open(end);
    events_ = events[0];
    output_ = output[0];
    control_ = control[0];
    if (pid_ < 0) {
        for (int end : {events_, output_, control_}) close_if_open(end);
        throw_errno("fork");
    }
    if (control_ >= 0) fcntl(control_, F_SETFL, O_NONBLOCK);
    setpgid(pid_, pid_);  // as the child does: whoever is first
}

Process::~Process() {
    kill();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(kSecondsToDie);
    Ending ignored;
    while (!ended(ignored) && std::chrono::steady_clock::now() < deadline) usleep(1000);
    take_leftovers();
    disown(pid_);
    for (int end : {events_, output_, control_}) close_if_open(end);
    if (!claim_.empty()) unlink(claim_.c_str());
}

void Process::kill() {
    if (reaped_) return;  // the number may be another's by now
    ::kill(pid_, SIGKILL);
    ::kill(-pid_, SIGKILL);
}

bool Process::ended(Ending& ending) {
    if (!reaped_) {
        siginfo_t info{};
        if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0 ||
            info.si_pid != pid_)
            return false;
        if (info.si_code == CLD_STOPPED || info.si_code == CLD_TRAPPED) {
            ending_.signal = info.si_status;
            ending_.stopped = true;
            kill();
        }
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        reaped_ = true;
        disown(pid_);
        if (WIFEXITED(status))
            ending_.exit_code = WEXITSTATUS(status);
        else if (!ending_.stopped)
            ending_.signal = WTERMSIG(status);
    }
    ending = ending_;
    return true;
}

std::vector<std::string> Process::take_leftovers() { return end_leftovers(mark_); }

bool Process::read_some(int fd, std::string& to) {
    char buffer[65536];
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n > 0) to.append(buffer, static_cast<size_t>(n));
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

void catch_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { g_interrupted = 1; };
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return g_interrupted != 0; }

std::string in_path(const std::string& program) {
    const char* variable = std::getenv("PATH");
    std::istringstream folders(variable ? variable : "/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string path = folder + "/" + program;
        std::error_code ignored;
        if (std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0) return path;
    }
    return "";
}

}  // namespace simple::gate
