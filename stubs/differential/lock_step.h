// Two backends that make the same calls, compared after each in all that a caller can observe without element values.
#pragma once

#include <string>

#include "ci/testkit/draw/program.h"
#include "stubs/differential/allowed.h"

namespace simple {

struct Compared {
    int32_t code = 0;        // of the first backend
    std::string difference;  // "" where the two agree or may differ
    // The entry that lets them differ. What follows in the program is no longer comparable.
    const AllowedDifference* allowed = nullptr;
};

// The code that each call finds on its thread.
enum class Before {
    success,
    failure  // of another call, which both backends refused
};

class LockStep {
  public:
    LockStep(const Backend& real, const Backend& stub, Before before = Before::success);

    Compared run(const Step& step);
    const Runner& real() const { return real_; }
    size_t steps() const { return real_.steps(); }

  private:
    CallPair pair_of(const Step& step, const Outcome& real, const Outcome& stub) const;
    std::string compare(const Step& step, const Outcome& real, const Outcome& stub);
    std::string compare_tensors(int64_t real, int64_t stub) const;
    std::string compare_flags(int64_t real, int64_t stub) const;
    std::string compare_all_flags() const;
    std::string compare_live() const;

    const Backend& first_;
    const Backend& second_;
    Before before_;
    int64_t live_before_[2];
    Runner real_;
    Runner stub_;
};

// Runs a program; the first difference, or "". last, where given, is the code of the last step that ran.
struct ProgramResult {
    std::string difference;
    size_t at = 0;     // the step that differed, or the last that ran
    int32_t code = 0;  // of the last step that ran
    const AllowedDifference* allowed = nullptr;
};
ProgramResult run_program(const Backend& real, const Backend& stub, const Program& program,
                          Before before = Before::success);

// A failure as a person needs it: what differed, and the shrunk program as C.
std::string explain(const Backend& real, const Backend& stub, Program program, const ProgramResult& result,
                    Before before = Before::success);

}  // namespace simple
