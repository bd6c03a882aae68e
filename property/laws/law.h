// A law: a named property of one function. The table of laws is the union of the files beside this one; each law is one
// case, law/<function>/<name>.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "property/generators/trial.h"

namespace simple::property {

// What a law needs of the backend.
enum class Needs {
    structure,  // shapes, dtypes, flags, codes: holds of the stub too
    values      // elements
};

struct Law {
    Fn function;
    std::string name;
    std::vector<std::string> promises;
    Needs needs;
    std::function<void(Trial&)> body;
    int share = 1;  // runs examples / share examples, for bodies that cost much more than a call
};

struct Laws : std::vector<Law> {
    void add(Fn function, std::string name, std::vector<std::string> promises, Needs needs,
             std::function<void(Trial&)> body, int share = 1) {
        push_back({function, std::move(name), std::move(promises), needs, std::move(body), share});
    }
    void add(const Laws& more) { insert(end(), more.begin(), more.end()); }
};

Laws info_laws();
Laws creation_laws();
Laws elementwise_laws();
Laws sign_laws();
Laws exponential_laws();
Laws power_laws();
Laws scalar_laws();
Laws broadcast_laws();
Laws activation_laws();
Laws linalg_laws();
Laws decomposition_laws();
Laws reduction_laws();
Laws reduction_family_laws();
Laws reshape_laws();
Laws permute_laws();
Laws squeeze_laws();
Laws copy_laws();
Laws storage_laws();
Laws indexing_laws();
Laws nn_laws();
Laws random_laws();
Laws loss_laws();
Laws lossless_laws();
Laws one_element_laws();

// The index of a dim counted from either end.
inline size_t from_front(int64_t dim, size_t ndim) {
    return static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(ndim) : dim);
}

// A name as the table has it: "sum_dim".
inline std::string name_of(Fn fn) { return std::string(function(fn).name); }

}  // namespace simple::property
