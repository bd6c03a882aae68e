#include "ci/shards/read_shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "reports/read_verdict.h"

namespace simple::gate {
namespace {

// Throws std::runtime_error where it is not the verdict of a shard that ended.
ShardVerdict read_shard(const std::string& folder) {
    const std::string file = folder + "/verdict.json";
    if (!std::filesystem::exists(file))
        throw std::runtime_error(fmt::format("{} has no verdict.json: did its shard run?", folder));
    ShardVerdict shard{folder, read_verdict_file(file)};
    if (!shard.verdict.run.shard)
        throw std::runtime_error(fmt::format("{} is of a run of its own, and no shard's", file));
    return shard;
}

std::string name_of(const ShardVerdict& shard) {
    return fmt::format("shard {}/{} in {}", shard.verdict.run.shard->index, shard.verdict.run.shard->of, shard.folder);
}

// Of a shard that is readable.
std::string problem_of(const ShardVerdict& shard, const ShardPlan& plan) {
    const Run& run = shard.verdict.run;
    if (run.shard->plan_sha256 != plan.sha256)
        return fmt::format("{} is of another plan, {}, and the others are of {}", name_of(shard),
                           run.shard->plan_sha256.substr(0, 12), plan.sha256.substr(0, 12));
    if (run.shard->of != plan.shards.size() || run.shard->index < 1 || run.shard->index > plan.shards.size())
        return fmt::format("{} is none of the plan's {} shards", name_of(shard), plan.shards.size());
    if (const std::string why = foreign(plan, run); !why.empty()) return fmt::format("{}: {}", name_of(shard), why);
    if (shard.verdict.outcome == Outcome::running)
        return fmt::format("{} did not end: its verdict still says that it is running", name_of(shard));
    return "";
}

// The plan that the shards brought with them: the one of the first that has one, since all are to be of it.
std::optional<ShardPlan> plan_of(const std::vector<std::string>& folders, std::string& file,
                                 std::vector<std::string>& problems) {
    for (const auto& folder : folders) {
        file = folder + "/plan.json";
        if (!std::filesystem::exists(file)) continue;
        try {
            return read_shard_plan(file);
        } catch (const std::exception& e) {
            problems.emplace_back(e.what());
        }
    }
    if (problems.empty()) problems.emplace_back("no folder has the plan that a shard leaves there: did any shard run?");
    return std::nullopt;
}

}  // namespace

ReadShards read_shards(const std::vector<std::string>& folders) {
    ReadShards read;
    const auto plan = plan_of(folders, read.plan_file, read.problems);
    if (!plan) return read;
    read.plan = *plan;
    std::set<unsigned> named;  // that are there, and of no use
    std::map<unsigned, ShardVerdict> by_index;
    for (const auto& folder : folders) {
        try {
            ShardVerdict shard = read_shard(folder);
            const unsigned index = shard.verdict.run.shard->index;
            if (std::string problem = problem_of(shard, read.plan); !problem.empty()) {
                if (shard.verdict.run.shard->plan_sha256 == read.plan.sha256) named.insert(index);
                read.problems.push_back(std::move(problem));
            } else if (const auto other = by_index.find(index); other != by_index.end())
                read.problems.push_back(fmt::format("shard {}/{} is there twice: in {} and in {}", index,
                                                    read.plan.shards.size(), other->second.folder, folder));
            else
                by_index.emplace(index, std::move(shard));
        } catch (const std::exception& e) {
            read.problems.emplace_back(e.what());
        }
    }
    for (unsigned index = 1; index <= read.plan.shards.size(); ++index)
        if (by_index.count(index) == 0 && named.count(index) == 0)
            read.problems.push_back(fmt::format("shard {}/{} is missing", index, read.plan.shards.size()));
    for (auto& [index, shard] : by_index) read.shards.push_back(std::move(shard));
    return read;
}

}  // namespace simple::gate
