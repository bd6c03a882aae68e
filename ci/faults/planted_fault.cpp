#include "ci/faults/planted_fault.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <sstream>

namespace simple {

Backend& inner() {
    static Backend backend;
    return backend;
}

Surface& surface() {
    static Surface surface;
    return surface;
}

namespace {

const std::vector<PlantedFault>& twins_in_stub(const std::vector<PlantedFault>& faults) {
    static std::deque<std::string> ids;
    static const std::vector<PlantedFault> twins = [&] {
        std::vector<PlantedFault> made;
        for (const auto& fault : faults) {
            const std::vector<std::string> suites = suites_of(fault);
            if (fault.in_stub || fault.correct ||
                std::find(suites.begin(), suites.end(), "differential") == suites.end())
                continue;
            made.push_back(fault);
            made.back().id = ids.emplace_back(std::string("stub.") + fault.id).c_str();
            made.back().promise = "S2";
            made.back().suites = "differential";
            made.back().defect = "";
            made.back().in_stub = true;
        }
        return made;
    }();
    return twins;
}

}  // namespace

std::vector<PlantedFault> planted_faults() {
    std::vector<PlantedFault> all;
    for (const auto* part :
         {&arithmetic_faults(), &reduction_faults(), &shape_faults(),     &nn_faults(),        &state_faults(),
          &error_faults(),      &device_faults(),    &cuda_faults(),      &ownership_faults(), &gradient_faults(),
          &resource_faults(),   &rare_faults(),      &partial_faults(),   &hidden_faults(),    &thread_faults(),
          &status_faults(),     &defect_faults(),    &signature_faults(), &library_faults(),   &stub_faults(),
          &mode_faults(),       &edge_faults(),      &limit_faults(),     &latency_faults(),   &variants()}) {
        all.insert(all.end(), part->begin(), part->end());
    }
    const auto& twins = twins_in_stub(all);
    all.insert(all.end(), twins.begin(), twins.end());
    return all;
}

const PlantedFault* find_planted_fault(const std::vector<PlantedFault>& faults, const std::string& id) {
    for (const auto& fault : faults) {
        if (id == fault.id) return &fault;
    }
    return nullptr;
}

const char* to_string(Kind kind) {
    switch (kind) {
        case Kind::values: return "values";
        case Kind::shapes: return "shapes";
        case Kind::errors: return "errors";
        case Kind::lifecycle: return "lifecycle";
        case Kind::threads: return "threads";
        case Kind::leaks: return "leaks";
        case Kind::ownership: return "ownership";
        case Kind::autograd: return "autograd";
        case Kind::dyncall: return "dyncall";
        case Kind::symbols: return "symbols";
        case Kind::signatures: return "signatures";
        case Kind::latency: return "latency";
    }
    return "";
}

std::vector<std::string> suites_of(const PlantedFault& fault) {
    std::istringstream names(fault.suites);
    return {std::istream_iterator<std::string>(names), {}};
}

}  // namespace simple
