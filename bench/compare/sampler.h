// The process that is one sample.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/calls/sampling_process.h"
#include "bench/compare/slots.h"

namespace simple::bench {

using SamplePaths = std::vector<std::string>;  // by SideIndex, with or without the relink

// What a sample's lines are made from.
struct Sampling {
    nlohmann::ordered_json head;  // "version", "machine"; "not_comparable" where nothing is measured
    bool control = false;         // whether all sides have the functions that make operands of other dtypes
    std::function<nlohmann::ordered_json(const ComparedCall&)> found;
};

// Writes JSON lines: one for what is about to be timed and one for what was found, so that a call which ends the
// process is known. Of the calls whose names match.
void write_samples(const Sampling& sampling, const Choice& choice, const std::string& file);
nlohmann::ordered_json line_of(const SlotSample& sample);

// Whether the backend has what the call needs.
bool has(const Backend& backend, const ComparedCall& compared);
// "absent": what one or both of baseline and candidate lack; null where both have it.
nlohmann::ordered_json absent_line(bool in_baseline, bool in_candidate);

// All sides in this process, loaded in an order drawn anew.
void sample_calls(const SamplePaths& paths, const Choice& choice, const std::string& file);

}  // namespace simple::bench
