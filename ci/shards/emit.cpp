#include "ci/shards/emit.h"

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace simple::gate {

std::string matrix_for(const std::string& service, const ShardPlan& plan) {
    using Json = nlohmann::ordered_json;
    Json shards = Json::array();
    for (size_t i = 1; i <= plan.shards.size(); ++i) shards.push_back(fmt::format("{}/{}", i, plan.shards.size()));
    if (service == "github") return "matrix=" + Json{{"shard", shards}}.dump() + "\n";
    // JSON is YAML as well.
    const Json pipeline{
        {"gate-shard", {{"extends", ".gate-shard"}, {"parallel", {{"matrix", Json::array({{{"SHARD", shards}}})}}}}}};
    return pipeline.dump(2) + "\n";
}

}  // namespace simple::gate
