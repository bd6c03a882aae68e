// gate.toml: options of ci/gate in the repository of whoever is judged. A key is an option's name without its dashes.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace simple::gate {

constexpr const char* kConfigFile = "gate.toml";

struct FileOption {
    std::string name;                // "--jobs"
    std::vector<std::string> words;  // for the command line: "--jobs=2"
    std::vector<std::string> values;
    int line = 0;
};

struct ConfigFile {
    std::string path;
    std::vector<FileOption> options;
};

// The nearest one in this folder or one above it.
std::optional<std::string> find_config(const std::string& folder);

// Throws UsageError, "FILE:LINE: what", for what is no TOML, a key that is no option of the app, a value of another
// type. Paths are relative to the file's folder.
ConfigFile read_config(const std::string& path, const CLI::App& app);

// The JSON Schema of such a file.
nlohmann::ordered_json schema_of(const CLI::App& app);

// "FILE:LINE: message" where the message is about an option, or a value, that the file gives.
std::string located(const std::string& message, const ConfigFile& file);

}  // namespace simple::gate
