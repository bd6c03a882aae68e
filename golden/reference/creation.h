// float32 tensors made from numbers.
#pragma once

#include "golden/reference/values.h"

namespace simple::reference {

Values arange(double start, double step, int64_t numel);
Values linspace(double start, double end, int64_t steps);
Values eye(int64_t n);

}  // namespace simple::reference
