#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "reports/reports.h"
#include "reports/xml_text.h"

namespace simple::reports {
namespace {

using gate::CaseResult;
using gate::Outcome;
using gate::Status;
using gate::StepStatus;

// Every text goes through here: any of them may be a candidate's.
void set(pugi::xml_node node, const char* name, const std::string& text) {
    node.append_attribute(name) = xml_text(text).c_str();
}
void set(pugi::xml_node node, const char* name, size_t number) {
    node.append_attribute(name) = static_cast<unsigned long long>(number);
}
void set_seconds(pugi::xml_node node, double seconds) { set(node, "time", fmt::format("{:.6f}", seconds)); }

// JUnit's readers know two ways of not passing, and take "skipped" for one of passing.
bool is_error(Status status) { return status == Status::error || status == Status::inconclusive; }
bool is_failed(Status status) { return is_failure(status) && !is_error(status); }

CaseResult of_gate(std::string id, Status status, std::string message) {
    CaseResult c;
    c.suite = "gate";
    c.id = std::move(id);
    c.status = status;
    c.message = std::move(message);
    return c;
}

CaseResult of_step(const gate::StepResult& step, const std::vector<CaseResult>& cases) {
    const bool told = std::any_of(cases.begin(), cases.end(),
                                  [&](const CaseResult& c) { return c.step == step.name && is_failure(c.status); });
    Status status = Status::pass;
    std::string message = fmt::format("{}", fmt::join(step.problems, "\n"));
    if (step.status == StepStatus::error || step.status == StepStatus::not_built ||
        step.status == StepStatus::interrupted)
        status = Status::error;
    else if (step.status == StepStatus::fail && !told)
        status = Status::fail;
    else if (step.status == StepStatus::not_run)
        status = Status::skipped;
    if (message.empty() && status != Status::pass) message = fmt::format("the step was {}", to_string(step.status));
    return of_gate("step/" + step.name, status, message);
}

// What concerns no case of a suite, and yet decides.
std::vector<CaseResult> cases_of_gate(const gate::Verdict& verdict) {
    std::vector<CaseResult> cases;
    for (const auto& step : verdict.steps)
        if (step.status != StepStatus::unselected && step.status != StepStatus::not_applicable)
            cases.push_back(of_step(step, verdict.cases));
    for (size_t i = 0; i < verdict.problems.size(); ++i)
        cases.push_back(of_gate(fmt::format("problem/{}", i + 1), Status::error, verdict.problems[i]));
    for (const auto& waiver : verdict.waivers)
        if (waiver.state != "used" && waiver.state != "unused")
            cases.push_back(of_gate("waiver/" + waiver.scope, Status::fail, "the waiver is " + waiver.state));
    if (verdict.outcome == Outcome::running)
        cases.push_back(of_gate("running", Status::error, "the run has not ended, or was killed"));
    if (verdict.run.interrupted) cases.push_back(of_gate("interrupted", Status::error, "the run was interrupted"));
    if (verdict.run.partial)
        cases.push_back(
            of_gate("partial", Status::fail, "a run with --partial, which skips what is missing, is no pass"));
    return cases;
}

// Readers that tell cases by class and name take two of one name for one, and may hide a failure behind a later pass.
class DistinctNames {
  public:
    std::string of(const std::string& classname, const std::string& name) {
        std::string distinct = name;
        for (int n = 2; !taken_.emplace(classname, distinct).second; ++n) distinct = fmt::format("{} ({})", name, n);
        return distinct;
    }

  private:
    std::set<std::pair<std::string, std::string>> taken_;
};

void write_case(pugi::xml_node suite, const CaseResult& c, DistinctNames& names) {
    auto node = suite.append_child("testcase");
    const std::string classname = xml_text(c.suite + (c.function.empty() ? "" : "." + c.function));
    set(node, "classname", classname);
    set(node, "name", names.of(classname, xml_text(c.id)));
    if (!c.file.empty()) set(node, "file", c.file);
    set_seconds(node, c.seconds);
    if (!c.device.empty()) {
        auto property = node.append_child("properties").append_child("property");
        set(property, "name", "device");
        set(property, "value", c.device);
    }
    if (is_error(c.status) || is_failed(c.status)) {
        auto failure = node.append_child(is_error(c.status) ? "error" : "failure");
        set(failure, "type", std::string(to_string(c.status)));
        set(failure, "message", c.message.substr(0, c.message.find('\n')));
        failure.text() = xml_text(c.message + "\n" + c.repro).c_str();
    } else if (c.status == Status::waived) {
        set(node.append_child("skipped"), "message", "waived: " + c.waiver);
    } else if (c.status == Status::known) {
        set(node.append_child("skipped"), "message",
            "did not pass before either: " + c.message.substr(0, c.message.find('\n')));
    } else if (c.status == Status::skipped) {
        const bool both = !c.capability.empty() && !c.message.empty();
        set(node.append_child("skipped"), "message", c.capability + (both ? ": " : "") + c.message);
    }
}

void write_properties(pugi::xml_node suite, const gate::Verdict& verdict) {
    const gate::Run& run = verdict.run;
    std::vector<std::pair<const char*, std::string>> all{{"candidate", run.candidate},
                                                         {"candidate_sha256", run.candidate_sha256},
                                                         {"build_id", run.build_id},
                                                         {"harness_sha256", run.harness_sha256},
                                                         {"plan_sha256", run.plan_sha256},
                                                         {"backend", run.backend},
                                                         {"version", run.version},
                                                         {"seed", std::to_string(run.seed)},
                                                         {"device", run.device}};
    if (verdict.comparison) {
        all.emplace_back("against", verdict.comparison->against);
        all.emplace_back("newly_failing", std::to_string(verdict.comparison->newly_failing.size()));
        all.emplace_back("newly_passing", std::to_string(verdict.comparison->newly_passing.size()));
        all.emplace_back("gone", std::to_string(verdict.comparison->gone.size()));
        all.emplace_back("added", std::to_string(verdict.comparison->added.size()));
    }
    auto properties = suite.append_child("properties");
    for (const auto& [name, value] : all) {
        auto property = properties.append_child("property");
        set(property, "name", name);
        set(property, "value", value);
    }
}

struct Counts {
    size_t tests = 0, failures = 0, errors = 0, skipped = 0;
    double seconds = 0;

    void add(const CaseResult& c) {
        ++tests;
        errors += is_error(c.status);
        failures += is_failed(c.status);
        skipped += c.status == Status::skipped || c.status == Status::waived || c.status == Status::known;
        seconds += c.seconds;
    }
    void write(pugi::xml_node node) const {
        set(node, "tests", tests);
        set(node, "failures", failures);
        set(node, "errors", errors);
        set(node, "skipped", skipped);
        set_seconds(node, seconds);
    }
};

}  // namespace

std::string to_junit(const gate::Verdict& verdict) {
    const std::vector<CaseResult> of_gate_itself = cases_of_gate(verdict);
    std::map<std::string, std::vector<const CaseResult*>> suites;
    Counts all;
    for (const auto* cases : {&of_gate_itself, &verdict.cases})
        for (const auto& c : *cases) {
            suites[c.suite].push_back(&c);
            all.add(c);
        }
    pugi::xml_document document;
    DistinctNames names;
    auto root = document.append_child("testsuites");
    set(root, "name", std::string("ci/gate"));
    all.write(root);
    for (const auto& [name, cases] : suites) {
        auto suite = root.append_child("testsuite");
        set(suite, "name", name);
        Counts counts;
        for (const auto* c : cases) counts.add(*c);
        counts.write(suite);
        set(suite, "timestamp", verdict.run.started.substr(0, verdict.run.started.find('Z')));
        set(suite, "hostname", verdict.run.host);
        write_properties(suite, verdict);
        for (const auto* c : cases) write_case(suite, *c, names);
    }
    std::ostringstream out;
    document.save(out, " ");
    return out.str();
}

}  // namespace simple::reports
