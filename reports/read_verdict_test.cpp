#include "reports/read_verdict.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "reports/reports.h"

namespace simple::gate {
namespace {

// One of everything, each with a value that no default has.
Verdict full() {
    Verdict verdict;
    verdict.run.candidate = "lib.so";
    verdict.run.candidate_sha256 = std::string(64, 'a');
    verdict.run.contract = "1.1";
    verdict.run.seed = 18446744073709551615u;
    verdict.run.seconds = 0.1 + 0.2;
    verdict.run.left_open = {"golden"};
    verdict.run.selection = true;
    verdict.run.arithmetic = {{"AVX2", 1, "/usr/lib/libblas.so.3", "Haswell", 2}, {}};
    verdict.run.shard =
        Shard{2, 4, std::string(64, 'b'), "boot", "no such file", {{"golden", 3, 2, 1, 2, 3, 4, 5, 6, 0.5}}};
    verdict.run.functions_files = {"lib.so"};
    verdict.run.functions_sha256 = std::string(64, 'b');
    verdict.steps = {{"suite", "suites", StepStatus::not_applicable, {"note"}, {"problem"}, 1.5, 2.5}};
    verdict.sets = {{"core", 103, 104, {"rt_torch_add"}}};
    CaseResult c;
    c.suite = "golden";
    c.id = "add/a";
    c.status = Status::unexpected_pass;
    c.device = "simulated";
    c.cpu_seconds = 0.25;
    c.message = "got \"\x1b\" and é";
    c.counts = {{"examples", 100}};
    c.distance_per_mille = 250;
    c.calls = {{"float32", "cpu", {{0, 3}, {-1, 1}, {100, 2}}}, {"", "cuda", {{8, 1}}}};
    verdict.cases = {c};
    verdict.measurements = {{"add/smallest", "add", "smallest", 2, "abi", "times", {1.25, 0.1}, 1.5}};
    verdict.scorecard = {{"unary", 3, 2, 10, 9}};
    verdict.waivers = {{"golden/add/*", "reason", "used"}};
    verdict.comparison = Comparison{"before.json", true, {"a"}, {"b"}, {"c"}, {"d"}};
    verdict.problems = {"p"};
    verdict.unnamed_promises = {"C3"};
    verdict.outcome = Outcome::inconclusive;
    return verdict;
}

TEST(ReadVerdict, GivesBackEverythingThatWasWritten) {
    const std::string text = reports::to_json(full());
    EXPECT_EQ(text, reports::to_json(read_verdict(text, "it")));
}

TEST(ReadVerdict, RefusesWhatIsTornOrOfAnotherFormat) {
    const std::string text = reports::to_json(full());
    EXPECT_THROW(read_verdict(text.substr(0, text.size() / 2), "it"), std::runtime_error);
    std::string other = text;
    other.replace(other.find("verdict 1."), 10, "verdict 0.");
    EXPECT_THROW(read_verdict(other, "it"), std::runtime_error);
    std::string more = text;
    more.replace(more.find("\"outcome\""), 0, "\"approved\": true, ");
    EXPECT_THROW(read_verdict(more, "it"), std::runtime_error);
}

// As a gate of that format wrote it: it knew neither what a case called, nor where a shard ran, nor with what it
// computed.
TEST(ReadVerdict, TakesAnEarlierFormat) {
    Verdict verdict = full();
    verdict.cases[0].calls.clear();
    nlohmann::json json = nlohmann::json::parse(reports::to_json(verdict));
    json["format"] = "verdict 1.3";
    json["run"]["shard"].erase("boot_id");
    json["run"].erase("arithmetic");
    const Verdict read = read_verdict(json.dump(), "it");
    EXPECT_EQ(read.cases.size(), 1u);
    EXPECT_EQ(read.cases[0].counts, verdict.cases[0].counts);
    EXPECT_EQ(read.run.shard->boot_id, "");
    EXPECT_TRUE(read.run.arithmetic.empty());
    EXPECT_EQ(read.outcome, Outcome::inconclusive);
    json.erase("measurements");
    EXPECT_NO_THROW(read_verdict(json.dump(), "it")) << "before 1.3 there were none";
    json["approved"] = true;
    EXPECT_THROW(read_verdict(json.dump(), "it"), std::runtime_error) << "no gate wrote that";
    // The newest is to have all of it.
    json = nlohmann::json::parse(reports::to_json(verdict));
    json["run"]["shard"].erase("boot_id");
    EXPECT_THROW(read_verdict(json.dump(), "it"), std::runtime_error);
}

}  // namespace
}  // namespace simple::gate
