#include "impl/errors/error.h"

#include <utility>

namespace simple {
namespace {

// The code stands apart from the text: setting it to 0, which every successful call does, is one store.
thread_local Code t_code = Code::ok;

struct Text {
    Fn fn;
    std::string detail;
};
Text& text() {
    thread_local Text text;
    return text;
}

}  // namespace

void fail(Code code, std::string detail) { throw Fault{code, std::move(detail)}; }

namespace last_error {

void clear() noexcept { t_code = Code::ok; }

void set(Fn fn, Code code, std::string detail) noexcept {
    t_code = code;
    text().fn = fn;
    text().detail = std::move(detail);
}

int32_t code() noexcept { return static_cast<int32_t>(t_code); }

std::string message() {
    if (t_code == Code::ok) return "";
    return std::string(function(text().fn).symbol) + ": " + text().detail;
}

}  // namespace last_error
}  // namespace simple
