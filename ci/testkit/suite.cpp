#include "ci/testkit/suite.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "ci/agent/program_symbols.h"
#include "ci/host/host_library.h"
#include "ci/testkit/call.h"
#include "ci/testkit/call_record.h"
#include "ci/testkit/call_watch.h"
#include "ci/testkit/canary.h"
#include "ci/testkit/cpu_seconds.h"
#include "ci/testkit/device.h"
#include "ci/testkit/output_marks.h"
#include "ci/testkit/plain_message.h"
#include "ci/testkit/recorded_calls.h"
#include "ci/testkit/serve.h"
#include "ci/testkit/simulated.h"
#include "ci/testkit/stand_in.h"
#include "impl/abi/shell_quoted.h"
#include "reports/glob.h"

namespace simple {
namespace {

using Json = nlohmann::json;

constexpr int kControlFd = 4;  // where a fork server is told what to run

std::string g_skipped;  // the capability that the running case lacks
bool g_threw = false;   // the running case ended by an exception that was not a failed expectation
CallWatch g_no_watch{};
CallWatch* g_watch = &g_no_watch;  // --watch

class Body : public testing::Test {
  public:
    explicit Body(const std::function<void()>& body) : body_(body) {}
    void TestBody() override {
        try {
            body_();
        } catch (const MissingFunction&) {
            if (!g_lacks) skip("control");  // core functions have stand-ins
        } catch (const std::exception& e) {
            g_threw = true;
            ADD_FAILURE() << "exception: " << e.what();
        } catch (...) {
            g_threw = true;
            ADD_FAILURE() << "exception of an unknown type";
        }
        if (g_lacks) skip("symbol");
        if (!g_skipped.empty() && !HasFailure()) GTEST_SKIP() << "the backend lacks: " << g_skipped;
    }

  private:
    const std::function<void()>& body_;
};

// One JSON object a line, written at once, so that a crash loses nothing that went before.
class Events {
  public:
    explicit Events(int fd) : fd_(fd) {}

    bool wanted() const { return fd_ >= 0; }

    void write(const Json& event) const {
        if (fd_ < 0) return;
        const std::string line = event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
        for (size_t done = 0; done < line.size();) {
            const ssize_t n = ::write(fd_, line.data() + done, line.size() - done);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) _exit(70);  // nobody listens: the supervisor is gone
            done += static_cast<size_t>(n);
        }
    }

  private:
    int fd_;
};

// Tells what stands before from what comes, on the stream that stdout and stderr share under a supervisor.
void mark_output(const Events& events, const std::string& mark) {
    if (!events.wanted()) return;
    std::fflush(nullptr);
    std::cout.flush();
    (void)!::write(STDOUT_FILENO, mark.data(), mark.size());
}

class Reporter : public testing::EmptyTestEventListener {
  public:
    Reporter(const Events& events, const std::map<const testing::TestInfo*, const Case*>& by_test)
        : events_(events), by_test_(by_test) {}

    void OnTestStart(const testing::TestInfo& info) override {
        message_.clear();
        g_skipped.clear();
        g_threw = false;
        g_lacks = false;
        g_watch->inside = g_watch->given_up = 0;
        if (record_)
            for (auto& codes : record_->codes) codes = 0;
        start_ = std::chrono::steady_clock::now();
        cpu_ = cpu_seconds();
        begin_recording(by_test_.at(&info)->function);
        mark_output(events_, case_begins_mark(id(info)));
        events_.write({{"event", "start"}, {"id", id(info)}});
    }
    void OnTestPartResult(const testing::TestPartResult& result) override {
        if (result.skipped() && g_skipped.empty()) g_skipped = result.message();
        if (!result.failed()) return;
        if (!message_.empty()) message_ += "\n";
        message_ += plain_message(result);
    }
    void OnTestEnd(const testing::TestInfo& info) override {
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
        const double cpu = cpu_seconds() - cpu_;
        const bool gave_up = g_watch->given_up != 0;
        const char* status = gave_up                    ? "given up"
                             : g_lacks                  ? "skipped"
                             : g_threw                  ? "error"
                             : info.result()->Failed()  ? "fail"
                             : info.result()->Skipped() ? "skipped"
                                                        : "pass";
        mark_output(events_, case_ends_mark(id(info)));
        events_.write({{"event", "end"},
                       {"id", id(info)},
                       {"status", status},
                       {"given_up", g_watch->given_up.load()},
                       {"message", message_},
                       {"seconds", seconds.count()},
                       {"cpu_seconds", cpu},
                       {"capability", g_skipped},
                       {"counts", counts(*info.result())},
                       {"calls", calls()}});
    }

  private:
    // What the case recorded with RecordProperty as numbers, and what it called, where that is recorded.
    Json counts(const testing::TestResult& result) const {
        Json all = Json::object();
        for (int i = 0; i < result.test_property_count(); ++i) {
            const testing::TestProperty& property = result.GetTestProperty(i);
            char* end = nullptr;
            const long long count = std::strtoll(property.value(), &end, 10);
            if (end != property.value() && *end == 0) all[property.key()] = count;
        }
        for (size_t i = 0; record_ && i < kFunctionCount; ++i)
            if (const uint32_t codes = record_->codes[i]; codes != 0)
                all[kCalled + std::string(function(static_cast<Fn>(i)).name)] = codes;
        return all;
    }

    static Json calls() {
        Json all = Json::array();
        for (const auto& [dtype, device, codes] : recorded_calls()) {
            Json by_code = Json::object();
            for (const auto& [code, count] : codes) by_code[std::to_string(code)] = count;
            all.push_back({{"dtype", dtype}, {"device", device}, {"codes", by_code}});
        }
        return all;
    }

    const std::string& id(const testing::TestInfo& info) const { return by_test_.at(&info)->id; }

    const Events& events_;
    const std::map<const testing::TestInfo*, const Case*>& by_test_;
    CallRecord* record_ = map_call_record();
    std::string message_;
    std::chrono::steady_clock::time_point start_;
    double cpu_ = 0;
};

// After each failed case the command that runs it alone, on the same draws.
class RepeatLines : public testing::EmptyTestEventListener {
  public:
    RepeatLines(std::string command, const std::map<const testing::TestInfo*, const Case*>& by_test)
        : command_(std::move(command)), by_test_(by_test) {}

    void OnTestEnd(const testing::TestInfo& info) override {
        if (!info.result()->Failed()) return;
        std::cout << "Repeat: " << command_ << " --filter '" << by_test_.at(&info)->id << "'" << std::endl;
    }

  private:
    std::string command_;
    const std::map<const testing::TestInfo*, const Case*>& by_test_;
};

std::string command(const char* program, const SuiteOptions& options) {
    const SuiteOptions defaults;
    std::ostringstream line;
    line << shell_word(program);
    if (!options.backend.empty()) line << " --backend " << shell_quoted(options.backend);
    if (!options.second.empty()) line << " --second " << shell_quoted(options.second);
    if (options.seed != defaults.seed) line << " --seed " << options.seed;
    if (options.examples != defaults.examples) line << " --examples " << options.examples;
    if (options.leak_calls != defaults.leak_calls) line << " --leak-calls " << options.leak_calls;
    if (options.device != defaults.device) line << " --device " << options.device;
    return line.str();
}

Json plan(const char* suite, const std::vector<Case>& cases) {
    Json list = Json::array();
    for (const auto& c : cases)
        list.push_back(
            {{"id", c.id}, {"function", c.function}, {"promises", c.promises}, {"quick", c.quick}, {"needs", c.needs}});
    // Whoever started this process need not pass on what a fork server is told through.
    const bool launched = program_was_launched();
    return {{"event", "plan"}, {"suite", suite}, {"serves", !launched}, {"launched", launched}, {"cases", list}};
}

void demand_distinct(const std::vector<Case>& all) {
    std::set<std::string> ids;
    for (const auto& c : all)
        if (!ids.insert(c.id).second) throw std::logic_error("two cases are named " + c.id);
}

// A case that needs CUDA, where there may be none. The word of the candidate counts, but for the case that asks whether
// it finds what its LibTorch finds.
std::function<void()> where_cuda_is(const Backend& backend, const Case& c) {
    return [&backend, body = c.body, asks = c.function == function(Fn::cuda_available).name] {
        const bool simulated = simulated_devices() > 0;
        if (backend.cuda_available() || (simulated && asks)) return body();
        skip(simulated ? "cuda, which cuda_available() denies" : "cuda");
    };
}

std::vector<Case> choose(const std::vector<Case>& all, const std::vector<std::string>& globs,
                         const std::string& needs) {
    std::vector<Case> chosen;
    for (const auto& c : all)
        if (selected_by(globs, c.id) && (needs.empty() || needs == c.needs)) chosen.push_back(c);
    return chosen;
}

// The cases of the list, in its order. As many ids as there are canaries are of none.
std::vector<Case> listed(const std::vector<Case>& all, const std::string& list_file, size_t canaries,
                         const Backend& backend) {
    std::map<std::string, const Case*> by_id;
    for (const auto& c : all) by_id[c.id] = &c;
    std::ifstream in(list_file);
    if (!in) throw std::runtime_error("cannot read " + list_file);
    std::vector<Case> chosen;
    for (std::string id; std::getline(in, id);) {
        if (const auto found = by_id.find(id); found != by_id.end()) {
            chosen.push_back(*found->second);
        } else {
            if (canaries-- == 0) throw std::runtime_error("no case is named " + id);
            Case made = canary(id, backend);
            made.body = [body = made.body] {
                body();
                g_lacks = false;
                g_watch->given_up = 0;  // it fails, whatever it could not call
            };
            chosen.push_back(std::move(made));
        }
    }
    return chosen;
}

// GoogleTest names are identifiers to its filters; ids hold characters that those treat specially.
std::string test_name(const std::string& id) {
    std::string name = id;
    for (char& c : name)
        if (c == ':' || c == '*' || c == '?') c = '_';
    return name;
}

// What to run, and how to end.
struct Chosen {
    std::vector<Case> cases;
    int exit_code = -1;  // -1: as GoogleTest says
};

int run_cases(const char* name, const char* program, const SuiteOptions& options, const Events& events,
              const Chosen& chosen) {
    events.write(plan(name, chosen.cases));
    std::map<const testing::TestInfo*, const Case*> by_test;
    for (const auto& c : chosen.cases)
        by_test[testing::RegisterTest(name, test_name(c.id).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                                      [body = &c.body]() -> testing::Test* { return new Body(*body); })] = &c;
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    if (events.wanted())
        delete listeners.Release(listeners.default_result_printer());
    else
        listeners.Append(new RepeatLines(command(program, options), by_test));
    listeners.Append(new Reporter(events, by_test));
    const int result = RUN_ALL_TESTS();
    events.write({{"event", "done"}});
    return chosen.exit_code >= 0 ? chosen.exit_code : result;
}

}  // namespace

void skip(const char* capability) { g_skipped = capability; }

int suite_main(const char* name, int argc, char** argv, const RegisterCases& register_cases) {
    testing::InitGoogleTest(&argc, argv);
    SuiteOptions options;
    int events_fd = -1, exit_code = -1;
    bool list = false, serving = false;
    size_t canaries = 0;
    std::string cases_from, needs, watch;
    std::vector<std::string> filter, given_up;
    CLI::App app(std::string("The ") + name + " suite: cases against a backend. GoogleTest's own options work too.");
    app.add_option("--backend", options.backend, "the library under test; without it the functions in this process");
    app.add_option("--second", options.second, "a second backend to compare with");
    app.add_option("--seed", options.seed, "seed of everything that is drawn")->capture_default_str();
    app.add_option("--examples", options.examples, "examples a property; 0 is the suite's default");
    app.add_option("--leak-calls", options.leak_calls, "repeats in leak cases; 0 is as many as examples");
    app.add_option("--device", options.device, "cpu or cuda:N")->capture_default_str();
    app.add_option("--filter", filter, "only cases whose id matches one of these patterns (* and ?)")->delimiter(',');
    app.add_option("--needs", needs, "only cases that need this: cuda");
    app.add_option("--cases-from", cases_from, "run the cases named in this file, one a line, in its order");
    app.add_option("--canaries", canaries, "how many ids of that file are of no case: cases that must fail");
    app.add_flag("--serve", serving, "run the batches that the control descriptor names (ci/testkit/serve.h)");
    app.add_option("--events-fd", events_fd, "stream events as JSON lines to this descriptor");
    app.add_option("--exit-code", exit_code, "end with this once all cases ran, passed or not");
    app.add_option("--watch", watch, "a file that tells which function is being called (ci/testkit/call_watch.h)");
    app.add_option("--given-up", given_up, "functions that are not called: a case that needs one ends as given up")
        ->delimiter(',');
    app.add_flag("--list-cases", list, "print the plan as JSON (to the events' descriptor, where given) and end");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : 64;
    }
    // The descriptor is ours alone: a candidate that writes to stdout, or starts a program, cannot touch the stream.
    if (events_fd >= 0) fcntl(events_fd, F_SETFD, FD_CLOEXEC);
    const Events events(events_fd);

    // On several threads a BLAS sums in another order whenever another caller keeps one of them busy: last bits change
    // from call to call. OpenMP reads this when the backend brings it along; the gate sets it for whole processes.
    setenv("OMP_NUM_THREADS", "1", 0);

    Backend backend;
    std::vector<Case> cases;
    try {
        t_runs_cases = true;
        if (!options.backend.empty()) load_host_functions();
        backend = options.backend.empty() ? backend_in_program() : load_backend(options.backend);
        stand_in_for_missing_core_functions(backend);
        const int32_t device = device_number(options.device);
        const bool lacks_cuda = device >= 0 && !backend.cuda_available();
        if (device >= 0 && !lacks_cuda) backend = on_cuda(backend, device);
        if (!watch.empty()) {
            g_watch = mapped_file<CallWatch>(watch.c_str());
            if (!g_watch) throw std::runtime_error("cannot map " + watch);
            watch_calls(backend, *g_watch);
        }
        if (events.wanted()) record_calls(backend);
        std::vector<Case> all = register_cases(backend, options);
        demand_distinct(all);
        for (auto& c : all) {
            const Function* row = find_function(c.function);
            if (c.needs == "cuda") c.body = where_cuda_is(backend, c);
            if (row && !backend.has(row->id)) c.body = [] { skip("control"); };  // core functions have stand-ins
            if (lacks_cuda) c.body = [] { skip("cuda"); };
        }
        if (serving) {
            const std::optional<Batch> batch = serve(kControlFd);
            if (!batch) return 0;
            cases_from = batch->list_file;
            canaries = batch->canaries;
            exit_code = batch->exit_code;
            given_up = batch->given_up;
        }
        if (!watch.empty())
            for (const auto& function : given_up) give_up(function);
        cases = cases_from.empty() ? choose(all, filter, needs) : listed(all, cases_from, canaries, backend);
    } catch (const std::exception& e) {
        std::cerr << name << ": " << e.what() << "\n";
        return 2;
    }
    if (list) {
        if (events_fd < 0) std::cout << plan(name, cases).dump() << "\n";
        events.write(plan(name, cases));
        return 0;
    }
    if (cases.empty()) {
        std::cerr << name << ": no case matches\n";
        return 2;
    }

    return run_cases(name, argv[0], options, events, {std::move(cases), exit_code});
}

}  // namespace simple
