// What cases on CUDA devices are made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ci/testkit/client.h"
#include "ci/testkit/stream.h"
#include "golden/suite/special.h"

namespace simple::golden {

using Numbers = std::vector<double>;

inline const Numbers kNumbers{1, 2, 3, 4}, kDoubled{2, 4, 6, 8}, kSquares{1, 4, 9, 16};

inline Tensor on(const Backend& b, int32_t device, const Numbers& numbers = kNumbers) {
    const Tensor here = make(b, DType::f64, numbers, {static_cast<int64_t>(numbers.size())});
    return Tensor(b, b.cuda(here.get(), device));
}

// The kernel that makes it may still be at work.
inline Tensor doubled(const Backend& b, const Tensor& x) { return Tensor(b, b.add(x.get(), x.get())); }

inline Tensor sent(const Backend& b, const Tensor& x, int32_t device, const Stream& stream) {
    return Tensor(b, b.to_stream(x.get(), device, stream.get()));
}

// A case of the function that its id begins with.
using DeviceCheck = void(const Backend&);
inline Case on_devices(const Backend& b, const std::string& id, std::vector<std::string> promises, DeviceCheck* check) {
    return {id, id.substr(0, id.find('/')), std::move(promises), true, [&b, check] { check(b); }, "cuda"};
}

}  // namespace simple::golden
