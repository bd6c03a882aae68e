#include "reports/contract_lines.h"

#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace simple::embedded {
std::string_view contract();
std::string_view function_table();
}  // namespace simple::embedded

namespace simple::reports {
namespace {

using Lines = std::map<std::string, int, std::less<>>;

// The first line on which each word stands right behind `before` and is ended by `after`.
Lines lines_of(std::string_view text, std::string_view before, std::string_view after) {
    Lines lines;
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
        if (line.substr(0, before.size()) != before) continue;
        const std::string_view rest = line.substr(before.size());
        if (const size_t end = rest.find(after); end != std::string_view::npos)
            lines.emplace(rest.substr(0, end), number);
    }
    return lines;
}

int line_in(const Lines& lines, std::string_view word) {
    const auto found = lines.find(word);
    return found == lines.end() ? 0 : found->second;
}

}  // namespace

int line_of_promise(std::string_view id) {
    static const Lines lines = lines_of(embedded::contract(), "* **", "**");
    return line_in(lines, id);
}

int line_of_function(std::string_view name) {
    static const Lines lines = lines_of(embedded::function_table(), "name = \"", "\"");
    return line_in(lines, name);
}

}  // namespace simple::reports
