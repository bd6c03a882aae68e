#include "bench/errors/sampler.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "bench/calls/block.h"
#include "bench/calls/loaded_libtorch.h"
#include "bench/errors/error_path.h"
#include "bench/errors/throws.h"
#include "ci/host/host_library.h"
#include "ci/testkit/time_scale.h"
#include "reports/statistics.h"

namespace simple::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPathSeconds = 60;  // for a path that takes microseconds: it does not end
constexpr int kRounds = 9;
constexpr int kWarmUp = 2;  // rounds that do not count

// add and free, which every host calls most.
class Unit {
  public:
    explicit Unit(const Backend& backend) : side_(abi_side(backend, *timed_call(Fn::add, Size::smallest))) {
        calls_ = calls_in_block(*side_);
    }
    double ns() { return block_ns(*side_, calls_); }

  private:
    std::unique_ptr<Side> side_;
    int calls_;
};

Json timed(const ErrorPath& path, const Backend& backend, Unit& unit) {
    const std::unique_ptr<Side> side = abi_side(backend, path.call, true);
    side->run(1);
    take_throws();
    side->run(1);
    const Throws throws = take_throws();
    const int32_t code = backend.last_error_code();
    if (code != static_cast<int32_t>(path.code)) throw std::runtime_error(fmt::format("ends with code {}", code));
    const int calls = calls_in_block(*side);
    std::vector<double> ns, ratios;
    for (int round = -kWarmUp; round < kRounds; ++round) {
        // Whichever comes first finds the caches as the other left them.
        const bool unit_first = round % 2 != 0;
        double one = unit_first ? unit.ns() : 0;
        const double own = block_ns(*side, calls);
        if (!unit_first) one = unit.ns();
        if (round < 0) continue;
        ns.push_back(own);
        ratios.push_back(own / one);
    }
    return {{"ns", statistics::median(ns)},
            {"ratio", statistics::median(ratios)},
            {"throws", throws.all},
            {"others", throws.others}};
}

Json found(const ErrorPath& path, const Backend& backend, Unit& unit) {
    try {
        return timed(path, backend, unit);
    } catch (const MissingFunction&) {
        return {{"skipped", "symbol"}};
    } catch (const std::exception& error) {
        return {{"failed", error.what()}};
    }
}

}  // namespace

int sample_errors(const std::string& path, const Choice& choice, const std::string& file) {
    SampleLines write(file);
    load_host_functions();
    const Backend backend = load_backend(path);
    if (!backend.has(Fn::last_error_code) || !backend.has(Fn::add) || !backend.has(Fn::free)) {
        write({{"not_comparable", "the library lacks last_error_code, add or free"}});
        return 0;
    }
    write({{"version", version_of(backend)}});
    if (backend.has(Fn::set_num_threads)) backend.set_num_threads(1);
    std::mt19937 random(std::random_device{}());
    const Perturbed holes(random);
    Unit unit(backend);
    for (const ErrorPath& each : error_paths()) {
        if (!choice.takes(each.name)) continue;
        end_after(kPathSeconds);
        write({{"begin", each.name}, {"function", function(each.call.fn).name}, {"code", static_cast<int>(each.code)}});
        write(found(each, backend, unit));
    }
    write({{"ended", true}});
    return 0;
}

}  // namespace simple::bench
