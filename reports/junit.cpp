#include <fmt/format.h>

#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "reports/reports.h"

namespace simple::reports {
namespace {

using gate::CaseResult;
using gate::Status;

// XML 1.0 has no place for most control characters.
std::string printable(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') c = '?';
    return text;
}

void write_case(pugi::xml_node suite, const CaseResult& c) {
    auto node = suite.append_child("testcase");
    node.append_attribute("classname") = (c.suite + (c.function.empty() ? "" : "." + c.function)).c_str();
    node.append_attribute("name") = printable(c.id).c_str();
    node.append_attribute("time") = fmt::format("{:.6f}", c.seconds).c_str();
    const std::string message = printable(c.message);
    if (c.status == Status::skipped) {
        node.append_child("skipped").append_attribute("message") = c.capability.c_str();
    } else if (c.status == Status::inconclusive) {
        node.append_child("skipped").append_attribute("message") = ("inconclusive: " + message).c_str();
    } else if (c.status == Status::waived) {
        node.append_child("skipped").append_attribute("message") = ("waived: " + c.waiver).c_str();
    } else if (is_failure(c.status)) {
        auto failure = node.append_child(c.status == Status::error ? "error" : "failure");
        failure.append_attribute("type") = std::string(to_string(c.status)).c_str();
        failure.append_attribute("message") = message.substr(0, message.find('\n')).c_str();
        failure.text() = (message + "\n" + c.repro).c_str();
    }
}

// What concerns no case of a suite, and yet decides: readers of JUnit's format know only cases.
std::vector<CaseResult> cases_of_gate(const gate::Verdict& verdict) {
    std::vector<CaseResult> cases;
    const auto add = [&](std::string id, std::string message) {
        CaseResult c;
        c.suite = "gate";
        c.id = std::move(id);
        c.message = std::move(message);
        cases.push_back(std::move(c));
    };
    if (verdict.outcome == gate::Outcome::running) add("run", "the run has not ended, or was killed");
    for (size_t i = 0; i < verdict.problems.size(); ++i) add(fmt::format("problem-{}", i + 1), verdict.problems[i]);
    return cases;
}

}  // namespace

std::string to_junit(const gate::Verdict& verdict) {
    pugi::xml_document document;
    auto root = document.append_child("testsuites");
    root.append_attribute("name") = "ci/gate";
    std::map<std::string, std::vector<const CaseResult*>> suites;
    const std::vector<CaseResult> of_gate = cases_of_gate(verdict);
    for (const auto& c : of_gate) suites[c.suite].push_back(&c);
    for (const auto& c : verdict.cases) suites[c.suite].push_back(&c);
    for (const auto& [name, cases] : suites) {
        auto suite = root.append_child("testsuite");
        size_t failures = 0, errors = 0, skipped = 0;
        double seconds = 0;
        for (const auto* c : cases) {
            errors += c->status == Status::error;
            failures += is_failure(c->status) && c->status != Status::error;
            skipped += !is_failure(c->status) && c->status != Status::pass;
            seconds += c->seconds;
        }
        suite.append_attribute("name") = name.c_str();
        suite.append_attribute("tests") = static_cast<unsigned long long>(cases.size());
        suite.append_attribute("failures") = static_cast<unsigned long long>(failures);
        suite.append_attribute("errors") = static_cast<unsigned long long>(errors);
        suite.append_attribute("skipped") = static_cast<unsigned long long>(skipped);
        suite.append_attribute("time") = fmt::format("{:.6f}", seconds).c_str();
        for (const auto* c : cases) write_case(suite, *c);
    }
    std::ostringstream out;
    document.save(out, " ");
    return out.str();
}

}  // namespace simple::reports
