#include "ci/shards/plan.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "ci/steps/suites.h"
#include "reports/file_text.h"
#include "reports/json_text.h"
#include "reports/own_digest.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr const char* kFormat = "shard plan 1.0";

Json json_of(const ShardPlan& plan) {
    Json shards = Json::array();
    for (const auto& part : plan.shards)
        shards.push_back({{"seconds", part.seconds}, {"own_checks", part.own_checks}, {"cases", part.cases}});
    return {{"format", kFormat},
            {"candidate", plan.candidate},
            {"candidate_sha256", plan.candidate_sha256},
            {"harness_sha256", plan.harness_sha256},
            {"plan_sha256", plan.plan_sha256},
            {"options", plan.options},
            {"selection", plan.selection},
            {"timed", plan.timed},
            {"count", plan.shards.size()},
            {"shards", shards}};
}

ShardPlan plan_from(const Json& json) {
    ShardPlan plan;
    json.at("candidate").get_to(plan.candidate);
    json.at("candidate_sha256").get_to(plan.candidate_sha256);
    json.at("harness_sha256").get_to(plan.harness_sha256);
    json.at("plan_sha256").get_to(plan.plan_sha256);
    json.at("options").get_to(plan.options);
    json.at("selection").get_to(plan.selection);
    json.at("timed").get_to(plan.timed);
    json.at("sha256").get_to(plan.sha256);
    for (const auto& row : json.at("shards")) {
        ShardPart part;
        row.at("seconds").get_to(part.seconds);
        row.at("own_checks").get_to(part.own_checks);
        row.at("cases").get_to(part.cases);
        plan.shards.push_back(std::move(part));
    }
    return plan;
}

}  // namespace

void write_shard_plan(ShardPlan& plan, const std::string& file) {
    Json json = json_of(plan);
    plan.sha256 = own_digest(json);
    json["sha256"] = plan.sha256;
    if (const auto folder = std::filesystem::path(file).parent_path(); !folder.empty())
        std::filesystem::create_directories(folder);
    std::ofstream out(file);
    out << json.dump(1) << "\n";
    out.close();
    if (!out) throw std::runtime_error("cannot write the plan " + file);
}

ShardPlan read_shard_plan(const std::string& file) {
    const std::string text = text_of_file(file);
    ShardPlan plan;
    try {
        const Json json = parsed_json(text);
        if (json.at("format") != kFormat) throw std::runtime_error(fmt::format("its format is not {}", kFormat));
        plan = plan_from(json);
        // What is added by hand, or was dropped in reading, counts as well.
        Json all = json;
        all.erase("sha256");
        if (plan.shards.empty() || own_digest(json) != plan.sha256 || json_of(plan) != all)
            throw std::runtime_error("its digest is another");
    } catch (const std::exception& e) {
        throw std::runtime_error(
            fmt::format("{} is no plan of shards, or not as ci/gate plan wrote it: {}", file, json_problem(e)));
    }
    return plan;
}

Dealt dealt_to(const ShardPlan& plan, unsigned index) {
    Dealt dealt;
    for (const auto& part : plan.shards) {
        dealt.steps.insert(part.own_checks.begin(), part.own_checks.end());
        for (const auto& [suite, ids] : part.cases) {
            dealt.suites.insert(suite);
            if (const Suite* row = find_suite(suite)) dealt.steps.insert(row->step);
        }
    }
    const ShardPart& part = plan.shards.at(index - 1);
    dealt.own_checks.insert(part.own_checks.begin(), part.own_checks.end());
    for (const auto& [suite, ids] : part.cases)
        for (const auto& id : ids) dealt.cases.insert(suite + "/" + id);
    dealt.timed.insert(plan.timed.begin(), plan.timed.end());
    return dealt;
}

std::string foreign(const ShardPlan& plan, const Run& run) {
    const auto other = [](const char* what, const std::string& planned, const std::string& is) {
        return fmt::format("{} is {}, and the plan is of {}", what, is.empty() ? "unreadable" : is.substr(0, 12),
                           planned.substr(0, 12));
    };
    if (run.harness_sha256 != plan.harness_sha256)
        return other("the digest of the gate's own programs", plan.harness_sha256, run.harness_sha256);
    if (run.plan_sha256 != plan.plan_sha256)
        return other("the digest of the suites' recorded plans", plan.plan_sha256, run.plan_sha256);
    if (run.candidate_sha256 != plan.candidate_sha256)
        return other("the candidate's digest", plan.candidate_sha256, run.candidate_sha256);
    return "";
}

}  // namespace simple::gate
