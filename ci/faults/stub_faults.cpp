// Faults of a stub alone. Those that it can share with a backend are made from the differential suite's own
// (planted_faults).
#include <cstdlib>
#include <cstring>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

constexpr double not_zero(double) { return 1; }

template <auto F>
bool says_true() {
    (inner().*F)();
    return true;
}

// A name that is not the stub's.
template <auto F>
char* real_name() {
    char* name = (inner().*F)();
    std::free(name);
    return strdup("2.6.0+cpu");
}

// Fails with code C though the call succeeds: a stub that guesses what only values decide.
template <Code C>
int64_t refused(int64_t x) {
    inner().free(x);
    leave_code(C);
    return 0;
}

SplArray* with_one(int64_t x) {
    SplArray* data = inner().to_data(x);
    if (data && data->len > 0) data->items[data->len - 1].as_float = 1;
    return data;
}

PlantedFault in_stub(const char* id, Fn function, const char* what, Kind kind, const char* promise,
                     void (*plant)(Backend&)) {
    return {id, function, what, kind, promise, "differential", plant, "", false, "", true};
}

}  // namespace

const std::vector<PlantedFault>& stub_faults() {
    static const std::vector<PlantedFault> faults{
        in_stub("stub.available.true", Fn::available, "the stub says that LibTorch is there", Kind::values, "S1",
                [](Backend& to) { to.available = says_true<&Backend::available>; }),
        in_stub("stub.cuda_available.true", Fn::cuda_available, "the stub says that CUDA is there", Kind::values, "S1",
                [](Backend& to) { to.cuda_available = says_true<&Backend::cuda_available>; }),
        in_stub("stub.version.real", Fn::version, "the stub has LibTorch's version", Kind::values, "S1",
                [](Backend& to) { to.version = real_name<&Backend::version>; }),
        in_stub("stub.backend_name.real", Fn::backend_name, "the stub has another name", Kind::values, "S1",
                [](Backend& to) { to.backend_name = real_name<&Backend::backend_name>; }),
        in_stub("stub.sum.one", Fn::sum, "the stub's sum is 1", Kind::values, "S3", after<&Backend::sum, not_zero>),
        in_stub("stub.norm.one", Fn::norm, "the stub's norm is 1", Kind::values, "S3", after<&Backend::norm, not_zero>),
        in_stub("stub.to_data.last_is_one", Fn::to_data, "the last element that the stub reads back is 1", Kind::values,
                "S3", [](Backend& to) { to.to_data = with_one; }),
        in_stub("stub.inverse.singular", Fn::inverse, "the stub takes every matrix for singular", Kind::errors, "S4",
                after<&Backend::inverse, refused<Code::numerical>>),
        in_stub("stub.svd.not_finite", Fn::svd, "the stub takes every matrix for one that is not finite", Kind::errors,
                "S4", after<&Backend::svd, refused<Code::numerical>>),
        in_stub("stub.index_select.out_of_range", Fn::index_select, "the stub takes every index for one out of range",
                Kind::errors, "S4", after<&Backend::index_select, refused<Code::range>>),
    };
    return faults;
}

}  // namespace simple
