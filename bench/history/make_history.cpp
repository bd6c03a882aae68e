// make_history: a history as long as years make it, drawn by chance and the same for the same seed, through the same
// door as a real one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <ctime>
#include <random>

#include "bench/compare/decide.h"
#include "bench/history/store.h"
#include "impl/abi/function_table.h"

namespace {

using namespace simple;
using nlohmann::json;

constexpr size_t kProcesses = 6;

// A call and what became of it: levels change now and then, and most changes are taken back.
struct Drawn {
    std::string function;
    double ns;
    double level = 0;  // log ratio to the baseline
    double noise;
};

json samples(double ns, double level, double noise, std::mt19937& random) {
    std::normal_distribution<double> process(0, noise);
    json ratio = json::array(), null = ratio, spread = ratio, baseline = ratio, candidate = ratio;
    for (size_t i = 0; i < kProcesses; ++i) {
        const double base = ns * std::exp(process(random));
        ratio.push_back(std::exp(level + process(random)));
        null.push_back(std::exp(process(random)));
        spread.push_back(std::abs(process(random)));
        baseline.push_back(base);
        candidate.push_back(base * ratio.back().get<double>());
    }
    return {
        {"ratio", ratio}, {"null", null}, {"noise", spread}, {"baseline_ns", baseline}, {"candidate_ns", candidate}};
}

json row_of(const Drawn& call, std::mt19937& random) {
    const json found = samples(call.ns, call.level, call.noise, random);
    const std::vector<double> ratios = found.at("ratio");
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    const double middle = statistics::median(ratios);
    compare::Decision decision = compare::Decision::pass;
    if (*low > 1 + compare::kMargin)
        decision = compare::Decision::regressed;
    else if (*high < 1 - compare::kMargin)
        decision = compare::Decision::improved;
    else if (*high > 1 + compare::kResolution)
        decision = compare::Decision::inconclusive;
    return {{"name", call.function + "/smallest"},
            {"function", call.function},
            {"size", "smallest"},
            {"operands", ""},
            {"decision", compare::name_of(decision)},
            {"message", ""},
            {"ratio", middle},
            {"low", *low},
            {"high", *high},
            {"p_value", 1.0},
            {"screened", found}};
}

history::Run run_of(std::vector<Drawn>& calls, size_t number, size_t period, std::mt19937& random) {
    std::uniform_real_distribution<double> part(0, 1);
    std::string subject = "Nothing that is timed";
    for (Drawn& call : calls) {
        if (part(random) > 1.0 / static_cast<double>(period)) continue;
        call.level = part(random) < 0.5 ? 0 : std::normal_distribution<double>(0, 0.03)(random);
        subject = call.function + ": where a < b & c > d nothing is <b>copied</b>";
    }
    json rows = json::array();
    for (const Drawn& call : calls) rows.push_back(row_of(call, random));
    const std::time_t at = 1700000000 + static_cast<std::time_t>(number) * 5400;
    char text[sizeof "2023-11-14T22:13:20Z"];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&at));
    // One commit in eleven is measured twice.
    std::mt19937 commit(static_cast<unsigned>(number - number % 11 / 10));
    return {text,
            fmt::format("{:08x}{:08x}{:08x}{:08x}{:08x}", commit(), commit(), commit(), commit(), commit()),
            subject,
            "v1.0.0",
            "made by chance, 2 cores",
            {{"format", "compare 1.0"},
             {"version", "1.13.0+cpu"},
             {"not_comparable", ""},
             {"nulls_off", json::array()},
             {"rows", rows}}};
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("Writes a history of runs that were drawn by chance.");
    std::string folder;
    size_t runs = 10000, functions = 104, seed = 1;
    app.add_option("--folder", folder, "where the history is")->required();
    app.add_option("--runs", runs, "[10000]");
    app.add_option("--functions", functions, "at most those of the contract [104]");
    app.add_option("--seed", seed, "[1]");
    CLI11_PARSE(app, argc, argv);
    std::mt19937 random(static_cast<unsigned>(seed));
    std::uniform_real_distribution<double> ns(std::log(50), std::log(1e6)), noise(0.001, 0.01);
    std::vector<Drawn> calls;
    for (size_t i = 0; i < std::min(functions, kFunctionCount); ++i)
        calls.push_back({std::string(simple::functions()[i].name), std::exp(ns(random)), 0, noise(random)});
    history::Store store(folder, history::Store::Mode::write);
    std::vector<history::Run> batch;
    for (size_t i = 0; i < runs; ++i) {
        batch.push_back(run_of(calls, i, std::max<size_t>(50, runs / 4), random));
        if (batch.size() == 100 || i + 1 == runs) {
            store.add_all(batch);
            batch.clear();
        }
    }
    fmt::print("{} runs of {} calls in {}\n", runs, calls.size(), folder);
} catch (const std::exception& error) {
    fmt::print(stderr, "make_history: {}\n", error.what());
    return 2;
}
