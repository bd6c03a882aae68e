// Blocks that nothing points to but the table of handles, at exit: LeakSanitizer sees that they are held. Of blocks
// that nothing points to at all it tells.
//
//     held_by_table held|lost
#include <string>

#include "impl/handles/slot_map.h"

namespace {

struct Held {
    int* block;
};
struct Stream {};

constexpr int kBlocks = 20000;  // of more than one chunk, and too many for a stack or registers to hold by chance

int* volatile g_latest;  // for the compiler, which would make no block that is used nowhere

void make(bool held) {
    for (int i = 0; i < kBlocks; ++i) {
        int* const block = new int(i);
        g_latest = block;
        if (held) simple::SlotMap<Held, Stream>::instance().insert(Held{block});
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const std::string what = argv[1];
    if (what != "held" && what != "lost") return 64;
    make(what == "held");
    return 0;
}
