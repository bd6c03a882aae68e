// Which LibTorch this is compiled for: its interfaces to devices differ from version to version.
#pragma once

#include <torch/csrc/api/include/torch/version.h>

#define LIBTORCH_VERSION (TORCH_VERSION_MAJOR * 100 + TORCH_VERSION_MINOR)

#if LIBTORCH_VERSION >= 206
#include <optional>
#else
#include <c10/util/Optional.h>
#endif

namespace simple::simulated_cuda {

#if LIBTORCH_VERSION >= 206
template <typename T>
using Optional = std::optional<T>;
#else
template <typename T>
using Optional = c10::optional<T>;
#endif

}  // namespace simple::simulated_cuda
