#include "ci/testkit/suite.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "ci/agent/program_symbols.h"
#include "ci/host/host_library.h"
#include "ci/testkit/call.h"
#include "ci/testkit/call_watch.h"
#include "ci/testkit/canary.h"
#include "ci/testkit/case_listeners.h"
#include "ci/testkit/device.h"
#include "ci/testkit/events.h"
#include "ci/testkit/recorded_calls.h"
#include "ci/testkit/running_case.h"
#include "ci/testkit/serve.h"
#include "ci/testkit/simulated.h"
#include "ci/testkit/stand_in.h"
#include "ci/testkit/suite_command.h"
#include "reports/glob.h"

namespace simple {
namespace {

constexpr int kControlFd = 4;  // where a fork server is told what to run

class Body : public testing::Test {
  public:
    explicit Body(const std::function<void()>& body) : body_(body) {}
    void TestBody() override {
        RunningCase& running = running_case();
        try {
            body_();
        } catch (const MissingFunction&) {
            if (!running.lacks_symbol) skip("control");  // core functions have stand-ins
        } catch (const std::exception& e) {
            running.threw = true;
            ADD_FAILURE() << "exception: " << e.what();
        } catch (...) {
            running.threw = true;
            ADD_FAILURE() << "exception of an unknown type";
        }
        if (running.lacks_symbol) skip("symbol");
        if (!running.capability.empty() && !HasFailure()) GTEST_SKIP() << "the backend lacks: " << running.capability;
    }

  private:
    const std::function<void()>& body_;
};

// A suite's program from its command line to its end.
class Suite {
  public:
    Suite(const char* name, const char* program, SuiteCommand command)
        : name_(name), program_(program), command_(std::move(command)), events_(command_.events_fd) {}

    int run(const RegisterCases& register_cases);

  private:
    void load();
    void prepare();
    void take(Batch batch);
    void choose();
    Case made_canary(const std::string& id) const;
    std::function<void()> where_cuda_is(std::function<void()> body, bool asks_for_it) const;
    nlohmann::json plan() const;
    int run_chosen();

    const char* name_;
    const char* program_;
    SuiteCommand command_;
    Events events_;
    CallWatch unwatched_{};
    CallWatch* watch_ = &unwatched_;
    Backend backend_;
    bool lacks_device_ = false;  // --device names one that there is not
    std::vector<Case> cases_;    // all of the suite, then the chosen ones
};

void Suite::load() {
    t_runs_cases = true;
    const SuiteOptions& options = command_.options;
    if (!options.backend.empty()) load_host_functions();
    backend_ = options.backend.empty() ? backend_in_program() : load_backend(options.backend);
    stand_in_for_missing_core_functions(backend_);
    if (const int32_t device = device_number(options.device); device >= 0) {
        lacks_device_ = !backend_.cuda_available();
        if (!lacks_device_) backend_ = on_cuda(backend_, device);
    }
    if (!command_.watch.empty()) {
        watch_ = mapped_file<CallWatch>(command_.watch.c_str());
        if (!watch_) throw std::runtime_error("cannot map " + command_.watch);
        watch_calls(backend_, *watch_);
    }
    if (events_.wanted()) record_calls(backend_);
}

// A case that needs CUDA, where there may be none. The word of the candidate counts, but for the case that asks whether
// it finds what its LibTorch finds.
std::function<void()> Suite::where_cuda_is(std::function<void()> body, bool asks_for_it) const {
    return [this, body = std::move(body), asks_for_it] {
        const bool simulated = simulated_devices() > 0;
        if (backend_.cuda_available() || (simulated && asks_for_it)) return body();
        skip(simulated ? "cuda, which cuda_available() denies" : "cuda");
    };
}

// What the backend or the machine lacks, cases are skipped for.
void Suite::prepare() {
    std::set<std::string> ids;
    for (auto& c : cases_) {
        if (!ids.insert(c.id).second) throw std::logic_error("two cases are named " + c.id);
        const Function* row = find_function(c.function);
        if (c.needs == "cuda") c.body = where_cuda_is(std::move(c.body), row && row->id == Fn::cuda_available);
        if (row && !backend_.has(row->id)) c.body = [] { skip("control"); };  // core functions have stand-ins
        if (lacks_device_) c.body = [] { skip("cuda"); };
    }
}

void Suite::take(Batch batch) {
    command_.cases_from = std::move(batch.list_file);
    command_.canaries = batch.canaries;
    command_.exit_code = batch.exit_code;
    command_.given_up = std::move(batch.given_up);
}

Case Suite::made_canary(const std::string& id) const {
    Case made = canary(id, backend_);
    made.body = [this, body = std::move(made.body)] {
        body();
        running_case().lacks_symbol = false;
        watch_->given_up = 0;  // it fails, whatever it could not call
    };
    return made;
}

// Those that the options select, in the suite's order, or those of the list, in its own. As many ids of the list as
// there are canaries are of no case.
void Suite::choose() {
    std::vector<Case> chosen;
    if (command_.cases_from.empty()) {
        for (auto& c : cases_)
            if (selected_by(command_.filter, c.id) && (command_.needs.empty() || command_.needs == c.needs))
                chosen.push_back(std::move(c));
    } else {
        std::unordered_map<std::string_view, const Case*> by_id;
        for (const auto& c : cases_) by_id.emplace(c.id, &c);
        std::ifstream in(command_.cases_from);
        if (!in) throw std::runtime_error("cannot read " + command_.cases_from);
        size_t canaries = command_.canaries;
        for (std::string id; std::getline(in, id);) {
            const auto found = by_id.find(id);
            if (found == by_id.end() && canaries-- == 0) throw std::runtime_error("no case is named " + id);
            chosen.push_back(found == by_id.end() ? made_canary(id) : *found->second);
        }
    }
    // Kept for good: a child of a fork server would touch each page of what it shares with its parent to free it.
    static std::vector<Case>& whole = *new std::vector<Case>;
    whole = std::move(cases_);
    cases_ = std::move(chosen);
}

nlohmann::json Suite::plan() const {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& c : cases_)
        list.push_back(
            {{"id", c.id}, {"function", c.function}, {"promises", c.promises}, {"quick", c.quick}, {"needs", c.needs}});
    // Whoever started this process need not pass on what a fork server is told through.
    const bool launched = program_was_launched();
    return {{"event", "plan"}, {"suite", name_}, {"serves", !launched}, {"launched", launched}, {"cases", list}};
}

// GoogleTest names are identifiers to its filters; ids hold characters that those treat specially.
std::string test_name(std::string id) {
    for (char& c : id)
        if (c == ':' || c == '*' || c == '?') c = '_';
    return id;
}

int Suite::run_chosen() {
    if (!command_.whole_plan) events_.write(plan());
    CaseOfTest by_test;
    for (const auto& c : cases_)
        by_test[testing::RegisterTest(name_, test_name(c.id).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                                      [body = &c.body]() -> testing::Test* { return new Body(*body); })] = &c;
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    if (events_.wanted())
        delete listeners.Release(listeners.default_result_printer());
    else
        listeners.Append(new RepeatLines(command_line(program_, command_.options), by_test));
    listeners.Append(new CaseEvents(events_, *watch_, by_test));
    const int result = RUN_ALL_TESTS();
    events_.write({{"event", "done"}});
    return command_.exit_code >= 0 ? command_.exit_code : result;
}

int Suite::run(const RegisterCases& register_cases) {
    try {
        load();
        cases_ = register_cases(backend_, command_.options);
        prepare();
        if (command_.serve) {
            std::optional<Batch> batch = serve(kControlFd);
            if (!batch) return 0;
            take(std::move(*batch));
        }
        if (!command_.watch.empty())
            for (const auto& function : command_.given_up) give_up(function);
        if (command_.whole_plan) events_.write(plan());
        choose();
    } catch (const std::exception& e) {
        std::cerr << name_ << ": " << e.what() << "\n";
        return 2;
    }
    if (command_.list) {
        if (!events_.wanted()) std::cout << plan().dump() << "\n";
        events_.write(plan());
        return 0;
    }
    if (cases_.empty()) {
        std::cerr << name_ << ": no case matches\n";
        return 2;
    }
    return run_chosen();
}

}  // namespace

int suite_main(const char* name, int argc, char** argv, const RegisterCases& register_cases) {
    testing::InitGoogleTest(&argc, argv);
    SuiteCommand command;
    if (const std::optional<int> end = parse_suite_command(name, argc, argv, command)) return *end;
    // On several threads a BLAS sums in another order whenever another caller keeps one of them busy: last bits change
    // from call to call. OpenMP reads this when the backend brings it along; the gate sets it for whole processes.
    setenv("OMP_NUM_THREADS", "1", 0);
    return Suite(name, argv[0], std::move(command)).run(register_cases);
}

}  // namespace simple
