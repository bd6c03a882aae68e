// A suite program of the engine's tests: its cases do to their process what a bad candidate does. It speaks the events'
// protocol by itself, so that it can also break it. FAKE_SUITE chooses a misbehaviour of the program as a whole; the
// cases that SIMPLE_FAULT names fail.
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "ci/faults/sort_numbers.h"
#include "ci/testkit/output_marks.h"
#include "ci/testkit/serve.h"
#include "ci/testkit/time_scale.h"

namespace {

using Json = nlohmann::json;

constexpr int kEvents = 3, kControl = 4;

void write_all(int fd, const std::string& text) {
    if (write(fd, text.data(), text.size()) < 0) _exit(70);
}

void send(const Json& event) { write_all(kEvents, event.dump() + "\n"); }

void flood() {
    const std::string block(65536, 'x');
    for (;;)
        if (write(1, block.data(), block.size()) < 0) _exit(70);
}

void write_much() {
    const std::string block(65536, 'y');
    for (int i = 0; i < 8; ++i) write_all(1, block);
}

void garbage() {
    const std::string text = "garbage\n{\"event\":\"end\",\"id\":\"j-pass\"}\n[1]\n";
    write_all(kEvents, text);
}

void flood_events() {
    for (;;) send({{"event", "news"}});
}

void sleep_in_child() {
    if (fork() == 0) {
        sleep(600);
        _exit(0);
    }
    raise(SIGSEGV);
}

// Out of the group, the session and this process's children.
void leave_a_daemon() {
    const pid_t between = fork();
    if (between == 0) {
        setsid();
        if (fork() == 0) {
            sleep(600);
            _exit(0);
        }
        _exit(0);
    }
    waitpid(between, nullptr, 0);
}

// To the supervisor's own process group, where killing this process's does not reach it.
void leave_group_and_hang() {
    leave_a_daemon();
    setpgid(0, getpgid(getppid()));
    sleep(600);
}

// Some 3 s of a core of a 2023 server.
void compute() {
    for (int i = 0; i < 400; ++i) simple::sort_numbers(100000);
}

const std::map<std::string, std::function<void()>>& bodies() {
    static const std::map<std::string, std::function<void()>> all{
        {"a-pass", [] {}},
        {"b-segfault", [] { raise(SIGSEGV); }},
        {"c-pass", [] {}},
        {"d-hang", [] { sleep(600); }},
        {"e-exit", [] { _exit(0); }},
        {"f-abort", [] { abort(); }},
        {"g-flood", flood},
        {"h-leaves-a-child", sleep_in_child},
        {"i-garbage", garbage},
        {"j-pass", [] {}},
    };
    return all;
}

// Not in the plan: a test asks for them by name.
const std::map<std::string, std::function<void()>>& unlisted() {
    static const std::map<std::string, std::function<void()>> all{
        {"stops", [] { raise(SIGSTOP); }},
        {"leaves-a-daemon", leave_a_daemon},
        {"leaves-group-and-hangs", leave_group_and_hang},
        {"prints", [] { write_all(2, "a warning\n"); }},
        {"floods-events", flood_events},
        {"skips-without-reason", [] {}},
        {"counts-much", [] {}},
        {"skips-at-length", [] {}},
        {"computes",
         [] {
             for (;;) compute();
         }},
        {"sleeps", [] { sleep(2); }},
    };
    return all;
}

// The supervisor's canaries have a number of four digits behind somebody else's name.
bool is_canary(const std::string& id) {
    return id.size() > 5 && id[id.size() - 5] == '-' &&
           id.find_first_not_of("0123456789", id.size() - 4) == std::string::npos;
}

void pass(const std::string& id) {
    send({{"event", "start"}, {"id", id}});
    send({{"event", "end"}, {"id", id}, {"status", "pass"}, {"message", ""}, {"seconds", 0.0}});
}

// All that a suite would have said, by somebody who is not the suite.
void forge(const std::string& cases_from) {
    send({{"event", "plan"}, {"suite", "fake"}, {"cases", Json::array()}});
    std::ifstream in(cases_from);
    for (std::string id; std::getline(in, id);) pass(id);
    send({{"event", "done"}});
}

void body_of(const std::string& id) {
    if (is_canary(id)) return;
    const auto kind = [&](const char* name) { return id.rfind(name, 0) == 0; };  // as many as are asked for
    if (kind("writes-much")) return write_much();
    if (kind("says-much")) return;
    const auto other = unlisted().find(id);
    (other != unlisted().end() ? other->second
                               : bodies().at(kind("d-hang")    ? "d-hang"
                                             : kind("f-abort") ? "f-abort"
                                                               : id))();
}

}  // namespace

int main(int argc, char** argv) {
    std::string cases_from;
    int exit_code = 0;
    bool list = false, serving = false;
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--cases-from") == 0) cases_from = argv[i + 1];
        if (strcmp(argv[i], "--exit-code") == 0) exit_code = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--list-cases") == 0) list = true;
        if (strcmp(argv[i], "--serve") == 0) serving = true;
    }
    const char* variable = getenv("FAKE_SUITE");
    const std::string mode = variable ? variable : "";
    if (mode == "crash-on-load") raise(SIGSEGV);
    if (const char* loads = getenv("FAKE_LOADS")) std::ofstream(loads, std::ios::app) << "x";
    if (mode == "serves-with-threads") std::thread([] { sleep(600); }).detach();
    if (serving) {
        const auto batch = simple::serve(kControl);
        if (!batch) _exit(0);
        cases_from = batch->list_file;
        exit_code = batch->exit_code;
        if (mode == "kills-its-server" && cases_from.size() > 0) kill(getppid(), SIGKILL);
    }
    Json cases = Json::array();
    for (const auto& [id, body] : bodies())
        cases.push_back({{"id", id}, {"function", "add"}, {"promises", {"E1"}}, {"quick", true}});
    const auto keep = [&](const std::string& ending) {
        const auto dropped = [&](const Json& c) {
            const std::string id = c["id"];
            return id.size() < ending.size() || id.compare(id.size() - ending.size(), ending.size(), ending) != 0;
        };
        cases.erase(std::remove_if(cases.begin(), cases.end(), dropped), cases.end());
    };
    if (mode == "slow") keep("a-pass");
    if (mode == "sound") keep("-pass");
    if (mode == "no-cases") cases = Json::array();
    if (mode == "plans-nonsense") cases = Json::array({{{"id", 7}}});
    if (mode == "no-plan") return 0;
    const bool serves = mode.rfind("serves", 0) == 0 || mode == "kills-its-server";
    if (mode == "endless-list" && list)
        for (const std::string block(65536, 'x');;) write_all(kEvents, block);
    if (mode == "crash-on-start" && !list) raise(SIGBUS);
    if (mode == "forges" && !list) {
        forge(cases_from);
        _exit(0);
    }
    if (mode == "prints-on-load") write_all(1, "hello\n");
    send({{"event", "plan"}, {"suite", "fake"}, {"serves", serves}, {"cases", cases}});
    if (list) {
        if (mode == "list-then-crash") raise(SIGSEGV);
        return 0;
    }
    std::ifstream in(cases_from);
    for (std::string id; std::getline(in, id);) {
        if (mode == "forgets" && id == "c-pass") continue;
        write_all(1, simple::case_begins_mark(id));
        send({{"event", "start"}, {"id", id}});
        body_of(id);
        if (mode == "slow") compute();
        const char* fault = getenv("SIMPLE_FAULT");
        const std::string planted = std::string("+") + (fault ? fault : "") + "+";
        const bool fails = planted.find("+" + id + "+") != std::string::npos || (is_canary(id) && mode != "passes-all");
        const char* status = fails ? "fail" : id == "skips-without-reason" ? "skipped" : "pass";
        write_all(1, simple::case_ends_mark(id));
        Json end{{"event", "end"}, {"id", id}, {"status", status}, {"message", ""}, {"seconds", 0.0}};
        if (id == "a-pass") end["calls"] = {{{"dtype", "int64"}, {"device", "cpu"}, {"codes", {{"0", 2}, {"4", 1}}}}};
        if (id == "c-pass") end["calls"] = {{{"dtype", 7}}};
        if (mode == "tells-time-scale" && id == "c-pass") {
            const char* scale = getenv(simple::kTimeScale);
            end["status"] = "fail";
            end["message"] = scale ? scale : "it was told none";
        }
        if (id == "skips-at-length") {
            end["status"] = "skipped";
            end["capability"] = std::string(100000, 'w');
        }
        if (id == "counts-much")
            for (int i = 0; i < 10000; ++i) end["counts"]["count " + std::to_string(i)] = i;
        if (id.rfind("says-much", 0) == 0) {
            end["status"] = "fail";
            end["message"] = "first line\n" + std::string(5000, 'z');
        }
        send(end);
        if (mode == "contradicts") send({{"event", "end"}, {"id", id}, {"status", "fail"}, {"message", "no"}});
        if (mode == "plans-twice") send({{"event", "plan"}, {"suite", "fake"}, {"cases", Json::array()}});
        if (mode == "ends-unstarted") send({{"event", "end"}, {"id", "j-pass"}, {"status", "pass"}});
        if (mode == "prints-between") write_all(1, "hello\n");
        if (mode == "dies-between" && id == "a-pass") raise(SIGFPE);
        if (mode == "stops-between" && id == "a-pass") raise(SIGSTOP);
    }
    if (mode == "no-done") return exit_code;
    send({{"event", "done"}});
    if (mode == "prints-at-end") write_all(1, "bye\n");
    if (mode == "crash-at-end") raise(SIGSEGV);
    if (mode == "stops-at-end") raise(SIGSTOP);
    if (mode == "hangs-at-end") sleep(600);
    if (mode == "exits-with-0-at-end") _exit(0);
    if (mode == "exits-with-1-at-end") _exit(1);
    if (mode == "starts-after-done") send({{"event", "start"}, {"id", "a-pass"}});
    return exit_code;
}
