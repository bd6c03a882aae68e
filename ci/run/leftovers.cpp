#include "ci/run/leftovers.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>

#include "ci/run/process_stat.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

// Each round ends a generation; a process that forks faster than it is killed is not followed for ever.
constexpr auto kPatience = std::chrono::seconds(5);

std::mutex g_mutex;
std::set<pid_t> g_owned;

struct Child {
    pid_t pid = 0;
    std::string name;
    pid_t session = 0;
};

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string printable(std::string name) {
    for (char& c : name)
        if (static_cast<unsigned char>(c) < ' ' || c == 127) c = '?';
    return name;
}

// The mark in an environment, NAME=value entries that end with NUL; "" for none.
std::string mark_in(const std::string& environment) {
    const std::string entry = std::string(kWorkerMark) + "=";
    for (size_t begin = 0; begin < environment.size();) {
        const size_t end = std::min(environment.find('\0', begin), environment.size());
        if (environment.compare(begin, entry.size(), entry) == 0)
            return environment.substr(begin + entry.size(), end - begin - entry.size());
        begin = end + 1;
    }
    return "";
}

// This process's children that are not its own workers and have this mark, or have wiped out theirs.
std::vector<Child> leftovers(const std::string& mark) {
    const std::lock_guard<std::mutex> lock(g_mutex);
    std::vector<Child> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
        const auto pid = static_cast<pid_t>(std::atol(entry.path().filename().c_str()));
        if (pid <= 0 || g_owned.count(pid) != 0) continue;
        const auto stat = stat_of(pid);
        if (!stat || stat->parent != getpid()) continue;
        if (stat->state == 'Z' || stat->state == 'X') {
            waitpid(pid, nullptr, WNOHANG);
            continue;
        }
        const std::string its_mark = mark_in(text_of(entry.path() / "environ"));
        if (its_mark.empty() || its_mark == mark) found.push_back({pid, printable(stat->name), stat->session});
    }
    return found;
}

}  // namespace

void adopt_orphans() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

pid_t start_owned(const std::function<pid_t()>& fork_it) {
    const std::lock_guard<std::mutex> lock(g_mutex);
    const pid_t pid = fork_it();
    if (pid > 0) g_owned.insert(pid);
    return pid;
}

void disown(pid_t pid) {
    const std::lock_guard<std::mutex> lock(g_mutex);
    g_owned.erase(pid);
}

std::vector<std::string> end_leftovers(const std::string& mark) {
    std::vector<std::string> names;
    std::set<pid_t> named;
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        const std::vector<Child> left = leftovers(mark);
        if (left.empty()) return names;
        for (const Child& child : left) {
            if (named.insert(child.pid).second)
                names.push_back(child.name + (child.session == getsid(0) ? "" : ", in a session of its own"));
            ::kill(child.pid, SIGKILL);
            waitpid(child.pid, nullptr, WNOHANG);
        }
        if (std::chrono::steady_clock::now() > deadline) return names;  // each of these is named
        usleep(1000);
    }
}

}  // namespace simple::gate
