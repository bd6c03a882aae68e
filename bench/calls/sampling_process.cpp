#include "bench/calls/sampling_process.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>

#include "ci/host/run_program.h"
#include "ci/run/prepared_run.h"
#include "reports/glob.h"

namespace simple::bench {
namespace {

using Json = nlohmann::json;

// A file that goes with the object.
class Temporary {
  public:
    Temporary() {
        path_ = (std::filesystem::temp_directory_path() / "samples.XXXXXX").string();
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

// Each call has an alarm of its own.
constexpr double kNoLimit = std::numeric_limits<double>::infinity();

std::vector<std::string> sampling_into(const Temporary& file, std::vector<std::string> command, const Choice& choice) {
    command.insert(command.end(), {"--sample", file.path()});
    for (const auto& [option, names] : {std::pair("--filter", choice.filters), std::pair("--except", choice.except)})
        if (!names.empty()) command.insert(command.end(), {option, fmt::format("{}", fmt::join(names, ","))});
    return command;
}

std::string words_of(const gate::Ending& ending) {
    return ending.signal ? fmt::format("signal {}", ending.signal) : fmt::format("exit code {}", ending.exit_code);
}

Sampled what_it_wrote(const Temporary& file, const std::function<void(const Json&)>& take, int signal,
                      const std::string& ending, const std::string& errors) {
    std::ifstream lines(file.path());
    std::string text, open;
    bool ended = false;
    while (std::getline(lines, text)) {
        const Json line = Json::parse(text, nullptr, false);
        if (line.is_discarded()) break;  // torn
        open = line.value("begin", std::string());
        ended = ended || line.contains("ended") || line.contains("not_comparable");
        take(line);
    }
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
    const Temporary file;
    const ProgramRun ran = run_program(sampling_into(file, std::move(command), choice));
    return what_it_wrote(file, take, ran.signal, ran.ending(), ran.errors);
}

std::vector<Sampled> run_sampling_prepared(const std::vector<std::string>& command, const Choice& choice, size_t count,
                                           const std::function<void(const Json&)>& take) {
    std::vector<Temporary> files(count);
    gate::PreparedRuns runs;
    for (const Temporary& file : files)
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
