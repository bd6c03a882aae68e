#include "bench/page/cells.h"

#include <algorithm>
#include <cmath>

#include "bench/compare/decide.h"

namespace simple::page {
namespace {

constexpr compare::Decision kDecisions[] = {compare::Decision::pass,     compare::Decision::regressed,
                                            compare::Decision::improved, compare::Decision::inconclusive,
                                            compare::Decision::invalid,  compare::Decision::not_measured,
                                            compare::Decision::crash};

void append_run(std::string& bytes, uint8_t code, uint64_t count) {
    if (count == 0) return;
    bytes += static_cast<char>(code);
    for (; count >= 0x80; count >>= 7) bytes += static_cast<char>(0x80 | (count & 0x7F));
    bytes += static_cast<char>(count);
}

}  // namespace

int16_t packed_ratio(double ratio) {
    constexpr double kSteps = 1e4, kMost = INT16_MAX;
    if (!(ratio > 0)) return kNoRatio;
    return static_cast<int16_t>(std::lround(std::clamp(std::log(ratio) * kSteps, -kMost, kMost)));
}

void append(std::string& bytes, int16_t value) {
    const auto bits = static_cast<uint16_t>(value);
    bytes += static_cast<char>(bits & 0xFF);
    bytes += static_cast<char>(bits >> 8);
}

void RunLengths::push(uint8_t code) {
    if (code != code_) {
        append_run(bytes_, code_, count_);
        code_ = code;
        count_ = 0;
    }
    ++count_;
}

std::string RunLengths::bytes() const {
    std::string bytes = bytes_;
    append_run(bytes, code_, count_);
    return bytes;
}

uint8_t code_of(const std::string& decision) {
    uint8_t code = 1;
    for (const compare::Decision known : kDecisions) {
        if (decision == compare::name_of(known)) return code;
        ++code;
    }
    return code;  // one that only a newer bench_compare knows
}

std::vector<std::string> code_names() {
    std::vector<std::string> names{"not in this run"};
    for (const compare::Decision decision : kDecisions) names.emplace_back(compare::name_of(decision));
    names.emplace_back("unknown");
    return names;
}

std::string base64(const std::string& bytes) {
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u; };
        const unsigned three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        for (int digit = 0; digit < 4; ++digit)
            text += i + static_cast<size_t>(digit) > bytes.size() ? '=' : kDigits[three >> (18 - 6 * digit) & 63];
    }
    return text;
}

}  // namespace simple::page
