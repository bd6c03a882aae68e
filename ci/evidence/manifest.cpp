#include "ci/evidence/manifest.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "ci/evidence/signature.h"
#include "reports/digest.h"
#include "reports/json_text.h"

namespace simple::evidence {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "evidence 1.0";

bool is_listed(const std::string& name) { return name != kManifest && !is_signature(name); }

}  // namespace

std::string manifest_of(const Files& files) {
    Json list = Json::object();
    for (const auto& [name, text] : files)
        if (is_listed(name)) list[name] = {{"bytes", text.size()}, {"sha256", sha256(text)}};
    return Json{{"format", kFormat}, {"files", list}}.dump(1) + "\n";
}

std::vector<std::string> differences(const Files& files) {
    const auto manifest = files.find(kManifest);
    if (manifest == files.end()) throw std::runtime_error(fmt::format("it has no {}", kManifest));
    std::vector<std::string> lines;
    try {
        const Json json = Json::parse(manifest->second);
        if (json.at("format") != kFormat)
            throw std::runtime_error(
                fmt::format("its format is {}, and this gate reads {}", json.at("format").dump(), kFormat));
        const auto& listed = json.at("files");
        for (const auto& [name, row] : listed.items()) {
            const auto file = files.find(name);
            if (file == files.end())
                lines.push_back(fmt::format("{} is missing", name));
            else if (row.at("sha256") != sha256(file->second) || row.at("bytes") != file->second.size())
                lines.push_back(fmt::format("{} is not the file that was packed", name));
        }
        for (const auto& [name, text] : files)
            if (is_listed(name) && !listed.contains(name)) lines.push_back(fmt::format("{} was added", name));
    } catch (const nlohmann::json::exception& e) {
        throw std::runtime_error(fmt::format("its {} cannot be read: {}", kManifest, json_problem(e)));
    }
    return lines;
}

}  // namespace simple::evidence
