// What a peer gives is right: a shim that computes something else would be timed all the same.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "impl/abi/backend.h"
#include "impl/spl/build.h"

namespace simple {
namespace {

SplArray* floats(const std::vector<double>& values) {
    return spl::float_array(values.data(), static_cast<int64_t>(values.size()));
}
SplArray* ints(const std::vector<int64_t>& values) {
    SplArray* array = spl::make_array(static_cast<int64_t>(values.size()));
    for (size_t i = 0; i < values.size(); ++i) array->items[i] = spl::int_value(values[i]);
    return array;
}

class Peer : public testing::TestWithParam<const char*> {
  protected:
    Peer() : backend(load_backend(GetParam())) {}

    int64_t tensor(const std::vector<double>& values, const std::vector<int64_t>& dims) {
        SplArray *data = floats(values), *sizes = ints(dims);
        const int64_t handle = backend.from_data(data, sizes);
        spl::free_array(data);
        spl::free_array(sizes);
        return handle;
    }
    template <typename Make>
    int64_t sized(const std::vector<int64_t>& dims, Make make) {
        SplArray* sizes = ints(dims);
        const int64_t handle = make(sizes);
        spl::free_array(sizes);
        return handle;
    }
    // The elements, whose tensor is freed.
    std::vector<double> taken(int64_t handle) {
        SplArray* array = backend.to_data(handle);
        std::vector<double> values;
        for (int64_t i = 0; i < array->len; ++i) {
            EXPECT_EQ(array->items[i].tag, static_cast<uint32_t>(SPL_FLOAT));
            values.push_back(array->items[i].as_float);
        }
        spl::free_array(array);
        backend.free(handle);
        return values;
    }
    void expect(int64_t handle, const std::vector<double>& expected) {
        const std::vector<double> values = taken(handle);
        ASSERT_EQ(values.size(), expected.size());
        for (size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-12) << i;
    }

    const Backend backend;
    const int64_t x = tensor({1, -2, 3, 4, -5, 6}, {2, 3});
    const int64_t y = tensor({2, 4, -6, 8, 10, -12}, {2, 3});
    ~Peer() override {
        backend.free(x);
        backend.free(y);
    }
};

TEST_P(Peer, MakesTensors) {
    expect(sized({2, 1}, backend.zeros), {0, 0});
    expect(sized({1, 3}, backend.ones), {1, 1, 1});
    expect(sized({2}, [&](SplArray* dims) { return backend.full(dims, 2.5); }), {2.5, 2.5});
    expect(tensor({1, 2}, {2, 1}), {1, 2});
    SplArray* data = ints({INT64_C(1) << 52, -7});
    expect(sized({2}, [&](SplArray* dims) { return backend.from_i64_data(data, dims); }), {std::ldexp(1, 52), -7});
    spl::free_array(data);
}

TEST_P(Peer, ComputesElementsOfTwo) {
    expect(backend.add(x, y), {3, 2, -3, 12, 5, -6});
    expect(backend.sub(x, y), {-1, -6, 9, -4, -15, 18});
    expect(backend.mul(x, y), {2, -8, -18, 32, -50, -72});
    expect(backend.div(x, y), {0.5, -0.5, -0.5, 0.5, -0.5, -0.5});
}

TEST_P(Peer, ComputesElements) {
    const std::vector<double> values{1, -2, 3, 4, -5, 6};
    std::vector<double> exps, sigmoids;
    for (const double v : values) {
        exps.push_back(std::exp(v));
        sigmoids.push_back(1 / (1 + std::exp(-v)));
    }
    expect(backend.neg(x), {-1, 2, -3, -4, 5, -6});
    expect(backend.exp(x), exps);
    expect(backend.relu(x), {1, 0, 3, 4, 0, 6});
    expect(backend.sigmoid(x), sigmoids);
    expect(backend.clone(x), values);
    std::vector<double> softmax;
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t row = i / 3 * 3;
        softmax.push_back(exps[i] / (exps[row] + exps[row + 1] + exps[row + 2]));
    }
    expect(backend.softmax(x, 1), softmax);
}

TEST_P(Peer, ComputesMatrices) {
    expect(backend.transpose(x, 0, 1), {1, 4, -2, -5, 3, 6});
    const int64_t turned = sized({3, 2}, [&](SplArray* dims) { return backend.reshape(y, dims); });
    EXPECT_EQ(backend.ndim(turned), 2);
    expect(backend.matmul(x, turned), {44, -48, 98, -96});
    backend.free(turned);
    const int64_t flat = sized({6}, [&](SplArray* dims) { return backend.reshape(x, dims); });
    EXPECT_EQ(backend.ndim(flat), 1);
    expect(flat, {1, -2, 3, 4, -5, 6});
    EXPECT_EQ(backend.sum(x), 7);
}

TEST_P(Peer, GivesFloat32ItsPrecision) {
    const int64_t tenth = tensor({0.1}, {1});
    const std::vector<double> rounded = taken(backend.to_float32(tenth));
    backend.free(tenth);
    EXPECT_EQ(rounded, std::vector<double>{static_cast<double>(0.1F)});
}

TEST_P(Peer, KeepsAResultWhenWhatItWasMadeOfIsFreed) {
    const int64_t base = tensor({1, 2, 3, 4}, {2, 2});
    const int64_t view = backend.transpose(base, 0, 1);
    backend.free(base);
    expect(view, {1, 3, 2, 4});
}

INSTANTIATE_TEST_SUITE_P(Raw, Peer, testing::Values(PEER_RAW));
INSTANTIATE_TEST_SUITE_P(Locked, Peer, testing::Values(PEER_LOCKED));

}  // namespace
}  // namespace simple
