#include "ci/steps/spec_step.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ci/agent/spec_counts.h"
#include "ci/run/process.h"
#include "ci/steps/time_scale.h"
#include "impl/abi/library_path.h"
#include "reports/reports.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

constexpr double kSpecSeconds = 3600;

// The counts in a file of their own, which is removed with this.
class CountsFile {
  public:
    CountsFile() : path_(fs::temp_directory_path() / "simple-spec-XXXXXX") {
        const int fd = mkstemp(path_.data());
        if (fd < 0 || ftruncate(fd, sizeof(SpecCounts)) != 0)
            throw std::runtime_error(fmt::format("cannot make {}: {}", path_, std::strerror(errno)));
        void* mapped = mmap(nullptr, sizeof(SpecCounts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        if (mapped == MAP_FAILED) throw std::runtime_error("cannot map " + path_);
        counts_ = static_cast<SpecCounts*>(mapped);
    }
    CountsFile(const CountsFile&) = delete;
    CountsFile& operator=(const CountsFile&) = delete;
    ~CountsFile() {
        munmap(counts_, sizeof(SpecCounts));
        unlink(path_.c_str());
    }
    const SpecCounts& counts() const { return *counts_; }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
    SpecCounts* counts_;
};

// A function by name or symbol, or a dyncall form; "" for none.
std::string symbol_of(const std::string& word) {
    if (const auto* row = find_function(word)) return std::string(row->symbol);
    const auto symbols = counted_symbols();
    return std::find(symbols.begin(), symbols.end(), word) == symbols.end() ? "" : word;
}

std::vector<std::string> words_in(const std::string& text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_')
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    return words;
}

// A spec claims what its name says, tensor_add_spec.spl the function add, and what its lines call by symbol.
void add_claims_of_spec(const fs::path& spec, std::set<std::string>& symbols) {
    std::string name = spec.stem().string();
    for (const char* ending : {"_spec", "_test"})
        if (const auto at = name.rfind(ending); at != std::string::npos && at + std::strlen(ending) == name.size())
            name.erase(at);
    // The longest function that the name ends with: torch_max_dim is max_dim, not max.
    for (size_t begin = 0; begin != std::string::npos; begin = name.find('_', begin)) {
        begin += begin ? 1 : 0;
        if (const std::string symbol = symbol_of(name.substr(begin)); !symbol.empty()) {
            symbols.insert(symbol);
            break;
        }
    }
    std::ifstream in(spec);
    for (std::string line; std::getline(in, line);) {
        line = line.substr(0, line.find('#'));
        if (line.find("extern") != std::string::npos) continue;  // a declaration calls nothing
        for (const auto& word : words_in(line))
            if (word.rfind("rt_torch_", 0) == 0 && !symbol_of(word).empty()) symbols.insert(symbol_of(word));
    }
}

void add_claims_of_list(const fs::path& list, std::set<std::string>& symbols) {
    std::ifstream in(list);
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        for (const auto& word : words_in(line.substr(0, line.find('#')))) {
            if (word.empty()) continue;
            if (symbol_of(word).empty())
                throw std::runtime_error(fmt::format("{}:{}: no function is named {}", list.string(), number, word));
            symbols.insert(symbol_of(word));
        }
    }
}

void write_calls(const std::string& path, const SpecCounts& counts) {
    nlohmann::json calls = nlohmann::json::object();
    const auto symbols = counted_symbols();
    for (size_t i = 0; i < symbols.size(); ++i) calls[symbols[i]] = counts.calls[i].load();
    std::ofstream out(path);
    out << nlohmann::json{{"processes", counts.processes.load()},
                          {"with_functions", counts.with_functions.load()},
                          {"calls", calls}}
               .dump(1)
        << "\n";
    if (!out.flush()) throw std::runtime_error(path + ": cannot be written");
}

CaseResult spec_case(std::string id, std::string function, std::string problem) {
    CaseResult c;
    c.suite = kSpecSuite;
    c.id = std::move(id);
    c.function = std::move(function);
    c.status = problem.empty() ? Status::pass : Status::fail;
    c.message = std::move(problem);
    return c;
}

}  // namespace

std::vector<std::string> claimed_functions(const std::vector<std::string>& claims) {
    std::set<std::string> all;
    for (const auto& claim : claims) {
        std::set<std::string> symbols;  // of this one: each is to name something
        if (fs::is_directory(claim)) {
            for (const auto& entry : fs::recursive_directory_iterator(claim))
                if (entry.is_regular_file()) add_claims_of_spec(entry.path(), symbols);
        } else if (fs::is_regular_file(claim)) {
            if (fs::path(claim).extension() == ".txt")
                add_claims_of_list(claim, symbols);
            else
                add_claims_of_spec(claim, symbols);
        } else if (const std::string symbol = symbol_of(claim); !symbol.empty()) {
            symbols.insert(symbol);
        } else {
            throw std::runtime_error(claim + " is no function, no file and no folder");
        }
        if (symbols.empty()) throw std::runtime_error(claim + " names no function that it would test");
        all.merge(symbols);
    }
    return {all.begin(), all.end()};
}

std::vector<CaseResult> check_spec(const Settings& settings, StepResult& step) {
    const CountsFile file;
    const Ran ran = run_to_end({"LD_PRELOAD=" + preloadable(settings.bin + "/spec.agent.so"),
                                fmt::format("{}={}", kSpecCounts, file.path()), "/bin/sh", "-c", *settings.spec},
                               kSpecSeconds * time_scale(settings));
    const SpecCounts& counts = file.counts();
    fs::create_directories(settings.out);
    write_calls(fmt::format("{}/{}", settings.out, reports::kSpecCalls), counts);
    const auto symbols = counted_symbols();
    int64_t calls = 0, functions_called = 0;
    for (const auto& count : counts.calls) {
        calls += count;
        functions_called += count > 0 ? 1 : 0;
    }
    step.notes.push_back(fmt::format("spec: {} calls of {} functions, in {} of {} processes", calls, functions_called,
                                     counts.with_functions.load(), counts.processes.load()));

    std::vector<CaseResult> cases;
    std::string problem;
    if (ran.timed_out)
        problem = "it does not end";
    else if (!ran.ending.clean())
        problem = fmt::format("'{}' {}", *settings.spec, ran.ending.describe());
    if (!problem.empty() && !ran.output.empty()) problem += "\nit had written:\n" + ran.output;
    cases.push_back(spec_case("ends", "", problem));
    problem.clear();
    if (counts.with_functions == 0)
        problem = fmt::format("none of the {} processes of '{}' that could be entered has the functions",
                              counts.processes.load(), *settings.spec);
    else if (calls == 0)
        problem = fmt::format("'{}' does not call a single function of the library", *settings.spec);
    cases.push_back(spec_case("calls", "", problem));
    for (const auto& symbol : claimed_functions(settings.spec_claims)) {
        const auto at = static_cast<size_t>(std::find(symbols.begin(), symbols.end(), symbol) - symbols.begin());
        const auto* row = find_function(symbol);
        cases.push_back(
            spec_case("calls/" + symbol, row ? std::string(row->name) : "",
                      counts.calls[at] > 0 ? "" : fmt::format("it claims to test {} and never calls it", symbol)));
    }
    return cases;
}

}  // namespace simple::gate
