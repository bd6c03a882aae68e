// What golden/versions asks of LibTorch itself, without this project's library: where a good guess is wrong.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace simple::versions {

struct Question {
    std::string text;  // what is right stands in parentheses
    std::function<std::string()> answer;
};

using Questions = std::vector<Question>;

Questions error_questions();
Questions value_questions();     // of a few elements
Questions equality_questions();  // which results have the same bits
Questions gradient_questions();
Questions drift_questions();  // of millions of elements
Questions thread_questions();

// Answers as text.
std::string words(double value);
std::string words(const at::Tensor& value);
inline std::string words(bool value) { return value ? "yes" : "no"; }
// How far off in percent.
std::string off(double value, double truth);
// The value, or the type of the exception.
std::string words_of(const std::function<at::Tensor()>& call);

// The answer is the call's result.
inline Question tensor_question(const char* text, std::function<at::Tensor()> call) {
    return {text, [call = std::move(call)] { return words_of(call); }};
}

at::Tensor gradient(const std::function<at::Tensor(const at::Tensor&)>& function, at::Tensor at);

}  // namespace simple::versions
