#include "property/table/surroundings.h"

#include <dirent.h>

#include <cfenv>
#include <clocale>
#include <csignal>
#include <sstream>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace simple::property {
namespace {

int open_files() {
    int count = 0;
    if (DIR* directory = opendir("/proc/self/fd")) {
        while (readdir(directory)) count++;
        closedir(directory);
    }
    return count;
}

}  // namespace

std::string Surroundings::now(const Backend& backend) const {
    std::ostringstream state;
    state << "rounding " << std::fegetround();
#ifdef __SSE__
    state << ", control word " << (_mm_getcsr() & ~0x3fu);  // without the six status flags
#endif
    state << ", locale " << std::setlocale(LC_ALL, nullptr) << ", handlers";
    for (int signal = 1; signal < 32; signal++) {
        struct sigaction action {};
        sigaction(signal, nullptr, &action);
        state << ' ' << reinterpret_cast<void*>(action.sa_handler);
    }
    state << ", open files " << open_files();
    const int64_t leaf = backend.eye(1);
    backend.set_requires_grad(leaf, true);
    const int64_t computed = backend.neg(leaf);
    state << ", gradients " << (backend.requires_grad(computed) ? "on" : "off");
    backend.free(computed);
    backend.free(leaf);
    return state.str();
}

void restore_surroundings() {
    struct State {
        int rounding = std::fegetround();
        std::string locale = std::setlocale(LC_ALL, nullptr);
        struct sigaction actions[32] = {};
        State() {
            for (int signal = 1; signal < 32; signal++) sigaction(signal, nullptr, &actions[signal]);
        }
    };
    static const State first;
    std::fesetround(first.rounding);
    std::setlocale(LC_ALL, first.locale.c_str());
    for (int signal = 1; signal < 32; signal++) sigaction(signal, &first.actions[signal], nullptr);
}

Surroundings::Surroundings(const Backend& backend) : state_(now(backend)) {}

std::string Surroundings::difference(const Backend& backend) const {
    const std::string after = now(backend);
    return after == state_ ? "" : "before: " + state_ + "\nafter:  " + after;
}

}  // namespace simple::property
