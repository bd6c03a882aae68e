#include "reports/frozen.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "reports/digest.h"

namespace simple::gate {
namespace {

constexpr size_t kShown = 10;

// What the machine and its LibTorch have decides, and the set of functions that a candidate may leave out.
bool may_be_skipped(const CaseResult& c) {
    constexpr std::array kLacks{"control", "cuda", "no-cuda", "second-device", "memory-figures", "simulated-memory"};
    return c.status == Status::skipped && std::find(kLacks.begin(), kLacks.end(), c.capability) != kLacks.end();
}

// A list that was cut short would be met by fewer cases.
void demand_digest(const std::string& folder, const std::string& version) {
    const std::string sums = folder + ".sha256", list = folder + "/" + version;
    std::ifstream in(sums);
    for (std::string digest, name; in >> digest >> name;)
        if (name == version && digest == sha256_of_file(list)) return;
    throw std::runtime_error(fmt::format("{} is not the list whose digest {} has: restore it", list, sums));
}

}  // namespace

std::vector<std::string> contract_versions(const std::string& folder) {
    std::vector<std::string> versions;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        versions.push_back(entry.path().filename());
    std::sort(versions.begin(), versions.end());
    return versions;
}

std::set<std::string> read_frozen(const std::string& folder, const std::string& version) {
    demand_digest(folder, version);
    std::ifstream in(folder + "/" + version);
    std::set<std::string> names;
    for (std::string id; std::getline(in, id);)
        if (!id.empty() && id.front() != '#') names.insert("golden/" + id);
    if (names.empty()) throw std::runtime_error(fmt::format("{}/{} lists no cases", folder, version));
    return names;
}

CaseResult judge_frozen(const std::string& version, const std::set<std::string>& frozen,
                        const std::vector<CaseResult>& cases, std::string& note) {
    std::map<std::string, const CaseResult*> by_name;
    for (const auto& c : cases) by_name[c.name()] = &c;
    std::vector<std::string> bad;
    size_t passed = 0, skipped = 0;
    for (const auto& name : frozen) {
        const auto found = by_name.find(name);
        if (found == by_name.end())
            bad.push_back(name + " did not run");
        else if (found->second->status == Status::pass)
            ++passed;
        else if (may_be_skipped(*found->second))
            ++skipped;
        else
            bad.push_back(fmt::format("{}: {}", name, to_string(found->second->status)));
    }
    note = fmt::format("contract {}: {} frozen cases, {} passed, {} skipped, {} not passed", version, frozen.size(),
                       passed, skipped, bad.size());
    CaseResult result;
    result.suite = "contract";
    result.id = version;
    result.status = bad.empty() && passed > 0 ? Status::pass : Status::fail;
    if (result.status == Status::pass) return result;
    result.message =
        fmt::format("{} of the {} cases frozen with contract {} did not pass:\n{}", frozen.size() - passed - skipped,
                    frozen.size(), version, fmt::join(bad.begin(), bad.begin() + std::min(bad.size(), kShown), "\n"));
    if (bad.size() > kShown) result.message += fmt::format("\nand {} more", bad.size() - kShown);
    return result;
}

}  // namespace simple::gate
