// Whether verdicts lean: code gets slower and faster, and a detector that only ever finds the one is likely broken.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/history/store.h"

namespace simple::history {

// Runs in which a call became slower than the baseline, and in which one became faster. What stays slower counts once,
// and a run once however many calls it changed: these are one commit's doing.
struct Signs {
    size_t regressed = 0;
    size_t improved = 0;
};

class SignMonitor {
  public:
    explicit SignMonitor(size_t runs) : slower_(runs), faster_(runs) {}
    // A call's measurements, one a run.
    void take(const std::vector<std::optional<Measurement>>& runs);
    Signs signs() const;

  private:
    std::vector<bool> slower_, faster_;
};

// The chance of at most so few of the rarer sign, were both as likely (the sign test).
double leaning(const Signs& signs);

// A sentence where that chance is below one in a thousand and the rarer sign less than a tenth of the other; ""
// otherwise.
std::string warning_of(const Signs& signs);

}  // namespace simple::history
