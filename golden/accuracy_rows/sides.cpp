#include "golden/accuracy_rows/sides.h"

#include <stdexcept>

namespace simple::accuracy {

const char* name_of(Data data) { return data == Data::tenths ? "0.1" : "[0, 1)"; }

// What is drawn, is drawn alike.
const Outcome& Sides::run(const Step& step) {
    constexpr int64_t kSeed = 1;
    backend_.manual_seed(kSeed);
    outcome_ = runner_.run(step);
    if (!outcome_.ok()) throw std::runtime_error(outcome_.message);
    backend_.manual_seed(kSeed);
    twin_.run(step);
    return outcome_;
}

Operand Sides::tensor(const Step& step, const Dims& dims) {
    run(step);
    return {runner_.steps() - 1, 0, DType::f32, dims};
}

Operand Sides::filled(const Dims& dims, Data data) {
    if (data == Data::drawn) return tensor(step(Fn::rand, {Array::ints(dims)}), dims);
    return tensor(step(Fn::full, {Array::ints(dims), 0.1}), dims);
}

Both Sides::number(const Step& step) {
    const double ours = run(step).number;
    return {{ours}, {twin_.results().back().number}};
}

Both Sides::elements(const Operand& x) {
    Both both;
    for (const SplValue& item : run(step(Fn::to_data, {x})).items) both.ours.push_back(item.as_float);
    const float* direct = data(x);
    both.libtorch.assign(direct, direct + count(x.dims));
    return both;
}

const float* Sides::data(const Operand& x) const { return twin_.result(x.step).tensors.at(0).data_ptr<float>(); }

}  // namespace simple::accuracy
