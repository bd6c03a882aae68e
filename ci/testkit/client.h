// A caller's view of a backend for tests: handles that free themselves, values in and out as vectors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {

enum class DType : int32_t {
    f32 = 1,
    f64 = 2,
    i64 = 3,
    boolean = 4,
    other = 5
};

// Owns one tensor handle; move only.
class Tensor {
  public:
    Tensor() = default;
    Tensor(const Backend& backend, int64_t handle) : backend_(&backend), handle_(handle) {}
    Tensor(Tensor&& other) noexcept;
    Tensor& operator=(Tensor&& other) noexcept;
    ~Tensor();

    int64_t get() const { return handle_; }
    explicit operator bool() const { return handle_ > 0; }
    int64_t release();  // gives the handle up without freeing it
    void reset();       // frees the handle now

  private:
    const Backend* backend_ = nullptr;
    int64_t handle_ = 0;
};

// A tensor of the given dtype from row-major values: from_data or from_i64_data, then a cast. int64 values given as
// doubles must be exact; use from_ints beyond 2^53.
Tensor make(const Backend& backend, DType dtype, const std::vector<double>& values, const std::vector<int64_t>& dims);
Tensor from_ints(const Backend& backend, const std::vector<int64_t>& values, const std::vector<int64_t>& dims);

std::vector<double> values(const Backend& backend, int64_t handle);  // to_data; slice + sum where control is absent
std::vector<int64_t> int_values(const Backend& backend, int64_t handle);  // exact for int64 through sums of slices
std::vector<int64_t> shape(const Backend& backend, int64_t handle);
std::string text_of(const std::vector<int64_t>& dims);  // "[64, 784]"
DType dtype(const Backend& backend, int64_t handle);    // other where control is absent
int32_t error_code(const Backend& backend);             // 0 where control is absent
std::string error_message(const Backend& backend);

}  // namespace simple
