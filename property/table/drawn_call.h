// Calls drawn from the tester's table: what is made first, and the call itself.
#pragma once

#include <string>
#include <vector>

#include "ci/testkit/draw/calls.h"
#include "property/generators/trial.h"

namespace simple::property {

struct DrawnCall {
    Program before;  // makes what the call uses
    Step step;

    std::string text() const;  // as a C program
};

DrawnCall draw_success(Fn fn, Random random, Reach reach = Reach::ranks);
DrawnCall draw_failure(const Way& way, Random random);

// All functions, for a plan that is the same on every backend: the cases of a function that one lacks are skipped.
std::vector<Fn> table_functions();
// Those that the backend has, to draw from.
std::vector<Fn> present_functions(const Backend& backend);
// The ways of fn to fail, each with a name of its own.
std::vector<Way> named_ways(Fn fn);
// Those whose code this backend gives: without those that only element values decide, on a stub.
std::vector<Way> ways_on(const Backend& backend, Fn fn);
// Those of them that can be met here: with CUDA none is for want of it, and on a device memory is not only reserved.
std::vector<Way> ways_here(const Backend& backend, Fn fn);

// A way's name as part of a case's id.
std::string slug(std::string name);

// Runs the call, and what comes before it, and says what it gave, exactly: code, result, and the shapes and elements of
// tensors. Equal calls give equal texts; of random functions only the shapes are told.
// All handles that were returned on the way, freed by now, go to issued. Where after_failure is set, the call comes
// right after one that failed.
std::string result_text(const Backend& backend, const DrawnCall& call, std::vector<int64_t>* issued = nullptr,
                        bool after_failure = false);

// Whether it, or what comes before it, is backward: that may be a clear error in a child of fork (H5).
bool runs_backward(const DrawnCall& call);

// Two calls with the same arguments may return other elements.
bool is_random(Fn fn);

}  // namespace simple::property
