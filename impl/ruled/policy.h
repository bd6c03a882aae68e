// The seam between a backend made of the shape rules and its elements. Such a backend is compiled with RULED_ELEMENTS,
// the header of its policy, which defines struct simple::ruled::Elements. Its members are static, and throw a Fault for
// what only elements decide:
//
//   kAvailable, kVersion, kName   what available, version and backend_name say
//   Turn                          an object that is there while a call runs
//   Storage                       a tensor's elements; a copy shares them, as views and aliases do
//   Step                          what undoes a call, kept where a graph is recorded
//   Gradient                      of one tensor, on its way to the leaves
//
//   Storage make(fn, meta, parameters)               the elements that a creation function gives
//   Storage hold(meta, data)                         these elements, row-major: a vector of double or int64_t
//   Step compute(fn, inputs, parameters, results)    fills results, whose metas are there; batch_norm moves its
//                                                    running statistics too
//   double number(fn, inputs)                        the result of a function that gives a number
//   Step copy(x, result)                             fills result: x's elements in its dtype, row-major
//   Step view(x, result)                             of a result that has x's storage already
//   SplArray* read(meta, storage)                    the elements as FLOAT, row-major
//   void seed(number)
//
//   Gradient ones(meta)                              where backward starts
//   Gradient sum(a, b)
//   vector<optional<Gradient>> undo(step, of_results, inputs)   the gradients of so many inputs; those of results are
//                                                               null where none arrived
//   void keep(grad, gradient), add(grad, gradient)   a leaf's first gradient, and later ones
//   void clear(grad)                                 sets it to 0, in place
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <vector>

#include "impl/abi/function_table.h"
#include "impl/rules/rules.h"

namespace simple::ruled {

using rules::Meta;

struct Tensor;

// Elements of a vector or an initializer list, or one, which outlive it.
template <typename T>
class Span {
  public:
    Span(T* first, size_t size) : first_(first), size_(size) {}
    Span(std::initializer_list<std::remove_const_t<T>> list) : Span(list.begin(), list.size()) {}
    Span(std::vector<std::remove_const_t<T>>& vector) : Span(vector.data(), vector.size()) {}

    T* begin() const { return first_; }
    T* end() const { return first_ + size_; }
    size_t size() const { return size_; }
    T& operator[](size_t i) const { return first_[i]; }

  private:
    T* first_;
    size_t size_;
};

using Inputs = Span<const Tensor* const>;  // in the table's order, null where an optional one is absent
using Results = Span<Tensor>;

// A call's other arguments, by type and in the table's order; flags are 0 and 1.
struct Parameters {
    std::initializer_list<int64_t> integers;
    std::initializer_list<double> numbers;
    std::initializer_list<const std::vector<int64_t>*> lists;
};

}  // namespace simple::ruled
