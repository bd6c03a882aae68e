#include "ci/steps/process_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "ci/steps/time_scale.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr double kVisitSeconds = 60;
constexpr size_t kOutputShown = 2000;

CaseResult case_of(const char* id, const char* promise, std::string problem) {
    CaseResult c;
    c.suite = "library";
    c.id = std::string(kProcessCases) + id;
    c.promises = {promise};
    c.status = problem.empty() ? Status::pass : Status::fail;
    c.message = std::move(problem);
    return c;
}

// Of the lines that simple-probe wrote the first, what the candidate answered, or the second, what it changed; null
// where it did not come so far.
Json line_of(const Ran& visit, bool second) {
    const size_t end = visit.events.find('\n');
    if (end == std::string::npos) return nullptr;
    return Json::parse(second ? visit.events.substr(end + 1) : visit.events.substr(0, end), nullptr, false);
}

std::vector<std::string> list_in(const Ran& visit, const char* name) {
    const Json said = line_of(visit, true);
    return said.is_object() ? said.value(name, std::vector<std::string>()) : std::vector<std::string>();
}

}  // namespace

Ran visit(const Settings& settings) {
    return run_to_end({settings.bin + "/simple-probe", settings.candidate, "visit"},
                      kVisitSeconds * time_scale(settings));
}

std::optional<Answer> answer_in(const Ran& visit) {
    const Json said = line_of(visit, false);
    if (!said.is_object()) return std::nullopt;
    const auto list = [&](const char* name) { return said.value(name, std::vector<std::string>()); };
    return Answer{said.value("version", ""),
                  said.value("backend", ""),
                  list("symbols"),
                  said.value("where", ""),
                  list("files"),
                  list("loaded"),
                  list_in(visit, "sha256")};
}

std::vector<std::string> loaded_in(const Ran& visit) { return list_in(visit, "loaded"); }

std::vector<CaseResult> check_process(const Ran& visit) {
    std::vector<CaseResult> cases;
    const auto changes = list_in(visit, "changed");
    cases.push_back(case_of("unchanged", "T3",
                            changes.empty()
                                ? ""
                                : fmt::format("before it is loaded, with it (signal handlers) and after it is "
                                              "unloaded the process is not the same\n{}",
                                              fmt::join(changes, "\n"))));
    cases.push_back(case_of("silent", "T3",
                            visit.output.empty() ? ""
                                                 : "a process that loads it wrote to stdout or stderr:\n" +
                                                       visit.output.substr(0, kOutputShown)));
    cases.push_back(case_of("ends", "E1", ""));
    if (visit.timed_out) {
        cases.back().status = Status::timeout;
        cases.back().message = "a process that loads it, and is through with it, does not end";
    } else if (!visit.ending.clean()) {
        cases.back().status = Status::crash;
        cases.back().message =
            fmt::format("a process that loads it, and is through with it, {} at its end", visit.ending.describe());
    }
    cases.push_back(case_of("leaves-nothing", "E1",
                            visit.left_behind.empty() ? ""
                                                      : fmt::format("a process that loads it left behind: {}",
                                                                    fmt::join(visit.left_behind, "; "))));
    return cases;
}

}  // namespace simple::gate
