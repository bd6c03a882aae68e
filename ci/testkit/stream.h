// Owns one stream handle.
#pragma once

#include <cstdint>

#include "impl/abi/backend.h"

namespace simple {

class Stream {
  public:
    Stream(const Backend& b, int32_t device) : b_(b), handle_(b.stream_create(device)) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { b_.stream_free(handle_); }
    int64_t get() const { return handle_; }

  private:
    const Backend& b_;
    int64_t handle_;
};

}  // namespace simple
