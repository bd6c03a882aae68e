// Repeats every function many times, on success and on each way to fail: live handles, open files and, where it was
// repeated often enough to tell, memory stay level. --leak-calls 10000 gives the full test.
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "property/cases.h"
#include "property/table/drawn_call.h"
#include "property/table/surroundings.h"

namespace simple::property {

namespace {

int64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    int64_t size = 0, resident = 0;
    statm >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

// Bytes in use by malloc, which does not jitter as resident memory does.
int64_t allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

void repeat(const Backend& backend, const DrawnCall& call) {
    Runner runner(backend);
    for (const Step& step : call.before) runner.run(step);
    runner.run(call.step);
}

void stays_level(const Backend& backend, const DrawnCall& call, int times) {
    constexpr int kWarm = 8;              // caches, lazily made tables
    constexpr int64_t kSlack = 16384;     // bytes over all repeats: caches that still fill
    constexpr int kEnoughForMemory = 40;  // one word leaked a call is 640 bytes then, a small tensor 10 kB
    for (int i = 0; i < kWarm; i++) repeat(backend, call);
    const bool counts = backend.has(Fn::live_tensors);
    const int64_t live = counts ? backend.live_tensors() : 0;
    const int files = open_files();
    const int64_t resident = resident_bytes(), allocated = allocated_bytes();
    for (int i = 0; i < times; i++) repeat(backend, call);
    if (counts) {
        EXPECT_EQ(backend.live_tensors(), live) << "live tensors after " << times << " times\n" << call.text();
    }
    EXPECT_EQ(open_files(), files) << "open files after " << times << " times\n" << call.text();
    if (times < kEnoughForMemory) return;
    EXPECT_LE(allocated_bytes() - allocated, kSlack + 8 * (times / 1000)) << times << " times\n" << call.text();
    EXPECT_LE(resident_bytes() - resident, int64_t{1} << 24) << times << " times\n" << call.text();
}

}  // namespace

Cases leak_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    const int times = options.leak_calls > 0 ? options.leak_calls : options.examples;
    for (Fn fn : table_functions()) {
        const std::string name(function(fn).name);
        const auto add = [&](const std::string& outcome, const std::function<DrawnCall(Random)>& draw) {
            const std::string id = "leak/" + name + "/" + slug(outcome);
            cases.push_back({id, name, {"E2", "H1", "H3"}, false, [=, &backend] {
                                 stays_level(backend, draw(Random(case_seed(options.seed, id))), times);
                             }});
        };
        if (can_succeed(fn)) add("success", [=](Random random) { return draw_success(fn, std::move(random)); });
        for (const Way& way : ways_on(backend, fn))
            add(way.name, [=](Random random) { return draw_failure(way, std::move(random)); });
    }
    return cases;
}

}  // namespace simple::property
