// What the user asked for, and where things are.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace simple::gate {

struct Settings {
    std::string candidate;             // "" until resolved: the library just built
    std::string stub;                  // likewise
    std::vector<std::string> steps;    // empty: all
    std::vector<std::string> suites;   // empty: all
    std::vector<std::string> filters;  // globs over ids, or functions' names; empty: all
    bool quick = false;
    bool keep_going = false;
    bool partial = false;
    bool audit = false;    // a second look at some of the cases
    bool no_host = false;  // workers export no spl_* functions
    unsigned jobs = 0;     // 0: as many as there are cores
    double timeout_scale = 1;
    uint64_t seed = 1;
    std::string device = "cpu";  // where the suites' tensors live; or cuda:N
    std::string out;             // "" until resolved: reports/latest
    bool list = false;
    std::string explain;
    std::string waivers;  // "" until resolved: ci/waivers.toml, where it exists
    std::string against;
    bool rerun_failed = false;
    std::string contract;       // only the cases frozen with this version
    std::string debug;          // suite/case to run under gdb
    bool instructions = false;  // count them, too
    std::string baseline;   // what their counts are compared with: a library, or a table of counts; "": those committed
    std::string self_test;  // "first" (each fault to its first catch) or "full"; "" for none

    bool program = false;        // the candidate is an executable: suites run inside it
    bool own_build = false;      // the candidate is the library just built: stricter
    std::set<std::string> only;  // --rerun-failed, --contract: names of the cases to run
    std::string contracts;       // the folder of the lists of frozen cases
    std::string counts;          // the folder of the committed counts of instructions
    std::string command;         // the command line, for the report
    std::string reference;       // the reference backend; may not be built
    std::string bin;             // where suites and probe are

    bool selection() const {
        return quick || rerun_failed || !contract.empty() || !filters.empty() || !suites.empty() || !steps.empty();
    }
};

// Whether one of the filters takes a case: a glob over its id, or the name of its function.
bool filter_matches(const std::string& filter, const std::string& id, const std::string& function);

// Whether the filters, --quick, --rerun-failed and --contract select a case.
bool selects(const Settings& settings, const std::string& suite, const std::string& id, const std::string& function,
             bool quick);

}  // namespace simple::gate
