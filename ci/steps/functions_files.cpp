#include "ci/steps/functions_files.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ci/steps/library_step.h"
#include "reports/digest.h"

namespace simple::gate {

void set_functions_files(std::vector<std::string> files, Run& run, std::vector<std::string> known) {
    std::vector<std::string> digests = std::move(known);
    digests.resize(files.size());
    for (size_t i = 0; i < files.size(); ++i)
        if (digests[i].empty()) digests[i] = sha256_of_file(files[i]);
    run.functions_files = std::move(files);
    run.functions_sha256.clear();
    if (digests.empty() || std::count(digests.begin(), digests.end(), "") > 0) return;
    // The order in which they were found is no matter.
    std::sort(digests.begin(), digests.end());
    std::string lines;
    for (const auto& digest : digests) lines += digest + "\n";
    run.functions_sha256 = digests.size() == 1 ? digests.front() : sha256(lines);
}

void take_functions(const Answer& answer, Verdict& verdict) {
    set_functions_files(answer.files, verdict.run, answer.sha256);
    verdict.loaded_files = answer.loaded;
}

void look_for_functions(const Settings& settings, Verdict& verdict) {
    if (!settings.program || !verdict.run.functions_files.empty() ||
        !std::filesystem::is_regular_file(settings.candidate))
        return;
    try {
        if (const std::optional<Answer> answer = answer_of_program(settings)) take_functions(*answer, verdict);
    } catch (const std::exception&) {  // no process, no temporary file: nor has a suite one
    }
}

}  // namespace simple::gate
