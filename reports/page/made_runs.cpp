#include "reports/page/made_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/abi/function_table.h"
#include "reports/comparison.h"

namespace simple::page {
namespace {

using gate::CaseResult;
using gate::Outcome;
using gate::Status;
using gate::StepStatus;
using gate::Verdict;

constexpr const char* kDtypes[] = {"f32", "f64", "i64"};
constexpr const char* kDtypeNames[] = {"float32", "float64", "int64"};
constexpr const char* kShapes[] = {"0d", "1d", "2x3", "empty", "large", "strided", "broadcast", "negative dim"};
constexpr std::string_view kPromises[] = {"V4", "E4", "E2", "H1", "V1", "H7", "T1", "E5", "G4", "E6"};

CaseResult made_case(size_t i) {
    const Function& function = functions()[i % kFunctionCount];
    const size_t round = i / kFunctionCount;
    const bool property = i % 4 == 3;
    CaseResult c;
    c.step = "suite";
    c.suite = property ? "property" : "golden";
    c.function = std::string(function.name);
    c.id = fmt::format("{}/{},{} {}", c.function, kDtypes[round % 3], kShapes[round % 8], round);
    c.promises = {std::string(kPromises[i % 10])};
    if (std::string other(kPromises[(i / 3) % 10]); other != c.promises.front()) c.promises.push_back(std::move(other));
    c.status = Status::pass;
    c.seconds = 1e-4 * static_cast<double>(1 + i * 7919 % 997);
    c.file = property ? "property/laws/unary.cpp" : fmt::format("golden/cases/{}.json", c.function);
    std::string id = c.id;
    std::replace(id.begin(), id.end(), ',', '?');
    c.repro =
        fmt::format("ci/gate --no-build --candidate 'build/lib/candidate.so' --suite {} --filter '{}'", c.suite, id);
    c.calls = {{kDtypeNames[round % 3], "cpu", {{0, 3}}}};
    if (round % 5 == 0) c.calls[0].codes = {{round % 3 == 2 ? 4 : 3, 1}};
    if (property && round % 20 == 0) c.counts = {{"code 0", 80}, {"code 3", 20}};
    return c;
}

void add_measurements(Verdict& verdict, double cost) {
    std::mt19937 draw(1);  // the same for every library
    const auto part = [&] { return static_cast<double>(draw() % 1000) / 1000; };
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const std::string name(functions()[i].name);
        std::vector<double> abi, direct, ratio;
        const double base = 90 + 40 * static_cast<double>(i % 11);
        for (int process = 0; process < 8; ++process) {
            direct.push_back(base * (1 + 0.04 * part()));
            abi.push_back(direct.back() * (cost + 0.0005 * static_cast<double>(i % 60) + 0.02 * part()));
            ratio.push_back(abi.back() / direct.back());
        }
        verdict.measurements.push_back({name + "/smallest", name, "smallest", 1, "abi", "ns", abi, {}});
        verdict.measurements.push_back({name + "/smallest", name, "smallest", 1, "direct", "ns", direct, {}});
        verdict.measurements.push_back({name + "/smallest", name, "smallest", 1, "cost", "times", ratio, 1.1});
    }
}

void add_performance(Verdict& verdict) {
    for (size_t i = 0; i < kFunctionCount; ++i) {
        CaseResult c;
        c.step = c.suite = "performance";
        c.function = std::string(functions()[i].name);
        c.id = "latency/" + c.function + "/smallest";
        c.status = Status::pass;
        verdict.cases.push_back(std::move(c));
    }
    add_measurements(verdict, 1.0);
}

Verdict made_run() {
    Verdict verdict;
    auto& run = verdict.run;
    run.candidate = "build/lib/candidate.so";
    run.candidate_sha256 = std::string(64, 'a');
    run.functions_files = {run.candidate};
    run.functions_sha256 = run.candidate_sha256;
    run.harness_sha256 = std::string(64, 'b');
    run.plan_sha256 = std::string(64, 'c');
    run.build_id = "0123456789abcdef";
    run.backend = "libtorch";
    run.version = "1.13.0+cpu";
    run.contract = "1.1";
    run.started = "2026-11-29T10:43:06Z";
    run.seconds = 312.4;
    run.command = "ci/gate --candidate build/lib/candidate.so";
    run.host = "builder";
    run.machine = "AMD EPYC 7543";
    run.cores = 2;
    run.arithmetic = {{"AVX2", 1, "/usr/lib/libblas.so.3", "Zen", 1}};
    const std::pair<const char*, const char*> steps[] = {
        {"library", "the library: symbols, dependencies, loading"},
        {"stub", "beside the stub: the same calls, the same codes and shapes"},
        {"dynamic", "the forms that take and give integers only"},
        {"linked", "linked into a host, and loaded by one"},
        {"examples", "programs in C and in Simple"},
        {"suite", "the suites: recorded cases and laws"},
        {"performance", "latency beside LibTorch's own calls, and against a baseline"}};
    for (const auto& [name, title] : steps) {
        gate::StepResult step;
        step.name = name;
        step.title = title;
        step.status = StepStatus::pass;
        step.seconds = 4.2;
        verdict.steps.push_back(std::move(step));
    }
    verdict.steps[0].notes = {
        "loading and the first call over 1 % of its dependencies' loading or a program's start: 0.605 (limit 5; 99 % "
        "interval 0.573 to 0.658, 8 processes); dependencies 342.61 ms, first call 0.02 ms, load 2.07 ms",
        "built with LibTorch 1.13.0, runs with 1.13.0+cpu", "core: present, 104 of 104 symbols"};
    verdict.steps[1].notes = {
        "add + free of the stub over the candidate's: 0.097 (limit 0.25; 99 % interval 0.096 to 0.099, 8 processes)"};
    verdict.sets = {{"core", 104, 104, {}}, {"control", 21, 21, {}}, {"dyncall", 0, 67, {"rt_torch_add_dc"}}};
    for (const char* step : {"library", "stub", "dynamic", "linked", "examples"}) {
        CaseResult c;
        c.step = c.suite = step;
        c.id = "loads-now";
        c.promises = {"C1", "T3"};
        c.status = Status::pass;
        c.seconds = 0.3;
        verdict.cases.push_back(c);
    }
    for (size_t i = 0; verdict.cases.size() + kFunctionCount < kCasesOfAWholeRun; ++i)
        verdict.cases.push_back(made_case(i));
    add_performance(verdict);
    return verdict;
}

void skip(CaseResult& c, const char* capability) {
    c.status = Status::skipped;
    c.capability = capability;
}

// As the suites, and the gate for those that end, write it (golden/suite, ci/testkit/plain_message.h, ci/run).
std::string message_of(const CaseResult& c, size_t kind) {
    constexpr const char* kWhat[] = {"result",
                                     "element 3",
                                     "argument after the call",
                                     "on the device",
                                     "gradient of argument 1",
                                     "gradient of argument 1, tensor 0"};
    constexpr const char* kSignals[] = {"SIGSEGV", "SIGABRT", "SIGFPE", "SIGBUS", "SIGILL"};
    const std::string call = fmt::format(
        "\n  call: rt_torch_torchtensor_{}\n  inputs: "
        "[{{\"dtype\":\"f32\",\"shape\":[2,3],\"data\":[0.5,-1.25,3,0,7.5,-0"
        ".125]}},{}]\n  promises: {}",
        c.function, kind, c.promises.front());
    switch (kind % 5) {
        case 0: return fmt::format("code 3, want {}, message: sizes [2,3] and [4] do not fit{}", kind, call);
        case 1:
            return fmt::format(
                "{}: 1 of 6 elements differ, most at 4: got 0.6666674017906189, expected 0.66666668653488159, distance "
                "12 "
                "ULP (7.152557373046875e-07), limit 3.0 ULP{}",
                kWhat[kind / 5 % std::size(kWhat)], call);
        case 2:
            return fmt::format("got {}, want 2\ntensors leaked (H3){}\n  at: golden/suite/recorded.cpp:{}", kind, call,
                               40 + kind);
        case 3: return fmt::format("ended by {}, in {}", kSignals[kind / 5 % std::size(kSignals)], c.function);
        default: return fmt::format("still running after 30 s, in {}", c.function);
    }
}

Status status_of(size_t kind) { return kind % 5 == 3 ? Status::crash : kind % 5 == 4 ? Status::timeout : Status::fail; }

}  // namespace

Verdict passing_run() {
    Verdict verdict = made_run();
    judge(verdict);
    return verdict;
}

Verdict failing_run() {
    constexpr size_t kKinds = 45;
    Verdict verdict = made_run();
    for (size_t i = 0; i < verdict.cases.size(); ++i) {
        CaseResult& c = verdict.cases[i];
        if (c.step != "suite") continue;
        if (i % 31 == 0 && c.function.size() % 3 == 0) {
            const size_t kind = i / 31 % kKinds;
            c.status = status_of(kind);
            c.message = message_of(c, kind);
        } else if (i % 401 == 0) {
            c.status = Status::waived;
            c.waiver = "issue 12: the reduction loses a digit on this BLAS";
            c.message = message_of(c, 1);
        } else if (i % 97 == 0) {
            skip(c, "cuda");
        } else if (i % 89 == 0) {
            c.device = "simulated";
        }
    }
    verdict.waivers = {{"golden/sum/*", "issue 12: the reduction loses a digit on this BLAS", "used"},
                       {"golden/svd/f64 large 3", "issue 14: the sign of a vector", "expired"}};
    verdict.extra_symbols = {"rt_torch_secret", "rt_torch_other"};
    std::map<std::string, Status> before;
    for (size_t i = 0; i < verdict.cases.size(); ++i)
        if (i % 500 != 0) before[verdict.cases[i].name()] = i % 1000 == 7 ? Status::fail : Status::pass;
    before["golden/gone/f32"] = Status::pass;
    add_comparison(before, "reports/runs/20261128T020000Z-4711/verdict.json", false, verdict);
    judge(verdict);
    return verdict;
}

Verdict inconclusive_run() {
    Verdict verdict = made_run();
    verdict.measurements.clear();
    add_measurements(verdict, 1.07);
    constexpr const char* kLacks[] = {"cuda", "control", "values", "archive"};
    for (size_t i = 0; i < verdict.cases.size(); ++i) {
        CaseResult& c = verdict.cases[i];
        if (c.step == "performance" && i % 3 == 0) {
            c.status = Status::inconclusive;
            c.message = fmt::format("{}: 1.098 (limit 1.1; 99 % interval 1.071 to 1.124, 24 processes)", c.function);
        } else if (c.step == "suite" && i % 23 == 0) {
            skip(c, kLacks[i / 23 % 4]);
        }
    }
    judge(verdict);
    return verdict;
}

Verdict hostile_run() {
    Verdict verdict = made_run();
    const std::string hostile =
        "</script><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\n"
        "\x1b[2J\x1b[31mred\x07 \xe2\x80\xae"
        "desrever\xe2\x80\xac \xe2\x80\xa8 \xff\xfe \x7f <!-- --> &amp; @DATA@ `'\"\n"
        "  call: <b>bold</b>\n  got: \x1b]0;title\x07";
    for (size_t i = 0; i < verdict.cases.size(); i += 1500) {
        verdict.cases[i].status = Status::fail;
        verdict.cases[i].message = hostile + std::to_string(i);
    }
    CaseResult& c = verdict.cases[3000];
    c.id = "<b>id</b>\x1b[31m</script>";
    c.function = "<i>fn</i>";
    c.promises = {"<u>E9</u>"};
    c.repro = "ci/gate --filter '<b>id</b>\x1b[31m</script>'";
    c.message = hostile + std::string(200000, 'x');
    c.counts = {{"<b>count</b>", 1}};
    verdict.run.candidate = "<b>candidate</b>\x1b[31m.so";
    verdict.run.functions_files = {"<b>loaded</b>\x1b[31m.so"};
    verdict.run.functions_sha256 = std::string(64, 'd');
    verdict.run.backend = "</script>";
    verdict.run.version = hostile;
    verdict.run.arithmetic = {{hostile, 1, hostile, hostile, 1}};
    verdict.steps[0].notes.push_back(hostile);
    verdict.steps[0].problems = {hostile};
    verdict.extra_symbols = {"<b>symbol</b>"};
    judge(verdict);
    return verdict;
}

Verdict running_run() {
    Verdict verdict;
    verdict.run = made_run().run;
    verdict.run.seconds = 0;
    verdict.steps = made_run().steps;
    for (auto& step : verdict.steps) {
        step.status = StepStatus::not_run;
        step.notes.clear();
        step.seconds = 0;
    }
    verdict.outcome = Outcome::running;
    return verdict;
}

Verdict mixed_run() {
    constexpr Status kStatuses[] = {Status::pass,         Status::fail,           Status::error,  Status::crash,
                                    Status::timeout,      Status::skipped,        Status::waived, Status::known,
                                    Status::inconclusive, Status::unexpected_pass};
    constexpr StepStatus kSteps[] = {StepStatus::pass,        StepStatus::fail,         StepStatus::error,
                                     StepStatus::not_built,   StepStatus::inconclusive, StepStatus::not_applicable,
                                     StepStatus::interrupted, StepStatus::not_run,      StepStatus::unselected};
    Verdict verdict = running_run();
    size_t n = 0;
    for (const StepStatus status : kSteps) {
        gate::StepResult step;
        step.name = fmt::format("step_{}", n++);
        step.status = status;
        verdict.steps.push_back(std::move(step));
    }
    // Two functions' cases of each name: it is their class that tells them apart.
    for (const char* suite : {"golden", "property"})
        for (size_t i = 0; i < std::size(kStatuses); ++i) {
            CaseResult c = made_case(i);
            c.suite = suite;
            c.status = kStatuses[std::size(kStatuses) - 1 - i];
            c.message = c.status == Status::pass ? "" : message_of(c, i);
            c.waiver = c.status == Status::waived ? "issue 12" : "";
            c.id = fmt::format("of one & <the same> \"name\" {}", i / 2);
            verdict.cases.push_back(std::move(c));
        }
    verdict.problems = {"no program", "no program"};
    verdict.waivers = {{"golden/sum/*", "issue 12", "expired"}, {"golden/sum/*", "issue 13", "unmatched"}};
    verdict.run.interrupted = true;
    verdict.run.partial = true;
    return verdict;
}

}  // namespace simple::page
