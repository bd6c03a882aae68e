#include "reports/golden_text.h"

#include <regex>
#include <sstream>
#include <vector>

namespace simple {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string escaped(const std::string& literal) {
    static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
    return std::regex_replace(literal, special, R"(\$&)");
}

struct GoldenLine {
    size_t least = 1, most = 1;
    std::regex pattern;
};

GoldenLine parse(std::string line) {
    GoldenLine golden;
    std::smatch match;
    static const std::regex repeat("^<lines ([0-9]+)-([0-9]+)>");
    if (std::regex_search(line, match, repeat)) {
        golden.least = std::stoul(match[1]);
        golden.most = std::stoul(match[2]);
        line = match.suffix();
    }
    static const std::regex place("<[^<>:]+: ([^<>]*)>");
    std::string pattern;
    while (std::regex_search(line, match, place)) {
        pattern += escaped(match.prefix()) + "(?:" + match[1].str() + ")";
        line = std::string(match.suffix());
    }
    golden.pattern = pattern + escaped(line);
    return golden;
}

}  // namespace

std::string differences(const std::string& golden, const std::string& got) {
    const auto lines = lines_of(got);
    std::string diff;
    bool same = got.empty() || got.back() == '\n';
    if (!same) diff += "+ (the last line does not end)\n";
    size_t at = 0;
    for (const auto& line : lines_of(golden)) {
        const GoldenLine expected = parse(line);
        size_t count = 0;
        for (; count < expected.most && at < lines.size() && std::regex_match(lines[at], expected.pattern); ++count)
            diff += "  " + lines[at++] + "\n";
        if (count >= expected.least) continue;
        same = false;
        diff += "- " + line + "\n";
        // A line that differs, rather than one that is missing, is shown beside what came in its place.
        if (at < lines.size()) diff += "+ " + lines[at++] + "\n";
    }
    for (; at < lines.size(); ++at) {
        same = false;
        diff += "+ " + lines[at] + "\n";
    }
    return same ? "" : diff;
}

}  // namespace simple
