#include "bench/compare/sampler.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

#include "bench/calls/loaded_libtorch.h"
#include "bench/compare/machine.h"
#include "bench/compare/slots.h"
#include "reports/glob.h"

namespace simple::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned kCallSeconds = 300;  // for one that takes 10 ms: it does not end

Libraries load(const SamplePaths& paths) {
    Libraries libraries;
    std::array<std::pair<Backend*, const std::string*>, 3> all{{{&libraries.baseline, &paths.baseline},
                                                                {&libraries.copy, &paths.copy},
                                                                {&libraries.candidate, &paths.candidate}}};
    std::mt19937 random(std::random_device{}());
    std::shuffle(all.begin(), all.end(), random);
    for (auto& [backend, path] : all) *backend = load_backend(*path);
    return libraries;
}

std::string why_not_comparable(const Libraries& libraries) {
    const std::string a = version_of(libraries.baseline), b = version_of(libraries.candidate);
    if (a != b) return "the baseline runs on " + a + ", the candidate on " + b;
    if (copies_of_libtorch() > 1) return "the two run on two copies of LibTorch " + a;
    return "";
}

bool has(const Backend& backend, const ComparedCall& compared) {
    const auto present = [&](const Program& program) {
        return std::all_of(program.begin(), program.end(), [&](const Step& step) { return backend.has(step.fn); });
    };
    return backend.has(compared.call.fn) && present(compared.call.before) && present(compared.call.fresh);
}

Json found(const ComparedCall& compared, const Libraries& libraries, double floor) {
    const bool before = has(libraries.baseline, compared), now = has(libraries.candidate, compared);
    if (!before && !now) return {{"absent", "both"}};
    if (!before || !now) return {{"absent", before ? "candidate" : "baseline"}};
    try {
        const SlotSample sample = compare_in_slots(compared, libraries, floor);
        return {{"ratio", sample.ratio},
                {"null", sample.null},
                {"noise", sample.noise},
                {"baseline_ns", sample.baseline_ns},
                {"candidate_ns", sample.candidate_ns}};
    } catch (const std::exception& error) {
        return {{"failed", error.what()}};
    }
}

}  // namespace

int sample_calls(const SamplePaths& paths, const std::vector<std::string>& filters, const std::string& file) {
    std::ofstream out(file);
    const auto write = [&](const Json& line) {
        out << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
        if (!out) throw std::runtime_error("cannot write " + file);
    };
    const Libraries libraries = load(paths);
    write({{"version", version_of(libraries.baseline)}, {"machine", compare::machine()}});
    if (const std::string reason = why_not_comparable(libraries); !reason.empty()) {
        write({{"not_comparable", reason}});
        return 0;
    }
    // A library that sets the number of threads does so for LibTorch as a whole.
    for (const Backend* backend : {&libraries.baseline, &libraries.candidate})
        if (backend->set_num_threads) backend->set_num_threads(1);
    const double floor = floor_ns(libraries.baseline);
    const bool control = libraries.baseline.has(Fn::to_float32) && libraries.baseline.has(Fn::from_i64_data);
    for (const ComparedCall& compared : compared_calls(control)) {
        if (!selected_by(filters, compared.name())) continue;
        alarm(kCallSeconds);
        write({{"begin", compared.name()},
               {"function", function(compared.call.fn).name},
               {"size", compared.fails ? "error" : name_of(compared.call.size)},
               {"operands", compared.call.operands}});
        write(found(compared, libraries, floor));
    }
    write({{"ended", true}});
    return 0;
}

}  // namespace simple::bench
