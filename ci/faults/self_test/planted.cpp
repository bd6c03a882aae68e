#include "ci/faults/self_test/planted.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "ci/run/process.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

// The whole output of a program, which run_to_end would cut.
std::string output_of(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot start " + command);
    std::string text;
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, pipe)) > 0;) text.append(block, n);
    if (pclose(pipe) != 0) throw std::runtime_error(command + " failed");
    return text;
}

}  // namespace

std::vector<Planted> parse_planted(const std::string& json) {
    std::vector<Planted> all;
    std::set<std::string> ids;
    try {
        for (const Json& row : Json::parse(json)) {
            Planted planted;
            planted.id = row.at("id");
            planted.function = row.value("function", "");
            planted.what = row.value("what", "");
            planted.kind = row.value("kind", "");
            row.at("suites").get_to(planted.suites);
            planted.promise = row.value("promise", "");
            planted.defect = row.value("defect", "");
            planted.correct = row.value("correct", false);
            planted.library = row.value("library", "");
            planted.in_stub = row.value("in_stub", false);
            planted.changes = row.value("changes", std::vector<std::string>());
            if (!ids.insert(planted.id).second) throw std::runtime_error("two faults are called " + planted.id);
            all.push_back(std::move(planted));
        }
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("the list of planted faults is not readable: {}", e.what()));
    }
    if (all.empty()) throw std::runtime_error("the list of planted faults is empty");
    return all;
}

std::vector<Planted> read_planted(const Settings& settings) {
    return parse_planted(output_of("'" + settings.bin + "/fault_list' --json"));
}

bool is_slowdown(const Planted& planted) { return planted.kind == "latency"; }

std::vector<std::string> environment_of(const std::string& id, const std::string& inner) {
    return {"SIMPLE_FAULT_INNER=" + inner, "SIMPLE_FAULT=" + id};
}

}  // namespace simple::gate
