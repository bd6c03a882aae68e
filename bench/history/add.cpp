#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "bench/history/commands.h"
#include "bench/history/printable.h"
#include "bench/history/store.h"
#include "ci/host/run_program.h"

namespace simple::history {
namespace {

// One line of git's about the current folder; "" where there is no git, no repository, or no such commit.
std::string git(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"/usr/bin/env", "git"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const ProgramRun run = run_program(command);
    return run.exit_code == 0 ? run.output.substr(0, run.output.find('\n')) : "";
}

// HEAD, with "-dirty" where tracked files differ from it: that is another program.
std::string head() {
    const std::string commit = git({"rev-parse", "--verify", "HEAD"});
    if (commit.empty()) return "";
    return commit + (git({"status", "--porcelain", "--untracked-files=no"}).empty() ? "" : "-dirty");
}

// What the report itself says, where the option does not.
std::string given(const std::string& option, const nlohmann::json& report, const char* key) {
    if (!option.empty() || !report.is_object()) return option;
    const auto at = report.find(key);
    return at != report.end() && at->is_string() ? at->get<std::string>() : "";
}

}  // namespace

int add(const std::filesystem::path& folder, const AddOptions& options) {
    std::ifstream in(options.file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in || text.str().empty()) throw std::runtime_error(options.file + " cannot be read, or is empty");
    Run run;
    try {
        run.report = parse_json(text.str());
        calls_of(run.report);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(fmt::format("{}: {}. Nothing was added", options.file, error.what()));
    }
    run.commit = options.commit.empty() ? head() : options.commit;
    run.subject = options.subject;
    if (run.subject.empty() && !run.commit.empty() && run.commit.front() != '-')
        run.subject = git({"log", "-1", "--format=%s", run.commit.substr(0, run.commit.find("-dirty"))});
    run.baseline = given(options.baseline, run.report, "baseline");
    run.machine = given(options.machine, run.report, "comparability_key");
    run.at = options.at.empty() ? utc_now() : utc_time(options.at);
    const bool added = Store(folder, Store::Mode::write).add(run);
    fmt::print("{} {}: {} calls{}\n", added ? "added" : "is there already:", id_of(run), run.report.at("rows").size(),
               run.commit.empty() ? "" : " of " + printable(run.commit, 16));
    return 0;
}

}  // namespace simple::history
