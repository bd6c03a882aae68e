// Errors at the C boundary: a fault is thrown inside a backend and ends at the boundary as code and message in the
// calling thread's store (promises E2 to E6). Where memory is out, faults still are what they are: a text is made in
// place, and the C++ runtime keeps memory back for exceptions.
#pragma once

#include <fmt/core.h>

#include <string_view>

#include "impl/abi/function_table.h"
#include "impl/errors/fast_tls.h"
#include "impl/errors/thread_text.h"

namespace simple {

// What went wrong: the contract's code, and the argument and values at fault ("other has shape [4], handle [2, 3]:
// ...").
struct Fault {
    Code code;

    explicit Fault(Code c) noexcept : code(c) {}
    Fault(const Fault& other) noexcept;  // as much of the text as there is
    std::string_view detail() const noexcept { return {text, size}; }

    uint16_t size = 0;
    char text[kLongestText];
};

// A handle that names nothing of its kind: the Fault of code 1, as three words. Making the text is left to whoever asks
// for the message, so that nothing but the throw costs time. The names are literals.
struct BadHandle {
    int64_t handle;
    const char* parameter;
    const char* kind;
};

// A Fault whose detail is fmt's text of the values: numbers are the shortest that read back as they were, in any
// locale.
Fault formatted(Code code, fmt::string_view text, fmt::format_args values);
// Throws it, in the caller's own frame: each frame that an exception leaves costs it 150 to 250 ns.
template <typename... Values>
[[noreturn, gnu::always_inline]] inline void fail(Code code, fmt::format_string<Values...> text, Values&&... values) {
    throw formatted(code, text, fmt::make_format_args(values...));
}

// The calling thread's latest error. One store a thread; the message is put together when it is asked for.
namespace last_error {
// Judges once more what was refused: throws the Fault that these numbers are about.
using Numbers = ThreadText::Numbers;
using Judge = void (*)(const Numbers& numbers);

// The code stands apart from the text: setting it to 0, which every successful call does, is one store.
SIMPLE_FAST_TLS extern __thread Code t_code;

inline void clear() noexcept { t_code = Code::ok; }
void set(Fn fn, Code code, std::string_view detail) noexcept;
inline void set(Fn fn, const Fault& fault) noexcept { set(fn, fault.code, fault.detail()); }
// A failure without a throw, which alone costs as much as two small calls: judge is asked for the detail when the
// message is.
void set_judged(Fn fn, Code code, Judge judge, const Numbers& numbers) noexcept;
int32_t code() noexcept;
// "rt_torch_torchtensor_add: <detail>", "" when code() is 0; made with malloc for the caller, NULL where that fails.
char* message() noexcept;
}  // namespace last_error

}  // namespace simple
