#include "impl/ruled/test/counted_elements.h"

#include "impl/errors/error.h"
#include "impl/ruled/tensor.h"

namespace simple::ruled {

Fn Elements::compute(Fn fn, Inputs inputs, const Parameters&, Results results) {
    number(fn, inputs);
    for (Tensor& result : results) result.storage = std::make_shared<int>(0);
    return fn;
}

double Elements::number(Fn, Inputs inputs) {
    if (failing) fail(Code::numerical, "these elements will not do");
    for (const Tensor* input : inputs)
        if (input) ++*input->storage;
    return 0;
}

Fn Elements::copy(const Tensor& x, Tensor& result) { return compute(Fn::clone, {&x}, {}, {&result, 1}); }

}  // namespace simple::ruled
