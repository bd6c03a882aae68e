#include "ci/run/process_stat.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace simple::gate {

// "pid (name) state ppid pgrp session tty_nr tpgid flags minflt cminflt majflt cmajflt utime stime …", where the name
// may hold anything.
std::optional<ProcessStat> stat_of(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat", std::ios::binary);
    std::ostringstream whole;
    whole << in.rdbuf();  // which throws nothing where the process ends meanwhile
    const std::string text = whole.str();
    const size_t open = text.find('('), close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return std::nullopt;
    std::istringstream rest(text.substr(close + 1));
    ProcessStat stat;
    stat.name = text.substr(open + 1, close - open - 1);
    std::string unused;
    if (!(rest >> stat.state >> stat.parent >> unused >> stat.session)) return std::nullopt;
    for (int i = 0; i < 7; ++i) rest >> unused;
    double user = 0, system = 0;
    if (!(rest >> user >> system)) return std::nullopt;
    stat.cpu_seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
    return stat;
}

}  // namespace simple::gate
