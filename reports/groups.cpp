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

// The first line, with the next one where it ends with a colon, and where a suite expected otherwise ("  at: ..."); a
// process that ended says in several lines what happened. Calls and their arguments differ from case to case.
std::string finding(const CaseResult& c) {
    constexpr size_t kEnough = 500;
    const std::string& message = c.message;
    size_t end = message.find('\n');
    if (c.status != Status::fail)
        end = message.find("\n  call: ");
    else if (end != std::string::npos && end > 0 && message[end - 1] == ':')
        end = message.find('\n', end + 1);
    return message.substr(0, std::min(end, kEnough));
}

std::string place_of(const std::string& message) {
    const size_t begin = message.find("\n  at: ");
    return begin == std::string::npos ? "" : message.substr(begin, message.find('\n', begin + 1) - begin);
}

std::string cause_of(const CaseResult& c) {
    std::string text = finding(c);
    replace_all(text, c.function, "f");
    std::string cause(to_string(c.status));
    cause += ' ';
    for (const char letter : text) {
        const bool digit = std::isdigit(static_cast<unsigned char>(letter)) != 0;
        if (!digit && letter != '-' && letter != '.')
            cause += letter;
        else if (cause.back() != '0')
            cause += '0';
    }
    for (size_t at; (at = cause.find("0, 0")) != std::string::npos;) cause.replace(at, 4, "0");  // lists of any length
    return cause + place_of(c.message);
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
