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

// What was found, without the call and its arguments, which differ from case to case. GoogleTest's own first line says
// nothing: "Failed".
std::string finding(const std::string& message) {
    constexpr const char* kCall = "\n  call: ";
    constexpr const char* kFailed = "Failed\n";
    const size_t begin = message.rfind(kFailed, 0) == 0 ? std::char_traits<char>::length(kFailed) : 0;
    const size_t line = message.find('\n', begin);
    const bool has_call = message.find(kCall) != std::string::npos;
    constexpr size_t kEnough = 500;
    const size_t end = begin > 0 || !has_call ? line : message.find(kCall);
    return message.substr(begin, std::min(end - begin, kEnough));
}

std::string cause_of(const CaseResult& c) {
    std::string text = finding(c.message);
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
