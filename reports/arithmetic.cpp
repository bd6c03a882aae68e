#include "reports/arithmetic.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

namespace simple::gate {
namespace {

constexpr const char* kNotKnown = "not known";

template <typename Value>
std::string text(const std::optional<Value>& value) {
    return value ? fmt::format("{}", *value) : kNotKnown;
}

template <typename Value>
std::string join(const std::vector<Arithmetic>& all, std::optional<Value> Arithmetic::*member) {
    std::vector<std::string> texts;
    for (const auto& one : all) {
        std::string known = text(one.*member);
        if (std::find(texts.begin(), texts.end(), known) == texts.end()) texts.push_back(std::move(known));
    }
    return fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace

bool operator==(const Arithmetic& a, const Arithmetic& b) {
    const auto all = [](const Arithmetic& one) {
        return std::tie(one.capability, one.threads, one.blas, one.blas_core, one.blas_threads);
    };
    return all(a) == all(b);
}

std::string to_string(const Arithmetic& arithmetic) {
    const bool openblas = arithmetic.blas_core || arithmetic.blas_threads;
    return fmt::format(
        "CPU capability {}, threads {}, BLAS {}{}", text(arithmetic.capability), text(arithmetic.threads),
        text(arithmetic.blas),
        openblas ? fmt::format(" (core type {}, threads {})", text(arithmetic.blas_core), text(arithmetic.blas_threads))
                 : "");
}

std::string joined(const std::vector<Arithmetic>& all, std::optional<std::string> Arithmetic::*member) {
    return join(all, member);
}

std::string joined(const std::vector<Arithmetic>& all, std::optional<int> Arithmetic::*member) {
    return join(all, member);
}

}  // namespace simple::gate
