#include <gtest/gtest.h>

#include <functional>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <utility>

#include "reports/page/made_runs.h"
#include "reports/reports.h"
#include "reports/xml_text.h"

namespace simple::reports {
namespace {

using gate::Status;
using gate::StepStatus;
using gate::Verdict;

Verdict passing() {
    Verdict verdict;
    verdict.run.candidate = "lib.so";
    verdict.run.started = "2026-11-25T10:00:00Z";
    verdict.run.host = "machine";
    verdict.run.candidate_sha256.assign(64, 'a');
    verdict.run.version = "1.13.0+cpu";
    verdict.steps.resize(1);
    verdict.steps[0].name = "suite";
    verdict.steps[0].status = StepStatus::pass;
    verdict.cases.resize(1);
    verdict.cases[0].step = "suite";
    verdict.cases[0].suite = "golden";
    verdict.cases[0].id = "add/f32";
    verdict.cases[0].file = "golden";
    verdict.cases[0].status = Status::pass;
    return verdict;
}

pugi::xml_document parsed(const std::string& xml) {
    pugi::xml_document document;
    const auto result = document.load_buffer(xml.data(), xml.size());
    EXPECT_TRUE(result) << result.description();
    return document;
}

size_t red(const Verdict& verdict) {
    const auto document = parsed(to_junit(verdict));
    const auto root = document.child("testsuites");
    const size_t counted = root.attribute("failures").as_uint() + root.attribute("errors").as_uint();
    EXPECT_EQ(document.select_nodes("//failure|//error").size(), counted);
    return counted;
}

TEST(JUnit, IsRedWhereverTheGateIs) {
    const std::pair<const char*, std::function<void(Verdict&)>> all[] = {
        {"problem of a step", [](Verdict& v) { v.steps[0].problems = {"no program"}; }},
        {"problem of the gate", [](Verdict& v) { v.problems = {"--filter takes no case"}; }},
        {"interrupted", [](Verdict& v) { v.run.interrupted = true; }},
        {"interrupted step", [](Verdict& v) { v.steps[0].status = StepStatus::interrupted; }},
        {"partial", [](Verdict& v) { v.run.partial = true; }},
        {"left open", [](Verdict& v) { v.run.left_open = {"the last run was interrupted"}; }},
        {"waiver",
         [](Verdict& v) {
             v.waivers = {{"golden/*", "why", "expired"}};
         }},
        {"all skipped", [](Verdict& v) { v.cases[0].status = Status::skipped; }},
        {"all skipped for want of symbols",
         [](Verdict& v) {
             v.cases[0].status = Status::skipped;
             v.cases[0].capability = "symbol";
         }},
        {"all waived", [](Verdict& v) { v.cases[0].status = Status::waived; }},
        {"inconclusive", [](Verdict& v) { v.cases[0].status = Status::inconclusive; }},
        {"not built", [](Verdict& v) { v.steps[0].status = StepStatus::not_built; }},
        {"not run", [](Verdict& v) { v.steps[0].status = StepStatus::not_run; }},
        {"nothing", [](Verdict& v) { v.steps[0].status = StepStatus::unselected; }},
        {"fail", [](Verdict& v) { v.cases[0].status = Status::fail; }},
        {"crash", [](Verdict& v) { v.cases[0].status = Status::crash; }},
        {"error", [](Verdict& v) { v.cases[0].status = Status::error; }},
        {"timeout", [](Verdict& v) { v.cases[0].status = Status::timeout; }},
        {"unexpected pass", [](Verdict& v) { v.cases[0].status = Status::unexpected_pass; }},
    };
    for (const auto& [what, change] : all) {
        Verdict verdict = passing();
        change(verdict);
        judge(verdict);
        EXPECT_NE(exit_code(verdict.outcome), 0) << what;
        EXPECT_GT(red(verdict), 0u) << what;
    }
    Verdict running = passing();
    running.outcome = gate::Outcome::running;
    EXPECT_GT(red(running), 0u);
    Verdict verdict = passing();
    judge(verdict);
    EXPECT_EQ(exit_code(verdict.outcome), 0);
    EXPECT_EQ(red(verdict), 0u);
}

// Of two of one name a reader may show the last alone.
TEST(JUnit, EveryCaseHasANameOfItsOwn) {
    Verdict verdict = page::mixed_run();
    for (const char* id : {"\x01", "\x02", "\xEF\xBF\xBD (2)"}) {
        verdict.cases.push_back(verdict.cases.back());
        verdict.cases.back().id = id;
    }
    std::set<std::pair<std::string, std::string>> names;
    const auto document = parsed(to_junit(verdict));
    for (const auto& found : document.select_nodes("//testcase")) {
        const auto name = std::pair(std::string(found.node().attribute("classname").value()),
                                    std::string(found.node().attribute("name").value()));
        EXPECT_TRUE(names.insert(name).second) << name.first << " " << name.second;
    }
    EXPECT_GT(names.size(), verdict.cases.size());
}

TEST(JUnit, SaysWhatWasJudgedWhenAndWhere) {
    const auto document = parsed(to_junit(passing()));
    const auto suite = document.select_node("//testsuite[@name='golden']").node();
    EXPECT_STREQ(suite.attribute("timestamp").value(), "2026-11-25T10:00:00");
    EXPECT_STREQ(suite.attribute("hostname").value(), "machine");
    EXPECT_STREQ(suite.child("testcase").attribute("file").value(), "golden");
    const auto property = [&](const char* name) {
        return std::string(suite.child("properties").find_child_by_attribute("name", name).attribute("value").value());
    };
    EXPECT_EQ(property("candidate_sha256"), std::string(64, 'a'));
    EXPECT_EQ(property("version"), "1.13.0+cpu");
    EXPECT_EQ(property("seed"), "1");
}

TEST(JUnit, SaysWhereACaseRanAndWhyOneDidNot) {
    Verdict verdict = passing();
    verdict.cases[0].device = "simulated";
    const auto node = [](const Verdict& v, const char* path) {
        return parsed(to_junit(v)).select_node(path).node().attribute("value").empty();
    };
    EXPECT_FALSE(node(verdict, "//testsuite[@name='golden']/testcase/properties/property[@name='device']"));
    EXPECT_TRUE(node(passing(), "//testsuite[@name='golden']/testcase/properties/property[@name='device']"));
    verdict.cases[0].status = Status::skipped;
    verdict.cases[0].capability = "cuda";
    verdict.cases[0].message = "no LibTorch";
    const auto document = parsed(to_junit(verdict));
    const auto skipped = document.select_node("//testsuite[@name='golden']/testcase/skipped").node();
    EXPECT_STREQ(skipped.attribute("message").value(), "cuda: no LibTorch");
}

TEST(JUnit, HasNoCharacterThatXmlForbids) {
    const std::string bad = "\x01\x1b[31m \xEF\xBF\xBE \xEF\xBF\xBF \xED\xA0\x80 \xC0\xAF \xFF";
    Verdict verdict = passing();
    auto& c = verdict.cases[0];
    c.status = Status::fail;
    c.id = c.suite = c.function = c.message = c.repro = c.file = verdict.run.candidate = verdict.run.version = bad;
    verdict.steps[0].problems = {bad};
    verdict.waivers = {{bad, bad, bad}};
    for (const Status status : {Status::fail, Status::error, Status::skipped, Status::waived}) {
        c.status = status;
        c.capability = c.waiver = bad;
        const std::string xml = to_junit(verdict);
        EXPECT_EQ(xml, xml_text(xml));
        EXPECT_EQ(xml.find("&#x"), std::string::npos) << "an escaped character is forbidden as well";
        parsed(xml);
    }
}

TEST(XmlText, KeepsWhatIsAllowed) {
    const std::string good = "a\t\n\r\x7F \xC3\xA9 \xE2\x82\xAC \xEF\xBF\xBD \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF";
    EXPECT_EQ(xml_text(good), good);
    for (const char* bad : {"\x02", "\xEF\xBF\xBE", "\xEF\xBF\xBF", "\x80", "\xF5"})
        EXPECT_NE(xml_text(bad).find("\xEF\xBF\xBD"), std::string::npos) << bad;
    EXPECT_EQ(xml_text("a\xE2\x82"), "a\xEF\xBF\xBD\xEF\xBF\xBD") << "cut short";
}

}  // namespace
}  // namespace simple::reports
