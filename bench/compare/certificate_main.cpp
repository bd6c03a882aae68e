// compare_certificate: counts what comparisons of known builds came to. ci/perf certify runs it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>

#include "bench/compare/certificate.h"

namespace {

using namespace simple::compare;
using Json = nlohmann::json;

Json read_json(const std::string& file) {
    std::ifstream in(file);
    Json json = Json::parse(in, nullptr, false);
    if (json.is_discarded()) throw std::runtime_error(file + " is no JSON, or torn");
    return json;
}

Planted planted(const std::string& word) {
    const size_t equals = word.find('='), dash = word.rfind('-');
    if (equals == std::string::npos || dash == std::string::npos || dash < equals)
        throw std::runtime_error(word + " is no slowdown in a call, as add/smallest=constant-3");
    return {word.substr(0, equals), word.substr(equals + 1, dash - equals - 1), std::stoi(word.substr(dash + 1))};
}

// Two lines: the count, and an array of what was misjudged.
void count(const std::string& file, const Setting& setting, double seconds, double elsewhere) {
    const Json report = read_json(file);
    Counted count = counted(report, setting);
    count.seconds = seconds;
    count.elsewhere = elsewhere;
    fmt::print("{}\n{}\n", to_json(count).dump(), misjudged(report, setting).dump());
}

void print_tables(const std::string& file, const std::string& procedure) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error(file + " cannot be read");
    std::vector<Counted> lines;
    std::string text;
    for (size_t number = 1; std::getline(in, text); ++number) try {
            lines.push_back(from_json(Json::parse(text)));
        } catch (const std::exception& error) {
            throw std::runtime_error(fmt::format("{}, line {}: {}", file, number, error.what()));
        }
    fmt::print("{}", tables(lines, procedure));
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Counts what comparisons of known builds came to.");
    app.require_subcommand(1);
    Setting setting;
    std::string file;
    std::vector<std::string> slowed;
    double seconds = 0, elsewhere = 0;
    CLI::App* counting = app.add_subcommand("count", "The line of one comparison, and what it misjudged");
    counting->add_option("REPORT", file, "what bench_compare --json wrote")->required();
    counting->add_option("--procedure", setting.procedure, "which bench_compare it was")->required();
    counting->add_option("--condition", setting.condition, "alone, shared, busy")->required();
    counting->add_option("--kind", setting.kind, "copy, moved: the builds are equal; planted")->required();
    counting->add_option("--slowed", slowed, "what is planted, as add/smallest=constant-3")->delimiter(',');
    counting->add_option("--seconds", seconds, "how long it took");
    counting->add_option("--elsewhere", elsewhere, "part of the machine that other work took");
    CLI::App* printing = app.add_subcommand("tables", "What all of them came to");
    printing->add_option("SAMPLES", file, "lines of count")->required();
    printing->add_option("--procedure", setting.procedure, "only what this one did is counted")->required();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    for (const std::string& word : slowed) setting.slowed.push_back(planted(word));
    if (counting->parsed())
        count(file, setting, seconds, elsewhere);
    else
        print_tables(file, setting.procedure);
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "compare_certificate: {}\n", error.what());
    return 2;
}
