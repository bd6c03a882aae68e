#include "ci/run/worker.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

namespace simple::gate {
namespace {

using Json = nlohmann::json;

constexpr size_t kOutputShown = 2000;
constexpr size_t kMessageShown = 16000;
constexpr size_t kLongestLine = 8 << 20;

CaseResult result_of(Status status, std::string message, double seconds) {
    CaseResult result;
    result.status = status;
    result.message = std::move(message);
    result.seconds = seconds;
    return result;
}

std::string write_file(const std::string& text) {
    std::string path = std::filesystem::temp_directory_path() / "simple-gate-XXXXXX";
    const int fd = mkstemp(path.data());
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot write " + path);
    const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(fd);
    if (!written) throw std::system_error(errno, std::generic_category(), "cannot write " + path);
    return path;
}

std::string list_of(const std::deque<const PlannedCase*>& batch) {
    std::string text;
    for (const auto* c : batch) text += c->id + "\n";
    return text;
}

}  // namespace

Worker::Worker(std::vector<std::string> program, const Limits& limits, const GivenUp& given_up, Batch batch,
               Report report, Prune prune)
    : program_(std::move(program)),
      limits_(limits),
      given_up_(given_up),
      batch_(std::move(batch)),
      report_(std::move(report)),
      prune_(std::move(prune)),
      watch_file_(write_file(std::string(sizeof(CallWatch), '\0'))),
      watch_(map_call_watch(watch_file_)) {
    if (!watch_) throw std::system_error(errno, std::generic_category(), "cannot map " + watch_file_);
    start();
}

Worker::~Worker() {
    process_.reset();
    munmap(watch_, sizeof(CallWatch));
    unlink(watch_file_.c_str());
    unlink(list_file_.c_str());
}

void Worker::start() {
    if (!list_file_.empty()) unlink(list_file_.c_str());
    list_file_ = write_file(list_of(batch_));
    watch_->inside = watch_->given_up = 0;
    auto argv = program_;
    argv.insert(argv.end(), {"--cases-from", list_file_, "--events-fd", std::to_string(Process::kEventsFd), "--watch",
                             watch_file_});
    if (const std::string functions = given_up_.functions(); !functions.empty())
        argv.insert(argv.end(), {"--given-up", functions});
    process_ = std::make_unique<Process>(argv);
    events_.clear();
    output_.clear();
    output_bytes_ = 0;
    loaded_ = running_ = done_ = false;
    killed_as_ = Status::pass;
    last_event_ = Clock::now();
}

bool Worker::step() {
    take_events();
    take_output();
    check_limits();
    Ending ending;
    if (process_->ended(ending)) {
        take_events();
        take_output();
        on_end(ending);
        prune_(batch_);
        if (batch_.empty()) return false;
        start();
    }
    return true;
}

void Worker::take_events() {
    for (;;) {
        std::string some;
        process_->read_events(some);
        if (some.empty()) break;
        events_ += some;
        size_t begin = 0;
        for (size_t end; (end = events_.find('\n', begin)) != std::string::npos; begin = end + 1)
            on_line(events_.substr(begin, end - begin));
        events_.erase(0, begin);
        if (events_.size() > kLongestLine) {
            killed_as_ = Status::error;
            killed_because_ = "the suite sent an event without end";
            process_->kill();
            events_.clear();
            break;
        }
    }
}

void Worker::take_output() {
    for (;;) {
        std::string some;
        process_->read_output(some);
        if (some.empty()) break;
        output_bytes_ += some.size();
        output_ += some;
        if (output_.size() > kOutputShown) output_.erase(0, output_.size() - kOutputShown);
        if (output_bytes_ > limits_.output_bytes) break;
    }
}

void Worker::on_line(const std::string& line) {
    const Json event = Json::parse(line, nullptr, false);
    if (!event.is_object()) return;  // not the suite's: something else wrote to the descriptor
    const auto text = [&](const char* key) {
        const auto found = event.find(key);
        return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string kind = text("event");
    const bool of_front = !batch_.empty() && text("id") == batch_.front()->id;
    last_event_ = Clock::now();
    if (kind == "plan") {
        loaded_ = true;
    } else if (kind == "start" && of_front) {
        running_ = true;
        output_.clear();
        output_bytes_ = 0;
    } else if (kind == "end" && of_front && running_) {
        const std::string status = text("status");
        if (status == "given up") {
            const auto function = event.find("given_up");  // the watch may tell of the next case already
            finish_front(
                without(function != event.end() && function->is_number_integer() ? function->get<int32_t>() : 0));
            return;
        }
        const bool known = status == "pass" || status == "fail" || status == "skipped";
        CaseResult result = result_of(known ? status_from(status) : Status::error, text("message"), 0);
        if (result.message.size() > kMessageShown) result.message = result.message.substr(0, kMessageShown) + "…";
        result.capability = text("capability");
        if (const auto seconds = event.find("seconds"); seconds != event.end() && seconds->is_number())
            result.seconds = seconds->get<double>();
        if (const auto counts = event.find("counts"); counts != event.end() && counts->is_object())
            for (const auto& [name, count] : counts->items())
                if (count.is_number_integer()) result.counts[name] = count.get<int64_t>();
        finish_front(std::move(result));
    } else if (kind == "done") {
        done_ = true;
    }
}

void Worker::check_limits() {
    if (killed_as_ != Status::pass) return;
    const double limit = loaded_ ? limits_.case_seconds : limits_.start_seconds;
    if (output_bytes_ > limits_.output_bytes) {
        killed_as_ = Status::fail;
        killed_because_ = fmt::format("wrote more than {} KiB to stdout and stderr", limits_.output_bytes / 1024);
    } else if (since_event() > limit) {
        killed_as_ = Status::timeout;
        killed_because_ = fmt::format("still running after {:.3g} s", limit);
    } else {
        return;
    }
    process_->kill();
}

void Worker::on_end(const Ending& ending) {
    const bool killed = killed_as_ != Status::pass;
    const Status status = killed ? killed_as_ : Status::crash;
    const std::string reason = killed ? killed_because_ : ending.describe();
    const int32_t given_up = watch_->given_up;
    if (running_ && given_up != 0) {
        finish_front(without(given_up));
    } else if (running_) {
        const std::string within = name_of_watched(watch_->inside);
        finish_front(result_of(status, with_output(within.empty() ? reason : reason + ", in " + within), since_event()),
                     within.empty() ? group_of(*batch_.front()) : within);
    } else if (!loaded_) {
        // Nothing of the batch can run in a process that does not come up.
        while (!batch_.empty()) finish_front(status, with_output("the suite did not start: " + reason), 0);
    } else if (!batch_.empty() && done_) {
        while (!batch_.empty()) finish_front(Status::error, "the suite ended without running this case", 0);
    } else if (ending.signal != 0 || ending.exit_code > 1 || killed || !done_) {
        if (!last_) {
            finish_front(status, with_output("before the case started: " + reason), 0);
            return;
        }
        PlannedCase after;
        after.id = "(after " + last_->id + ")";
        after.promises = {"E1"};
        report_(after,
                result_of(status, with_output(batch_.empty() ? reason + " at the end of the process" : reason), 0), "");
        // Whatever ended the process may do so at once again; the next case would never be reached.
        if (!batch_.empty()) last_ = nullptr;
    }
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
    running_ = false;
    report_(*last_, std::move(result), blamed);
}

std::string Worker::with_output(std::string message) const {
    return output_.empty() ? message : message + "\nit had written:\n" + output_;
}

}  // namespace simple::gate
