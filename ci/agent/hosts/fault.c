/* A planted fault: minus one is plus one. */
#include "impl/abi/rt_torch.h"

int64_t rt_torch_torchtensor_neg(int64_t tensor) { return rt_torch_torchtensor_abs(tensor); }
