// What the user asked for, and where things are.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/claims.h"

namespace simple::gate {

// "2/4": counted from 1.
struct ShardNumber {
    unsigned index = 0, of = 0;
};

// --device simulated: the suites' processes find CUDA devices that are simulated (ci/simulated_cuda).
constexpr const char* kSimulated = "simulated";

// What is the same as asked for and in a run.
struct Choices {
    std::vector<std::string> steps;    // empty: all
    std::vector<std::string> suites;   // empty: all
    std::vector<std::string> filters;  // globs over ids, or functions' names; empty: all
    bool quick = false;
    bool keep_going = false;
    bool partial = false;
    bool audit = false;    // a second look at some of the cases
    bool no_host = false;  // workers export no spl_* functions
    double timeout_scale = 1;
    uint64_t seed = 1;
    std::string device = "cpu";          // where the suites' tensors live; or cuda:N, or kSimulated
    std::optional<std::string> list;     // "text" or "json"
    std::optional<std::string> explain;  // a function
    std::optional<std::string> against;  // an earlier verdict.json
    bool fail_on_new = false;            // what did not pass in that one does not fail the gate
    bool rerun_failed = false;
    std::optional<std::string> contract;   // only the cases frozen with this version
    std::optional<std::string> libtorch;   // what the script ci/gate built with, and judges in a folder of its own
    std::optional<std::string> debug;      // suite/case to run under gdb
    bool instructions = false;             // count them, too
    std::optional<std::string> baseline;   // what times and counts are compared with: a library, or a table of counts
    std::optional<std::string> self_test;  // "first", "full" or "pairs", with ":SEED" where something is drawn
    std::optional<std::string> capabilities;  // where the capability statement goes
    std::optional<std::string> claims_file;   // what the candidate's owner says that it can do, and cannot
    std::optional<std::string> bundle;        // where the evidence goes, FILE.tar.zst
    std::optional<std::string> bundle_key;    // what signs it: a key of ssh-keygen or minisign
    std::optional<std::string> record_plan;   // a suite, as the build asks
    std::optional<ShardNumber> shard;         // of a plan, or of the self-test's faults
    std::optional<std::string> plan;          // the plan of the shards: a file of ci/gate plan
    std::optional<std::string> spec;          // the command of the runtime's own test suite
    std::vector<std::string> spec_claims;     // functions, or files, that say what it tests
    std::optional<std::string> examples;      // a folder of programs for the candidate, a runtime,
    std::optional<std::string> expected;      // and one with what each prints
    bool bless = false;                       // write that
    bool with_config = false;                 // a gate.toml gave some of this
    std::string command;                      // the command line, for the report
};

// What of a run is this shard's (ci/shards).
struct Dealt {
    unsigned index = 0, of = 0;  // counted from 1
    std::string plan_sha256;
    std::set<std::string> cases;       // suite/id
    std::set<std::string> own_checks;  // steps whose checks of the gate's own are this shard's
    std::set<std::string> suites;      // that the run deals cases of, to whatever shard
    std::set<std::string> steps;       // that it deals anything of
    std::set<std::string> timed;       // suites of which the run deals every case
};

// How a program is started that the suites do not simply take the place of: --launcher, --env, --args,
// --wait-for-library.
struct Launch {
    std::vector<std::string> before;       // the launcher's words
    std::vector<std::string> after;        // the program's arguments
    std::vector<std::string> environment;  // NAME=value
    double seconds = 60;                   // till it has the functions
    std::vector<std::string> options;      // as given, to repeat a case
};

// A run's: everything is looked up.
struct Settings : Choices {
    std::string candidate;
    std::string stub;
    std::string reference;              // may not be built
    std::string out;                    // where the reports go
    std::optional<std::string> latest;  // the link to the last run's; none where --out says where they go
    std::optional<std::string> waivers;
    unsigned jobs = 1;
    bool program = false;  // the candidate is an executable: suites run inside it
    std::optional<Launch> launch;
    bool own_build = false;      // the candidate is the library just built: stricter
    std::vector<Claim> claims;   // of claims_file
    std::optional<Dealt> dealt;  // of a shard; what nothing is dealt of is told by every shard as by a whole run
    std::set<std::string> only;  // --rerun-failed, --contract: names of the cases to run
    std::string contracts;       // the folder of the lists of frozen cases
    std::string counts;          // the folder of the committed counts of instructions
    std::string bin;             // where suites and probe are

    // Something stands between the gate and the program, an emulator say: what that takes is no work of the program's.
    bool has_launcher() const { return launch && !launch->before.empty(); }
    // Whether the gate's own checks of a step are to be made: elsewhere another shard makes them.
    bool checks(const std::string& step) const { return !dealt || dealt->own_checks.count(step) > 0; }
    bool selection() const {
        return dealt || quick || rerun_failed || contract || !filters.empty() || !suites.empty() || !steps.empty();
    }
};

// Whether one of the filters takes a case: a glob over its id, or the name of its function.
bool filter_matches(const std::string& filter, const std::string& id, const std::string& function);

// Whether the filters, --quick, --rerun-failed and --contract select a case.
bool selects(const Settings& settings, const std::string& suite, const std::string& id, const std::string& function,
             bool quick);

}  // namespace simple::gate
