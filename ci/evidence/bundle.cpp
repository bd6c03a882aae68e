#include "ci/evidence/bundle.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "ci/evidence/machine.h"
#include "ci/evidence/manifest.h"
#include "ci/evidence/signature.h"
#include "ci/run/launched.h"
#include "ci/steps/dependencies.h"
#include "ci/steps/elf_file.h"
#include "ci/steps/recorded_plan.h"
#include "ci/steps/spec_step.h"
#include "ci/steps/suites.h"
#include "ci/steps/time_scale.h"
#include "reports/digest.h"
#include "reports/file_text.h"
#include "reports/reports.h"

namespace simple::evidence {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kEnding = ".tar.zst";

// What the process that was asked had loaded, by path; where none was asked, what a loader would bring along.
std::map<std::string, std::string> libraries_of(const gate::Verdict& verdict, const gate::Settings& settings) {
    std::map<std::string, std::string> names;
    for (const auto& path : verdict.loaded_files) names[path] = fs::path(path).filename();
    if (names.empty()) try {
            for (const auto& [name, path] : gate::all_dependencies_of(settings.candidate, gate::time_scale(settings)))
                names[path] = name;
        } catch (const std::exception&) {  // the step library tells what it is
        }
    for (const auto& path : verdict.run.functions_files) names[path] = fs::path(path).filename();
    return names;
}

// LibTorch, and what has the functions, by what they hold; of the hundreds of others, the build id that their linker
// gave them is enough.
Json loaded_libraries(const gate::Verdict& verdict, const gate::Settings& settings) {
    const auto& functions = verdict.run.functions_files;
    Json rows = Json::array();
    for (const auto& [path, name] : libraries_of(verdict, settings)) {
        const bool torch = name.rfind("libtorch", 0) == 0 || name.rfind("libc10", 0) == 0;
        const bool judged = std::find(functions.begin(), functions.end(), path) != functions.end();
        std::string build_id;
        try {
            build_id = gate::read_elf(path).build_id;
        } catch (const std::exception&) {
        }
        Json row{{"name", name}, {"path", path}, {"build_id", build_id}};
        if (judged && functions.size() == 1)
            row["sha256"] = verdict.run.functions_sha256;  // the file may be gone
        else if (torch || judged || build_id.empty())
            row["sha256"] = sha256_of_file(path);
        rows.push_back(std::move(row));
    }
    return rows;
}

// How a program is started.
Json start_of(const gate::Launch& launch) {
    auto launcher = launch.before;
    launcher.erase(std::remove(launcher.begin(), launcher.end(), gate::kAssignmentsHere), launcher.end());
    return {{"launcher", launcher},
            {"args", launch.after},
            {"env", launch.environment},
            {"wait-for-library", launch.seconds}};
}

// What was asked for, resolved: defaults filled in, files found. By the options' names; bundle_test.py holds them
// against gate.schema.json.
Json configuration(const gate::Settings& s) {
    const auto given = [](const auto& option) { return option ? Json(*option) : Json(); };
    Json json{{"candidate", s.candidate},
              {"candidate-is", s.program ? "program" : "library"},
              {"own-build", s.own_build},
              {"stub", s.stub},
              {"step", s.steps},
              {"suite", s.suites},
              {"filter", s.filters},
              {"quick", s.quick},
              {"keep-going", s.keep_going},
              {"partial", s.partial},
              {"audit", s.audit},
              {"no-host", s.no_host},
              {"timeout-scale", s.timeout_scale},
              {"seed", s.seed},
              {"device", s.device},
              {"jobs", s.jobs},
              {"against-verdict", given(s.against)},
              {"fail-on", s.fail_on_new ? "new" : "any"},
              {"rerun-failed", s.rerun_failed},
              {"contract", given(s.contract)},
              {"shard", s.dealt ? Json(fmt::format("{}/{}", s.dealt->index, s.dealt->of)) : Json()},
              {"instructions", s.instructions},
              {"baseline", given(s.baseline)},
              {"waivers", given(s.waivers)},
              {"claims", given(s.claims_file)},
              {"spec", given(s.spec)},
              {"spec-claims", s.spec_claims},
              {"examples", given(s.examples)},
              {"expected", given(s.expected)}};
    json.update(s.launch ? start_of(*s.launch) : start_of({{}, {}, {}, 0, {}}));
    return json;
}

// The recorded plans in the order of the digest over them, and which of a plan's cases a suite carries out.
Json plans(const gate::Settings& settings, Files& files) {
    Json rows = Json::array();
    for (const auto& suite : gate::suites()) {
        const fs::path file = gate::file_of_plan(suite, settings);
        const std::string name = kPlans + file.filename().string();
        if (fs::exists(file)) files[name] = text_of_file(file);
        rows.push_back({{"suite", suite.name},
                        {"step", suite.step},
                        {"plan", fs::exists(file) ? Json(name) : Json()},
                        {"only_quick", suite.quick_cases}});
    }
    return rows;
}

// How many shards the files are of; 0 of a run that was not dealt.
size_t shards_in(const Files& files) {
    size_t count = 0;
    while (files.count(shard_file(count + 1, "verdict.json")) > 0) ++count;
    return count;
}

std::string description(const gate::Verdict& verdict, const gate::Settings& settings, const Json& suites, size_t shards,
                        const Json& libraries) {
    const Json run{{"candidate", {{"sha256", verdict.run.candidate_sha256}, {"build_id", verdict.run.build_id}}},
                   {"functions", {{"files", verdict.run.functions_files}, {"sha256", verdict.run.functions_sha256}}},
                   {"harness_sha256", verdict.run.harness_sha256},
                   {"plan_sha256", verdict.run.plan_sha256},
                   {"suites", suites},
                   {"shards", shards},
                   {"configuration", configuration(settings)},
                   {"libraries", libraries},
                   {"machine", machine()}};
    return run.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Files evidence_of(const gate::Verdict& verdict, const gate::Settings& settings, const Files& shards) {
    Files files = shards;
    for (const auto& name : reports::file_names())
        if (const fs::path file = fs::path(settings.out) / name; fs::exists(file))
            files["reports/" + name] = text_of_file(file);
    if (settings.waivers) files["waivers.toml"] = text_of_file(*settings.waivers);
    if (settings.claims_file) files["claims.json"] = text_of_file(*settings.claims_file);
    // Those of shards lie beside their verdicts.
    const bool counted = shards.empty() && std::any_of(verdict.cases.begin(), verdict.cases.end(),
                                                       [](const auto& c) { return c.suite == gate::kSpecSuite; });
    if (const fs::path calls = fs::path(settings.out) / reports::kSpecCalls; counted && fs::exists(calls))
        files[std::string("reports/") + reports::kSpecCalls] = text_of_file(calls);
    const Json suites = plans(settings, files);
    const size_t count = shards_in(shards);
    // The machine that merges has loaded nothing: the first shard's has.
    const Json libraries =
        count > 0 ? Json::parse(shards.at(shard_file(1, kRun))).at("libraries") : loaded_libraries(verdict, settings);
    files[kRun] = description(verdict, settings, suites, count, libraries);
    return files;
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

}  // namespace

std::string shard_file(size_t index, const char* file) { return fmt::format("shards/{}/{}", index, file); }

void write_run_description(const gate::Verdict& verdict, const gate::Settings& settings) {
    Files unused;
    const Json suites = plans(settings, unused);
    reports::write_whole(description(verdict, settings, suites, 0, loaded_libraries(verdict, settings)),
                         (fs::path(settings.out) / kRun).string());
}

void demand_writable(const gate::Settings& settings) {
    const fs::path bundle = *settings.bundle;
    const std::string name = bundle.filename();
    const std::string ending = kEnding;
    if (name.size() <= ending.size() || name.compare(name.size() - ending.size(), ending.size(), ending) != 0)
        throw std::runtime_error(fmt::format("--bundle {}: a bundle's name ends in {}", bundle.string(), kEnding));
    if (access(folder_of(bundle).c_str(), W_OK) != 0)
        throw std::runtime_error(fmt::format("--bundle {}: its folder cannot be written to", bundle.string()));
    // One of an earlier run must not stand for this one.
    std::error_code ignored;
    if (!fs::is_directory(bundle, ignored)) fs::remove(bundle, ignored);
    if (fs::exists(bundle)) throw std::runtime_error(fmt::format("cannot replace {}", bundle.string()));
    if (settings.bundle_key) demand_key(*settings.bundle_key);
}

void write_bundle(const gate::Verdict& verdict, const gate::Settings& settings, const Files& shards) {
    Files files = evidence_of(verdict, settings, shards);
    files[kManifest] = manifest_of(files);
    if (settings.bundle_key) sign(files, *settings.bundle_key);
    // Renamed into place, so that no reader sees half of it.
    const std::string unfinished = *settings.bundle + ".unfinished";
    try {
        pack(files, std::time(nullptr), unfinished);
        fs::rename(unfinished, *settings.bundle);
    } catch (...) {
        std::error_code ignored;
        fs::remove(unfinished, ignored);
        throw;
    }
}

}  // namespace simple::evidence
