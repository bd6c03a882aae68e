// Repeats every function, on success and on each way to fail: once warm, a round of 200 repeats leaves not a byte,
// handle, file, thread or page more, so that what only each 200th call leaves is seen as well. Nothing is excused by
// name: LibTorch leaves nothing either. --leak-calls 10000 makes rounds of so many.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "ci/testkit/time_scale.h"
#include "property/cases.h"
#include "property/table/drawn_call.h"
#include "property/table/levels.h"

namespace simple::property {

namespace {

constexpr int kWarm = 8;               // caches, lazily made tables
constexpr int kRounds = 4;             // what a cache takes as it fills it takes in some round, a leak in every one
constexpr int kRepeatsInRound = 2;     // for each example
constexpr size_t kManyHandles = 1000;  // of which a call takes milliseconds: a tenth of the repeats

std::chrono::duration<double> pause() { return std::chrono::duration<double>(0.020 * patience_scale()); }
constexpr int kPauses = 5;

struct Repeated {
    Outcome outcome;
    int64_t freed = 0;  // how many handles free gave back
};

Repeated repeat(const Backend& backend, const DrawnCall& call) {
    Runner runner(backend);
    for (const Step& step : call.before) runner.run(step);
    Repeated result{runner.run(call.step)};
    for (size_t i = 0; i < runner.steps(); i++) result.freed += static_cast<int64_t>(runner.handles(i).size());
    return result;
}

// What each round of `times` runs leaves behind; nothing where some round leaves nothing.
Levels left_by(const Backend& backend, int times, const std::function<void()>& run) {
    for (int i = 0; i < kWarm; i++) run();
    const CountingAllocations counting;
    const auto round = [&](int pauses) {
        const Levels before = Levels::now(backend, counting);
        for (int i = 0; i < times; i++) run();
        Levels growth = Levels::now(backend, counting) - before;
        for (int i = 0; i < pauses && growth.grown(); i++) {
            std::this_thread::sleep_for(pause());
            growth = Levels::now(backend, counting) - before;
        }
        return growth;
    };
    Levels least = round(0);
    for (int i = 1; i < kRounds && least.grown(); i++) least = least.common(round(0));
    if (!least.grown()) return {};
    // A thread of the backend's, as LibTorch has one for the backward of each device, may give back what it worked on a
    // moment after the call has returned, in every round: what it has given back after a while is no leak.
    std::this_thread::sleep_for(pause());
    return least.common(round(kPauses));
}

// What one free leaves behind: what is left whatever function made the tensor.
Levels left_by_free(const Backend& backend) {
    constexpr int kTimes = 16;
    const auto made_by = [&](int64_t (*make)(const Backend&)) {
        return left_by(backend, kTimes, [&] { backend.free(make(backend)); });
    };
    Levels each = made_by([](const Backend& b) { return b.eye(1); });
    each = each.common(made_by([](const Backend& b) { return b.arange(0, 1, 1); }));
    each = each.common(made_by([](const Backend& b) { return b.linspace(0, 1, 2); }));
    return each / kTimes;
}

// Gives back what the backend left open, so that the next cases can still open something.
class Descriptors {
  public:
    ~Descriptors() {
        close(spare_);  // looking at what is open opens a folder
        for (int descriptor : open_descriptors())
            if (std::find(before_.begin(), before_.end(), descriptor) == before_.end()) close(descriptor);
    }

  private:
    std::vector<int> before_ = open_descriptors();
    int spare_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
};

void stays_level(const Backend& backend, const DrawnCall& call, int32_t code, int times) {
    if (call.step.refs.size() > kManyHandles) times = std::max(1, times / 10);
    const Descriptors given_back;
    const Repeated first = repeat(backend, call);
    EXPECT_TRUE(ended_with(backend, call.step.fn, first.outcome, code))
        << "code " << first.outcome.code << ", want " << code << "\n"
        << call.text();
    const Levels left = left_by(backend, times, [&] { repeat(backend, call); });
    if (!left.grown()) return;
    // What free leaves is free's fault, in its own cases alone.
    static const Levels of_free = left_by_free(backend);
    const bool is_free = call.step.fn == Fn::free;
    const Levels own = is_free ? left : left.without(of_free, first.freed * times);
    if (own.grown()) ADD_FAILURE() << own.text() << " more after each " << times << " repeats of\n" << call.text();
}

}  // namespace

Cases leak_cases(const Backend& backend, const SuiteOptions& options) {
    const bool real = backend.available();
    Cases cases;
    const int times = options.leak_calls > 0 ? options.leak_calls : std::max(1, kRepeatsInRound * options.examples);
    for (Fn fn : table_functions()) {
        const std::string name(function(fn).name);
        const auto add = [&](const std::string& outcome, int32_t code, bool here,
                             const std::function<DrawnCall(Random)>& draw) {
            const std::string id = "leak/" + name + "/" + slug(outcome);
            cases.push_back({id, name, {"E2", "H1", "H3"}, false, with_values(here, [=, &backend] {
                                 stays_level(backend, draw(Random(case_seed(options.seed, id))), code, times);
                             })});
        };
        if (can_succeed(fn))
            add("success", 0, true, [=](Random random) { return draw_success(fn, std::move(random)); });
        for (const Way& way : named_ways(fn))
            add(way.name, static_cast<int32_t>(way.code), !way.by_values || real,
                [=](Random random) { return draw_failure(way, std::move(random)); });
    }
    return cases;
}

}  // namespace simple::property
