// The proxy library: all functions of the table, forwarded to the backend that SIMPLE_FAULT_INNER names, with the fault
// that SIMPLE_FAULT names ("" or unset: none). Both are read once, at the first call.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ci/faults/planted_fault.h"

namespace simple {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// A wrong setup ends the process: a proxy that quietly forwarded would make a fault look uncaught, or caught.
[[noreturn]] void refuse(const std::string& why) {
    std::fprintf(stderr, "libsimple_faults: %s\n", why.c_str());
    std::exit(2);
}

Backend planted_backend() {
    const std::string path = variable("SIMPLE_FAULT_INNER"), id = variable("SIMPLE_FAULT");
    if (path.empty()) refuse("SIMPLE_FAULT_INNER names no backend");
    try {
        inner() = load_backend(path);
    } catch (const std::exception& error) {
        refuse(error.what());
    }
    if (!inner().missing.empty()) refuse(path + " lacks " + inner().missing.front());
    Backend backend = inner();
    if (id.empty()) return backend;
    const auto faults = planted_faults();
    const PlantedFault* fault = find_planted_fault(faults, id);
    if (!fault) refuse("no fault is called " + id);
    fault->plant(backend);
    return backend;
}

const Backend& active() {
    static const Backend backend = planted_backend();
    return backend;
}

}  // namespace
}  // namespace simple

#define RT_API extern "C" __attribute__((visibility("default")))
using simple::active;
#include "forward.inc"
