// The supervisor's end of a suite that runs as a fork server (ci/testkit/serve.h): batches run in children of a process
// that has loaded the candidate once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ci/run/process.h"

namespace simple::gate {

class ForkServer {
  public:
    explicit ForkServer(const std::vector<std::string>& argv);  // without --serve

    Process& process() { return process_; }

    void run(const std::string& batch);  // "LIST_FILE CANARIES EXIT_CODE [FUNCTION,...]"; once the last has ended

    // How the child ended, or the server itself, which then is of no more use; without waiting.
    bool ended(Ending& ending);
    bool usable() const { return usable_; }

    // Whether the server says that it cannot fork; nothing has run then.
    bool refused() const { return refused_; }

    // Whether it has not told yet of the child that runs the batch, so that only the server could be killed.
    bool awaits_child();

    pid_t child();  // that runs the batch; 0 as long as the server has not told of it

    void kill();  // the child with its group; the server where it has none

  private:
    void read_answers();
    void end_orphan();

    Process process_;
    std::string answers_;  // not yet read to the end of the line
    pid_t child_ = 0;
    std::optional<Ending> ended_;
    bool usable_ = true;
    bool refused_ = false;
};

}  // namespace simple::gate
