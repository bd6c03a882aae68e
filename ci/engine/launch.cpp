#include "ci/engine/launch.h"

#include <fmt/format.h>
#include <unistd.h>
#include <wordexp.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "ci/run/launched.h"
#include "ci/run/process.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

constexpr double kLongestWait = 3600;

// Words, quotes, variables and globs as a shell has them; no commands.
std::vector<std::string> words_of(const char* option, const std::string& text) {
    wordexp_t expansion{};
    std::vector<std::string> words;
    const int result = wordexp(text.c_str(), &expansion, WRDE_NOCMD | WRDE_UNDEF);
    if (result == 0) words.assign(expansion.we_wordv, expansion.we_wordv + expansion.we_wordc);
    if (result == 0 || result == WRDE_NOSPACE) wordfree(&expansion);
    const char* problem = result == WRDE_BADCHAR  ? "one of | & ; < > ( ) { } and the line's end needs quotes"
                          : result == WRDE_BADVAL ? "it names a variable that is not set"
                          : result == WRDE_CMDSUB ? "it substitutes a command, which is not done"
                          : result == WRDE_SYNTAX ? "a quote has no other"
                          : result != 0           ? "no memory"
                                                  : nullptr;
    if (problem) throw UsageError(fmt::format("{} '{}': {}", option, text, problem));
    return words;
}

// execv does not look in PATH.
std::string found_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        if (access(name.c_str(), X_OK) != 0) throw UsageError(fmt::format("--launcher: {} is no program", name));
        return name;
    }
    if (const std::string path = in_path(name); !path.empty()) return path;
    throw UsageError(fmt::format("--launcher: no program {} is in PATH", name));
}

bool is_option_with_value(const std::string& word) {
    return word == "-u" || word == "-C" || word == "--unset" || word == "--chdir";
}

// env(1) is told the agent's variables again, behind its own.
void mark_env(std::vector<std::string>& words) {
    const auto env = std::find_if(words.begin(), words.end(), [](const std::string& word) {
        return word == "env" || (word.size() > 4 && word.compare(word.size() - 4, 4, "/env") == 0);
    });
    if (env == words.end()) return;
    auto at = env + 1;
    while (at != words.end() && (at->front() == '-' || at->find('=') != std::string::npos))
        at += is_option_with_value(*at) && at + 1 != words.end() ? 2 : 1;
    words.insert(at, kAssignmentsHere);
}

void demand_assignment(const std::string& text) {
    const std::string name = text.substr(0, text.find('='));
    const bool named =
        !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) &&
        std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
    if (text.find('=') == std::string::npos || !named)
        throw UsageError(fmt::format("--env takes NAME=VALUE, not {}", text));
}

double seconds_of(const std::string& text) {
    double seconds = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seconds, std::chars_format::fixed);
    if (error != std::errc() || stop != end || !(seconds > 0 && seconds <= kLongestWait))
        throw UsageError(fmt::format("--wait-for-library takes seconds, above 0 to {}, not {}", kLongestWait, text));
    return seconds;
}

bool is_script(const std::string& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return false;  // a pipe would keep us waiting
    std::ifstream in(path, std::ios::binary);
    return in.get() == '#' && in.get() == '!';
}

}  // namespace

std::optional<Launch> launch_of(const Options& options, const std::string& candidate, bool program) {
    const bool asked = options.launcher || options.args || !options.env.empty() || options.wait_for_library;
    const bool script = !program && is_script(candidate);
    if (!asked && !script) return std::nullopt;
    if (!program && !script && fs::is_regular_file(candidate))
        throw UsageError(
            fmt::format("--launcher, --args, --env and --wait-for-library start a program, and {} is none", candidate));
    if (options.self_test || options.explain || options.list)
        throw UsageError("--launcher, --args, --env and --wait-for-library start a candidate to judge it");
    Launch launch;
    const auto repeat = [&](const char* option, const std::string& value) {
        launch.options.push_back(std::string(option) + "=" + value);
    };
    if (options.launcher) {
        launch.before = words_of("--launcher", *options.launcher);
        if (launch.before.empty()) throw UsageError("--launcher names no program");
        launch.before.front() = found_program(launch.before.front());
        mark_env(launch.before);
        repeat("--launcher", *options.launcher);
    }
    if (options.args) {
        launch.after = words_of("--args", *options.args);
        repeat("--args", *options.args);
    }
    for (const auto& variable : options.env) {
        demand_assignment(variable);
        launch.environment.push_back(variable);
        repeat("--env", variable);
    }
    if (options.wait_for_library) {
        launch.seconds = seconds_of(*options.wait_for_library);
        repeat("--wait-for-library", *options.wait_for_library);
    }
    return launch;
}

}  // namespace simple::gate
