// The golden suite: recorded calls of every function with values that were not computed with LibTorch.
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "golden/suite/recorded.h"
#include "golden/suite/special.h"

namespace {

// The environment's folder stands for another set of cases, such as another contract version's.
std::string golden_folder() {
    const char* folder = std::getenv("SIMPLE_GOLDEN");
    return folder ? folder : SIMPLE_GOLDEN_FOLDER;
}

std::vector<simple::Case> all_cases(const simple::Backend& backend, const simple::SuiteOptions&) {
    using namespace simple::golden;
    const auto files = std::make_shared<const GoldenFiles>(read_golden(golden_folder()));
    std::vector<simple::Case> cases = recorded_cases(backend, files);
    const auto append = [&](std::vector<simple::Case> more) {
        std::move(more.begin(), more.end(), std::back_inserter(cases));
    };
    append(device_cases(backend, files));
    for (const auto& make : {autograd_cases, creation_cases, random_cases, decomposition_cases, lifecycle_cases,
                             library_cases, cuda_cases, stream_cases, transfer_cases})
        append(make(backend));
    return cases;
}

}  // namespace

int main(int argc, char** argv) { return simple::suite_main("golden", argc, argv, all_cases); }
