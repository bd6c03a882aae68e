// The proxy library: all functions of the table, forwarded to the backend that SIMPLE_FAULT_INNER names, with the fault
// that SIMPLE_FAULT names ("" or unset: none). Both are read once, at the first call.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ci/faults/planting.h"

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

namespace simple {
namespace {

// A call of an exported function: what it says of errors holds until the next.
void enter() { planted::leave_nothing(); }

int64_t in(int64_t handle) { return surface().inward ? surface().inward(handle) : handle; }
int64_t out(int64_t handle) { return surface().outward && handle > 0 ? surface().outward(handle) : handle; }
SplArray* out_all(SplArray* handles) {
    for (int64_t i = 0; handles && i < handles->len; ++i) handles->items[i].as_int = out(handles->items[i].as_int);
    return handles;
}

// An argument array of handles.
class In {
  public:
    explicit In(const SplArray* given) : given_(given) {
        if (!surface().inward || !given || !given->items || given->len < 0) return;
        items_.assign(given->items, given->items + given->len);
        for (SplValue& item : items_)
            if (item.tag == SPL_INT) item.as_int = in(item.as_int);
        array_ = {items_.data(), given->len, given->cap};
        given_ = &array_;
    }
    operator const SplArray*() const { return given_; }

  private:
    std::vector<SplValue> items_;
    SplArray array_{};
    const SplArray* given_;
};

}  // namespace
}  // namespace simple

#define RT_API extern "C" __attribute__((visibility("default")))
using namespace simple;
#include "forward.inc"
