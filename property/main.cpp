// The property suite: laws, values against a second backend, gradients, lifecycles, threads, leaks.
#include <string>

#include "ci/testkit/device.h"
#include "ci/testkit/first_calls.h"
#include "property/cases.h"

namespace {

constexpr int kDefaultExamples = 100;

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

int main(int argc, char** argv) {
    using namespace simple;
    return suite_main("property", argc, argv, [](const Backend& found, const SuiteOptions& given) {
        static Backend backend = found;  // lives as long as the cases
        listen_to_first_calls(backend);
        SuiteOptions options = given;
        if (options.examples <= 0) options.examples = kDefaultExamples;
        // Values must not depend on how work is split, and one core is what the suite may use.
        if (backend.set_num_threads) backend.set_num_threads(1);
        std::vector<Case> cases;
        for (const auto make :
             // Defects early, before a function that keeps ending the process is given up.
             {property::quiet_cases,     property::defect_cases,     property::law_cases,
              property::gradient_cases,  property::autograd_cases,   property::unchanged_cases,
              property::leak_cases,      property::value_cases,      property::device_cases,
              property::lifecycle_cases, property::thread_cases,     property::grad_mode_cases,
              property::forged_cases,    property::fork_cases,       property::repeated_cases,
              property::fresh_cases,     property::one_handle_cases, property::relation_cases,
              property::no_grad_cases,   property::graph_cases,      property::coverage_cases}) {
            auto part = make(backend, options);
            cases.insert(cases.end(), part.begin(), part.end());
        }
        const bool has_cuda = found.cuda_available && found.cuda_available();
        for (auto& each : cases)
            if (const std::string lack = lacking(each.id, has_cuda, suite_device() >= 0); !lack.empty())
                each.body = [lack] { skip(lack.c_str()); };
        return cases;
    });
}
