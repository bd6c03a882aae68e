#include "ci/run/launched.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace simple::gate {
namespace {

// A launcher that clears the environment is given what the suite is told a second time.
TEST(Launched, AssignmentsReachTheProgramThroughALauncherThatClearsThem) {
    const std::string scale = "SIMPLE_TIME_SCALE=2.500000", preload = "LD_PRELOAD=/agent.so";
    const Launched launched = launched_command(
        {scale, preload, "/usr/bin/env", "-i", kAssignmentsHere, "/runtime", kForAgent, "--seed", "1"}, "mark", 3);
    const auto& argv = launched.argv;
    const auto env = std::find(argv.begin(), argv.end(), "/usr/bin/env");
    for (const std::string& word : {scale, preload}) {
        EXPECT_EQ(std::count(argv.begin(), env, word), 1) << word;
        EXPECT_EQ(std::count(env, argv.end(), word), 1) << word;
    }
    EXPECT_EQ(argv.back(), "/runtime");
}

}  // namespace
}  // namespace simple::gate
