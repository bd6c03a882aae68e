#include "ci/census/declarations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ci/census/tokens.h"
#include "reports/file_text.h"

namespace simple::census {
namespace {

namespace fs = std::filesystem;

class Parser {
  public:
    Parser(const std::string& program, const std::string& path) : path_(path), tokens_(tokens_of(program, path)) {
        source_.path = path;
    }

    SourceFile parse() {
        while (now().kind != Token::Kind::end) statement();
        return std::move(source_);
    }

  private:
    const Token& now() const { return tokens_[at_]; }
    bool is(const char* text) const {
        return (now().kind == Token::Kind::name || now().kind == Token::Kind::mark) && now().text == text;
    }
    bool accept(const char* text) {
        if (!is(text)) return false;
        ++at_;
        return true;
    }
    void demand(const char* text) {
        if (!accept(text)) fail(fmt::format("expected '{}'", text));
    }
    std::string name(const char* what) {
        if (now().kind != Token::Kind::name) fail(fmt::format("expected {}", what));
        return tokens_[at_++].text;
    }
    [[noreturn]] void fail(const std::string& what) const {
        const std::string found = now().kind == Token::Kind::newline || now().kind == Token::Kind::end
                                      ? "the line ends"
                                      : "'" + now().text + "' stands there";
        throw std::runtime_error(fmt::format("{}:{}: {}, but {}", path_, now().line, what, found));
    }
    void end_of_line(const char* what) {
        if (!ends()) fail(fmt::format("expected the end of the line behind {}", what));
        skip_line();
    }
    void skip_line() {
        while (!ends()) ++at_;
        if (now().kind == Token::Kind::newline) ++at_;
    }

    // Only what stands first in its line, behind words like `pub`, declares or uses anything. What is indented (a
    // method, a variable) is no export.
    void statement() {
        at_top_ = now().column == 0;
        while (accept("pub") || accept("private") || accept("common")) {
        }
        if (accept("extern")) {
            // `extern` also begins blocks and classes of other kinds, which declare no function here.
            convention();
            if (accept("fn"))
                external();
            else
                skip_line();
        } else if (accept("use")) {
            use(false);
        } else if (accept("export")) {
            passed_on();
        } else {
            definition();
        }
    }

    // extern "C" fn, extern("C") fn
    void convention() {
        if (now().kind == Token::Kind::text) {
            ++at_;
        } else if (is("(") && tokens_[at_ + 1].kind == Token::Kind::text && tokens_[at_ + 2].text == ")") {
            at_ += 3;
        }
    }

    void external() {
        Extern declared;
        declared.line = now().line;
        declared.file = path_;
        declared.name = name("a function's name");
        if (is_of_library(declared.name)) {
            demand("(");
            while (!accept(")")) {
                std::string first = type();
                if (accept(":")) first = type();
                declared.parameters.push_back(std::move(first));
                if (!is(")")) demand(",");
            }
            declared.result = accept("->") ? type() : "void";
            accept(";");
            end_of_line("an extern fn");
        } else {
            of_others(declared);
        }
        if (declared.result == "()" || declared.result == "nil" || declared.result == "unit") declared.result = "void";
        if (at_top_) source_.exports.insert(declared.name);
        source_.externs.push_back(std::move(declared));
    }

    // The types of the runtime's own functions are compared with nothing but each other: whatever the language has
    // (fn(i64) -> i64, *mut u8, [u8; 4], values by default, <T>) is taken as text.
    void of_others(Extern& declared) {
        if (is("<")) balanced(">");
        demand("(");
        while (!is(")") && !ends()) {
            std::string parameter = balanced(":=,)");
            if (accept(":")) parameter = balanced("=,)");
            if (accept("=")) balanced(",)");
            if (parameter.empty()) fail("expected a parameter");
            declared.parameters.push_back(std::move(parameter));
            if (!is(")")) demand(",");
        }
        demand(")");
        declared.result = "void";
        if (accept("->") && (declared.result = balanced(";")).empty()) fail("expected a type");
        accept(";");
        end_of_line("an extern fn");
    }

    bool ends() const { return now().kind == Token::Kind::newline || now().kind == Token::Kind::end; }

    // Up to one of the marks outside all brackets, or the end of the line, as one text; of `>`, behind that.
    std::string balanced(std::string_view marks) {
        std::string text;
        int inside = 0;
        bool after_name = false;
        for (; !ends(); ++at_) {
            const Token& token = now();
            const char mark = token.kind == Token::Kind::mark && token.text.size() == 1 ? token.text[0] : ' ';
            if (inside == 0 && mark != ' ' && marks.find(mark) != std::string_view::npos) break;
            if (mark == '(' || mark == '[' || mark == '{' || mark == '<') ++inside;
            if (mark == ')' || mark == ']' || mark == '}' || mark == '>') --inside;
            const bool name = token.kind == Token::Kind::name || token.kind == Token::Kind::number;
            text += (name && after_name ? " " : "") + token.text;
            after_name = name;
            if (inside == 0 && mark == '>' && marks == ">") {
                ++at_;
                break;
            }
        }
        return text;
    }

    // name, name<type>, [type], (type, type), each with `?` behind it; `inside` so many others.
    std::string type(int inside = 0) {
        constexpr int kDeepest = 32;  // it calls itself
        if (inside > kDeepest) fail("expected no type that is nested so deep");
        std::string text;
        if (accept("[")) {
            text = "[" + type(inside + 1) + "]";
            demand("]");
        } else if (accept("(")) {
            std::vector<std::string> parts;
            while (!accept(")")) {
                parts.push_back(type(inside + 1));
                if (!is(")")) demand(",");
            }
            text = fmt::format("({})", fmt::join(parts, ","));
        } else {
            text = name("a type");
            while (accept(".")) text += "." + name("a type");
            if (accept("<")) {
                text += "<" + type(inside + 1);
                while (accept(",")) text += "," + type(inside + 1);
                demand(">");
                text += ">";
            }
        }
        while (accept("?")) text += "?";
        return text;
    }

    bool separator() {
        if (accept(".")) return true;
        if (!accept(":")) return false;
        demand(":");
        return true;
    }

    void use(bool passes_on) {
        Use used;
        used.file = path_;
        used.line = now().line;
        if (now().kind == Token::Kind::text) return skip_line();  // a file by its path
        used.module.push_back(name("a module's name"));
        while (separator()) {
            if (accept("*")) {
                used.braced = true;
                if (passes_on) source_.passes_on.push_back(used.module);
                break;
            }
            if (accept("{")) {
                used.braced = true;
                while (!accept("}")) {
                    used.names.push_back(name("an export's name"));
                    const std::string alias = accept("as") ? name("another name") : used.names.back();
                    if (passes_on) source_.exports.insert(alias);
                    if (!is("}")) demand(",");
                }
                break;
            }
            used.module.push_back(name("a module's name"));
        }
        if (accept("as")) name("another name");
        end_of_line("use");
        if (passes_on && !used.braced) source_.exports.insert(used.module.back());
        source_.uses.push_back(std::move(used));
    }

    // export use a.b.{c}; export a, b; export fn f(...)
    void passed_on() {
        if (accept("use")) return use(true);
        if (definition_word()) return definition();
        source_.exports.insert(name("a name"));
        while (accept(",")) source_.exports.insert(name("a name"));
        skip_line();
    }

    bool definition_word() const {
        static constexpr std::array<const char*, 15> kWords{"fn",    "class", "struct", "enum",  "trait",
                                                            "type",  "val",   "var",    "let",   "const",
                                                            "union", "mixin", "actor",  "async", "static"};
        return now().kind == Token::Kind::name &&
               std::any_of(kWords.begin(), kWords.end(), [&](const char* word) { return now().text == word; });
    }

    void definition() {
        bool defines = false;
        while (definition_word()) {
            defines = true;
            ++at_;
        }
        if (at_top_ && defines && now().kind == Token::Kind::name) source_.exports.insert(now().text);
        skip_line();
    }

    const std::string& path_;
    std::vector<Token> tokens_;
    size_t at_ = 0;
    bool at_top_ = false;  // of the file, where the statement begins
    SourceFile source_;
};

}  // namespace

bool is_of_library(const std::string& name) { return name.rfind("rt_torch_", 0) == 0; }

std::string Extern::signature() const { return fmt::format("({}) -> {}", fmt::join(parameters, ", "), result); }

SourceFile parse_source(const std::string& program, const std::string& path) { return Parser(program, path).parse(); }

SourceFile read_source(const std::string& path) { return parse_source(text_of_file(path), path); }

std::vector<std::string> sources_at(const std::string& path) {
    if (!fs::exists(path)) throw std::runtime_error(path + ": no such file or folder");
    if (!fs::is_directory(path)) {
        if (fs::path(path).extension() != ".spl") throw std::runtime_error(path + ": neither a .spl file nor a folder");
        return {path};
    }
    std::vector<std::string> found;
    std::set<fs::path> folders, files;  // where they really are: links may lead in circles
    std::vector<fs::path> open{path};
    while (!open.empty()) {
        const fs::path folder = open.back();
        open.pop_back();
        if (!folders.insert(fs::canonical(folder)).second) continue;
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.is_directory())
                open.push_back(entry.path());
            else if (entry.path().extension() == ".spl" && entry.is_regular_file() &&
                     files.insert(fs::canonical(entry.path())).second)
                found.push_back(entry.path().string());
        }
    }
    if (found.empty()) throw std::runtime_error(path + ": no .spl file is in it");
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace simple::census
