// Lists the planted faults: one line each, or JSON with --json.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "ci/faults/planted_together.h"

int main(int argc, char** argv) {
    const std::string option = argc > 1 ? argv[1] : "";
    if (argc > 2 || (argc == 2 && option != "--json")) {
        std::fprintf(stderr, "usage: fault_list [--json]\n");
        return 64;
    }
    auto list = nlohmann::json::array();
    for (const auto& fault : simple::planted_faults()) {
        if (option.empty()) {
            std::printf("%-32s %-10s %-3s %s\n", fault.id, simple::to_string(fault.kind), fault.promise, fault.what);
        } else {
            list.push_back({{"id", fault.id},
                            {"function", simple::function(fault.function).name},
                            {"what", fault.what},
                            {"kind", simple::to_string(fault.kind)},
                            {"promise", fault.promise},
                            {"suites", suites_of(fault)},
                            {"defect", fault.defect},
                            {"correct", fault.correct},
                            {"library", fault.library},
                            {"in_stub", fault.in_stub},
                            {"changes", simple::changes_of(fault)}});
        }
    }
    if (!option.empty()) std::printf("%s\n", list.dump(2).c_str());
    return 0;
}
