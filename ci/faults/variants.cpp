// Different and right: what the contract leaves open, chosen otherwise. Nothing may catch these.
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
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
// Of one, or of each of a batch.
int64_t reversed_last(int64_t x) { return reversed(x, inner().ndim(x) - 1); }

// The parts of a decomposition, each changed; nullptr leaves one as it is.
SplArray* with_changed(SplArray* parts, std::initializer_list<int64_t (*)(int64_t)> changes) {
    int64_t i = 0;
    for (const auto change : changes) {
        if (parts && change) parts->items[i].as_int = then(parts->items[i].as_int, change);
        ++i;
    }
    return parts;
}

// Every second column of U, and row of Vh, with the other sign.
int64_t alternated(int64_t x, bool rows) {
    const std::vector<int64_t> dims = dims_of(x);
    const auto n = *(dims.end() - (rows ? 2 : 1));
    std::vector<int64_t> signs;
    for (int64_t i = 0; i < n; ++i) signs.push_back(i % 2 ? -1 : 1);
    return then(brought_to(x, inner().from_i64_data(Ints(signs), rows ? Ints({n, 1}) : Ints({n}))),
                [=](int64_t factors) { return inner().mul(x, factors); });
}
int64_t alternated_columns(int64_t x) { return alternated(x, false); }
int64_t alternated_rows(int64_t x) { return alternated(x, true); }

// F of a small tensor, in another way that may take several calls. Another handle keeps the tensor: its own may be
// freed meanwhile. What fails is left to F itself, for its code and message.
template <auto F, typename Other, typename... A>
auto otherwise(Other other, int64_t x, A... a) {
    constexpr int64_t kFew = 100000;
    const int64_t own = aliased(x);
    const auto right = (inner().*F)(x, a...);
    const bool failed = inner().last_error_code() != 0;
    if constexpr (std::is_same_v<decltype(right), const int64_t>)
        if (right > 0) inner().free(right);
    if (own <= 0 || failed || inner().numel(own) > kFew) {
        if (own > 0) inner().free(own);
        return (inner().*F)(x, a...);
    }
    const auto result = other(own);
    inner().free(own);
    // Another argument may be gone by now.
    return std::is_same_v<decltype(result), const int64_t> && result <= 0 ? (inner().*F)(x, a...) : result;
}

// Sums that begin at the end.
template <auto F>
void number_from_the_end(Backend& to) {
    to.*F = [](int64_t x) {
        const auto turned_around = [](int64_t own) {
            const int64_t turned = then(inner().flatten(own), reversed_rows);
            const double result = (inner().*F)(turned);
            inner().free(turned);
            return result;
        };
        return otherwise<F>(turned_around, x);
    };
}
template <auto F>
void dim_from_the_end(Backend& to) {
    to.*F = [](int64_t x, int64_t dim, bool keepdim) {
        const auto turned_around = [=](int64_t own) {
            const int64_t n = inner().ndim(own);
            return then(n == 0 ? aliased(own) : reversed(own, dim < 0 ? dim + n : dim),
                        [=](int64_t turned) { return (inner().*F)(turned, dim, keepdim); });
        };
        return otherwise<F>(turned_around, x, dim, keepdim);
    };
}
template <auto F>
void product_from_the_end(Backend& to) {
    to.*F = [](int64_t a, int64_t b) {
        const auto turned_around = [=](int64_t own) {
            return then(reversed(own, inner().ndim(own) - 1), [=](int64_t left) {
                return then(aliased(b), [=](int64_t other) {
                    return then(reversed(other, std::max<int64_t>(inner().ndim(other) - 2, 0)),
                                [=](int64_t right) { return (inner().*F)(left, right); });
                });
            });
        };
        return otherwise<F>(turned_around, a, b);
    };
}

// Where a tensor holds NaN, F of it with another number there.
double lowest() { return -HUGE_VAL; }
double highest() { return HUGE_VAL; }
template <auto F, double (*Instead)()>
void passing_over_nan(Backend& to) {
    to.*F = [](int64_t x, int64_t dim, bool keepdim) {
        const auto without_nan = [=](int64_t own) {
            if (inner().dtype(own) == 3) return (inner().*F)(own, dim, keepdim);
            SplArray* data = inner().to_data(own);
            for (int64_t i = 0; i < data->len; ++i)
                if (std::isnan(data->items[i].as_float)) data->items[i].as_float = Instead();
            const int64_t y = brought_to(own, inner().from_data(data, Ints(dims_of(own))));
            std::free(data->items);
            std::free(data);
            return then(y, [=](int64_t whole) { return (inner().*F)(whole, dim, keepdim); });
        };
        return otherwise<F>(without_nan, x, dim, keepdim);
    };
}

// Room behind the elements, and nothing said of what lies between a tag and its value.
SplArray* roomy(SplArray* array) {
    if (!array) return array;
    constexpr int kUnclean = 0xa5;
    const int64_t cap = 2 * array->len + 16;
    auto* items = static_cast<SplValue*>(std::malloc(static_cast<size_t>(cap) * sizeof(SplValue)));
    std::memset(static_cast<void*>(items), kUnclean, static_cast<size_t>(cap) * sizeof(SplValue));
    for (int64_t i = 0; i < array->len; ++i) {
        items[i].tag = array->items[i].tag;
        items[i].as_int = array->items[i].as_int;
    }
    std::free(array->items);
    array->items = items;
    array->cap = cap;
    return array;
}
template <auto F, typename R, typename... A>
void plant_roomy(Backend& to, R (*Backend::*)(A...)) {
    if constexpr (std::is_same_v<R, SplArray*>) to.*F = [](A... a) -> R { return roomy((inner().*F)(a...)); };
}

// Handles that begin elsewhere and do not count up.
constexpr int64_t kMask = 0x2b5a5a5a5a5a5a5a;
int64_t masked(int64_t handle) { return handle > 0 ? handle ^ kMask : handle; }

// Messages name handles as their callers know them (E6).
char* message_of_masked() {
    char* text = inner().last_error_message();
    if (inner().last_error_code() != static_cast<int32_t>(Code::handle)) return text;
    std::string renamed;
    for (const char* at = text; *at;) {
        char* end = nullptr;
        const bool begins = at == text || (!std::isalnum(static_cast<unsigned char>(at[-1])) && at[-1] != '-');
        const int64_t number = begins && *at >= '0' && *at <= '9' ? std::strtoll(at, &end, 10) : 0;
        renamed += end ? std::to_string(masked(number)) : std::string(1, *at);
        at = end ? end : at + 1;
    }
    std::free(text);
    return strdup(renamed.c_str());
}

char* reworded() {
    char* text = inner().last_error_message();
    if (text[0] == 0) return text;
    const std::string other = std::string("failed - ") + text + ", says the other library";
    std::free(text);
    return strdup(other.c_str());
}

char* long_message() {
    char* text = inner().last_error_message();
    if (text[0] == 0) return text;
    std::string other = std::string("Fehler – ") + text + ": ";
    for (int i = 0; i < 1000; ++i) other += "größer ≠ kleiner; ";
    std::free(text);
    return strdup(other.c_str());
}

}  // namespace

const std::vector<PlantedFault>& variants() {
    static const std::vector<PlantedFault> all{
        {"variant.svd_signs", Fn::svd, "U and V have the other sign", Kind::values, "V6", "golden property",
         [](Backend& to) {
             after<&Backend::svd, negated>(to);
             to.svd_all = [](int64_t x) { return with_changed(inner().svd_all(x), {negated, nullptr, negated}); };
         },
         "", true},
        {"variant.svd_all_signs", Fn::svd_all, "U and V of svd_all alone have the other sign", Kind::values, "V6",
         "golden property",
         [](Backend& to) {
             to.svd_all = [](int64_t x) { return with_changed(inner().svd_all(x), {negated, nullptr, negated}); };
         },
         "", true},
        {"variant.eig_order", Fn::eig, "eigenvalues come in another order", Kind::values, "V6", "golden property",
         [](Backend& to) {
             after<&Backend::eig, reversed_last>(to);
             to.eig_all = [](int64_t x) {
                 return with_changed(inner().eig_all(x), {reversed_last, reversed_last, reversed_last, reversed_last});
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
         [](Backend& to) {
             surface().inward = masked;
             surface().outward = masked;
             to.last_error_message = message_of_masked;
         },
         "", true},
        {"variant.no_backward_in_children", Fn::backward, "backward is an error in a child of fork", Kind::lifecycle,
         "H5", "property",
         [](Backend& to) {
             static const pid_t planted_in = getpid();
             to.backward = [](int64_t x) { inner().backward(getpid() == planted_in ? x : -1); };
         },
         "", true},
        {"variant.no_control", Fn::available, "there are no control functions", Kind::symbols, "E5",
         "golden property differential", nothing, "", true, "libvariant_core_only.so"},
        {"variant.no_dyncall", Fn::available, "there are no dyncall forms", Kind::dyncall, "L2", "dynamic", nothing, "",
         true},
        {"variant.svd_column_signs", Fn::svd_all, "every second column of U, and row of Vh, has the other sign",
         Kind::values, "V6", "golden property differential",
         [](Backend& to) {
             after<&Backend::svd, alternated_columns>(to);
             to.svd_all = [](int64_t x) {
                 return with_changed(inner().svd_all(x), {alternated_columns, nullptr, alternated_rows});
             };
         },
         "", true},
        {"variant.eig_signs", Fn::eig_all, "eigenvectors have the other sign", Kind::values, "V6",
         "golden property differential",
         [](Backend& to) {
             to.eig_all = [](int64_t x) {
                 return with_changed(inner().eig_all(x), {nullptr, nullptr, negated, negated});
             };
         },
         "", true},
        {"variant.order_of_sums", Fn::sum, "sums and products of matrices are added up from the end", Kind::values,
         "V4", "golden property differential",
         [](Backend& to) {
             number_from_the_end<&Backend::sum>(to);
             number_from_the_end<&Backend::mean>(to);
             number_from_the_end<&Backend::var>(to);
             number_from_the_end<&Backend::std>(to);
             number_from_the_end<&Backend::norm>(to);
             dim_from_the_end<&Backend::sum_dim>(to);
             dim_from_the_end<&Backend::mean_dim>(to);
             product_from_the_end<&Backend::matmul>(to);
             product_from_the_end<&Backend::dot>(to);
         },
         "", true},
        {"variant.softmax_of_logs", Fn::softmax, "softmax is the exponential of log_softmax", Kind::values, "V4",
         "golden property differential",
         [](Backend& to) {
             to.softmax = [](int64_t x, int64_t dim) {
                 const auto of_logs = [=](int64_t own) { return then(inner().log_softmax(own, dim), inner().exp); };
                 return otherwise<&Backend::softmax>(of_logs, x, dim);
             };
         },
         "", true},
        {"variant.argmax_without_nan", Fn::argmax, "argmax and argmin pass over NaN", Kind::values, "V4",
         "golden property differential",
         [](Backend& to) {
             passing_over_nan<&Backend::argmax, lowest>(to);
             passing_over_nan<&Backend::argmin, highest>(to);
         },
         "", true},
        {"variant.random_stream", Fn::manual_seed, "a seed gives other numbers", Kind::values, "V8",
         "golden property differential",
         [](Backend& to) { to.manual_seed = [](int64_t seed) { inner().manual_seed(seed ^ 0x5bd1e995); }; }, "", true},
        {"variant.long_messages", Fn::last_error_message, "messages are long, and not of ASCII alone", Kind::errors,
         "E6", "golden property differential", [](Backend& to) { to.last_error_message = long_message; }, "", true},
        {"variant.names", Fn::version, "version and name of another library", Kind::symbols, "C1", "golden property",
         [](Backend& to) {
             to.version = [] {
                 inner().clear_error();
                 return strdup("3.14.15+cu140");
             };
             to.backend_name = [] {
                 inner().clear_error();
                 return strdup("another");
             };
         },
         "", true},
        {"variant.roomy_arrays", Fn::shape, "arrays have more room than elements, and unclean padding", Kind::ownership,
         "T1", "golden property differential",
         [](Backend& to) {
#define RT_FUNCTION(name, ...) plant_roomy<&Backend::name>(to, &Backend::name);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
         },
         "", true},
        {"variant.empty_cache", Fn::cuda_empty_cache, "cuda_empty_cache gives nothing back", Kind::leaks, "C2",
         "golden property", [](Backend& to) { to.cuda_empty_cache = [] { inner().clear_error(); }; }, "", true},
    };
    return all;
}

}  // namespace simple
