// Shows that a suite catches the faults of its list: under each fault some case of the fault's function must fail, and
// without a fault, through the same proxy, the same cases must pass.
//
// usage: fault_check --name golden --suite build/bin/golden_suite --backend X.so --proxy libsimple_faults.so
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "ci/faults/planted_fault.h"

namespace {

using Json = nlohmann::json;
using simple::PlantedFault;

struct Options {
    std::string name, suite, backend, second, proxy;
    std::vector<std::string> only;
    int jobs = 2;
    int most_calls = 0;  // where not 0, a shrunk program in a failure's message may have no more calls
};

struct Ended {
    std::string id, status, message;
};

std::string quoted(const std::string& text) { return "'" + std::regex_replace(text, std::regex("'"), "'\\''") + "'"; }

// The suite's events, one a line. The suite's own output is dropped.
std::vector<Json> events(const std::string& environment, const Options& options, const std::string& backend,
                         const std::string& rest) {
    std::string command = environment + " timeout 120 " + quoted(options.suite) + " --backend " + quoted(backend);
    if (!options.second.empty()) command += " --second " + quoted(options.second);
    command += " --events-fd 3 " + rest + " 3>&1 >/dev/null 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot start " + options.suite);
    std::string text;
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, pipe)) > 0;) text.append(block, n);
    pclose(pipe);
    std::vector<Json> result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        Json event = Json::parse(line, nullptr, false);
        if (event.is_object()) result.push_back(std::move(event));
    }
    return result;
}

std::map<std::string, std::vector<std::string>> cases_by_function(const Options& options) {
    std::map<std::string, std::vector<std::string>> cases;
    for (const auto& event : events("", options, options.backend, "--list-cases")) {
        if (event.value("event", "") != "plan") continue;
        for (const auto& one : event["cases"]) cases[one.value("function", "")].push_back(one.value("id", ""));
    }
    return cases;
}

// Runs the cases through the proxy. A case that started and did not end (the suite died in it) is a crash.
std::vector<Ended> run(const Options& options, const std::string& fault, const std::vector<std::string>& ids) {
    char list[] = "/tmp/fault_check_XXXXXX";
    close(mkstemp(list));
    std::ofstream file(list);
    for (const auto& id : ids) file << id << "\n";
    file.close();
    const std::string environment = "SIMPLE_FAULT_INNER=" + quoted(options.backend) + " SIMPLE_FAULT=" + quoted(fault);
    std::vector<Ended> ended;
    for (const auto& event : events(environment, options, options.proxy, "--cases-from " + quoted(list))) {
        const std::string kind = event.value("event", "");
        if (kind == "start") ended.push_back({event.value("id", ""), "crash", ""});
        if (kind == "end")
            ended.back() = {event.value("id", ""), event.value("status", ""), event.value("message", "")};
    }
    std::remove(list);
    return ended;
}

bool failed(const Ended& one) { return one.status != "pass" && one.status != "skipped"; }

// "" where the fault is caught, else why not.
std::string judge(const Options& options, const PlantedFault& fault, const std::vector<std::string>& ids,
                  std::string& by) {
    if (ids.empty()) return "the suite has no case of the function";
    for (const auto& one : run(options, fault.id, ids)) {
        // No fault of the list ends a process: a crash shows a proxy that could not be set up.
        if (one.status == "crash") return "the suite died in " + one.id;
        if (!failed(one)) continue;
        by = one.id;
        std::smatch calls;
        const bool shrunk = std::regex_search(one.message, calls, std::regex("shrunk to (\\d+) calls"));
        if (!options.most_calls || !shrunk || std::stoi(calls[1]) <= options.most_calls) return "";
        return "caught, but the shrunk program has " + calls[1].str() + " calls";
    }
    return "no case fails";
}

int check(const Options& options) {
    const auto cases = cases_by_function(options);
    std::vector<PlantedFault> faults;
    std::set<std::string> sound;  // the cases that must pass without a fault
    for (const auto& fault : simple::planted_faults()) {
        const bool chosen = options.only.empty() ? fault.suite == options.name
                                                 : std::count(options.only.begin(), options.only.end(), fault.id) > 0;
        if (!chosen) continue;
        faults.push_back(fault);
        const auto found = cases.find(std::string(simple::function(fault.function).name));
        if (found != cases.end()) sound.insert(found->second.begin(), found->second.end());
    }
    if (faults.empty() || sound.empty()) {
        std::fprintf(stderr, "fault_check: no fault or no case to check\n");
        return 2;
    }
    int bad = 0;
    const std::vector<std::string> all(sound.begin(), sound.end());
    const auto clean = run(options, "", all);
    for (const auto& one : clean) {
        if (failed(one))
            std::printf("UNSOUND  %s fails without a fault: %s\n", one.id.c_str(), one.message.c_str()), ++bad;
    }
    if (clean.size() != all.size()) std::printf("UNSOUND  %zu of %zu cases ran\n", clean.size(), all.size()), ++bad;

    std::atomic<size_t> next{0};
    std::mutex output;
    const auto work = [&] {
        for (size_t i; (i = next++) < faults.size();) {
            const std::string name(simple::function(faults[i].function).name);
            const auto found = cases.find(name);
            std::string by;
            const std::string why =
                judge(options, faults[i], found == cases.end() ? std::vector<std::string>() : found->second, by);
            const std::lock_guard<std::mutex> lock(output);
            std::printf("%s %-32s %s\n", why.empty() ? "caught  " : "MISSED  ", faults[i].id,
                        why.empty() ? by.c_str() : why.c_str());
            bad += !why.empty();
        }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < options.jobs; ++i) workers.emplace_back(work);
    for (auto& worker : workers) worker.join();
    std::printf("%zu faults, %d problems\n", faults.size(), bad);
    return bad ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Shows that a suite catches its planted faults.");
    app.add_option("--name", options.name, "whose faults: golden, differential or property")->required();
    app.add_option("--suite", options.suite, "the suite's program")->required();
    app.add_option("--backend", options.backend, "the correct backend behind the proxy")->required();
    app.add_option("--second", options.second, "the suite's second backend");
    app.add_option("--proxy", options.proxy, "libsimple_faults.so")->required();
    app.add_option("--fault", options.only, "only these faults, whatever their suite");
    app.add_option("--jobs", options.jobs, "suites that run at the same time")->capture_default_str();
    app.add_option("--most-calls", options.most_calls, "the longest shrunk program that is short enough");
    CLI11_PARSE(app, argc, argv);
    return check(options);
}
