#include "ci/steps/process_state.h"

#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <csignal>
#include <filesystem>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace simple::gate {
namespace {

std::string handler_of(const struct sigaction& action) {
    if (action.sa_handler == SIG_DFL) return "default";
    if (action.sa_handler == SIG_IGN) return "ignored";
    return fmt::format("{}", reinterpret_cast<void*>(action.sa_handler));
}

}  // namespace

ProcessState::ProcessState() {
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        if (sigaction(signal, nullptr, &action) != 0) continue;
        const char* name = sigabbrev_np(signal);
        facts_[fmt::format("the handler of {}", name ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal))] =
            handler_of(action);
    }
    facts_["the rounding mode"] = std::to_string(std::fegetround());
#ifdef __SSE__
    facts_["the floating-point control word"] =
        fmt::format("{:#x}", _mm_getcsr() & ~0x3fu);  // without six status flags
#endif
    facts_["the locale"] = std::setlocale(LC_ALL, nullptr);
    namespace fs = std::filesystem;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd", ignored)) {
        const std::string target = fs::read_symlink(entry.path(), ignored);
        if (target.find("/proc/") != 0)  // the folder that is being read
            facts_["the open file " + entry.path().filename().string()] = target;
    }
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string text = *entry;
        const size_t equals = text.find('=');
        facts_["the variable " + text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
    }
}

std::vector<std::string> ProcessState::changes() const {
    const ProcessState now;
    std::vector<std::string> lines;
    for (const auto& [what, before] : facts_) {
        const auto found = now.facts_.find(what);
        const std::string after = found == now.facts_.end() ? "not there any more" : found->second;
        if (after != before) lines.push_back(fmt::format("{}: {}, then {}", what, before, after));
    }
    for (const auto& [what, after] : now.facts_)
        if (facts_.count(what) == 0) lines.push_back(fmt::format("{}: not there, then {}", what, after));
    return lines;
}

}  // namespace simple::gate
