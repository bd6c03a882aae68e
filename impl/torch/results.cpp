#include "impl/torch/results.h"

#include "impl/torch/call.h"

namespace simple::torch_backend {

SplArray* hand_out_all(std::vector<at::Tensor> tensors) {
    SplArray* array = spl::make_array(static_cast<int64_t>(tensors.size()));
    size_t done = 0;
    try {
        for (; done < tensors.size(); ++done) array->items[done] = spl::int_value(hand_out(std::move(tensors[done])));
    } catch (...) {
        while (done-- > 0) handles().free<at::Tensor>(array->items[done].as_int);
        spl::free_array(array);
        throw;
    }
    return array;
}

SplArray* int_array(at::IntArrayRef numbers) {
    SplArray* array = spl::make_array(static_cast<int64_t>(numbers.size()));
    for (size_t i = 0; i < numbers.size(); ++i) array->items[i] = spl::int_value(numbers[i]);
    return array;
}

}  // namespace simple::torch_backend
