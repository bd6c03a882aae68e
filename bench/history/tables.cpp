#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "bench/history/commands.h"
#include "bench/history/printable.h"
#include "bench/history/series.h"
#include "bench/history/sign_monitor.h"
#include "reports/glob.h"

namespace simple::history {
namespace {

std::string or_dash(const std::string& text, size_t width = 0) { return text.empty() ? "-" : printable(text, width); }

std::string time_shown(const std::string& at) { return at.substr(0, 10) + " " + at.substr(11, 5); }

std::string percent(double log_ratio) { return fmt::format("{:+.1f} %", 100 * std::expm1(log_ratio)); }

// A column as wide as its widest cell. Numbers stand to the right.
class Table {
  public:
    explicit Table(std::vector<std::string> head, std::string right) : right_(std::move(right)) {
        row(std::move(head));
    }
    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    void line(std::string text) { rows_.push_back({std::move(text)}); }
    void print() const {
        std::vector<size_t> widths(right_.size());
        for (const auto& cells : rows_)
            for (size_t i = 0; cells.size() > 1 && i < cells.size(); ++i)
                widths[i] = std::max(widths[i], width(cells[i]));
        for (const auto& cells : rows_) fmt::print("{}\n", cells.size() > 1 ? aligned(cells, widths) : cells.front());
    }

  private:
    static size_t width(const std::string& text) {
        size_t characters = 0;
        for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        return characters;
    }
    std::string aligned(const std::vector<std::string>& cells, const std::vector<size_t>& widths) const {
        std::string line;
        for (size_t i = 0; i < cells.size(); ++i) {
            const std::string space(widths[i] - width(cells[i]), ' ');
            line += (i ? "  " : "") + (right_[i] == 'r' ? space + cells[i] : cells[i] + space);
        }
        return line.substr(0, line.find_last_not_of(' ') + 1);
    }
    std::string right_;  // a letter a column: 'l' or 'r'
    std::vector<std::vector<std::string>> rows_;
};

Series selected(const Store& store, const Selection& selection) {
    for (Series& series : series_of(store.runs()))
        if ((selection.machine.empty() || series.key.machine == selection.machine) &&
            (selection.baseline.empty() || series.key.baseline == selection.baseline))
            return std::move(series);
    throw std::runtime_error(
        "the history has no run of such a machine against such a baseline; `perf_history list` "
        "says what it has");
}

std::string described(const Series& series) {
    return fmt::format("machine {}, baseline {}, {} runs", or_dash(series.key.machine), or_dash(series.key.baseline),
                       series.runs.size());
}

std::vector<std::string> run_row(const Store& store, const RunHead& run) {
    std::map<std::string, size_t> count;
    size_t others = 0;
    store.each_measurement_of(run, [&](const Measurement& measurement) {
        ++count[measurement.decision];
        others += measurement.decision != "pass" && measurement.decision != "regressed" &&
                  measurement.decision != "improved" && measurement.decision != "inconclusive";
    });
    const auto shown = [&](const char* decision) { return std::to_string(count[decision]); };
    return {time_shown(run.at),
            or_dash(run.commit, 12),
            or_dash(run.machine, 24),
            or_dash(run.baseline, 20),
            shown("pass"),
            shown("regressed"),
            shown("improved"),
            shown("inconclusive"),
            std::to_string(others),
            !run.not_comparable.empty() ? "not comparable: " + printable(run.not_comparable, 40)
            : run.nulls_off             ? fmt::format("invalid: {} nulls are off", run.nulls_off)
                                        : printable(run.subject, 48)};
}

void show_call(const Series& series, const CallHistory& history, size_t last) {
    fmt::print("{}\n", printable(history.call.name));
    Table table({"at", "commit", "ratio", "interval", "baseline ns", "now ns", "n", "", "subject"}, "llrlrrrll");
    const size_t first = series.runs.size() > last ? series.runs.size() - last : 0;
    auto change = history.changes.begin();
    for (size_t i = 0; i < series.runs.size(); ++i) {
        for (; change != history.changes.end() && change->at == i; ++change)
            if (i >= first)
                table.line(fmt::format("  -- {} from here: {:.3f}, was {:.3f} (p {:.1g})",
                                       percent(change->after - change->before), std::exp(change->after),
                                       std::exp(change->before), change->p_value));
        if (i < first || !history.runs[i]) continue;
        const RunHead& run = series.runs[i];
        const Measurement& measurement = *history.runs[i];
        std::vector<std::string> row{time_shown(run.at), or_dash(run.commit, 12)};
        if (const auto& found = measurement.measured)
            row.insert(row.end(),
                       {fmt::format("{:.3f}", found->ratio), fmt::format("{:.3f} to {:.3f}", found->low, found->high),
                        fmt::format("{:.1f}", found->baseline_ns), fmt::format("{:.1f}", found->candidate_ns),
                        std::to_string(found->processes)});
        else
            row.insert(row.end(), 5, "-");
        row.push_back(printable(measurement.decision));
        row.push_back(printable(run.subject, 48));
        table.row(std::move(row));
    }
    table.print();
    if (first) fmt::print("{} earlier runs are not shown (--last)\n", first);
}

}  // namespace

int list(const std::filesystem::path& folder, const Selection& selection) {
    const Store store(folder, Store::Mode::read);
    std::vector<RunHead> runs;
    for (RunHead& run : store.runs())
        if ((selection.machine.empty() || run.machine == selection.machine) &&
            (selection.baseline.empty() || run.baseline == selection.baseline))
            runs.push_back(std::move(run));
    Table table({"at", "commit", "machine", "baseline", "pass", "regressed", "improved", "inconclusive", "other", ""},
                "llllrrrrrl");
    const size_t first = runs.size() > selection.last ? runs.size() - selection.last : 0;
    for (size_t i = first; i < runs.size(); ++i) table.row(run_row(store, runs[i]));
    table.print();
    fmt::print("{} runs{}\n", runs.size(), first ? fmt::format(", {} earlier ones are not shown (--last)", first) : "");
    return 0;
}

int show(const std::filesystem::path& folder, const std::string& name, const Selection& selection) {
    const Store store(folder, Store::Mode::read);
    const Series series = selected(store, selection);
    bool found = false;
    for (const Call& call : store.calls()) {
        if (call.function != name && !glob_matches(name.c_str(), call.name.c_str())) continue;
        if (!found) fmt::print("{}\n", described(series));
        found = true;
        fmt::print("\n");
        show_call(series, history_of(store, series, call), selection.last);
    }
    if (!found)
        throw std::runtime_error(printable(name) +
                                 " is no call of the history; a call is named like add/smallest, "
                                 "add/* or add");
    return 0;
}

int changes(const std::filesystem::path& folder, const Selection& selection) {
    const Store store(folder, Store::Mode::read);
    const Series series = selected(store, selection);
    fmt::print("{}\n\n", described(series));
    Table table({"call", "from", "commit", "change", "was", "is", "p", "subject"}, "lllrrrrl");
    SignMonitor monitor(series.runs.size());
    size_t points = 0;
    for (const Call& call : store.calls()) {
        const CallHistory history = history_of(store, series, call);
        monitor.take(history.runs);
        for (const ChangePoint& change : history.changes) {
            const RunHead& run = series.runs[change.at];
            ++points;
            table.row({printable(call.name), time_shown(run.at), or_dash(run.commit, 12),
                       percent(change.after - change.before), fmt::format("{:.3f}", std::exp(change.before)),
                       fmt::format("{:.3f}", std::exp(change.after)), fmt::format("{:.1g}", change.p_value),
                       printable(run.subject, 48)});
        }
    }
    if (points) table.print();
    const Signs signs = monitor.signs();
    fmt::print("{}{} change points in {} calls; calls became slower than the baseline in {} runs, faster in {}\n",
               points ? "\n" : "", points, store.calls().size(), signs.regressed, signs.improved);
    if (const std::string warning = warning_of(signs); !warning.empty()) fmt::print("warning: {}\n", warning);
    return 0;
}

}  // namespace simple::history
