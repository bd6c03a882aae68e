#include "ci/testkit/plain_message.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace simple {
namespace {

// Takes a message apart from its beginning.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool skip(std::string_view word) {
        if (rest_.substr(0, word.size()) != word) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    // What comes before the word, which is taken as well.
    std::optional<std::string> until(std::string_view word) {
        const size_t at = rest_.find(word);
        if (at == std::string_view::npos) return std::nullopt;
        return take(at, word.size());
    }
    std::string line() {
        const size_t at = std::min(rest_.find('\n'), rest_.size());
        return take(at, at < rest_.size() ? 1 : 0);
    }
    std::string_view rest() const { return rest_; }

  private:
    std::string take(size_t size, size_t behind) {
        std::string text(rest_.substr(0, size));
        rest_.remove_prefix(size + behind);
        return text;
    }

    std::string_view rest_;
};

struct Found {
    std::string words;
    std::string_view rest;  // what the case says of it
};

// Words of the case's own, and not the call and its inputs alone.
bool has_words(std::string_view rest) { return !rest.empty() && rest.front() != '\n'; }

// The value of an operand; of a literal the expression is the value.
std::string operand(Reader& reader) {
    const std::string expression = reader.line();
    return reader.skip("    Which is: ") ? reader.line() : expression;
}

std::optional<Found> equality(Reader reader) {
    if (!reader.skip("Expected equality of these values:\n  ")) return std::nullopt;
    const std::string got = operand(reader);
    reader.skip("  ");
    const std::string want = operand(reader);
    return Found{"got " + got + ", want " + want, reader.rest()};
}

std::optional<Found> order(Reader reader) {
    constexpr std::pair<std::string_view, const char*> kOperators[] = {{") != (", "anything but "},
                                                                       {") <= (", "at most "},
                                                                       {") >= (", "at least "},
                                                                       {") < (", "less than "},
                                                                       {") > (", "more than "}};
    if (!reader.skip("Expected: (")) return std::nullopt;
    const auto expression = reader.until("), actual: ");
    if (!expression) return std::nullopt;
    for (const auto& [sign, words] : kOperators) {
        if (expression->find(sign) == std::string::npos) continue;
        const auto got = reader.until(" vs ");
        if (!got) return std::nullopt;
        const std::string limit = reader.line();
        return Found{"got " + *got + ", want " + words + limit, reader.rest()};
    }
    return std::nullopt;
}

std::optional<Found> truth(Reader reader) {
    if (!reader.skip("Value of: ")) return std::nullopt;
    reader.line();
    if (!reader.skip("  Actual: ")) return std::nullopt;
    std::string got = reader.until("\nExpected: ").value_or("");
    const std::string want = reader.line();
    const size_t said = got.find(" (");
    if (said != std::string::npos && got.back() == ')')
        return Found{got.substr(said + 2, got.size() - said - 3), reader.rest()};
    // A condition says less than the words that go with it.
    return Found{has_words(reader.rest()) ? "" : "got " + got + ", want " + want, reader.rest()};
}

std::optional<Found> nearness(Reader reader) {
    if (!reader.skip("The difference between ") || !reader.until(", where\n")) return std::nullopt;
    std::string values[3];
    for (std::string& value : values) {
        if (!reader.until(" evaluates to ")) return std::nullopt;
        value = reader.line();
    }
    const auto without = [](const std::string& text, std::string_view end) {
        return text.substr(0, text.size() - std::min(end.size(), text.size()));
    };
    return Found{"got " + without(values[0], ",") + ", want " + without(values[1], ", and") + " within " +
                     without(values[2], "."),
                 reader.rest()};
}

// GoogleTest 1.16 ends a message's last line, which 1.12 leaves open.
std::string with_open_end(std::string_view text) {
    return std::string(text.substr(0, text.find_last_not_of('\n') + 1));
}

// The path as it is in the project.
std::string place(const testing::TestPartResult& failure) {
    const std::string_view here = __FILE__, own = "ci/testkit/plain_message.cpp";
    std::string_view file = failure.file_name() ? failure.file_name() : "";
    const std::string_view top = here.substr(0, here.size() - own.size());
    if (file.substr(0, top.size()) == top) file.remove_prefix(top.size());
    return file.empty() ? "" : "\n  at: " + std::string(file) + ":" + std::to_string(failure.line_number());
}

}  // namespace

std::string plain_message(const testing::TestPartResult& failure) {
    const std::string message = failure.message();
    if (Reader reader(message); reader.skip("Failed\n")) return with_open_end(reader.rest());
    for (const auto& worded : {equality, order, truth, nearness})
        if (const auto found = worded(Reader(message))) {
            const bool two_lines = !found->words.empty() && has_words(found->rest);
            return found->words + (two_lines ? "\n" : "") + with_open_end(found->rest) + place(failure);
        }
    return with_open_end(message);
}

}  // namespace simple
