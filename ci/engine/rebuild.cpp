#include "ci/engine/rebuild.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "ci/steps/elf_file.h"
#include "ci/steps/symbol_sets.h"
#include "impl/abi/function_table.h"
#include "reports/digest.h"
#include "reports/read_verdict.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

// The functions of the tables that a file exports or lists, sorted; of no ELF file none.
struct Contents {
    std::vector<std::string> symbols, needed;
    bool shared = false;
};

Contents contents_of(const std::string& path) {
    Contents contents;
    try {
        const ElfFile file = read_elf(path);
        const auto forms = dyncall_symbols();
        for (const auto* list : {&file.exported, &file.listed})
            for (const auto& symbol : *list)
                if (find_function(symbol) || std::find(forms.begin(), forms.end(), symbol) != forms.end())
                    contents.symbols.push_back(symbol);
        std::sort(contents.symbols.begin(), contents.symbols.end());
        contents.symbols.erase(std::unique(contents.symbols.begin(), contents.symbols.end()), contents.symbols.end());
        contents.needed = file.needed;
        std::sort(contents.needed.begin(), contents.needed.end());
        contents.shared = file.shared;
    } catch (const std::exception&) {  // a script
    }
    return contents;
}

void print_difference(const char* what, const std::vector<std::string>& before, const std::vector<std::string>& after) {
    std::vector<std::string> gone, added;
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(gone));
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(added));
    if (!gone.empty()) fmt::print("rebuilt: {} gone: {}\n", what, names(gone));
    if (!added.empty()) fmt::print("rebuilt: {} added: {}\n", what, names(added));
}

void print_changes(const std::string& before, const std::string& after) {
    if (sha256_of_file(before) == sha256_of_file(after)) {
        fmt::print("rebuilt: {} is what it was, byte for byte\n", after);
        return;
    }
    fmt::print("rebuilt: {} has {} bytes, {:+} than before; that one is kept as {}\n", after, fs::file_size(after),
               static_cast<long long>(fs::file_size(after)) - static_cast<long long>(fs::file_size(before)), before);
    const Contents then = contents_of(before), now = contents_of(after);
    print_difference("functions", then.symbols, now.symbols);
    print_difference("libraries that it needs", then.needed, now.needed);
}

}  // namespace

void rebuild(Options& options) {
    if (!options.candidate) throw UsageError("--rebuild builds what --candidate names, which is not given");
    const std::string candidate = *options.candidate, kept = candidate + ".before", begun = candidate + ".rebuilding";
    // Behind a build that did not come to its end the candidate is whatever that left; what was kept before it stays.
    const bool was_whole = !fs::exists(begun);
    // A copy, since a build may write into the file that is there.
    if (was_whole && fs::is_regular_file(candidate))
        fs::copy_file(candidate, kept, fs::copy_options::overwrite_existing);
    const bool existed = fs::is_regular_file(was_whole ? candidate : kept);
    std::ofstream(begun).close();  // where there is a folder for it yet
    fmt::print("rebuilding: {}\n", *options.rebuild);
    std::fflush(stdout);
    const int status = std::system(options.rebuild->c_str());
    if (status == 0 && fs::is_regular_file(candidate))
        fs::remove(begun);
    else
        std::ofstream(begun).close();
    if (status != 0)
        throw std::runtime_error(fmt::format("--rebuild: '{}' {}", *options.rebuild,
                                             WIFEXITED(status)
                                                 ? fmt::format("exited with status {}", WEXITSTATUS(status))
                                                 : fmt::format("was ended by signal {}", WTERMSIG(status))));
    if (!fs::is_regular_file(candidate))
        throw std::runtime_error(fmt::format("--rebuild: '{}' made no {}", *options.rebuild, candidate));
    if (!existed) {
        fmt::print("rebuilt: {}, of which there was none before\n", candidate);
        return;
    }
    print_changes(kept, candidate);
    const bool timed =
        options.steps.empty() || std::count(options.steps.begin(), options.steps.end(), "performance") > 0;
    if (!options.baseline && !options.quick && timed && contents_of(kept).shared) options.baseline = kept;
}

void compare_with_last_run(Settings& settings) {
    const std::string last = settings.latest.value_or(settings.out) + "/verdict.json";
    if (settings.against || !fs::exists(last)) return;
    try {
        const Verdict verdict = read_verdict_file(last);
        demand_ended(verdict, last);
        if (verdict.run.candidate == settings.candidate) settings.against = last;
    } catch (const std::exception& e) {  // a run that did not come to its end
        fmt::print("rebuilt: not compared with the last run: {}\n", e.what());
    }
}

}  // namespace simple::gate
