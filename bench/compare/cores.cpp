#include "bench/compare/cores.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace simple::compare {
namespace {

// The CPUs of the same core, as the system lists them, "0,64" or "0-1"; unknown is one of its own.
std::string siblings_of(int cpu) {
    std::ifstream in(fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", cpu));
    std::string list;
    return std::getline(in, list) ? list : fmt::format("{}", cpu);
}

std::vector<int> own_cpus() {
    std::vector<int> cpus;
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;  // more of them than it has room for
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

}  // namespace

std::vector<std::vector<int>> dealt(const std::vector<std::vector<int>>& cores, size_t most) {
    std::vector<std::vector<int>> sets(std::clamp<size_t>(cores.size(), 1, most));
    for (size_t i = 0; i < cores.size(); ++i) {
        std::vector<int>& set = sets[i % sets.size()];
        set.insert(set.end(), cores[i].begin(), cores[i].end());
    }
    return sets;
}

std::vector<std::vector<int>> sets_of_cores(size_t most) {
    std::map<std::string, size_t> known;
    std::vector<std::vector<int>> cores;
    for (const int cpu : own_cpus()) {
        const auto [core, is_new] = known.try_emplace(siblings_of(cpu), cores.size());
        if (is_new) cores.emplace_back();
        cores[core->second].push_back(cpu);
    }
    return dealt(cores, most);
}

void stay_on(const std::vector<int>& cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) CPU_SET(static_cast<size_t>(cpu), &set);
    if (!cpus.empty()) sched_setaffinity(0, sizeof set, &set);
}

}  // namespace simple::compare
