// A suite program of the engine's tests: its cases do to their process what a bad candidate does. It speaks the events'
// protocol by itself, so that it can also break it. FAKE_SUITE chooses a misbehaviour of the program as a whole; the
// case that SIMPLE_FAULT names fails.
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "ci/faults/sort_numbers.h"

namespace {

using Json = nlohmann::json;

constexpr int kEvents = 3;

void send(const Json& event) {
    const std::string line = event.dump() + "\n";
    if (write(kEvents, line.data(), line.size()) < 0) _exit(70);
}

void flood() {
    const std::string block(65536, 'x');
    for (;;)
        if (write(1, block.data(), block.size()) < 0) _exit(70);
}

void garbage() {
    const std::string text = "garbage\n{\"event\":\"end\",\"id\":\"j-pass\"}\n[1]\n";
    if (write(kEvents, text.data(), text.size()) < 0) _exit(70);
}

void sleep_in_child() {
    if (fork() == 0) {
        sleep(600);
        _exit(0);
    }
    raise(SIGSEGV);
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

}  // namespace

int main(int argc, char** argv) {
    std::string cases_from;
    bool list = false;
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--cases-from") == 0) cases_from = argv[i + 1];
        if (strcmp(argv[i], "--list-cases") == 0) list = true;
    }
    const char* variable = getenv("FAKE_SUITE");
    const std::string mode = variable ? variable : "";
    if (mode == "crash-on-load") raise(SIGSEGV);
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
    if (mode == "no-plan") return 0;
    if (mode == "crash-on-start" && !list) raise(SIGBUS);
    send({{"event", "plan"}, {"suite", "fake"}, {"cases", cases}});
    if (list) return 0;

    std::ifstream in(cases_from);
    for (std::string id; std::getline(in, id);) {
        if (mode == "forgets" && id == "c-pass") continue;
        send({{"event", "start"}, {"id", id}});
        const auto kind = [&](const char* name) { return id.rfind(name, 0) == 0; };  // as many as are asked for
        bodies().at(kind("d-hang") ? "d-hang" : kind("f-abort") ? "f-abort" : id)();
        if (mode == "slow") compute();
        const char* fault = getenv("SIMPLE_FAULT");
        const bool caught = fault && id == fault;
        send({{"event", "end"}, {"id", id}, {"status", caught ? "fail" : "pass"}, {"message", ""}, {"seconds", 0.0}});
        if (mode == "dies-between" && id == "a-pass") raise(SIGFPE);
    }
    if (mode == "no-done") return 0;
    send({{"event", "done"}});
    if (mode == "crash-at-end") raise(SIGSEGV);
    return 0;
}
