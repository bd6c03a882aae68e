// Whether verdicts lean: code gets slower and faster, and a detector that only ever finds the one is likely broken.
#pragma once

#include <cstddef>
#include <string>

namespace simple::history {

struct Signs {
    size_t regressed = 0;
    size_t improved = 0;
};

// The chance of at most so few of the rarer sign, were both as likely (the sign test).
double leaning(const Signs& signs);

// A sentence where that chance is below one in a thousand; "" otherwise.
std::string warning_of(const Signs& signs);

}  // namespace simple::history
