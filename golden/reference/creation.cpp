#include "golden/reference/creation.h"

namespace simple::reference {

Values arange(double start, double step, int64_t numel) {
    Values x = zeros(DType::f32, {numel});
    for (int64_t i = 0; i < numel; ++i) x.reals[i] = start + static_cast<double>(i) * step;
    return rounded(x);
}

// Counted from both ends, so that each comes out as given; the ends are float32 first, as PyTorch has it.
Values linspace(double start, double end, int64_t steps) {
    const double first = rounded(start, DType::f32), last = rounded(end, DType::f32);
    const double step = steps > 1 ? (last - first) / static_cast<double>(steps - 1) : 0;
    Values x = zeros(DType::f32, {steps});
    for (int64_t i = 0; i < steps; ++i)
        x.reals[i] = i < (steps + 1) / 2 ? first + static_cast<double>(i) * step
                                         : last - static_cast<double>(steps - 1 - i) * step;
    return rounded(x);
}

Values eye(int64_t n) {
    Values x = zeros(DType::f32, {n, n});
    for (int64_t i = 0; i < n; ++i) x.reals[i * n + i] = 1;
    return x;
}

}  // namespace simple::reference
