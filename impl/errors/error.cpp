#include "impl/errors/error.h"

#include <utility>

namespace simple {
namespace {

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

__thread Code t_code = Code::ok;

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
