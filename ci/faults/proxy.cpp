// The proxy library: all functions of the table, forwarded to the backend that SIMPLE_FAULT_INNER names, with the
// faults that SIMPLE_FAULT names (ids that '+' joins; "" or unset: none). Both are read once, at the first call.
//
// A suite that serves (ci/testkit/serve.h) loads all of this once and forks for each fault: SIMPLE_FAULT_FILE then
// names a file. The first process plants nothing; each child of it plants what the file's first line says, and adds a
// line "planted".
//
// Where SIMPLE_CALL_RECORD names a file, the calls of each function are recorded there (ci/testkit/call_record.h).
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "ci/faults/planted_together.h"
#include "ci/faults/planting.h"
#include "ci/testkit/call_record.h"

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

Backend& table() {
    static Backend backend;
    return backend;
}

std::string first_line_of(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) refuse("cannot read " + file);
    return line;
}

void say_planted(const std::string& file) {
    const int fd = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    const std::string line = "planted\n";
    const bool said = fd >= 0 && write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    if (fd >= 0) close(fd);
    if (!said) refuse("cannot write to " + file);
}

void plant(const std::string& ids) {
    try {
        plant_together(table(), ids);
    } catch (const std::exception& error) {
        refuse(error.what());
    }
}

// What the child starts, or forks itself, finds its faults as any process does.
void plant_in_child() {
    const std::string file = variable("SIMPLE_FAULT_FILE");
    if (file.empty()) return;
    const std::string ids = first_line_of(file);
    setenv("SIMPLE_FAULT", ids.c_str(), 1);
    unsetenv("SIMPLE_FAULT_FILE");
    plant(ids);
    say_planted(file);
}

CallRecord* g_record = nullptr;

const Backend& active() {
    static const bool ready = [] {
        const std::string path = variable("SIMPLE_FAULT_INNER");
        if (path.empty()) refuse("SIMPLE_FAULT_INNER names no backend");
        try {
            inner() = load_backend(path);
        } catch (const std::exception& error) {
            refuse(error.what());
        }
        if (!inner().missing.empty()) refuse(path + " lacks " + inner().missing.front());
        table() = inner();
        if (variable("SIMPLE_FAULT_FILE").empty())
            plant(variable("SIMPLE_FAULT"));
        else
            pthread_atfork(nullptr, nullptr, plant_in_child);
        g_record = map_call_record();
        if (!g_record && !variable(kCallRecord).empty()) refuse("cannot map " + variable(kCallRecord));
        return true;
    }();
    static_cast<void>(ready);
    return table();
}

// Before the first fork, whether or not the suite calls anything before that.
__attribute__((constructor)) void load_in_server() {
    if (!variable("SIMPLE_FAULT_FILE").empty()) active();
}

// A call of an exported function: what it says of errors holds until the next.
void enter() { planted::leave_nothing(); }

// Notes how the call of an exported function ends.
class Noted {
  public:
    explicit Noted(Fn fn) : fn_(fn) {}
    ~Noted() {
        if (!g_record) return;
        const bool tells_of_the_last = fn_ == Fn::last_error_code || fn_ == Fn::last_error_message;
        const int32_t left = planted::left_code();
        const int32_t code = tells_of_the_last ? 0 : left >= 0 ? left : inner().last_error_code();
        g_record->codes[static_cast<size_t>(fn_)] |= code_bit(code);
    }
    Noted(const Noted&) = delete;

  private:
    Fn fn_;
};

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
