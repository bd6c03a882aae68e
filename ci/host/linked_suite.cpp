// A runtime rebuilt with the library: the hosts of this folder, with the candidate linked or loaded, and what their
// symbols show. The host linked with the stub stands for one linked with a shared library: the candidate is put in
// front of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <stdexcept>

#include "ci/host/run_program.h"
#include "ci/testkit/suite.h"
#include "impl/abi/library_path.h"

namespace simple {
namespace {

std::string host(const std::string& option) { return bin_folder() + "/host." + option; }

std::string taken(char* text) {
    std::string copy = text ? text : "";
    std::free(text);
    return copy;
}

// What a host says that has this backend inside.
std::string greeting(const Backend& backend) {
    return "host: " + taken(backend.backend_name()) + " " + taken(backend.version()) + ", passed\n";
}

void check_run(const std::string& option, const std::vector<std::string>& environment, const std::string& expected) {
    const ProgramRun run = run_program({host(option)}, environment);
    EXPECT_EQ(run.output, expected);
    EXPECT_EQ(run.errors, "");
    EXPECT_TRUE(run.exit_code == 0) << run.ending();
}

// Counts the rt_torch_* symbols of each kind (nm's letters).
std::map<char, size_t> rt_torch_symbols(const std::string& program, bool dynamic) {
    std::vector<std::string> command{"/usr/bin/env", "nm", program};
    if (dynamic) command.insert(command.begin() + 2, "-D");
    const ProgramRun nm = run_program(command);
    if (nm.exit_code != 0) throw std::runtime_error("nm " + program + ": " + nm.ending() + " " + nm.errors);
    std::map<char, size_t> kinds;
    std::istringstream lines(nm.output);
    for (std::string line; std::getline(lines, line);) {
        const size_t name = line.find(" rt_torch_");
        if (name != std::string::npos && name > 0) ++kinds[line[name - 1]];
    }
    return kinds;
}

void statically_linked_functions_are_defined() {
    auto kinds = rt_torch_symbols(host("static"), false);
    EXPECT_GE(kinds['T'], 1u) << "nm shows T for a function that is linked in";
    EXPECT_EQ(kinds['U'], 0u) << "nm shows U for a function that is looked for elsewhere";
}

void dynamically_linked_functions_are_undefined_and_needed() {
    auto kinds = rt_torch_symbols(host("stub"), true);
    EXPECT_GE(kinds['U'], 1u) << "nm -D shows U for a function of a shared library";
    EXPECT_EQ(kinds['T'], 0u);
    const ProgramRun readelf = run_program({"/usr/bin/env", "readelf", "-d", host("stub")});
    EXPECT_NE(readelf.output.find("(NEEDED)"), std::string::npos);
    EXPECT_NE(readelf.output.find("libsimple_torch_stub.so"), std::string::npos) << "a needed library provides them";
}

std::vector<Case> register_cases(const Backend& backend, const SuiteOptions& options) {
    const std::string library = with_folder(options.backend);
    std::vector<Case> cases;
    const auto add = [&](const char* id, std::function<void()> body) {
        cases.push_back({id, "", {"T1", "T3", "E2", "E5"}, true, std::move(body)});
    };
    // What the candidate lacks would come from the stub.
    const char* lacks = !backend.has(Fn::backend_name) ? "control" : !backend.has_all(Set::core) ? "symbol" : nullptr;
    const std::string expected = lacks ? "" : greeting(backend);
    const auto add_host = [&](const char* id, const char* option, std::vector<std::string> environment) {
        add(id, [=] { return lacks ? skip(lacks) : check_run(option, environment, expected); });
    };
    add_host("host/linked", "stub", {preloading(library)});
    add_host("host/loaded", "loaded", {"RT_TORCH_LIBRARY=" + library});
    add("host/stub-mode", [] { check_run("stub", {}, "host: stub stub, passed\n"); });
    add("symbols/dynamic", dynamically_linked_functions_are_undefined_and_needed);
    // An archive can only be linked when the host is built: it says nothing of another candidate.
    std::error_code ignored;
    const bool own = std::filesystem::equivalent(library, bin_folder() + "/../lib/libsimple_torch_ffi.so", ignored);
    if (std::filesystem::exists(host("static"))) {
        add("host/static", [=] { return own ? check_run("static", {}, expected) : skip("archive"); });
        add("symbols/static", [=] { return own ? statically_linked_functions_are_defined() : skip("archive"); });
    }
    return cases;
}

}  // namespace
}  // namespace simple

int main(int argc, char** argv) { return simple::suite_main("linked", argc, argv, simple::register_cases); }
