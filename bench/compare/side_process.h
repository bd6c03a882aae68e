// A side of a comparison in a process of its own: two libraries on different LibTorchs cannot be loaded into one.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "bench/compare/slots.h"

namespace simple::bench {

// A side's process ended.
struct SideEnded {
    std::string what;
    int signal = 0;
};

// Starts by fork, before this process has loaded any library or started a thread. Ends with this object.
class SideProcess {
  public:
    SideProcess(const char* name, const std::string& library);
    SideProcess(const SideProcess&) = delete;
    SideProcess& operator=(const SideProcess&) = delete;
    ~SideProcess();

    // All throw SideEnded.
    // What the side says of itself: "version", "libtorch" (the file; "" for none), "came_with_it" (the files that were
    // loaded for it), "machine", "control". Throws
    // std::runtime_error where the library cannot be loaded.
    const nlohmann::ordered_json& facts();
    double floor_ns();
    // Makes the call's operands: "calls" (in a block), "absent", or "failed" with the reason.
    nlohmann::ordered_json prepare(const ComparedCall& compared, bool control);
    // A block of what was prepared, behind one that is not timed: others ran in between. Throws std::runtime_error
    // where the call does not do what it is timed for.
    double block_ns(int calls);

  private:
    nlohmann::ordered_json answer_to(const nlohmann::ordered_json& question);
    nlohmann::ordered_json next_answer();

    const char* name_;
    pid_t pid_ = -1;
    int socket_ = -1;
    std::FILE* lines_ = nullptr;  // of the socket
    nlohmann::ordered_json facts_;
};

}  // namespace simple::bench
