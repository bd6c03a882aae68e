#include "bench/instructions/count_table.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace simple::bench {
namespace {

constexpr const char* kHeader =
    "call\tinstructions\tallocations\tlocks\tdispatcher entries\tatomic instructions\tamong many "
    "tensors\tvaries\tcalls";

std::string names_text(const std::map<std::string, double>& names) {
    std::string text;
    for (const auto& [name, times] : names)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number_text(times), name);
    return text.empty() ? "-" : text;
}

std::vector<std::string> split(const std::string& text, const std::string& by) {
    std::vector<std::string> parts;
    for (size_t begin = 0;;) {
        const size_t end = text.find(by, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string::npos) return parts;
        begin = end + by.size();
    }
}

double number(const std::string& text) {
    size_t used = 0;
    const double value = std::stod(text, &used);
    if (used != text.size() || !(value >= 0) || std::isinf(value)) throw std::invalid_argument("no count: " + text);
    return value;
}

CallCount parse_count(const std::vector<std::string>& columns) {
    CallCount count;
    for (size_t i = 0; i < kKinds; ++i) count.of[i] = number(columns[i + 1]);
    count.growth = number(columns[6]);
    count.varies = columns[7] != "-";
    if (count.varies) count.spread = number(columns[7]);
    if (columns[8] != "-")
        for (const std::string& callee : split(columns[8], ", ")) {
            const size_t blank = callee.find(' ');
            if (blank == std::string::npos) throw std::invalid_argument("no name: " + callee);
            count.callees[callee.substr(blank + 1)] = number(callee.substr(0, blank));
        }
    return count;
}

}  // namespace

std::string table_text(const CountTable& table) {
    std::string text = fmt::format(
        "# Instructions and more of one call in the library's own object, counted by callgrind.\n"
        "# Written by: ci/perf --instructions --update\n"
        "# compiler: {}\n# libtorch: {}\n# machine: {}\n# flags: {}\n{}\n",
        table.made_with.compiler, table.made_with.libtorch, table.made_with.machine, table.made_with.flags, kHeader);
    for (const auto& [call, count] : table.counts) {
        text += call;
        for (const double value : count.of) text += "\t" + number_text(value);
        text += fmt::format("\t{}\t{}\t{}\n", number_text(count.growth), count.varies ? number_text(count.spread) : "-",
                            names_text(count.callees));
    }
    return text;
}

CountTable parse_table(const std::string& text, const std::string& file) {
    CountTable table;
    bool headed = false;
    size_t at = 0;
    std::istringstream lines(text);
    try {
        for (std::string line; std::getline(lines, line);) {
            ++at;
            for (const auto& [key, part] : {std::pair{"# compiler: ", &MadeWith::compiler},
                                            {"# libtorch: ", &MadeWith::libtorch},
                                            {"# machine: ", &MadeWith::machine},
                                            {"# flags: ", &MadeWith::flags}})
                if (line.rfind(key, 0) == 0) table.made_with.*part = line.substr(std::string(key).size());
            if (line.empty() || line[0] == '#') continue;
            if (!headed) {
                if (line != kHeader) throw std::invalid_argument("the columns are not those of this version");
                headed = true;
                continue;
            }
            const auto columns = split(line, "\t");
            if (columns.size() != 9) throw std::invalid_argument(fmt::format("{} columns of 9", columns.size()));
            if (!table.counts.emplace(columns[0], parse_count(columns)).second)
                throw std::invalid_argument("a second line of " + columns[0]);
        }
        if (table.counts.empty()) throw std::invalid_argument("no counts");
    } catch (const std::logic_error& e) {
        throw std::runtime_error(fmt::format("{}, line {}: {}", file, at, e.what()));
    }
    return table;
}

CountTable read_table(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error(file + " cannot be read");
    std::ostringstream text;
    text << in.rdbuf();
    return parse_table(text.str(), file);
}

void write_table(const CountTable& table, const std::string& file) {
    std::ofstream out(file);
    out << table_text(table);
    if (!out.flush()) throw std::runtime_error(file + " cannot be written");
}

}  // namespace simple::bench
