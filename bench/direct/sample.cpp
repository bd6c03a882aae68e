#include "bench/direct/sample.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <random>
#include <thread>

#include "bench/calls/block.h"
#include "reports/statistics.h"

namespace simple::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCallsOnThreads = 40;
// What a call's data lie beside in memory moves it by some percent: the rounds of a row are shared out over layouts.
// A call so long that its rounds do not fit their time has one.
constexpr int kLayouts = 3;
constexpr double kLayoutNs = 1e6;  // for the rounds of one, but at least the fewest
constexpr int kFewestRounds = 7;
constexpr int kMostRounds = 13;
constexpr int kRoundsOnThreads = 40;
constexpr int kWarmUp = 2;  // rounds that do not count

// Threads run the same side at the same time: what they share is then shared by calls of one kind.
class Rendezvous {
  public:
    explicit Rendezvous(int threads) : threads_(threads) {}
    void meet() {
        if (threads_ == 1) return;
        const unsigned round = round_.load();
        if (arrived_.fetch_add(1) + 1 == threads_) {
            arrived_.store(0);
            round_.fetch_add(1);
        }
        // Spinning keeps the start together; a machine with fewer free cores than threads needs the yield.
        for (int spins = 0; round_.load() == round; ++spins)
            if (spins > 2000) std::this_thread::yield();
    }

  private:
    const int threads_;
    std::atomic<int> arrived_{0};
    std::atomic<unsigned> round_{0};
};

class UnitSide : public Side {
  public:
    void run(int calls) override {
        for (int i = 0; i < calls; ++i) {
            at::Tensor sum = at::add(a_, b_);
            asm volatile("" : : "r"(&sum) : "memory");
        }
    }

  private:
    at::Tensor a_ = at::ones({4, 4}), b_ = at::ones({4, 4});
};

// What the rounds of one thread gave.
struct Rounds {
    std::vector<double> abi_ns, direct_ns, unit_ns, cost;
    bool has_direct = false;
};

void append(Rounds& to, const Rounds& from) {
    const auto join = [](std::vector<double>& a, const std::vector<double>& b) {
        a.insert(a.end(), b.begin(), b.end());
    };
    join(to.abi_ns, from.abi_ns);
    join(to.direct_ns, from.direct_ns);
    join(to.unit_ns, from.unit_ns);
    join(to.cost, from.cost);
    to.has_direct = from.has_direct;
}

// Of one layout. rounds: how many; 0 for as many as fit the time. A number that threads agree on is given.
Rounds run_rounds(const Row& row, const Backend& backend, Rendezvous& rendezvous, int rounds) {
    std::mt19937 random(std::random_device{}());
    std::vector<Perturbed> holes;
    const auto made = [&](const std::function<std::unique_ptr<Side>()>& make) {
        holes.emplace_back(random);
        return make ? make() : nullptr;
    };
    const auto abi_side = made([&] { return row.abi(backend); });
    const auto direct_side = made(row.direct);
    holes.emplace_back(random);
    UnitSide unit;
    struct Timed {
        Side* side;
        int calls;
        double ns;
    };
    std::array<Timed, 3> timed{{{abi_side.get(), 0, 0}, {direct_side.get(), 0, 0}, {&unit, 0, 0}}};
    for (Timed& t : timed)
        if (t.side) t.calls = calls_in_block(*t.side);
    // Both sides make as many calls: what a block costs beside its calls is the same then.
    if (direct_side) timed[0].calls = timed[1].calls = std::min(timed[0].calls, timed[1].calls);
    // Alike in all threads, which wait for one another in every block.
    if (row.threads > 1) timed[0].calls = timed[1].calls = timed[2].calls = kCallsOnThreads;
    std::mt19937 order_of_blocks(1);  // alike in all threads
    std::array<size_t, 3> order{0, 1, 2};
    Rounds found;
    found.has_direct = direct_side != nullptr;
    const auto start = Clock::now();
    for (int round = -kWarmUp; round < (rounds ? rounds : kMostRounds); ++round) {
        const double spent = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
        if (rounds == 0 && round >= kFewestRounds && spent > kLayoutNs) break;
        std::shuffle(order.begin(), order.end(), order_of_blocks);
        for (const size_t i : order)
            if (timed[i].side) timed[i].ns = block_ns(*timed[i].side, timed[i].calls, [&] { rendezvous.meet(); });
        if (round < 0) continue;
        const double abi = timed[0].ns, direct = timed[1].ns, reference = timed[2].ns;
        found.abi_ns.push_back(abi);
        found.direct_ns.push_back(direct);
        found.unit_ns.push_back(reference);
        found.cost.push_back(1 + (abi - direct) / std::max(direct, reference));
    }
    return found;
}

}  // namespace

Sample take_sample(const Row& row, const Backend& backend) {
    Rendezvous rendezvous(row.threads);
    Rounds all;
    if (row.threads == 1) {
        for (size_t i = 0; i < kLayouts && all.cost.size() == i * kMostRounds; ++i)
            append(all, run_rounds(row, backend, rendezvous, 0));
    } else {
        std::mutex mutex;
        std::exception_ptr failed;
        std::vector<std::thread> threads;
        for (int i = 0; i < row.threads; ++i)
            threads.emplace_back([&] {
                try {
                    const Rounds own = run_rounds(row, backend, rendezvous, kRoundsOnThreads);
                    const std::lock_guard lock(mutex);
                    append(all, own);
                } catch (...) {
                    const std::lock_guard lock(mutex);
                    failed = std::current_exception();
                }
            });
        for (auto& thread : threads) thread.join();
        if (failed) std::rethrow_exception(failed);
    }
    return {statistics::median(all.abi_ns), all.has_direct, statistics::median(all.direct_ns),
            statistics::median(all.unit_ns), statistics::median(all.cost)};
}

}  // namespace simple::bench
