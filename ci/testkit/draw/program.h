// Programs as data: a list of calls, each of which may use what earlier ones returned. A program runs on any backend,
// prints as C and is shrunk by leaving steps and elements out.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ci/testkit/call.h"
#include "ci/testkit/draw/random.h"

namespace simple {

// Says that an argument, or an element of an array argument, is a handle that an earlier step returned.
struct Ref {
    size_t argument = 0;
    int element = -1;  // of the array argument; -1: the argument itself
    size_t step = 0;
    int result = 0;  // which handle, where the step returned several
};

struct Step {
    Fn fn = Fn::available;
    Args args;  // what refs name is filled in when the step runs
    std::vector<Ref> refs;
};

using Program = std::vector<Step>;

// Runs steps one after the other and owns the handles that they return.
class Runner {
  public:
    explicit Runner(const Backend& backend) : backend_(backend) {}
    ~Runner() { free_all(); }
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    Outcome run(const Step& step);
    // The step's arguments with the handles that its refs name.
    Args arguments(const Step& step) const;
    // Takes handles that were made otherwise for those that the next step returned.
    void give(std::vector<int64_t> handles) { handles_.push_back(std::move(handles)); }
    // The handles that a step returned; none where it failed. They stay listed after a step that frees them.
    const std::vector<int64_t>& handles(size_t step) const { return handles_[step]; }
    size_t steps() const { return handles_.size(); }
    // Whether handle is one of a run step's and no later step freed it.
    bool live(int64_t handle) const;
    // Frees what is live and leaves every no_grad that the steps entered. Safe to call again.
    void free_all();

  private:
    const Backend& backend_;
    std::vector<std::vector<int64_t>> handles_;
    std::vector<int64_t> freed_;
    int no_grad_depth_ = 0;
};

// The step with one of the handles that it uses in another's place as well; nothing where it uses fewer than two.
std::optional<Step> with_one_handle(Step step, Random& random);

// The program without a step and without the steps that use what it returned.
Program without(const Program& program, size_t step);

// A program as small as removing steps, letting a step's users use its argument in its place, and few elements in the
// place of many can make it while fails(program) stays true. fails(program) must be true to begin with.
Program shrunk(Program program, const std::function<bool(const Program&)>& fails);

// A C11 program over rt_torch.h that runs the steps and prints after each its code and what it returned.
std::string to_c_program(const Program& program);

}  // namespace simple
