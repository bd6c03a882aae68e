// One worker process of a suite with its batch of cases.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ci/run/case_output.h"
#include "ci/run/fork_server.h"
#include "ci/run/process.h"
#include "ci/run/suite_server.h"
#include "ci/run/supervisor.h"

namespace simple::gate {

class Worker {
  public:
    // The result has no name yet. `blamed` is for GivenUp: what hung or ended the process, "" otherwise.
    using Report = std::function<void(const PlannedCase&, CaseResult, const std::string& blamed)>;

    using Batch = std::deque<const PlannedCase*>;
    // Called before the process is started again: may take cases that are not to run, and report them, from the batch.
    using Prune = std::function<void(Batch&)>;

    // With a shared server all processes are its children, which tell no list of cases (`check_plan` is empty), and
    // `program` is what stands in where it cannot give any. To `written` it adds the bytes that come from stdout and
    // stderr.
    Worker(std::vector<std::string> program, const Limits& limits, GivenUp& given_up, size_t& written, Batch batch,
           Report report, Prune prune, PlanCheck check_plan, SuiteServer* shared = nullptr);
    ~Worker();

    const Process& process() const { return server_ ? server_->process() : *process_; }
    // Takes what has arrived, and deals with the end of the process; false when the batch is through.
    bool step();

  private:
    using Clock = std::chrono::steady_clock;

    // Where the process is. It passes from starting over between and running, as often as it has cases, to done.
    enum class State {
        starting,  // until the plan event: loading
        between,   // no case runs
        running,   // the front of the batch
        done       // it said that it is through; what follows is its end
    };

    // How a process ended that did not end as a suite ends.
    struct Bad {
        Status status;
        std::string reason;
    };

    Process& current() { return server_ ? server_->process() : *process_; }
    void start();
    void start_process(const std::string& functions, size_t canaries);
    void ask_server(const std::string& functions, size_t canaries);
    bool ended(Ending& ending);
    void fail_server();
    void take_events();
    void take_output();
    void on_line(const std::string& line);
    void on_plan(const nlohmann::json& event);
    bool accepts(const Plan& plan);
    void on_case_start();
    void on_case_end(const nlohmann::json& event);
    void check_limits();
    void kill(Status status, std::string reason);
    void on_end(const Ending& ending, const std::vector<std::string>& left_behind);
    void on_end_while_running(const Bad& bad);
    void on_end_after_cases(const std::optional<Bad>& bad);
    void finish_front(CaseResult result, const std::string& blamed = "");
    void finish_front(Status status, std::string message, double seconds);
    void report_output_outside(const std::string& output, const char* when);
    void report_extra(std::string id, const char* promise, Status status, std::string message);
    CaseResult without(int32_t given_up) const;
    double cpu_seconds();
    double since_event() const { return std::chrono::duration<double>(Clock::now() - last_event_).count(); }

    std::vector<std::string> program_;
    const Limits& limits_;
    GivenUp& given_up_;
    Batch batch_;  // what is still to be reported; the front may be running
    Report report_;
    Prune prune_;
    PlanCheck check_plan_;  // empty once it was called
    std::string list_file_;
    SuiteServer* shared_;
    std::unique_ptr<WatchFile> own_watch_;
    WatchFile& watch_;
    // The first process of a batch is one of its own; where it ended badly, a fork server gives those that follow.
    std::unique_ptr<Process> process_;
    std::unique_ptr<ForkServer> own_server_;
    ForkServer* server_ = nullptr;  // of the process that runs; null where that is one of its own
    bool suite_serves_ = false;     // as its plan says
    bool launched_ = false;         // as its plan says: others wrote before it, and may behind it
    bool ended_badly_ = false;      // some process of the batch
    bool server_failed_ = false;
    std::string events_;  // the incomplete last line
    CaseOutput output_;
    size_t& written_;  // by all workers of the suite
    State state_ = State::starting;
    int exit_code_ = 0;                  // how a suite that is through ends, and nothing else
    const PlannedCase* last_ = nullptr;  // the case reported last by this process
    std::optional<Bad> killed_;          // why we killed it
    Clock::time_point last_event_;
    double cpu_at_start_ = 0;  // of the case that runs
    Clock::time_point killed_at_;
};

}  // namespace simple::gate
