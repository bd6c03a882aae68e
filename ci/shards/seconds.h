// What cases take, as recorded: from an earlier verdict, or from the table that is committed. In seconds of CPU time,
// or of what passed where an earlier verdict knows no more.
#pragma once

#include <map>
#include <string>

#include "ci/engine/known_cases.h"

namespace simple::gate {

class RecordedSeconds {
  public:
    // recorded_seconds.tsv: lines "suite function seconds", of one case on average; "suite (case) seconds", of each
    // beside that; "suite (start) seconds"; "step (checks) seconds". Throws std::runtime_error.
    explicit RecordedSeconds(const std::string& table);

    // Of each case that has run in it, and of the gate's own checks. Throws std::runtime_error where it is no verdict.
    void take(const std::string& verdict_json);

    double of_case(const KnownCase& c) const;
    // Of a suite before its first case and behind its last, however many there are.
    double of_start(const std::string& suite) const;
    // Of the gate's own checks of a step together.
    double of_checks(const std::string& step) const;

  private:
    std::map<std::string, double> cases_;      // by suite/id
    std::map<std::string, double> functions_;  // by "suite function"
    std::map<std::string, double> suites_;     // by suite, of a function that is not listed
    std::map<std::string, double> beside_;     // by suite, what each case takes beside its own
    std::map<std::string, double> starts_;     // by suite
    std::map<std::string, double> checks_;     // by step
};

}  // namespace simple::gate
