#include "ci/run/supervisor.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "ci/run/canaries.h"
#include "ci/run/case_event.h"
#include "ci/run/worker.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

// One for each worker, since starting one loads LibTorch. They are dealt like cards: cases that take long stand beside
// each other, and all workers are to be busy to the end.
std::deque<Worker::Batch> batches(const std::vector<PlannedCase>& cases, const Limits& limits) {
    const size_t worth = std::clamp((cases.size() + limits.batch / 2) / limits.batch, size_t{1}, size_t{limits.jobs});
    std::deque<Worker::Batch> all(limits.alone ? cases.size() : std::min(worth, cases.size()));
    for (size_t i = 0; i < cases.size(); ++i) all[i % all.size()].push_back(&cases[i]);
    return all;
}

Plan first_plan_in(const std::string& events) {
    for (size_t begin = 0, end; (end = events.find('\n', begin)) != std::string::npos; begin = end + 1) {
        const Json event = Json::parse(events.substr(begin, end - begin), nullptr, false);
        if (text_in(event, "event") == "plan") return plan_in(event);
    }
    throw std::runtime_error("it printed no plan");
}

// One of the known defects D01 to D21 (docs/contract.md): whether a candidate has it is worth a process.
bool names_defect(const PlannedCase& c) {
    return std::any_of(c.promises.begin(), c.promises.end(), [](const std::string& id) { return id.front() == 'D'; });
}

void shorten(std::string& message) {
    constexpr size_t kMost = 300;
    const size_t line = std::min(message.find('\n'), kMost);
    if (line < message.size()) message = message.substr(0, line) + " … (other cases had said too much)";
}

}  // namespace

PlannedCase planned_case(const Json& row) {
    PlannedCase planned;
    row.at("id").get_to(planned.id);
    row.at("function").get_to(planned.function);
    row.at("promises").get_to(planned.promises);
    row.at("quick").get_to(planned.quick);
    planned.needs = row.value("needs", "");
    return planned;
}

std::string group_of(const PlannedCase& c) {
    return c.function.empty() ? c.id.substr(0, c.id.find('/') + 1) + "…" : c.function;
}

Plan plan_in(const Json& event) {
    Plan plan;
    for (const auto& c : event.at("cases")) plan.cases.push_back(planned_case(c));
    plan.serves = event.value("serves", Json(false)) == Json(true);
    return plan;
}

Plan plan_of(const std::vector<std::string>& program, const Limits& limits) {
    auto argv = program;
    argv.insert(argv.end(), {"--list-cases", "--events-fd", std::to_string(Process::kEventsFd)});
    const Ran ran = run_to_end(argv, limits.start_seconds);
    std::string unreadable;
    try {
        return first_plan_in(ran.events);  // whatever the process did then: its workers will do it too
    } catch (const std::exception& e) {
        unreadable = e.what();
    }
    Plan plan;
    plan.ending = ran.ending;
    if (ran.too_long)
        plan.problem = fmt::format("listing its cases gave more than {} MiB", kMostEvents >> 20);
    else if (ran.timed_out)
        plan.problem = fmt::format("listing its cases took more than {:.3g} s", limits.start_seconds);
    else if (!ran.ending.clean())
        plan.problem = fmt::format("listing its cases {}", ran.ending.describe());
    else
        plan.problem = fmt::format("its list of cases is not readable: {}", unreadable);
    if (!ran.output.empty()) plan.problem += ": " + ran.output.substr(0, 2000);
    while (!plan.problem.empty() && plan.problem.back() == '\n') plan.problem.pop_back();
    return plan;
}

std::vector<CaseResult> run_cases(const std::vector<std::string>& program, const std::vector<PlannedCase>& cases,
                                  const Limits& limits, GivenUp& given_up, std::vector<std::string>& problems,
                                  const Progress& progress, SuiteServer* server, const PlanCheck& check_plan) {
    std::vector<CaseResult> results;
    size_t written = 0, kept = 0;  // of all cases
    size_t remaining = cases.size();
    bool go_on = true;
    std::set<std::string> beyond;  // what was reported beyond the cases: once, not for each process
    const auto report = [&](const PlannedCase& c, CaseResult result, const std::string& blamed) {
        if (!go_on) return;  // what a worker had sent already
        const bool planned = c.id.front() != '(';
        if (!planned && !beyond.insert(c.id).second) return;
        if (!blamed.empty()) given_up.count(blamed, result.status);
        if (c.canary) {
            if (std::string problem = Canaries::problem_of(c, result); !problem.empty())
                problems.push_back(std::move(problem));
            return;
        }
        result.id = c.id;
        result.function = c.function;
        result.promises.insert(result.promises.begin(), c.promises.begin(), c.promises.end());
        if (planned) --remaining;
        if (kept > limits.messages_bytes) shorten(result.message);
        kept += result.message.size();
        results.push_back(std::move(result));
        go_on = progress(results.back(), remaining) && go_on;
    };

    const auto prune = [&](Worker::Batch& batch) {
        const auto hopeless = [&](const PlannedCase* c) {
            if (c->canary || names_defect(*c)) return false;
            const std::string group = group_of(*c);
            CaseResult result;
            result.status = given_up.as(group);
            if (result.status == Status::pass) return false;
            result.message = fmt::format("not run: other cases of {} {}", group, GivenUp::how(result.status));
            report(*c, std::move(result), "");
            return true;
        };
        batch.erase(std::remove_if(batch.begin(), batch.end(), hopeless), batch.end());
        // A process for canaries alone would show nothing.
        if (std::all_of(batch.begin(), batch.end(), [](const PlannedCase* c) { return c->canary; })) batch.clear();
    };

    bool refused = false;
    PlanCheck check;
    if (check_plan)
        check = [&](const Plan& plan) {
            refused = refused || !check_plan(plan);
            go_on = go_on && !refused;
            return !refused;
        };

    auto waiting = batches(cases, limits);
    Canaries canaries;
    if (limits.canaries)
        for (auto& batch : waiting) canaries.hide_in(batch);
    std::vector<std::unique_ptr<Worker>> workers;
    while (go_on && !interrupted() && (!waiting.empty() || !workers.empty())) {
        while (workers.size() < limits.jobs && !waiting.empty()) {
            prune(waiting.front());
            if (!waiting.front().empty())
                workers.push_back(std::make_unique<Worker>(program, limits, given_up, written,
                                                           std::move(waiting.front()), report, prune, check, server));
            waiting.pop_front();
        }
        std::vector<pollfd> fds;
        for (const auto& worker : workers)
            for (int fd : {worker->process().events_fd(), worker->process().output_fd()})
                fds.push_back({fd, POLLIN, 0});
        poll(fds.data(), fds.size(), 10);
        // A closed pipe is always ready: without this a worker that closed its descriptors keeps us spinning.
        if (std::any_of(fds.begin(), fds.end(), [](const pollfd& fd) { return fd.revents == POLLHUP; }))
            poll(nullptr, 0, 1);
        workers.erase(std::remove_if(workers.begin(), workers.end(), [](const auto& w) { return !w->step(); }),
                      workers.end());
    }
    if (refused) results.clear();
    return results;
}

}  // namespace simple::gate
