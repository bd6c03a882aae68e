// The differential suite: a stub against a real backend, in lock step. --backend is the real one, --second the stub.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "stubs/differential/cases.h"

namespace {

bool is_about_devices(const simple::Case& one) {
    constexpr std::array kFunctions{"cpu",    "cuda_available", "cuda_max_memory_allocated", "cuda_memory_allocated",
                                    "device", "is_cuda"};
    return one.id.rfind("programs/", 0) == 0 ||
           std::find(kFunctions.begin(), kFunctions.end(), one.function) != kFunctions.end();
}

std::vector<simple::Case> register_cases(const simple::Backend& real, const simple::SuiteOptions& options) {
    if (options.second.empty()) throw std::runtime_error("--second names no stub");
    static const simple::Backend stub = simple::load_backend(options.second);
    static const simple::SuiteOptions kept = options;
    std::vector<simple::Case> cases = simple::call_cases(real, stub, kept);
    for (auto part : {&simple::program_cases, &simple::allowed_cases}) {
        for (auto& one : part(real, stub, kept)) cases.push_back(std::move(one));
    }
    // Codes, live counts, strides and flags are compared after every call: they are control's.
    if (!real.has_all(simple::Set::control))
        for (auto& one : cases) one.body = [] { simple::skip("control"); };
    // A stub has no devices: what is about them, and programs of any functions, are compared without CUDA alone (S4).
    if (real.cuda_available())
        for (auto& one : cases)
            if (is_about_devices(one)) one.body = [] { simple::skip("no-cuda"); };
    return cases;
}

}  // namespace

int main(int argc, char** argv) { return simple::suite_main("differential", argc, argv, register_cases); }
