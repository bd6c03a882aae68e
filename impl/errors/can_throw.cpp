#include "impl/errors/can_throw.h"

#include <cstdlib>
#include <exception>

namespace simple {

__thread bool t_can_throw = false;

bool has_memory(size_t bytes) noexcept {
    void* volatile memory =
        std::malloc(bytes);  // volatile: compilers leave out a malloc whose memory only free is given
    std::free(memory);
    return memory != nullptr;
}

bool prepare_to_throw() noexcept {
    constexpr size_t kLocals = 4096;  // libstdc++'s are 32 bytes, and the loader has a list of them
    if (!has_memory(kLocals)) return false;
    static_cast<void>(std::current_exception());  // which stands there
    return t_can_throw = true;
}

}  // namespace simple
