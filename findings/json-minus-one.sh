#!/bin/bash
# nlohmann-json 3.11.2 (Debian: nlohmann-json3-dev 3.11.2-2)
# Expected: numbers of two documents are equal when they are the same number, and -1 is not 18446744073709551615.
# Seen: it is: the unsigned number is cast to int64. A diff of the two documents is empty. Beyond 2^53 an integer
#     equals the double beside it, too. (Reported as nlohmann/json 5210 and mended there in 2026, not in Debian 12.)
# Means: expected and actual seeds, handles and counts in JSON compare equal where one of them wrapped, which is the fault that
#     such a comparison is there to find. Compare is_number_unsigned() as well, or the dumped texts.
source "$(dirname "$0")/common.sh"
debian nlohmann-json3-dev=3.11.2-2
need g++
cat >"$work/finding.cpp" <<'END'
#include <iostream>
#include <nlohmann/json.hpp>
int main() {
    auto number = [](const char* text) { return nlohmann::json::parse(text); };
    std::cout << std::boolalpha << "-1 == 18446744073709551615: " << (number("-1") == number("18446744073709551615"))
              << "\ndiff of [-1] and [18446744073709551615]: "
              << nlohmann::json::diff(number("[-1]"), number("[18446744073709551615]"))
              << "\n18446744073709551615 > -1: " << (number("18446744073709551615") > number("-1"))
              << "\n9007199254740993 == 9007199254740992.0: " << (number("9007199254740993") == number("9007199254740992.0"))
              << "\ntheir texts: " << number("-1") << " " << number("18446744073709551615") << "\n";
}
END
attempt g++ -std=c++17 -I "$work/debian/usr/include" -o "$work/finding" "$work/finding.cpp"
"$work/finding" | behaves 3<<'END'
-1 == 18446744073709551615: true
diff of [-1] and [18446744073709551615]: []
18446744073709551615 > -1: false
9007199254740993 == 9007199254740992.0: true
their texts: -1 18446744073709551615
END
