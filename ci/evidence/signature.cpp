#include "ci/evidence/signature.h"

#include <fmt/format.h>

#include <cctype>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "ci/evidence/manifest.h"
#include "ci/run/process.h"
#include "ci/steps/calibration.h"
#include "impl/abi/temporary_folder.h"
#include "reports/file_text.h"

namespace simple::evidence {
namespace {

// What a signature is for: one that somebody made of the same bytes for another purpose does not count.
constexpr const char* kNamespace = "simple-torch-evidence";
constexpr double kSeconds = 60;
constexpr const char* kMinisign = "untrusted comment: minisign";
constexpr const char* kSsh = ".sig";
constexpr const char* kMini = ".minisig";

bool is_of_minisign(const std::string& file) { return text_of_file(file).rfind(kMinisign, 0) == 0; }

std::string put(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
    const std::string file = folder.path() / name;
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw std::runtime_error("cannot write " + file);
    return file;
}

// Of a shell command whose $1, $2, … are the words; what it says on descriptor 3 is the result.
std::string run(const std::string& command, std::vector<std::string> words, const char* what) {
    words.insert(words.begin(), {"/bin/sh", "-c", command, "sh"});
    const gate::Ran ran = gate::run_to_end(words, kSeconds * gate::slowness());
    if (ran.ending.clean()) return ran.events;
    std::string said = ran.output.substr(0, ran.output.find('\n'));
    for (char& c : said)
        if (std::iscntrl(static_cast<unsigned char>(c))) c = ' ';
    throw std::runtime_error(fmt::format("{}: {}", what, said.empty() ? ran.ending.describe() : said));
}

void demand_program(const char* program, const char* package) {
    if (!gate::run_to_end({"/bin/sh", "-c", "command -v \"$1\" >/dev/null", "sh", program}, kSeconds * gate::slowness())
             .ending.clean())
        throw std::runtime_error(fmt::format("{} is not on this machine (package {})", program, package));
}

std::string trimmed(std::string text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
    return text;
}

}  // namespace

bool is_signature(const std::string& name) {
    return name == std::string(kManifest) + kSsh || name == std::string(kManifest) + kMini;
}

void demand_key(const std::string& key) {
    if (is_of_minisign(key))
        demand_program("minisign", "minisign");
    else
        demand_program("ssh-keygen", "openssh-client");
}

void sign(Files& files, const std::string& key) {
    const TemporaryFolder folder("simple-evidence");
    const std::string manifest = put(folder, kManifest, files.at(kManifest));
    const bool mini = is_of_minisign(key);
    if (mini)
        run("exec minisign -S -s \"$1\" -m \"$2\"", {key, manifest}, "minisign cannot sign");
    else
        run(fmt::format("exec ssh-keygen -Y sign -f \"$1\" -n {} \"$2\"", kNamespace), {key, manifest},
            "ssh-keygen cannot sign");
    const std::string signature = std::string(kManifest) + (mini ? kMini : kSsh);
    files[signature] = text_of_file(folder.path() / signature);
}

std::optional<std::string> signer(const Files& files, const std::string& signers) {
    const bool mini = is_of_minisign(signers);
    const auto found = files.find(std::string(kManifest) + (mini ? kMini : kSsh));
    if (found == files.end()) return std::nullopt;
    demand_key(signers);
    const TemporaryFolder folder("simple-evidence");
    const std::string manifest = put(folder, kManifest, files.at(kManifest));
    const std::string signature = put(folder, found->first, found->second);
    constexpr const char* kNot = "the signature is not of this manifest by one of the signers";
    if (mini) {
        run("exec minisign -V -Q -p \"$1\" -m \"$2\"", {signers, manifest}, kNot);
        return "the key of " + signers;
    }
    const std::string who = trimmed(run("exec ssh-keygen -Y find-principals -f \"$1\" -s \"$2\" >&3",
                                        {signers, signature}, "the signature is by none of the signers"));
    // Of several names for one key the first is as good as any.
    const std::string first = who.substr(0, who.find('\n'));
    run(fmt::format("exec ssh-keygen -Y verify -f \"$1\" -I \"$2\" -n {} -s \"$3\" < \"$4\"", kNamespace),
        {signers, first, signature, manifest}, kNot);
    return first;
}

}  // namespace simple::evidence
