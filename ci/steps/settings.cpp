#include "ci/steps/settings.h"

#include <algorithm>

#include "reports/glob.h"

namespace simple::gate {

bool filter_matches(const std::string& filter, const std::string& id, const std::string& function) {
    return filter == function || glob_matches(filter.c_str(), id.c_str());
}

bool selects(const Settings& settings, const std::string& suite, const std::string& id, const std::string& function,
             bool quick) {
    if (settings.quick && !quick) return false;
    if ((settings.rerun_failed || settings.contract) && settings.only.count(suite + "/" + id) == 0) return false;
    return settings.filters.empty() ||
           std::any_of(settings.filters.begin(), settings.filters.end(),
                       [&](const std::string& filter) { return filter_matches(filter, id, function); });
}

}  // namespace simple::gate
