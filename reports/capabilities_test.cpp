#include "reports/capabilities.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace simple::gate {
namespace {

CaseResult called(const std::string& function, Status status, const std::string& dtype,
                  std::map<int32_t, int64_t> codes, const std::string& device = "cpu") {
    CaseResult c;
    c.step = "suite";
    c.suite = "golden";
    c.id = function + "/" + dtype + " " + std::string(to_string(status));
    c.function = function;
    c.promises = {"V1"};
    c.status = status;
    c.calls = {{dtype, device, std::move(codes)}};
    return c;
}

Verdict run_with(std::vector<CaseResult> cases) {
    Verdict verdict;
    verdict.cases = std::move(cases);
    return verdict;
}

const Capability& row(const std::vector<Capability>& rows, const std::string& function, const std::string& dtype,
                      const std::string& device = "cpu") {
    for (const auto& one : rows)
        if (one.function == function && one.dtype == dtype && one.device == device) return one;
    static const Capability none;
    ADD_FAILURE() << "no row " << function << " " << dtype << " " << device;
    return none;
}

Support support(std::vector<CaseResult> cases, const std::string& function, const std::string& dtype,
                const std::string& device = "cpu") {
    return row(capabilities_of(run_with(std::move(cases))), function, dtype, device).support();
}

TEST(Capabilities, NothingIsThereThatWasNotTried) {
    const auto rows = capabilities_of(run_with({}));
    for (const auto& one : rows) EXPECT_EQ(one.support(), Support::not_tried) << one.function;
    for (const char* dtype : {"float32", "float64", "int64"}) row(rows, "add", dtype);
    row(rows, "version", "");
    row(rows, "cuda", "float32", "cuda");
}

TEST(Capabilities, ArePresentWhereACallSucceededInACaseThatPassed) {
    EXPECT_EQ(support({called("add", Status::pass, "float32", {{0, 2}, {3, 1}})}, "add", "float32"), Support::present);
    EXPECT_EQ(support({called("add", Status::pass, "float32", {{0, 2}})}, "add", "float64"), Support::not_tried);
    EXPECT_EQ(support({called("add", Status::pass, "float32", {{3, 1}})}, "add", "float32"), Support::not_tried)
        << "a shape that does not fit says nothing of the dtype";
    EXPECT_EQ(support({called("add", Status::skipped, "float32", {{0, 2}})}, "add", "float32"), Support::not_tried);
}

TEST(Capabilities, AreMissingWhereEveryCallIsRefusedAsTheContractSays) {
    EXPECT_EQ(support({called("gelu", Status::pass, "int64", {{4, 1}})}, "gelu", "int64"), Support::missing);
    EXPECT_EQ(support({called("cuda", Status::pass, "float32", {{8, 1}}, "cuda")}, "cuda", "float32", "cuda"),
              Support::missing);
    EXPECT_EQ(support({called("add", Status::fail, "float64", {{4, 1}})}, "add", "float64"), Support::missing)
        << "a candidate without float64 fails the cases, and refuses with the right code";
    EXPECT_EQ(support({called("add", Status::fail, "float64", {{100, 1}})}, "add", "float64"), Support::failing);
    Verdict verdict = run_with({});
    verdict.sets = {{"core", 103, 104, {"rt_torch_torchtensor_add"}}};
    EXPECT_EQ(row(capabilities_of(verdict), "add", "").support(), Support::missing);
}

TEST(Capabilities, FailWhereAnyCaseOfThemFails) {
    const auto good = called("add", Status::pass, "float32", {{0, 1}});
    for (const Status status : {Status::fail, Status::error, Status::waived, Status::known})
        EXPECT_EQ(support({good, called("add", status, "float32", {{0, 1}})}, "add", "float32"), Support::failing);
    EXPECT_EQ(support({good, called("add", Status::fail, "float32", {{8, 1}})}, "add", "float32"), Support::failing)
        << "refused here, and not there";
    EXPECT_EQ(support({good, called("add", Status::fail, "float64", {{0, 1}})}, "add", "float32"), Support::present);
}

TEST(Capabilities, AFailureOfWhichNothingIsKnownCountsAgainstAll) {
    CaseResult crash = called("add", Status::crash, "", {});
    crash.calls.clear();
    const std::vector<CaseResult> cases{called("add", Status::pass, "float32", {{0, 1}}), crash};
    EXPECT_EQ(support(cases, "add", "float32"), Support::failing);
    EXPECT_EQ(support(cases, "add", "int64"), Support::failing);
    EXPECT_EQ(support(cases, "sub", "float32"), Support::not_tried);
    CaseResult slow = crash;
    slow.id = "latency/add-free";
    EXPECT_EQ(support({called("add", Status::pass, "float32", {{0, 1}}), slow}, "add", "float32"), Support::present)
        << "a time is no capability";
    CaseResult left = crash;
    left.function.clear();
    EXPECT_EQ(support({left}, "", ""), Support::failing);
}

TEST(Capabilities, AreToldByPromise) {
    CaseResult other = called("add", Status::fail, "float32", {{0, 1}});
    other.promises = {"H7"};
    const auto rows = capabilities_of(run_with({called("add", Status::pass, "float32", {{0, 1}}), other}));
    EXPECT_EQ(row(rows, "add", "float32").promises.at("V1").support(), Support::present);
    EXPECT_EQ(row(rows, "add", "float32").promises.at("H7").support(), Support::failing);
    const auto json = nlohmann::json::parse(reports::to_capabilities_json(run_with({other})));
    for (const auto& one : json.at("capabilities")) {
        if (one.at("function") != "add" || one.at("dtype") != "float32") continue;
        EXPECT_EQ(one.at("state"), "failing");
        EXPECT_EQ(one.at("why"), "as in golden/add/float32 fail");
        EXPECT_EQ(one.at("promises").at("H7").at("failed"), 1);
        EXPECT_EQ(one.at("calls").at("0"), 1);
    }
}

}  // namespace
}  // namespace simple::gate
