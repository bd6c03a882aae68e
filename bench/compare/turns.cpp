#include "bench/compare/turns.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "bench/calls/block.h"
#include "bench/compare/side_process.h"

namespace simple::bench {
namespace {

using Json = nlohmann::ordered_json;
using Sides = std::vector<std::unique_ptr<SideProcess>>;  // by SideIndex

// Whether a file of one has the name of another file of the other: a process would load the first that it meets for
// both.
bool share_a_name(const std::vector<std::string>& files, const std::vector<std::string>& others) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    for (const fs::path file : files)
        for (const fs::path other : others)
            if (file.filename() == other.filename() && !fs::equivalent(file, other, ignored)) return true;
    return false;
}

Json found(const ComparedCall& compared, Sides& sides, bool control, double floor) {
    std::vector<Block> blocks(sides.size());
    std::vector<bool> present(sides.size());
    int calls = kMostCalls;
    for (size_t i = 0; i < sides.size(); ++i) {
        const auto prepared = sides[i]->prepare(compared, control);
        if (prepared.contains("failed"))
            return {{"failed", fmt::format("the {}'s: {}", kSideNames[i], prepared["failed"].get<std::string>())}};
        present[i] = prepared.contains("calls");
        if (present[i]) calls = std::min(calls, prepared["calls"].get<int>());
        blocks[i] = [&side = *sides[i]](int n) { return side.block_ns(n); };
    }
    Json absent = absent_line(present[kBaseline], present[kCandidate]);
    if (!absent.is_null()) return absent;
    try {
        return line_of(in_slots(blocks, calls, floor));
    } catch (const std::exception& error) {
        return {{"failed", error.what()}};
    }
}

void sample(const SamplePaths& paths, const Choice& choice, const std::string& file) {
    Sides sides;
    for (size_t i = 0; i < paths.size(); ++i) sides.push_back(std::make_unique<SideProcess>(kSideNames[i], paths[i]));
    const auto& before = sides[kBaseline]->facts();
    const auto& now = sides[kCandidate]->facts();
    for (const auto& side : sides) side->facts();
    Sampling sampling;
    sampling.head = {
        {"version", now.at("version")}, {"baseline_version", before.at("version")}, {"machine", now.at("machine")}};
    const auto has_libtorch = [](const auto& facts) {
        return !facts.at("libtorch").template get_ref<const std::string&>().empty();
    };
    if (before.at("version") != now.at("version") && !(has_libtorch(before) && has_libtorch(now)))
        sampling.head["not_comparable"] =
            fmt::format("the baseline runs on {}, the candidate on {}", before.at("version").get<std::string>(),
                        now.at("version").get<std::string>());
    sampling.control = before.at("control");
    const double floor = sides[kBaseline]->floor_ns();
    sampling.found = [&](const ComparedCall& compared) { return found(compared, sides, sampling.control, floor); };
    write_samples(sampling, choice, file);
}

}  // namespace

bool need_turns(const std::string& baseline, const std::string& candidate) {
    try {
        SideProcess a("baseline", baseline), b("candidate", candidate);
        const std::string one = a.facts().at("libtorch"), other = b.facts().at("libtorch");
        if (!one.empty() && !other.empty() && one != other) return true;
        return share_a_name(a.facts().at("came_with_it"), b.facts().at("came_with_it"));
    } catch (const std::exception&) {
    } catch (const SideEnded&) {
    }
    return false;
}

// A signal that ends a side ends this process: who started it sees the ending that the call brought about.
void sample_in_turns(const SamplePaths& paths, const Choice& choice, const std::string& file) {
    try {
        sample(paths, choice, file);
    } catch (const SideEnded& ended) {
        if (ended.signal) {
            std::signal(ended.signal, SIG_DFL);
            std::raise(ended.signal);
        }
        throw std::runtime_error(ended.what);
    }
}

}  // namespace simple::bench
