// The example programs under each integration option, their output compared with the golden one of the mode that the
// library is in. Linked: the program linked with the stub, with the library in front of it. Loaded: the program opens
// the library when it starts. Stub mode: the program linked with the stub, alone.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "ci/host/run_program.h"
#include "ci/testkit/suite.h"
#include "impl/abi/library_path.h"
#include "reports/golden_text.h"

namespace simple {
namespace {

constexpr const char* kExamples[] = {"01_tensor_creation", "02_tensor_operations", "03_device_selection", "xor_pytorch",
                                     "mnist_classifier"};

// The golden text as the build found it, next to this source.
std::string golden(const std::string& example, const std::string& mode) {
    const std::string path = std::string(SIMPLE_EXPECTED_FOLDER) + "/" + example + "." + mode + ".txt";
    std::ifstream in(path);
    if (!in) throw std::runtime_error("cannot read " + path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string mode_of(const Backend& backend, const std::string& example) {
    if (!backend.available()) return "stub";
    return example == "03_device_selection" && backend.cuda_available() ? "cuda" : "real";
}

void check(const std::string& example, const std::string& option, const std::string& mode,
           const std::vector<std::string>& environment) {
    std::vector<std::string> settings = environment;
    settings.emplace_back("OMP_NUM_THREADS=1");
    const ProgramRun run = run_program({bin_folder() + "/" + example + "." + option}, settings);
    EXPECT_EQ(differences(golden(example, mode), run.output), "") << "in " << mode << " mode";
    EXPECT_EQ(run.errors, "");
    EXPECT_TRUE(run.exit_code == 0) << run.ending();
}

std::vector<Case> register_cases(const Backend& backend, const SuiteOptions& options) {
    const std::string library = with_folder(options.backend);
    std::vector<Case> cases;
    const auto add = [&](const std::string& example, const std::string& name, std::function<void()> body) {
        // Quick: each program once, but for the slowest, and each way in which a program comes by the library.
        const bool quick = name == "stub-mode" ? example != "mnist_classifier"
                                               : example + "/" + name == "01_tensor_creation/linked" ||
                                                     example + "/" + name == "xor_pytorch/loaded";
        cases.push_back({example + "/" + name, "", {"T3"}, quick, std::move(body)});
    };
    for (const std::string example : kExamples) {
        const std::string mode = mode_of(backend, example);
        add(example, "stub-mode", [=] { check(example, "stub", "stub", {}); });
        if (!backend.has_all(Set::core)) {  // what the candidate lacks would come from the stub
            add(example, "linked", [] { skip("symbol"); });
            add(example, "loaded", [] { skip("symbol"); });
            continue;
        }
        add(example, "linked", [=] { check(example, "stub", mode, {preloading(library)}); });
        add(example, "loaded", [=] { check(example, "loaded", mode, {"RT_TORCH_LIBRARY=" + library}); });
    }
    return cases;
}

}  // namespace
}  // namespace simple

int main(int argc, char** argv) { return simple::suite_main("examples", argc, argv, simple::register_cases); }
