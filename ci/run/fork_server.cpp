#include "ci/run/fork_server.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "ci/run/process_stat.h"

namespace simple::gate {
namespace {

std::vector<std::string> serving(std::vector<std::string> argv) {
    argv.emplace_back("--serve");
    return argv;
}

// The number came through a descriptor that the candidate might have written to.
bool is_child_of(pid_t pid, pid_t parent) {
    const auto stat = stat_of(pid);
    return stat && stat->parent == parent;
}

}  // namespace

ForkServer::ForkServer(const std::vector<std::string>& argv) : process_(serving(argv), true) {}

pid_t ForkServer::child() {
    read_answers();
    return child_;
}

void ForkServer::run(const std::string& batch) {
    child_ = 0;
    ended_.reset();
    const std::string line = "run " + batch + "\n";
    // One that is gone takes nothing, and is no reason to end by SIGPIPE.
    if (send(process_.control_fd(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
        process_.kill();
}

void ForkServer::read_answers() {
    char buffer[4096];
    for (ssize_t n; (n = read(process_.control_fd(), buffer, sizeof buffer)) > 0;) {
        answers_.append(buffer, static_cast<size_t>(n));
        if (answers_.size() > sizeof buffer) return process_.kill();  // nothing that a server says
    }
    for (size_t end; (end = answers_.find('\n')) != std::string::npos; answers_.erase(0, end + 1)) {
        std::istringstream words(answers_.substr(0, end));
        std::string what, how;
        int number = 0;
        words >> what;
        if (what == "started") {
            words >> child_;
        } else if (what == "cannot") {
            refused_ = true;
        } else if (what == "ended" && words >> how >> number) {
            Ending ending;
            (how == "exit" ? ending.exit_code : ending.signal) = number;
            ending.stopped = how == "stop";
            ended_ = ending;
            child_ = 0;
        }
    }
}

bool ForkServer::ended(Ending& ending) {
    read_answers();
    if (ended_) {
        ending = *ended_;
        return true;
    }
    if (!process_.ended(ending)) return false;
    usable_ = false;
    read_answers();  // what it said last, it may have said since
    if (ended_) ending = *ended_;
    end_orphan();
    return true;
}

// The child ends with its server, a little later: till then it would be taken for something that was left behind.
void ForkServer::end_orphan() {
    if (child_ > 1 && is_child_of(child_, getpid())) {
        ::kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }
    child_ = 0;
}

bool ForkServer::awaits_child() {
    read_answers();
    Ending ignored;
    return child_ == 0 && !ended_ && !refused_ && !process_.ended(ignored);
}

void ForkServer::kill() {
    read_answers();
    if (child_ > 1 && is_child_of(child_, process_.pid())) {
        ::kill(-child_, SIGKILL);
        ::kill(child_, SIGKILL);
    } else if (!ended_) {
        process_.kill();
    }
}

}  // namespace simple::gate
