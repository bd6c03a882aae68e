#include "ci/engine/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "ci/engine/config_file.h"
#include "ci/engine/declare_options.h"
#include "ci/engine/help.h"
#include "ci/engine/nearest.h"
#include "impl/abi/shell_quoted.h"

namespace simple::gate {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

// A script whose variable is unset must not judge something else than it meant.
void demand_values(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool assigned_nothing = word.rfind("--", 0) == 0 && word.find('=') == word.size() - 1;
        if (!word.empty() && !assigned_nothing) continue;
        const std::string option = assigned_nothing ? word.substr(0, word.size() - 1) : argv[i - 1];
        throw UsageError(option.rfind("--", 0) == 0 ? option + " is given an empty value; is a variable unset?"
                                                    : "an argument is empty; is a variable unset?");
    }
}

// The option's value in a command line that is not parsed yet; "" where it is given none.
std::optional<std::string> early(int argc, char** argv, const std::string& option) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == option) return i + 1 < argc ? argv[i + 1] : "";
        if (word.rfind(option + "=", 0) == 0) return word.substr(option.size() + 1);
    }
    return std::nullopt;
}

// What the file gives and the command line does not.
std::vector<std::string> words_of(const ConfigFile& file, int argc, char** argv) {
    std::vector<std::string> words;
    for (const auto& option : file.options)
        if (!early(argc, argv, option.name)) words.insert(words.end(), option.words.begin(), option.words.end());
    return words;
}

// --instructions=3 would be --instructions, and --quick=no nothing at all.
void demand_flags_without_values(const CLI::App& app, int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const size_t equals = word.find('=');
        if (word.rfind("--", 0) != 0 || equals == std::string::npos) continue;
        const auto* option = app.get_option_no_throw(word.substr(0, equals));
        if (option && option->get_items_expected_max() == 0 && option->get_disable_flag_override())
            throw UsageError(
                fmt::format("{} takes no value, and is given {}", word.substr(0, equals), word.substr(equals + 1)));
    }
}

// The command line behind these. CLI11 takes words from the end.
std::vector<std::string> words_behind(std::vector<std::string> words, int argc, char** argv) {
    words.insert(words.end(), argv + 1, argv + argc);
    std::reverse(words.begin(), words.end());
    return words;
}

}  // namespace

std::optional<Options> parse_command_line(int argc, char** argv, const std::string& footer) {
    Options s;
    demand_values(argc, argv);
    CLI::App app(
        "Says whether a library or a program with the rt_torch_* functions may ship. Exit: 0 pass, 1 the candidate "
        "falls\n"
        "short, 2 the gate could not do its work, 3 performance inconclusive, 64 bad usage.",
        "ci/gate");
    app.footer(footer);
    app.formatter(std::make_shared<WrappedHelp>());
    declare(app, s);
    demand_flags_without_values(app, argc, argv);
    auto config = early(argc, argv, "--config");
    // The build's own calls must not depend on where they are made, and the options of a shard are those of its plan.
    const bool of_plan = early(argc, argv, "--shard") && early(argc, argv, "--plan");
    const bool without = of_plan || early(argc, argv, "--no-config") || early(argc, argv, "--record-plan");
    if (!config && !without) config = find_config(".");
    if (config) s.config_file = read_config(*config, app);
    s.with_config = s.config_file.has_value();
    if (s.config_file) s.from_file = words_of(*s.config_file, argc, argv);
    app.allow_extras();
    try {
        app.parse(words_behind(s.from_file, argc, argv));
    } catch (const CLI::Success& e) {
        app.exit(e);
        return std::nullopt;
    } catch (const CLI::ParseError& e) {
        const std::string message = s.config_file ? located(e.what(), *s.config_file) : e.what();
        throw UsageError(message + " (--help lists all options)");
    } catch (const UsageError& e) {
        throw UsageError(s.config_file ? located(e.what(), *s.config_file) : e.what());
    }
    if (const auto extras = app.remaining(); !extras.empty()) {
        const std::string option = extras.front().substr(0, extras.front().find('='));
        throw UsageError(fmt::format("unknown {} {}; did you mean {}? --help lists all options",
                                     option.rfind('-', 0) == 0 ? "option" : "argument", option,
                                     nearest(option, option_names(app))));
    }
    static const std::regex self_tests("first(:[0-9]{1,19})?|full|pairs(:[0-9]{1,19})?");
    if (s.self_test && !std::regex_match(*s.self_test, self_tests))
        throw UsageError(fmt::format("--self-test takes nothing, full or pairs, not {}", *s.self_test));
    if (s.self_test && s.self_test->rfind("pairs", 0) == 0 && s.shard)
        throw UsageError("--self-test=pairs draws as it begins: it is not dealt to shards");
    if (s.self_test && s.plan) throw UsageError("--self-test deals its faults itself: --shard I/N without --plan");
    if (s.list && s.list != "text" && s.list != "json")
        throw UsageError(fmt::format("--list takes nothing or json, not {}", *s.list));
    s.command = "ci/gate";
    for (int i = argc > 2 && std::string(argv[1]) == "--root" ? 3 : 1; i < argc; ++i)
        s.command += " " + shell_word(argv[i]);
    return s;
}

int print_schema(const std::string&, int argc, char** argv) {
    if (argc > 1) throw UsageError(fmt::format("schema takes no arguments, not {}", argv[1]));
    CLI::App app("", "ci/gate");
    Options ignored;
    declare(app, ignored);
    fmt::print("{}\n", schema_of(app).dump(2));
    return 0;
}

}  // namespace simple::gate
