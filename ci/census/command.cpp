#include "ci/census/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "ci/census/census.h"
#include "ci/census/declarations.h"
#include "ci/engine/options.h"
#include "reports/file_text.h"

namespace simple::census {
namespace {

using Json = nlohmann::json;

// {"calls": {"rt_torch_…": 3}}, as --spec writes it.
std::map<std::string, int64_t> read_calls(const std::string& path) {
    const Json file = Json::parse(text_of_file(path), nullptr, false);
    if (!file.is_object() || !file.contains("calls") || !file["calls"].is_object())
        throw std::runtime_error(path + ": is no count of calls (spec-calls.json of a run with --spec)");
    std::map<std::string, int64_t> calls;
    for (const auto& [symbol, count] : file["calls"].items()) {
        if (!count.is_number_integer() || count.get<int64_t>() < 0)
            throw std::runtime_error(fmt::format("{}: how often {} was called is no number of calls", path, symbol));
        calls[symbol] = count.get<int64_t>();
    }
    return calls;
}

Json as_json(const Problem& problem) {
    return {{"kind", problem.kind}, {"subject", problem.subject}, {"text", problem.text}};
}

Json as_json(const Census& census) {
    Json rows = Json::array(), problems = Json::array(), accepted = Json::array();
    for (const auto& row : census.rows)
        rows.push_back({{"symbol", row.symbol},
                        {"declared", row.places},
                        {"signature", row.signature},
                        {"set", row.set},
                        {"defined", row.defined.empty() ? Json(nullptr) : Json(row.defined)},
                        {"reachable", row.reachable},
                        {"called", row.called ? Json(*row.called) : Json(nullptr)}});
    for (const auto& problem : census.problems) problems.push_back(as_json(problem));
    for (const auto& problem : census.accepted) accepted.push_back(as_json(problem));
    return {{"files", census.files},           {"uses", census.uses},  {"functions", rows},
            {"undeclared", census.undeclared}, {"problems", problems}, {"accepted", accepted}};
}

std::string how_many(size_t number, const char* what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

void print(const Census& census, const Given& given) {
    const auto count = [&](auto&& holds) {
        return static_cast<size_t>(std::count_if(census.rows.begin(), census.rows.end(), holds));
    };
    size_t declarations = 0;
    for (const auto& row : census.rows) declarations += row.places.size();
    fmt::print("{}: {} of {}; {} of the contract's tables, {} of the runtime's own\n", how_many(census.files, "file"),
               how_many(declarations, "declaration"), how_many(census.rows.size(), "function"),
               count([](const Row& row) { return !row.set.empty(); }),
               count([](const Row& row) { return row.set.empty(); }));
    if (!census.undeclared.empty())
        fmt::print("{} of the table declared nowhere\n", how_many(census.undeclared.size(), "core function"));
    if (given.definitions) {
        std::map<std::string, size_t> where;
        for (const auto& row : census.rows) ++where[row.defined.empty() ? "defined by nothing" : row.defined];
        for (const auto& [text, number] : where) fmt::print("{}: {}\n", text, number);
        fmt::print("reachable by the loader: {}\n", count([](const Row& row) { return row.reachable; }));
    }
    if (given.called)
        fmt::print("called in the run: {}\n", count([](const Row& row) { return row.called.value_or(0) > 0; }));
    for (const auto& problem : census.problems) fmt::print("{} [{}]\n", problem.text, problem.kind);
    fmt::print("census: {}{}\n", census.problems.empty() ? "no problem" : how_many(census.problems.size(), "problem"),
               census.accepted.empty() ? "" : fmt::format(", {} accepted by the ratchet", census.accepted.size()));
}

void write_ratchet(const std::string& path, const Census& census) {
    std::set<std::string> keys;
    for (const auto& problem : census.problems) keys.insert(problem.key());
    std::ofstream out(path);
    out << "# Problems of the census that are accepted; a line that accepts nothing is one itself.\n";
    for (const auto& key : keys) out << key << "\n";
    if (!out.flush()) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace

int run_census(const std::string&, int argc, char** argv) {
    CLI::App app("Says which functions programs in Simple declare as extern, and what is wrong with that.", argv[0]);
    std::vector<std::string> paths, roots, candidates;
    std::optional<std::string> called, ratchet, record, json;
    app.add_option("--declarations", paths, "a .spl file, or a folder with all below it; once for each")
        ->required()
        ->allow_extra_args(false)
        ->type_name("FILE|DIR");
    app.add_option("--root", roots, "where the modules of `use` lie, besides beside the file [the folders above]")
        ->allow_extra_args(false)
        ->type_name("DIR");
    app.add_option(
           "--candidate", candidates,
           "the library or program that should define them; once for each: of a script, or a program that loads "
           "the library late, name the library")
        ->allow_extra_args(false)
        ->type_name("FILE");
    app.add_option("--called", called, "what a run called: spec-calls.json of a run with --spec")->type_name("FILE");
    app.add_option("--ratchet", ratchet, "problems that are accepted, KIND SUBJECT in each line; a stale one is red")
        ->type_name("FILE");
    app.add_option("--write-ratchet", record, "write the problems of today to this file, and end with 0")
        ->type_name("FILE")
        ->excludes("--ratchet");
    app.add_option("--json", json, "write all that was found to this file")->type_name("FILE");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        throw gate::UsageError(fmt::format("census: {} (--help lists all options)", e.what()));
    }
    for (const auto& root : roots)
        if (!std::filesystem::is_directory(root)) throw std::runtime_error(root + ": no such folder");
    std::vector<SourceFile> sources;
    std::set<std::string> seen;
    for (const auto& path : paths) {
        if (std::filesystem::is_directory(path)) roots.push_back(path);
        for (const auto& file : sources_at(path))
            if (seen.insert(std::filesystem::canonical(file)).second) sources.push_back(read_source(file));
    }
    Given given;
    if (!candidates.empty()) given.definitions.emplace();
    for (const auto& candidate : candidates) add_definitions(candidate, *given.definitions);
    if (called) given.called = read_calls(*called);
    Census census = take_census(sources, roots, given);
    if (record) write_ratchet(*record, census);
    if (ratchet) apply_ratchet(*ratchet, census);
    if (json) {
        std::ofstream out(*json);
        out << as_json(census).dump(2) << "\n";
        if (!out.flush()) throw std::runtime_error(*json + ": cannot be written");
    }
    print(census, given);
    return census.problems.empty() || record ? 0 : 1;
}

}  // namespace simple::census
