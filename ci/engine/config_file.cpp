#include "ci/engine/config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ci/engine/nearest.h"
#include "ci/engine/options.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

// What a value may be. It follows from how the command line declares the option.
enum class Kind {
    flag,
    flag_or_text,
    text,
    path,
    integer,
    number,
    list
};

// Of the command line alone: where the project is, and which file this is.
constexpr std::array<const char*, 7> kOutside{"help",     "config", "no-config",  "no-build",
                                              "libtorch", "root",   "record-plan"};

std::string long_name(const CLI::Option& option) {
    return option.get_lnames().empty() ? "" : option.get_lnames().front();
}

Kind kind_of(const CLI::Option& option) {
    const std::string name = long_name(option), type = option.get_type_name();
    // Flags that may be given a value.
    if (name == "self-test" || name == "list" || name == "wait-for-library") return Kind::flag_or_text;
    if (option.get_items_expected_max() == 0) return Kind::flag;
    if (option.get_items_expected_max() > 1) return Kind::list;
    if (type == "N") return Kind::integer;
    if (type == "X") return Kind::number;
    return type == "FILE" || type == "DIR" || type == "FILE|NAME" ? Kind::path : Kind::text;
}

const char* expectation(Kind kind) {
    switch (kind) {
        case Kind::flag: return "true or false";
        case Kind::flag_or_text: return "true, false, a text or a whole number";
        case Kind::text:
        case Kind::path: return "a text";
        case Kind::integer: return "a whole number";
        case Kind::number: return "a number";
        case Kind::list: return "a text or a list of texts";
    }
    return "";
}

// Every option that a file may give.
std::vector<const CLI::Option*> options_in_files(const CLI::App& app) {
    std::vector<const CLI::Option*> options;
    for (const auto* option : app.get_options())
        if (const std::string name = long_name(*option);
            !name.empty() && std::find(kOutside.begin(), kOutside.end(), name) == kOutside.end())
            options.push_back(option);
    return options;
}

// What may be something else than a path is one where it leads to something.
std::string beside(const std::string& file, const std::string& value, const std::string& type) {
    const fs::path path = fs::path(file).parent_path() / value;
    if (type.find("FILE") == std::string::npos && type != "DIR") return value;
    return type.find('|') != std::string::npos && !fs::exists(path) ? value : path.lexically_normal().string();
}

class Reader {
  public:
    Reader(std::string path, const CLI::App& app) : path_(std::move(path)), options_(options_in_files(app)) {}

    ConfigFile read() {
        ConfigFile file{path_, {}};
        toml::table table;
        try {
            table = toml::parse_file(path_);
        } catch (const toml::parse_error& e) {
            throw UsageError(fmt::format("{}:{}: {}", path_, e.source().begin.line, e.description()));
        }
        for (const auto& [key, value] : table) {
            const std::string name(key.str());
            const int line = static_cast<int>(key.source().begin.line);
            file.options.push_back(read_option(name, value, line));
        }
        std::sort(file.options.begin(), file.options.end(),
                  [](const FileOption& a, const FileOption& b) { return a.line < b.line; });
        return file;
    }

  private:
    FileOption read_option(const std::string& name, const toml::node& value, int line) const {
        const auto found = std::find_if(options_.begin(), options_.end(),
                                        [&](const CLI::Option* option) { return long_name(*option) == name; });
        if (found == options_.end()) {
            std::vector<std::string> names;
            for (const auto* option : options_) names.push_back(long_name(*option));
            throw UsageError(
                fmt::format("{}:{}: there is no option {}; did you mean {}?", path_, line, name, nearest(name, names)));
        }
        FileOption option{"--" + name, {}, {}, line};
        take(kind_of(**found), (*found)->get_type_name(), value, option);
        return option;
    }

    void take(Kind kind, const std::string& type, const toml::node& value, FileOption& option) const {
        const auto text = value.value_exact<std::string>();
        const auto integer = value.value_exact<int64_t>();
        const auto number = value.value_exact<double>();
        const auto flag = value.value_exact<bool>();
        if (flag && (kind == Kind::flag || kind == Kind::flag_or_text)) {
            if (*flag) option.words.push_back(option.name);
        } else if (integer && (kind == Kind::integer || kind == Kind::number || kind == Kind::flag_or_text)) {
            add(std::to_string(*integer), option);
        } else if (number && kind == Kind::number) {
            add(fmt::format("{:f}", *number), option);
        } else if (text &&
                   (kind == Kind::text || kind == Kind::path || kind == Kind::list || kind == Kind::flag_or_text)) {
            demand_text(*text, option);
            add(beside(path_, *text, type), option);
        } else if (const auto* list = value.as_array(); list && kind == Kind::list) {
            for (const auto& item : *list) {
                const auto word = item.value_exact<std::string>();
                if (!word) fail(kind, option);
                demand_text(*word, option);
                add(beside(path_, *word, type), option);
            }
        } else {
            fail(kind, option);
        }
    }

    static void add(const std::string& value, FileOption& option) {
        option.words.push_back(option.name + "=" + value);
        option.values.push_back(value);
    }

    void demand_text(const std::string& text, const FileOption& option) const {
        if (text.empty())
            throw UsageError(fmt::format("{}:{}: {} is empty", path_, option.line, option.name.substr(2)));
    }

    [[noreturn]] void fail(Kind kind, const FileOption& option) const {
        throw UsageError(
            fmt::format("{}:{}: {} takes {}", path_, option.line, option.name.substr(2), expectation(kind)));
    }

    std::string path_;
    std::vector<const CLI::Option*> options_;
};

nlohmann::ordered_json schema_of_value(Kind kind) {
    using Json = nlohmann::ordered_json;
    const Json text{{"type", "string"}, {"minLength", 1}};
    switch (kind) {
        case Kind::flag: return {{"type", "boolean"}};
        case Kind::flag_or_text: return {{"type", Json::array({"boolean", "string", "integer"})}, {"minLength", 1}};
        case Kind::text:
        case Kind::path: return text;
        case Kind::integer: return {{"type", "integer"}, {"minimum", 0}};
        case Kind::number: return {{"type", "number"}};
        case Kind::list: return {{"oneOf", Json::array({text, Json{{"type", "array"}, {"items", text}}})}};
    }
    return {};
}

// Whether the word stands in the message, with nothing of a word beside it.
bool mentions(const std::string& message, const std::string& word) {
    const auto of_word = [&](size_t at) {
        return at < message.size() && (std::isalnum(static_cast<unsigned char>(message[at])) || message[at] == '-');
    };
    for (size_t at = message.find(word); at != std::string::npos; at = message.find(word, at + 1))
        if (!(at > 0 && of_word(at - 1)) && !of_word(at + word.size())) return true;
    return false;
}

}  // namespace

std::optional<std::string> find_config(const std::string& folder) {
    for (fs::path at = fs::canonical(folder);; at = at.parent_path()) {
        if (fs::is_regular_file(at / kConfigFile)) return (at / kConfigFile).string();
        if (at == at.parent_path()) return std::nullopt;
    }
}

ConfigFile read_config(const std::string& path, const CLI::App& app) {
    if (!fs::is_regular_file(path)) throw UsageError(fmt::format("--config: no file is at {}", path));
    return Reader(path, app).read();
}

nlohmann::ordered_json schema_of(const CLI::App& app) {
    nlohmann::ordered_json properties = nlohmann::ordered_json::object();
    for (const auto* option : options_in_files(app)) {
        auto value = schema_of_value(kind_of(*option));
        value["description"] = option->get_description();
        properties[long_name(*option)] = std::move(value);
    }
    return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "gate.toml: options of ci/gate"},
            {"type", "object"},
            {"additionalProperties", false},
            {"properties", std::move(properties)}};
}

std::string located(const std::string& message, const ConfigFile& file) {
    for (const auto& option : file.options) {
        const bool about_value = std::any_of(option.values.begin(), option.values.end(),
                                             [&](const std::string& value) { return mentions(message, value); });
        if (about_value || mentions(message, option.name))
            return fmt::format("{}:{}: {}", file.path, option.line, message);
    }
    return message;
}

}  // namespace simple::gate
