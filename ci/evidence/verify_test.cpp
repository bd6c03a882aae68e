#include "ci/evidence/verify.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ci/evidence/bundle.h"
#include "ci/evidence/manifest.h"
#include "reports/digest.h"
#include "reports/reports.h"

namespace simple::evidence {
namespace {

using gate::Outcome;
using gate::Status;
using gate::StepStatus;
using gate::Verdict;
using Json = nlohmann::json;

constexpr const char* kPlan = R"({"cases": [{"id": "add/a", "quick": true}, {"id": "add/b", "quick": false}]})";

gate::CaseResult golden(const char* id, Status status = Status::pass) {
    gate::CaseResult c;
    c.step = "suite";
    c.suite = "golden";
    c.id = id;
    c.function = "add";
    c.status = status;
    return c;
}

Verdict passing() {
    Verdict verdict;
    verdict.run.candidate = "lib.so";
    verdict.run.candidate_sha256 = std::string(64, 'a');
    verdict.run.functions_files = {"lib.so"};
    verdict.run.functions_sha256 = verdict.run.candidate_sha256;
    verdict.run.plan_sha256 = sha256(sha256(kPlan) + "\n\n");
    verdict.run.started = "2026-01-01T00:00:00Z";
    verdict.steps = {{"suite", "suites", StepStatus::pass, {}, {}, 1}};
    verdict.cases = {golden("add/a"), golden("add/b")};
    verdict.outcome = Outcome::pass;
    return verdict;
}

// As write_bundle packs it, of two suites, the second of which is not built.
Files bundle_of(const Verdict& verdict) {
    const Json run{
        {"candidate", {{"sha256", verdict.run.candidate_sha256}}},
        {"functions", {{"files", verdict.run.functions_files}, {"sha256", verdict.run.functions_sha256}}},
        {"harness_sha256", verdict.run.harness_sha256},
        {"plan_sha256", verdict.run.plan_sha256},
        {"suites",
         Json::array({{{"suite", "golden"}, {"step", "suite"}, {"plan", "plans/golden.json"}, {"only_quick", false}},
                      {{"suite", "other"}, {"step", "suite"}, {"plan", nullptr}, {"only_quick", false}}})}};
    Files files{{kVerdict, reports::to_json(verdict)}, {kRun, run.dump()}, {"plans/golden.json", kPlan}};
    files[kManifest] = manifest_of(files);
    return files;
}

// "name: text" of those with this standing.
std::vector<std::string> found(const Files& files, Standing standing, const Given& given = {}) {
    std::vector<std::string> lines;
    for (const auto& finding : verify(files, given))
        if (finding.standing == standing) lines.push_back(finding.name + ": " + finding.text);
    return lines;
}

testing::AssertionResult say(const std::vector<std::string>& lines, const std::string& text) {
    for (const auto& line : lines)
        if (line.find(text) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "none of " << testing::PrintToString(lines) << " says " << text;
}

std::vector<std::string> broken(const Files& files) { return found(files, Standing::broken); }

TEST(Verify, BelievesWhatIsWhole) {
    EXPECT_EQ(broken(bundle_of(passing())), std::vector<std::string>());
    EXPECT_EQ(found(bundle_of(passing()), Standing::short_of), std::vector<std::string>());
    EXPECT_TRUE(say(found(bundle_of(passing()), Standing::holds), "plan: each of 2 planned cases has a result"));
    EXPECT_EQ(exit_code(verify(bundle_of(passing()), {}), Outcome::pass), 0);
}

TEST(Verify, SeesAFileThatIsChangedMissingOrAdded) {
    Files files = bundle_of(passing());
    files["plans/golden.json"] += " ";
    EXPECT_TRUE(say(broken(files), "plans/golden.json is not the file"));
    files = bundle_of(passing());
    files["reports/junit.xml"] = "<a/>";
    EXPECT_TRUE(say(broken(files), "reports/junit.xml was added"));
    files = bundle_of(passing());
    files[kVerdict].resize(files[kVerdict].size() / 2);
    try {
        verify(files, {});
        ADD_FAILURE() << "half a verdict is read";
    } catch (const std::runtime_error& e) {
        EXPECT_EQ(e.what(), std::string("reports/verdict.json is not the file that was packed"));
    }
    files = bundle_of(passing());
    files.erase(kManifest);
    EXPECT_THROW(verify(files, {}), std::runtime_error);
    files = bundle_of(passing());
    files.erase(kRun);
    EXPECT_THROW(verify(files, {}), std::runtime_error);
}

// Packed again by somebody who changed what it says: its parts still have to agree.
struct Forgery {
    const char* name;
    std::function<void(Verdict&)> change;
    const char* told;
};

void PrintTo(const Forgery& forgery, std::ostream* out) { *out << forgery.name; }

class Forged : public testing::TestWithParam<Forgery> {};

TEST_P(Forged, IsTold) {
    Verdict verdict = passing();
    GetParam().change(verdict);
    const Files files = bundle_of(verdict);
    EXPECT_TRUE(say(broken(files), GetParam().told));
    EXPECT_EQ(exit_code(verify(files, {}), verdict.outcome), 2);
}

INSTANTIATE_TEST_SUITE_P(
    All, Forged,
    testing::Values(Forgery{"FailureSaidToPass", [](Verdict& v) { v.cases[0].status = Status::fail; },
                            "its cases make it fail"},
                    Forgery{"CaseLeftOut", [](Verdict& v) { v.cases.pop_back(); }, "golden/add/b"},
                    Forgery{"NoCaseThatPassed",
                            [](Verdict& v) {
                                v.cases = {golden("add/a", Status::skipped), golden("add/b", Status::skipped)};
                            },
                            "its cases make it error"},
                    Forgery{"Interrupted", [](Verdict& v) { v.run.interrupted = true; }, "its cases make it error"},
                    Forgery{"StepNotRun",
                            [](Verdict& v) {
                                v.steps.push_back({"performance", "", StepStatus::not_run, {}, {}, 0});
                            },
                            "its cases make it error"},
                    Forgery{"OtherPlan", [](Verdict& v) { v.run.plan_sha256 = std::string(64, 'b'); },
                            "not those that the run was planned by"}),
    [](const auto& row) { return std::string(row.param.name); });

// Two shards, one case each, and the bundle of what was merged from them.
struct MergedRun {
    Verdict verdict = passing();
    std::vector<Verdict> shards;
    Json plan{{"count", 2}, {"options", {"--suite", "golden"}}};

    explicit MergedRun(const std::function<void(MergedRun&)>& change = [](MergedRun&) {}) {
        for (const char* id : {"add/a", "add/b"}) plan["shards"].push_back({{"cases", {{"golden", {id}}}}});
        change(*this);
        const std::string digest = sha256(plan.dump());
        plan["sha256"] = digest;
        for (unsigned i = 1; i <= 2; ++i) {
            Verdict shard = verdict;
            shard.run.shard = gate::Shard{i, 2, digest, "", "", {}};
            shard.cases = {verdict.cases[i - 1]};
            shards.push_back(shard);
        }
    }

    Files files() const {
        Files files = bundle_of(verdict);
        Json run = Json::parse(files[kRun]);
        run["shards"] = shards.size();
        files[kRun] = run.dump();
        files[kShardPlan] = plan.dump();
        for (size_t i = 0; i < shards.size(); ++i) {
            files[shard_file(i + 1, "verdict.json")] = reports::to_json(shards[i]);
            files[shard_file(i + 1, "run.json")] = run.dump();
        }
        files[kManifest] = manifest_of(files);
        return files;
    }
};

TEST(Verify, BelievesAMergedRunThatItsShardsBear) {
    MergedRun merged;
    EXPECT_EQ(broken(merged.files()), std::vector<std::string>());
    EXPECT_TRUE(say(found(merged.files(), Standing::holds), "shards: 2 of one plan; the 2 cases are theirs"));
    // Waivers are of the whole; so are times of suites, and claims.
    merged.shards[0].cases[0].status = Status::fail;
    merged.verdict.cases[0].status = Status::waived;
    gate::CaseResult claim = golden("present/add/any/any");
    claim.suite = "claims";
    merged.verdict.cases.push_back(claim);
    EXPECT_EQ(broken(merged.files()), std::vector<std::string>());
    // An earlier format names no file with the functions.
    for (Verdict* verdict : {&merged.verdict, &merged.shards[0], &merged.shards[1]})
        verdict->run.functions_sha256.clear();
    EXPECT_EQ(broken(merged.files()), std::vector<std::string>());
}

TEST(Verify, KnowsWhichCasesWereDueOfASelectionThatWasDealt) {
    const auto select = [](MergedRun& m) { m.verdict.run.selection = true; };
    EXPECT_TRUE(say(found(MergedRun(select).files(), Standing::holds), "plan: each of 2 dealt cases has a result"));
    EXPECT_TRUE(say(found(MergedRun(select).files(), Standing::open), "asked for: ci/gate plan --suite golden"));
    // Lost in a shard and in the verdict, they are missed; and the last ones of a suite as well.
    for (const char* suite : {"golden", "property"}) {
        const MergedRun merged([&](MergedRun& m) {
            select(m);
            m.plan["shards"][1]["cases"][suite].push_back("add/c");
        });
        EXPECT_TRUE(say(broken(merged.files()), fmt::format("without a result are 1: {}/add/c", suite)));
    }
}

struct MergedForgery {
    const char* name;
    std::function<void(MergedRun&)> change;
    const char* told;
};

void PrintTo(const MergedForgery& forgery, std::ostream* out) { *out << forgery.name; }

class ForgedMerge : public testing::TestWithParam<MergedForgery> {};

TEST_P(ForgedMerge, IsTold) {
    MergedRun merged;
    GetParam().change(merged);
    EXPECT_TRUE(say(broken(merged.files()), GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    All, ForgedMerge,
    testing::Values(
        MergedForgery{"AFailureThatPasses", [](MergedRun& m) { m.shards[0].cases[0].status = Status::fail; },
                      "golden/add/a is fail in its shard, and pass in the verdict"},
        MergedForgery{"ACaseOfNoShard", [](MergedRun& m) { m.shards[1].cases.clear(); }, "golden/add/b is no shard's"},
        MergedForgery{"ACaseThatIsLeftOut",
                      [](MergedRun& m) { m.shards[1].cases.push_back(golden("add/c", Status::fail)); },
                      "lacks 1 of their cases, as golden/add/c"},
        MergedForgery{"AShardTwice", [](MergedRun& m) { m.shards[1].run.shard->index = 1; }, "is another shard's"},
        MergedForgery{"AnotherPlan", [](MergedRun& m) { m.shards[1].run.shard->plan_sha256 = std::string(64, 'c'); },
                      "is of another plan"},
        MergedForgery{"AnotherCandidate", [](MergedRun& m) { m.shards[1].run.candidate_sha256 = std::string(64, 'c'); },
                      "is of another candidate"},
        MergedForgery{"AnotherLibraryThatIsLoaded",
                      [](MergedRun& m) { m.shards[1].run.functions_sha256 = std::string(64, 'c'); },
                      "has the functions of another file"},
        MergedForgery{"ALibraryThatIsNotNamed", [](MergedRun& m) { m.shards[1].run.functions_sha256.clear(); },
                      "does not say which file has the functions"},
        MergedForgery{"APlanThatWasChanged", [](MergedRun& m) { m.plan["options"] = {"--quick"}; },
                      "not as ci/gate plan wrote it"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Verify, RefusesAMergedRunWithoutAShard) {
    Files files = MergedRun().files();
    files.erase(shard_file(2, "run.json"));
    files[kManifest] = manifest_of(files);
    EXPECT_THROW(verify(files, {}), std::runtime_error);
}

TEST(Verify, SaysWhatIsLeftToTheReader) {
    Verdict verdict = passing();
    verdict.cases[1].status = Status::skipped;
    verdict.cases[1].capability = "cuda";
    verdict.waivers = {{"golden/*", "because", "used"}};
    const auto lines = found(bundle_of(verdict), Standing::open);
    EXPECT_TRUE(say(lines, "skips: cuda: 1: golden/add/b"));
    EXPECT_TRUE(say(lines, "waivers: 1 in use"));
    EXPECT_TRUE(say(lines, "signature: not signed"));
    EXPECT_TRUE(say(lines, "not-verifiable: which file was judged"));
}

TEST(Verify, NamesFailedCases) {
    Verdict verdict = passing();
    verdict.cases[0].status = Status::crash;
    gate::judge(verdict);
    EXPECT_TRUE(say(found(bundle_of(verdict), Standing::short_of), "failed-cases: 1: golden/add/a"));
    EXPECT_EQ(exit_code(verify(bundle_of(verdict), {}), verdict.outcome), 1);
}

// Its own failure says why there is no more: it is believed, and ends as the run did.
TEST(Verify, BelievesARunWhoseSuiteDidNotListItsCases) {
    Verdict verdict = passing();
    verdict.cases = {golden("(list of cases)", Status::crash), golden("none")};
    verdict.cases[1].suite = "other";
    gate::judge(verdict);
    EXPECT_EQ(broken(bundle_of(verdict)), std::vector<std::string>());
    EXPECT_TRUE(say(found(bundle_of(verdict), Standing::short_of), "as the verdict says itself, are 2: golden/add/a"));
    EXPECT_EQ(exit_code(verify(bundle_of(verdict), {}), verdict.outcome), 1);
}

TEST(Verify, TellsAnotherCandidate) {
    EXPECT_TRUE(say(found(bundle_of(passing()), Standing::broken, {std::nullopt, "/proc/self/exe"}),
                    "is not the file that was judged"));
    Verdict verdict = passing();
    verdict.run.candidate_sha256 = sha256_of_file("/proc/self/exe");
    EXPECT_EQ(found(bundle_of(verdict), Standing::broken, {std::nullopt, "/proc/self/exe"}),
              std::vector<std::string>());
    // A program with its functions in another file: either may be given, and the other is open.
    EXPECT_TRUE(say(found(bundle_of(verdict), Standing::open, {std::nullopt, "/proc/self/exe"}),
                    "whose functions were judged, without --candidate; of lib.so the SHA-256 is aaaa"));
    std::swap(verdict.run.candidate_sha256, verdict.run.functions_sha256);
    EXPECT_TRUE(say(found(bundle_of(verdict), Standing::holds, {std::nullopt, "/proc/self/exe"}),
                    "is the file whose functions were judged"));
    EXPECT_TRUE(say(found(bundle_of(verdict), Standing::open, {std::nullopt, "/proc/self/exe"}),
                    "which file was judged, without --candidate; its SHA-256 is aaaa"));
}

}  // namespace
}  // namespace simple::evidence
