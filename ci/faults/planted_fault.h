// Planted faults: each makes one function of a correct backend wrong in one way, as a mistaken implementation would.
// They show that the suites notice: a suite that stays green under a fault of its list has a hole. Correct variants
// differ in what the contract leaves open: a suite that turns red under one asks for too much.
#pragma once

#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {

// What a fault spoils.
enum class Kind {
    values,
    shapes,  // shapes, dtypes and strides
    errors,  // codes, sentinels, messages
    lifecycle,
    threads,
    leaks,
    ownership,  // who shares storage with whom, who may write where
    autograd,
    dyncall,
    symbols,
    signatures,
    latency
};

struct PlantedFault {
    const char* id;    // "var.biased": the function, then what is wrong
    Fn function;       // a case of this function must fail
    const char* what;  // one line for people
    Kind kind;
    const char* promise;  // what of the contract it breaks
    const char* suites;   // separated by blanks; each must catch it: suites, or steps whose checks are the gate's own
    void (*plant)(Backend& to);  // replaces functions of the forwarding table
    const char* defect = "";     // D01 … D21 where it is a known defect of published implementations
    bool correct = false;        // different, and right: nothing may catch it
    const char* library = "";    // a library of its own in place of the proxy
    bool in_stub = false;        // planted in the stub that stands beside a sound backend
};

// Every fault of the suite that compares a stub with a backend comes twice: in the backend, and as stub.ID in the stub.
std::vector<PlantedFault> planted_faults();
const PlantedFault* find_planted_fault(const std::vector<PlantedFault>& faults, const std::string& id);
const char* to_string(Kind kind);
std::vector<std::string> suites_of(const PlantedFault& fault);

// The correct backend that faulty functions call. Set once, before anything is called.
Backend& inner();

// What lies between callers and the forwarding table, for what concerns every function.
struct Surface {
    int64_t (*inward)(int64_t handle) = nullptr;   // of arguments
    int64_t (*outward)(int64_t handle) = nullptr;  // of results
    void (*freed)(int64_t handle) = nullptr;       // as the caller named it, after free succeeded
    uint64_t upper_bits = 0;                       // of registers that return a bool
};
Surface& surface();

// The parts of the list.
const std::vector<PlantedFault>& arithmetic_faults();
const std::vector<PlantedFault>& reduction_faults();
const std::vector<PlantedFault>& shape_faults();
const std::vector<PlantedFault>& nn_faults();
const std::vector<PlantedFault>& state_faults();
const std::vector<PlantedFault>& error_faults();
const std::vector<PlantedFault>& device_faults();
const std::vector<PlantedFault>& cuda_faults();
const std::vector<PlantedFault>& ownership_faults();
const std::vector<PlantedFault>& gradient_faults();
const std::vector<PlantedFault>& resource_faults();
const std::vector<PlantedFault>& rare_faults();
const std::vector<PlantedFault>& partial_faults();
const std::vector<PlantedFault>& hidden_faults();
const std::vector<PlantedFault>& edge_faults();
const std::vector<PlantedFault>& limit_faults();
const std::vector<PlantedFault>& status_faults();
const std::vector<PlantedFault>& mode_faults();
const std::vector<PlantedFault>& thread_faults();
const std::vector<PlantedFault>& defect_faults();
const std::vector<PlantedFault>& signature_faults();
const std::vector<PlantedFault>& library_faults();
const std::vector<PlantedFault>& stub_faults();
const std::vector<PlantedFault>& latency_faults();
const std::vector<PlantedFault>& variants();

}  // namespace simple
