// Shows that a suite catches the faults of its list: under each fault some case of the fault's function must fail, and
// without a fault, through the same proxy, the same cases must pass. Where --smoke names the golden suite, at least
// half of the faults must be such that one case per function, its first, lets them through: faults that anything would
// find prove little. The other way round, whether each case fails under some fault, asks case_check.
//
// usage: fault_check --name golden --suite build/bin/golden_suite --backend X.so --proxy libsimple_faults.so
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "ci/faults/planted_fault.h"
#include "impl/abi/library_path.h"
#include "impl/abi/shell_quoted.h"

namespace {

using Json = nlohmann::json;
using simple::PlantedFault;

struct Options {
    std::string name, suite, backend, second, proxy, smoke, headers, preload, promise;
    std::vector<std::string> only;
    bool in_second = false;
    int jobs = 2;
    int most_calls = 0;  // where not 0, a shrunk program in a failure's message may have no more calls
};

struct Ended {
    std::string id, status, message;
};

// The suite's events, one a line. The suite's own output is dropped.
std::vector<Json> events(const Options& options, const std::string& fault, const std::string& rest) {
    const std::string& first = options.in_second ? options.backend : options.proxy;
    const std::string& second = options.in_second ? options.proxy : options.second;
    const std::string& inner = options.in_second ? options.second : options.backend;
    std::string command = "SIMPLE_FAULT_INNER=" + simple::shell_quoted(inner) +
                          " SIMPLE_FAULT=" + simple::shell_quoted(fault) + " timeout 300 " +
                          (options.preload.empty()
                               ? ""
                               : "env LD_PRELOAD=" + simple::shell_quoted(simple::preloadable(options.preload)) + " ") +
                          simple::shell_quoted(options.suite) + " --backend " + simple::shell_quoted(first);
    if (!second.empty()) command += " --second " + simple::shell_quoted(second);
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

struct Planned {
    std::string id, function;
    std::vector<std::string> promises;
};

std::vector<Planned> plan_of(const Options& options) {
    std::vector<Planned> cases;
    for (const auto& event : events(options, "", "--list-cases")) {
        if (event.value("event", "") != "plan") continue;
        for (const auto& one : event["cases"])
            cases.push_back({one["id"], one["function"], one["promises"].get<std::vector<std::string>>()});
    }
    return cases;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The cases that have to notice the fault: those of its function; for a known defect those that name its number.
std::vector<std::string> cases_for(const PlantedFault& fault, const std::vector<Planned>& plan) {
    std::vector<std::string> ids;
    for (const auto& one : plan)
        if (one.function == simple::function(fault.function).name &&
            (!*fault.defect || contains(one.promises, fault.defect)))
            ids.push_back(one.id);
    return ids;
}

// Runs the cases through the proxy, with a fault up to the first that fails. A case that started and did not end (the
// suite died in it) is a crash.
std::vector<Ended> run(const Options& options, const std::string& fault, const std::vector<std::string>& ids) {
    char list[] = "/tmp/fault_check_XXXXXX";
    close(mkstemp(list));
    std::ofstream file(list);
    for (const auto& id : ids) file << id << "\n";
    file.close();
    std::vector<Ended> ended;
    for (const auto& event :
         events(options, fault,
                "--cases-from " + simple::shell_quoted(list) + (fault.empty() ? "" : " --gtest_fail_fast"))) {
        const std::string kind = event.value("event", "");
        if (kind == "start") ended.push_back({event.value("id", ""), "crash", ""});
        if (kind == "end")
            ended.back() = {event.value("id", ""), event.value("status", ""), event.value("message", "")};
    }
    std::remove(list);
    return ended;
}

bool failed(const Ended& one) { return one.status != "pass" && one.status != "skipped"; }

// The C program that a message of the differential suite ends with.
bool compiles(const std::string& message, const std::string& headers) {
    const size_t begin = message.find(" calls:\n"), main = message.find("int main(void)", begin),
                 end = message.find("\n}", main);
    if (end == std::string::npos) return false;
    const size_t from = begin + std::strlen(" calls:\n");
    const std::string program = message.substr(from, end - from) + "\n}\n";
    FILE* compiler =
        popen(("cc -std=c11 -fsyntax-only -Wall -Werror -x c -I" + simple::shell_quoted(headers) + " -").c_str(), "w");
    if (!compiler) throw std::runtime_error("cannot start cc");
    fwrite(program.data(), 1, program.size(), compiler);
    return pclose(compiler) == 0;
}

// Whether the backend lacks what all cases of the broken promise need (CUDA).
bool only_skipped(const PlantedFault& fault, const std::vector<Planned>& plan, const std::vector<Ended>& ended) {
    size_t skipped = 0, ran = 0;
    for (const auto& one : plan)
        if (contains(one.promises, fault.promise))
            for (const auto& end : ended)
                if (end.id == one.id) ++(end.status == "skipped" ? skipped : ran);
    return skipped > 0 && ran == 0;
}

// "" where the fault is caught, else why not. ended: the cases that ran, up to the first that failed.
std::string judge(const Options& options, const PlantedFault& fault, const std::vector<Planned>& plan, std::string& by,
                  std::vector<Ended>& ended) {
    const std::vector<std::string> ids = cases_for(fault, plan);
    if (ids.empty()) return "the suite has no case of the function";
    ended = run(options, fault.id, ids);
    for (const auto& one : ended) {
        if (!failed(one)) continue;
        by = one.id;
        std::smatch calls;
        if (!options.most_calls || !std::regex_search(one.message, calls, std::regex("shrunk to (\\d+) calls")))
            return "";
        if (std::stoi(calls[1]) > options.most_calls)
            return "caught, but the shrunk program has " + calls[1].str() + " calls";
        return compiles(one.message, options.headers) ? "" : "caught, but the program does not compile";
    }
    if (!only_skipped(fault, plan, ended)) return "no case fails";
    by = "nothing: every case of " + std::string(fault.promise) + " was skipped";
    return "";
}

// What one case per function lets through.
class Smoke {
  public:
    explicit Smoke(const Options& options) : options_(options) {
        options_.suite = options.smoke;
        options_.second.clear();
        for (const auto& one : plan_of(options_)) first_.emplace(one.function, one.id);
    }
    // ran: cases of the golden suite that ran under the fault already.
    bool lets_through(const PlantedFault& fault, const std::vector<Ended>& ran) const {
        const auto first = first_.find(std::string(simple::function(fault.function).name));
        if (first == first_.end()) return true;
        for (const auto& one : ran)
            if (one.id == first->second) return !failed(one);
        const auto ended = run(options_, fault.id, {first->second});
        return !ended.empty() && !failed(ended.front());
    }

  private:
    Options options_;
    std::map<std::string, std::string> first_;
};

bool is_in_proxy(const PlantedFault& fault) {
    return !fault.correct && !*fault.library && fault.kind != simple::Kind::latency;
}

int check(const Options& options) {
    const std::vector<Planned> plan = plan_of(options);
    std::vector<PlantedFault> faults;
    std::set<std::string> sound;  // the cases that must pass without a fault
    for (const auto& fault : simple::planted_faults()) {
        const bool chosen =
            options.only.empty() ? contains(suites_of(fault), options.name) : contains(options.only, fault.id);
        if (!chosen || (!options.promise.empty() && options.promise != fault.promise) || !is_in_proxy(fault) ||
            fault.in_stub != options.in_second)
            continue;
        faults.push_back(fault);
        for (auto& id : cases_for(fault, plan)) sound.insert(std::move(id));
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

    std::optional<Smoke> smoke;
    if (!options.smoke.empty()) smoke.emplace(options);
    std::atomic<size_t> next{0}, let_through{0};
    std::mutex output;
    const auto work = [&] {
        for (size_t i; (i = next++) < faults.size();) {
            std::string by;
            std::vector<Ended> ran;
            const std::string why = judge(options, faults[i], plan, by, ran);
            if (options.smoke != options.suite) ran.clear();  // ids are a suite's own
            const bool hidden = smoke && smoke->lets_through(faults[i], ran);
            let_through += hidden;
            const std::lock_guard<std::mutex> lock(output);
            std::printf("%s %-32s %s%s\n",
                        !why.empty()                  ? "MISSED  "
                        : by.rfind("nothing", 0) == 0 ? "skipped "
                                                      : "caught  ",
                        faults[i].id, why.empty() ? by.c_str() : why.c_str(), hidden ? " (smoke lets it through)" : "");
            bad += !why.empty();
        }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < options.jobs; ++i) workers.emplace_back(work);
    for (auto& worker : workers) worker.join();
    if (smoke) std::printf("smoke lets %zu of %zu through\n", let_through.load(), faults.size());
    if (smoke && 2 * let_through < faults.size()) std::printf("SMOKE    finds more than half\n"), ++bad;
    std::printf("%zu faults, %d problems\n", faults.size(), bad);
    return bad ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Shows that a suite catches its planted faults.");
    app.option_defaults()->disable_flag_override();
    app.add_option("--name", options.name, "whose faults: golden, differential or property")->required();
    app.add_option("--suite", options.suite, "the suite's program")->required();
    app.add_option("--backend", options.backend, "the correct backend behind the proxy")->required();
    app.add_option("--second", options.second, "the suite's second backend");
    app.add_option("--proxy", options.proxy, "libsimple_faults.so")->required();
    app.add_option("--preload", options.preload, "a library that the suite is run with: one that simulates CUDA");
    app.add_flag("--in-second", options.in_second, "plant in the second backend");
    app.add_option("--fault", options.only, "only these faults, whatever their suite");
    app.add_option("--promise", options.promise, "only faults that break this promise of the contract");
    app.add_option("--jobs", options.jobs, "suites that run at the same time")->capture_default_str();
    app.add_option("--smoke", options.smoke, "the golden suite: at least half must pass each function's first case");
    app.add_option("--headers", options.headers, "the folder of rt_torch.h, for compiling shrunk programs");
    app.add_option("--most-calls", options.most_calls, "the longest shrunk program that is short enough");
    CLI11_PARSE(app, argc, argv);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    return check(options);
}
