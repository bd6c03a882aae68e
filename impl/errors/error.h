// Errors at the C boundary: a fault is thrown inside a backend and ends at the boundary as code and message in the
// calling thread's store (promises E2 to E6).
#pragma once

#include <string>

#include "impl/abi/function_table.h"
#include "impl/errors/fast_tls.h"

namespace simple {

// What went wrong: the contract's code, and the argument and values at fault ("other has shape [4], handle [2, 3]:
// ...").
struct Fault {
    Code code;
    std::string detail;
};

[[noreturn]] void fail(Code code, std::string detail);

// The calling thread's latest error. One store a thread; the message is put together when it is asked for.
namespace last_error {
// The code stands apart from the text: setting it to 0, which every successful call does, is one store.
SIMPLE_FAST_TLS extern __thread Code t_code;

inline void clear() noexcept { t_code = Code::ok; }
void set(Fn fn, Code code, std::string detail) noexcept;
int32_t code() noexcept;
std::string message();  // "rt_torch_torchtensor_add: <detail>", "" when code() is 0
}  // namespace last_error

}  // namespace simple
