#include "golden/suite/gradients.h"

#include <gtest/gtest.h>

#include "golden/suite/compare.h"
#include "golden/suite/elements.h"

namespace simple::golden {
namespace {

// A 1-d tensor of one element: the sum of result * weight over all elements.
Tensor weighed(const Backend& b, int64_t result, const Json& weight) {
    Tensor weights = build_tensor(b, weight);
    // Of cpu the result is not where new tensors are.
    if (b.device(result) != b.device(weights.get())) weights = Tensor(b, b.cpu(weights.get()));
    const Tensor product(b, b.mul(result, weights.get()));
    const Tensor flat(b, b.flatten(product.get()));
    return Tensor(b, b.sum_dim(flat.get(), 0, true));
}

Tensor weighed_sum(const Backend& b, const std::vector<int64_t>& results, const Json& weights) {
    Tensor sum;
    for (size_t i = 0; i < weights.size(); ++i) {
        if (weights[i].is_null()) continue;
        Tensor term = weighed(b, results.at(i), weights[i]);
        sum = sum ? Tensor(b, b.add(sum.get(), term.get())) : std::move(term);
    }
    return sum;
}

void check_gradient(const Backend& b, int64_t argument, const Json& expected, const Tolerances& tolerances,
                    const std::string& what, const std::string& context) {
    const Tensor grad(b, b.grad(argument));
    ASSERT_TRUE(grad) << "no " << what << context;
    const std::string name = expected.at("dtype");
    if (b.dtype) {
        EXPECT_EQ(dtype(b, grad.get()), dtype_of(name)) << "dtype of the " << what << context;
    }
    ASSERT_EQ(shape(b, grad.get()), expected.at("shape").get<std::vector<int64_t>>())
        << "shape of the " << what << context;
    expect_near(what, values(b, grad.get()), doubles(expected), tolerances.of_gradients(name), name == "f32", context);
}

}  // namespace

void check_gradients(const Backend& backend, const GoldenCase& c, const Args& args, const std::vector<int64_t>& results,
                     const Tolerances& tolerances, const std::string& context) {
    const Tensor sum = weighed_sum(backend, results, c.gradients.at("weights"));
    ASSERT_TRUE(sum) << "the results cannot be weighed and added: " << error_message(backend) << context;
    backend.backward(sum.get());
    const int32_t code = error_code(backend);
    ASSERT_TRUE(code == 0) << "backward: " << unwanted_end(code, error_message(backend)) << context;
    for (const auto& [position, expected] : c.gradients.at("of").items()) {
        const Arg& arg = args.at(std::stoul(position));
        const std::string what = "gradient of argument " + position;
        if (!expected.is_array()) {
            check_gradient(backend, std::get<int64_t>(arg), expected, tolerances, what, context);
            continue;
        }
        for (size_t i = 0; i < expected.size(); ++i)
            check_gradient(backend, std::get<Array>(arg).items.at(i).as_int, expected[i], tolerances,
                           what + ", tensor " + std::to_string(i), context);
    }
}

}  // namespace simple::golden
