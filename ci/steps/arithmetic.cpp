#include "ci/steps/arithmetic.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "ci/steps/time_scale.h"
#include "reports/arithmetic_json.h"

namespace simple::gate {
namespace {

constexpr double kSeconds = 60;

}  // namespace

std::vector<std::string> arithmetic_process(const Settings& settings) {
    return {settings.bin + "/simple-probe", settings.candidate, "arithmetic"};
}

double arithmetic_seconds(const Settings& settings) { return kSeconds * time_scale(settings); }

Ran ask_arithmetic(const Settings& settings) {
    return run_to_end(arithmetic_process(settings), kSeconds * time_scale(settings));
}

void note_arithmetic(const Ran& asked, Run& run, std::vector<std::string>& notes) try {
    // In a program another line stands before.
    const auto said = nlohmann::json::parse(asked.events.substr(asked.events.rfind('\n') + 1));
    run.arithmetic = {arithmetic_from(said.at("arithmetic"))};
    // A candidate without LibTorch says nothing of it.
    if (!(run.arithmetic.front() == Arithmetic{}))
        notes.push_back("computes with " + to_string(run.arithmetic.front()));
} catch (const std::exception&) {
    notes.push_back("with what it computes is not known: the process that was asked " +
                    (asked.timed_out ? "did not end" : asked.ending.describe()));
}

}  // namespace simple::gate
