// Which variants of their code the libraries of this process take, as they themselves say: what a count of instructions
// depends on besides the code that is counted.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace simple::bench {

struct Dispatch {
    nlohmann::ordered_json found;  // what was asked, and the answers; for the record
    // Sentences: what is not as counting_run pinned it, or cannot be asked. Counts taken so are worth nothing.
    std::vector<std::string> objections;
};

// Asks glibc, and the LibTorch, oneDNN and OpenBLAS that the loaded library at path brought along. version is what the
// backend says of itself.
Dispatch ask_dispatch(const std::string& path, const std::string& version);

}  // namespace simple::bench
