#include "impl/torch/failure.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace simple::torch_backend {
namespace {

Fault fault(Code code, std::initializer_list<std::string_view> parts) noexcept {
    Fault made(code);
    for (const std::string_view part : parts) {
        const size_t fits = std::min(part.size(), kLongestText - made.size);
        std::memcpy(made.text + made.size, part.data(), fits);
        made.size = static_cast<uint16_t>(made.size + fits);
    }
    return made;
}

// The first line, as what follows is LibTorch's own context.
Fault of_libtorch(Code code, std::string_view text, std::string_view before = "") noexcept {
    text = text.substr(0, text.find('\n'));
    if (text.find("INTERNAL ASSERT FAILED") != text.npos) return fault(code, {"LibTorch failed a check of its own"});
    if (text.substr(0, 13) == "[enforce fail") text.remove_prefix(std::min(text.size(), text.find("] ") + 2));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(". ")));
    return fault(code, {before, text});
}

// Of a decomposition, whose one tensor is the handle. LibTorch says which routine of whose stopped where; a batch's
// matrix is what a caller can look for.
Fault not_decomposed(std::string_view text) noexcept {
    if (text.find("converge") == text.npos) return of_libtorch(Code::numerical, text, "handle: ");
    std::string_view in_matrix, number;
    constexpr std::string_view kBatch = "(Batch element ";
    if (const size_t found = text.find(kBatch); found != text.npos) {
        number = text.substr(found + kBatch.size());
        number = number.substr(0, number.find_first_not_of("0123456789"));
        in_matrix = " in matrix ";
    }
    return fault(Code::numerical, {"the decomposition of handle does not converge", in_matrix, number});
}

Fault out_of_memory(std::string_view text) noexcept {
    constexpr std::string_view kBefore = "tried to allocate ";
    const size_t found = text.find(kBefore);
    if (found == text.npos) return fault(Code::memory, {"out of memory"});
    text.remove_prefix(found + kBefore.size());
    return fault(Code::memory, {"out of memory: ", text.substr(0, text.find_first_not_of("0123456789")), " bytes"});
}

}  // namespace

Fault classified() noexcept {
    try {
        throw;
    } catch (const Fault& known) {
        return known;
    } catch (const std::bad_alloc&) {
        return fault(Code::memory, {"out of memory"});
    } catch (const c10::LinAlgError& error) {
        return not_decomposed(error.what_without_backtrace());
    } catch (const c10::OutOfMemoryError& error) {
        return out_of_memory(error.what_without_backtrace());
    } catch (const c10::Error& error) {
        const std::string_view text = error.what_without_backtrace();
        // The CPU allocator throws a plain Error, whose text E4 names; so do shapes of more than 5 dims.
        for (const char* known : {"DefaultCPUAllocator: can't allocate", "Could not allocate memory"})
            if (text.find(known) != text.npos) return out_of_memory(text);
        return of_libtorch(Code::other, text);
    } catch (const std::exception& error) {
        return of_libtorch(Code::other, error.what());
    } catch (...) {
        return fault(Code::other, {"an exception of unknown type"});
    }
}

}  // namespace simple::torch_backend
