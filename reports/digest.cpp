#include "reports/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace simple {
namespace {

class Sha256 {
  public:
    Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) fail();
    }
    void add(const void* data, size_t size) {
        if (EVP_DigestUpdate(context_.get(), data, size) != 1) fail();
    }
    std::string text() {
        unsigned char bytes[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        if (EVP_DigestFinal_ex(context_.get(), bytes, &size) != 1) fail();
        std::string text;
        for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
        return text;
    }

  private:
    [[noreturn]] static void fail() { throw std::runtime_error("libcrypto has no SHA-256"); }

    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

std::string sha256(std::string_view text) {
    Sha256 digest;
    digest.add(text.data(), text.size());
    return digest.text();
}

std::string sha256_of_file(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return "";  // a pipe would keep us waiting
    std::ifstream in(path, std::ios::binary);
    Sha256 digest;
    std::vector<char> block(1 << 20);
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
        digest.add(block.data(), static_cast<size_t>(in.gcount()));
    return in.eof() ? digest.text() : "";
}

}  // namespace simple
