// The words of a program in Simple, with where they stand: names, numbers, texts, marks. Comments are none.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace simple::census {

struct Token {
    enum class Kind {
        name,
        number,
        text,
        mark,
        newline,
        end
    };
    Kind kind = Kind::end;
    std::string text;
    int line = 0;
    size_t column = 0;  // bytes before it in its line
};

// "->" is one mark, every other is one character. Lines end with a token unless a bracket is open. `#` begins a
// comment, `"""` a text over lines, `r"` one in which a backslash is a letter; a `'` that begins no text, as in x', is
// a mark. Throws std::runtime_error, "FILE:LINE: what", where a text or a bracket does not end.
std::vector<Token> tokens_of(const std::string& program, const std::string& file);

}  // namespace simple::census
