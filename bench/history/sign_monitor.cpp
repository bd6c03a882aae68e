#include "bench/history/sign_monitor.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/compare/decide.h"

namespace simple::history {

double leaning(const Signs& signs) {
    return compare::sign_test(std::max(signs.regressed, signs.improved), signs.regressed + signs.improved);
}

std::string warning_of(const Signs& signs) {
    constexpr double kBelievable = 0.001;
    if (leaning(signs) >= kBelievable) return "";
    const bool slower = signs.regressed > signs.improved;
    const size_t rarer = std::min(signs.regressed, signs.improved);
    return fmt::format(
        "{} calls were found {} and {} {}: of changes both ways that has a chance of {:.1g}. Either the code only {}, "
        "or "
        "the comparison is not even-handed: look at its null, and at which side is measured first",
        std::max(signs.regressed, signs.improved), slower ? "slower" : "faster",
        rarer ? std::to_string(rarer) : "never one", slower ? "faster" : "slower", leaning(signs),
        slower ? "gets slower" : "gets faster");
}

}  // namespace simple::history
