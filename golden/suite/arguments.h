// A case's arguments as the backend's: tensors are built through the ABI, bad handles made as they arise in life.
#pragma once

#include <string>
#include <vector>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "golden/suite/golden_case.h"

namespace simple::golden {

DType dtype_of(const std::string& name);

// Keeps what the call's handles refer to alive.
struct Arguments {
    Args args;
    std::vector<Tensor> held;
};

Tensor build_tensor(const Backend& backend, const Json& json);
Arguments build_arguments(const Backend& backend, const GoldenCase& c);

}  // namespace simple::golden
