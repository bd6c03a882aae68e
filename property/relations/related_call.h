// Calls drawn for relations: valid ones of the tester's table, each of its ways to fail, and valid ones with one
// argument made invalid, or merely other, at random. Which code that gives nobody says: both sides of a relation must
// end with the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "property/table/drawn_call.h"

namespace simple::property {

// The other side of a relation puts in dims of its own.
inline constexpr int64_t kMostDimsToRelate = kMostDims - 4;

// How a valid call of a function is drawn, where not as in the tester's table.
using DrawStep = simple::Step (*)(Drawer&);

struct RelatedCall {
    DrawnCall call;
    std::vector<std::optional<Operand>> known;  // of each reference of the call: none where its tensor is freed
    std::vector<size_t> with_grad;              // steps whose tensors require grad
    std::vector<size_t> strided;                // steps whose tensors are transposed or sliced ones
    std::string spoiled;                        // "weight: other dims"; "" where the call is valid
};

// Only the arguments in `spoiled` are made invalid, all where it is empty.
RelatedCall draw_related(const Backend& backend, Fn fn, DrawStep draw, const std::vector<size_t>& spoiled,
                         Random random);
// A valid call whose value tensors are all float64.
RelatedCall draw_differentiable(Fn fn, DrawStep draw, Random random);

// The arguments of a drawn call whose program has been run: what expressions are made of.
class Arguments {
  public:
    Arguments(const RelatedCall& drawn, Args args) : drawn_(drawn), args_(std::move(args)) {}

    const Args& all() const { return args_; }
    const Arg& operator[](size_t i) const { return args_[i]; }
    int64_t integer(size_t i) const { return std::get<int64_t>(args_[i]); }
    double number(size_t i) const { return std::get<double>(args_[i]); }
    bool flag(size_t i) const { return std::get<bool>(args_[i]); }
    const Array& array(size_t i) const { return std::get<Array>(args_[i]); }
    bool given(size_t i) const { return integer(i) != 0 || tensor(i); }  // of an optional tensor

    // What is known without a call. Of what is no live tensor: nullptr, -1, DType::other, false.
    const Operand* tensor(size_t i, int element = -1) const;
    int64_t ndim(size_t i) const;
    DType dtype(size_t i) const;
    bool requires_grad(size_t i) const;
    bool strided(size_t i) const;  // made by a transposition or a slice, or of what was
    // Whether each handle that the call names is a live tensor's, or 0 for an optional one.
    bool all_live() const;
    // The numbers of an array as T2 has them read; none where it has them refused.
    std::optional<Dims> integers(size_t i) const;
    // The highest dtype of those of these tensors that are given.
    DType common_dtype(const std::vector<size_t>& tensors) const;
    const std::string& spoiled() const { return drawn_.spoiled; }

  private:
    const RelatedCall& drawn_;
    Args args_;
};

}  // namespace simple::property
