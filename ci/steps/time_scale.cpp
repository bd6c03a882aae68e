#include "ci/steps/time_scale.h"

#include <fmt/format.h>

#include "ci/steps/calibration.h"
#include "ci/testkit/time_scale.h"

namespace simple::gate {

double time_scale(const Settings& settings) { return settings.timeout_scale * slowness(); }

std::string told_time_scale(const Settings& settings) {
    return fmt::format("{}={:.6f}", kTimeScale, time_scale(settings));
}

}  // namespace simple::gate
