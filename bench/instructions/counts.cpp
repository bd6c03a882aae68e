#include "bench/instructions/counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

#include "bench/instructions/starts_with.h"

namespace simple::bench {
namespace {

// libc's names of one function differ with its debug symbols: ___pthread_mutex_lock, pthread_mutex_lock@@GLIBC_2.2.5,
// __libc_malloc; callgrind marks recursion: malloc'2.
std::string_view plain(std::string_view name) {
    name = name.substr(0, name.find_first_of("@'"));
    name.remove_prefix(std::min(name.size(), name.find_first_not_of('_')));
    if (starts_with(name, "GI_")) name.remove_prefix(3);
    name.remove_prefix(std::min(name.size(), name.find_first_not_of('_')));
    if (starts_with(name, "libc_")) name.remove_prefix(5);
    return name;
}

// "_ZN2at4_ops5clone4callERKNS_6TensorE...": "at::clone"; "" of what is no entry to the dispatcher.
std::string dispatched(std::string_view function) {
    constexpr std::string_view kOps = "_ZN2at4_ops";
    if (!starts_with(function, kOps)) return "";
    function.remove_prefix(kOps.size());
    size_t length = 0;
    const auto [end, error] = std::from_chars(function.data(), function.data() + function.size(), length);
    const size_t digits = static_cast<size_t>(end - function.data());
    if (error != std::errc() || digits + length > function.size()) return "";
    const std::string name = "at::" + std::string(function.substr(digits, length));
    function.remove_prefix(digits + length);
    if (starts_with(function, "4callE")) return name;
    if (starts_with(function, "10redispatchE")) return name + " (again)";
    return "";
}

std::string group_of(std::string_view object) {
    const std::string_view file = object.substr(object.rfind('/') + 1);
    if (starts_with(file, "libtorch") || starts_with(file, "libc10")) return "LibTorch";
    for (const char* libc : {"libc.", "libc-", "ld-", "libstdc++", "libgcc_s", "libc++"})
        if (starts_with(file, libc)) return "libc";
    return "other";
}

}  // namespace

const char* name_of(Kind kind) {
    switch (kind) {
        case Kind::instructions: return "instructions";
        case Kind::allocations: return "allocations";
        case Kind::locks: return "locks";
        case Kind::dispatcher_entries: return "dispatcher entries";
        case Kind::atomics: return "atomic instructions";
    }
    return "";
}

Callee callee_of(std::string_view function) {
    static const std::set<std::string_view> allocations{"malloc",   "calloc",         "realloc", "aligned_alloc",
                                                        "memalign", "posix_memalign", "valloc",  "reallocarray"};
    static const std::set<std::string_view> locks{"pthread_mutex_lock",
                                                  "pthread_mutex_trylock",
                                                  "pthread_mutex_timedlock",
                                                  "pthread_mutex_clocklock",
                                                  "pthread_rwlock_rdlock",
                                                  "pthread_rwlock_tryrdlock",
                                                  "pthread_rwlock_wrlock",
                                                  "pthread_rwlock_trywrlock",
                                                  "pthread_spin_lock",
                                                  "pthread_spin_trylock",
                                                  "sem_wait",
                                                  "mtx_lock",
                                                  "GOMP_critical_start",
                                                  "omp_set_lock"};
    // operator new and new[], with and without alignment and nothrow
    constexpr std::string_view kNew = "operator new";  // as a table names it
    if (starts_with(function, "_Znwm") || starts_with(function, "_Znam") || function == kNew)
        return {Kind::allocations, std::string(kNew)};
    const std::string_view name = plain(function);
    if (allocations.count(name)) return {Kind::allocations, std::string(name)};
    if (locks.count(name)) return {Kind::locks, std::string(name)};
    if (std::string entry = dispatched(function); !entry.empty()) return {Kind::dispatcher_entries, std::move(entry)};
    return {Kind::instructions, ""};
}

CallCount counted(const Dump& dump, const std::string& own, const std::string& target,
                  const AtomicInstructions* atomics, int calls) {
    using Address = std::pair<std::string_view, uint64_t>;
    std::map<Address, uint64_t> executed_at;
    for (const Dump::Cost& cost : dump.costs) executed_at[{cost.at.object, cost.address}] += cost.executed;
    const auto entries = [&](const Dump::Call& edge) {
        const auto found = executed_at.find({edge.to.object, edge.address});
        return found == executed_at.end() ? 0 : found->second;
    };

    CallCount count;
    const double call = 1.0 / calls;
    std::map<Address, Callee> callees;
    bool came_in = false;
    for (const Dump::Call& edge : dump.calls) {
        // The only caller of the candidate while callgrind collects: a Watched of target/watched_backend.cpp.
        const bool watched =
            edge.from.object == target && edge.from.function.find("7Watched") != std::string_view::npos;
        if (watched && entries(edge) > 0) {
            if (edge.to.object != own)
                throw std::runtime_error(
                    fmt::format("{} is in {}, not in the candidate", edge.to.function, edge.to.object));
            came_in = came_in || entries(edge) == static_cast<uint64_t>(calls);
        }
        if (Callee callee = callee_of(edge.to.function); callee.kind == Kind::dispatcher_entries)
            callees.emplace(Address{edge.to.object, edge.address}, std::move(callee));
    }
    if (!came_in)
        throw std::runtime_error(fmt::format("{}: not exactly {} calls came in to one function", dump.label, calls));
    for (const auto& [address, callee] : callees) {
        const auto found = executed_at.find(address);
        if (found == executed_at.end()) continue;
        const double executed = static_cast<double>(found->second) * call;
        count[callee.kind] += executed;
        count.callees[callee.name] += executed;
    }
    for (const Dump::Cost& cost : dump.costs) {
        const double executed = static_cast<double>(cost.executed) * call;
        if (cost.at.object == target) continue;
        if (cost.at.object != own) {
            count.elsewhere[group_of(cost.at.object)] += executed;
            continue;
        }
        count[Kind::instructions] += executed;
        count.own[std::string(cost.at.function)] += executed;
        if (atomics && atomics->at(cost.address)) count[Kind::atomics] += executed;
    }
    // Sums of tenths, as whole tenths.
    const auto tidy = [&](double& value) { value = std::round(value * calls) / calls; };
    for (double& value : count.of) tidy(value);
    for (auto* table : {&count.callees, &count.own, &count.elsewhere})
        for (auto& [name, value] : *table) tidy(value);
    return count;
}

CallCount counted_callers(const Dump& dump, const std::string& own, const std::string& target, int calls) {
    CallCount count;
    for (const Dump::Call& edge : dump.calls) {
        const Callee callee = callee_of(edge.to.function);
        if (callee.kind != Kind::allocations && callee.kind != Kind::locks) continue;
        // operator new calls malloc, and libc its own functions: one allocation. A candidate may bring an allocator
        // along.
        const bool within =
            edge.from.object == edge.to.object && edge.from.object != own && callee.name != "operator new";
        const bool again = callee_of(edge.from.function).kind == Kind::allocations;
        const bool others = edge.from.object != own && group_of(edge.from.object) == "other";
        if (within || again || others || edge.from.object == target) continue;
        count[callee.kind] += static_cast<double>(edge.times) / calls;
        count.callees[callee.name] += static_cast<double>(edge.times) / calls;
    }
    return count;
}

CallCount merged(const std::map<std::string, CallCount>& passes) {
    CallCount result = passes.at("plain");
    double most = 0;
    for (const auto& [pass, count] : passes) {
        if (pass == "many" || pass == "callers") continue;
        most = std::max(most, count[Kind::instructions]);
        for (const Kind kind : kAllKinds) {
            result.varies = result.varies || count[kind] != result[kind];
            result[kind] = std::min(result[kind], count[kind]);
        }
        if (count[Kind::instructions] < result[Kind::instructions]) result.own = count.own;
        for (auto& [name, value] : result.elsewhere)
            if (const auto other = count.elsewhere.find(name); other != count.elsewhere.end())
                value = std::min(value, other->second);
    }
    result.spread = most - result[Kind::instructions];
    const CallCount& callers = passes.at("callers");
    for (const Kind kind : {Kind::allocations, Kind::locks}) result[kind] = callers[kind];
    result.callees.insert(callers.callees.begin(), callers.callees.end());
    result.growth = std::max(0.0, passes.at("many")[Kind::instructions] - most);
    return result;
}

std::string number_text(double per_call) {
    std::string text = fmt::format("{:.2f}", per_call);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

}  // namespace simple::bench
