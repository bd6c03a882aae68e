// A text that a thread keeps for itself: the reason of its latest failure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace simple {

// Longer ones are cut; a shape of 64 dims fits three times.
inline constexpr size_t kLongestText = 1000;

// A __thread variable of this type is all zeros, the empty text, and has no destructor (thread_end.h). A short text
// needs no memory, so that it is kept where there is none; a longer one is then cut.
struct ThreadText {
    static constexpr size_t kHere = 80;
    using Numbers = std::array<int64_t, kHere / sizeof(int64_t)>;

    union {
        char here[kHere];
        Numbers numbers;  // while size is 0: what a text can be made of
    };
    uint16_t size;
    uint8_t ends;  // how often the thread's end has taken `beyond` away
    char* beyond;  // kLongestText bytes, for texts that are longer than kHere; the thread's end frees it

    void keep(std::string_view text) noexcept;
    std::string_view view() const noexcept { return {size > kHere ? beyond : here, size}; }
};

}  // namespace simple
