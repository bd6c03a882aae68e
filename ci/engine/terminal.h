// What the user sees: progress while the gate runs, then the verdict.
#pragma once

#include <string>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

class Terminal {
  public:
    Terminal();

    void step_begins(const StepResult& step);
    void suite_begins(const std::string& suite, size_t cases);
    void progress(const CaseResult& latest, size_t remaining);
    void suite_ends();
    void verdict(const Verdict& verdict, const std::string& where) const;  // where the reports are, in a few words

  private:
    std::string paint(const char* colour, const std::string& text) const;
    std::string status(std::string_view text, bool good, bool bad) const;
    void failures(const Verdict& verdict) const;
    void clear_line() const;

    bool tty_;
    bool colours_;
    std::string suite_;
    size_t total_ = 0;
    size_t done_ = 0;
    size_t failed_ = 0;
    double shown_ = 0;
};

}  // namespace simple::gate
