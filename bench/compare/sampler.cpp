#include "bench/compare/sampler.h"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "bench/calls/fresh_pages.h"
#include "bench/calls/loaded_libtorch.h"
#include "bench/compare/layouts.h"
#include "bench/compare/machine.h"
#include "ci/testkit/time_scale.h"

namespace simple::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kCallSeconds = 300;  // for one that takes 10 ms: it does not end

Libraries load(const SamplePaths& paths) {
    Libraries libraries(paths.size());
    std::mt19937 random(std::random_device{}());
    for (const size_t i : drawn_order(paths.size(), random))
        libraries[i] = load_on_fresh_pages(paths[i], compare::needs_of_copy(paths[i]));
    return libraries;
}

std::string why_not_comparable(const Libraries& libraries) {
    const std::string a = version_of(libraries[kBaseline]), b = version_of(libraries[kCandidate]);
    if (a != b) return "the baseline runs on " + a + ", the candidate on " + b;
    if (copies_of_libtorch() > 1) return "the two run on two copies of LibTorch " + a;
    return "";
}

Json found(const ComparedCall& compared, const Libraries& libraries, double floor) {
    Json absent = absent_line(has(libraries[kBaseline], compared), has(libraries[kCandidate], compared));
    if (!absent.is_null()) return absent;
    try {
        return line_of(compare_in_slots(compared, libraries, floor));
    } catch (const std::exception& error) {
        return {{"failed", error.what()}};
    }
}

}  // namespace

bool has(const Backend& backend, const ComparedCall& compared) {
    const auto present = [&](const Program& program) {
        return std::all_of(program.begin(), program.end(), [&](const Step& step) { return backend.has(step.fn); });
    };
    return backend.has(compared.call.fn) && present(compared.call.before) && present(compared.call.fresh);
}

Json absent_line(bool in_baseline, bool in_candidate) {
    if (in_baseline && in_candidate) return nullptr;
    if (!in_baseline && !in_candidate) return {{"absent", "both"}};
    return {{"absent", in_baseline ? "candidate" : "baseline"}};
}

Json line_of(const SlotSample& sample) {
    Json line{{"ratio", sample.ratio},
              {"null", sample.null},
              {"noise", sample.noise},
              {"baseline_ns", sample.baseline_ns},
              {"candidate_ns", sample.candidate_ns}};
    if (sample.relink) line["relink"] = *sample.relink;
    return line;
}

void write_samples(const Sampling& sampling, const Choice& choice, const std::string& file) {
    SampleLines write(file);
    write(sampling.head);
    if (sampling.head.contains("not_comparable")) return;
    for (const ComparedCall& compared : compared_calls(sampling.control)) {
        if (!choice.takes(compared.name())) continue;
        end_after(kCallSeconds);
        write({{"begin", compared.name()},
               {"function", function(compared.call.fn).name},
               {"size", compared.fails ? "error" : name_of(compared.call.size)},
               {"operands", compared.call.operands}});
        write(sampling.found(compared));
    }
    write({{"ended", true}});
}

void sample_calls(const SamplePaths& paths, const Choice& choice, const std::string& file) {
    const Libraries libraries = load(paths);
    Sampling sampling;
    sampling.head = {{"version", version_of(libraries[kCandidate])}, {"machine", compare::machine()}};
    if (const std::string reason = why_not_comparable(libraries); !reason.empty()) {
        sampling.head["not_comparable"] = reason;
        return write_samples(sampling, choice, file);
    }
    // A library that sets the number of threads does so for LibTorch as a whole.
    for (const Backend& backend : libraries)
        if (backend.set_num_threads) backend.set_num_threads(1);
    const double floor = floor_ns(libraries[kBaseline]);
    sampling.control = makes_all_operands(libraries[kBaseline]);
    sampling.found = [&](const ComparedCall& compared) { return found(compared, libraries, floor); };
    write_samples(sampling, choice, file);
}

}  // namespace simple::bench
