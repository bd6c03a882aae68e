#include "ci/evidence/verify_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>

#include "ci/engine/options.h"
#include "ci/evidence/bundle.h"
#include "ci/evidence/signature.h"
#include "ci/evidence/verify.h"
#include "reports/read_verdict.h"

namespace simple::evidence {
namespace {

const char* word(Standing standing) {
    switch (standing) {
        case Standing::holds: return "holds";
        case Standing::open: return "open";
        case Standing::short_of: return "fails";
        case Standing::broken: return "BROKEN";
    }
    return "BROKEN";
}

// A bundle comes from elsewhere, and so may bytes that a terminal obeys.
std::string printable(std::string text) {
    for (char& c : text)
        if (std::iscntrl(static_cast<unsigned char>(c))) c = ' ';
    return text;
}

const char* sentence(int code, gate::Outcome outcome) {
    if (code == 2 && outcome != gate::Outcome::error && outcome != gate::Outcome::running)
        return "this bundle cannot be believed";
    switch (outcome) {
        case gate::Outcome::pass: return "pass, as far as a bundle can show it";
        case gate::Outcome::fail: return "the candidate falls short";
        case gate::Outcome::inconclusive: return "performance is inconclusive";
        case gate::Outcome::running: return "the run had not ended";
        case gate::Outcome::error: return "the gate could not do its work";
    }
    return "";
}

}  // namespace

int verify_command(const std::string&, int argc, char** argv) {
    std::string bundle;
    Given given;
    CLI::App app(
        "Says what a bundle of evidence (ci/gate --bundle) shows, without the machine, the candidate or the build "
        "that\n"
        "it is of. Exit: as the run ended, 0 to 3; 2 as well where the bundle cannot be believed; 64 bad usage.",
        argv[0]);
    app.add_option("bundle", bundle, "the bundle, FILE.tar.zst")->required()->type_name("FILE");
    app.add_option("--signers", given.signers,
                   "who may have signed it: allowed_signers of ssh-keygen, or a public key of minisign")
        ->type_name("FILE");
    app.add_option(
           "--candidate", given.candidate,
           "also check that this is the file that was judged, or whose functions were, of a program that loads them")
        ->type_name("FILE");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        app.exit(e);
        return 0;
    } catch (const CLI::ParseError& e) {
        throw gate::UsageError(fmt::format("verify: {} ({} --help)", e.what(), argv[0]));
    }
    for (const auto* word :
         {&bundle, given.signers ? &*given.signers : &bundle, given.candidate ? &*given.candidate : &bundle})
        if (word->empty()) throw gate::UsageError("verify: an empty name of a file; is a variable unset?");
    // Who asks is told what they lack, before the bundle is told to be no good.
    if (given.signers) demand_key(*given.signers);
    const Files files = unpack(bundle);
    std::vector<Finding> findings;
    gate::Verdict verdict;
    try {
        findings = verify(files, given);
        verdict = gate::read_verdict(files.at(kVerdict), kVerdict);
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("{}: {}", bundle, e.what()));
    }
    fmt::print("{}\n{}, of {}\n\n", bundle, printable(verdict.run.candidate), printable(verdict.run.started));
    size_t width = 0;
    for (const auto& finding : findings) width = std::max(width, finding.name.size());
    for (const auto& finding : findings)
        fmt::print("  {:<6}  {:<{}}  {}\n", word(finding.standing), finding.name, width, printable(finding.text));
    // Whoever reads no table is told in one line.
    const auto broken =
        std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.standing == Standing::broken; });
    if (broken != findings.end())
        fmt::print(stderr, "ci/gate: {} cannot be believed: {}: {}\n", printable(bundle), broken->name,
                   printable(broken->text));
    const int code = exit_code(findings, verdict.outcome);
    fmt::print("\n{}\n", sentence(code, verdict.outcome));
    return code;
}

}  // namespace simple::evidence
