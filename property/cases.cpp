#include "property/cases.h"

#include <string>

#include "ci/testkit/device.h"

namespace simple::property {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// What a case needs that this machine, or the device of the suite's tensors, does not have; "" for nothing.
const char* lacking(const std::string& id, bool has_cuda, bool on_device) {
    if (has_cuda && ends_with(id, "/no-CUDA")) return "no-cuda";
    if (!on_device) return "";
    // The large tensors of these are only reserved on the CPU; a move would touch all of their memory.
    if (ends_with(id, "/over-2^46-bytes")) return "reserved-memory";
    // cpu's result shares nothing with a tensor of a device, nor can they meet in one call.
    if (id == "law/cpu/write-shows-in-base" || id == "law/cpu/write-to-base-shows" ||
        id == "law/cpu/write-to-strided-base-shows" || id == "grad/cpu")
        return "cpu";
    return "";
}

}  // namespace

Cases all_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (const auto make :
         // Defects early, before a function that keeps ending the process is given up.
         {quiet_cases,   defect_cases, law_cases,      gradient_cases,  autograd_cases,   unchanged_cases,
          leak_cases,    value_cases,  device_cases,   lifecycle_cases, thread_cases,     grad_mode_cases,
          forged_cases,  fork_cases,   repeated_cases, fresh_cases,     one_handle_cases, relation_cases,
          no_grad_cases, graph_cases,  coverage_cases}) {
        Cases part = make(backend, options);
        cases.insert(cases.end(), part.begin(), part.end());
    }
    const bool has_cuda = backend.cuda_available && backend.cuda_available();
    for (Case& each : cases)
        if (const std::string lack = lacking(each.id, has_cuda, suite_device() >= 0); !lack.empty())
            each.body = [lack] { skip(lack.c_str()); };
    return cases;
}

}  // namespace simple::property
