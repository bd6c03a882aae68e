// A suite as a fork server that outlives a batch: whoever runs one small batch after another of the same program loads
// it, and LibTorch, once. One batch at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "ci/run/fork_server.h"
#include "ci/run/watch_file.h"

namespace simple::gate {

// What a fork server may take to tell that its child has ended.
inline constexpr auto kToTellOfAnEnd = std::chrono::seconds(5);

std::unique_ptr<ForkServer> start_server(const std::vector<std::string>& program, const WatchFile& watch);

class SuiteServer {
  public:
    explicit SuiteServer(std::vector<std::string> program) : program_(std::move(program)) {}

    ForkServer& server();  // started where there is none
    WatchFile& watch() { return watch_; }

    // Between two batches: what is left of the last one ends, and what it wrote is forgotten. Where that takes too long
    // the next batch has a new server.
    void rest();

    // It did not run a batch. After a few of these nobody is to ask it again.
    void fail() { ++failures_; }
    unsigned failures() const { return failures_; }
    bool usable() const { return failures_ < 3; }

    // A child of it ran cases, however it ended.
    void count_batch() { ++batches_; }
    unsigned batches() const { return batches_; }

  private:
    std::vector<std::string> program_;
    WatchFile watch_;
    std::unique_ptr<ForkServer> server_;
    unsigned failures_ = 0, batches_ = 0;
};

}  // namespace simple::gate
