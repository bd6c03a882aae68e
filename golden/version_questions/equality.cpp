// Where a good guess says that two results have the same bits.
#include "golden/version_questions/question.h"

namespace simple::versions {

namespace {

using Function = std::function<at::Tensor(const at::Tensor&)>;

at::Tensor drawn(at::IntArrayRef shape, uint64_t seed = 0) {
    at::manual_seed(seed);
    return at::randn(shape);
}

// Of 300 times 17 equal numbers, whether some gave results that are not all equal.
bool some_unequal(const Function& function) {
    at::manual_seed(0);
    const at::Tensor draws = at::rand({300}) * 8 - 4;
    for (int64_t i = 0; i < draws.size(0); i++) {
        const at::Tensor results = function(draws[i].repeat({17}));
        if (at::ne(results, results[0]).any().item().toBool()) return true;
    }
    return false;
}

Question tail(const std::string& call, const Function& function) {
    return {call + ", 300 draws: some unequal", [function] { return words(some_unequal(function)); }};
}

// Whether values differ in a bit between a part computed alone and within the whole.
bool parts_differ(const at::Tensor& parts, const Function& function) {
    std::vector<at::Tensor> alone;
    for (const at::Tensor& part : parts.split(1)) alone.push_back(function(part));
    return !at::equal(function(parts), at::cat(alone));
}

bool view_differs(const Function& function) {
    const at::Tensor view = drawn({2048, 2}).select(1, 0);
    return !at::equal(function(view), function(view.contiguous()));
}

}  // namespace

Questions equality_questions() {
    return {
        tail("`sigmoid` of 17 equal numbers", [](const at::Tensor& x) { return at::sigmoid(x); }),
        tail("`softplus` of 17 equal numbers", [](const at::Tensor& x) { return at::softplus(x); }),
        tail("`gelu` of 17 equal numbers", [](const at::Tensor& x) { return at::gelu(x); }),
        tail("`pow` of 17 equal numbers to 1.3", [](const at::Tensor& x) { return at::pow(x.abs(), 1.3); }),
        {"`gelu` of a strided view differs from that of its copy",
         [] { return words(view_differs([](const at::Tensor& x) { return at::gelu(x); })); }},
        {"`matmul` of [200, 300] and [300, 200]: rows differ from the row's own product",
         [] {
             const at::Tensor x = drawn({200, 300});
             return words(parts_differ(x, [&](const at::Tensor& rows) { return at::matmul(rows, x.t()); }));
         }},
        {"`conv2d` of 8 images: values differ from the image's alone",
         [] {
             const at::Tensor kernels = drawn({8, 3, 3, 3}, 1);
             return words(parts_differ(drawn({8, 3, 14, 14}),
                                       [&](const at::Tensor& images) { return at::conv2d(images, kernels); }));
         }},
        {"seeds 0 and 2^32: the same `randn`",
         [] { return words(at::equal(drawn({100}, 0), drawn({100}, uint64_t{1} << 32))); }},
    };
}

}  // namespace simple::versions
