#include "ci/steps/process_state.h"

#include <dlfcn.h>
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

#include "impl/abi/link_maps.h"

namespace simple::gate {
namespace {

// Who brought the library along: the first that was loaded of those that need it.
std::string needed_for(const link_map* library) {
    const std::string name = base_name(library);
    for (const link_map* other : loaded_maps())
        for (const char* needed : needed_by(other))
            if (name == needed && *base_name(other)) return fmt::format(", which {} needs", base_name(other));
    return "";
}

std::string place_of(const void* code) {
    const link_map* map = map_around(code);
    Dl_info info{};
    if (!map || dladdr(code, &info) == 0) return fmt::format("{}", code);
    const size_t offset = static_cast<const char*>(code) - static_cast<const char*>(info.dli_fbase);
    return fmt::format("in {} ({:#x})", *base_name(map) ? base_name(map) : "the program", offset);
}

const void* code_of(const struct sigaction& action) { return reinterpret_cast<const void*>(action.sa_handler); }

// How the handler is called.
std::string manner_of(const struct sigaction& action) {
    std::string text;
    constexpr int kRestorer = 0x04000000;  // the C library's own
    if (const int flags = action.sa_flags & ~kRestorer) text += fmt::format(", flags {:#x}", flags);
    std::string blocked;
    for (int signal = 1; signal < NSIG; ++signal)
        if (sigismember(&action.sa_mask, signal) == 1) blocked += fmt::format(" {}", signal);
    if (!blocked.empty()) text += ", blocking signals" + blocked;
    return text;
}

// `needed`: for whom the library with the handler is there.
std::string text_of(const struct sigaction& action, const std::string& needed = "") {
    if (action.sa_handler == SIG_DFL) return "default" + manner_of(action);
    if (action.sa_handler == SIG_IGN) return "ignored" + manner_of(action);
    return place_of(code_of(action)) + needed + manner_of(action);
}

std::string name_of(int signal) {
    const char* name = sigabbrev_np(signal);
    return name ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

// Who needs the library with the handler is told, and no part of what is compared: a library that was there before may
// be needed by the candidate as well.
void add_changes(const std::map<int, struct sigaction>& then, const std::map<int, struct sigaction>& now,
                 ProcessState::Changes& changes) {
    for (const auto& [signal, before] : then) {
        const auto found = now.find(signal);
        if (found == now.end()) continue;
        const struct sigaction& after = found->second;
        if (code_of(before) == code_of(after) && manner_of(before) == manner_of(after)) continue;
        const link_map* library = map_around(code_of(after));
        changes["the handler of " + name_of(signal)] =
            fmt::format("{}, then {}", text_of(before), text_of(after, library ? needed_for(library) : ""));
    }
}

void add_changes(const std::map<std::string, std::string>& then, const std::map<std::string, std::string>& now,
                 ProcessState::Changes& changes) {
    for (const auto& [what, before] : then) {
        const auto found = now.find(what);
        const std::string after = found == now.end() ? "not there any more" : found->second;
        if (after != before) changes[what] = fmt::format("{}, then {}", before, after);
    }
    for (const auto& [what, after] : now)
        if (then.count(what) == 0) changes[what] = fmt::format("not there, then {}", after);
}

}  // namespace

ProcessState::ProcessState() {
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        if (sigaction(signal, nullptr, &action) == 0) handlers_[signal] = action;
    }
    others_["the rounding mode"] = std::to_string(std::fegetround());
#ifdef __SSE__
    others_["the floating-point control word"] =
        fmt::format("{:#x}", _mm_getcsr() & ~0x3fu);  // without six status flags
#endif
    others_["the locale"] = std::setlocale(LC_ALL, nullptr);
    namespace fs = std::filesystem;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd", ignored)) {
        const std::string target = fs::read_symlink(entry.path(), ignored);
        if (target.find("/proc/") != 0)  // the folder that is being read
            others_["the open file " + entry.path().filename().string()] = target;
    }
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string text = *entry;
        const size_t equals = text.find('=');
        others_["the variable " + text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
    }
}

ProcessState::Changes ProcessState::changed_handlers() const {
    Changes changes;
    add_changes(handlers_, ProcessState().handlers_, changes);
    return changes;
}

ProcessState::Changes ProcessState::changes() const {
    const ProcessState now;
    Changes changes;
    add_changes(handlers_, now.handlers_, changes);
    add_changes(others_, now.others_, changes);
    return changes;
}

}  // namespace simple::gate
