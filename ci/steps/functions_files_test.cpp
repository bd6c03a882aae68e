#include "ci/steps/functions_files.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "ci/run/process.h"
#include "ci/steps/process_checks.h"
#include "reports/digest.h"
#include "reports/verdict.h"

namespace simple::gate {
namespace {

constexpr const char* kGone = R"({"version": "1", "backend": "b", "files": ["/proc/self/exe", "/none/unpacked.so"]})";

// Of a program whose process has written these lines.
Run run_of(const std::string& events) {
    Ran visit;
    visit.events = events;
    const std::optional<Answer> answer = answer_in(visit);
    Verdict verdict;
    if (answer) take_functions(*answer, verdict);
    return verdict.run;
}

TEST(FunctionsFiles, OneThatIsGoneHasTheDigestThatTheProcessTook) {
    const std::string own = sha256_of_file("/proc/self/exe"), unpacked(64, 'f');
    const std::string two_lines = std::string(kGone) + "\n" + R"({"sha256": ["", ")" + unpacked + R"("]})";
    const gate::Run run = run_of(two_lines);
    EXPECT_EQ(run.functions_files, (std::vector<std::string>{"/proc/self/exe", "/none/unpacked.so"}));
    EXPECT_EQ(run.functions_sha256,
              sha256(own < unpacked ? own + "\n" + unpacked + "\n" : unpacked + "\n" + own + "\n"));
}

TEST(FunctionsFiles, OfAProcessThatCameNoFurtherItIsNotKnown) {
    const gate::Run run = run_of(std::string(kGone) + "\n");
    EXPECT_EQ(run.functions_files.size(), 2u);
    EXPECT_EQ(run.functions_sha256, "");
}

}  // namespace
}  // namespace simple::gate
