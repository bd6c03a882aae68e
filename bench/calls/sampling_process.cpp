#include "bench/calls/sampling_process.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "ci/host/run_program.h"
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
    command.insert(command.end(), {"--sample", file.path()});
    for (const auto& [option, names] : {std::pair("--filter", choice.filters), std::pair("--except", choice.except)})
        if (!names.empty()) command.insert(command.end(), {option, fmt::format("{}", fmt::join(names, ","))});
    const ProgramRun ran = run_program(command);
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
    if (open.empty())
        throw std::runtime_error(fmt::format("a measuring process ended with {}: {}", ran.ending(), ran.errors));
    return {open, ran.signal == SIGALRM, ran.ending()};
}

}  // namespace simple::bench
