// Lists the planted faults: one line each, or JSON with --json.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "ci/faults/planted_fault.h"

int main(int argc, char** argv) {
    const std::string option = argc > 1 ? argv[1] : "";
    if (argc > 2 || (argc == 2 && option != "--json")) {
        std::fprintf(stderr, "usage: fault_list [--json]\n");
        return 64;
    }
    auto list = nlohmann::json::array();
    for (const auto& fault : simple::planted_faults()) {
        const std::string function(simple::function(fault.function).name);
        if (option.empty()) {
            std::printf("%-32s %-12s %s\n", fault.id, fault.suite, fault.what);
        } else {
            list.push_back({{"id", fault.id}, {"function", function}, {"what", fault.what}, {"suite", fault.suite}});
        }
    }
    if (!option.empty()) std::printf("%s\n", list.dump(2).c_str());
    return 0;
}
