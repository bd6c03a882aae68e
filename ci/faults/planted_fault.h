// Planted faults: each makes one function of a correct backend wrong in one way, as a mistaken implementation would.
// They show that the suites notice: a suite that stays green under a fault of its list has a hole.
#pragma once

#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {

struct PlantedFault {
    const char* id;              // "var.biased": the function, then what is wrong
    Fn function;                 // a case of this function must fail
    const char* what;            // one line for people
    const char* suite;           // the suite that must catch it: golden, differential or property
    void (*plant)(Backend& to);  // replaces functions of the forwarding table
};

std::vector<PlantedFault> planted_faults();
const PlantedFault* find_planted_fault(const std::vector<PlantedFault>& faults, const std::string& id);

// The correct backend that faulty functions call. Set once, before anything is called.
Backend& inner();

// The parts of the list.
const std::vector<PlantedFault>& arithmetic_faults();
const std::vector<PlantedFault>& reduction_faults();
const std::vector<PlantedFault>& shape_faults();
const std::vector<PlantedFault>& nn_faults();
const std::vector<PlantedFault>& state_faults();

// What faulty functions are made of. Helpers that make a temporary tensor free it; a free succeeds and so leaves code
// 0, which is why failed calls are passed on before anything else is called.
namespace planted {

// next(first) with first freed; first itself where it is no handle.
template <typename Next>
int64_t then(int64_t first, Next next) {
    if (first <= 0) return first;
    const int64_t result = next(first);
    if (result <= 0) return result;
    inner().free(first);
    return result;
}

bool is_tensor(int64_t handle);
std::vector<int64_t> dims_of(int64_t handle);
// An argument array with these INT elements, for the length of a full expression.
class Ints {
  public:
    explicit Ints(const std::vector<int64_t>& values);
    operator const SplArray*() const { return &array_; }

  private:
    std::vector<SplValue> items_;
    SplArray array_;
};

// Leaves the calling thread's code as a call that fails with it does. 2, 7, 8 and 9 need no tensor.
void leave_code(Code code);

}  // namespace planted
}  // namespace simple
