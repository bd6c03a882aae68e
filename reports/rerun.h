// --rerun-failed: what an earlier verdict still says when only its failures are run again.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

struct Rerun {
    std::optional<std::string> refused;  // why the earlier verdict is of something else
    std::set<std::string> cases;         // that did not pass, by suite/case
    std::vector<std::string> left_open;  // why it is no pass of the whole, even when these pass now
};
Rerun rerun_of(const Verdict& earlier, const Run& now);

}  // namespace simple::gate
