#include "bench/instructions/counting_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "bench/instructions/pins.h"
#include "ci/run/process.h"
#include "ci/testkit/seconds.h"
#include "ci/testkit/time_scale.h"
#include "impl/abi/temporary_folder.h"

namespace simple::bench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using gate::Ending;
using gate::in_path;
using gate::Process;

constexpr size_t kPasses = 5;
constexpr int kCalls = 10;  // a dump counts: enough to see what one call in ten does

std::string target_program() { return (fs::read_symlink("/proc/self/exe").parent_path() / "count_target").string(); }

std::vector<std::string> command(const CountingOptions& options, const std::string& library, const std::string& dumps) {
    std::vector<std::string> argv{"/usr/bin/env"};
    for (const Pin& pin : kPins) argv.push_back(fmt::format("{}={}", pin.variable, pin.value));
    // An environment of another size moves the stack.
    argv.push_back("COUNT_PADDING=" + std::string(std::mt19937_64(options.seed)() % 4096, 'x'));
    argv.insert(argv.end(), {in_path("valgrind"), "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no",
                             "--combine-dumps=yes", "--dump-instr=yes", "--demangle=no",
                             "--callgrind-out-file=" + dumps, target_program(), "--backend", library, "--calls",
                             std::to_string(kCalls), "--seed", std::to_string(options.seed)});
    if (!options.functions.empty())
        argv.insert(argv.end(), {"--functions", fmt::format("{}", fmt::join(options.functions, ","))});
    if (options.realistic) argv.emplace_back("--realistic");
    return argv;
}

// Follows the target to its end.
class Follower {
  public:
    Follower(Counted& result, const Progress& progress) : result_(result), progress_(progress) {}

    void follow(const std::vector<std::string>& argv, double limit_seconds) {
        const double start = wall_seconds();
        progress_("loading the library");
        Process process(argv);
        Ending ending;
        std::string events, output;
        bool more = true;
        for (bool ended = false; !ended || more;) {
            ended = process.ended(ending);
            pollfd fds[] = {{process.events_fd(), POLLIN, 0}, {process.output_fd(), POLLIN, 0}};
            if (!ended) poll(fds, 2, 100);
            const size_t before = events.size() + output.size();
            process.read_events(events);
            process.read_output(output);
            more = events.size() + output.size() > before;
            take(events, wall_seconds() - start);
            if (gate::interrupted()) throw std::runtime_error("interrupted");
            if (wall_seconds() - start > limit_seconds)
                throw std::runtime_error(fmt::format("counting does not end within {:.0f} s", limit_seconds));
        }
        result_.seconds = wall_seconds() - start;
        if (!objections_.empty())
            throw std::runtime_error(
                fmt::format("refused, since counts would depend on this machine: {}", fmt::join(objections_, "; ")));
        if (!end_ || !ending.clean())
            throw std::runtime_error(fmt::format("counting under valgrind {}: {}", ending.describe(),
                                                 output.substr(output.size() > 2000 ? output.size() - 2000 : 0)));
    }

  private:
    void take(std::string& events, double seconds) {
        for (size_t end; (end = events.find('\n')) != std::string::npos; events.erase(0, end + 1))
            take(Json::parse(events.substr(0, end)), seconds);
    }

    void take(const Json& event, double seconds) {
        const std::string name = event.at("event");
        if (name == "loaded") {
            result_.loading = seconds;
            result_.version = event.at("version");
            result_.dispatch = event.at("dispatch");
            objections_ = event.at("objections").get<std::vector<std::string>>();
            if (!event.at("valgrind").get<bool>()) objections_.emplace_back("the target does not run under valgrind");
        } else if (name == "planned") {
            result_.missing = event.at("missing").get<std::vector<std::string>>();
            progress_(fmt::format("{} calls, pass 1 of {}", event.at("calls").get<size_t>(), kPasses));
        } else if (name == "pass") {
            progress_(fmt::format("pass {} of {}", ++passes_ + 1, kPasses));
        } else if (name == "uncounted") {
            result_.uncounted[event.at("call")] = event.at("reason");
        } else if (name == "end") {
            end_ = true;
        }
    }

    Counted& result_;
    const Progress& progress_;
    std::vector<std::string> objections_;
    int passes_ = 0;
    bool end_ = false;
};

void read_counts(const std::string& file, const std::string& library, Counted& result) {
    const AtomicInstructions atomics(library);
    if (!atomics.known()) throw std::runtime_error("atomic instructions can be told on x86-64 alone");
    const std::string target = target_program();
    std::map<std::string, std::map<std::string, CallCount>> passes;
    std::ifstream in(file);
    read_dumps(in, [&](const Dump& dump) {
        const size_t slash = dump.label.find('/');
        if (slash == std::string::npos) return;  // what is written at the end
        const std::string call = dump.label.substr(slash + 1);
        try {
            const std::string pass = dump.label.substr(0, slash);
            passes[call].emplace(pass, pass == "callers" ? counted_callers(dump, library, target, kCalls)
                                                         : counted(dump, library, target, &atomics, kCalls));
        } catch (const std::exception& e) {
            result.uncounted[call] = e.what();
        }
    });
    for (const auto& [call, counts] : passes) {
        if (result.uncounted.count(call)) continue;
        if (counts.size() == kPasses)
            result.counts[call] = merged(counts);
        else
            result.uncounted[call] = fmt::format("{} of {} passes were counted", counts.size(), kPasses);
    }
}

}  // namespace

std::string what_is_missing() {
    if (in_path("valgrind").empty())
        return "callgrind is not on this machine: install the package valgrind (ci/packages.txt), then build again";
    if (access(target_program().c_str(), X_OK) != 0)
        return "count_target is not built, since valgrind/callgrind.h was not there: install the package valgrind, "
               "then "
               "cmake build && cmake --build build";
    return "";
}

Counted count(const CountingOptions& options, const Progress& progress) {
    Counted result;
    const TemporaryFolder folder("count_instructions");
    // The path that callgrind names the object by.
    const std::string library = fs::canonical(options.library).string();
    const std::string dumps = folder.path() / "callgrind.out";
    Follower(result, progress).follow(command(options, library, dumps), options.limit_seconds * time_scale());
    read_counts(dumps, library, result);
    return result;
}

}  // namespace simple::bench
