#include "ci/run/canaries.h"

#include <fmt/format.h>

namespace simple::gate {
namespace {

constexpr size_t kCasesACanary = 100;

}  // namespace

Canaries::Canaries() {
    std::random_device nonce;
    std::seed_seq seed{nonce(), nonce(), nonce(), nonce()};
    random_.seed(seed);
}

void Canaries::hide_in(std::deque<const PlannedCase*>& batch) {
    const auto below = [&](size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); };
    const size_t count = 1 + batch.size() / kCasesACanary;
    for (size_t i = 0; i < count && !batch.empty(); ++i) {
        PlannedCase canary;
        // The number makes it nobody else's name.
        canary.id = fmt::format("{}-{}", batch[below(batch.size())]->id, 1000 + below(9000));
        canary.canary = true;
        made_.push_back(std::move(canary));
        batch.insert(batch.begin() + static_cast<std::ptrdiff_t>(below(batch.size() + 1)), &made_.back());
    }
}

std::string Canaries::problem_of(const PlannedCase& canary, const CaseResult& result) {
    if (is_failure(result.status)) return "";
    return fmt::format(
        "{}, a case that must fail, was reported as {}: failures are not seen, and nothing that this run says of the "
        "candidate can be believed",
        canary.id, to_string(result.status));
}

}  // namespace simple::gate
