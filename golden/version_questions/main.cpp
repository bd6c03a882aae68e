// version_questions: what golden/versions asks of the LibTorch that this program is linked with, as JSON.
//
// Without arguments the answers; with --start what LibTorch is like at the start of a process.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "golden/version_questions/conditions.h"
#include "golden/version_questions/question.h"

namespace {

using namespace simple::versions;

// A random number that is drawn otherwise from 16 elements on.
double sixteenth() {
    at::manual_seed(0);
    return at::randn({16})[15].item().toDouble();
}

}  // namespace

int main(int argc, char** argv) {
    const int threads = at::get_num_threads();
    nlohmann::ordered_json said = {{"capability", capability()}};
    if (argc == 2 && std::string_view(argv[1]) == "--start") {
        said["threads"] = threads;
        said["sixteenth"] = sixteenth();
    } else if (argc == 1) {
        // Where threads are no question, one.
        at::set_num_threads(1);
        said["blas"] = blas();
        nlohmann::ordered_json& answers = said["answers"] = nlohmann::ordered_json::object();
        for (const Questions& questions : {error_questions(), value_questions(), equality_questions(),
                                           gradient_questions(), drift_questions(), thread_questions()})
            for (const Question& question : questions) answers[question.text] = question.answer();
    } else {
        std::fprintf(stderr, "usage: version_questions [--start]\n");
        return 64;
    }
    std::printf("%s\n", said.dump(1).c_str());
}
