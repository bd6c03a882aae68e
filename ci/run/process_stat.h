// What /proc/PID/stat says of a process (proc(5)).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace simple::gate {

struct ProcessStat {
    std::string name;  // as the process has it: anything
    char state = 0;
    pid_t parent = 0;
    pid_t session = 0;
    double cpu_seconds = 0;  // of all its threads, without its children
};

// None where there is no such process.
std::optional<ProcessStat> stat_of(pid_t pid);

}  // namespace simple::gate
