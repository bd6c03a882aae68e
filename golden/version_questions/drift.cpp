// Results of millions of elements: how far off.
#include <cmath>

#include "golden/version_questions/question.h"

namespace simple::versions {

namespace {

constexpr int64_t kRows = 5000, kColumns = 4000;
constexpr int64_t kMany = kRows * kColumns;  // more than 2^24, where float32 stops counting by ones

at::Tensor tenths() { return at::full({10'000'000}, 0.1F); }

double number(const at::Tensor& x) { return x.item().toDouble(); }

// What batch_norm takes for the mean of ones.
double running_mean(at::IntArrayRef shape) {
    at::Tensor mean = at::zeros({1});
    at::batch_norm(at::ones(shape), {}, {}, mean, at::ones({1}), /*training=*/true, /*momentum=*/1, 1e-5, false);
    return number(mean);
}

// The gradient of a row of two that is looked up kMany times.
Question repeated(const std::string& name,
                  const std::function<at::Tensor(const at::Tensor& weight, const at::Tensor& rows)>& look_up) {
    return {"gradient of `" + name + "`'s row used 20000000 times", [look_up] {
                const at::Tensor rows = at::zeros({kMany}, at::kLong);
                const at::Tensor gradients =
                    gradient([&](const at::Tensor& weight) { return look_up(weight, rows); }, at::zeros({2, 1}));
                return off(number(gradients[0][0]), kMany);
            }};
}

}  // namespace

Questions drift_questions() {
    return {
        {"`sum` of 10^7 float32 0.1", [] { return off(number(at::sum(tenths())), 0.1F * 1e7); }},
        {"`norm` of 10^7 float32 0.1", [] { return off(number(at::norm(tenths())), 0.1F * std::sqrt(1e7)); }},
        {"`avg_pool2d` of 5000 x 4000 ones to one",
         [] {
             return off(number(at::avg_pool2d(at::ones({1, 1, kRows, kColumns}), {kRows, kColumns})), 1);
         }},
        {"`batch_norm`'s mean of [1, 1, 5000, 4000] ones",
         [] {
             return off(running_mean({1, 1, kRows, kColumns}), 1);
         }},
        {"`batch_norm`'s mean of [20000000, 1] ones",
         [] {
             return off(running_mean({kMany, 1}), 1);
         }},
        {"`dot` of 20000000 ones", [] { return off(number(at::dot(at::ones({kMany}), at::ones({kMany}))), kMany); }},
        {"`matmul` of [1, 20000000] and [20000000, 1] ones",
         [] {
             return off(number(at::matmul(at::ones({1, kMany}), at::ones({kMany, 1}))), kMany);
         }},
        repeated("embedding",
                 [](const at::Tensor& weight, const at::Tensor& rows) { return at::embedding(weight, rows); }),
        repeated("index_select",
                 [](const at::Tensor& weight, const at::Tensor& rows) { return at::index_select(weight, 0, rows); }),
        repeated("gather",
                 [](const at::Tensor& weight, const at::Tensor& rows) {
                     return at::gather(weight, 0, rows.view({-1, 1}));
                 }),
    };
}

}  // namespace simple::versions
