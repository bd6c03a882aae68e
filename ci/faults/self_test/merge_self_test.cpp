#include "ci/faults/self_test/merge_self_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "ci/faults/self_test/self_test.h"
#include "reports/file_text.h"
#include "reports/held_folder.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

struct Part {
    SelfTestRun run;
    std::vector<Planted> faults;
    std::vector<CatchResult> results;
};

Catch outcome_named(const std::string& name) {
    for (const Catch outcome :
         {Catch::caught, Catch::elsewhere, Catch::missed, Catch::green, Catch::red, Catch::skipped, Catch::error})
        if (to_string(outcome) == name) return outcome;
    throw std::runtime_error("no outcome is " + name);
}

// Throws std::runtime_error where it is not the report of a shard.
Part read_part(const std::string& folder) {
    const std::string file = folder + "/self-test.json";
    if (!std::filesystem::exists(file))
        throw std::runtime_error(fmt::format("{} has no self-test.json: did its shard end?", folder));
    const std::string text = text_of_file(file);
    try {
        const Json json = Json::parse(text);
        Part part;
        if (json.at("shard").is_null()) throw std::runtime_error("it is of a whole self-test");
        part.run.shard =
            ShardNumber{json.at("shard").at("index").get<unsigned>(), json.at("shard").at("of").get<unsigned>()};
        json.at("mode").get_to(part.run.mode);
        json.at("sample").get_to(part.run.sample);
        json.at("sample_cases").get_to(part.run.sample_cases);
        json.at("problems").get_to(part.run.problems);
        json.at("candidate_sha256").get_to(part.run.candidate_sha256);
        json.at("harness_sha256").get_to(part.run.harness_sha256);
        json.at("faults_sha256").get_to(part.run.faults_sha256);
        json.at("all_faults").get_to(part.run.faults);
        json.at("cases").get_to(part.run.cases);
        json.at("cases_that_met_a_fault").get_to(part.run.met);
        for (const auto& row : json.at("faults")) {
            Planted planted;
            row.at("fault").get_to(planted.id);
            row.at("function").get_to(planted.function);
            row.at("what").get_to(planted.what);
            row.at("kind").get_to(planted.kind);
            row.at("promise").get_to(planted.promise);
            row.at("defect").get_to(planted.defect);
            row.at("correct").get_to(planted.correct);
            CatchResult result;
            result.fault = planted.id;
            result.outcome = outcome_named(row.at("outcome").get<std::string>());
            row.at("by").get_to(result.by);
            row.at("message").get_to(result.message);
            row.at("tried").get_to(result.tried);
            row.at("seconds").get_to(result.seconds);
            result.ran.resize(row.at("ran").get<size_t>());  // their names are in `met`
            part.faults.push_back(std::move(planted));
            part.results.push_back(std::move(result));
        }
        return part;
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("{} is no report of a shard, or not whole: {}", file, e.what()));
    }
}

bool same_run(const SelfTestRun& a, const SelfTestRun& b) {
    return a.shard->of == b.shard->of && a.mode == b.mode && a.candidate_sha256 == b.candidate_sha256 &&
           a.harness_sha256 == b.harness_sha256 && a.faults_sha256 == b.faults_sha256 && a.faults == b.faults;
}

// By their index. Fills in why they are not one whole self-test.
std::map<unsigned, Part> read_parts(const std::vector<std::string>& folders, std::vector<std::string>& problems) {
    std::map<unsigned, Part> parts;
    for (const auto& folder : folders) {
        try {
            Part part = read_part(folder);
            const ShardNumber number = *part.run.shard;
            const std::string name = fmt::format("shard {}/{} in {}", number.index, number.of, folder);
            if (!parts.empty() && !same_run(parts.begin()->second.run, part.run))
                problems.push_back(name + " is of another candidate, build of the gate or list of faults");
            else if (!parts.emplace(number.index, std::move(part)).second)
                problems.push_back(name + " is there twice");
        } catch (const std::exception& e) {
            problems.emplace_back(e.what());
        }
    }
    if (parts.empty()) return parts;
    const SelfTestRun& run = parts.begin()->second.run;
    for (unsigned index = 1; index <= run.shard->of; ++index)
        if (parts.count(index) == 0) problems.push_back(fmt::format("shard {}/{} is missing", index, run.shard->of));
    // Every fault of the list, each once; a shard that was interrupted lacks some.
    std::map<std::string, size_t> found;
    for (const auto& [index, part] : parts)
        for (const auto& planted : part.faults) ++found[planted.id];
    size_t missing = 0;
    for (const auto& id : run.faults)
        if (const size_t count = found[id]; count == 0)
            ++missing;
        else if (count > 1)
            problems.push_back(fmt::format("two shards have the fault {}", id));
    if (missing > 0) problems.push_back(fmt::format("no shard has {} of the {} faults", missing, run.faults.size()));
    if (found.size() > run.faults.size()) problems.emplace_back("a shard has a fault that is not in the list");
    return parts;
}

}  // namespace

bool is_self_test(const std::string& folder) { return std::filesystem::exists(folder + "/self-test.json"); }

int merge_self_tests(const std::vector<std::string>& folders, const std::string& out) {
    std::vector<std::string> problems;
    auto parts = read_parts(folders, problems);
    const reports::HeldFolder held(out);
    std::filesystem::remove(out + "/self-test.json");
    for (const auto& problem : problems) fmt::print(stderr, "ci/gate merge: {}\n", problem);
    if (!problems.empty()) return 2;

    SelfTestRun run = parts.begin()->second.run;
    run.shard.reset();
    run.sample.clear();
    run.sample_cases = 0;
    run.problems.clear();
    std::vector<Planted> faults;
    std::vector<CatchResult> results;
    double longest = 0;
    for (auto& [index, part] : parts) {
        run.cases = std::max(run.cases, part.run.cases);
        run.met.insert(part.run.met.begin(), part.run.met.end());
        run.sample.insert(run.sample.end(), part.run.sample.begin(), part.run.sample.end());
        run.sample_cases += part.run.sample_cases;
        run.problems.insert(run.problems.end(), part.run.problems.begin(), part.run.problems.end());
        double seconds = 0;
        for (const auto& result : part.results) seconds += result.seconds;
        longest = std::max(longest, seconds);
        std::move(part.faults.begin(), part.faults.end(), std::back_inserter(faults));
        std::move(part.results.begin(), part.results.end(), std::back_inserter(results));
    }
    std::map<std::string, size_t> place;
    for (size_t i = 0; i < run.faults.size(); ++i) place[run.faults[i]] = i;
    std::sort(faults.begin(), faults.end(),
              [&](const Planted& a, const Planted& b) { return place[a.id] < place[b.id]; });
    const std::string summary = self_test_summary(faults, results, run);
    fmt::print("{}", summary);
    write_self_test(faults, results, run, summary, out);
    return judge_self_test(
        faults.size(), results, run,
        fmt::format(" in {} shards, the longest of {:.0f} s of one worker; reports in {}", parts.size(), longest, out));
}

}  // namespace simple::gate
