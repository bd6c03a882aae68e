// Which exceptions a call throws: this program stands before the C++ runtime's own function, for every library.
#pragma once

namespace simple::bench {

struct Throws {
    int all = 0;     // thrown or thrown again
    int others = 0;  // that are no Fault and no BadHandle of the library's own: LibTorch's, the C++ library's
};

// Those of the calling thread since it last asked.
Throws take_throws() noexcept;

}  // namespace simple::bench
