#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "ci/testkit/draw/calls.h"
#include "stubs/differential/cases.h"
#include "stubs/differential/lock_step.h"

namespace simple {
namespace {

// Lets the process map no more than this many bytes beyond what it has, while it lives.
class AddressLimit {
  public:
    explicit AddressLimit(uint64_t more) : more_(more) {
        getrlimit(RLIMIT_AS, &before_);
        uint64_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        rlimit limit = before_;
        limit.rlim_cur = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) + more;
        setrlimit(RLIMIT_AS, &limit);
    }
    ~AddressLimit() { setrlimit(RLIMIT_AS, &before_); }
    // An emulator of user programs takes the limit and does not keep it.
    bool holds() const {
        void* beyond = mmap(nullptr, 2 * more_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (beyond == MAP_FAILED) return true;
        munmap(beyond, 2 * more_);
        return false;
    }
    AddressLimit(const AddressLimit&) = delete;
    AddressLimit& operator=(const AddressLimit&) = delete;

  private:
    uint64_t more_;
    rlimit before_;
};

const AllowedDifference* after(const Backend& real, const Backend& stub, Program program) {
    const ProgramResult result = run_program(real, stub, program);
    EXPECT_EQ(result.difference, "") << to_c_program(program);
    return result.allowed;
}

// Whether some call of the entry's functions that is wrong by its values shows the entry's difference.
bool occurs_in_calls(const Backend& real, const Backend& stub, const AllowedDifference& entry, uint64_t seed) {
    for (const Fn fn : entry.functions) {
        for (const auto& way : ways_to_fail(fn)) {
            if (!way.by_values || way.code != entry.code) continue;
            Random random(seed);
            Drawer drawer(random);
            Step last = way.draw(drawer);
            drawer.program.push_back(std::move(last));
            if (after(real, stub, drawer.program) == &entry) return true;
        }
    }
    return false;
}

// backward through a product whose factor batch_norm has overwritten since: LibTorch notices, a stub has no elements.
bool occurs_in_overwritten_graph(const Backend& real, const Backend& stub, const AllowedDifference& entry) {
    Random random(1);
    Drawer drawer(random);
    const Operand mean = drawer.make({DType::f64, {2}, {1, 2}, {}, false});
    const Operand variance = drawer.make({DType::f64, {2}, {1, 2}, {}, false});
    const Operand leaf = drawer.make({DType::f64, {2}, {3, 4}, {}, true});
    const Operand product = drawer.append(step(Fn::mul, {mean, leaf}), DType::f64, {2});
    const Operand batch = drawer.make({DType::f64, {2, 2}, {1, 2, 3, 4}, {}, false});
    drawer.append(step(Fn::batch_norm, {batch, mean, variance, 0, 0, true, 0.1, 1e-5}));
    const Operand total = drawer.append(step(Fn::sum_dim, {product, 0, false}), DType::f64, {});
    drawer.append(step(Fn::backward, {total}));
    return after(real, stub, drawer.program) == &entry;
}

constexpr uint64_t kLimit = uint64_t{64} << 20;

bool occurs_in_memory(const Backend& real, const Backend& stub, const AllowedDifference& entry) {
    const AddressLimit limit(kLimit);
    return after(real, stub, {step(Fn::zeros, {Array::ints({int64_t{1} << 30})})}) == &entry;
}

}  // namespace

std::vector<Case> allowed_cases(const Backend& real, const Backend& stub, const SuiteOptions& options) {
    std::vector<Case> cases;
    for (const auto& entry : allowed_differences()) {
        const std::string id = entry.id;
        cases.push_back({"allowed/" + id, "", {"S4", "G3", "G4"}, true, [&, id] {
                             if (id == "memory" && !AddressLimit(kLimit).holds()) return skip("memory-limit");
                             const bool occurs = id == "memory" ? occurs_in_memory(real, stub, entry)
                                                 : id == "graph-memory"
                                                     ? occurs_in_overwritten_graph(real, stub, entry)
                                                     : occurs_in_calls(real, stub, entry, options.seed);
                             testing::Test::RecordProperty("occurs", occurs ? 1 : 0);
                             // G3 lets a backend accumulate where it does not notice, and then both succeed.
                             const bool may_be_unnoticed = id == "graph-memory";
                             EXPECT_TRUE(occurs || may_be_unnoticed)
                                 << "the allowed difference never occurs: " << entry.reason;
                         }});
    }
    return cases;
}

}  // namespace simple
