#include "impl/errors/thread_text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "impl/errors/thread_end.h"

namespace simple {
namespace {

constexpr std::string_view kCut = "...";

void copy_cut(char* to, size_t room, std::string_view text) {
    std::memcpy(to, text.data(), room - kCut.size());
    std::memcpy(to + room - kCut.size(), kCut.data(), kCut.size());
}

void give_up_beyond(void* what) {
    auto* text = static_cast<ThreadText*>(what);
    if (text->size > ThreadText::kHere) {
        copy_cut(text->here, ThreadText::kHere, text->view());
        text->size = ThreadText::kHere;
    }
    std::free(text->beyond);
    text->beyond = nullptr;
    ++text->ends;
}

// What is promised in the last round of a thread's end never runs.
constexpr uint8_t kLastRound = 4;

ThreadEnd g_end(give_up_beyond);

char* room_beyond(ThreadText& text) noexcept {
    if (text.beyond) return text.beyond;
    if (text.ends + 1 >= kLastRound) return nullptr;
    auto* room = static_cast<char*>(std::malloc(kLongestText));
    if (room && !g_end.promise(&text)) {
        std::free(room);
        room = nullptr;
    }
    return text.beyond = room;
}

}  // namespace

void ThreadText::keep(std::string_view text) noexcept {
    const size_t fits = std::min(text.size(), kLongestText);
    if (fits <= kHere) {
        std::memcpy(here, text.data(), fits);
        size = static_cast<uint16_t>(fits);
    } else if (char* room = room_beyond(*this)) {
        if (fits < text.size())
            copy_cut(room, kLongestText, text);
        else
            std::memcpy(room, text.data(), fits);
        size = static_cast<uint16_t>(fits);
    } else {
        copy_cut(here, kHere, text);
        size = kHere;
    }
}

}  // namespace simple
