#include "ci/faults/planted_fault.h"

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

std::vector<PlantedFault> planted_faults() {
    std::vector<PlantedFault> all;
    for (const auto* part :
         {&arithmetic_faults(), &reduction_faults(), &shape_faults(), &nn_faults(), &state_faults(), &error_faults(),
          &device_faults(), &ownership_faults(), &gradient_faults(), &resource_faults(), &rare_faults(),
          &thread_faults(), &defect_faults(), &signature_faults(), &library_faults(), &variants()}) {
        all.insert(all.end(), part->begin(), part->end());
    }
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
