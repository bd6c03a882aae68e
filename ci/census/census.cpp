#include "ci/census/census.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ci/steps/calibration.h"
#include "ci/steps/dependencies.h"
#include "ci/steps/elf_file.h"
#include "impl/abi/function_table.h"
#include "reports/file_text.h"

namespace simple::census {
namespace {

struct Form {
    const char* symbol;
    size_t parameters;
};
constexpr Form kForms[] = {
#define RT_DYNCALL(symbol, parameters) {#symbol, parameters},
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
};

const Form* find_form(const std::string& symbol) {
    const auto* found =
        std::find_if(std::begin(kForms), std::end(kForms), [&](const Form& form) { return symbol == form.symbol; });
    return found == std::end(kForms) ? nullptr : found;
}

const char* name_of(Type type) {
    switch (type) {
        case Type::nothing: return "void";
        case Type::tensor:
        case Type::tensor_opt:
        case Type::stream:
        case Type::i64: return "i64";
        case Type::i32: return "i32";
        case Type::f64: return "f64";
        case Type::boolean: return "bool";
        case Type::text: return "text";
        case Type::i64_array:
        case Type::tensor_array: return "[i64]";
        case Type::f64_array: return "[f64]";
    }
    return "";
}

std::string signature_in_table(const Function& row) {
    Extern as_declared;
    for (size_t i = 0; i < row.param_count; ++i) as_declared.parameters.emplace_back(name_of(row.params[i].type));
    as_declared.result = name_of(row.result);
    return as_declared.signature();
}

std::string place_of(const Extern& declared) { return fmt::format("{}:{}", declared.file, declared.line); }

// Against the table; what is not of this library's names is the runtime's own.
void judge_declaration(const Extern& declared, std::vector<Problem>& problems) {
    const auto add = [&](const char* kind, const std::string& what) {
        problems.push_back({kind, declared.name, fmt::format("{}: {} {}", place_of(declared), declared.name, what)});
    };
    const Function* row = find_function(declared.name);
    if (row && row->symbol == declared.name) {
        if (const std::string table = signature_in_table(*row); table != declared.signature())
            add("signature", fmt::format("is declared as {}, and is {}", declared.signature(), table));
    } else if (const Form* form = find_form(declared.name)) {
        if (form->parameters != declared.parameters.size())
            add("signature", fmt::format("is declared with {} parameters, and has {}", declared.parameters.size(),
                                         form->parameters));
    } else if (is_of_library(declared.name)) {
        add("unknown", "is in no table of the contract");
    }
}

std::string set_of(const std::string& symbol) {
    const Function* row = find_function(symbol);
    if (row && row->symbol == symbol) return row->set == Set::core ? "core" : "control";
    return find_form(symbol) ? "dyncall" : "";
}

void look_up(const Given& given, Row& row, std::vector<Problem>& problems) {
    if (given.definitions) {
        const auto exported = given.definitions->exported.find(row.symbol);
        const auto listed = given.definitions->listed.find(row.symbol);
        row.reachable = exported != given.definitions->exported.end();
        if (row.reachable)
            row.defined = "exported by " + exported->second;
        else if (listed != given.definitions->listed.end())
            row.defined = "in the symbol table of " + listed->second;
        else
            problems.push_back(
                {"missing", row.symbol, fmt::format("{}: {} is defined by nothing", row.places.front(), row.symbol)});
    }
    if (!given.called || row.set.empty()) return;
    const auto calls = given.called->find(row.symbol);
    row.called = calls == given.called->end() ? 0 : calls->second;
    if (*row.called == 0)
        problems.push_back(
            {"uncalled", row.symbol, fmt::format("{}: {} was not called in the run", row.places.front(), row.symbol)});
}

}  // namespace

void add_definitions(const std::string& candidate, Definitions& definitions) {
    const gate::ElfFile file = gate::read_elf(candidate);
    for (const auto& symbol : file.exported) definitions.exported.emplace(symbol, candidate);
    if (file.program)
        for (const auto& symbol : file.listed) definitions.listed.emplace(symbol, candidate);
    for (const auto& library : gate::dependencies_of(candidate, gate::slowness())) {
        try {
            for (const auto& symbol : gate::read_elf(library).exported) definitions.exported.emplace(symbol, library);
        } catch (const std::exception&) {
            continue;  // what the loader makes of it the step `library` says
        }
    }
}

Census take_census(const std::vector<SourceFile>& sources, const std::vector<std::string>& roots, const Given& given) {
    Census census;
    census.files = sources.size();
    std::map<std::string, std::vector<const Extern*>> by_symbol;
    for (const auto& source : sources) {
        census.uses += source.uses.size();
        for (const auto& declared : source.externs) by_symbol[declared.name].push_back(&declared);
    }
    for (const auto& [symbol, declarations] : by_symbol) {
        Row row;
        row.symbol = symbol;
        row.signature = declarations.front()->signature();
        row.set = set_of(symbol);
        std::map<std::string, const Extern*> in_file;
        for (const Extern* declared : declarations) {
            row.places.push_back(place_of(*declared));
            judge_declaration(*declared, census.problems);
            const auto [first, new_file] = in_file.emplace(declared->file, declared);
            if (!new_file)
                census.problems.push_back({"twice", symbol,
                                           fmt::format("{}: {} is declared in line {} already", place_of(*declared),
                                                       symbol, first->second->line)});
            else if (row.set.empty() && declared->signature() != row.signature)  // the others differ from the table
                census.problems.push_back(
                    {"twice", symbol,
                     fmt::format("{}: {} is declared as {}, and at {} as {}", place_of(*declared), symbol,
                                 declared->signature(), row.places.front(), row.signature)});
        }
        look_up(given, row, census.problems);
        census.rows.push_back(std::move(row));
    }
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Function& row = functions()[i];
        if (row.set == Set::core && by_symbol.count(std::string(row.symbol)) == 0)
            census.undeclared.emplace_back(row.symbol);
    }
    for (auto& problem : unresolved_uses(sources, roots)) census.problems.push_back(std::move(problem));
    return census;
}

void apply_ratchet(const std::string& file, Census& census) {
    std::istringstream in(text_of_file(file));
    std::map<std::string, int> accepted;  // and its line
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        line = line.substr(0, line.find('#'));
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (line.empty()) continue;
        const auto space = line.find(' ');
        if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos)
            throw std::runtime_error(fmt::format("{}:{}: a line is KIND SUBJECT, not '{:.80}'", file, number, line));
        if (!accepted.emplace(line, number).second)
            throw std::runtime_error(fmt::format("{}:{}: '{}' stands there twice", file, number, line));
    }
    std::set<std::string> met;
    std::vector<Problem> open;
    for (auto& problem : census.problems) {
        const bool taken = accepted.count(problem.key()) != 0;
        if (taken) met.insert(problem.key());
        (taken ? census.accepted : open).push_back(std::move(problem));
    }
    for (const auto& [key, line] : accepted)
        if (met.count(key) == 0)
            open.push_back({"stale", key.substr(key.find(' ') + 1),
                            fmt::format("{}:{}: '{}' is no problem any more: remove the line", file, line, key)});
    census.problems = std::move(open);
}

}  // namespace simple::census
