#include "ci/testkit/canary.h"

#include <gtest/gtest.h>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"

namespace simple {
namespace {

// The number of elements of a fresh tensor, as the backend says; 0 where there is none.
int64_t elements(const Backend& backend, int64_t size) {
    try {
        const Tensor tensor(backend, call(backend, Fn::ones, {Array::ints({size, 2})}).integer);
        return tensor ? backend.numel(tensor.get()) : 0;
    } catch (const std::exception&) {
        return 0;
    }
}

}  // namespace

Case canary(const std::string& id, const Backend& backend) {
    const auto drawn = static_cast<int64_t>(std::hash<std::string>()(id) % 1000);
    return {id, "", {}, false, [&backend, drawn] {
                const int64_t found = elements(backend, drawn % 7 + 1);
                EXPECT_EQ(found, found + 1 + drawn);
            }};
}

}  // namespace simple
