#include <cxxabi.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

#include "golden/version_questions/question.h"

namespace simple::versions {

namespace {

std::string printed(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

}  // namespace

std::string words(double value) { return std::isnan(value) ? "nan" : printed("%.7g", value); }

std::string words(const at::Tensor& value) {
    if (value.dim() == 0) return words(value.item().toDouble());
    std::string text;
    for (int64_t i = 0; i < value.size(0); i++) text += (i ? ", " : "") + words(value.select(0, i));
    return "[" + text + "]";
}

std::string off(double value, double truth) {
    const double percent = 100 * (value / truth - 1);
    return std::abs(percent) > 1e-3 ? printed("%+.2g %%", percent) : "right";
}

std::string words_of(const std::function<at::Tensor()>& call) {
    try {
        return words(call());
    } catch (const std::exception& error) {
        int status = 0;
        const std::unique_ptr<char, void (*)(void*)> name(
            abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), std::free);
        return status == 0 ? name.get() : typeid(error).name();
    }
}

at::Tensor gradient(const std::function<at::Tensor(const at::Tensor&)>& function, at::Tensor at) {
    at.set_requires_grad(true);
    function(at).sum().backward();
    return at.grad();
}

}  // namespace simple::versions
