#include "ci/census/tokens.h"

#include <fmt/format.h>

#include <cctype>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace simple::census {
namespace {

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0; }
bool in_name(char c) { return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

class Reader {
  public:
    Reader(const std::string& program, const std::string& file) : program_(program), file_(file) {}

    std::vector<Token> read() {
        while (at_ < program_.size()) step();
        if (!open_.empty()) fail(open_.back().second, fmt::format("'{}' has no end", open_.back().first));
        add(Token::Kind::newline, "");
        add(Token::Kind::end, "");
        return std::move(tokens_);
    }

  private:
    void step() {
        const char c = program_[at_];
        if (c == '\n') {
            if (open_.empty()) add(Token::Kind::newline, "");
            ++line_;
            line_begin_ = ++at_;
        } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++at_;
        } else if (c == '#') {
            while (at_ < program_.size() && program_[at_] != '\n') ++at_;
        } else if (c == '"' || (c == '\'' && begins_text())) {
            text(c);
        } else if (begins_name(c)) {
            word(Token::Kind::name);
        } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
            word(Token::Kind::number);
        } else {
            mark(c);
        }
    }

    void word(Token::Kind kind) {
        size_t end = at_;
        while (end < program_.size() && in_name(program_[end])) ++end;
        add(kind, program_.substr(at_, end - at_));
        at_ = end;
    }

    // Directly behind a name that is none of the prefixes it is a part of that (x', don't), as it is where nothing in
    // the line ends the text.
    bool begins_text() const {
        const char before = at_ == line_begin_ ? ' ' : program_[at_ - 1];
        if ((in_name(before) && !is_prefixed()) || before == ')' || before == ']') return false;
        if (program_.compare(at_, 3, "'''") == 0) return true;
        const size_t end = program_.find_first_of("'\n", at_ + 1);
        return end != std::string::npos && program_[end] == '\'';
    }

    // Whether the name before the quote is a prefix of texts: r"...", f'...'.
    bool is_prefixed() const {
        const Token* last = tokens_.empty() ? nullptr : &tokens_.back();
        return last && last->kind == Token::Kind::name && last->line == line_ &&
               line_begin_ + last->column + last->text.size() == at_ &&
               (last->text == "r" || last->text == "f" || last->text == "b");
    }

    void text(char quote) {
        const int line = line_;
        const size_t column = at_ - line_begin_;
        const bool raw = is_prefixed() && tokens_.back().text == "r";
        if (is_prefixed()) tokens_.pop_back();
        const std::string three(3, quote);
        const bool long_one = program_.compare(at_, 3, three) == 0;
        const std::string end = long_one ? three : std::string(1, quote);
        std::string content;
        for (at_ += end.size(); program_.compare(at_, end.size(), end) != 0; ++at_) {
            if (at_ >= program_.size() || (program_[at_] == '\n' && !long_one)) fail(line, "a text has no end");
            if (program_[at_] == '\\' && !raw && at_ + 1 < program_.size()) content += program_[at_++];
            if (program_[at_] == '\n') ++line_, line_begin_ = at_ + 1;
            content += program_[at_];
        }
        at_ += end.size();
        tokens_.push_back({Token::Kind::text, content, line, column});
    }

    void mark(char c) {
        if (std::iscntrl(static_cast<unsigned char>(c)) != 0)
            fail(line_, fmt::format("the byte {:#04x} is of no program", static_cast<unsigned char>(c)));
        if (c == '(' || c == '[' || c == '{') open_.emplace_back(c, line_);
        if (c == ')' || c == ']' || c == '}') {
            const char begin = c == ')' ? '(' : c == ']' ? '[' : '{';
            if (open_.empty() || open_.back().first != begin) fail(line_, fmt::format("'{}' ends nothing", c));
            open_.pop_back();
        }
        const bool arrow = program_.compare(at_, 2, "->") == 0;
        add(Token::Kind::mark, arrow ? "->" : std::string(1, c));
        at_ += arrow ? 2 : 1;
    }

    void add(Token::Kind kind, std::string text) {
        tokens_.push_back({kind, std::move(text), line_, at_ - line_begin_});
    }

    [[noreturn]] void fail(int line, const std::string& what) const {
        throw std::runtime_error(fmt::format("{}:{}: {}", file_, line, what));
    }

    const std::string& program_;
    const std::string& file_;
    size_t at_ = 0;
    int line_ = 1;
    size_t line_begin_ = 0;
    std::vector<std::pair<char, int>> open_;  // brackets, with their lines
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of(const std::string& program, const std::string& file) {
    return Reader(program, file).read();
}

}  // namespace simple::census
