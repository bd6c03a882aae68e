// Every function over a thousand times with failures between, of its own and, right before it, of another: each time
// the result is that of the first (E2, E5), every handle is a new one (H2), and nothing is left behind (H3).
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "property/cases.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

constexpr int kTimes = 2000;
constexpr int kFailureEach = 8;

void same_each_time(const Backend& backend, const DrawnCall& call, const std::vector<DrawnCall>& failures) {
    std::set<int64_t> all;
    const bool tells_of_the_last = call.step.fn == Fn::last_error_code || call.step.fn == Fn::last_error_message;
    const auto result = [&](const DrawnCall& which, bool after_failure = false) {
        std::vector<int64_t> issued;
        std::string text = result_text(backend, which, &issued, after_failure);
        for (int64_t handle : issued)
            EXPECT_TRUE(all.insert(handle).second) << "handle " << handle << " was given out before (H2)";
        return text;
    };
    const int64_t live = backend.has(Fn::live_tensors) ? backend.live_tensors() : 0;
    const std::string first = result(call);
    for (int i = 1; i < kTimes && !testing::Test::HasFailure(); i++) {
        if (i % kFailureEach == 0 && !failures.empty())
            result(failures[static_cast<size_t>(i / kFailureEach) % failures.size()]);
        ASSERT_EQ(result(call, i % 2 == 1 && !tells_of_the_last), first) << "in repeat " << i << " of\n" << call.text();
    }
    if (backend.has(Fn::live_tensors)) {
        EXPECT_EQ(backend.live_tensors(), live) << "live tensors (H3)";
    }
}

// Beside numbers of this kind a small error is lost.
bool is_vast(const std::string& told) {
    for (const char* part : {"e+", "inf", "nan"})
        if (told.find(part) != std::string::npos) return true;
    return false;
}

// Of several drawn calls the one that tells most: what gives an empty tensor would show nothing.
DrawnCall telling_call(const Backend& backend, Fn fn, uint64_t seed) {
    DrawnCall best;
    auto most = std::make_tuple(false, size_t{0}, std::string());
    for (uint64_t i = 0; i < 24; i++) {
        DrawnCall call = draw_success(fn, Random(seed + i), Reach::usual);
        const std::string told = result_text(backend, call);
        // Of two that tell as much true rather than false.
        auto tells = std::make_tuple(!is_vast(told), told.size(), told);
        if (tells <= most) continue;
        best = std::move(call);
        most = std::move(tells);
    }
    return best;
}

}  // namespace

Cases repeated_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        if (!can_succeed(fn)) continue;
        const std::string name(function(fn).name), id = "repeated/" + name;
        cases.push_back({id, name, {"E2", "E5", "H2", "H3"}, false, [=, &backend] {
                             const uint64_t seed = case_seed(options.seed, id);
                             std::vector<DrawnCall> failures;
                             for (const Way& way : ways_on(backend, fn))
                                 if (way.code != Code::memory) failures.push_back(draw_failure(way, Random(seed)));
                             same_each_time(backend, telling_call(backend, fn, seed), failures);
                         }});
    }
    return cases;
}

}  // namespace simple::property
