#include "ci/run/given_up.h"

#include "impl/abi/function_table.h"

namespace simple::gate {
namespace {

constexpr unsigned kMostTimeouts = 2;
constexpr unsigned kMostCrashes = 10;

bool reached(const std::map<std::string, unsigned>& counts, const std::string& name, unsigned most) {
    const auto found = counts.find(name);
    return found != counts.end() && found->second >= most;
}

}  // namespace

void GivenUp::count(const std::string& name, Status ending) {
    if (ending == Status::timeout) ++timeouts_[name];
    if (ending == Status::crash) ++crashes_[name];
}

Status GivenUp::as(const std::string& name) const {
    if (reached(timeouts_, name, kMostTimeouts)) return Status::timeout;
    return reached(crashes_, name, kMostCrashes) ? Status::crash : Status::pass;
}

std::string GivenUp::functions() const {
    std::string list;
    for (const auto* counts : {&timeouts_, &crashes_})
        for (const auto& [name, count] : *counts)
            if (find_function(name) && as(name) != Status::pass) list += (list.empty() ? "" : ",") + name;
    return list;
}

}  // namespace simple::gate
