// One worker process of a suite with its batch of cases.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "ci/run/process.h"
#include "ci/run/supervisor.h"
#include "ci/testkit/call_watch.h"

namespace simple::gate {

class Worker {
  public:
    // The result has no name yet. `blamed` is for GivenUp: what hung or ended the process, "" otherwise.
    using Report = std::function<void(const PlannedCase&, CaseResult, const std::string& blamed)>;

    using Batch = std::deque<const PlannedCase*>;
    // Called before the process is started again: may take cases that are not to run, and report them, from the batch.
    using Prune = std::function<void(Batch&)>;

    Worker(std::vector<std::string> program, const Limits& limits, const GivenUp& given_up, Batch batch, Report report,
           Prune prune);
    ~Worker();

    const Process& process() const { return *process_; }
    // Takes what has arrived, and deals with the end of the process; false when the batch is through.
    bool step();

  private:
    using Clock = std::chrono::steady_clock;

    void start();
    void take_events();
    void take_output();
    void on_line(const std::string& line);
    void check_limits();
    void on_end(const Ending& ending);
    void finish_front(CaseResult result, const std::string& blamed = "");
    void finish_front(Status status, std::string message, double seconds);
    std::string with_output(std::string message) const;
    CaseResult without(int32_t given_up) const;
    double since_event() const { return std::chrono::duration<double>(Clock::now() - last_event_).count(); }

    std::vector<std::string> program_;
    const Limits& limits_;
    const GivenUp& given_up_;
    Batch batch_;  // what is still to be reported; the front may be running
    Report report_;
    Prune prune_;
    std::string list_file_;
    std::string watch_file_;
    CallWatch* watch_;
    std::unique_ptr<Process> process_;
    std::string events_;                 // the incomplete last line
    std::string output_;                 // the end of what the running case wrote
    size_t output_bytes_ = 0;            // all that it wrote
    bool loaded_ = false;                // the plan event came
    bool running_ = false;               // the front of the batch has started
    bool done_ = false;                  // the done event came
    const PlannedCase* last_ = nullptr;  // the case reported last
    Status killed_as_ = Status::pass;    // why we killed it; pass: we did not
    std::string killed_because_;
    Clock::time_point last_event_;
};

}  // namespace simple::gate
