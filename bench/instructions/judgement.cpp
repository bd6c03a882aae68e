#include "bench/instructions/judgement.h"

#include <cxxabi.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace simple::bench {
namespace {

constexpr double kLeast = 0.05;  // half a tenth: counts are sums of tenths

std::string signed_text(double difference) { return (difference < 0 ? "-" : "+") + number_text(std::fabs(difference)); }

std::map<std::string, double> differences(const std::map<std::string, double>& candidate,
                                          const std::map<std::string, double>& baseline) {
    std::map<std::string, double> result = candidate;
    for (const auto& [name, value] : baseline) result[name] -= value;
    for (auto i = result.begin(); i != result.end();)
        i = std::fabs(i->second) < kLeast ? result.erase(i) : std::next(i);
    return result;
}

// "simple::torch_backend::fail_handle", without the parameters.
std::string readable(const std::string& function) {
    int status = 0;
    char* text = abi::__cxa_demangle(function.c_str(), nullptr, nullptr, &status);
    std::string result = text ? text : function;
    std::free(text);
    const size_t parameters = result.find('(');
    return text && parameters != std::string::npos && parameters > 0 ? result.substr(0, parameters) : result;
}

// ": pthread_mutex_lock +1", the largest first, three at most.
std::string by_name(const std::map<std::string, double>& changed) {
    std::vector<std::pair<std::string, double>> names(changed.begin(), changed.end());
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return std::fabs(a.second) > std::fabs(b.second); });
    if (names.size() > 3) names.resize(3);
    std::vector<std::string> texts;
    for (const auto& [name, value] : names) texts.push_back(readable(name) + " " + signed_text(value));
    return texts.empty() ? "" : fmt::format(": {}", fmt::join(texts, ", "));
}

bool copies(const std::string& entry) {
    static const std::set<std::string> names{"at::clone", "at::copy_", "at::_to_copy", "at::contiguous",
                                             "at::to_dtype"};
    return names.count(entry) != 0;
}

// Of a candidate's own functions the one that copies a tensor, where it is inside the library: LibTorch's kernel of it
// is called past the dispatcher.
bool copies_itself(const std::string& function) {
    const std::string name = readable(function);
    const auto ends_with = [&](const std::string& end) {
        return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
    };
    return ends_with("::clone") || ends_with("rt_torch_torchtensor_clone");
}

// Where the baseline's call makes none.
bool copies_anew(const CallCount& candidate, const CallCount& baseline) {
    return std::any_of(candidate.own.begin(), candidate.own.end(), [&](const auto& counted) {
        return copies_itself(counted.first) && baseline.own.count(counted.first) == 0;
    });
}

// What is entered more often.
std::string detail(Kind kind, const CallCount& candidate, const CallCount& baseline) {
    constexpr const char* kCopy = "; a tensor copy";
    if (kind == Kind::instructions) {
        if (candidate.own.empty() || baseline.own.empty()) return "";
        return by_name(differences(candidate.own, baseline.own)) + (copies_anew(candidate, baseline) ? kCopy : "");
    }
    if (kind == Kind::atomics) return "";
    auto changed = differences(candidate.callees, baseline.callees);
    bool copy = false;
    for (auto i = changed.begin(); i != changed.end();) {
        const bool of_kind =
            i->first.rfind("at::", 0) == 0 ? kind == Kind::dispatcher_entries : callee_of(i->first).kind == kind;
        copy = copy || (of_kind && i->second > 0 && copies(i->first));
        i = of_kind ? std::next(i) : changed.erase(i);
    }
    return by_name(changed) + (copy ? kCopy : "");
}

Judgement compared(const std::string& call, const CallCount& candidate, const CallCount& baseline) {
    Judgement judgement{call, Judgement::Result::same, {}};
    const bool varies = candidate.varies || baseline.varies;
    bool more = false, less = false, worse = false;
    // Instructions more that are let pass.
    const double most_more = std::max(instruction_limit(baseline[Kind::instructions]), baseline.spread);
    for (const Kind kind : kAllKinds) {
        const double was = baseline[kind], is = candidate[kind], difference = is - was;
        if (std::fabs(difference) < kLeast) continue;
        const double limit = kind == Kind::instructions ? most_more : 0;
        (difference > 0 ? more : less) = true;
        worse = worse || difference > limit;
        judgement.changes.push_back(fmt::format(
            "{}{} {} -> {} ({}{}){}", varies ? "at least " : "", name_of(kind), number_text(was), number_text(is),
            signed_text(difference),
            kind == Kind::instructions && difference > 0 ? fmt::format("; the limit is +{}", number_text(limit)) : "",
            detail(kind, candidate, baseline)));
    }
    const double most_was = baseline[Kind::instructions] + baseline.spread,
                 most_is = candidate[Kind::instructions] + candidate.spread;
    if (varies && most_is - most_was > kLeast) {
        more = true;
        worse = worse || most_is - most_was > most_more;
        judgement.changes.push_back(fmt::format("at most instructions {} -> {} (+{}; the limit is +{})",
                                                number_text(most_was), number_text(most_is),
                                                number_text(most_is - most_was), number_text(most_more)));
    }
    const double growth = candidate.growth - baseline.growth;
    if (growth > most_more) {
        more = worse = true;
        judgement.changes.push_back(
            fmt::format("a look-up that grows with the tensors that live: +{} instructions among some 1,500 of them "
                        "(baseline: +{})",
                        number_text(candidate.growth), number_text(baseline.growth)));
    }
    if (varies && !judgement.changes.empty())
        judgement.changes.push_back(
            fmt::format("counts vary within a run, the candidate's by {} instructions and the baseline's by {}",
                        number_text(candidate.spread), number_text(baseline.spread)));
    judgement.result = worse  ? Judgement::Result::worse
                       : more ? Judgement::Result::reported
                       : less ? Judgement::Result::improved
                              : Judgement::Result::same;
    return judgement;
}

}  // namespace

const char* name_of(Judgement::Result result) {
    switch (result) {
        case Judgement::Result::same: return "same";
        case Judgement::Result::reported: return "reported";
        case Judgement::Result::improved: return "improved";
        case Judgement::Result::worse: return "worse";
        case Judgement::Result::unknown: return "unknown";
    }
    return "";
}

double instruction_limit(double baseline) { return std::max(3.0, 0.005 * baseline); }

std::vector<Judgement> judge(const Counts& candidate, const Counts& baseline) {
    std::vector<Judgement> result;
    std::set<std::string> calls;
    for (const Counts* counts : {&candidate, &baseline})
        for (const auto& [call, count] : *counts) calls.insert(call);
    for (const std::string& call : calls) {
        const auto mine = candidate.find(call), theirs = baseline.find(call);
        if (mine == candidate.end())
            result.push_back(
                {call, Judgement::Result::unknown, {"the baseline has it, and the candidate's was not counted"}});
        else if (theirs == baseline.end())
            result.push_back({call, Judgement::Result::unknown, {"the baseline has no count of it"}});
        else
            result.push_back(compared(call, mine->second, theirs->second));
    }
    return result;
}

}  // namespace simple::bench
