#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch)
# Expected: a library that is loaded before a program registers an exit handler has been set up by then, so that the handler,
#     which runs before whatever was registered earlier, may still call it. LibTorch's settings and its generator are one a
#     process.
# Seen: they are made in the first operation that needs them, and so are their destructors registered, behind the handler's
#     registration: exit destroys them first. The settings have a table to destroy, which 2.6.0 lacked and every convolution
#     reads.
# Means: in an exit handler, or a destructor of a static that is older than the first operation, a convolution reads freed memory,
#     and a random number is drawn from a generator that is no more. What saves, logs or checks with tensors at exit must be
#     registered after the first operation of each kind, or run before exit. A binding can make the settings when it is
#     loaded, and has to tell its callers of the rest. The program here only watches the order and calls nothing at exit.
source "$(dirname "$0")/common.sh"
need g++
pypi torch==2.13.0
cat >"$work/finding.cpp" <<'END'
#include <dlfcn.h>
#include <cstdio>
#include <cstdlib>
namespace at {
class Context;
Context& globalContext();
struct Generator;
namespace detail {
const Generator& getDefaultCPUGenerator();
}
}  // namespace at
const char* making = nullptr;
struct Watched { void (*destroy)(void*); void* object; const char* name; };
void watched(void* argument) {
    auto* entry = static_cast<Watched*>(argument);
    std::printf("exit destroys %s\n", entry->name);
    entry->destroy(entry->object);
}
// The C library's, in front of it: destructors of what is being made are watched.
extern "C" int __cxa_atexit(void (*destroy)(void*), void* object, void* library) {
    static auto next = reinterpret_cast<int (*)(void (*)(void*), void*, void*)>(dlsym(RTLD_NEXT, "__cxa_atexit"));
    if (!making) return next(destroy, object, library);
    return next(watched, new Watched{destroy, object, making}, library);
}
int main() {
    std::atexit([] { std::puts("the program's handler runs"); });
    making = "the settings", at::globalContext();
    making = "the generator", at::detail::getDefaultCPUGenerator();
    making = nullptr;
}
END
attempt g++ -std=c++17 -rdynamic "$work/finding.cpp" -o "$work/finding" -L"$work/python/torch/lib" -ltorch_cpu -lc10 -ldl \
    -Wl,--allow-shlib-undefined "-Wl,-rpath,$work/python/torch/lib"
"$work/finding" | behaves 3<<'END'
exit destroys the generator
exit destroys the settings
the program's handler runs
END
