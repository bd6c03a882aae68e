#include "bench/page/instructions.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/history/run.h"

namespace simple::page {
namespace {

using Json = nlohmann::ordered_json;

// Names and counts alone, whatever else stands there.
Json objects(const nlohmann::json& from) {
    if (from.is_null()) return nullptr;
    Json objects = Json::object();
    for (const auto& [name, count] : from.items()) objects[name] = count.get<double>();
    return objects;
}

std::string name_of(const nlohmann::json& path) {
    return std::filesystem::path(path.get<std::string>()).filename().string();
}

}  // namespace

Json instructions_of(const std::string& file) try {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw std::runtime_error("it cannot be read");
    const nlohmann::json report = history::parse_json(text.str());
    if (!report.is_object() || !report.contains("objects"))
        throw std::runtime_error("it does not say where instructions were executed");
    Json calls = Json::array();
    for (const nlohmann::json& call : report["objects"])
        calls.push_back(
            {call.at("call").get<std::string>(), objects(call.at("candidate")), objects(call.at("baseline"))});
    return {
        {"candidate", name_of(report.at("candidate"))}, {"baseline", name_of(report.at("baseline"))}, {"calls", calls}};
} catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(file + " is no report of ci/perf --instructions --json: " + error.what());
} catch (const std::runtime_error& error) {
    throw std::runtime_error(file + " is no report of ci/perf --instructions --json: " + error.what());
}

}  // namespace simple::page
