// How far comparisons can be believed, counted: each comparison of builds that are known to be equal, or to differ by a
// planted slowdown, is a line of JSON; the tables are made of all of them. bench/compare/certify.py makes the series.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace simple::compare {

// A slowdown in a call.
struct Planted {
    std::string name;  // the call's
    std::string kind;  // "constant", "percentage", "cache"
    int percent = 0;
};

// What is known of a comparison beside its report.
struct Setting {
    std::string procedure;  // of bench_compare: counts of another one are no evidence of this one
    std::string condition;  // "alone", "shared" with other work, "busy" on purpose
    std::string kind;       // "copy", "moved": the builds are equal; "planted"
    std::vector<Planted> slowed;
};

// What was decided on a call that a slowdown was planted in.
struct Slowed {
    Planted planted;
    std::string decision;
    double ratio = 1, p_value = 1;
    double u_test = 1;  // p of bench/compare/u_test.h over the samples that judge
};

struct Counted {
    Setting setting;
    std::string machine;           // the report's comparability key
    size_t calls = 0, judged = 0;  // compared; and of these by fresh processes
    std::map<std::string, size_t> decisions;
    std::vector<std::string> alarms;  // calls that changed where nothing was planted, or the other way
    std::vector<std::string> nulls_off, relinks_off;
    size_t u_tests = 0, u_alarms = 0;  // calls where nothing was planted; of these called different
    std::vector<Slowed> slowed;
    // As certify.py measured it: how long the comparison took, and the part of the machine that other work took.
    double seconds = 0, elsewhere = 0;
};

// Throws std::runtime_error where the report is of an interrupted comparison, or of none.
Counted counted(const nlohmann::json& report, const Setting& setting);
// Rows of the report whose verdict is wrong: an alarm, or a pass where 5 % or more were planted.
nlohmann::ordered_json misjudged(const nlohmann::json& report, const Setting& setting);

nlohmann::ordered_json to_json(const Counted& counted);
// Throws std::runtime_error with a sentence where it is no such line.
Counted from_json(const nlohmann::json& line);

// Markdown: false alarms and power of what that procedure did, a section for each machine.
std::string tables(const std::vector<Counted>& lines, const std::string& procedure);

}  // namespace simple::compare
