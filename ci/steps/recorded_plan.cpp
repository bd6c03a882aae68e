#include "ci/steps/recorded_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/digest.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

std::string digest_of(const RecordedPlan& plan) {
    std::string text;
    for (const auto& c : plan.cases)
        text += fmt::format("{}\t{}\t{}\t{}\t{}\n", c.id, c.function, fmt::join(c.promises, ","), c.quick, c.needs);
    return sha256(text);
}

bool same(const PlannedCase& a, const PlannedCase& b) {
    return a.id == b.id && a.function == b.function && a.promises == b.promises && a.quick == b.quick &&
           a.needs == b.needs;
}

std::string some(const char* what, const std::vector<std::string>& ids) {
    constexpr size_t kShown = 3;
    if (ids.empty()) return "";
    std::string text =
        fmt::format("{} {}", what, fmt::join(ids.begin(), ids.begin() + std::min(kShown, ids.size()), ", "));
    return ids.size() > kShown ? text + fmt::format(" and {} more", ids.size() - kShown) : text;
}

}  // namespace

std::string file_of_plan(const Suite& suite, const Settings& settings) {
    // Another program with the same cases.
    const bool golden = suite.backend == Library::preloaded || suite.backend == Library::archive;
    return settings.bin + "/plans/" + (golden ? "golden" : suite.name) + ".json";
}

RecordedPlan plan_to_record(std::vector<PlannedCase> cases) {
    RecordedPlan plan;
    plan.cases = std::move(cases);
    plan.sha256 = digest_of(plan);
    return plan;
}

void write_plan(const RecordedPlan& plan, const std::string& suite, const std::string& file) {
    Json cases = Json::array();
    for (const auto& c : plan.cases)
        cases.push_back(
            {{"id", c.id}, {"function", c.function}, {"promises", c.promises}, {"quick", c.quick}, {"needs", c.needs}});
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    std::ofstream out(file);
    out << Json{{"suite", suite}, {"count", plan.cases.size()}, {"sha256", plan.sha256}, {"cases", cases}}.dump(1)
        << "\n";
    out.close();
    if (!out) throw std::runtime_error("cannot write " + file);
}

RecordedPlan read_plan(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error(fmt::format("no plan is recorded in {}: build the target plans", file));
    RecordedPlan plan;
    try {
        const Json json = Json::parse(in);
        for (const auto& row : json.at("cases")) plan.cases.push_back(planned_case(row));
        plan.sha256 = digest_of(plan);
        if (plan.cases.empty() || json.at("count") != plan.cases.size() || json.at("sha256") != plan.sha256)
            throw std::runtime_error("its digest is another");
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format(
            "the plan in {} is not as it was recorded ({}): remove it and build the target plans", file, e.what()));
    }
    return plan;
}

std::string difference(const RecordedPlan& recorded, const std::vector<PlannedCase>& listed) {
    std::map<std::string, const PlannedCase*> there;
    std::vector<std::string> missing, others, more;
    for (const auto& c : listed)
        if (!there.emplace(c.id, &c).second) more.push_back(c.id);
    for (const auto& c : recorded.cases) {
        const auto found = there.find(c.id);
        if (found == there.end()) {
            missing.push_back(c.id);
            continue;
        }
        if (!same(c, *found->second)) others.push_back(c.id);
        there.erase(found);
    }
    for (const auto& [id, c] : there) more.push_back(id);
    if (missing.empty() && others.empty() && more.empty()) return "";
    std::string text =
        fmt::format("it lists {} cases, and {} were recorded when it was built", listed.size(), recorded.cases.size());
    for (const auto& part : {some("missing are", missing), some("unknown are", more), some("changed are", others)})
        if (!part.empty()) text += "; " + part;
    return text;
}

}  // namespace simple::gate
