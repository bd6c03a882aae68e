#include "bench/history/sign_monitor.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/compare/decide.h"

namespace simple::history {

void SignMonitor::take(const std::vector<std::optional<Measurement>>& runs) {
    const std::string slower = name_of(compare::Decision::regressed), faster = name_of(compare::Decision::improved);
    const std::string same = name_of(compare::Decision::pass);
    std::string before;  // the last verdict that decided something
    for (size_t i = 0; i < runs.size(); ++i) {
        if (!runs[i]) continue;
        const std::string& now = runs[i]->decision;
        if (now != slower && now != faster && now != same) continue;
        if (now == slower && before != slower) slower_[i] = true;
        if (now == faster && before != faster) faster_[i] = true;
        before = now;
    }
}

Signs SignMonitor::signs() const {
    const auto count = [](const std::vector<bool>& runs) {
        return static_cast<size_t>(std::count(runs.begin(), runs.end(), true));
    };
    return {count(slower_), count(faster_)};
}

double leaning(const Signs& signs) {
    return compare::sign_test(std::max(signs.regressed, signs.improved), signs.regressed + signs.improved);
}

std::string warning_of(const Signs& signs) {
    constexpr double kBelievable = 0.001;
    constexpr size_t kMuchRarer = 10;  // times; of thousands of runs a few more one way are no fingerprint
    if (leaning(signs) >= kBelievable) return "";
    if (kMuchRarer * std::min(signs.regressed, signs.improved) >= std::max(signs.regressed, signs.improved)) return "";
    const bool slower = signs.regressed > signs.improved;
    const size_t rarer = std::min(signs.regressed, signs.improved);
    constexpr double kTold = 1e-12;
    return fmt::format(
        "in {} runs calls became {} than the baseline and in {} {}: of changes both ways that has a chance {}. Either "
        "the "
        "code only gets {}, or the comparison is not even-handed: look at its null, and at which side is measured "
        "first",
        std::max(signs.regressed, signs.improved), slower ? "slower" : "faster", rarer ? std::to_string(rarer) : "none",
        slower ? "faster" : "slower",
        leaning(signs) < kTold ? fmt::format("below {:.0g}", kTold) : fmt::format("of {:.1g}", leaning(signs)),
        slower ? "slower" : "faster");
}

}  // namespace simple::history
