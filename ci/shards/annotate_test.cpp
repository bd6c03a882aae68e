#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ci/shards/annotate_command.h"
#include "reports/visible_text.h"

namespace simple::gate {
namespace {

CaseResult failed(const std::string& id, const std::string& message) {
    CaseResult c;
    c.suite = "golden";
    c.id = id;
    c.status = Status::fail;
    c.message = message;
    return c;
}

TEST(Annotations, AreEscapedAndNameTheCase) {
    Verdict verdict;
    verdict.problems = {"shard 2/4 is missing"};
    verdict.cases = {failed("add/a:b,c", "100 % wrong\nsecond line")};
    verdict.cases[0].repro = "ci/gate x";
    EXPECT_EQ(github_annotations(verdict),
              "::error title=the gate::shard 2/4 is missing\n"
              "::error title=golden/add/a%3Ab%2Cc fail::100 %25 wrong%0Asecond line%0Aagain: ci/gate x\n");
}

TEST(Annotations, AreTextWhateverACandidateWrote) {
    Verdict verdict;
    verdict.cases = {failed("add/a\x1b[2J", "\x1b[31mred \xff" + std::string(4082, 'x') + "\xc3\xa9\xc3\xa9")};
    const std::string text = github_annotations(verdict);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("title=golden/add/a<U+001B>[2J fail::<U+001B>[31mred \xef\xbf\xbdxxx"), std::string::npos);
    for (size_t cut = 0; cut < 4; ++cut) {  // wherever in a character the limit falls
        verdict.cases = {failed("a", std::string(4090 + cut, 'x') + "\xc3\xa9\xe2\x82\xac\xe2\x82\xac")};
        const std::string whole = github_annotations(verdict);
        EXPECT_EQ(whole, reports::visible_text(whole)) << cut;
    }
}

TEST(Annotations, AreNoMoreThanGitHubShows) {
    Verdict verdict;
    for (int i = 0; i < 30; ++i) verdict.problems.push_back("problem " + std::to_string(i));
    const std::string text = github_annotations(verdict);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
    EXPECT_NE(text.find("21 more are in summary.md"), std::string::npos);
}

TEST(Summary, IsCutBetweenLines) {
    EXPECT_EQ(cut_summary("short\n", 1000), "short\n");
    std::string text;
    for (int i = 0; i < 100; ++i) text += "line of some length\n";
    const std::string cut = cut_summary(text, 500);
    EXPECT_LE(cut.size(), 500u);
    EXPECT_EQ(cut.rfind("line of some length\nline of", 0), 0u);
    EXPECT_NE(cut.find("length\n\n**This summary is cut"), std::string::npos);
    EXPECT_LE(cut_summary(std::string(1000, 'x'), 500).size(), 500u) << "one endless line";
}

}  // namespace
}  // namespace simple::gate
