#include "bench/calls/sampling_process.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>

#include "ci/host/run_program.h"
#include "ci/run/prepared_run.h"
#include "ci/run/running.h"
#include "impl/abi/temporary_folder.h"
#include "reports/glob.h"

namespace simple::bench {
namespace {

using Json = nlohmann::json;

std::string file_in(const TemporaryFolder& folder, size_t number = 0) {
    return folder.path() / fmt::format("{}.jsonl", number);
}

// Each call has an alarm of its own.
constexpr double kNoLimit = std::numeric_limits<double>::infinity();

std::vector<std::string> sampling_into(const std::string& file, std::vector<std::string> command,
                                       const Choice& choice) {
    command.insert(command.end(), {"--sample", file});
    for (const auto& [option, names] : {std::pair("--filter", choice.filters), std::pair("--except", choice.except)})
        if (!names.empty()) command.insert(command.end(), {option, fmt::format("{}", fmt::join(names, ","))});
    return command;
}

std::string words_of(const gate::Ending& ending) {
    return ending.signal ? fmt::format("signal {}", ending.signal) : fmt::format("exit code {}", ending.exit_code);
}

void read_lines(const std::string& file, const std::function<void(const Json&)>& take) {
    std::ifstream lines(file);
    for (std::string text; std::getline(lines, text);) {
        const Json line = Json::parse(text, nullptr, false);
        if (line.is_discarded()) return;  // torn
        take(line);
    }
}

Sampled what_it_wrote(const std::string& file, const std::function<void(const Json&)>& take, int signal,
                      const std::string& ending, const std::string& errors) {
    std::string open;
    bool ended = false;
    read_lines(file, [&](const Json& line) {
        open = line.value("begin", std::string());
        ended = ended || line.contains("ended") || line.contains("not_comparable");
        take(line);
    });
    if (ended) return {};
    if (open.empty()) throw std::runtime_error(fmt::format("a measuring process ended with {}: {}", ending, errors));
    return {open, signal == SIGALRM, ending};
}

}  // namespace

bool Choice::takes(const std::string& name) const {
    return selected_by(filters, name) && std::find(except.begin(), except.end(), name) == except.end();
}

void SampleLines::operator()(const Json& line) {
    out_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
    if (!out_) throw std::runtime_error("cannot write " + file_);
}

Sampled run_sampling(std::vector<std::string> command, const Choice& choice,
                     const std::function<void(const Json&)>& take) {
    const TemporaryFolder folder("samples");
    const std::string file = file_in(folder);
    const ProgramRun ran = run_program(sampling_into(file, std::move(command), choice));
    return what_it_wrote(file, take, ran.signal, ran.ending(), ran.errors);
}

struct SamplingRun::State {
    State(std::vector<std::string> command, const Choice& choice)
        : running(sampling_into(file, std::move(command), choice), kNoLimit) {}
    TemporaryFolder folder{"samples"};
    std::string file = file_in(folder);
    gate::Running running;
};

SamplingRun::SamplingRun(std::vector<std::string> command, const Choice& choice)
    : state_(std::make_unique<State>(std::move(command), choice)) {}
SamplingRun::~SamplingRun() = default;

bool SamplingRun::look() { return state_->running.look(); }

Sampled SamplingRun::take(const std::function<void(const Json&)>& take) {
    const gate::Ran ran = state_->running.take();
    return what_it_wrote(state_->file, take, ran.ending.signal, words_of(ran.ending), ran.output);
}

std::vector<Sampled> run_sampling_prepared(const std::vector<std::string>& command, const Choice& choice, size_t count,
                                           const std::function<void(const Json&)>& take) {
    const TemporaryFolder folder("samples");
    std::vector<std::string> files;
    for (size_t i = 0; i < count; ++i) files.push_back(file_in(folder, i));
    gate::PreparedRuns runs;
    for (const std::string& file : files)
        runs.push_back(std::make_unique<gate::PreparedRun>(sampling_into(file, command, choice), kNoLimit));
    gate::prepare(runs);
    std::vector<Sampled> sampled;
    for (size_t i = 0; i < count; ++i) {
        const gate::Ran ran = runs[i]->go();
        sampled.push_back(what_it_wrote(files[i], take, ran.ending.signal, words_of(ran.ending), ran.output));
    }
    return sampled;
}

}  // namespace simple::bench
