#include "ci/evidence/verify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "ci/evidence/bundle.h"
#include "ci/evidence/manifest.h"
#include "ci/evidence/signature.h"
#include "ci/evidence/verify_shards.h"
#include "reports/digest.h"
#include "reports/json_text.h"
#include "reports/read_verdict.h"
#include "reports/reports.h"

namespace simple::evidence {
namespace {

using gate::CaseResult;
using gate::Status;
using gate::StepStatus;
using gate::Verdict;
using Json = nlohmann::ordered_json;

// "3: a, b, c and 4 more"
std::string some(const std::vector<std::string>& names) {
    constexpr size_t kShown = 3;
    std::string text = fmt::format("{}: ", names.size());
    for (size_t i = 0; i < names.size() && i < kShown; ++i) text += (i == 0 ? "" : ", ") + names[i];
    return names.size() > kShown ? text + fmt::format(" and {} more", names.size() - kShown) : text;
}

std::vector<std::string> cases_with(const Verdict& verdict, bool (*is)(const CaseResult&)) {
    std::vector<std::string> names;
    for (const auto& c : verdict.cases)
        if (is(c)) names.push_back(c.name());
    return names;
}

Finding files_are_whole(const Files& files) {
    const auto lines = differences(files);
    if (lines.empty())
        return {"manifest", Standing::holds, fmt::format("all {} files are those that were packed", files.size())};
    return {"manifest", Standing::broken, some(lines)};
}

Finding signature(const Files& files, const std::optional<std::string>& signers) {
    const bool there = std::any_of(files.begin(), files.end(), [](const auto& f) { return is_signature(f.first); });
    if (!signers)
        return {
            "signature", Standing::open,
            there ? "not checked, since --signers is not given" : "not signed: whoever had it may have made it anew"};
    try {
        const auto who = signer(files, *signers);
        if (!who) return {"signature", Standing::broken, "not signed with a key of the kind that --signers lists"};
        return {"signature", Standing::holds, "signed by " + *who};
    } catch (const std::exception& e) {
        return {"signature", Standing::broken, e.what()};
    }
}

bool is_merged(const Json& run) { return run.value("shards", 0) != 0; }

// The gate's own judgement again, from the cases: a verdict says nothing that they do not.
Finding outcome(const Verdict& verdict) {
    Verdict again = verdict;
    gate::judge(again);
    for (size_t i = 0; i < verdict.steps.size(); ++i)
        if (again.steps[i].status != verdict.steps[i].status)
            return {"outcome", Standing::broken,
                    fmt::format("the step {} is said to be {}, and its cases make it {}", verdict.steps[i].name,
                                to_string(verdict.steps[i].status), to_string(again.steps[i].status))};
    if (again.outcome != verdict.outcome)
        return {"outcome", Standing::broken,
                fmt::format("it is said to be {}, and its cases make it {}", to_string(verdict.outcome),
                            to_string(again.outcome))};
    return {"outcome", Standing::holds, fmt::format("{}, as its cases make it", to_string(verdict.outcome))};
}

Finding failed_cases(const Verdict& verdict) {
    const auto failed = cases_with(verdict, [](const CaseResult& c) { return is_failure(c.status); });
    if (failed.empty()) return {"no-failed-cases", Standing::holds, fmt::format("{} cases", verdict.cases.size())};
    return {"failed-cases", Standing::short_of, some(failed)};
}

void add_named(std::vector<Finding>& findings, const char* name, Standing standing,
               const std::vector<std::string>& cases) {
    if (!cases.empty()) findings.push_back({name, standing, some(cases)});
}

void skips(const Verdict& verdict, std::vector<Finding>& findings) {
    std::map<std::string, std::vector<std::string>> of;
    for (const auto& c : verdict.cases)
        if (c.status == Status::skipped) of[c.capability].push_back(c.name());
    if (of.empty()) findings.push_back({"no-skips", Standing::holds, "every case ran"});
    for (const auto& [capability, names] : of)
        findings.push_back({"skips", Standing::open, capability + ": " + some(names)});
}

Finding steps(const Verdict& verdict) {
    std::vector<std::string> left_out, broken;
    for (const auto& step : verdict.steps) {
        const std::string name = fmt::format("{} ({})", step.name, to_string(step.status));
        if (step.status == StepStatus::not_applicable || step.status == StepStatus::unselected)
            left_out.push_back(name);
        else if (step.status == StepStatus::not_built || step.status == StepStatus::not_run ||
                 step.status == StepStatus::interrupted || step.status == StepStatus::error)
            broken.push_back(name);
    }
    if (!broken.empty()) return {"steps", Standing::short_of, some(broken)};
    if (!left_out.empty()) return {"steps", Standing::open, "left out are " + some(left_out)};
    return {"all-steps", Standing::holds, fmt::format("{} steps were carried out", verdict.steps.size())};
}

// In words of the command line: of a merged run, those of ci/gate plan.
std::string asked_for(const Verdict& verdict, const Json& run, const Files& files) {
    if (!is_merged(run)) return verdict.run.command;
    std::string words = "ci/gate plan";
    const Json plan = Json::parse(file_of(files, kShardPlan));
    for (const auto& word : plan.at("options")) words += " " + word.get<std::string>();
    return words;
}

Finding wholeness(const Verdict& verdict, const Json& run, const Files& files) {
    if (verdict.run.interrupted) return {"whole", Standing::short_of, "it was interrupted"};
    if (verdict.run.partial) return {"whole", Standing::short_of, "of a backend in the making (--partial)"};
    if (verdict.run.selection)
        return {"whole", Standing::open, "only part of the cases was asked for: " + asked_for(verdict, run, files)};
    return {"whole", Standing::holds, "all steps and cases were asked for"};
}

using Ids = std::map<std::string, std::set<std::string>>;  // by suite

Ids recorded_cases(const Json& run, const Files& files) {
    Ids recorded;
    for (const auto& row : run.at("suites")) {
        if (row.at("plan").is_null()) continue;
        const Json plan = Json::parse(file_of(files, row.at("plan")));
        for (const auto& c : plan.at("cases"))
            if (!row.at("only_quick").get<bool>() || c.at("quick").get<bool>())
                recorded[row.at("suite")].insert(c.at("id").get<std::string>());
    }
    return recorded;
}

Ids dealt_cases(const Files& files) {
    Ids dealt;
    const Json plan = Json::parse(file_of(files, kShardPlan));
    for (const auto& shard : plan.at("shards"))
        for (const auto& [suite, ids] : shard.at("cases").items())
            for (const auto& id : ids) dealt[suite].insert(id.get<std::string>());
    return dealt;
}

// Whether the verdict says itself why results of the suite are missing.
bool explains(const Verdict& verdict, const std::string& suite, const std::string& step) {
    return verdict.run.interrupted ||
           std::any_of(verdict.steps.begin(), verdict.steps.end(),
                       [&](const auto& s) {
                           return s.name == step && (!s.problems.empty() || s.status == StepStatus::not_run ||
                                                     s.status == StepStatus::not_built);
                       }) ||
           std::any_of(verdict.cases.begin(), verdict.cases.end(), [&](const CaseResult& c) {
               return c.suite == suite && c.id == "(list of cases)" && is_failure(c.status);
           });
}

// The plans that came along are those of the digest, and every case that was due has a result.
Finding plan(const Verdict& verdict, const Json& run, const Files& files) {
    std::string digests;
    std::map<std::string, std::string> steps;
    for (const auto& row : run.at("suites")) {
        steps[row.at("suite")] = row.at("step");
        digests += (row.at("plan").is_null() ? "" : sha256(file_of(files, row.at("plan")))) + "\n";
    }
    if (sha256(digests) != verdict.run.plan_sha256)
        return {"plan", Standing::broken, "the plans in it are not those that the run was planned by"};
    Ids ran, due;
    for (const auto& c : verdict.cases) ran[c.suite].insert(c.id);
    if (!verdict.run.selection) {
        due = recorded_cases(run, files);
        // A suite that does not apply to this candidate is its step's affair.
        for (auto row = due.begin(); row != due.end();)
            row = ran.count(row->first) == 0 ? due.erase(row) : std::next(row);
    }
    if (is_merged(run))
        for (auto& [suite, ids] : dealt_cases(files)) due[suite].merge(ids);
    std::vector<std::string> missing, explained;
    size_t planned = 0;
    for (const auto& [suite, ids] : due) {
        planned += ids.size();
        auto& without = explains(verdict, suite, steps[suite]) ? explained : missing;
        for (const auto& id : ids)
            if (ran[suite].count(id) == 0) without.push_back(suite + "/" + id);
    }
    if (!missing.empty()) return {"plan", Standing::broken, "planned and without a result are " + some(missing)};
    if (!explained.empty())
        return {"plan", Standing::short_of,
                "planned and without a result, as the verdict says itself, are " + some(explained)};
    if (verdict.run.selection && !is_merged(run))
        return {"plan", Standing::open, "of a selection it is not known which cases were due"};
    if (planned == 0) return {"plan", Standing::open, "no suite has a result"};
    return {"plan", Standing::holds,
            fmt::format("each of {} {} cases has a result", planned, verdict.run.selection ? "dealt" : "planned")};
}

void waivers(const Verdict& verdict, std::vector<Finding>& findings) {
    size_t used = 0;
    std::vector<std::string> bad;
    for (const auto& waiver : verdict.waivers) {
        used += waiver.state == "used";
        if (waiver.state != "used" && waiver.state != "unused")
            bad.push_back(fmt::format("{} ({})", waiver.scope, waiver.state));
    }
    if (!bad.empty()) findings.push_back({"waivers", Standing::short_of, some(bad)});
    if (used > 0)
        findings.push_back({"waivers", Standing::open,
                            fmt::format("{} in use, for {} cases", used, cases_with(verdict, [](const CaseResult& c) {
                                                                             return c.status == Status::waived;
                                                                         }).size())});
    if (bad.empty() && used == 0) findings.push_back({"no-waivers", Standing::holds, "none is in use"});
}

// run.json repeats what the verdict says, and a reader may look at either.
Finding agreement(const Verdict& verdict, const Json& run) {
    if (run.at("candidate").at("sha256") != verdict.run.candidate_sha256 ||
        functions_sha256(run) != verdict.run.functions_sha256 ||
        run.at("harness_sha256") != verdict.run.harness_sha256 || run.at("plan_sha256") != verdict.run.plan_sha256)
        return {"run", Standing::broken, "run.json is of another run than the verdict"};
    return {"run", Standing::holds, "its description is the verdict's"};
}

// A runtime may have its functions from a library: then two files were judged.
void candidate(const Verdict& verdict, const std::optional<std::string>& file, std::vector<Finding>& findings) {
    const gate::Run& run = verdict.run;
    const auto add = [&](const char* name, Standing standing, std::string text) {
        findings.push_back({name, standing, std::move(text)});
    };
    if (run.candidate_sha256.empty()) return add("candidate", Standing::short_of, "the run could not read it");
    const std::string digest = file ? sha256_of_file(*file) : "";
    if (file && digest.empty()) throw std::runtime_error("cannot read " + *file);
    const bool two = !run.functions_sha256.empty() && run.functions_sha256 != run.candidate_sha256;
    const bool is_candidate = digest == run.candidate_sha256, has_functions = two && digest == run.functions_sha256;
    if (file && !is_candidate && !has_functions)
        return add("candidate", Standing::broken, fmt::format("{} is not the file that was judged", *file));
    if (is_candidate) add("candidate", Standing::holds, fmt::format("{} is the file that was judged", *file));
    if (has_functions)
        add("candidate", Standing::holds, fmt::format("{} is the file whose functions were judged", *file));
    if (!is_candidate)
        add("not-verifiable", Standing::open,
            fmt::format("which file was judged, without --candidate; its SHA-256 is {}", run.candidate_sha256));
    if (two && !has_functions)
        add("not-verifiable", Standing::open,
            fmt::format("whose functions were judged, without --candidate; of {} the SHA-256 is {}",
                        fmt::join(run.functions_files, ", "), run.functions_sha256));
}

}  // namespace

std::vector<Finding> verify(const Files& files, const Given& given) {
    std::vector<Finding> findings{files_are_whole(files), signature(files, given.signers)};
    const auto text = files.find(kVerdict), description = files.find(kRun);
    if (text == files.end() || description == files.end())
        throw std::runtime_error(fmt::format("it has no {}", text == files.end() ? kVerdict : kRun));
    Verdict verdict;
    try {
        verdict = gate::read_verdict(text->second, kVerdict);
        const Json run = Json::parse(description->second);
        findings.push_back(agreement(verdict, run));
        findings.push_back(outcome(verdict));
        findings.push_back(plan(verdict, run, files));
        if (is_merged(run)) findings.push_back(shards(verdict, run, files));
        findings.push_back(wholeness(verdict, run, files));
    } catch (const std::exception& e) {
        // What cannot be read is what was damaged.
        if (findings.front().standing == Standing::broken) throw std::runtime_error(differences(files).front());
        throw std::runtime_error(fmt::format("it cannot be read: {}", json_problem(e)));
    }
    findings.push_back(steps(verdict));
    findings.push_back(failed_cases(verdict));
    if (!verdict.problems.empty()) findings.push_back({"problems", Standing::short_of, some(verdict.problems)});
    add_named(findings, "inconclusive", Standing::open,
              cases_with(verdict, [](const CaseResult& c) { return c.status == Status::inconclusive; }));
    add_named(findings, "known-failures", Standing::open,
              cases_with(verdict, [](const CaseResult& c) { return c.status == Status::known; }));
    skips(verdict, findings);
    waivers(verdict, findings);
    candidate(verdict, given.candidate, findings);
    findings.push_back({"not-verifiable", Standing::open,
                        "that the run took place as it says; its measurements, which are of the machine in run.json"});
    return findings;
}

int exit_code(const std::vector<Finding>& findings, gate::Outcome outcome) {
    const bool broken =
        std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.standing == Standing::broken; });
    return broken ? gate::exit_code(gate::Outcome::error) : gate::exit_code(outcome);
}

}  // namespace simple::evidence
