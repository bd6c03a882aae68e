// Functions that are not called any more in a run of the gate.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

// A function that has hung or ended the process a few times is given up: each time costs seconds, and there may be
// hundreds of cases that call it. What a run learns in one suite holds in those that follow. A name is that of a
// function of the table, or stands for the cases of no function ("programs/…").
class GivenUp {
  public:
    // One more case ended as timeout or crash because of that name; other endings do not count.
    void count(const std::string& name, Status ending);
    // Crashes are counted anew in each suite: since a fork server takes them, they cost milliseconds, and each suite is
    // to show what it finds. What hangs stays given up.
    void begin_suite() { crashes_.clear(); }
    // As what the cases of that name count now, timeout or crash; pass where they are to run.
    Status as(const std::string& name) const;
    // The functions among the names, as --given-up takes them; "" for none.
    std::string functions() const;

    // A process that does not end once its cases are through: those that follow are not waited for as long.
    void count_end_that_hangs() { process_ends_ = false; }
    bool process_ends() const { return process_ends_; }

    static const char* how(Status ending) { return ending == Status::timeout ? "did not end" : "ended the process"; }

  private:
    std::map<std::string, unsigned> timeouts_, crashes_;
    bool process_ends_ = true;
};

}  // namespace simple::gate
