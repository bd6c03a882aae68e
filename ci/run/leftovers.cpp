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
    char state = 0;
    pid_t session = 0;
};

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// /proc/PID/stat: "pid (name) state ppid pgrp session …", where the name may hold anything (proc(5)).
bool read_child(const fs::path& folder, pid_t parent, Child& child) {
    const std::string stat = text_of(folder / "stat");
    const size_t open = stat.find('('), close = stat.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return false;
    std::istringstream rest(stat.substr(close + 1));
    pid_t its_parent = 0, group = 0;
    if (!(rest >> child.state >> its_parent >> group >> child.session) || its_parent != parent) return false;
    child.name = stat.substr(open + 1, close - open - 1);
    for (char& c : child.name)
        if (static_cast<unsigned char>(c) < ' ' || c == 127) c = '?';
    return true;
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
        Child child;
        child.pid = static_cast<pid_t>(std::atol(entry.path().filename().c_str()));
        if (child.pid <= 0 || g_owned.count(child.pid) != 0 || !read_child(entry.path(), getpid(), child)) continue;
        if (child.state == 'Z' || child.state == 'X') {
            waitpid(child.pid, nullptr, WNOHANG);
            continue;
        }
        const std::string its_mark = mark_in(text_of(entry.path() / "environ"));
        if (its_mark.empty() || its_mark == mark) found.push_back(std::move(child));
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
        if (left.empty() || std::chrono::steady_clock::now() > deadline) return names;
        for (const Child& child : left) {
            if (named.insert(child.pid).second)
                names.push_back(child.name + (child.session == getsid(0) ? "" : ", in a session of its own"));
            ::kill(child.pid, SIGKILL);
            waitpid(child.pid, nullptr, WNOHANG);
        }
        usleep(1000);
    }
}

}  // namespace simple::gate
