#include "ci/run/worker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <system_error>
#include <utility>

#include "ci/run/case_event.h"
#include "ci/run/process_stat.h"
#include "ci/testkit/output_marks.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr size_t kForeignShown = 100;
constexpr size_t kLongestLine = 8 << 20;
constexpr size_t kLeftToEach = 64 << 10;  // of output, when all have written much: the marks of a batch are few of it
constexpr int kReadsAtOnce = 64;          // of 64 KiB each; then others have their turn
constexpr const char* kEndOfProcess = "(end of the process)";
constexpr const char* kLeftBehind = "(left behind)";

CaseResult result_of(Status status, std::string message, double seconds) {
    CaseResult result;
    result.status = status;
    result.message = std::move(message);
    result.seconds = seconds;
    return result;
}

std::string list_of(const std::deque<const PlannedCase*>& batch) {
    std::string text;
    for (const auto* c : batch) text += c->id + "\n";
    return text;
}

// None that a suite or a library ends with for a reason of its own (0 to 2, 64, 70, 126 and up), and not the same
// again: a library that ends the process with a status that it makes up does not hit it.
int draw_exit_code() {
    static std::random_device device;
    return std::uniform_int_distribution<int>(10, 60)(device);
}

std::string with_output(const std::string& message, const std::string& output) {
    return output.empty() ? message : message + "\nit had written:\n" + output;
}

}  // namespace

Worker::Worker(std::vector<std::string> program, const Limits& limits, GivenUp& given_up, size_t& written, Batch batch,
               Report report, Prune prune, PlanCheck check_plan, SuiteServer* shared)
    : program_(std::move(program)),
      limits_(limits),
      given_up_(given_up),
      batch_(std::move(batch)),
      report_(std::move(report)),
      prune_(std::move(prune)),
      check_plan_(std::move(check_plan)),
      shared_(shared),
      own_watch_(shared ? nullptr : std::make_unique<WatchFile>()),
      watch_(shared ? shared->watch() : *own_watch_),
      written_(written) {
    start();
}

Worker::~Worker() {
    process_.reset();
    own_server_.reset();
    if (shared_) shared_->rest();
    unlink(list_file_.c_str());
}

void Worker::start() {
    if (!list_file_.empty()) unlink(list_file_.c_str());
    list_file_ = write_temporary_file(list_of(batch_));
    watch_->inside = watch_->given_up = 0;
    exit_code_ = draw_exit_code();
    const auto canaries =
        static_cast<size_t>(std::count_if(batch_.begin(), batch_.end(), [](const auto* c) { return c->canary; }));
    const std::string functions = given_up_.functions();
    if ((shared_ || (ended_badly_ && suite_serves_)) && !server_failed_)
        ask_server(functions, canaries);
    else
        start_process(functions, canaries);
    events_.clear();
    output_.clear();
    state_ = State::starting;
    last_ = nullptr;
    killed_.reset();
    launched_ = false;
    last_event_ = Clock::now();
}

void Worker::start_process(const std::string& functions, size_t canaries) {
    server_ = nullptr;
    own_server_.reset();
    auto argv = program_;
    argv.insert(argv.end(),
                {"--cases-from", list_file_, "--events-fd", std::to_string(Process::kEventsFd), "--watch",
                 watch_.path(), "--exit-code", std::to_string(exit_code_), "--canaries", std::to_string(canaries)});
    if (!functions.empty()) argv.insert(argv.end(), {"--given-up", functions});
    if (check_plan_) argv.emplace_back("--whole-plan");
    process_ = std::make_unique<Process>(argv);
}

void Worker::ask_server(const std::string& functions, size_t canaries) {
    if (shared_)
        server_ = &shared_->server();
    else if (!server_) {
        own_server_ = start_server(program_, watch_);
        server_ = own_server_.get();
    }
    process_.reset();
    server_->run(fmt::format("{} {} {} {}", list_file_, canaries, exit_code_, functions));
}

void Worker::fail_server() {
    server_failed_ = true;
    if (shared_) shared_->fail();
}

// Of the process that runs the cases. A server that cannot fork has run none.
bool Worker::ended(Ending& ending) {
    if (!server_) return process_->ended(ending);
    if (!server_->ended(ending)) {
        if (server_->refused()) {
            fail_server();
            start();
        }
        return false;
    }
    if (!server_->usable()) fail_server();
    return true;
}

bool Worker::step() {
    take_events();
    take_output();
    check_limits();
    Ending ending;
    if (ended(ending)) {
        const auto left_behind = current().take_leftovers();
        take_events();
        take_output();
        if (server_ && state_ == State::starting) {  // nothing has run: a process of its own will show why
            fail_server();
            start();
            return true;
        }
        if (server_ && shared_) shared_->count_batch();
        on_end(ending, left_behind);
        prune_(batch_);
        if (batch_.empty()) return false;
        start();
    }
    return true;
}

void Worker::take_events() {
    for (int i = 0; i < kReadsAtOnce; ++i) {
        std::string some;
        current().read_events(some);
        if (some.empty()) break;
        if (killed_) continue;  // what it says after that counts no more
        events_ += some;
        size_t begin = 0;
        for (size_t end; (end = events_.find('\n', begin)) != std::string::npos && !killed_; begin = end + 1)
            on_line(events_.substr(begin, end - begin));
        events_.erase(0, begin);
        if (events_.size() > kLongestLine) kill(Status::fail, "an event without end came from it");
        if (killed_) events_.clear();
    }
}

void Worker::take_output() {
    for (int i = 0; i < kReadsAtOnce; ++i) {
        std::string some;
        current().read_output(some);
        if (some.empty()) break;
        output_.add(some);
        written_ += some.size();
    }
}

// Only what the suite says in its order is an event. Whatever else comes was written by somebody else: to a descriptor
// that is not his, or to pass for the suite.
void Worker::on_line(const std::string& line) {
    const Json event = Json::parse(line, nullptr, false);
    const std::string kind = text_in(event, "event");
    const bool of_front = !batch_.empty() && text_in(event, "id") == batch_.front()->id;
    last_event_ = Clock::now();
    if (kind == "plan" && state_ == State::starting)
        on_plan(event);
    else if (kind == "start" && state_ == State::between && of_front)
        on_case_start();
    else if (kind == "end" && state_ == State::running && of_front)
        on_case_end(event);
    else if (kind == "done" && state_ == State::between)
        state_ = State::done;
    else
        kill(Status::fail, "something other than the suite wrote to the descriptor of its events: " +
                               (line.size() > kForeignShown ? line.substr(0, kForeignShown) + "…" : line));
}

void Worker::on_plan(const Json& event) {
    state_ = State::between;
    suite_serves_ = suite_serves_ || event.value("serves", Json(false)) == Json(true);
    launched_ = event.value("launched", Json(false)) == Json(true);
    if (!check_plan_) return;
    Plan plan;
    try {
        plan = plan_in(event);
    } catch (const Json::exception& e) {
        plan.problem = fmt::format("its list of cases is not readable: {}", e.what());
    }
    accepts(plan);  // where not, the run ends
}

// Asked once.
bool Worker::accepts(const Plan& plan) { return std::exchange(check_plan_, nullptr)(plan); }

void Worker::on_case_start() {
    state_ = State::running;
    cpu_at_start_ = cpu_seconds();
    take_output();
    const std::string before = output_.take_until(case_begins_mark(batch_.front()->id));
    if (!launched_ || last_) report_output_outside(before, last_ ? "between two cases" : "before the first case");
}

void Worker::on_case_end(const Json& event) {
    take_output();
    const std::string written = output_.take_until(case_ends_mark(batch_.front()->id));
    // The watch may tell of the next case already.
    const auto given_up = given_up_in(event);
    CaseResult result = given_up ? without(*given_up) : case_result(event);
    if (!written.empty()) {
        result.promises = {"T3"};
        const std::string said = "wrote to stdout or stderr:\n" + written;
        result.message = is_failure(result.status) && !result.message.empty() ? result.message + "\n" + said : said;
        if (!is_failure(result.status)) result.status = Status::fail;
    }
    finish_front(std::move(result));
}

void Worker::check_limits() {
    if (killed_) {
        // Its server does not tell of its end.
        if (server_ && Clock::now() - killed_at_ > kToTellOfAnEnd) server_->process().kill();
        return;
    }
    const double limit = state_ == State::starting                            ? limits_.start_seconds
                         : state_ == State::done && !given_up_.process_ends() ? limits_.end_seconds_once_hung
                                                                              : limits_.case_seconds;
    const bool much = written_ > limits_.outputs_bytes;
    const size_t most = much ? std::min(limits_.output_bytes, kLeftToEach) : limits_.output_bytes;
    if (output_.bytes() > most)
        kill(Status::fail,
             fmt::format("wrote more than {} KiB to stdout and stderr{}", most / 1024,
                         much ? ", which is all that is left to a case when others have written much" : ""));
    else if (since_event() > limit)
        kill(Status::timeout, fmt::format("still running after {:.3g} s", limit));
    else if (state_ == State::running && since_event() > limits_.case_cpu_seconds &&
             cpu_seconds() - cpu_at_start_ > limits_.case_cpu_seconds)
        kill(Status::timeout, fmt::format("still running after {:.3g} s of the processor", limits_.case_cpu_seconds));
}

// Of the process that runs the cases, or that was started to launch it; 0 where that is not known.
double Worker::cpu_seconds() {
    const auto stat = stat_of(server_ ? server_->child() : process_->pid());
    return stat ? stat->cpu_seconds : 0;
}

void Worker::kill(Status status, std::string reason) {
    killed_ = Bad{status, std::move(reason)};
    killed_at_ = Clock::now();
    if (server_)
        server_->kill();
    else
        process_->kill();
}

void Worker::on_end(const Ending& ending, const std::vector<std::string>& left_behind) {
    std::optional<Bad> bad = killed_;
    if (!bad && (state_ != State::done || ending.exit_code != exit_code_))
        bad =
            Bad{Status::crash,
                ending.describe() + (ending.signal != 0 || state_ != State::done ? ""
                                     : launched_ ? ", which is not the suite's: the launcher must end as what it starts"
                                                 : ", which is not the suite's")};
    // What a case started and could not wait for, because it was ended itself, is no fault of its own.
    const bool of_case = state_ == State::running;
    if (!left_behind.empty() && of_case)
        bad->reason += fmt::format("; it left behind: {}", fmt::join(left_behind, "; "));
    if (!left_behind.empty() && !of_case)
        report_extra(kLeftBehind, "E1", Status::fail,
                     fmt::format("processes that were still there when the worker had ended, and were killed: {}",
                                 fmt::join(left_behind, "; ")));
    ended_badly_ = ended_badly_ || bad;
    switch (state_) {
        case State::starting: {
            // Nothing of the batch can run in a process that does not come up.
            const std::string message = with_output("the suite did not start: " + bad->reason, output_.take_all());
            if (check_plan_ && !accepts({{}, message, ending, false})) return batch_.clear();
            while (!batch_.empty()) finish_front(bad->status, message, 0);
            return;
        }
        case State::running: return on_end_while_running(*bad);
        case State::between:
        case State::done: return on_end_after_cases(bad);
    }
}

void Worker::on_end_while_running(const Bad& bad) {
    const int32_t given_up = watch_->given_up;
    if (given_up != 0) return finish_front(without(given_up));
    const std::string within = name_of_watched(watch_->inside);
    const std::string reason = within.empty() ? bad.reason : bad.reason + ", in " + within;
    finish_front(result_of(bad.status, with_output(reason, output_.take_all()), since_event()),
                 within.empty() ? group_of(*batch_.front()) : within);
}

void Worker::on_end_after_cases(const std::optional<Bad>& bad) {
    if (state_ == State::done)
        while (!batch_.empty()) finish_front(Status::error, "the suite ended without running this case", 0);
    const std::string output = output_.take_all();
    if (!bad && launched_) return;
    if (!bad) return report_output_outside(output, "at the end of the process");
    if (batch_.empty()) {
        if (bad->status == Status::timeout) given_up_.count_end_that_hangs();
        report_extra(kEndOfProcess, "E1", bad->status,
                     with_output(bad->reason + ", at the end of the process, when all cases had been run", output));
    } else if (!last_) {
        finish_front(bad->status, with_output("before the case started: " + bad->reason, output), 0);
    } else {
        report_extra("(after " + (last_->canary ? "a case" : last_->id) + ")", "E1", bad->status,
                     with_output(bad->reason, output));
    }
}

// Who wrote it, and for which call, is not known: whatever is printed once a process comes with whichever case is
// first.
void Worker::report_output_outside(const std::string& output, const char* when) {
    if (!output.empty())
        report_extra("(output outside of all cases)", "T3", Status::fail,
                     fmt::format("wrote to stdout or stderr {}:\n{}", when, output));
}

void Worker::report_extra(std::string id, const char* promise, Status status, std::string message) {
    PlannedCase extra;
    extra.id = std::move(id);
    extra.promises = {promise};
    report_(extra, result_of(status, std::move(message), 0), "");
}

void Worker::finish_front(Status status, std::string message, double seconds) {
    finish_front(result_of(status, std::move(message), seconds));
}

// The result of a case that calls a function which is given up.
CaseResult Worker::without(int32_t given_up) const {
    const std::string name = name_of_watched(given_up);
    CaseResult result;
    result.status = Status::skipped;
    result.capability = fmt::format("{}, which {}", name, GivenUp::how(given_up_.as(name)));
    return result;
}

void Worker::finish_front(CaseResult result, const std::string& blamed) {
    last_ = batch_.front();
    batch_.pop_front();
    state_ = state_ == State::running ? State::between : state_;
    report_(*last_, std::move(result), blamed);
}

}  // namespace simple::gate
