#include "impl/torch/signals.h"

#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <new>
#include <set>
#include <vector>

#include "impl/abi/link_maps.h"
#include "impl/torch/handlers_before.h"

namespace simple {
namespace {

// root's own dependencies, and theirs.
std::set<const link_map*> dependencies(const char* root) {
    const std::vector<const link_map*> maps = loaded_maps();
    std::set<const link_map*> found;
    std::vector<const link_map*> open;
    const auto take = [&](const char* name) {
        for (const link_map* map : maps)
            if (std::strncmp(base_name(map), name, std::strlen(name)) == 0 && found.insert(map).second)
                open.push_back(map);
    };
    take(root);
    while (!open.empty()) {
        const link_map* map = open.back();
        open.pop_back();
        for (const char* name : needed_by(map)) take(name);
    }
    return found;
}

constexpr size_t kMaskBytes = 8;

KernelAction action_of(int signal) {
    KernelAction action{};
    syscall(SYS_rt_sigaction, signal, nullptr, &action, kMaskBytes);
    return action;
}

// UCX keeps what it replaced, to put it back at its end, and meanwhile lets nobody else set a handler for its signals.
void let_go_of_signals(const link_map* ucx) {
    void* library = dlopen(ucx->l_name, RTLD_NOW | RTLD_NOLOAD);
    if (!library) return;
    if (void* disable = dlsym(library, "ucs_debug_disable_signals")) reinterpret_cast<void (*)()>(disable)();
    dlclose(library);
}

void put_back(const char* root) {
    const Handlers& before = handlers_before();
    const std::set<const link_map*> ours = dependencies(root);
    std::vector<int> taken;
    bool on_stack = false;
    const link_map* ucx = nullptr;
    for (int signal = 1; signal <= Handlers::kSignals; ++signal) {
        if (signal >= __SIGRTMIN && signal < SIGRTMIN) continue;  // the C library's own, for threads
        const KernelAction now = action_of(signal);
        const link_map* map = map_around(now.handler);
        if (ours.count(map) == 0 || std::memcmp(&now, &before.actions[signal], sizeof now) == 0) continue;
        taken.push_back(signal);
        on_stack = on_stack || (now.flags & SA_ONSTACK);
        if (std::strncmp(base_name(map), "libucs.", 7) == 0) ucx = map;
    }
    if (ucx) let_go_of_signals(ucx);
    for (const int signal : taken) syscall(SYS_rt_sigaction, signal, &before.actions[signal], nullptr, kMaskBytes);
    if (on_stack) sigaltstack(&before.stack, nullptr);
}

}  // namespace

void put_back_handlers_of_dependencies(const char* root) noexcept {
    try {
        put_back(root);
    } catch (const std::bad_alloc&) {
        // Handlers stay as they are.
    }
}

}  // namespace simple
