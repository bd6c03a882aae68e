// Different and right: what the contract leaves open, chosen otherwise. Nothing may catch these.
#include <cstdlib>
#include <cstring>
#include <string>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

namespace {

int64_t negated(int64_t x) { return inner().neg(x); }

// Elements along a dim in the opposite order.
int64_t reversed(int64_t x, int64_t dim) {
    const std::vector<int64_t> dims = dims_of(x);
    const auto n = dims[static_cast<size_t>(dim)];
    std::vector<int64_t> order;
    for (int64_t i = n; i-- > 0;) order.push_back(i);
    return then(brought_to(x, inner().from_i64_data(Ints(order), Ints({n}))),
                [=](int64_t indices) { return inner().index_select(x, dim, indices); });
}

int64_t reversed_rows(int64_t x) { return reversed(x, 0); }

// Handles that begin elsewhere and do not count up.
constexpr int64_t kMask = 0x2b5a5a5a5a5a5a5a;
int64_t masked(int64_t handle) { return handle > 0 ? handle ^ kMask : handle; }

char* reworded() {
    char* text = inner().last_error_message();
    if (text[0] == 0) return text;
    const std::string other = std::string("failed - ") + text + ", says the other library";
    std::free(text);
    return strdup(other.c_str());
}

}  // namespace

const std::vector<PlantedFault>& variants() {
    static const std::vector<PlantedFault> all{
        {"variant.svd_signs", Fn::svd, "U and V have the other sign", Kind::values, "V6", "golden property",
         [](Backend& to) {
             after<&Backend::svd, negated>(to);
             to.svd_all = [](int64_t x) {
                 SplArray* parts = inner().svd_all(x);
                 if (!parts) return parts;
                 for (int i : {0, 2}) parts->items[i].as_int = then(parts->items[i].as_int, negated);
                 return parts;
             };
         },
         "", true},
        {"variant.svd_all_signs", Fn::svd_all, "U and V of svd_all alone have the other sign", Kind::values, "V6",
         "golden property",
         [](Backend& to) {
             to.svd_all = [](int64_t x) {
                 SplArray* parts = inner().svd_all(x);
                 if (!parts) return parts;
                 for (int i : {0, 2}) parts->items[i].as_int = then(parts->items[i].as_int, negated);
                 return parts;
             };
         },
         "", true},
        {"variant.eig_order", Fn::eig, "eigenvalues come in another order", Kind::values, "V6", "golden property",
         [](Backend& to) {
             after<&Backend::eig, reversed_rows>(to);
             to.eig_all = [](int64_t x) {
                 SplArray* parts = inner().eig_all(x);
                 if (!parts) return parts;
                 for (int i = 0; i < 4; ++i)
                     parts->items[i].as_int =
                         then(parts->items[i].as_int, [=](int64_t part) { return reversed(part, i < 2 ? 0 : 1); });
                 return parts;
             };
         },
         "", true},
        {"variant.exp_ulp", Fn::exp, "exp is one ULP off", Kind::values, "V4", "golden property",
         after<&Backend::exp, raised>, "", true},
        {"variant.bools", Fn::available, "the upper bits of bool registers are dirty", Kind::signatures, "L2",
         "golden property", [](Backend&) { surface().upper_bits = 0xdeadbeefdeadbe00; }, "", true},
        {"variant.wording", Fn::last_error_message, "messages are worded otherwise", Kind::errors, "E6",
         "golden property", [](Backend& to) { to.last_error_message = reworded; }, "", true},
        {"variant.handles", Fn::free, "handles are numbered otherwise", Kind::lifecycle, "H1",
         "golden property differential",
         [](Backend&) {
             surface().inward = masked;
             surface().outward = masked;
         },
         "", true},
        {"variant.no_control", Fn::available, "there are no control functions", Kind::symbols, "E5",
         "golden property differential", nothing, "", true, "libvariant_core_only.so"},
        {"variant.no_dyncall", Fn::available, "there are no dyncall forms", Kind::dyncall, "L2", "dynamic", nothing, "",
         true},
    };
    return all;
}

}  // namespace simple
