// SHA-256, by OpenSSL's libcrypto: what a verdict is of, told apart from what only has the same name.
#pragma once

#include <string>
#include <string_view>

namespace simple {

std::string sha256(std::string_view text);  // 64 hexadecimal digits

// Of a file's bytes; "" where it is no regular file, or cannot be read.
std::string sha256_of_file(const std::string& path);

}  // namespace simple
