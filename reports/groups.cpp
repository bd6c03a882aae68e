#include "reports/groups.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace simple::gate {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& with) {
    if (what.empty()) return;
    for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
}

std::string cause_of(const CaseResult& c) {
    std::string line = c.message.substr(0, c.message.find('\n'));
    replace_all(line, c.function, "f");
    std::string cause(to_string(c.status));
    cause += ' ';
    for (const char letter : line)
        if (!std::isdigit(static_cast<unsigned char>(letter)))
            cause += letter;
        else if (cause.back() != '0')
            cause += '0';
    return cause;
}

}  // namespace

std::vector<FailureGroup> groups_of_failures(const std::vector<CaseResult>& cases) {
    std::map<std::string, size_t> places;
    std::vector<FailureGroup> groups;
    for (const auto& c : cases) {
        if (!is_failure(c.status)) continue;
        const auto [place, is_new] = places.emplace(cause_of(c), groups.size());
        if (is_new) groups.emplace_back();
        groups[place->second].push_back(&c);
    }
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return groups;
}

}  // namespace simple::gate
