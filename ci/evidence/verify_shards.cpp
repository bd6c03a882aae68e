#include "ci/evidence/verify_shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "ci/evidence/bundle.h"
#include "ci/steps/suites.h"
#include "reports/claims.h"
#include "reports/json_text.h"
#include "reports/own_digest.h"
#include "reports/read_verdict.h"

namespace simple::evidence {
namespace {

using gate::CaseResult;
using gate::Status;
using gate::Verdict;
using Sorted = nlohmann::json;  // by key, as plans are digested

// What is judged of all shards together.
bool is_of_the_whole(const CaseResult& c) { return c.suite == gate::kClaimsSuite || c.id.rfind("latency/", 0) == 0; }

// Then some file had the functions.
bool passed_a_suite(const Verdict& shard) {
    return std::any_of(shard.cases.begin(), shard.cases.end(), [](const CaseResult& c) {
        return c.status == Status::pass && gate::find_suite(c.suite) && !is_of_the_whole(c);
    });
}

std::string problem_of(const Verdict& shard, const std::string& run_json, const Verdict& merged,
                       const std::string& plan, size_t index, size_t of) {
    if (!shard.run.shard || shard.run.shard->index != index || shard.run.shard->of != of) return "is another shard's";
    if (shard.run.shard->plan_sha256 != plan) return "is of another plan";
    if (shard.run.candidate_sha256 != merged.run.candidate_sha256) return "is of another candidate";
    if (!shard.run.functions_sha256.empty() && shard.run.functions_sha256 != merged.run.functions_sha256)
        return "has the functions of another file";
    // In a bundle of an earlier format neither says it.
    if (shard.run.functions_sha256.empty() && !merged.run.functions_sha256.empty() && passed_a_suite(shard))
        return "does not say which file has the functions";
    if (shard.run.harness_sha256 != merged.run.harness_sha256 || shard.run.plan_sha256 != merged.run.plan_sha256)
        return "is of another build of the gate";
    if (!is_run_of(shard, run_json)) return "is of another run than its run.json";
    return "";
}

// What merging makes of a case: waivers, an earlier verdict, and that a time was taken beside another shard.
bool may_become(const CaseResult& shard, const CaseResult& merged) {
    if (shard.status == merged.status) return true;
    const Status now = merged.status;
    if (now == Status::inconclusive) return merged.step == "performance";
    return is_failure(shard.status) ? now == Status::waived || now == Status::known
                                    : now == Status::unexpected_pass && shard.status == Status::pass;
}

}  // namespace

const std::string& file_of(const Files& files, const std::string& name) {
    const auto found = files.find(name);
    if (found == files.end()) throw std::runtime_error(fmt::format("it has no {}", name));
    return found->second;
}

std::string functions_sha256(const Sorted& run) {
    return run.contains("functions") ? run.at("functions").at("sha256").get<std::string>() : "";
}

bool is_run_of(const Verdict& shard, const std::string& run_json) {
    try {
        const Sorted run = Sorted::parse(run_json);
        return run.at("candidate").at("sha256") == shard.run.candidate_sha256 &&
               functions_sha256(run) == shard.run.functions_sha256 &&
               run.at("harness_sha256") == shard.run.harness_sha256;
    } catch (const Sorted::exception&) {
        return false;
    }
}

Finding shards(const Verdict& merged, const Sorted& run, const Files& files) {
    const size_t count = run.at("shards");
    const auto broken = [](const std::string& text) { return Finding{"shards", Standing::broken, text}; };
    const Sorted plan = parsed_json(file_of(files, kShardPlan));
    const std::string digest = own_digest(plan);
    if (digest != plan.at("sha256")) return broken("their plan is not as ci/gate plan wrote it");
    if (plan.at("count") != count) return broken(fmt::format("their plan is of another number than {}", count));
    std::map<std::string, CaseResult> found;
    for (size_t i = 1; i <= count; ++i) {
        const std::string name = shard_file(i, "verdict.json");
        const Verdict shard = gate::read_verdict(file_of(files, name), name);
        const std::string run_name = shard_file(i, "run.json");
        const std::string& own = file_of(files, run_name);
        if (const std::string why = problem_of(shard, own, merged, digest, i, count); !why.empty())
            return broken(fmt::format("{} {}", name, why));
        for (const auto& c : shard.cases) found.emplace(c.name(), c);
    }
    for (const auto& c : merged.cases) {
        const auto in_shard = found.find(c.name());
        if (in_shard == found.end()) {
            if (!is_of_the_whole(c)) return broken(fmt::format("{} is no shard's", c.name()));
            continue;
        }
        if (!may_become(in_shard->second, c))
            return broken(fmt::format("{} is {} in its shard, and {} in the verdict", c.name(),
                                      to_string(in_shard->second.status), to_string(c.status)));
        found.erase(in_shard);
    }
    if (!found.empty())
        return broken(fmt::format("the verdict lacks {} of their cases, as {}", found.size(), found.begin()->first));
    return {"shards", Standing::holds,
            fmt::format("{} of one plan; the {} cases are theirs", count, merged.cases.size())};
}

}  // namespace simple::evidence
