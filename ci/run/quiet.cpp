#include "ci/run/quiet.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include "ci/testkit/seconds.h"

namespace simple::gate {
namespace {

// The first line of /proc/stat in seconds: user, nice, system, idle, iowait, irq, softirq, steal.
double busy_seconds() {
    std::ifstream stat("/proc/stat");
    std::string cpu;
    double fields[8]{};
    stat >> cpu;
    for (double& field : fields) stat >> field;
    const double ticks = fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7];
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

QuietMeter::Reading QuietMeter::now() { return {wall_seconds(), busy_seconds(), cpu_seconds()}; }

double QuietMeter::others() const {
    const Reading end = now();
    const double all = (end.wall - start_.wall) * std::max(1u, std::thread::hardware_concurrency());
    const double others = (end.busy - start_.busy) - (end.own - start_.own);
    return all > 0 ? std::clamp(others / all, 0.0, 1.0) : 0;
}

}  // namespace simple::gate
