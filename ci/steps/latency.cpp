#include "ci/steps/latency.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>
#include <utility>

#include "ci/run/prepared_run.h"
#include "ci/steps/time_scale.h"
#include "impl/abi/library_path.h"
#include "reports/statistics.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

// What each ratio is on an idle machine, and why its limit is what it is: docs/measure-latency.md.
constexpr double kStubOverCandidate = 0.25;
constexpr double kFormOverCore = 1.05;
constexpr double kLinkedOverPointer = 1.6;

constexpr double kProcessSeconds = 60;  // a process that takes longer hangs
constexpr size_t kMostProcesses = 24;
constexpr unsigned kLoadedAtOnce = 2;      // by --jobs 1 one
constexpr double kConfidence = 0.99;       // eight processes or more
constexpr double kQuickConfidence = 0.90;  // five

CaseResult case_of(const Latency& latency) {
    CaseResult result;
    result.suite = latency.suite;
    result.id = latency.id;
    result.function = latency.function;
    result.status = Status::pass;
    return result;
}

RatioSample sample_of(const Json& measured) {
    return {measured.at("ratio").get<double>(), measured.value("null", 1.0)};
}

// "form 139.4 ns, core 138.2 ns": the medians of what the processes say beside the ratio.
std::string sides(const std::vector<Json>& measured) {
    std::string text;
    for (const auto& [key, value] : measured.front().items()) {
        const bool ns = key.size() > 3 && key.rfind("_ns") == key.size() - 3;
        const bool seconds = key.size() > 8 && key.rfind("_seconds") == key.size() - 8;
        if ((!ns && !seconds) || !value.is_number()) continue;
        std::vector<double> values;
        for (const auto& one : measured) values.push_back(one.at(key).get<double>());
        const double median = statistics::median(values);
        std::string name = key.substr(0, key.rfind('_'));
        std::replace(name.begin(), name.end(), '_', ' ');
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name,
                            ns ? fmt::format("{:.1f} ns", median) : fmt::format("{:.2f} ms", median * 1e3));
    }
    return text;
}

std::string why_not_measured(const Ran& ran) {
    if (ran.timed_out) return "it does not end";
    // The loader goes on without what it cannot preload: something else would be measured.
    if (ran.output.find("cannot be preloaded") != std::string::npos) return ran.output;
    const Json measured = Json::parse(ran.events, nullptr, false);
    if (measured.is_object() && measured.contains("skipped")) return "";
    const bool sound = measured.is_object() && measured.contains("ratio") && measured["ratio"].is_number() &&
                       measured["ratio"] > 0 && (!measured.contains("null") || measured["null"].is_number());
    if (sound && ran.early) return "it measured before it was told to";
    if (sound) return "";  // however the process ended then, which is a case of its own (ci/steps/process_checks.h)
    return ran.ending.clean() ? "it wrote no ratio: " + ran.events : ran.ending.describe() + " " + ran.output;
}

// Where the samples of one latency come from, one for each call.
using Source = std::function<Ran()>;

// What was measured before its turn.
Ran taken_from(std::deque<Json>& spared) {
    Ran ran;
    ran.ending.exit_code = 0;
    ran.events = spared.front().dump();
    spared.pop_front();
    return ran;
}

// Processes, each run to its end while no other one loads or measures; first those that were spared.
class Processes {
  public:
    Processes(const Latency& latency, const Settings& settings, std::deque<Json> spared)
        : latency_(latency),
          seconds_(kProcessSeconds * time_scale(settings)),
          at_once_(std::clamp(settings.jobs, 1u, kLoadedAtOnce)),
          spared_(std::move(spared)) {}

    Ran run_next() {
        if (!spared_.empty()) return taken_from(spared_);
        if (latency_.of_loading) return run_to_end(latency_.argv, seconds_);
        if (prepared_.empty()) prepared_ = prepare_side_by_side(latency_.argv, seconds_, at_once_);
        const std::unique_ptr<PreparedRun> next = std::move(prepared_.front());
        prepared_.pop_front();
        return next->go();
    }

  private:
    const Latency& latency_;
    double seconds_;
    unsigned at_once_;
    std::deque<Json> spared_;
    PreparedRuns prepared_;  // one that is not needed any more is ended
};

Timed measure_from(const Latency& latency, const Settings& settings, const Source& next) {
    Timed timed;
    timed.result = case_of(latency);
    const RatioLimit limit{latency.limit, settings.quick ? kQuickConfidence : kConfidence};
    std::vector<RatioSample> samples;
    for (Judged judged = Judged::more; judged == Judged::more;) {
        timed.ran = next();
        if (const std::string why = why_not_measured(timed.ran); !why.empty()) {
            timed.bad = true;
            timed.result.status = Status::error;
            timed.result.message = "not measured: " + why;
            return timed;
        }
        timed.measured.push_back(Json::parse(timed.ran.events));
        if (timed.measured.back().contains("skipped")) {
            timed.result.status = Status::skipped;
            timed.result.capability = timed.measured.back()["skipped"];
            return timed;
        }
        samples.push_back(sample_of(timed.measured.back()));
        judged = judge_ratio(samples, limit, samples.size() >= kMostProcesses || interrupted());
        timed.note = fmt::format("{}: {}", latency.what, described(samples, limit));
        if (const std::string text = sides(timed.measured); !text.empty()) timed.note += "; " + text;
        if (judged == Judged::fail || judged == Judged::inconclusive) {
            timed.result.status = judged == Judged::fail ? Status::fail : Status::inconclusive;
            timed.result.message = timed.note;
        }
    }
    return timed;
}

// A sample of each of the others, as far as the process came; the rest of what it wrote is of its own loading. A line
// that was not asked for stays there, where nothing can be made of it.
std::vector<Json> split_off(const std::vector<Latency>& others, Ran& ran) {
    const size_t end = ran.events.find('\n');
    if (end == std::string::npos) return {};
    std::istringstream lines(ran.events.substr(end + 1));
    std::vector<Json> samples;
    for (std::string text; std::getline(lines, text);) {
        Json line = Json::parse(text, nullptr, false);
        if (samples.size() == others.size() || !line.is_object()) return {};
        samples.push_back(std::move(line));
    }
    ran.events.resize(end);
    return samples;
}

}  // namespace

Timed measure(const Latency& latency, const Settings& settings, SparedSamples spared) {
    Processes processes(latency, settings, std::move(spared[latency.name()]));
    return measure_from(latency, settings, [&] { return processes.run_next(); });
}

Timed measure_loading(Latency latency, const std::vector<Latency>& others, const Settings& settings,
                      SparedSamples& spared) {
    const std::vector<std::string> alone = latency.argv;
    latency.argv.emplace_back("then");
    for (const auto& other : others)
        latency.argv.insert(latency.argv.end(), other.beside_loading.begin(), other.beside_loading.end());
    bool whole = true;
    return measure_from(latency, settings, [&] {
        Ran ran = run_to_end(whole ? latency.argv : alone, kProcessSeconds * time_scale(settings));
        if (!whole) return ran;
        const std::vector<Json> samples = split_off(others, ran);
        for (size_t i = 0; i < samples.size(); ++i) spared[others[i].name()].push_back(samples[i]);
        whole = samples.size() == others.size();
        // It measured its loading; what did not end then is another gate's, which has processes of its own.
        if (!whole && ran.timed_out && !ran.events.empty()) ran.timed_out = false;
        return ran;
    });
}

std::vector<Latency> gates_of(const std::string& step, const Settings& settings, const std::string& dyncall) {
    const std::string probe = settings.bin + "/simple-probe";
    const auto host = [&](const char* option) { return settings.bin + "/host." + option; };
    const std::string candidate = with_folder(settings.candidate);
    const auto linked = [&](const char* id, const char* what, std::vector<std::string> argv) {
        return Latency{"linked", id, "ndim", what, std::move(argv), kLinkedOverPointer};
    };
    std::vector<Latency> gates;
    if (step == "stub") {
        std::vector<std::string> argv{probe, settings.stub, "add-free", settings.reference};
        if (!settings.program) argv.push_back(candidate);
        gates.push_back({"stub",
                         "latency/add-free",
                         "add",
                         "add + free of the stub over the candidate's",
                         std::move(argv),
                         kStubOverCandidate,
                         false,
                         {"add-free", settings.stub, settings.reference}});
    }
    if (step == "dynamic")
        gates.push_back({"dynamic",
                         "latency/form-over-core",
                         "view",
                         "view_1d over view",
                         {probe, dyncall, "forms", settings.reference},
                         kFormOverCore,
                         false,
                         {"forms", dyncall, settings.reference}});
    if (step == "linked") {
        if (std::filesystem::exists(host("stub")))
            gates.push_back(linked("latency/linked-dynamically", "a call linked dynamically over one by pointer",
                                   {"LD_PRELOAD=" + preloadable(candidate), host("stub"), "--latency"}));
        if (!settings.quick && std::filesystem::exists(host("loaded")))
            gates.push_back(linked("latency/loaded", "a call of a loaded library over one by pointer",
                                   {"RT_TORCH_LIBRARY=" + candidate, host("loaded"), "--latency"}));
        const std::string module = settings.bin + "/latency_of_loaded.so";
        if (!gates.empty() && gates.back().id == "latency/loaded" && std::filesystem::exists(module))
            gates.back().beside_loading = {"loaded", module};
        // An archive can only be linked when the host is built: this is the build's own.
        if (!settings.quick && settings.own_build && std::filesystem::exists(host("static")))
            gates.push_back(linked("latency/linked-statically", "a call linked statically over one by pointer",
                                   {host("static"), "--latency"}));
    }
    gates.erase(std::remove_if(
                    gates.begin(), gates.end(),
                    [&](const Latency& gate) { return !selects(settings, gate.suite, gate.id, gate.function, true); }),
                gates.end());
    return gates;
}

std::vector<CaseResult> check_latency(const Settings& settings, const std::string& dyncall, bool whole,
                                      const SparedSamples& spared, StepResult& step) {
    const bool against_reference = step.name == "stub" || step.name == "dynamic";
    if (against_reference && !std::filesystem::exists(settings.reference))
        step.problems.push_back(fmt::format("the reference backend, which times are measured against, is not built: {}",
                                            settings.reference));
    std::vector<CaseResult> results;
    for (const auto& gate : gates_of(step.name, settings, dyncall)) {
        if (interrupted()) continue;
        if (step.name == "linked" && !whole) {
            results.push_back(case_of(gate));
            results.back().status = Status::skipped;
            results.back().capability = "symbol";
            continue;
        }
        Timed timed = measure(gate, settings, spared);
        if (!timed.note.empty()) step.notes.push_back(timed.note);
        results.push_back(std::move(timed.result));
    }
    return results;
}

}  // namespace simple::gate
