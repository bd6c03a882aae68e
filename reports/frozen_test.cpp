#include "reports/frozen.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace simple::gate {
namespace {

Status judged(Status status, const std::string& capability) {
    CaseResult passed, other;
    passed.suite = other.suite = "golden";
    passed.id = "add/a";
    passed.status = Status::pass;
    other.id = "add/b";
    other.status = status;
    other.capability = capability;
    std::string note;
    return judge_frozen("1.0", {"golden/add/a", "golden/add/b"}, {passed, other}, note).status;
}

TEST(Frozen, CasesMayBeSkippedForWhatTheMachineLacksAndForNothingElse) {
    for (const char* lack : {"cuda", "no-cuda", "second-device", "memory-figures", "simulated-memory", "control"})
        EXPECT_EQ(judged(Status::skipped, lack), Status::pass) << lack;
    for (const char* lack : {"", "symbol", "values", "cuda, which cuda_available() denies", "add, which ended"})
        EXPECT_EQ(judged(Status::skipped, lack), Status::fail) << lack;
    for (const Status status : {Status::fail, Status::crash, Status::waived, Status::inconclusive})
        EXPECT_EQ(judged(status, "cuda"), Status::fail) << to_string(status);
}

}  // namespace
}  // namespace simple::gate
