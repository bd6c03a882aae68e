// A timed call made ready for a backend: operands made, arguments converted once, so that repeating it costs the call
// and the end of its result, and nothing else.
#pragma once

#include <functional>
#include <memory>

#include "bench/calls/timed_call.h"
#include "impl/abi/backend.h"

namespace simple::bench {

class PreparedCall {
  public:
    // Makes the operands and tries the call once. Throws std::runtime_error where the call does not end as it should,
    // with success or, of a failing call, an error; MissingFunction where the backend lacks a function.
    PreparedCall(const Backend& backend, const TimedCall& call, bool fails = false);
    ~PreparedCall();
    PreparedCall(PreparedCall&&) noexcept;

    // What `calls` calls use up is made; not timed.
    void prepare(int calls);
    // The calls that were prepared for. Each result is given back at once: tensors freed, arrays and texts too.
    void run(int calls);
    // Undoes what the calls left behind: grad mode, graphs. prepare and the end of the object do so too.
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace simple::bench
