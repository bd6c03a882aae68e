// One computation on both sides: through the library's C functions, and the same LibTorch called directly.
#pragma once

#include <string>
#include <vector>

#include "bench/direct/twin.h"
#include "ci/testkit/draw/drawer.h"

namespace simple::accuracy {

enum class Data {
    tenths,  // float32 nearest to 0.1, whose rounding errors all have one sign
    drawn,   // from [0, 1)
};
const char* name_of(Data data);

struct Both {
    std::vector<double> ours, libtorch;
};

class Sides {
  public:
    explicit Sides(const Backend& backend) : backend_(backend), runner_(backend) {}

    Operand filled(const Dims& dims, Data data);
    Operand tensor(const Step& step, const Dims& dims);
    Both number(const Step& step);  // of a call that gives an f64
    Both elements(const Operand& x);
    // The float32 elements of a tensor that filled or tensor gave, as LibTorch holds them.
    const float* data(const Operand& x) const;

  private:
    const Outcome& run(const Step& step);

    const Backend& backend_;
    Runner runner_;
    direct::Twin twin_;
    Outcome outcome_;
};

}  // namespace simple::accuracy
