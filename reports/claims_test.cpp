#include "reports/claims.h"

#include <gtest/gtest.h>

#include <fstream>
#include <utility>

#include "impl/abi/temporary_folder.h"
#include "reports/capabilities.h"

namespace simple::gate {
namespace {

CaseResult called(const std::string& function, const std::string& dtype, int32_t code, Status status = Status::pass,
                  const std::string& device = "cpu") {
    CaseResult c;
    c.step = "suite";
    c.suite = "golden";
    c.id = function + "/" + dtype;
    c.function = function;
    c.promises = {"V1"};
    c.status = status;
    c.calls = {{dtype, device, {{code, 1}}}};
    return c;
}

// A candidate without CUDA and without float64, which says so: gelu of int64 the contract refuses as well.
Verdict seen() {
    Verdict verdict;
    verdict.cases = {called("add", "float32", 0),
                     called("add", "float64", 4, Status::fail),
                     called("gelu", "int64", 4),
                     called("gelu", "float32", 0),
                     called("mul", "float32", 0, Status::fail),
                     called("exp", "float32", 100, Status::fail),
                     called("det", "float32", 8, Status::fail),
                     called("softmax", "int64", 4),
                     called("cuda", "float32", 8, Status::pass, "cuda")};
    verdict.sets = {{"control", 17, 18, {"rt_torch_torchtensor_to_data"}}};
    return verdict;
}

struct Row {
    const char* name;
    Claim claim;
    Status status;
    const char* message;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Claims : public testing::TestWithParam<Row> {};

TEST_P(Claims, AreCheckedBothWays) {
    const auto results = judge_claims({GetParam().claim}, seen());
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results[0].status, GetParam().status) << results[0].message;
    EXPECT_NE(results[0].message.find(GetParam().message), std::string::npos) << results[0].message;
}

INSTANTIATE_TEST_SUITE_P(
    All, Claims,
    testing::Values(
        Row{"PresentAndWorks", {"add", "float32", "cpu", "", true}, Status::pass, ""},
        Row{"PresentOfAnyDType", {"gelu", "", "", "", true}, Status::pass, ""},
        Row{"PresentAndRefused", {"add", "float64", "", "", true}, Status::fail, "every call is refused with code 4"},
        Row{"PresentAndFails", {"mul", "float32", "", "", true}, Status::fail, "does not pass, as in golden/mul"},
        Row{"PresentWithoutASymbol", {"to_data", "", "", "", true}, Status::fail, "it has no symbol"},
        Row{"PresentAndNotTried", {"sub", "float32", "", "", true}, Status::error, "not tried"},
        Row{"PresentOnCuda", {"", "", "cuda", "", true}, Status::fail, "every call is refused with code 8"},
        Row{"PresentOfFloat16", {"add", "float16", "", "", true}, Status::error, "no function of the contract"},
        Row{"MissingAndRefused", {"add", "float64", "cpu", "", false}, Status::pass, ""},
        Row{"MissingAndWorks", {"add", "float32", "", "", false}, Status::fail, "it works, as in golden/add/float32"},
        Row{"MissingOfAnyDTypeAndWorks", {"gelu", "", "", "", false}, Status::fail, "it works"},
        Row{"MissingOfAnyFunctionAndWorks", {"", "float32", "cpu", "", false}, Status::fail, "it works"},
        Row{"MissingWithAnotherCode",
            {"exp", "float32", "", "", false},
            Status::fail,
            "code 4 or 8, and this ends with 100"},
        Row{"MissingWithoutASymbol", {"to_data", "", "", "", false}, Status::pass, ""},
        Row{"MissingAFunctionThatSaysSo", {"det", "", "", "", false}, Status::pass, ""},
        Row{"MissingAFunctionOfWhichADTypeIsRefused",
            {"softmax", "", "", "", false},
            Status::fail,
            "code 8 is what says"},
        Row{"MissingOnCuda", {"", "", "cuda", "", false}, Status::pass, ""},
        Row{"MissingAndNotTried", {"sub", "", "", "", false}, Status::error, "not tried"},
        Row{"MissingOfFloat16", {"", "float16", "", "", false}, Status::pass, ""},
        Row{"PromiseThatHolds", {"add", "float32", "", "V1", true}, Status::pass, ""},
        Row{"PromiseThatNoCaseChecks", {"add", "float32", "", "H7", true}, Status::error, "not tried"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ClaimsOfAPart, AreSkippedWhereNothingIsTried) {
    Verdict part = seen();
    part.run.selection = true;
    EXPECT_EQ(judge_claims({{"sub", "", "", "", true}}, part)[0].status, Status::skipped);
    EXPECT_EQ(judge_claims({{"mul", "", "", "", true}}, part)[0].status, Status::fail);
}

std::vector<Claim> read(const std::string& text) {
    const TemporaryFolder folder("claims");
    const std::string path = folder.path() / "claims.json";
    std::ofstream(path) << text;
    return read_claims(path);
}

TEST(ReadClaims, TakesAStatementThatIsGivenBack) {
    const auto claims = read(reports::to_capabilities_json(seen()));
    Verdict again = seen();
    for (const auto& c : judge_claims(claims, again)) EXPECT_EQ(c.status, Status::pass) << c.name() << c.message;
    EXPECT_EQ(claims.size(), 8u) << "what fails, and what was not tried, claims nothing";
    again.cases[0].status = Status::fail;
    size_t failed = 0;
    for (const auto& c : judge_claims(claims, again)) failed += c.status == Status::fail;
    EXPECT_EQ(failed, 1u);
}

TEST(ReadClaims, RefusesWhatIsNone) {
    const auto with = [](const std::string& claim) { return R"({"format": "claims 1.0", "claims": [)" + claim + "]}"; };
    EXPECT_EQ(read(with(R"({"function": "rt_torch_torchtensor_add", "state": "missing"})"))[0].id(),
              "missing/add/any/any");
    for (const std::string& text :
         {std::string("nothing"), std::string("{}"), std::string(R"({"format": "claims 2.0", "claims": []})"), with(""),
          with(R"({"function": "ad", "state": "missing"})"), with(R"({"dtype": "flaot16", "state": "missing"})"),
          with(R"({"device": "gpu", "state": "missing"})"), with(R"({"promise": "Z9", "state": "missing"})"),
          with(R"({"function": "add", "state": "absent"})"), with(R"({"function": "add"})"),
          with(R"({"functoin": "add", "state": "missing"})"),
          with(R"({"function": "add", "state": "missing"}, {"function": "add", "state": "missing"})")})
        EXPECT_THROW(read(text), std::runtime_error) << text;
}

}  // namespace
}  // namespace simple::gate
