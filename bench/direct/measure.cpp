#include "bench/direct/measure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "ci/host/run_program.h"

namespace simple::bench {
namespace {

using Json = nlohmann::json;

// A file that goes with the object.
class Temporary {
  public:
    Temporary() {
        path_ = (std::filesystem::temp_directory_path() / "bench_direct.XXXXXX").string();
        const int file = mkstemp(path_.data());
        if (file < 0) throw std::runtime_error("no file can be made in " + path_);
        close(file);
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary() { unlink(path_.c_str()); }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

Measured& row_of(Comparison& comparison, const Json& line) {
    const std::string name = line.at("begin");
    for (Measured& row : comparison.rows)
        if (row.name == name) return row;
    Measured row;
    row.name = name;
    row.function = line.at("function");
    row.size = line.at("size");
    row.operands = line.at("operands");
    row.threads = line.at("threads");
    row.null = line.at("null");
    row.limit = line.at("limit");
    row.limit_reason = line.at("limit_reason");
    comparison.rows.push_back(std::move(row));
    return comparison.rows.back();
}

void take(Measured& row, const Json& sample) {
    row.abi_ns.push_back(sample.at("abi_ns"));
    row.unit_ns.push_back(sample.at("unit_ns"));
    row.cost.push_back(sample.at("cost"));
    row.has_direct = sample.at("has_direct");
    if (row.has_direct) row.direct_ns.push_back(sample.at("direct_ns"));
}

// A row that has no time: its samples, if a process had some, are of no use.
void give_up(Measured& row, Judged judged, const std::string& why) {
    row.judged = judged;
    row.message = why;
    row.abi_ns.clear();
    row.direct_ns.clear();
    row.unit_ns.clear();
    row.cost.clear();
}

// One process over the rows of these names; all where there are none. What it does not live through is judged.
void sample(const Measuring& measuring, const std::vector<std::string>& names, Comparison& comparison) {
    const Temporary file;
    std::vector<std::string> command = measuring.command;
    command.insert(command.end(), {"--sample", file.path()});
    if (!names.empty()) command.insert(command.end(), {"--filter", fmt::format("{}", fmt::join(names, ","))});
    const ProgramRun ran = run_program(command);
    std::ifstream lines(file.path());
    std::string text;
    Measured* open = nullptr;
    bool ended = false;
    while (std::getline(lines, text)) {
        const Json line = Json::parse(text, nullptr, false);
        if (line.is_discarded()) break;  // torn
        if (line.contains("libtorch")) comparison.libtorch = line["libtorch"];
        if (line.contains("not_comparable")) comparison.not_comparable = line["not_comparable"];
        if (line.contains("begin")) open = &row_of(comparison, line);
        if (line.contains("cost") && open) take(*open, line);
        if (line.contains("skipped") && open) give_up(*open, Judged::skipped, line["skipped"]);
        if (line.contains("failed") && open) give_up(*open, Judged::error, line["failed"]);
        if (line.contains("cost") || line.contains("skipped") || line.contains("failed")) open = nullptr;
        ended = ended || line.contains("ended");
    }
    if (ended || !comparison.not_comparable.empty()) return;
    if (!open) throw std::runtime_error(fmt::format("a measuring process ended with {}: {}", ran.ending(), ran.errors));
    if (ran.signal == SIGALRM)
        give_up(*open, Judged::timeout, "a call of it does not end");
    else
        give_up(*open, Judged::crash, fmt::format("timing it ended the process with {}", ran.ending()));
}

bool is_given_up(const Measured& row) {
    return row.judged == Judged::skipped || row.judged == Judged::error || row.judged == Judged::crash ||
           row.judged == Judged::timeout;
}

// The names of the rows that are still measured. Before anything is known: what was asked for.
std::vector<std::string> left(const Comparison& comparison, const std::vector<std::string>& filters) {
    if (std::none_of(comparison.rows.begin(), comparison.rows.end(), is_given_up)) return filters;
    std::vector<std::string> names;
    for (const Measured& row : comparison.rows)
        if (!is_given_up(row)) names.push_back(row.name);
    return names;
}

std::vector<std::string> undecided(const Comparison& comparison) {
    std::vector<std::string> names;
    bool any = false;
    for (const Measured& row : comparison.rows) {
        any = any || (row.judged == Judged::inconclusive && !row.null);
        if (row.judged == Judged::inconclusive || row.null) names.push_back(row.name);
    }
    return any ? names : std::vector<std::string>();
}

void show_progress(const Measuring& measuring, const char* what, int done, int of) {
    if (measuring.progress) fmt::print(stderr, "\r{}: {} of {} processes ", what, done, of);
}

}  // namespace

Comparison measure(const Measuring& measuring) {
    Comparison comparison;
    // A process that a row ended measured nothing behind it: another takes its place.
    const int most = measuring.processes + 16;
    for (int i = 0, whole = 0; whole < measuring.processes; ++i) {
        show_progress(measuring, "all rows", whole, measuring.processes);
        if (i == most) throw std::runtime_error(fmt::format("{} measuring processes ended early", most - whole));
        const auto given_up = [&] {
            return std::count_if(comparison.rows.begin(), comparison.rows.end(), [](const Measured& row) {
                return row.judged == Judged::crash || row.judged == Judged::timeout;
            });
        };
        const auto before = given_up();
        sample(measuring, left(comparison, measuring.filters), comparison);
        if (!comparison.not_comparable.empty()) return comparison;
        if (given_up() == before) ++whole;
    }
    judge(comparison.rows);
    if (const auto names = undecided(comparison); !names.empty()) {
        for (int i = 0; i < measuring.confirm; ++i) {
            show_progress(measuring, "undecided rows", i, measuring.confirm);
            sample(measuring, names, comparison);
        }
        judge(comparison.rows);
    }
    if (measuring.progress) fmt::print(stderr, "\r{:40}\r", "");
    return comparison;
}

}  // namespace simple::bench
