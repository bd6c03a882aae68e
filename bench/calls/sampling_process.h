// A process that is one sample of many calls: it writes JSON lines, {"begin": name, ...} before each call that it is
// about to time and what it found after, so that a call which ends the process is known.
#pragma once

#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace simple::bench {

// Which calls a process times: those whose names match a filter, or all where there are none, but for some.
struct Choice {
    std::vector<std::string> filters, except;
    bool takes(const std::string& name) const;
};

struct Sampled {
    std::string unfinished;  // the call that was being timed when the process ended; "" where it came to its end
    bool hung = false;       // ended by its own alarm
    std::string ending;      // "signal 11"
};

// The row of that name; where there is none, a new one.
template <class Row>
Row& row_named(std::vector<Row>& rows, const std::string& name) {
    for (Row& row : rows)
        if (row.name == name) return row;
    Row& row = rows.emplace_back();
    row.name = name;
    return row;
}

// The lines of a sample, each written at once: the process may end behind any. Throws std::runtime_error where it
// cannot.
class SampleLines {
  public:
    explicit SampleLines(const std::string& file) : file_(file), out_(file) {}
    void operator()(const nlohmann::json& line);

  private:
    std::string file_;
    std::ofstream out_;
};

// Runs command with "--sample FILE", and "--filter" and "--except" as chosen, and gives each line to take. A line
// "ended" or "not_comparable" says that the process did its work. Throws std::runtime_error where it ended before any
// call.
Sampled run_sampling(std::vector<std::string> command, const Choice& choice,
                     const std::function<void(const nlohmann::json&)>& take);

// The same on its way: the process goes on while this one does something else, and ends with this object.
class SamplingRun {
  public:
    SamplingRun(std::vector<std::string> command, const Choice& choice);
    ~SamplingRun();

    bool look();  // waits some milliseconds; false once it has ended
    // Of one that has ended. Throws as run_sampling does.
    Sampled take(const std::function<void(const nlohmann::json&)>& take);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The same of `count` processes that load side by side. Each is held where it calls wait_for_go()
// (ci/host/wait_for_go.h), and samples while nothing else of them runs.
std::vector<Sampled> run_sampling_prepared(const std::vector<std::string>& command, const Choice& choice, size_t count,
                                           const std::function<void(const nlohmann::json&)>& take);

}  // namespace simple::bench
